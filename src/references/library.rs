//! The files that have been read for references, each parsed once.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::source::SourceFile;
use crate::syntax::{Comment, Node, SyntaxError, parse_file};

use super::files::{FileError, Files};

/// A file with parts for others.
#[derive(Debug)]
pub(crate) struct PartFile {
    pub(crate) file: Arc<SourceFile>,
    /// The tree; `None` if the text has none.
    pub(crate) root: Option<Node<'static>>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) errors: Vec<SyntaxError>,
}

/// The files that have been read, by their names. Each is read once, however many references name it.
#[derive(Debug, Default)]
pub(crate) struct Library {
    /// Where they come from; `None` if references are resolved within a file only.
    files: Option<Arc<dyn Files>>,
    read: RwLock<HashMap<String, ReadFile>>,
}

type ReadFile = Result<Arc<PartFile>, Arc<FileError>>;

impl Library {
    pub(crate) fn new(files: Option<Arc<dyn Files>>) -> Self {
        Self { files, read: RwLock::default() }
    }

    /// Returns the name of a file, by its path from the file with the name `from`.
    pub(super) fn name(&self, path: &str, from: &str) -> Result<String, FileError> {
        self.files.as_ref().ok_or(FileError::Unsupported)?.name(path, from)
    }

    /// Returns the file with a name.
    pub(super) fn get(&self, name: &str) -> ReadFile {
        if let Some(known) = self.read.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return known.clone();
        }
        // Others wait for the file instead of reading it, too.
        let mut read = self.read.write().unwrap_or_else(PoisonError::into_inner);
        let known = read.entry(name.to_owned());
        let file = || self.files.as_ref().ok_or(FileError::Unsupported)?.read(name);
        known.or_insert_with(|| file().map(|file| Arc::new(PartFile::parse(file))).map_err(Arc::new)).clone()
    }

    /// Replaces the text of a file, which has not been saved.
    pub(crate) fn replace(&self, file: &Arc<SourceFile>) {
        let part = Arc::new(PartFile::parse(Arc::clone(file)));
        self.read.write().unwrap_or_else(PoisonError::into_inner).insert(file.name().to_owned(), Ok(part));
    }
}

impl PartFile {
    fn parse(file: Arc<SourceFile>) -> Self {
        let parsed = parse_file(&file);
        let comments = parsed.document.as_ref().map(|document| document.comments.clone()).unwrap_or_default();
        let errors = parsed.errors.clone();
        let root = parsed.document.map(|document| document.root.into_owned());
        Self { file, root, comments, errors }
    }
}
