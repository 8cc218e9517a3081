//! A journal as others than its run see it.

use std::path::{Path, PathBuf};

use rusqlite::Row;

use super::error::JournalError;
use super::file::{self, Opened};
use super::record::{Counts, Record, RowPlace, Runs, State};
use super::store::{self, AS_SHOWN, Names};

/// A journal that is looked at and not changed: a dead run's messages in flight are shown as unknown and stay as they are.
///
/// As long as it lives no run can begin, and while a run writes there is no reader.
#[derive(Debug)]
pub struct Reader {
    opened: Opened,
}

impl Reader {
    /// Opens a journal to look at it.
    ///
    /// # Errors
    /// [`JournalError`] where there is none, a run holds it, or it cannot be trusted.
    pub fn open(path: &Path) -> Result<Self, JournalError> {
        let opened = file::open(path)?;
        let reader = Self { opened };
        reader.read(|connection| connection.pragma_update(None, "query_only", true))?;
        Ok(reader)
    }

    /// Where it is.
    #[must_use]
    pub const fn path(&self) -> &PathBuf {
        &self.opened.path
    }

    /// How many messages are in which state.
    ///
    /// # Errors
    /// [`JournalError`] where it cannot be read.
    pub fn counts(&self) -> Result<Counts, JournalError> {
        self.read(store::count)
    }

    /// The runs that have written it.
    ///
    /// # Errors
    /// [`JournalError`] where it cannot be read.
    pub fn runs(&self) -> Result<Runs, JournalError> {
        // Beside `max`, SQLite takes the other columns from the row that has it.
        let sql = format!("SELECT count(*), max(number), {}, {} FROM run", rfc_3339("began"), rfc_3339("ended"));
        self.read(|connection| {
            connection.query_row(&sql, [], |row| {
                Ok(Runs { count: row.get(0)?, last_began: row.get(2)?, last_ended: row.get(3)? })
            })
        })
    }

    /// Gives the messages of some states to `take`, one by one: by state, unknown ones first; by cause; by row.
    ///
    /// # Errors
    /// [`JournalError`] where it cannot be read, and whatever `take` fails with.
    pub fn each<E: From<JournalError>>(
        &self,
        states: &[State],
        mut take: impl FnMut(&Record) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = |error| JournalError::sqlite(self.path(), &error);
        let words: Vec<String> = states.iter().map(|state| format!("'{state}'")).collect();
        let sql = format!(
            "SELECT *, {} AS changed_at FROM ({AS_SHOWN}) WHERE state IN ({})
             ORDER BY state DESC, cause, file, line",
            rfc_3339("changed"),
            words.join(", "),
        );
        let mut select = self.opened.connection.prepare(&sql).map_err(failed)?;
        let mut rows = select.query([]).map_err(failed)?;
        let mut names = Names::default();
        while let Some(row) = rows.next().map_err(failed)? {
            take(&record(row, &mut names).map_err(failed)?)?;
        }
        Ok(())
    }

    fn read<T>(&self, read: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T>) -> Result<T, JournalError> {
        read(&self.opened.connection).map_err(|error| JournalError::sqlite(self.path(), &error))
    }
}

fn record(row: &Row<'_>, names: &mut Names) -> rusqlite::Result<Record> {
    Ok(Record {
        state: row.get("state")?,
        status: row.get("status")?,
        cause: row.get("cause")?,
        row: RowPlace { file: names.get(row.get_ref("file")?.as_str()?), line: row.get("line")? },
        conversation: row.get("conversation")?,
        attempts: row.get("attempts")?,
        changed: row.get("changed_at")?,
    })
}

/// SQL that writes a time as people read it.
fn rfc_3339(seconds: &str) -> String {
    format!("strftime('%Y-%m-%dT%H:%M:%SZ', {seconds}, 'unixepoch')")
}
