//! An index from message ids to records.
//!
//! Ids are random, so each insertion into the table `message_index` changes another page, and each changed page is
//! written to disk as a whole. Therefore the most recent ids are kept in memory and inserted together, in the order of
//! the table. After a crash they are found at the end of the table `message`.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::id::MessageId;

/// How many ids are kept in memory, plus at most one group.
const MAX_RECENT: usize = 4096;

#[derive(Debug)]
pub(super) struct MessageIndex {
    /// Ids that are not in the table yet.
    recent: HashMap<MessageId, i64>,
    /// Whether the table is empty.
    all_recent: bool,
}

impl MessageIndex {
    /// Finds the records that are not in the table yet.
    pub(super) fn load(connection: &Connection) -> rusqlite::Result<Self> {
        let last: Option<i64> = connection.query_row("SELECT max(message) FROM message_index", [], |row| row.get(0))?;
        let mut select = connection.prepare("SELECT id, rowid FROM message WHERE rowid > ?")?;
        let recent = select.query_map([last.unwrap_or(0)], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Self { recent: recent.collect::<Result<_, _>>()?, all_recent: last.is_none() })
    }

    /// Returns whether there is no record.
    pub(super) fn is_empty(&self) -> bool {
        self.all_recent && self.recent.is_empty()
    }

    /// Returns the `rowid` of a message's record.
    pub(super) fn get(&self, connection: &Connection, id: MessageId) -> rusqlite::Result<Option<i64>> {
        let recent = self.recent.get(&id).copied();
        if recent.is_some() || self.all_recent {
            return Ok(recent);
        }
        let mut select = connection.prepare_cached("SELECT message FROM message_index WHERE id = ?")?;
        select.query_row([id], |row| row.get(0)).optional()
    }

    pub(super) fn add(&mut self, id: MessageId, rowid: i64) {
        self.recent.insert(id, rowid);
    }

    pub(super) fn remove(&mut self, connection: &Connection, id: MessageId) -> rusqlite::Result<()> {
        if self.recent.remove(&id).is_none() {
            connection.prepare_cached("DELETE FROM message_index WHERE id = ?")?.execute([id])?;
        }
        Ok(())
    }

    /// Moves the recent ids into the table if there are many of them.
    pub(super) fn store(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        if self.recent.len() < MAX_RECENT {
            return Ok(());
        }
        let mut recent: Vec<_> = self.recent.drain().collect();
        recent.sort_unstable();
        let mut insert = connection.prepare_cached("INSERT INTO message_index (id, message) VALUES (?, ?)")?;
        for (id, rowid) in recent {
            insert.execute(params![id, rowid])?;
        }
        self.all_recent = false;
        Ok(())
    }
}
