//! Why a journal cannot be used, in words for people.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use thiserror::Error;

/// Why a journal cannot be used, or no longer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", .problem.sentence(.path))]
pub struct JournalError {
    path: PathBuf,
    problem: Problem,
}

/// What is in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No such file, where one is to be read.
    Missing,
    /// The folder that it would be in does not exist.
    NoFolder,
    /// A folder, a device or the like.
    NotAFile,
    /// The operating system says no.
    Unusable(String),
    /// The file or its folder may not be written.
    ReadOnly,
    /// Another process holds it.
    InUse,
    /// A file without content, which a journal never is.
    Empty,
    /// No SQLite database.
    NoDatabase,
    /// Somebody else's SQLite database.
    Foreign,
    /// Written by a newer kenarc.
    Newer,
    /// Written by a kenarc that was never released.
    Older,
    /// Parts of it are missing or not as they were written.
    Damaged(String),
    /// A run was killed, and the file `-wal` with its last records is gone.
    WalMissing,
    /// The file `-wal` of a killed run is there, and the journal is not.
    OnlyWal,
    /// The disk, or the share of it that one may use, is full.
    Full,
    /// It cannot be read or written for another reason.
    Failed(String),
    /// Its writer has ended without a word.
    Ended,
}

impl JournalError {
    pub(super) fn new(path: &Path, problem: Problem) -> Self {
        Self { path: path.to_owned(), problem }
    }

    pub(super) fn io(path: &Path, error: &io::Error) -> Self {
        let problem = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Problem::Full,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Problem::ReadOnly,
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Problem::Missing,
            _ => Problem::Unusable(error.to_string()),
        };
        Self::new(path, problem)
    }

    pub(super) fn sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        let problem = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Problem::InUse,
            Some(ErrorCode::NotADatabase) => Problem::NoDatabase,
            Some(ErrorCode::DatabaseCorrupt) => Problem::Damaged(error.to_string()),
            Some(ErrorCode::DiskFull) => Problem::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Problem::ReadOnly,
            Some(ErrorCode::CannotOpen) => Problem::Unusable(error.to_string()),
            // SQL that does not fit the tables, values that no version writes: not what was written.
            Some(ErrorCode::Unknown) | None => Problem::Damaged(error.to_string()),
            Some(_) => Problem::Failed(error.to_string()),
        };
        Self::new(path, problem)
    }

    /// The journal.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is in the way.
    #[must_use]
    pub const fn problem(&self) -> &Problem {
        &self.problem
    }

    /// What to do.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        self.problem.help()
    }
}

impl Problem {
    fn sentence(&self, path: &Path) -> String {
        let path = path.display();
        match self {
            Self::Missing => format!("there is no journal {path}"),
            Self::NoFolder => format!("the journal {path} cannot be made: there is no such folder"),
            Self::NotAFile => format!("{path} is no file, so it cannot be a journal"),
            Self::Unusable(why) => format!("the journal {path} cannot be used: {why}"),
            Self::ReadOnly => format!("the journal {path} cannot be written: the file or its folder is read-only"),
            Self::InUse => format!("another run is using the journal {path}, or `kenarc journal` is showing it"),
            Self::Empty => format!("{path} is empty, which a journal never is"),
            Self::NoDatabase => format!("{path} is no journal, or its beginning is destroyed"),
            Self::Foreign => format!("{path} is a database of another program, not a journal of kenarc"),
            Self::Newer => format!("the journal {path} was written by a newer kenarc"),
            Self::Older => format!("the journal {path} was written by an older kenarc"),
            Self::Damaged(why) => format!("the journal {path} is damaged: {why}"),
            Self::WalMissing => {
                format!("the last records of the journal {path} are missing: they stood in {path}-wal, which is gone")
            }
            Self::OnlyWal => format!("the journal {path} is gone, but its last records, {path}-wal, are there"),
            Self::Full => format!("the journal {path} cannot be written: the disk is full"),
            Self::Failed(why) => format!("the journal {path} failed: {why}"),
            Self::Ended => format!("the journal {path} is no longer written: its thread has ended"),
        }
    }

    const fn help(&self) -> &'static str {
        match self {
            Self::Missing => "check the path; `kenarc send --batch … --journal FILE` makes a journal",
            Self::NoFolder => "make the folder, or name a file in another one",
            Self::NotAFile | Self::Foreign => "name another file",
            Self::Unusable(_) => "check the path, and that you may read and write there",
            Self::ReadOnly => {
                "run as the journal's owner, or see that you may write the file and its folder; SQLite keeps a second \
                 file beside it"
            }
            Self::InUse => "wait until it has ended; two runs at a time could send a message twice",
            Self::Empty => {
                "if it was a journal, take it from a backup: without it every message counts as new; if it was not, remove \
                 it"
            }
            Self::WalMissing => {
                "put that file back: after a run that was killed the two belong together; with a new journal every message \
                 counts as new and is sent"
            }
            Self::OnlyWal => {
                "put the journal back, or name another file; without it every message counts as new and is sent"
            }
            Self::NoDatabase | Self::Damaged(_) => {
                "name the right file, or take this one from a backup, with the file `-wal` beside it if there is one; with \
                 a new journal every message counts as new and is sent"
            }
            Self::Newer | Self::Older => "use that version of kenarc",
            Self::Full => "make room and run it again: what was in flight is unknown, the rest goes on",
            Self::Failed(_) | Self::Ended => {
                "check the disk and your quota on it, and run it again: what was in flight is unknown, the rest goes on"
            }
        }
    }
}
