//! The file of a journal: made whole or not at all, locked, checked before it is trusted.

use std::fs;
use std::path::{Path, PathBuf, absolute};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, MAIN_DB, OpenFlags};

use super::error::{JournalError, Problem};
use super::store::{self, SCHEMA};

/// What marks a file as a journal of kenarc, in the header that every SQLite database has: `KNRJ`.
const APPLICATION_ID: i64 = 0x4b4e_524a;

/// The version of the tables. Version 1 had no table of places.
const VERSION: i64 = 2;

/// How long another process may hold the lock before it counts as another run: as long as it takes to look at a journal.
const PATIENCE: Duration = Duration::from_millis(500);

/// A journal's database, locked and checked.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) path: PathBuf,
    pub(super) connection: Connection,
}

/// Opens a journal that is to be written; makes it where there is none.
pub(super) fn open_or_make(path: &Path) -> Result<Opened, JournalError> {
    match open(path) {
        Err(error) if *error.problem() == Problem::Missing => {
            make(path)?;
            open(path)
        }
        result => result,
    }
}

/// Opens a journal, takes its lock and checks it.
pub(super) fn open(path: &Path) -> Result<Opened, JournalError> {
    // Not by opening it: to close a file gives back every lock that the process has on it (POSIX).
    let metadata = fs::metadata(path).map_err(|error| JournalError::io(path, &error))?;
    let problem = match metadata.len() {
        _ if !metadata.is_file() => Some(Problem::NotAFile),
        // SQLite takes a file of one byte for an empty one too.
        0 | 1 => Some(Problem::Empty),
        _ => None,
    };
    if let Some(problem) = problem {
        return Err(JournalError::new(path, problem));
    }
    let opened = connect(path).and_then(|connection| Ok((check(path, &connection)?, connection)));
    match opened {
        Ok((None, connection)) => Ok(Opened { path: path.to_owned(), connection }),
        Ok((Some(problem), _)) => Err(JournalError::new(path, problem)),
        Err(error) => Err(JournalError::sqlite(path, &error)),
    }
}

/// Whether commits stand beside a journal, in the WAL that SQLite keeps where the file really is. One without content says
/// nothing: SQLite makes it when it looks for one.
fn has_wal(path: &Path) -> bool {
    let mut wal = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()).into_os_string();
    wal.push("-wal");
    fs::metadata(wal).is_ok_and(|metadata| metadata.len() > 0)
}

/// A connection that locks the file at its first use and keeps it locked.
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    // Absolute, for SQLite has its own meaning for names like `:memory:`.
    let path = absolute(path).unwrap_or_else(|_| path.to_owned());
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    // Whoever only looks changes nothing, not even by closing.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    // A file may have been changed by others: https://sqlite.org/security.html
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    Ok(connection)
}

/// What is wrong with the content of a file.
fn check(path: &Path, connection: &Connection) -> rusqlite::Result<Option<Problem>> {
    // To read what a dead run has left takes the lock of a writer, which SQLite cannot have on what it may only read.
    if connection.is_readonly(MAIN_DB)? && has_wal(path) {
        return Ok(Some(Problem::ReadOnly));
    }
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    match (number("application_id")?, number("user_version")?) {
        (APPLICATION_ID, VERSION) => {}
        (APPLICATION_ID, version) if version > VERSION => return Ok(Some(Problem::Newer)),
        (APPLICATION_ID, 1) => return Ok(Some(Problem::Older)),
        _ => return Ok(Some(Problem::Foreign)),
    }
    let has_wal = has_wal(path);
    if !has_wal && store::has_lost_its_wal(connection)? {
        return Ok(Some(Problem::WalMissing));
    }
    let damage: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if damage != "ok" {
        return Ok(Some(Problem::Damaged(damage.replace('\n', " "))));
    }
    // SQLite fills a last page that is cut off with zeros. With a WAL the database may well be shorter than it will be.
    let length = number("page_count")? * number("page_size")?;
    let is_cut_off = !has_wal && fs::metadata(path).is_ok_and(|metadata| i128::from(metadata.len()) < length.into());
    Ok(is_cut_off.then(|| Problem::Damaged("its end is missing".to_owned())))
}

/// Makes an empty journal under a name of its own and gives it its name when it is whole, so that a file that is cut off or
/// empty is never taken for a new one. Only its owner may read it. Where another process is faster, its journal stays.
fn make(path: &Path) -> Result<(), JournalError> {
    let folder = match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => return Err(JournalError::new(path, Problem::NotAFile)),
    };
    if !folder.is_dir() {
        return Err(JournalError::new(path, Problem::NoFolder));
    }
    if has_wal(path) {
        return Err(JournalError::new(path, Problem::OnlyWal));
    }
    let io = |error: &_| JournalError::io(path, error);
    let draft = tempfile::Builder::new().prefix(".kenarc-journal-").tempfile_in(folder).map_err(|error| io(&error))?;
    lay_out(draft.path()).map_err(|error| JournalError::sqlite(path, &error))?;
    match draft.persist_noclobber(path) {
        Err(error) if error.error.kind() != std::io::ErrorKind::AlreadyExists => Err(io(&error.error)),
        _ => Ok(()),
    }
}

fn lay_out(path: &Path) -> rusqlite::Result<()> {
    let connection = connect(path)?;
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch(SCHEMA)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    connection.close().map_err(|(_, error)| error)
}
