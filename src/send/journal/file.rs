//! The file of a journal: created atomically, locked, and checked before it is used.

use std::fs;
use std::path::{Path, PathBuf, absolute};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, MAIN_DB, OpenFlags};

use super::error::{JournalError, JournalProblem};
use super::store::{self, SCHEMA};

/// What marks a file as a journal of kenarc, in the header that every SQLite database has: `KNRJ`.
const APPLICATION_ID: i64 = 0x4b4e_524a;

/// The version of the tables and of the stored names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// It has no kinds of recipients. A run migrates it.
    Third = 3,
    Present = 4,
}

impl Version {
    /// Writes the version into the header of a database.
    pub(super) fn write(self, connection: &Connection) -> rusqlite::Result<()> {
        connection.pragma_update(None, "user_version", self as i64)
    }
}

/// How long to wait for the lock. A reader releases it within this time; a run does not.
const LOCK_TIMEOUT: Duration = Duration::from_millis(500);

/// The database of a journal, locked and checked.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) path: PathBuf,
    pub(super) connection: Connection,
    pub(super) version: Version,
}

/// Opens a journal for writing, and creates it if it does not exist.
pub(super) fn open_or_create(path: &Path) -> Result<Opened, JournalError> {
    match open(path) {
        Err(error) if *error.problem() == JournalProblem::Missing => {
            create(path)?;
            open(path)
        }
        result => result,
    }
}

/// Opens a journal, locks it and checks it.
pub(super) fn open(path: &Path) -> Result<Opened, JournalError> {
    // Does not open the file: closing it would release every lock that the process has on it (POSIX).
    let metadata = fs::metadata(path).map_err(|error| JournalError::io(path, &error))?;
    let problem = match metadata.len() {
        _ if !metadata.is_file() => Some(JournalProblem::NotAFile),
        // SQLite treats a file of one byte as empty, too.
        0 | 1 => Some(JournalProblem::Empty),
        _ => None,
    };
    if let Some(problem) = problem {
        return Err(JournalError::new(path, problem));
    }
    let opened = connect(path).and_then(|connection| Ok((check(path, &connection)?, connection)));
    match opened {
        Ok((Ok(version), connection)) => Ok(Opened { path: path.to_owned(), connection, version }),
        Ok((Err(problem), _)) => Err(JournalError::new(path, problem)),
        Err(error) => Err(JournalError::sqlite(path, &error)),
    }
}

/// Returns whether there is a WAL with commits beside a journal (beside the target if the path is a symbolic link). An
/// empty WAL means nothing: SQLite creates it when it looks for one.
fn has_wal(path: &Path) -> bool {
    let mut wal = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()).into_os_string();
    wal.push("-wal");
    fs::metadata(wal).is_ok_and(|metadata| metadata.len() > 0)
}

/// Opens a connection that locks the file at its first use and keeps it locked.
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    // Absolute, because names like `:memory:` have a special meaning in SQLite.
    let path = absolute(path).unwrap_or_else(|_| path.to_owned());
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(LOCK_TIMEOUT)?;
    // A reader changes nothing, not even when it closes the file.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    // The file may come from an untrusted source: https://sqlite.org/security.html
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    Ok(connection)
}

/// Returns the version of a journal, or what is wrong with the content of the file.
fn check(path: &Path, connection: &Connection) -> rusqlite::Result<Result<Version, JournalProblem>> {
    // Reading the WAL of a killed run requires a write lock, which SQLite cannot take on a read-only file.
    if connection.is_readonly(MAIN_DB)? && has_wal(path) {
        return Ok(Err(JournalProblem::ReadOnly));
    }
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let version = match (number("application_id")?, number("user_version")?) {
        (APPLICATION_ID, 4) => Version::Present,
        (APPLICATION_ID, 3) => Version::Third,
        (APPLICATION_ID, 5..) => return Ok(Err(JournalProblem::Newer)),
        (APPLICATION_ID, 1 | 2) => return Ok(Err(JournalProblem::Older)),
        _ => return Ok(Err(JournalProblem::Foreign)),
    };
    let has_wal = has_wal(path);
    if !has_wal && store::has_lost_its_wal(connection)? {
        return Ok(Err(JournalProblem::WalMissing));
    }
    let damage: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if damage != "ok" {
        return Ok(Err(JournalProblem::Damaged(damage.replace('\n', " "))));
    }
    // SQLite pads a truncated last page with zeros. With a WAL, the database file may be shorter than its page count
    // says.
    let length = number("page_count")? * number("page_size")?;
    let is_cut_off = !has_wal && fs::metadata(path).is_ok_and(|metadata| i128::from(metadata.len()) < length.into());
    Ok(if is_cut_off { Err(JournalProblem::Damaged("the file is truncated".to_owned())) } else { Ok(version) })
}

/// Creates an empty journal under a temporary name and renames it when it is complete, so that an empty or truncated
/// file is never taken for a new journal. Only its owner may read it. If another process creates the file first, that
/// one is kept.
fn create(path: &Path) -> Result<(), JournalError> {
    let folder = match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => return Err(JournalError::new(path, JournalProblem::NotAFile)),
    };
    if !folder.is_dir() {
        return Err(JournalError::new(path, JournalProblem::NoFolder));
    }
    if has_wal(path) {
        return Err(JournalError::new(path, JournalProblem::OnlyWal));
    }
    let io = |error: &_| JournalError::io(path, error);
    let draft = tempfile::Builder::new().prefix(".kenarc-journal-").tempfile_in(folder).map_err(|error| io(&error))?;
    create_tables(draft.path()).map_err(|error| JournalError::sqlite(path, &error))?;
    match draft.persist_noclobber(path) {
        Err(error) if error.error.kind() != std::io::ErrorKind::AlreadyExists => Err(io(&error.error)),
        _ => Ok(()),
    }
}

fn create_tables(path: &Path) -> rusqlite::Result<()> {
    let connection = connect(path)?;
    let transaction = connection.unchecked_transaction()?;
    transaction.execute_batch(SCHEMA)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    Version::Present.write(&transaction)?;
    transaction.commit()?;
    connection.close().map_err(|(_, error)| error)
}
