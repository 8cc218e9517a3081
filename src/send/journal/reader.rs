//! Reads a journal without changing it.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Row;

use super::error::JournalError;
use super::file::{self, Opened};
use super::id::MessageId;
use super::record::{Counts, Record, RowLocation, Runs, State};
use super::store::{self, FileNames, as_read};

/// A journal opened for reading. Messages that a killed run left in flight are shown as unknown; their records stay as
/// they are.
///
/// While a reader exists, no run can begin; while a run writes, no reader can be opened.
#[derive(Debug)]
pub struct Reader {
    opened: Opened,
}

impl Reader {
    /// Opens a journal for reading.
    ///
    /// # Errors
    /// [`JournalError`] if the file does not exist, is used by a run, or is not an intact journal.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let opened = file::open(path)?;
        let reader = Self { opened };
        reader.read(|connection| connection.pragma_update(None, "query_only", true))?;
        Ok(reader)
    }

    /// Returns the path of the file.
    #[must_use]
    pub const fn path(&self) -> &PathBuf {
        &self.opened.path
    }

    /// Returns how many messages are in which state.
    ///
    /// # Errors
    /// [`JournalError`] if it cannot be read.
    pub fn counts(&self) -> Result<Counts, JournalError> {
        self.read(|connection| store::count(connection, self.opened.version))
    }

    /// Returns how many runs have written it, and how the last one ended.
    ///
    /// # Errors
    /// [`JournalError`] if it cannot be read.
    pub fn runs(&self) -> Result<Runs, JournalError> {
        // Next to `max`, SQLite takes the other columns from the row with the maximum.
        let sql = "SELECT count(*), max(number), began, ended FROM run";
        self.read(|connection| {
            connection.query_row(sql, [], |row| {
                let [last_began, last_ended] = [row.get(2)?, row.get(3)?].map(|time: Option<i64>| time.map(timestamp));
                Ok(Runs { count: row.get(0)?, last_began, last_ended })
            })
        })
    }

    /// Calls `take` with each record in one of the states, ordered by state (unknown first), cause and row.
    ///
    /// # Errors
    /// [`JournalError`] if it cannot be read, and any error of `take`.
    pub fn each<E: From<JournalError>>(
        &self,
        states: &[State],
        mut take: impl FnMut(&Record) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = |error| JournalError::sqlite(self.path(), &error);
        let states: Vec<String> = states.iter().map(|state| format!("'{state}'")).collect();
        let sql = format!(
            "SELECT * FROM ({}) WHERE state IN ({}) ORDER BY state DESC, cause, file, line",
            as_read(self.opened.version),
            states.join(", "),
        );
        let mut select = self.opened.connection.prepare(&sql).map_err(failed)?;
        let mut rows = select.query([]).map_err(failed)?;
        let mut names = FileNames::default();
        while let Some(row) = rows.next().map_err(failed)? {
            take(&record(row, &mut names).map_err(failed)?)?;
        }
        Ok(())
    }

    /// Calls `take` with each message, in the order in which they were recorded first.
    pub(super) fn each_message(
        &self,
        mut take: impl FnMut(MessageId, &Record) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        let failed = |error| JournalError::sqlite(self.path(), &error);
        let mut select = self.opened.connection.prepare(&as_read(self.opened.version)).map_err(failed)?;
        let mut rows = select.query([]).map_err(failed)?;
        let mut names = FileNames::default();
        while let Some(row) = rows.next().map_err(failed)? {
            take(row.get("id").map_err(failed)?, &record(row, &mut names).map_err(failed)?)?;
        }
        Ok(())
    }

    fn read<T>(&self, read: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T>) -> Result<T, JournalError> {
        read(&self.opened.connection).map_err(|error| JournalError::sqlite(self.path(), &error))
    }
}

fn record(row: &Row<'_>, names: &mut FileNames) -> rusqlite::Result<Record> {
    Ok(Record {
        state: row.get("state")?,
        status: row.get("status")?,
        cause: row.get("cause")?,
        row: RowLocation { file: names.get(row.get_ref("file")?.as_str()?), line: row.get("line")? },
        recipient: row.get("recipient")?,
        recipient_id: row.get("conversation")?,
        attempts: row.get("attempts")?,
        changed: timestamp(row.get("changed")?),
    })
}

/// Formats seconds since 1970 in RFC 3339.
fn timestamp(seconds: i64) -> String {
    // Only a number that kenarc has not written is out of range.
    Timestamp::from_second(seconds).unwrap_or_default().to_string()
}
