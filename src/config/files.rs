//! The files of a project that references may name.

use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::references::{FileError, Files};
use crate::source::{SourceError, SourceFile};

/// Reads files below some folders. Nothing outside of them is read, also not through symbolic links.
#[derive(Clone, Debug)]
pub struct ProjectFiles {
    folders: Vec<PathBuf>,
}

impl ProjectFiles {
    /// Allows the files below these folders. The empty path is the current folder.
    #[must_use]
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders }
    }

    /// Returns whether a path, in the form of the operating system, is below one of the folders.
    fn allow(&self, path: &Path) -> bool {
        let folders = self.folders.iter().filter_map(|folder| fs::canonicalize(current_if_empty(folder)).ok());
        folders.into_iter().any(|folder| path.starts_with(folder))
    }

    fn outside(&self) -> FileError {
        let name = |folder: &PathBuf| match folder.as_os_str().is_empty() {
            true => "the current folder".to_owned(),
            false => folder.display().to_string(),
        };
        FileError::Outside { root: self.folders.iter().map(name).collect::<Vec<_>>().join(", ") }
    }
}

impl Files for ProjectFiles {
    fn name(&self, path: &str, from: &str) -> Result<String, FileError> {
        let is_drive = path.as_bytes().get(1) == Some(&b':');
        if path.starts_with(['/', '\\']) || is_drive || Path::new(path).is_absolute() {
            return Err(FileError::Absolute);
        }
        let folder = Path::new(from).parent().unwrap_or(Path::new(""));
        Ok(normalized(&folder.join(path)).display().to_string())
    }

    fn read(&self, name: &str) -> Result<Arc<SourceFile>, FileError> {
        let path = Path::new(name);
        let unreadable = |error| FileError::Unreadable(SourceError::Unreadable { name: name.to_owned(), error });
        let real = match fs::canonicalize(path) {
            Ok(real) => real,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                // Whether a file outside of the project exists is not told.
                let parent = path.parent().unwrap_or(Path::new(""));
                let is_allowed = nearest_folder(path).is_some_and(|folder| self.allow(&folder));
                return Err(match is_allowed {
                    true => FileError::Missing { present: present(current_if_empty(parent)) },
                    false => self.outside(),
                });
            }
            Err(error) => return Err(unreadable(error)),
        };
        if !self.allow(&real) {
            return Err(self.outside());
        }
        // A pipe or a device may never end.
        if !fs::metadata(&real).map_err(unreadable)?.is_file() {
            return Err(FileError::NotFile);
        }
        Ok(SourceFile::read(path)?)
    }
}

/// Returns the current folder for the empty path, which the operating system does not know.
fn current_if_empty(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// Returns the nearest folder above a path that exists, in the form of the operating system.
fn nearest_folder(path: &Path) -> Option<PathBuf> {
    path.ancestors().skip(1).find_map(|folder| fs::canonicalize(current_if_empty(folder)).ok())
}

/// Returns a path without `.` and `..` in the middle of it.
fn normalized(path: &Path) -> PathBuf {
    let mut normalized = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir if matches!(normalized.components().next_back(), Some(Component::Normal(_))) => {
                normalized.pop();
            }
            component => normalized.push(component),
        }
    }
    normalized
}

/// The most files of a folder that are compared with a misspelt name.
const MAX_PRESENT: usize = 1_000;

/// Returns the names of the files in a folder that can have parts.
fn present(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().take(MAX_PRESENT).filter_map(Result::ok);
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> =
        names.filter(|name| [".yaml", ".yml", ".json"].iter().any(|extension| name.ends_with(extension))).collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{FileError, Files, ProjectFiles, normalized};

    #[test]
    fn names_of_one_file_are_equal() {
        let files = ProjectFiles::new(vec!["".into()]);
        let name = |path: &str, from: &str| files.name(path, from).unwrap().replace('\\', "/");
        assert_eq!(name("_a.yaml", "t/order.yaml"), "t/_a.yaml");
        assert_eq!(name("../t/./_a.yaml", "t/order.yaml"), "t/_a.yaml");
        assert_eq!(name("../_a.yaml", "order.yaml"), "../_a.yaml");
        assert_eq!(name("_a.yaml", "<stdin>"), "_a.yaml");
        assert!(matches!(files.name("/etc/passwd", "t/a.yaml"), Err(FileError::Absolute)));
        assert!(matches!(files.name(r"C:\a.yaml", "t/a.yaml"), Err(FileError::Absolute)));
        assert_eq!(normalized(Path::new("a/../../b")), Path::new("../b"));
    }

    #[test]
    fn nothing_outside_of_the_folders_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("project");
        fs::create_dir(&root).unwrap();
        fs::write(root.join("_a.yaml"), "a: 1\n").unwrap();
        fs::write(folder.path().join("_b.yaml"), "b: 1\n").unwrap();
        let files = ProjectFiles::new(vec![root.clone()]);
        let read = |path: &str| files.read(&normalized(&root.join(path)).display().to_string());
        assert_eq!(read("_a.yaml").unwrap().text(), "a: 1\n");
        assert!(matches!(read("../_b.yaml"), Err(FileError::Outside { .. })));
        assert!(matches!(read("../_c.yaml"), Err(FileError::Outside { .. })), "whether it exists is not told");
        let Err(FileError::Missing { present }) = read("_b.yaml") else { panic!("it does not exist") };
        assert_eq!(present, ["_a.yaml"]);
        assert!(matches!(read(""), Err(FileError::NotFile)));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path().join("_b.yaml"), root.join("_link.yaml")).unwrap();
            assert!(matches!(read("_link.yaml"), Err(FileError::Outside { .. })));
        }
    }
}
