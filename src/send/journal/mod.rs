//! The journal of a batch: what is known of every message, on disk before it is needed.
//!
//! ```text
//! engine ── known, intend, settle ──▶ Journal ═══ channel ═══▶ writer (one thread) ──▶ Store (SQL) ──▶ file
//! kenarc journal ────────────────────────────────────────────▶ Reader ───────────────────────────────▶ file
//! ```
//!
//! The promise: *a run that is killed at any moment goes on where it stopped, loses nothing and repeats nothing; what was in
//! flight is unknown.* It is kept by the order of things. [`Journal::intend`] returns when the intent is on disk; only
//! then may the request leave. [`Journal::settle`] records what became of it. A record that is still
//! [`Sending`](State::Sending) when nobody sends any more is a message that may have arrived: it becomes
//! [`Unknown`](State::Unknown).
//!
//! ```no_run
//! # use kenarc::send::journal::{Claim, Intent, Journal, MessageId, Policy, RowPlace, Settled};
//! # use kenarc::send::{ConversationId, Outcome};
//! # async fn post(_: &str) -> Outcome { unimplemented!() }
//! # async fn example(conversation: ConversationId, body: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let journal = Journal::open("orders.journal".as_ref(), Policy::default())?;
//! let id = MessageId::of(&conversation, body);
//! let row = RowPlace { file: "orders.csv".into(), line: 2 };
//! match journal.intend(Intent { id, conversation, row }).await? {
//!     Claim::Granted => journal.settle(id, Settled::of(&post(body).await)),
//!     Claim::Known(known) => println!("line 2 is recorded already: {}", known.state),
//! }
//! journal.close().await?;
//! # Ok(()) }
//! ```
//!
//! **On disk** it is one SQLite database. While a run writes, it is in WAL mode with `synchronous=FULL`, so that a commit is
//! on disk when it returns; the run holds an exclusive lock, which the operating system takes back however the run ends.
//! After a clean end the file stands alone; after a crash `-wal` beside it holds the last commits and belongs to it. Texts,
//! tokens and what servers say are not stored.
//!
//! **Group commit**: the writer takes everything that waits and commits it at once, so one `fsync` serves all the
//! requests that came while the last one ran.

mod cause;
mod error;
mod file;
mod id;
mod places;
mod reader;
mod record;
mod store;
mod writer;

use std::path::Path;
use std::sync::{Arc, OnceLock, mpsc};

use tokio::sync::oneshot;

pub use cause::Cause;
pub use error::{JournalError, Problem};
pub use id::MessageId;
pub use reader::Reader;
pub use record::{Claim, Counts, Intent, Known, Policy, Record, RowPlace, Runs, Settled, State, UnknownWord};

use store::Store;
use writer::Request;

/// A journal that a run writes: at most one at a time for each file, on the whole machine.
///
/// Without [`close`](Self::close) nothing is lost that was awaited, but settlements that still wait may be.
#[derive(Debug)]
pub struct Journal {
    requests: mpsc::Sender<Request>,
    began_empty: bool,
    /// How the writer ended.
    end: oneshot::Receiver<Result<(), JournalError>>,
    /// Why the writer ended before it was told to.
    failure: Arc<OnceLock<JournalError>>,
    /// What to say of a writer that left no reason.
    vanished: JournalError,
}

impl Journal {
    /// Opens the journal at `path`, or makes it, and begins a run: takes the lock, checks the file, proves that it can be
    /// written, and turns what a dead run left in flight into [`Unknown`](State::Unknown). It reads the whole file, and
    /// blocks as long as that takes.
    ///
    /// # Errors
    /// [`JournalError`] where any of that fails: everything that can be known before a message leaves.
    pub fn open(path: &Path, policy: Policy) -> Result<Self, JournalError> {
        let store = Store::open(file::open_or_make(path)?, policy)?;
        let (failure, began_empty) = (Arc::new(OnceLock::new()), store.began_empty);
        let (requests, end) = writer::start(store, Arc::clone(&failure))?;
        Ok(Self { requests, began_empty, end, failure, vanished: JournalError::new(path, Problem::Ended) })
    }

    /// Whether nothing was recorded when this run began. Then [`known`](Self::known) has nothing to say of a message before
    /// its first [`intend`](Self::intend).
    #[must_use]
    pub const fn began_empty(&self) -> bool {
        self.began_empty
    }

    /// What is recorded of messages, in their order, in one round trip and without a write: to skip quickly what a run
    /// before has done.
    ///
    /// # Errors
    /// [`JournalError`] where the journal has failed.
    pub async fn known(&self, ids: Vec<MessageId>) -> Result<Vec<Option<Known>>, JournalError> {
        self.ask(|answer| Request::Known { ids, answer }).await
    }

    /// Records that a message is about to be sent, and returns when that is on disk. A message that is recorded is granted
    /// only where the policy says so, and never twice in one run, unless it was [`NotAccepted`](Settled::NotAccepted) before.
    ///
    /// An intent whose future is dropped before it answers is taken back, or at worst stays in flight, hence unknown.
    ///
    /// # Errors
    /// [`JournalError`] where the journal has failed, now or earlier. Then the message must not be sent.
    pub async fn intend(&self, intent: Intent) -> Result<Claim, JournalError> {
        self.ask(|answer| Request::Intend { intent, answer }).await
    }

    /// Records what became of a message that was granted. Does not wait: it is written with the next group. Where the
    /// journal has failed it stays in flight, hence unknown.
    pub fn settle(&self, id: MessageId, settled: Settled) {
        // A writer that has ended takes nothing, and has left its reason.
        let _ = self.requests.send(Request::Settle { id, settled });
    }

    /// Why the journal can no longer be written; then nothing more may be sent.
    #[must_use]
    pub fn failure(&self) -> Option<&JournalError> {
        self.failure.get()
    }

    /// Writes what waits, and leaves one file that needs no other. What was granted and not settled is unknown.
    ///
    /// # Errors
    /// [`JournalError`] where the journal has failed, now or earlier.
    pub async fn close(self) -> Result<(), JournalError> {
        drop(self.requests);
        self.end.await.unwrap_or(Err(self.vanished))
    }

    async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> Result<T, JournalError> {
        let (answer, answered) = oneshot::channel();
        // A writer that has ended takes nothing, and has left its reason.
        let _ = self.requests.send(request(answer));
        answered.await.map_err(|_| self.failure().unwrap_or(&self.vanished).clone())
    }
}
