//! A file that gets another text: all of it or nothing.

use std::fs::Permissions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::exit::Failure;

/// The folders of which files may be changed, also where a link leads to them.
pub(super) struct Bounds {
    folders: Vec<PathBuf>,
}

impl Bounds {
    /// The current folder, and those of the paths that are folders.
    pub(super) fn new(paths: &[PathBuf]) -> Self {
        let folders = paths.iter().filter(|path| path.is_dir()).map(PathBuf::as_path);
        let folders = folders.chain([Path::new(".")]).filter_map(|folder| folder.canonicalize().ok());
        Self { folders: folders.collect() }
    }

    /// Gives a file another text. Whatever happens, the file has its old text or the new one; who may do what with it stays as it
    /// was. A link is followed, but not out of the folders.
    pub(super) fn replace(&self, path: &Path, text: &str) -> Result<(), Failure> {
        let target = path.canonicalize().map_err(|error| unwritable(path, &error))?;
        if is_linked(path) && !self.folders.iter().any(|folder| target.starts_with(folder)) {
            let message = format!("{} is a link out of this folder, to {}", path.display(), target.display());
            return Err(Failure::with_help(message, "to change that file, name it itself"));
        }
        let metadata = target.metadata().map_err(|error| unwritable(path, &error))?;
        if metadata.permissions().readonly() {
            return Err(Failure::with_help(format!("{} is read-only", path.display()), "make it writable to mend it"));
        }
        replace(&target, text, metadata.permissions()).map_err(|error| unwritable(path, &error))
    }
}

/// Whether a path leads through a link. Above an absolute path there may be links of the system.
fn is_linked(path: &Path) -> bool {
    let parts = if path.is_absolute() { 1 } else { usize::MAX };
    path.ancestors().take(parts).any(Path::is_symlink)
}

fn replace(target: &Path, text: &str, permissions: Permissions) -> io::Result<()> {
    // In the same folder, since a file cannot be renamed onto another disk; hidden, so that no other run takes it for a template.
    let folder = target.parent().unwrap_or(Path::new("."));
    let file = tempfile::Builder::new().prefix(".kenarc-").tempfile_in(folder);
    // Its own error would name the temporary file.
    let mut file = file.map_err(|error| error.kind())?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    file.persist(target)?;
    Ok(())
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let message = format!("cannot write {}: {error}", path.display());
    match error.kind() {
        io::ErrorKind::PermissionDenied => Failure::with_help(message, "may you write this file and its folder?"),
        _ => Failure::new(message),
    }
}
