//! Errors of journals, with human-readable messages.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use thiserror::Error;

/// Why a journal cannot be used, or cannot be used any longer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", .problem.message(.path))]
pub struct JournalError {
    path: PathBuf,
    problem: JournalProblem,
}

/// What is wrong with a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JournalProblem {
    /// The file to be read does not exist.
    Missing,
    /// The folder of the file does not exist.
    NoFolder,
    /// The path is a folder, a device or the like.
    NotAFile,
    /// The operating system refuses access.
    Unusable(String),
    /// The file or its folder is read-only.
    ReadOnly,
    /// Another process uses it.
    InUse,
    /// The file is empty, which a journal never is.
    Empty,
    /// The file is not an SQLite database.
    NoDatabase,
    /// The file is an SQLite database of another program.
    Foreign,
    /// It was written by a newer version of kenarc.
    Newer,
    /// It was written by an older version of kenarc.
    Older,
    /// Parts of it are missing or corrupt.
    Damaged(String),
    /// A run was killed, and the file `-wal` with its last records has been removed.
    WalMissing,
    /// The file `-wal` of a killed run exists, but the journal does not.
    OnlyWal,
    /// The disk is full, or the quota is used up.
    Full,
    /// It cannot be read or written for another reason.
    Failed(String),
    /// Its writer has ended without a reason.
    Ended,
}

impl JournalError {
    pub(super) fn new(path: &Path, problem: JournalProblem) -> Self {
        Self { path: path.to_owned(), problem }
    }

    pub(super) fn io(path: &Path, error: &io::Error) -> Self {
        let problem = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => JournalProblem::Full,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => JournalProblem::ReadOnly,
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => JournalProblem::Missing,
            _ => JournalProblem::Unusable(error.to_string()),
        };
        Self::new(path, problem)
    }

    pub(super) fn sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        let problem = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => JournalProblem::InUse,
            Some(ErrorCode::NotADatabase) => JournalProblem::NoDatabase,
            Some(ErrorCode::DatabaseCorrupt) => JournalProblem::Damaged(error.to_string()),
            Some(ErrorCode::DiskFull) => JournalProblem::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => JournalProblem::ReadOnly,
            Some(ErrorCode::CannotOpen) => JournalProblem::Unusable(error.to_string()),
            // The tables or the values are not those that kenarc writes.
            Some(ErrorCode::Unknown) | None => JournalProblem::Damaged(error.to_string()),
            Some(_) => JournalProblem::Failed(error.to_string()),
        };
        Self::new(path, problem)
    }

    /// Returns the path of the journal.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns what is wrong.
    #[must_use]
    pub const fn problem(&self) -> &JournalProblem {
        &self.problem
    }

    /// Returns what to do.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        self.problem.help()
    }
}

impl JournalProblem {
    fn message(&self, path: &Path) -> String {
        let path = path.display();
        match self {
            Self::Missing => format!("the journal {path} does not exist"),
            Self::NoFolder => format!("cannot create the journal {path}: its folder does not exist"),
            Self::NotAFile => format!("{path} is not a file, so it cannot be a journal"),
            Self::Unusable(why) => format!("cannot use the journal {path}: {why}"),
            Self::ReadOnly => format!("cannot write the journal {path}: the file or its folder is read-only"),
            Self::InUse => format!("the journal {path} is in use by another run or by `kenarc journal`"),
            Self::Empty => format!("{path} is empty, which a journal never is"),
            Self::NoDatabase => format!("{path} is not a journal, or its beginning is corrupt"),
            Self::Foreign => format!("{path} is the database of another program, not a journal of kenarc"),
            Self::Newer => format!("the journal {path} was written by a newer version of kenarc"),
            Self::Older => format!("the journal {path} was written by an older version of kenarc"),
            Self::Damaged(why) => format!("the journal {path} is damaged: {why}"),
            Self::WalMissing => {
                format!("the last records of the journal {path} are missing: the file {path}-wal has been removed")
            }
            Self::OnlyWal => {
                format!("the journal {path} has been removed, but the file {path}-wal with its last records exists")
            }
            Self::Full => format!("cannot write the journal {path}: the disk is full"),
            Self::Failed(why) => format!("cannot read or write the journal {path}: {why}"),
            Self::Ended => format!("cannot write the journal {path}: its thread has ended"),
        }
    }

    const fn help(&self) -> &'static str {
        match self {
            Self::Missing => "check the path; `kenarc send --batch … --journal FILE` creates a journal",
            Self::NoFolder => "create the folder, or name a file in another one",
            Self::NotAFile | Self::Foreign => "name another file",
            Self::Unusable(_) => "check the path, and your permission to read and write there",
            Self::ReadOnly => {
                "run as the journal's owner, or get permission to write the file and its folder, where SQLite keeps a \
                 second file"
            }
            Self::InUse => "wait until it has ended; two runs at the same time could send a message twice",
            Self::Empty => {
                "if it was a journal, restore it from a backup: without it every message counts as new; otherwise \
                 remove it"
            }
            Self::WalMissing => {
                "restore that file: after a run was killed, both files are needed; with a new journal every message \
                 counts as new and is sent"
            }
            Self::OnlyWal => {
                "restore the journal, or name another file; without it every message counts as new and is sent"
            }
            Self::NoDatabase | Self::Damaged(_) => {
                "name the right file, or restore this one from a backup, with the file `-wal` beside it if there is \
                 one; with a new journal every message counts as new and is sent"
            }
            Self::Newer | Self::Older => "use that version of kenarc",
            Self::Full => "free some space and run the command again: messages in flight are unknown, the rest is sent",
            Self::Failed(_) | Self::Ended => {
                "check the disk and your quota, and run the command again: messages in flight are unknown, the rest \
                 is sent"
            }
        }
    }
}
