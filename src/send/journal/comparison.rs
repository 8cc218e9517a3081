//! Compares the messages of a run with what a journal records, before they are sent.
//!
//! A message is identified by its recipient and its text. If the template or a row is edited after a message was
//! delivered, the same row makes another message, which the journal does not know, and the recipient would get both.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};

use crate::send::Recipient;

use super::cause::Cause;
use super::error::{JournalError, JournalProblem};
use super::id::MessageId;
use super::reader::Reader;
use super::record::State;

/// The most rows that are named.
const MAX_NAMED: usize = 5;

/// The tables: what the journal records, and what the run would send. They are in a temporary file, so memory does not
/// grow with the number of rows.
const SCHEMA: &str = "
    PRAGMA journal_mode = OFF;
    CREATE TABLE recorded (
        id           BLOB    NOT NULL PRIMARY KEY,
        recipient    TEXT    NOT NULL,
        recipient_id TEXT    NOT NULL,
        state        TEXT    NOT NULL,
        cause        TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE present (
        id           BLOB    NOT NULL PRIMARY KEY,
        recipient    TEXT    NOT NULL,
        recipient_id TEXT    NOT NULL,
        line         INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    BEGIN;
";

/// A comparison of the messages of a run with a journal.
#[derive(Debug)]
pub struct Comparison {
    path: PathBuf,
    connection: Connection,
    /// How many messages the journal has that were delivered, or may have been.
    sent: u64,
    repeated: u64,
}

/// The result of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// How many messages the journal does not know.
    pub new: u64,
    /// How many rows have the same message and recipient as another row of the run.
    pub repeated: u64,
    /// How many messages the journal knows, by state and cause.
    pub recorded: BTreeMap<(State, Option<Cause>), u64>,
    /// How many of the new messages go to recipients that already got, or may have got, another text from this
    /// journal, which the run does not have any more.
    pub changed: u64,
    /// The lines of the first of those, in order.
    pub changed_lines: Vec<u64>,
}

impl Comparison {
    /// Begins a comparison with the journal at `path`. If there is none, all messages are new.
    ///
    /// # Errors
    /// [`JournalError`] if it cannot be read.
    pub fn with(path: &Path) -> Result<Self, JournalError> {
        let failed = |error| JournalError::sqlite(path, &error);
        let connection = Connection::open("").map_err(failed)?;
        connection.execute_batch(SCHEMA).map_err(failed)?;
        let mut comparison = Self { path: path.to_owned(), connection, sent: 0, repeated: 0 };
        match Reader::open(path) {
            Ok(reader) => comparison.load(&reader)?,
            Err(error) if *error.problem() == JournalProblem::Missing => {}
            Err(error) => return Err(error),
        }
        Ok(comparison)
    }

    /// Returns whether the journal has messages that were delivered, or may have been.
    #[must_use]
    pub const fn has_sent(&self) -> bool {
        self.sent > 0
    }

    /// Adds a message of the run, with the line of its row.
    ///
    /// # Errors
    /// [`JournalError`] if the disk with temporary files is full.
    pub fn add(&mut self, id: MessageId, recipient: &Recipient, line: u64) -> Result<(), JournalError> {
        let sql = "INSERT OR IGNORE INTO present (id, recipient, recipient_id, line) VALUES (?, ?, ?, ?)";
        let values = params![id, recipient.kind, recipient.id.as_str(), line];
        let insert = |connection: &Connection| connection.prepare_cached(sql)?.execute(values);
        if insert(&self.connection).map_err(|error| self.failed(&error))? == 0 {
            self.repeated += 1;
        }
        Ok(())
    }

    /// Prepares the comparison of single messages, with [`add_from_stream`](Self::add_from_stream).
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn for_stream(self) -> Result<Self, JournalError> {
        let index = "CREATE INDEX recorded_recipient ON recorded (recipient, recipient_id)";
        self.connection.execute_batch(index).map_err(|error| self.failed(&error))?;
        Ok(self)
    }

    /// Adds a message of a stream, as [`add`](Self::add) does, and returns whether the journal does not know it although
    /// its recipient already got, or may have got, another text from this journal, which has not been added so far.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn add_from_stream(&mut self, id: MessageId, recipient: &Recipient, line: u64) -> Result<bool, JournalError> {
        self.add(id, recipient, line)?;
        let sql = "
            SELECT NOT EXISTS (SELECT 1 FROM recorded WHERE id = ?1) AND EXISTS (
                SELECT 1 FROM recorded
                WHERE (recipient, recipient_id) = (?2, ?3)
                  AND state IN ('delivered', 'unknown') AND id NOT IN (SELECT id FROM present))";
        let values = params![id, recipient.kind, recipient.id.as_str()];
        let select = |connection: &Connection| connection.prepare_cached(sql)?.query_row(values, |row| row.get(0));
        select(&self.connection).map_err(|error| self.failed(&error))
    }

    /// Compares.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn finish(self) -> Result<Compared, JournalError> {
        self.compare().map_err(|error| self.failed(&error))
    }

    fn load(&mut self, reader: &Reader) -> Result<(), JournalError> {
        let Self { path, connection, sent, .. } = self;
        let failed = |error| JournalError::sqlite(path, &error);
        let sql = "INSERT INTO recorded (id, recipient, recipient_id, state, cause) VALUES (?, ?, ?, ?, ?)";
        let mut insert = connection.prepare(sql).map_err(failed)?;
        reader.each_message(|id, record| {
            *sent += u64::from(matches!(record.state, State::Delivered | State::Unknown));
            insert
                .execute(params![id, record.recipient, record.recipient_id, record.state, record.cause])
                .map(drop)
                .map_err(|error| JournalError::sqlite(path, &error))
        })
    }

    fn compare(&self) -> rusqlite::Result<Compared> {
        let Self { connection, repeated, .. } = self;
        let new = "SELECT count(*) FROM present WHERE id NOT IN (SELECT id FROM recorded)";
        let recorded = "SELECT state, cause, count(*) FROM present JOIN recorded USING (id) GROUP BY state, cause";
        let changed = "
            SELECT line FROM present
            WHERE id NOT IN (SELECT id FROM recorded)
              AND (recipient, recipient_id) IN (
                  SELECT recipient, recipient_id FROM recorded
                  WHERE state IN ('delivered', 'unknown') AND id NOT IN (SELECT id FROM present))
            ORDER BY line";
        let mut compared = Compared {
            new: connection.query_row(new, [], |row| row.get(0))?,
            repeated: *repeated,
            ..Compared::default()
        };
        let mut select = connection.prepare(recorded)?;
        let counts = select.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
        compared.recorded = counts.collect::<Result<_, _>>()?;
        for line in connection.prepare(changed)?.query_map([], |row| row.get(0))? {
            compared.changed += 1;
            if compared.changed_lines.len() < MAX_NAMED {
                compared.changed_lines.push(line?);
            }
        }
        Ok(compared)
    }

    fn failed(&self, error: &rusqlite::Error) -> JournalError {
        JournalError::sqlite(&self.path, error)
    }
}
