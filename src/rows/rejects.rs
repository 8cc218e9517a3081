//! A file of rejected rows with their reasons, to be fixed and sent on their own.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

use super::csv::{Cells, Header, quoted};
use super::read::{RowText, Rows};
use super::record::Rejected;
use super::redact::redact;
use super::stream::TextForm;
use super::{REASON, csv};

/// A file of rejected rows, in the format of the rows: JSON Lines with the reasons in lines that begin with `#`, or CSV
/// with the reasons in the first column, [`REASON`]. Access tokens are redacted.
///
/// The operating system has all rows when [`Rejects::flush`] returns. If there are none, the file is removed in the
/// end.
pub struct Rejects {
    path: PathBuf,
    out: BufWriter<File>,
    csv: Option<(Arc<Header>, Cells)>,
    form: TextForm,
    count: u64,
}

/// Why rejected rows cannot be written.
#[derive(Debug, Error)]
pub enum RejectsError {
    /// The file is not empty; it may contain the rejected rows of another run.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// An I/O error.
    #[error("{}: {error}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        error: io::Error,
    },
}

impl Rejects {
    /// Creates the file for the rejects of `rows`. It must not exist, or be empty.
    ///
    /// # Errors
    /// [`RejectsError`].
    pub fn create(path: &Path, rows: &Rows) -> Result<Self, RejectsError> {
        let unwritable = |error| RejectsError::Unwritable { path: path.to_owned(), error };
        let file = OpenOptions::new().append(true).create(true).open(path).map_err(unwritable)?;
        if file.metadata().map_err(unwritable)?.len() > 0 {
            return Err(RejectsError::Exists(path.to_owned()));
        }
        let csv = rows.header().map(|header| (Arc::clone(header), Cells::new(header.separator)));
        Ok(Self { path: path.to_owned(), out: BufWriter::new(file), csv, form: rows.form(), count: 0 })
    }

    /// Returns how many rows have been added.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`RejectsError::Unwritable`].
    pub fn add(&mut self, rejected: &Rejected) -> Result<(), RejectsError> {
        self.count += 1;
        let begun = if self.count == 1 { self.write_begin() } else { Ok(()) };
        let written = begun.and_then(|()| match &self.csv {
            None => self.write_json(rejected),
            Some(_) => self.write_csv(rejected),
        });
        written.map_err(|error| self.unwritable(error))
    }

    /// Writes buffered rows to the file.
    ///
    /// # Errors
    /// [`RejectsError::Unwritable`].
    pub fn flush(&mut self) -> Result<(), RejectsError> {
        self.out.flush().map_err(|error| self.unwritable(error))
    }

    /// Completes the file, or removes it if it has no rows. Returns the number of rows.
    ///
    /// # Errors
    /// [`RejectsError::Unwritable`].
    pub fn finish(mut self) -> Result<u64, RejectsError> {
        self.flush()?;
        Ok(self.count)
    }

    fn unwritable(&self, error: io::Error) -> RejectsError {
        RejectsError::Unwritable { path: self.path.clone(), error }
    }

    /// Writes what stands before the first row, as in the file with the rows: a spreadsheet program reads both files
    /// alike.
    fn write_begin(&mut self) -> io::Result<()> {
        let Self { out, csv, form, .. } = self;
        if form.has_bom {
            out.write_all("\u{feff}".as_bytes())?;
        }
        let Some((header, _)) = csv else { return Ok(()) };
        let line_break = form.line_break();
        if let Some(declaration) = &header.declaration {
            write!(out, "{declaration}{line_break}")?;
        }
        match header.columns.iter().any(|column| column == REASON) {
            true => write!(out, "{}{line_break}", header.text),
            false => write!(out, "{REASON}{}{}{line_break}", char::from(header.separator), header.text),
        }
    }

    fn write_json(&mut self, rejected: &Rejected) -> io::Result<()> {
        for reason in rejected.sentences() {
            write!(self.out, "# {reason}{}", self.form.line_break())?;
        }
        match &rejected.row.text {
            RowText::Whole(text) => self.out.write_all(&redact(text, rejected.access_token.as_ref()))?,
            RowText::TooLong => write!(self.out, "# the row is too long to be kept")?,
        }
        self.out.write_all(self.form.line_break().as_bytes())
    }

    fn write_csv(&mut self, rejected: &Rejected) -> io::Result<()> {
        let Some((header, cells)) = &mut self.csv else { return Ok(()) };
        let reasons: Vec<String> = rejected.sentences().collect();
        let reason = quoted(&reasons.join("; "));
        let text = match &rejected.row.text {
            RowText::Whole(text) => csv::redact(text, header, cells, rejected.access_token.as_ref()),
            RowText::TooLong => Vec::new(),
        };
        match csv::reason_cell(&text, header, cells) {
            Some(cell) => {
                self.out.write_all(&text[..cell.start])?;
                self.out.write_all(reason.as_bytes())?;
                self.out.write_all(&text[cell.end..])?;
            }
            None => {
                write!(self.out, "{reason}{}", char::from(header.separator))?;
                self.out.write_all(&text)?;
            }
        }
        self.out.write_all(self.form.line_break().as_bytes())
    }
}

impl Drop for Rejects {
    fn drop(&mut self) {
        if self.count == 0 {
            // If this fails, an empty file is left.
            let _ = fs::remove_file(&self.path);
        }
    }
}
