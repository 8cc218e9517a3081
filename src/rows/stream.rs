//! The stream that rows are read from: decompressed, without a byte-order mark, in an encoding that is known.

use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use crate::source::is_utf16;

use super::csv;

/// The size of the read buffer, in bytes.
pub(super) const BUFFER: usize = 64 << 10;

/// The first bytes of gzip (RFC 1952 §2.3.1), and the byte-order mark of UTF-8.
const GZIP: &[u8] = &[0x1f, 0x8b];
const BOM: &[u8] = "\u{feff}".as_bytes();

/// How much leading white space is searched for the first character, in bytes.
const MAX_BLANK_BEGIN: usize = 1 << 10;

/// How the text of a file is written, apart from its content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextForm {
    /// Whether it begins with a byte-order mark. Excel needs one to read UTF-8.
    pub has_bom: bool,
    /// Whether its first line ends with a carriage return and a line feed.
    pub has_crlf: bool,
}

impl TextForm {
    /// Returns the line break.
    #[must_use]
    pub const fn line_break(self) -> &'static str {
        if self.has_crlf { "\r\n" } else { "\n" }
    }
}

pub(super) type Input = Box<dyn BufRead + Send>;

/// A stream that counts the bytes read.
pub(super) struct CountingReader {
    pub(super) stream: Box<dyn Read + Send>,
    pub(super) read: Arc<AtomicU64>,
}

impl Read for CountingReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// A stream that knows how many bytes are buffered.
pub(super) struct Buffered {
    input: Input,
    left: usize,
}

impl Buffered {
    pub(super) fn new(input: Input) -> Self {
        Self { input, left: 0 }
    }

    /// Returns whether the buffer contains the end of a line.
    pub(super) fn has_buffered_line(&mut self) -> bool {
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
pub(super) fn uncompressed(stream: CountingReader) -> io::Result<Input> {
    let (begin, stream) = peek(stream, GZIP.len())?;
    let is_compressed = begin.get_ref() == GZIP;
    let stream = BufReader::with_capacity(BUFFER, begin.chain(stream));
    Ok(if is_compressed {
        Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(stream)))
    } else {
        Box::new(stream)
    })
}

/// The beginning of a stream.
pub(super) struct Begin {
    /// The stream without a byte-order mark.
    pub(super) input: Input,
    /// The first byte that is not white space, if it is found early.
    pub(super) first: Option<u8>,
    pub(super) form: TextForm,
    pub(super) encoding: Encoding,
}

/// The encoding of a text.
pub(super) enum Encoding {
    Utf8,
    Utf16,
    /// No text at all.
    Spreadsheet,
    Other,
}

impl Encoding {
    /// Guesses the encoding by the beginning of a text. Text in UTF-8 with single bytes that are invalid is still
    /// UTF-8; one whose characters beyond ASCII are all invalid is something else.
    pub(super) fn of(begin: &[u8]) -> Self {
        if csv::is_spreadsheet(begin) {
            return Self::Spreadsheet;
        }
        if is_utf16(begin) {
            return Self::Utf16;
        }
        let mut chunks = begin.utf8_chunks();
        let has_more = |text: &str| !text.is_ascii();
        // The last character may be incomplete.
        let is_cut = |invalid: &[u8]| {
            begin.ends_with(invalid) && str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none())
        };
        let is_other = chunks.clone().any(|chunk| !chunk.invalid().is_empty() && !is_cut(chunk.invalid()));
        if is_other && !chunks.any(|chunk| has_more(chunk.valid())) { Self::Other } else { Self::Utf8 }
    }
}

/// Strips a byte-order mark, and looks at the beginning of the text. Reads no further than the first line, because a
/// pipe may have no more data yet.
pub(super) fn begin(mut input: Input) -> io::Result<Begin> {
    let (mut begin, mut first, mut has_bom) = (Vec::new(), None, false);
    while first.is_none() && begin.len() < MAX_BLANK_BEGIN {
        let mut byte = [0];
        if input.read(&mut byte)? == 0 {
            break;
        }
        begin.extend(byte);
        if begin == BOM && !has_bom {
            begin.clear();
            has_bom = true;
        }
        first = begin.iter().copied().find(|byte| !byte.is_ascii_whitespace()).filter(|_| !BOM.starts_with(&begin));
    }
    // The first line is needed anyway; of a file, this reads more.
    while begin.len() < BUFFER && !begin.contains(&b'\n') {
        let more = input.fill_buf()?;
        if more.is_empty() {
            break;
        }
        let count = more.len();
        begin.extend_from_slice(more);
        input.consume(count);
    }
    let line = begin.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
    let form = TextForm { has_bom, has_crlf: line.ends_with(b"\r\n") };
    // A byte-order mark says that the text is UTF-8, whatever is wrong with some of it.
    let encoding = if has_bom { Encoding::Utf8 } else { Encoding::of(&begin) };
    Ok(Begin { input: Box::new(Cursor::new(begin).chain(input)), first, form, encoding })
}

/// Returns the first bytes of a stream, at most `count`, and the rest of it.
fn peek<R: Read>(mut stream: R, count: usize) -> io::Result<(Cursor<Vec<u8>>, R)> {
    let mut begin = Vec::with_capacity(count);
    stream.by_ref().take(count as u64).read_to_end(&mut begin)?;
    Ok((Cursor::new(begin), stream))
}
