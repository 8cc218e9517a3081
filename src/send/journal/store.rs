//! The records of a journal in SQL.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, ffi, params};

use super::cause::Cause;
use super::error::JournalError;
use super::file::Opened;
use super::id::MessageId;
use super::places::Places;
use super::record::{Claim, Counts, Intent, Known, Policy, RowPlace, Settled, State};

/// The tables. Times are in seconds since 1970. Messages are stored in the order of their first intents, so that those of a
/// group lie side by side. `place` has the `rowid` of each but the last ones: see [`Places`].
pub(super) const SCHEMA: &str = "
    CREATE TABLE run (
        number       INTEGER PRIMARY KEY,
        began        INTEGER NOT NULL,
        ended        INTEGER -- missing where the run was killed
    ) STRICT;
    CREATE TABLE message (
        id           BLOB    NOT NULL CHECK (length(id) = 32),
        conversation TEXT    NOT NULL,
        file         TEXT    NOT NULL,
        line         INTEGER NOT NULL,
        run          INTEGER NOT NULL REFERENCES run,
        state        TEXT    NOT NULL 
                             CHECK (state = 'sending' OR state = 'delivered' OR state = 'refused' OR state = 'unknown'),
        status       INTEGER,
        cause        TEXT    CHECK ((cause IS NULL) = (state IN ('sending', 'delivered'))),
        attempts     INTEGER NOT NULL,
        changed      INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE place (
        id           BLOB    NOT NULL PRIMARY KEY,
        message      INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
";

/// How many pages the WAL takes before they are moved into the database: 16 MiB. Rarely, for it takes two more `fsync`s.
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
    places: Places,
    /// What was granted and is not settled.
    in_flight: HashMap<MessageId, Flight>,
    names: Names,
}

/// A message that was granted and is not settled.
#[derive(Debug)]
struct Flight {
    /// The place of its record.
    rowid: i64,
    /// What was recorded of it before.
    before: Option<Stored>,
}

/// A row of the table `message`, but for its id.
#[derive(Clone, Debug)]
struct Stored {
    conversation: String,
    row: RowPlace,
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
        let Opened { path, connection } = opened;
        let failed = |error: rusqlite::Error| JournalError::sqlite(&path, &error);
        let run = begin_run(&connection).map_err(failed)?;
        let places = Places::load(&connection).map_err(failed)?;
        let (began_empty, in_flight, names) = (places.is_empty(), HashMap::new(), Names::default());
        Ok(Self { path, connection, policy, run, began_empty, places, in_flight, names })
    }

    /// Begins a group: what follows is written at once, by [`commit`](Self::commit), or never.
    pub(super) fn begin(&self) -> rusqlite::Result<()> {
        self.connection.prepare_cached("BEGIN")?.execute([]).map(drop)
    }

    /// Ends a group. When it returns, the group is on disk. A group that wrote nothing costs nothing.
    pub(super) fn commit(&mut self) -> rusqlite::Result<()> {
        self.places.store(&self.connection)?;
        self.connection.prepare_cached("COMMIT")?.execute([]).map(drop)
    }

    /// What is recorded of a message.
    pub(super) fn known(&mut self, id: MessageId) -> rusqlite::Result<Option<Known>> {
        Ok(self.find(id)?.map(|(_, record)| self.as_seen(record)))
    }

    /// Records an intent, where the message may be sent.
    pub(super) fn claim(&mut self, intent: Intent) -> rusqlite::Result<Claim> {
        let Intent { id, conversation, row } = intent;
        let (before, place) = match self.find(id)? {
            Some((_, record)) if !self.permits(&record) => return Ok(Claim::Known(self.as_seen(record))),
            Some((rowid, record)) => (Some(record), Some(rowid)),
            None => (None, None),
        };
        let record = Stored {
            conversation: conversation.as_str().to_owned(),
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
        self.in_flight.insert(id, Flight { rowid, before });
        Ok(Claim::Granted)
    }

    /// Records what became of a message that was granted; of any other it records nothing.
    pub(super) fn settle(&mut self, id: MessageId, settled: Settled) -> rusqlite::Result<()> {
        let Some(Flight { rowid, before }) = self.in_flight.remove(&id) else { return Ok(()) };
        match (settled.record(), before) {
            (Some((state, status, cause)), _) => self.update(rowid, state, status, cause),
            (None, Some(before)) => self.rewrite(rowid, &before),
            (None, None) => self.remove(id, rowid),
        }
    }

    /// Ends the run: moves everything into the one file and lets go of it.
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

    /// The record of a message, and its `rowid`.
    fn find(&mut self, id: MessageId) -> rusqlite::Result<Option<(i64, Stored)>> {
        let Self { connection, places, names, .. } = self;
        let Some(rowid) = places.get(connection, id)? else { return Ok(None) };
        let sql = "SELECT conversation, file, line, run, state, status, cause, attempts, changed FROM message
                   WHERE rowid = ?";
        let record = connection.prepare_cached(sql)?.query_row([rowid], |row| {
            Ok(Stored {
                conversation: row.get("conversation")?,
                row: RowPlace { file: names.get(row.get_ref("file")?.as_str()?), line: row.get("line")? },
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

    /// Writes the first record of a message, and gives its `rowid`.
    fn write(&mut self, id: MessageId, record: &Stored) -> rusqlite::Result<i64> {
        let Stored { conversation, row: RowPlace { file, line }, run, state, status, cause, attempts, changed } =
            record;
        let sql = "INSERT INTO message (id, conversation, file, line, run, state, status, cause, attempts, changed)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let values = params![id, conversation, file, line, run, state, status, cause, attempts, changed];
        let rowid = self.connection.prepare_cached(sql)?.insert(values)?;
        self.places.add(id, rowid);
        Ok(rowid)
    }

    /// Writes a record of a message in the place of another.
    fn rewrite(&self, rowid: i64, record: &Stored) -> rusqlite::Result<()> {
        let Stored { conversation, row: RowPlace { file, line }, run, state, status, cause, attempts, changed } =
            record;
        let sql = "UPDATE message SET (conversation, file, line, run, state, status, cause, attempts, changed)
                                    = (?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE rowid = ?";
        let values = params![conversation, file, line, run, state, status, cause, attempts, changed, rowid];
        self.connection.prepare_cached(sql)?.execute(values).map(drop)
    }

    fn update(&self, rowid: i64, state: State, status: Option<u16>, cause: Option<Cause>) -> rusqlite::Result<()> {
        let sql = "UPDATE message SET state = ?, status = ?, cause = ?, changed = ? WHERE rowid = ?";
        self.connection.prepare_cached(sql)?.execute(params![state, status, cause, now(), rowid]).map(drop)
    }

    fn remove(&mut self, id: MessageId, rowid: i64) -> rusqlite::Result<()> {
        self.connection.prepare_cached("DELETE FROM message WHERE rowid = ?")?.execute([rowid])?;
        self.places.remove(&self.connection, id)
    }
}

/// Proves that the journal can be written, turns what a dead run left in flight into unknown, and gives the new run its
/// number. Nothing of this can be in use by others: the connection holds the lock.
fn begin_run(connection: &Connection) -> rusqlite::Result<i64> {
    set_journal_mode(connection, "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Elsewhere `fsync` suffices; macOS keeps what it gets in the drive's cache.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", PAGES_OF_WAL)?;
    let transaction = connection.unchecked_transaction()?;
    transaction.execute(
        "UPDATE message SET state = ?, cause = ? WHERE state = ?",
        params![State::Unknown, Cause::Interrupted, State::Sending],
    )?;
    transaction.execute("INSERT INTO run (began) VALUES (?)", [now()])?;
    let run = transaction.last_insert_rowid();
    transaction.commit()?;
    // From here on the database itself says that the WAL belongs to it: see `has_lost_its_wal`.
    connection.query_row("PRAGMA wal_checkpoint", [], |_| Ok(()))?;
    Ok(run)
}

/// SQLite says no by keeping the old mode.
fn set_journal_mode(connection: &Connection, mode: &str) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", mode, |row| match row.get_ref(0)?.as_str()? {
        set if set.eq_ignore_ascii_case(mode) => Ok(()),
        _ => Err(rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CANTOPEN), None)),
    })
}

/// Whether a run of this database was killed and its last commits, which stand in the WAL, are gone with the WAL. Its
/// messages would be sent again. A run's beginning is moved into the database before anything is sent, its end when nothing
/// stands in the WAL alone.
pub(super) fn has_lost_its_wal(connection: &Connection) -> rusqlite::Result<bool> {
    let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    let was_killed = "SELECT ended IS NULL FROM run ORDER BY number DESC LIMIT 1";
    Ok(mode == "wal" && connection.query_row(was_killed, [], |row| row.get(0)).optional()?.unwrap_or(false))
}

/// How many messages are in which state. What is in flight counts as interrupted: it is so, for whoever is not the run.
pub(super) fn count(connection: &Connection) -> rusqlite::Result<Counts> {
    let sql = format!("SELECT state, cause, count(*) FROM ({AS_SHOWN}) GROUP BY state, cause");
    let mut select = connection.prepare_cached(&sql)?;
    let counts = select.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
    counts.collect::<Result<_, _>>().map(Counts)
}

/// The messages as everybody but their run sees them.
pub(super) const AS_SHOWN: &str = "
    SELECT iif(state = 'sending', 'unknown', state) AS state, iif(state = 'sending', 'interrupted', cause) AS cause,
           status, file, line, conversation, attempts, changed
    FROM message";

/// Seconds since 1970.
fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
}

/// Names of files, of which thousands of messages share one.
#[derive(Debug, Default)]
pub(super) struct Names(Option<Arc<str>>);

impl Names {
    /// The name, shared with the last one where it is the same.
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
        Ok(ToSqlOutput::from(self.word()))
    }
}

impl ToSql for Cause {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.word()))
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
