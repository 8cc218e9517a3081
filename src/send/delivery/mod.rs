//! Many messages, each at most once.
//!
//! ```text
//! letters ─▶ feed ─▶ queue ─▶ worker ─▶ Gate: pass ─▶ Journal: intent ─▶ Gate: depart ─▶ Client ─▶ Journal: outcome
//!             │                 │  ▲                                                              │
//!             └ known: skipped  │  └─────────────────── surely not taken: again ◀─────────────────┤
//!                               └─ several at a time                                              └─▶ events
//! ```
//!
//! The order is the guarantee: a request leaves only when its intent is on disk, and whatever is not surely refused or surely
//! unsent is never sent again by itself. What the server asks for, it asks of all: a pause holds every worker back. Where
//! going on is of no use, the delivery halts, and what was not tried stays to be tried by the next run.

mod gate;
mod pacer;

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;

use super::client::Client;
use super::journal::{Claim, Intent, Journal, JournalError, Known, MessageId, RowPlace, Settled};
use super::outcome::Outcome;
use super::rate::Rate;
use super::request::Request;
use super::secret::{Credentials, Secret};
use super::setback::Setback;

use gate::Gate;

/// A message on its way to a conversation.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Which message it is.
    pub id: MessageId,
    /// The row that it was made of.
    pub row: RowPlace,
    /// What is sent.
    pub request: Request,
    /// The token that may send it.
    pub access_token: Secret,
}

/// How messages are sent.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How many requests may be under way.
    pub concurrency: NonZeroUsize,
    /// How many requests may leave in a time.
    pub rate: Option<Rate>,
    /// After how many setbacks in a row the delivery halts.
    pub retries: u32,
}

/// Something that happened to a letter, or to all of them.
#[derive(Debug)]
pub enum Event<'a> {
    /// It was sent, and this became of it.
    Sent {
        /// The letter.
        letter: &'a Letter,
        /// What became of it.
        outcome: &'a Outcome,
    },
    /// It was not sent: it is recorded already.
    Known {
        /// The letter.
        letter: &'a Letter,
        /// What is recorded.
        known: &'a Known,
    },
    /// It was sent, surely nobody took it, and it will be sent again after a pause of all.
    Pause {
        /// The letter.
        letter: &'a Letter,
        /// What became of it.
        outcome: &'a Outcome,
        /// How long the pause is.
        wait: Duration,
    },
}

/// Why a delivery ended before its letters did.
#[derive(Clone, Debug)]
pub enum Halt {
    /// It was told to.
    Stopped,
    /// A limit that waiting does not help: the server asks for longer than [`MAX_PAUSE`], or refuses again after each pause.
    Limited {
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// The server cannot be reached, or takes no requests.
    Unreachable {
        /// What became of the last request, in words.
        summary: String,
    },
    /// [`MAX_DENIED`] messages in a row were refused with 401 or 403: the key or the token is bad.
    Denied {
        /// The status.
        status: u16,
    },
    /// Of so many messages in a row nobody knows whether they were delivered: [`MAX_DOUBTFUL`], and as many as may be under way
    /// when a server dies.
    Doubtful {
        /// How many.
        count: u32,
    },
    /// The journal cannot be written: nothing more may leave.
    Journal(JournalError),
}

/// The longest pause that is waited for.
pub const MAX_PAUSE: Duration = Duration::from_mins(15);

/// How many messages in a row may be refused for who sends them.
pub const MAX_DENIED: u32 = 20;

/// How many messages in a row may have an outcome that nobody knows, beside those that are under way at a time. Somebody has to
/// look into each.
pub const MAX_DOUBTFUL: u32 = 20;

/// What calls back with events.
type OnEvent = Box<dyn Fn(Event<'_>) + Send + Sync>;

/// A run that sends letters.
pub struct Delivery {
    client: Client,
    api_key: Secret,
    journal: Journal,
    gate: Gate,
    pace: Pace,
    on_event: OnEvent,
}

/// Ends a delivery from outside.
#[derive(Clone)]
pub struct Stop(Arc<Delivery>);

impl Stop {
    /// Lets no further request leave. What is under way is waited for.
    pub fn stop(&self) {
        self.0.gate.halt(Halt::Stopped);
    }

    /// Waits until everything that is certain by now is recorded.
    pub async fn recorded(&self) {
        // A journal that has failed records nothing more.
        let _ = self.0.journal.known(Vec::new()).await;
    }
}

impl Delivery {
    /// A delivery of letters to the client's endpoint. `on_event` is called as things happen, from within the delivery: it
    /// should be quick.
    #[must_use]
    pub fn new(
        client: Client,
        api_key: Secret,
        journal: Journal,
        pace: Pace,
        on_event: impl Fn(Event<'_>) + Send + Sync + 'static,
    ) -> Arc<Self> {
        let gate = Gate::new(pace);
        Arc::new(Self { client, api_key, journal, gate, pace, on_event: Box::new(on_event) })
    }

    /// What ends the delivery from outside.
    #[must_use]
    pub fn stopper(self: &Arc<Self>) -> Stop {
        Stop(Arc::clone(self))
    }

    /// Sends letters until there are no more, or until it halts; then everything that was under way is settled. It must run
    /// inside a tokio runtime with I/O and time enabled.
    pub async fn run(self: &Arc<Self>, letters: mpsc::Receiver<Vec<Letter>>) -> Option<Halt> {
        let concurrency = self.pace.concurrency.get();
        let (queue, waiting) = mpsc::channel(concurrency);
        let waiting = Arc::new(Mutex::new(waiting));
        let mut tasks = JoinSet::new();
        // While as many requests as may be are under way, as many others get ready, so that the next one leaves as soon as an
        // answer comes. Where a run is killed, what is ready is unknown too, though it has not left.
        for _ in 0..2 * concurrency {
            let (delivery, waiting) = (Arc::clone(self), Arc::clone(&waiting));
            tasks.spawn(async move { delivery.work(&waiting).await });
        }
        drop(waiting);
        self.feed(letters, queue).await;
        while let Some(ended) = tasks.join_next().await {
            // What a worker had under way that panicked is unknown, and must not look as if it were done.
            if let Err(error) = ended
                && error.is_panic()
            {
                resume_unwind(error.into_panic());
            }
        }
        self.gate.halted()
    }

    /// The journal, when nothing is under way any more.
    #[must_use]
    pub fn into_journal(self: Arc<Self>) -> Option<Journal> {
        Arc::into_inner(self).map(|delivery| delivery.journal)
    }

    /// Hands on the letters that are to be sent.
    async fn feed(&self, mut letters: mpsc::Receiver<Vec<Letter>>, queue: mpsc::Sender<Letter>) {
        loop {
            let received = tokio::select! {
                received = letters.recv() => received,
                () = self.gate.until_halted() => None,
            };
            let Some(received) = received else { return };
            let known = match self.known(&received).await {
                Ok(known) => known,
                Err(error) => return self.gate.halt(Halt::Journal(error)),
            };
            for (letter, known) in received.into_iter().zip(known) {
                match known {
                    Some(known) if !known.may_be_sent => {
                        (self.on_event)(Event::Known { letter: &letter, known: &known });
                    }
                    // Workers that have ended take nothing; then the delivery has halted.
                    _ if queue.send(letter).await.is_err() => return,
                    _ => {}
                }
            }
        }
    }

    /// What earlier runs have recorded of letters. What this run records of them shows when they are to be sent.
    async fn known(&self, letters: &[Letter]) -> Result<Vec<Option<Known>>, JournalError> {
        if self.journal.began_empty() {
            return Ok(vec![None; letters.len()]);
        }
        self.journal.known(letters.iter().map(|letter| letter.id).collect()).await
    }

    async fn work(&self, waiting: &Mutex<mpsc::Receiver<Letter>>) {
        loop {
            let next = async { waiting.lock().await.recv().await };
            let letter = tokio::select! {
                letter = next => letter,
                () = self.gate.until_halted() => None,
            };
            let Some(letter) = letter else { return };
            self.deliver(&letter).await;
        }
    }

    /// Sends a letter until something is certain about it, or the delivery halts.
    async fn deliver(&self, letter: &Letter) {
        let Letter { id, row, request, access_token } = letter;
        let credentials = Credentials { api_key: self.api_key.clone(), access_token: access_token.clone() };
        while let Some(pass) = self.gate.pass().await {
            let intent = Intent { id: *id, conversation: request.conversation().clone(), row: row.clone() };
            match self.journal.intend(intent).await {
                Ok(Claim::Granted) => {}
                Ok(Claim::Known(known)) => return (self.on_event)(Event::Known { letter, known: &known }),
                Err(error) => return self.gate.halt(Halt::Journal(error)),
            }
            // A pause that began while the intent was written holds for this request too.
            let Some(under_way) = self.gate.depart(&pass).await else {
                self.journal.settle(*id, Settled::NotAccepted);
                continue;
            };
            let outcome = self.client.send(request, &credentials).await;
            self.journal.settle(*id, Settled::of(&outcome));
            match Setback::of(&outcome) {
                None => {
                    self.gate.note_answer(&pass, &outcome);
                    drop(under_way);
                    return (self.on_event)(Event::Sent { letter, outcome: &outcome });
                }
                Some(setback) => {
                    let summary = || outcome.explain_setback(request);
                    let pause = self.gate.note_setback(&pass, setback, summary);
                    drop(under_way);
                    if let Some(wait) = pause {
                        (self.on_event)(Event::Pause { letter, outcome: &outcome, wait });
                    }
                }
            }
        }
    }
}
