//! Columns in UTF-16 code units, for formats that use these.

use super::{Position, SourceFile};

/// The positions of a file, with columns in UTF-16 code units.
pub(crate) struct Utf16<'a> {
    file: &'a SourceFile,
    /// The line and offset of each character of two units, in order.
    wide: Vec<(usize, usize)>,
}

impl<'a> Utf16<'a> {
    pub(crate) fn new(file: &'a SourceFile) -> Self {
        let wide = file.text().char_indices().filter(|(_, character)| character.len_utf16() == 2);
        Self { file, wide: wide.map(|(offset, _)| (file.position(offset).line, offset)).collect() }
    }

    /// Returns the line and column of a byte offset, both from 1.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let Position { line, column } = self.file.position(offset);
        let wide_before = |place: (usize, usize)| self.wide.partition_point(|wide| *wide < place);
        Position { line, column: column + wide_before((line, offset)) - wide_before((line, 0)) }
    }
}
