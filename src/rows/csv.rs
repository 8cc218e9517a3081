//! Comma-separated values (RFC 4180): splits a stream into records, and a record into cells.

use std::io::{self, BufRead};
use std::ops::Range;

use csv_core::{ReadFieldResult, ReadRecordResult, Reader, ReaderBuilder};
use thiserror::Error;

use crate::render::Given;

use crate::source::REDACTED;

use super::read::{Row, RowText};
use super::redact;
use super::{ACCESS_TOKEN, MAX_ROW_BYTES, REASON};

/// The supported separators, in order of preference.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// The first bytes of a ZIP archive (`.xlsx`, `.ods`; APPNOTE §4.3.7) and of a compound file (`.xls`; MS-CFB §2.2).
const SPREADSHEETS: &[&[u8]] = &[b"PK\x03\x04", &[0xd0, 0xcf, 0x11, 0xe0]];

/// The maximum size of the header, in bytes.
const MAX_HEADER_BYTES: usize = 64 << 10;

/// The header of a CSV file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The names of the columns, in order.
    pub columns: Vec<String>,
    /// How many columns without a name follow them. Spreadsheets write such columns if a cell there once had content.
    pub trailing: usize,
    /// The header as it is written, without its line break.
    pub text: String,
    /// The separator between two cells.
    pub separator: u8,
    /// The line before the header that states the separator (`sep=;`), if there is one.
    pub declaration: Option<String>,
}

/// Why the beginning of a file is not a valid header.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HeaderError {
    /// The file is empty.
    #[error("missing header")]
    Missing,
    /// More than 64 KiB.
    #[error("the header is longer than 64 KiB")]
    TooLong,
    /// A workbook of a spreadsheet program (`.xlsx`, `.xls`, `.ods`).
    #[error("the file is a spreadsheet, not CSV")]
    Spreadsheet,
    /// UTF-16.
    #[error("the file is UTF-16")]
    Utf16,
    /// Text in neither UTF-8 nor UTF-16: probably in an encoding of one byte per character.
    #[error("the file is not UTF-8, but perhaps Windows-1256")]
    NotUtf8,
    /// A column without a name before one with a name.
    #[error("column {0} of the header has no name")]
    Nameless(usize),
    /// Two columns with the same name.
    #[error("duplicate column `{0}` in the header")]
    Repeated(String),
}

/// Reads the header.
pub(super) fn read_header(input: &mut dyn BufRead, line: &mut u64) -> io::Result<Result<Header, HeaderError>> {
    // The separator is known only after the header; the end of the header does not depend on it.
    let mut splitter = Splitter::new(SEPARATORS[0]);
    let mut declared = None;
    loop {
        let text = match splitter.next_row(input, line)? {
            None => return Ok(Err(HeaderError::Missing)),
            Some(Row { text: RowText::Whole(text), .. }) => text,
            Some(Row { text: RowText::TooLong, .. }) => return Ok(Err(HeaderError::TooLong)),
        };
        match declared_separator(&text) {
            Some(separator) if declared.is_none() => {
                declared = Some((separator, String::from_utf8_lossy(&text).into_owned()));
            }
            _ => return Ok(decoded(text).and_then(|text| Header::new(text, declared))),
        }
    }
}

/// Returns the separator of a line `sep=;`, which Excel reads and writes before the header.
fn declared_separator(line: &[u8]) -> Option<u8> {
    match line.to_ascii_lowercase().as_slice() {
        [b's', b'e', b'p', b'=', separator] if SEPARATORS.contains(separator) => Some(*separator),
        _ => None,
    }
}

/// Returns whether a file begins like the workbook of a spreadsheet program.
pub(super) fn is_spreadsheet(begin: &[u8]) -> bool {
    SPREADSHEETS.iter().any(|signature| begin.starts_with(signature))
}

/// Returns the text of a header. One with a NUL is UTF-16 that begins with a letter beyond ASCII.
fn decoded(text: Vec<u8>) -> Result<String, HeaderError> {
    if text.contains(&0) {
        return Err(HeaderError::Utf16);
    }
    if text.len() > MAX_HEADER_BYTES {
        return Err(HeaderError::TooLong);
    }
    String::from_utf8(text).map_err(|_| HeaderError::NotUtf8)
}

impl Header {
    fn new(text: String, declared: Option<(u8, String)>) -> Result<Self, HeaderError> {
        let first = || SEPARATORS.into_iter().find(|separator| text.as_bytes().contains(separator));
        let (separator, declaration) = declared.unzip();
        let separator = separator.or_else(first).unwrap_or(SEPARATORS[0]);
        let cells = Cells::new(separator).read(&text);
        let mut columns: Vec<String> = cells.into_iter().map(|cell| cell.text.trim().to_owned()).collect();
        let named = columns.iter().rposition(|name| !name.is_empty()).map_or(1, |last| last + 1);
        let trailing = columns.len().saturating_sub(named);
        columns.truncate(named);
        if let Some(at) = columns.iter().position(String::is_empty) {
            return Err(HeaderError::Nameless(at + 1));
        }
        if let Some((_, name)) = columns.iter().enumerate().find(|(at, name)| columns[..*at].contains(name)) {
            return Err(HeaderError::Repeated(name.clone()));
        }
        Ok(Self { columns, trailing, text, separator, declaration })
    }
}

/// Splits a stream into records. A line break within quotes does not end a record.
pub(super) struct Splitter {
    reader: Reader,
    /// Receives the unquoted cells, which are not used.
    cells: Box<[u8]>,
}

impl Splitter {
    pub(super) fn new(separator: u8) -> Self {
        Self { reader: reader(separator), cells: vec![0; 8 << 10].into() }
    }

    /// Returns the next record, as it is written.
    pub(super) fn next_row(&mut self, input: &mut dyn BufRead, line: &mut u64) -> io::Result<Option<Row>> {
        let mut text = Vec::new();
        let (mut is_too_long, mut ends) = (false, [0; 64]);
        loop {
            let buffer = input.fill_buf()?;
            let (result, consumed, ..) = self.reader.read_record(buffer, &mut self.cells, &mut ends);
            is_too_long |= text.len() + consumed > MAX_ROW_BYTES + 2;
            let mut kept = &buffer[..consumed];
            if text.is_empty() {
                // The line break of the previous record, and blank lines.
                let blank = kept.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
                *line += breaks(&kept[..blank]);
                kept = &kept[blank..];
            }
            if !is_too_long {
                text.extend_from_slice(kept);
            } else {
                *line += breaks(kept);
            }
            input.consume(consumed);
            match result {
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::InputEmpty | ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {}
            }
        }
        let at = *line;
        *line += breaks(&text);
        while text.pop_if(|last| matches!(last, b'\n' | b'\r')).is_some() {}
        Ok(Some(Row { line: at, text: if is_too_long { RowText::TooLong } else { RowText::Whole(text) } }))
    }
}

fn breaks(text: &[u8]) -> u64 {
    text.iter().filter(|byte| **byte == b'\n').count() as u64
}

fn reader(separator: u8) -> Reader {
    ReaderBuilder::new().delimiter(separator).build()
}

/// A cell, and its byte range in the row including quotes.
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) range: Range<usize>,
}

/// Splits rows into cells. Creating one takes longer than reading a row, so it is reused.
pub(super) struct Cells {
    reader: Reader,
    separator: u8,
}

impl Clone for Cells {
    /// Creates a new reader, because csv-core 0.1.13 loses a part of its table when a reader is cloned.
    fn clone(&self) -> Self {
        Self::new(self.separator)
    }
}

impl Cells {
    pub(super) fn new(separator: u8) -> Self {
        Self { reader: reader(separator), separator }
    }

    /// Splits one row into cells.
    pub(super) fn read(&mut self, row: &str) -> Vec<Cell> {
        self.reader.reset();
        let mut cells = Vec::new();
        // An unquoted cell is never longer than the quoted one.
        let mut output = vec![0; row.len()];
        let (mut start, mut written) = (0, 0);
        let mut at = 0;
        loop {
            let (result, consumed, made) = self.reader.read_field(&row.as_bytes()[at..], &mut output[written..]);
            (at, written) = (at + consumed, written + made);
            let is_last = match result {
                ReadFieldResult::Field { record_end } => record_end,
                ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => continue,
                ReadFieldResult::End => break,
            };
            // Excludes the separator.
            let end = if is_last { at } else { at - 1 };
            let text = String::from_utf8_lossy(&output[..written]).into_owned();
            cells.push(Cell { text, range: start..end });
            (start, written) = (at, 0);
            if is_last {
                break;
            }
        }
        cells
    }
}

/// Quotes the text of a cell.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// Returns the byte range of the cell in the column [`REASON`].
pub(super) fn reason_cell(row: &[u8], header: &Header, cells: &mut Cells) -> Option<Range<usize>> {
    let column = header.columns.iter().position(|column| column == REASON)?;
    Some(cells.read(&with_ascii_for_invalid_bytes(row)).into_iter().nth(column)?.range)
}

/// Redacts the token in a row, cell by cell. If the row has more or fewer cells than the header, the token may be in an
/// adjacent cell.
pub(super) fn redact(row: &[u8], header: &Header, cells: &mut Cells, token: Option<&Given>) -> Vec<u8> {
    let column = header.columns.iter().position(|column| column == ACCESS_TOKEN);
    let cells = cells.read(&with_ascii_for_invalid_bytes(row));
    let shift = cells.len().abs_diff(header.columns.len());
    let mut redacted = row.to_vec();
    for (at, Cell { text, range }) in cells.into_iter().enumerate().rev().filter(|(_, cell)| !cell.text.is_empty()) {
        if column.is_some_and(|column| at.abs_diff(column) <= shift) {
            redacted.splice(range, REDACTED.bytes());
            continue;
        }
        let harmless = redact::redact_text(&text, token);
        if harmless != text {
            redacted.splice(range, quoted(&harmless).bytes());
        }
    }
    redacted
}

/// Returns a row as text of the same length in bytes.
fn with_ascii_for_invalid_bytes(row: &[u8]) -> String {
    row.utf8_chunks().flat_map(|chunk| [chunk.valid().to_owned(), "?".repeat(chunk.invalid().len())]).collect()
}
