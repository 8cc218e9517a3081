//! Locations in several files, since a template can have parts in other files.

use std::fmt;
use std::sync::Arc;

use super::{SourceFile, Span};

/// Identifies a file of a [`Sources`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

impl FileId {
    /// The file that is read first.
    pub const MAIN: Self = Self(0);
}

/// A range of bytes in one of several files.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file.
    pub file: FileId,
    /// The range in it.
    pub span: Span,
}

impl From<Span> for Location {
    /// Returns the location of a range in the main file.
    fn from(span: Span) -> Self {
        Self { file: FileId::MAIN, span }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.file {
            FileId::MAIN => write!(f, "{:?}", self.span),
            FileId(number) => write!(f, "{number}:{:?}", self.span),
        }
    }
}

/// The files that a template is read from.
#[derive(Clone, Debug)]
pub struct Sources {
    main: Arc<SourceFile>,
    others: Vec<Arc<SourceFile>>,
}

impl Sources {
    /// Creates sources of one file, [`FileId::MAIN`].
    #[must_use]
    pub fn new(main: Arc<SourceFile>) -> Self {
        Self { main, others: Vec::new() }
    }

    /// Adds a file, unless it is already one of these.
    pub fn add(&mut self, file: &Arc<SourceFile>) -> FileId {
        let known = self.iter().position(|known| Arc::ptr_eq(known, file));
        let index = known.unwrap_or_else(|| {
            self.others.push(Arc::clone(file));
            self.others.len()
        });
        // No template has 2³² files.
        FileId(u32::try_from(index).unwrap_or_default())
    }

    /// Returns a file; the main file, if the id is from other sources.
    #[must_use]
    pub fn get(&self, id: FileId) -> &Arc<SourceFile> {
        match id {
            FileId::MAIN => &self.main,
            FileId(number) => self.others.get(number as usize - 1).unwrap_or(&self.main),
        }
    }

    /// Returns the main file.
    #[must_use]
    pub fn main(&self) -> &Arc<SourceFile> {
        &self.main
    }

    /// Returns the files in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<SourceFile>> {
        std::iter::once(&self.main).chain(&self.others)
    }

    /// Returns the text at a location.
    #[must_use]
    pub fn slice(&self, location: Location) -> &str {
        self.get(location.file).slice(location.span)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{FileId, Location, Sources};
    use crate::source::{SourceFile, Span};

    #[test]
    fn a_location_is_in_its_own_file() {
        let (main, part) = (SourceFile::new("a", "first"), SourceFile::new("b", "second"));
        let mut sources = Sources::new(Arc::clone(&main));
        let id = sources.add(&part);
        assert_eq!((sources.add(&main), sources.add(&part)), (FileId::MAIN, id));
        assert_eq!(sources.slice(Span::new(0, 5).into()), "first");
        assert_eq!(sources.slice(Location { file: id, span: Span::new(0, 6) }), "second");
        assert_eq!(Sources::new(main).get(id).name(), "a", "an id of other sources");
    }
}
