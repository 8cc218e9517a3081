//! What a file is called where the reader is not in the folder that the command ran in: by its path in the repository.

use std::path::{Component, Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

/// All that may not stand as it is in a segment of a path, and the colon, which in the first one would end a scheme
/// (RFC 3986 §4.2).
const NOT_IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// From the names of files, which are paths from the current folder, to their paths from the repository's root.
#[derive(Clone, Debug, Default)]
pub(super) struct Paths {
    /// The current folder; empty where nothing is known of it.
    pub(super) here: PathBuf,
    /// The repository's root, which holds it.
    pub(super) root: PathBuf,
}

impl Paths {
    /// The path from the root, with `/` between its parts and no `./` before them; whole where it leads elsewhere.
    pub(super) fn path(&self, name: &str) -> String {
        let path = self.inside(name);
        if path.has_root() {
            return path.display().to_string().replace(std::path::MAIN_SEPARATOR, "/");
        }
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
        parts.join("/")
    }

    /// The path from the root as a relative reference, or a `file` URI where it leads elsewhere (RFC 3986 §4.2, RFC 8089).
    pub(super) fn uri(&self, name: &str) -> String {
        match Url::from_file_path(self.inside(name)) {
            Ok(absolute) => absolute.into(),
            Err(()) => utf8_percent_encode(&self.path(name), NOT_IN_PATH).to_string(),
        }
    }

    fn inside(&self, name: &str) -> PathBuf {
        let path = without_detours(&self.here.join(name));
        match path.strip_prefix(&self.root) {
            Ok(inside) => inside.to_owned(),
            Err(_) => path,
        }
    }
}

/// The path without `.` and, where what they lead out of is known, without `..`.
fn without_detours(path: &Path) -> PathBuf {
    let mut kept = PathBuf::new();
    for part in path.components() {
        match (part, kept.components().next_back()) {
            (Component::CurDir, _) | (Component::ParentDir, Some(Component::RootDir)) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => drop(kept.pop()),
            _ => kept.push(part),
        }
    }
    kept
}
