//! Splits a stream into rows.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use thiserror::Error;

use super::csv::{self, Header, HeaderError};
use super::stream::{BUFFER, Begin, Buffered, CountingReader, Encoding, TextForm, begin, uncompressed};
use super::{MAX_ROW_BYTES, RowFormat};

/// A stream of rows.
pub struct Rows {
    name: Arc<str>,
    input: Buffered,
    layout: Layout,
    form: TextForm,
    /// The first row, if it has been read ahead.
    first: Option<Row>,
    line: u64,
    /// Whether a character beyond ASCII has been read, which is in UTF-8.
    has_utf8: bool,
    /// Whether a row in another encoding has been read.
    is_refused: bool,
    read: Arc<AtomicU64>,
    size: Option<u64>,
}

enum Layout {
    JsonLines,
    Csv { header: Arc<Header>, splitter: Box<csv::Splitter> },
}

/// One row, not parsed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Its text, without the line break at its end.
    pub text: RowText,
}

/// The text of a row. Its `Debug` output omits the text, which may contain a token.
#[derive(Clone, PartialEq, Eq)]
pub enum RowText {
    /// The whole text.
    Whole(Vec<u8>),
    /// The row is longer than [`MAX_ROW_BYTES`] and was discarded.
    TooLong,
}

/// Why rows cannot be read, or cannot be read any further.
#[derive(Debug, Error)]
pub enum RowsError {
    /// An I/O error, or corrupt compressed data.
    #[error("{name}: {error}")]
    Unreadable {
        /// The name of the file.
        name: Arc<str>,
        /// The line after the last row that could be read. `None` if the file cannot be opened.
        line: Option<u64>,
        /// The cause.
        #[source]
        error: io::Error,
    },
    /// The file is a JSON array, not JSON Lines.
    #[error("{name} is a JSON array")]
    Array {
        /// The name of the file.
        name: Arc<str>,
    },
    /// The file is not text in UTF-8, or the header of the CSV file is invalid.
    #[error("{name}: {error}")]
    Header {
        /// The name of the file.
        name: Arc<str>,
        /// The cause.
        error: HeaderError,
    },
}

impl Rows {
    /// Opens a file, or stdin if the path is `-`. gzip is detected by its first bytes (RFC 1952). The format is
    /// detected by the extension (`.csv`, `.tsv`, `.jsonl`, …), otherwise by the first character.
    ///
    /// # Errors
    /// [`RowsError`]. A file without rows is not an error.
    pub fn open(path: &Path) -> Result<Self, RowsError> {
        if path.as_os_str() == "-" {
            return Self::new("<stdin>", None, Box::new(io::stdin()), None);
        }
        let name: Arc<str> = path.display().to_string().into();
        let unreadable = |error| RowsError::Unreadable { name: Arc::clone(&name), line: None, error };
        let file = File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if metadata.is_dir() {
            return Err(unreadable(io::ErrorKind::IsADirectory.into()));
        }
        let size = metadata.is_file().then_some(metadata.len());
        Self::new(&name, Some(path), Box::new(file), size)
    }

    /// Reads rows from a stream. The format is detected by the extension of `path`, if there is one. `size` is the
    /// length of the stream in bytes, if known.
    ///
    /// # Errors
    /// As [`Rows::open`].
    pub fn new(
        name: &str,
        path: Option<&Path>,
        stream: Box<dyn Read + Send>,
        size: Option<u64>,
    ) -> Result<Self, RowsError> {
        let name: Arc<str> = name.into();
        let read = Arc::new(AtomicU64::new(0));
        let counted = CountingReader { stream, read: Arc::clone(&read) };
        let unreadable = |error| RowsError::Unreadable { name: Arc::clone(&name), line: Some(1), error };
        let input = uncompressed(counted).map_err(unreadable)?;
        let Begin { mut input, first, form, encoding } = begin(input).map_err(unreadable)?;
        let mut line = 1;
        let refused = match encoding {
            Encoding::Utf16 => Some(HeaderError::Utf16),
            Encoding::Spreadsheet => Some(HeaderError::Spreadsheet),
            Encoding::Utf8 | Encoding::Other => None,
        };
        if let Some(error) = refused {
            return Err(RowsError::Header { name, error });
        }
        let layout = match by_extension(path) {
            None if first == Some(b'[') => return Err(RowsError::Array { name }),
            Some(Extension::JsonLines) if first == Some(b'[') => return Err(RowsError::Array { name }),
            Some(Extension::JsonLines) => Layout::JsonLines,
            None if matches!(first, None | Some(b'{' | b'#')) => Layout::JsonLines,
            // A program writes JSON Lines in UTF-8, apart from broken rows; a spreadsheet program may write another encoding.
            Some(Extension::Csv) | None if matches!(encoding, Encoding::Other) => {
                return Err(RowsError::Header { name, error: HeaderError::NotUtf8 });
            }
            Some(Extension::Csv) | None => {
                let header = csv::read_header(&mut input, &mut line).map_err(unreadable)?;
                let header = header.map_err(|error| RowsError::Header { name: Arc::clone(&name), error })?;
                let splitter = Box::new(csv::Splitter::new(header.separator));
                Layout::Csv { header: Arc::new(header), splitter }
            }
        };
        let has_utf8 = match &layout {
            Layout::JsonLines => true,
            Layout::Csv { header, .. } => form.has_bom || header.columns.iter().any(|column| !column.is_ascii()),
        };
        let input = Buffered::new(input);
        Ok(Self { name, input, layout, form, first: None, line, has_utf8, is_refused: false, read, size })
    }

    /// Returns the name of the file, for messages.
    #[must_use]
    pub const fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Returns the format of the rows.
    #[must_use]
    pub fn format(&self) -> RowFormat {
        match &self.layout {
            Layout::JsonLines => RowFormat::JsonLines,
            Layout::Csv { header, .. } => RowFormat::Csv { separator: header.separator },
        }
    }

    /// Returns the header, if the format is CSV.
    #[must_use]
    pub const fn header(&self) -> Option<&Arc<Header>> {
        match &self.layout {
            Layout::JsonLines => None,
            Layout::Csv { header, .. } => Some(header),
        }
    }

    /// Returns how the text of the file is written.
    #[must_use]
    pub const fn form(&self) -> TextForm {
        self.form
    }

    /// Returns the first row without removing it, or `None` if there is none.
    ///
    /// # Errors
    /// As [`next_row`](Self::next_row).
    pub fn peek(&mut self) -> Result<Option<&Row>, RowsError> {
        if self.first.is_none() {
            self.first = self.next_row()?;
        }
        Ok(self.first.as_ref())
    }

    /// Returns the size of the file in bytes (compressed, if it is), if known.
    #[must_use]
    pub const fn size(&self) -> Option<u64> {
        self.size
    }

    /// Returns a counter of the bytes read so far (compressed, if the file is). It is updated while rows are read.
    #[must_use]
    pub fn bytes_read(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.read)
    }

    /// Returns the next row, or `None` at the end.
    ///
    /// # Errors
    /// [`RowsError::Unreadable`], and [`RowsError::Header`] if the first text beyond ASCII of a CSV file is not UTF-8. The
    /// rows before it are complete.
    pub fn next_row(&mut self) -> Result<Option<Row>, RowsError> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        let row = if self.is_refused { Ok(None) } else { self.read_row() }?;
        if let (false, Some(RowText::Whole(text))) = (self.has_utf8, row.as_ref().map(|row| &row.text)) {
            self.is_refused = matches!(Encoding::of(text), Encoding::Other);
            self.has_utf8 = !self.is_refused && !text.is_ascii();
        }
        if self.is_refused {
            return Err(RowsError::Header { name: Arc::clone(&self.name), error: HeaderError::NotUtf8 });
        }
        Ok(row)
    }

    fn read_row(&mut self) -> Result<Option<Row>, RowsError> {
        let row = match &mut self.layout {
            Layout::JsonLines => next_line(&mut self.input, &mut self.line),
            Layout::Csv { splitter, .. } => splitter.next_row(&mut self.input, &mut self.line),
        };
        row.map_err(|error| RowsError::Unreadable { name: Arc::clone(&self.name), line: Some(self.line), error })
    }

    /// Returns the rows that are available without waiting, about a buffer of them and at least one. Returns `None` at
    /// the end.
    ///
    /// # Errors
    /// As [`next_row`](Self::next_row), after the rows before it have been returned.
    pub fn next_rows(&mut self) -> Result<Option<Vec<Row>>, RowsError> {
        let (mut rows, mut bytes) = (Vec::new(), 0);
        while bytes < BUFFER {
            match self.next_row() {
                Ok(Some(row)) => {
                    bytes += row.text.len();
                    rows.push(row);
                    // The writer of a pipe may wait for the outcome of this row before it writes the next.
                    if !self.input.has_buffered_line() {
                        break;
                    }
                }
                Ok(None) => break,
                // The next call returns the error, because a stream that has failed fails again.
                Err(_) if !rows.is_empty() => break,
                Err(error) => return Err(error),
            }
        }
        Ok(Some(rows).filter(|rows| !rows.is_empty()))
    }
}

impl fmt::Debug for RowText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(text) => write!(f, "Whole({} bytes)", text.len()),
            Self::TooLong => f.write_str("TooLong"),
        }
    }
}

impl RowText {
    fn len(&self) -> usize {
        match self {
            Self::Whole(text) => text.len() + 1,
            Self::TooLong => 0,
        }
    }
}

/// A format, as detected by the extension.
enum Extension {
    JsonLines,
    Csv,
}

fn by_extension(path: Option<&Path>) -> Option<Extension> {
    let path = path?;
    let is_compressed = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    let path = if is_compressed { path.with_extension("") } else { PathBuf::from(path) };
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "jsonl" | "ndjson" | "json" => Some(Extension::JsonLines),
        "csv" | "tsv" => Some(Extension::Csv),
        _ => None,
    }
}

/// Returns the next line of JSON Lines that contains a row.
fn next_line(input: &mut Buffered, line: &mut u64) -> io::Result<Option<Row>> {
    loop {
        let mut text = Vec::new();
        let read = input.by_ref().take(MAX_ROW_BYTES as u64 + 2).read_until(b'\n', &mut text)?;
        if read == 0 {
            return Ok(None);
        }
        let at = *line;
        *line += 1;
        let is_ended = text.pop_if(|last| *last == b'\n').is_some();
        text.pop_if(|last| *last == b'\r');
        if text.len() > MAX_ROW_BYTES {
            if !is_ended {
                input.skip_until(b'\n')?;
            }
            return Ok(Some(Row { line: at, text: RowText::TooLong }));
        }
        let begin = text.trim_ascii_start();
        if !begin.is_empty() && !begin.starts_with(b"#") {
            return Ok(Some(Row { line: at, text: RowText::Whole(text) }));
        }
    }
}
