//! Paths of files in the repository, for readers that do not know in which folder the command ran.

use std::path::{Component, Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

/// The characters to percent-encode in the path of a URI. A colon in the first segment would end a scheme (RFC 3986
/// §4.2).
const NOT_IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Maps names of files, which are relative to the current folder, to paths from the root of the repository.
#[derive(Clone, Debug, Default)]
pub(super) struct Paths {
    /// The current folder; empty if unknown.
    pub(super) here: PathBuf,
    /// The root of the repository, which contains the current folder.
    pub(super) root: PathBuf,
}

impl Paths {
    /// Returns the path from the root, with `/` as separator and without `./`; the absolute path of a file outside of
    /// it.
    pub(super) fn path(&self, name: &str) -> String {
        let path = self.under_root(name);
        if path.has_root() {
            return path.display().to_string().replace(std::path::MAIN_SEPARATOR, "/");
        }
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
        parts.join("/")
    }

    /// Returns the path from the root as a relative reference (RFC 3986 §4.2), or a `file` URI (RFC 8089) outside of
    /// it.
    pub(super) fn uri(&self, name: &str) -> String {
        match Url::from_file_path(self.under_root(name)) {
            Ok(absolute) => absolute.into(),
            Err(()) => utf8_percent_encode(&self.path(name), NOT_IN_PATH).to_string(),
        }
    }

    fn under_root(&self, name: &str) -> PathBuf {
        let path = normalized(&self.here.join(name));
        match path.strip_prefix(&self.root) {
            Ok(inside) => inside.to_owned(),
            Err(_) => path,
        }
    }
}

/// Resolves `.`, and `..` after a known folder, in a path.
fn normalized(path: &Path) -> PathBuf {
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
