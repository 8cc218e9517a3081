//! Where the files of references come from.

use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use crate::source::{SourceError, SourceFile};

/// Reads the files that references name.
///
/// [`ProjectFiles`](crate::config::ProjectFiles) reads them from the folders of a project. An editor can return texts that
/// are not saved yet.
pub trait Files: fmt::Debug + Send + Sync {
    /// Returns the name that a file has in messages, by its path as a reference writes it and the name of the file that
    /// the reference is in. Two paths to the same file have the same name.
    ///
    /// # Errors
    /// The path can be no path in the project.
    fn name(&self, path: &str, from: &str) -> Result<String, FileError>;

    /// Reads the file with a name.
    ///
    /// # Errors
    /// It cannot be read, or is not to be read.
    fn read(&self, name: &str) -> Result<Arc<SourceFile>, FileError>;
}

/// Why the file of a reference cannot be read.
#[derive(Debug, Error)]
pub enum FileError {
    /// References can be resolved within a file only.
    #[error("no files can be read here")]
    Unsupported,
    /// The path is absolute.
    #[error("an absolute path")]
    Absolute,
    /// The path leads out of the project.
    #[error("outside of the project, {root}")]
    Outside {
        /// The folder of the project.
        root: String,
    },
    /// There is no such file.
    #[error("no such file")]
    Missing {
        /// The names of files that are in its folder.
        present: Vec<String>,
    },
    /// The path is that of a folder, a pipe or a device.
    #[error("not a regular file")]
    NotFile,
    /// The file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] SourceError),
}
