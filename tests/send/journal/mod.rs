//! The journal of a batch, as the sending engine and `kenarc journal` see it, also when runs are killed, disks are full
//! and files are corrupt.

mod child;
mod command;
mod crashes;
mod files;
mod full_disk;
mod interleavings;
mod locking;
mod migration;
mod outcomes;
mod resuming;

use std::path::Path;

use kenarc::send::journal::{
    Cause, Claim, Intent, Journal, JournalError, JournalProblem, Known, MessageId, Policy, Reader, Record, RowLocation,
    Settled, State,
};
use kenarc::send::{Recipient, RecipientKind};

use crate::cli::Folder;
use child::Child;

const NEVER_AGAIN: Policy = Policy { retry_refused: false, resend_unknown: false };
const EVERYTHING_AGAIN: Policy = Policy { retry_refused: true, resend_unknown: true };

const DELIVERED: Settled = Settled::Delivered { status: 200 };
const REFUSED: Settled = Settled::Refused { status: 412, cause: Cause::Restricted };
const UNKNOWN: Settled = Settled::Unknown { status: None, cause: Cause::TimedOut };

/// A journal and what waits for it.
struct Run {
    runtime: tokio::runtime::Runtime,
    journal: Journal,
}

impl Run {
    #[track_caller]
    fn begin(path: &Path, policy: Policy) -> Self {
        Self::try_begin(path, policy).unwrap()
    }

    fn try_begin(path: &Path, policy: Policy) -> Result<Self, JournalError> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        Journal::open(path, policy).map(|journal| Self { runtime, journal })
    }

    /// Intends to send message `number`, which row `number` makes.
    #[track_caller]
    fn intend(&self, number: u64) -> Claim {
        self.try_intend(intent(number)).unwrap()
    }

    fn try_intend(&self, intent: Intent) -> Result<Claim, JournalError> {
        self.runtime.block_on(self.journal.intend(intent))
    }

    fn settle(&self, number: u64, settled: Settled) {
        self.journal.settle(id(number), settled);
    }

    /// Sends message `number` with this outcome.
    #[track_caller]
    fn send(&self, number: u64, settled: Settled) {
        assert_eq!(self.intend(number), Claim::Granted, "{number}");
        self.settle(number, settled);
    }

    #[track_caller]
    fn known(&self, number: u64) -> Option<Known> {
        let mut known = self.runtime.block_on(self.journal.known(vec![id(number)])).unwrap();
        assert_eq!(known.len(), 1);
        known.pop().unwrap()
    }

    #[track_caller]
    fn state(&self, number: u64) -> Option<State> {
        self.known(number).map(|known| known.state)
    }

    /// Returns when everything that was asked for is on disk.
    fn wait(&self) {
        self.known(0);
    }

    #[track_caller]
    fn close(self) {
        self.try_close().unwrap();
    }

    fn try_close(self) -> Result<(), JournalError> {
        self.runtime.block_on(self.journal.close())
    }
}

fn recipient(number: u64) -> Recipient {
    Recipient::new(RecipientKind::Conversation, format!("conversation-{number}")).unwrap()
}

fn id(number: u64) -> MessageId {
    MessageId::of(&recipient(number), "a text")
}

fn intent(number: u64) -> Intent {
    Intent { id: id(number), recipient: recipient(number), row: row(number) }
}

fn row(number: u64) -> RowLocation {
    RowLocation { file: "rows.csv".into(), line: number }
}

/// Returns all records, as another process reads them.
#[track_caller]
fn records(path: &Path) -> Vec<Record> {
    let mut records = Vec::new();
    let take = |record: &Record| {
        records.push(record.clone());
        Ok::<(), JournalError>(())
    };
    Reader::open(path).unwrap().each(&State::ALL, take).unwrap();
    records
}

/// Returns the names of all files in a folder.
fn names(folder: &Folder) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder.path(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
