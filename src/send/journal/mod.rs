//! The journal of a batch: what is known of every message, written to disk before the message is sent.
//!
//! ```text
//! batch  ── known, intend, settle ──▶ Journal ═══ channel ═══▶ writer (one thread) ──▶ Store (SQL) ──▶ file
//! kenarc journal ────────────────────────────────────────────▶ Reader ───────────────────────────────▶ file
//! ```
//!
//! The guarantee: *if a run is killed at any point, the next run continues where it stopped. No message is lost and
//! none is sent twice; the outcomes of messages in flight are unknown.* It follows from the order of events:
//! [`Journal::intend`] returns when the intent is on disk, and only then may the request be sent; [`Journal::settle`]
//! records the outcome. A record that is still [`Sending`](State::Sending) when its run is gone belongs to a message
//! that may have been delivered: it becomes [`Unknown`](State::Unknown). See `docs/design/journal.md`.
//!
//! ```no_run
//! # use kenarc::send::journal::{Claim, Intent, Journal, MessageId, Policy, RowLocation, Settled};
//! # use kenarc::send::{Outcome, Recipient};
//! # async fn post(_: &str) -> Outcome { unimplemented!() }
//! # async fn example(recipient: Recipient, body: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let journal = Journal::open("orders.journal".as_ref(), Policy::default())?;
//! let id = MessageId::of(&recipient, body);
//! let row = RowLocation { file: "orders.csv".into(), line: 2 };
//! match journal.intend(Intent { id, recipient, row }).await? {
//!     Claim::Granted => journal.settle(id, Settled::of(&post(body).await)),
//!     Claim::Known(known) => println!("line 2 was recorded before: {}", known.state),
//! }
//! journal.close().await?;
//! # Ok(()) }
//! ```
//!
//! **On disk**, a journal is an SQLite database. While a run writes it, it is in WAL mode with `synchronous=FULL`, so
//! that a commit is on disk when it returns; the run holds an exclusive lock, which the operating system releases
//! however the run ends. After a clean end there is one file; after a crash, the file `-wal` beside it contains the
//! last commits and belongs to it. Message texts, tokens and response bodies are not stored.
//!
//! **Group commit**: the writer takes all waiting requests and commits them at once, so that one `fsync` serves all
//! requests that arrived during the last one.

mod cause;
mod comparison;
mod error;
mod file;
mod id;
mod index;
mod reader;
mod record;
mod store;
mod writer;

use std::path::Path;
use std::sync::{Arc, OnceLock, mpsc};

use tokio::sync::oneshot;

pub use cause::Cause;
pub use comparison::{Compared, Comparison};
pub use error::{JournalError, JournalProblem};
pub use id::MessageId;
pub use reader::Reader;
pub use record::{Claim, Counts, Intent, Known, Policy, Record, RowLocation, Runs, Settled, State, UnknownName};

use store::Store;
use writer::WriterRequest;

/// A journal opened by the run that writes it. At most one run on the machine has a journal open at a time.
///
/// If it is dropped without [`close`](Self::close), settlements that are still queued may be lost.
#[derive(Debug)]
pub struct Journal {
    requests: mpsc::Sender<WriterRequest>,
    began_empty: bool,
    /// Receives the result of the writer when it ends.
    end: oneshot::Receiver<Result<(), JournalError>>,
    /// Why the writer ended early.
    failure: Arc<OnceLock<JournalError>>,
    /// The error to report if the writer has left no reason.
    vanished: JournalError,
}

impl Journal {
    /// Opens or creates the journal at `path` and begins a run: takes the lock, checks the file, proves that it can be
    /// written, and marks the messages that a killed run left in flight as [`Unknown`](State::Unknown). Reads the whole
    /// file, and blocks meanwhile.
    ///
    /// # Errors
    /// [`JournalError`] if any of that fails.
    pub fn open(path: &Path, policy: Policy) -> Result<Self, JournalError> {
        let store = Store::open(file::open_or_create(path)?, policy)?;
        let (failure, began_empty) = (Arc::new(OnceLock::new()), store.began_empty);
        let (requests, end) = writer::start(store, Arc::clone(&failure))?;
        Ok(Self { requests, began_empty, end, failure, vanished: JournalError::new(path, JournalProblem::Ended) })
    }

    /// Returns whether the journal was empty when this run began. Then [`known`](Self::known) returns `None` for a
    /// message before its first [`intend`](Self::intend).
    #[must_use]
    pub const fn began_empty(&self) -> bool {
        self.began_empty
    }

    /// Returns what is recorded of messages, in their order, in one round trip and without a write. Used to skip
    /// quickly what an earlier run has done.
    ///
    /// # Errors
    /// [`JournalError`] if the journal has failed.
    pub async fn known(&self, ids: Vec<MessageId>) -> Result<Vec<Option<Known>>, JournalError> {
        self.ask(|answer| WriterRequest::Known { ids, answer }).await
    }

    /// Records that a message is about to be sent, and returns when the record is on disk. A message with a record is
    /// granted only if the policy permits it, and never twice in one run, unless it was
    /// [`NotAccepted`](Settled::NotAccepted) before.
    ///
    /// If the future is dropped before it is ready, the intent is withdrawn, or at worst the message stays in flight
    /// and becomes unknown.
    ///
    /// # Errors
    /// [`JournalError`] if the journal has failed, now or earlier. Then the message must not be sent.
    pub async fn intend(&self, intent: Intent) -> Result<Claim, JournalError> {
        self.ask(|answer| WriterRequest::Intend { intent, answer }).await
    }

    /// Records the outcome of a message that was granted. Does not wait: it is written with the next group. If the
    /// journal has failed, the message stays in flight and becomes unknown.
    pub fn settle(&self, id: MessageId, settled: Settled) {
        // If the writer has ended, it has left its reason in `failure`.
        let _ = self.requests.send(WriterRequest::Settle { id, settled });
    }

    /// Returns why the journal can no longer be written. Then nothing more may be sent.
    #[must_use]
    pub fn failure(&self) -> Option<&JournalError> {
        self.failure.get()
    }

    /// Writes what is queued and merges the WAL, so that one file is left. Messages that were granted and not settled
    /// become unknown.
    ///
    /// # Errors
    /// [`JournalError`] if the journal has failed, now or earlier.
    pub async fn close(self) -> Result<(), JournalError> {
        drop(self.requests);
        self.end.await.unwrap_or(Err(self.vanished))
    }

    async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> WriterRequest) -> Result<T, JournalError> {
        let (answer, answered) = oneshot::channel();
        // If the writer has ended, it has left its reason in `failure`.
        let _ = self.requests.send(request(answer));
        answered.await.map_err(|_| self.failure().unwrap_or(&self.vanished).clone())
    }
}
