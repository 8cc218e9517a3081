//! The records of a journal, in SQL.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, ffi, params};

use crate::send::RecipientKind;

use super::cause::Cause;
use super::error::JournalError;
use super::file::{Opened, Version};
use super::id::MessageId;
use super::index::MessageIndex;
use super::record::{Claim, Counts, Intent, Known, Policy, RowLocation, Settled, State};

/// The tables. Times are in seconds since 1970. Messages are stored in the order of their first intents, so that those
/// of a group are adjacent. `message_index` contains the `rowid` of each but the most recent ones: see
/// [`MessageIndex`].
pub(super) const SCHEMA: &str = "
    CREATE TABLE run (
        number       INTEGER PRIMARY KEY,
        began        INTEGER NOT NULL,
        ended        INTEGER -- NULL if the run was killed
    ) STRICT;
    CREATE TABLE message (
        id           BLOB    NOT NULL CHECK (length(id) = 32),
        conversation TEXT    NOT NULL, -- or the user of a chatbot
        file         TEXT    NOT NULL,
        line         INTEGER NOT NULL,
        run          INTEGER NOT NULL REFERENCES run,
        state        TEXT    NOT NULL 
                             CHECK (state = 'sending' OR state = 'delivered' OR state = 'refused' OR state = 'unknown'),
        status       INTEGER,
        cause        TEXT    CHECK ((cause IS NULL) = (state IN ('sending', 'delivered'))),
        attempts     INTEGER NOT NULL,
        changed      INTEGER NOT NULL,
        recipient    TEXT    NOT NULL DEFAULT 'conversation'
                             CHECK (recipient = 'conversation' OR recipient = 'bot_conversation' OR recipient = 'user')
    ) STRICT;
    CREATE TABLE message_index (
        id           BLOB    NOT NULL PRIMARY KEY,
        message      INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
";

/// Brings the tables of version 3, which knew conversations of chats only, to the present version.
const MIGRATION: &str = "
    ALTER TABLE message ADD COLUMN
        recipient    TEXT    NOT NULL DEFAULT 'conversation'
                             CHECK (recipient = 'conversation' OR recipient = 'bot_conversation' OR recipient = 'user')
";

/// The size of the WAL, in pages, at which it is merged into the database: 16 MiB. A large size, because merging takes
/// two more `fsync`s.
const PAGES_OF_WAL: u32 = 4096;

/// The records, as one run sees them.
#[derive(Debug)]
pub(super) struct Store {
    pub(super) path: PathBuf,
    connection: Connection,
    policy: Policy,
    run: i64,
    /// Whether nothing was recorded when the run began.
    pub(super) began_empty: bool,
    index: MessageIndex,
    /// Messages that were granted and not settled.
    in_flight: HashMap<MessageId, InFlight>,
    names: FileNames,
}

/// A message that was granted and is not settled.
#[derive(Debug)]
struct InFlight {
    /// The `rowid` of its record.
    rowid: i64,
    /// Its record before the intent.
    before: Option<Stored>,
}

/// A row of the table `message`, without the id.
#[derive(Clone, Debug)]
struct Stored {
    recipient: RecipientKind,
    recipient_id: String,
    row: RowLocation,
    run: i64,
    state: State,
    status: Option<u16>,
    cause: Option<Cause>,
    attempts: u32,
    changed: i64,
}

impl Store {
    /// Begins a run.
    pub(super) fn open(opened: Opened, policy: Policy) -> Result<Self, JournalError> {
        let Opened { path, connection, version } = opened;
        let failed = |error: rusqlite::Error| JournalError::sqlite(&path, &error);
        let run = begin_run(&connection, version).map_err(failed)?;
        let index = MessageIndex::load(&connection).map_err(failed)?;
        let (began_empty, in_flight, names) = (index.is_empty(), HashMap::new(), FileNames::default());
        Ok(Self { path, connection, policy, run, began_empty, index, in_flight, names })
    }

    /// Begins a group: everything until [`commit`](Self::commit) is written at once or not at all.
    pub(super) fn begin(&self) -> rusqlite::Result<()> {
        self.connection.prepare_cached("BEGIN")?.execute([]).map(drop)
    }

    /// Ends a group. When it returns, the group is on disk. An empty group costs nothing.
    pub(super) fn commit(&mut self) -> rusqlite::Result<()> {
        self.index.store(&self.connection)?;
        self.connection.prepare_cached("COMMIT")?.execute([]).map(drop)
    }

    /// Returns what is recorded of a message.
    pub(super) fn known(&mut self, id: MessageId) -> rusqlite::Result<Option<Known>> {
        Ok(self.find(id)?.map(|(_, record)| self.as_seen(record)))
    }

    /// Records an intent if the message may be sent.
    pub(super) fn claim(&mut self, intent: Intent) -> rusqlite::Result<Claim> {
        let Intent { id, recipient, row } = intent;
        let (before, place) = match self.find(id)? {
            Some((_, record)) if !self.permits(&record) => return Ok(Claim::Known(self.as_seen(record))),
            Some((rowid, record)) => (Some(record), Some(rowid)),
            None => (None, None),
        };
        let record = Stored {
            recipient: recipient.kind,
            recipient_id: recipient.id.as_str().to_owned(),
            row,
            run: self.run,
            state: State::Sending,
            status: None,
            cause: None,
            attempts: before.as_ref().map_or(0, |before| before.attempts).saturating_add(1),
            changed: now(),
        };
        let rowid = match place {
            Some(rowid) => {
                self.rewrite(rowid, &record)?;
                rowid
            }
            None => self.write(id, &record)?,
        };
        self.in_flight.insert(id, InFlight { rowid, before });
        Ok(Claim::Granted)
    }

    /// Records the outcome of a message that was granted. Ignores any other message.
    pub(super) fn settle(&mut self, id: MessageId, settled: Settled) -> rusqlite::Result<()> {
        let Some(InFlight { rowid, before }) = self.in_flight.remove(&id) else { return Ok(()) };
        match (settled.record(), before) {
            (Some((state, status, cause)), _) => self.update(rowid, state, status, cause),
            (None, Some(before)) => self.rewrite(rowid, &before),
            (None, None) => self.remove(id, rowid),
        }
    }

    /// Ends the run: merges the WAL into the database and closes it.
    pub(super) fn finish(self) -> rusqlite::Result<()> {
        self.connection.execute("UPDATE run SET ended = ? WHERE number = ?", [now(), self.run])?;
        set_journal_mode(&self.connection, "DELETE")?;
        self.connection.close().map_err(|(_, error)| error)
    }

    fn permits(&self, record: &Stored) -> bool {
        record.run != self.run && self.policy.permits(record.state)
    }

    fn as_seen(&self, record: Stored) -> Known {
        let (is_of_this_run, may_be_sent) = (record.run == self.run, self.permits(&record));
        let Stored { state, status, cause, row, .. } = record;
        Known { state, status, cause, row, is_of_this_run, may_be_sent }
    }

    /// Returns the record of a message and its `rowid`.
    fn find(&mut self, id: MessageId) -> rusqlite::Result<Option<(i64, Stored)>> {
        let Self { connection, index, names, .. } = self;
        let Some(rowid) = index.get(connection, id)? else { return Ok(None) };
        let sql =
            "SELECT recipient, conversation, file, line, run, state, status, cause, attempts, changed FROM message
                   WHERE rowid = ?";
        let record = connection.prepare_cached(sql)?.query_row([rowid], |row| {
            Ok(Stored {
                recipient: row.get("recipient")?,
                recipient_id: row.get("conversation")?,
                row: RowLocation { file: names.get(row.get_ref("file")?.as_str()?), line: row.get("line")? },
                run: row.get("run")?,
                state: row.get("state")?,
                status: row.get("status")?,
                cause: row.get("cause")?,
                attempts: row.get("attempts")?,
                changed: row.get("changed")?,
            })
        })?;
        Ok(Some((rowid, record)))
    }

    /// Writes the first record of a message and returns its `rowid`.
    fn write(&mut self, id: MessageId, record: &Stored) -> rusqlite::Result<i64> {
        let Stored { recipient, recipient_id, row, run, state, status, cause, attempts, changed } = record;
        let RowLocation { file, line } = row;
        let sql = "INSERT INTO message
                       (id, recipient, conversation, file, line, run, state, status, cause, attempts, changed)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let values = params![id, recipient, recipient_id, file, line, run, state, status, cause, attempts, changed];
        let rowid = self.connection.prepare_cached(sql)?.insert(values)?;
        self.index.add(id, rowid);
        Ok(rowid)
    }

    /// Replaces the record of a message.
    fn rewrite(&self, rowid: i64, record: &Stored) -> rusqlite::Result<()> {
        let Stored { recipient, recipient_id, row, run, state, status, cause, attempts, changed } = record;
        let RowLocation { file, line } = row;
        let sql = "UPDATE message
                   SET (recipient, conversation, file, line, run, state, status, cause, attempts, changed)
                     = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE rowid = ?";
        let values = params![recipient, recipient_id, file, line, run, state, status, cause, attempts, changed, rowid];
        self.connection.prepare_cached(sql)?.execute(values).map(drop)
    }

    fn update(&self, rowid: i64, state: State, status: Option<u16>, cause: Option<Cause>) -> rusqlite::Result<()> {
        let sql = "UPDATE message SET state = ?, status = ?, cause = ?, changed = ? WHERE rowid = ?";
        self.connection.prepare_cached(sql)?.execute(params![state, status, cause, now(), rowid]).map(drop)
    }

    fn remove(&mut self, id: MessageId, rowid: i64) -> rusqlite::Result<()> {
        self.connection.prepare_cached("DELETE FROM message WHERE rowid = ?")?.execute([rowid])?;
        self.index.remove(&self.connection, id)
    }
}

/// Proves that the journal can be written, brings its tables to the present version, marks the messages that a killed
/// run left in flight as unknown, and returns the number of the new run. No other process can interfere, because the connection holds the lock.
fn begin_run(connection: &Connection, version: Version) -> rusqlite::Result<i64> {
    set_journal_mode(connection, "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // For macOS, where `fsync` leaves the data in the drive's cache.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", PAGES_OF_WAL)?;
    let transaction = connection.unchecked_transaction()?;
    if version == Version::Third {
        transaction.execute_batch(MIGRATION)?;
        Version::Present.write(&transaction)?;
    }
    transaction.execute(
        "UPDATE message SET state = ?, cause = ? WHERE state = ?",
        params![State::Unknown, Cause::Interrupted, State::Sending],
    )?;
    transaction.execute("INSERT INTO run (began) VALUES (?)", [now()])?;
    let run = transaction.last_insert_rowid();
    transaction.commit()?;
    // From now on the database itself shows that a WAL belongs to it: see `has_lost_its_wal`.
    connection.query_row("PRAGMA wal_checkpoint", [], |_| Ok(()))?;
    Ok(run)
}

/// SQLite reports a failure by keeping the old mode.
fn set_journal_mode(connection: &Connection, mode: &str) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", mode, |row| match row.get_ref(0)?.as_str()? {
        set if set.eq_ignore_ascii_case(mode) => Ok(()),
        _ => Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CANTOPEN), None)),
    })
}

/// Returns whether a run was killed and the WAL with its last commits has been removed. Without this check their
/// messages would be sent again. The begin of a run is merged into the database before anything is sent, its end when
/// the WAL is empty.
pub(super) fn has_lost_its_wal(connection: &Connection) -> rusqlite::Result<bool> {
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    let was_killed = "SELECT ended IS NULL FROM run ORDER BY number DESC LIMIT 1";
    Ok(mode == "wal" && connection.query_row(was_killed, [], |row| row.get(0)).optional()?.unwrap_or(false))
}

/// Returns how many messages are in which state. Those in flight count as interrupted.
pub(super) fn count(connection: &Connection, version: Version) -> rusqlite::Result<Counts> {
    let sql = format!("SELECT state, cause, count(*) FROM ({}) GROUP BY state, cause", as_read(version));
    let mut select = connection.prepare_cached(&sql)?;
    let counts = select.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
    counts.collect::<Result<_, _>>().map(Counts)
}

/// Returns a query for the records as a reader sees them: no run is active, so messages in flight were interrupted. A
/// reader does not change the tables of an older version.
pub(super) fn as_read(version: Version) -> String {
    let recipient = match version {
        Version::Present => "recipient",
        Version::Third => "'conversation' AS recipient",
    };
    format!(
        "SELECT iif(state = 'sending', 'unknown', state) AS state, iif(state = 'sending', 'interrupted', cause) AS cause,
                status, file, line, {recipient}, conversation, attempts, changed, id
         FROM message"
    )
}

/// Seconds since 1970.
fn now() -> i64 {
    Timestamp::now().as_second()
}

/// Shares file names between records: thousands of messages have the same one.
#[derive(Debug, Default)]
pub(super) struct FileNames(Option<Arc<str>>);

impl FileNames {
    /// Returns the name, shared with the last one if it is the same.
    pub(super) fn get(&mut self, name: &str) -> Arc<str> {
        match &self.0 {
            Some(last) if **last == *name => Arc::clone(last),
            _ => Arc::clone(self.0.insert(name.into())),
        }
    }
}

impl ToSql for MessageId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.as_bytes().as_slice()))
    }
}

impl FromSql for MessageId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        FromSql::column_result(value).map(Self::from_bytes)
    }
}

impl ToSql for State {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.name()))
    }
}

impl ToSql for Cause {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.name()))
    }
}

impl ToSql for RecipientKind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.name()))
    }
}

impl FromSql for RecipientKind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map_err(FromSqlError::other)
    }
}

impl FromSql for State {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map_err(FromSqlError::other)
    }
}

impl FromSql for Cause {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map_err(FromSqlError::other)
    }
}
