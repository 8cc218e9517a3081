//! Atomic replacement of a file.

use std::fs::Permissions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::exit::Failure;

/// The folders in which files may be changed through a symbolic link.
pub(super) struct Bounds {
    folders: Vec<PathBuf>,
}

impl Bounds {
    /// Allows the current folder, and those of the paths that are folders.
    pub(super) fn new(paths: &[PathBuf]) -> Self {
        let folders = paths.iter().filter(|path| path.is_dir()).map(PathBuf::as_path);
        let folders = folders.chain([Path::new(".")]).filter_map(|folder| folder.canonicalize().ok());
        Self { folders: folders.collect() }
    }

    /// Replaces the text of a file atomically: it has either the old text or the new one. Its permissions stay the
    /// same. A symbolic link is followed, but not out of the folders.
    pub(super) fn replace(&self, path: &Path, text: &str) -> Result<(), Failure> {
        let target = path.canonicalize().map_err(|error| unwritable(path, &error))?;
        if is_linked(path) && !self.folders.iter().any(|folder| target.starts_with(folder)) {
            let message = format!("{} is a link out of this folder, to {}", path.display(), target.display());
            return Err(Failure::with_help(message, "name that file instead"));
        }
        let metadata = target.metadata().map_err(|error| unwritable(path, &error))?;
        if metadata.permissions().readonly() {
            return Err(Failure::with_help(format!("{} is read-only", path.display()), "make it writable"));
        }
        replace(&target, text, metadata.permissions()).map_err(|error| unwritable(path, &error))
    }
}

/// Returns whether a path leads through a symbolic link. The parents of an absolute path are not considered.
fn is_linked(path: &Path) -> bool {
    let parts = if path.is_absolute() { 1 } else { usize::MAX };
    path.ancestors().take(parts).any(Path::is_symlink)
}

fn replace(target: &Path, text: &str, permissions: Permissions) -> io::Result<()> {
    // In the same folder, since renaming does not work across file systems; hidden, so that no other run checks it as
    // a template.
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
        io::ErrorKind::PermissionDenied => {
            Failure::with_help(message, "check the permissions of the file and its folder")
        }
        _ => Failure::new(message),
    }
}
