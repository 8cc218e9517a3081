//! Splits a stream into rows.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;
use thiserror::Error;

use super::csv::{self, Header, HeaderError};
use super::{MAX_ROW_BYTES, RowFormat};

/// The size of the read buffer, in bytes.
const BUFFER: usize = 64 << 10;

/// The first bytes of gzip (RFC 1952 §2.3.1), and the byte-order mark of UTF-8.
const GZIP: &[u8] = &[0x1f, 0x8b];
const BOM: &[u8] = "\u{feff}".as_bytes();

/// How much leading white space is searched for the first character, in bytes.
const MAX_BLANK_BEGIN: usize = 1 << 10;

/// A stream of rows.
pub struct Rows {
    name: Arc<str>,
    input: Buffered,
    layout: Layout,
    line: u64,
    read: Arc<AtomicU64>,
    size: Option<u64>,
}

type Input = Box<dyn BufRead + Send>;

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
        let (mut input, first) = after_bom(input).map_err(unreadable)?;
        let mut line = 1;
        if first.is_some_and(|first| csv::UTF_16_MARKS.iter().any(|mark| mark.starts_with(&[first]))) {
            // No text in UTF-8 begins with one of these bytes.
            return Err(RowsError::Header { name, error: HeaderError::Utf16 });
        }
        let layout = match by_extension(path) {
            None if first == Some(b'[') => return Err(RowsError::Array { name }),
            Some(Extension::JsonLines) if first == Some(b'[') => return Err(RowsError::Array { name }),
            Some(Extension::JsonLines) => Layout::JsonLines,
            None if matches!(first, None | Some(b'{' | b'#')) => Layout::JsonLines,
            Some(Extension::Csv) | None => {
                let header = csv::read_header(&mut input, &mut line).map_err(unreadable)?;
                let header = header.map_err(|error| RowsError::Header { name: Arc::clone(&name), error })?;
                let splitter = Box::new(csv::Splitter::new(header.separator));
                Layout::Csv { header: Arc::new(header), splitter }
            }
        };
        Ok(Self { name, input: Buffered { input, left: 0 }, layout, line, read, size })
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
    /// [`RowsError::Unreadable`]. The rows before it are complete.
    pub fn next_row(&mut self) -> Result<Option<Row>, RowsError> {
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

/// A stream that counts the bytes read.
struct CountingReader {
    stream: Box<dyn Read + Send>,
    read: Arc<AtomicU64>,
}

impl Read for CountingReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// A stream that knows how many bytes are buffered.
struct Buffered {
    input: Input,
    left: usize,
}

impl Buffered {
    /// Returns whether the buffer contains the end of a line.
    fn has_buffered_line(&mut self) -> bool {
        self.left > 0 && self.input.fill_buf().is_ok_and(|buffer| buffer.contains(&b'\n'))
    }
}

impl Read for Buffered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Buffered {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let buffer = self.input.fill_buf()?;
        self.left = buffer.len();
        Ok(buffer)
    }

    fn consume(&mut self, count: usize) {
        self.left -= count;
        self.input.consume(count);
    }
}

/// Decompresses the stream if it is gzip.
fn uncompressed(stream: CountingReader) -> io::Result<Input> {
    let (begin, stream) = peek(stream, GZIP.len())?;
    let is_compressed = begin.get_ref() == GZIP;
    let stream = BufReader::with_capacity(BUFFER, begin.chain(stream));
    Ok(if is_compressed {
        Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(stream)))
    } else {
        Box::new(stream)
    })
}

/// Strips a byte-order mark. Also returns the first byte that is not white space, if it is found early. Reads no
/// further than necessary, because a pipe may have no more data yet.
fn after_bom(mut input: Input) -> io::Result<(Input, Option<u8>)> {
    let (mut begin, mut first) = (Vec::new(), None);
    while first.is_none() && begin.len() < MAX_BLANK_BEGIN {
        let mut byte = [0];
        if input.read(&mut byte)? == 0 {
            break;
        }
        begin.extend(byte);
        if begin == BOM {
            begin.clear();
        }
        first = begin.iter().copied().find(|byte| !byte.is_ascii_whitespace()).filter(|_| !BOM.starts_with(&begin));
    }
    Ok((Box::new(Cursor::new(begin).chain(input)), first))
}

/// Returns the first bytes of a stream, at most `count`, and the rest of it.
fn peek<R: Read>(mut stream: R, count: usize) -> io::Result<(Cursor<Vec<u8>>, R)> {
    let mut begin = Vec::with_capacity(count);
    stream.by_ref().take(count as u64).read_to_end(&mut begin)?;
    Ok((Cursor::new(begin), stream))
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
