//! The file of a journal: made whole or not at all, locked, checked before it is trusted.

use std::fs;
use std::path::{Path, PathBuf, absolute};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::error::{JournalError, Problem};
use super::store::SCHEMA;

/// What marks a file as a journal of kenarc, in the header that every SQLite database has: `KNRJ`.
const APPLICATION_ID: i32 = 0x4b4e_524a;

/// The version of the tables.
const VERSION: i32 = 1;

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

/// Opens a journal, takes its lock and checks it. Nothing is changed.
pub(super) fn open(path: &Path) -> Result<Opened, JournalError> {
    let problem = |problem| JournalError::new(path, problem);
    // Not by opening it: to close a file gives back every lock that the process has on it (POSIX).
    let metadata = fs::metadata(path).map_err(|error| JournalError::io(path, &error))?;
    if !metadata.is_file() {
        return Err(problem(Problem::NotAFile));
    }
    if metadata.len() == 0 {
        return Err(problem(Problem::Empty));
    }
    let sqlite = |error| JournalError::sqlite(path, &error);
    let connection = connect(path).map_err(sqlite)?;
    match marks(&connection).map_err(sqlite)? {
        (APPLICATION_ID, VERSION) => {}
        (APPLICATION_ID, version) if version > VERSION => return Err(problem(Problem::Newer)),
        _ => return Err(problem(Problem::Foreign)),
    }
    check(&connection).map_err(sqlite)?.map_or(Ok(()), |damage| Err(problem(Problem::Damaged(damage))))?;
    Ok(Opened { path: path.to_owned(), connection })
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

/// Whose database it is, and of which version.
fn marks(connection: &Connection) -> rusqlite::Result<(i32, i32)> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get(0));
    Ok((number("application_id")?, number("user_version")?))
}

/// The first damage that is found.
fn check(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok((found != "ok").then(|| found.replace('\n', " ")))
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
