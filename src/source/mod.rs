//! The text of files, and positions in it.
//!
//! Offsets are in bytes from the beginning of the file, including a byte-order mark, so that a [`Span`] is valid for
//! the file on disk.

pub(crate) mod characters;
mod composite;
#[cfg(feature = "cli")]
mod known_secrets;
pub(crate) mod secrets;
mod similarity;
mod utf16;
mod visible;

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use thiserror::Error;

use composite::Composition;

pub(crate) use composite::{Composer, Reference};
#[cfg(feature = "cli")]
pub(crate) use known_secrets::{KnownSecrets, REDACTED};
pub(crate) use similarity::Similarity;
pub(crate) use utf16::{Utf16, is_utf16};
pub(crate) use visible::{is_directional_control, visible};

/// The largest file that is read, in bytes: 1 MiB.
pub const MAX_FILE_BYTES: usize = 1 << 20;

/// A half-open range of bytes in one file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The offset of the first byte.
    pub start: usize,
    /// The offset after the last byte; never less than `start`.
    pub end: usize,
}

impl Span {
    /// Returns the range from `start` to `end`, exclusively.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Returns the empty range before the byte at `offset`.
    #[must_use]
    pub const fn at(offset: usize) -> Self {
        Self { start: offset, end: offset }
    }

    /// Returns the length in bytes.
    #[must_use]
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// Returns whether the range is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Returns the smallest range that contains both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Returns whether a range is inside of this one.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Returns the range in a text in which it is `distance` bytes further back.
    #[must_use]
    pub const fn moved(self, distance: usize) -> Self {
        Self { start: self.start + distance, end: self.end + distance }
    }

    /// Returns the range as a type of the standard library.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self { start: range.start, end: range.end }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// A human-readable position: line and column from 1, the column in Unicode code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in Unicode code points.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// The text of an input, and its name in messages.
#[derive(Default)]
pub struct SourceFile {
    name: String,
    text: String,
    first_line: usize,
    marks: OnceLock<Vec<Mark>>,
    composition: Composition,
}

impl SourceFile {
    /// Creates a file from its text. `name` is its name in messages: a path, `<stdin>`, `--var price`.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Self::at_line(1, name, text)
    }

    /// Creates a file that is part of a longer one, in which it begins on `first_line`, counted from 1.
    pub fn at_line(line: usize, name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { name: name.into(), text: text.into(), first_line: line, ..Self::default() })
    }

    /// Reads a file of at most [`MAX_FILE_BYTES`]. No more than that is kept in memory.
    ///
    /// # Errors
    /// The file cannot be read, is too large, or is not UTF-8.
    pub fn read(path: &Path) -> Result<Arc<Self>, SourceError> {
        let name = path.display().to_string();
        match File::open(path) {
            Ok(file) => Self::from_reader(name, file),
            Err(error) => Err(SourceError::Unreadable { name, error }),
        }
    }

    /// Reads a stream such as stdin, at most [`MAX_FILE_BYTES`].
    ///
    /// # Errors
    /// As [`SourceFile::read`].
    pub fn from_reader(name: impl Into<String>, reader: impl Read) -> Result<Arc<Self>, SourceError> {
        let name = name.into();
        // Enough for most templates, so that they take one read and one for the end.
        let mut bytes = Vec::with_capacity(8 << 10);
        match reader.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes) {
            Err(error) => Err(SourceError::Unreadable { name, error }),
            Ok(read) if read > MAX_FILE_BYTES => Err(SourceError::TooLarge { name }),
            Ok(_) => Self::from_bytes(name, bytes),
        }
    }

    /// Creates a file from its bytes.
    ///
    /// # Errors
    /// [`SourceError::NotUtf8`], with U+FFFD for invalid bytes, or [`SourceError::Utf16`].
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Result<Arc<Self>, SourceError> {
        if is_utf16(&bytes) {
            return Err(SourceError::Utf16 { file: Self::new(name, utf16::decode(&bytes)) });
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(name, text)),
            Err(error) => {
                let start = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                let span = Span::new(start, start + char::REPLACEMENT_CHARACTER.len_utf8());
                Err(SourceError::NotUtf8 { file: Self::new(name, text), span })
            }
        }
    }

    /// Returns the name in messages.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the text of a range; empty if the range is not in this file.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Returns the smallest range of whole characters that contains a range.
    pub(crate) fn whole_characters(&self, span: Span) -> Span {
        let (start, end) = (self.text.floor_char_boundary(span.start), self.text.ceil_char_boundary(span.end));
        Span::new(start, end.max(start))
    }

    /// Returns the line and column of a byte offset; of the end, if it is past the end.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let marks = self.marks();
        let mark = marks[marks.partition_point(|mark| mark.offset <= offset).max(1) - 1];
        let end = self.text.floor_char_boundary(offset).max(mark.offset);
        let Position { line, column } = mark.position;
        Position { line, column: column + self.text[mark.offset..end].chars().count() }
    }

    /// Returns the positions of some offsets: the beginning of each line, and several points along a long line. YAML
    /// ends a line at LF, CRLF or a lone CR (YAML 1.2.2 §5.4).
    fn marks(&self) -> &[Mark] {
        self.marks.get_or_init(|| {
            let after_bom = if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
            let mut position = Position { line: self.first_line, column: 1 };
            let mut marks = vec![Mark { offset: after_bom, position }];
            let mut last = after_bom;
            let mut characters = self.text[after_bom..].char_indices().peekable();
            while let Some((at, character)) = characters.next() {
                let is_crlf = character == '\r' && characters.peek().is_some_and(|&(_, next)| next == '\n');
                let ends_line = matches!(character, '\n' | '\r') && !is_crlf;
                position = if ends_line {
                    Position { line: position.line + 1, column: 1 }
                } else {
                    Position { column: position.column + 1, ..position }
                };
                let offset = after_bom + at + character.len_utf8();
                if ends_line || offset - last >= MARK_DISTANCE {
                    marks.push(Mark { offset, position });
                    last = offset;
                }
            }
            marks
        })
    }
}

/// An offset whose position is known.
#[derive(Clone, Copy)]
struct Mark {
    offset: usize,
    position: Position,
}

/// The number of bytes after which a long line has a further mark.
const MARK_DISTANCE: usize = 1 << 10;

impl fmt::Debug for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SourceFile({}, {} bytes)", self.name, self.text.len())
    }
}

/// Why a file cannot be read as text.
#[derive(Debug, Error)]
pub enum SourceError {
    /// The operating system reports an error.
    #[error("{name}: {error}")]
    Unreadable {
        /// The name of the file in messages.
        name: String,
        /// The error.
        #[source]
        error: io::Error,
    },
    /// The file is larger than [`MAX_FILE_BYTES`].
    #[error("{name}: larger than 1 MiB, the most that a file may hold")]
    TooLarge {
        /// What messages call the file.
        name: String,
    },
    /// The file is not UTF-8 (YAML 1.2.2 §5.2).
    #[error("{}: not UTF-8 at {}", file.name(), file.position(span.start))]
    NotUtf8 {
        /// The text, with U+FFFD for invalid bytes.
        file: Arc<SourceFile>,
        /// The first U+FFFD.
        span: Span,
    },
    /// The file is UTF-16.
    #[error("{}: UTF-16, not UTF-8", file.name())]
    Utf16 {
        /// The text.
        file: Arc<SourceFile>,
    },
}
