//! Sends a batch of messages, each at most once.
//!
//! ```text
//! jobs ─▶ feed ─▶ queue ─▶ worker ─▶ acquire a permit ─▶ intent to disk ─▶ start ─▶ send ─▶ outcome to disk
//!           │                 │  ▲                                                      │
//!           └ known: skipped  │  └───────────── certainly not accepted: retry ◀─────────┤
//!                             └─ several at a time                                      └─▶ events
//! ```
//!
//! The order is the guarantee: a request is sent only after its intent is on disk, and it is sent again by itself only
//! if it was certainly not accepted. A pause that the server asks for applies to all workers. If continuing is
//! pointless, the batch halts, and the jobs that were not tried are left for the next run.

mod rate_limiter;
mod throttle;

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;

use super::client::Client;
use super::journal::{Claim, Intent, Journal, JournalError, Known, MessageId, RowLocation, Settled};
use super::outcome::Outcome;
use super::rate::Rate;
use super::request::Request;
use super::retry::RetryReason;
use super::secret::{Credentials, Secret};

use throttle::Throttle;

/// One message to send.
#[derive(Clone, Debug)]
pub struct Job {
    /// Identifies the message in the journal.
    pub id: MessageId,
    /// The row that the message was rendered from.
    pub row: RowLocation,
    /// The request to send.
    pub request: Request,
    /// The token to send it with, if the request needs one.
    pub access_token: Option<Secret>,
}

/// How fast a batch is sent, and when it gives up.
#[derive(Clone, Copy, Debug)]
pub struct BatchOptions {
    /// The most requests in flight at a time.
    pub concurrency: NonZeroUsize,
    /// The most requests in a period of time.
    pub rate: Option<Rate>,
    /// How many retries in a row are allowed before the batch halts.
    pub retries: u32,
}

/// Something that happened to a job.
#[derive(Debug)]
pub enum BatchEvent<'a> {
    /// The request was sent.
    Sent {
        /// The job.
        job: &'a Job,
        /// The outcome.
        outcome: &'a Outcome,
    },
    /// The request was not sent, because the journal has a record of the message.
    Known {
        /// The job.
        job: &'a Job,
        /// The record.
        known: &'a Known,
    },
    /// The request was certainly not accepted; it will be sent again after a pause of the whole batch.
    Pause {
        /// The job.
        job: &'a Job,
        /// The outcome that caused the pause.
        outcome: &'a Outcome,
        /// The length of the pause.
        wait: Duration,
    },
}

/// Why a batch stopped before all jobs were sent.
#[derive(Clone, Debug)]
pub enum Halt {
    /// [`StopHandle::stop`] was called.
    Stopped,
    /// A limit that waiting does not lift: the server asks for a pause longer than [`MAX_PAUSE`], or refuses again
    /// after each one.
    Limited {
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// The server cannot be reached, or accepts no requests.
    Unreachable {
        /// The outcome of the last request, as a sentence.
        summary: String,
    },
    /// [`MAX_DENIED`] messages in a row were refused with 401 or 403: the key or the token is wrong.
    Denied {
        /// The HTTP status.
        status: u16,
    },
    /// The outcomes of too many messages in a row are unknown: [`MAX_UNKNOWN`], plus the concurrency.
    TooManyUnknown {
        /// How many.
        count: u32,
    },
    /// The journal cannot be written, so nothing more may be sent.
    Journal(JournalError),
}

/// The longest pause that a batch waits for.
pub const MAX_PAUSE: Duration = Duration::from_mins(15);

/// How many messages in a row may be refused with 401 or 403.
pub const MAX_DENIED: u32 = 20;

/// How many outcomes in a row may be unknown, in addition to the requests in flight when a server dies. Somebody has to
/// look into each.
pub const MAX_UNKNOWN: u32 = 20;

type OnEvent = Box<dyn Fn(BatchEvent<'_>) + Send + Sync>;

/// Sends the jobs of one run.
pub struct BatchSender {
    client: Client,
    api_key: Secret,
    journal: Journal,
    throttle: Throttle,
    options: BatchOptions,
    on_event: OnEvent,
}

/// Stops a [`BatchSender`] from another task.
#[derive(Clone)]
pub struct StopHandle(Arc<BatchSender>);

impl StopHandle {
    /// Lets no further request be sent. Requests in flight are waited for.
    pub fn stop(&self) {
        self.0.throttle.halt(Halt::Stopped);
    }

    /// Waits until every outcome that is known by now is on disk.
    pub async fn recorded(&self) {
        // A journal that has failed records nothing more.
        let _ = self.0.journal.known(Vec::new()).await;
    }
}

impl BatchSender {
    /// Creates a sender of jobs to the client's endpoint. `on_event` is called from within [`run`](Self::run), so it
    /// should be quick.
    #[must_use]
    pub fn new(
        client: Client,
        api_key: Secret,
        journal: Journal,
        options: BatchOptions,
        on_event: impl Fn(BatchEvent<'_>) + Send + Sync + 'static,
    ) -> Arc<Self> {
        let throttle = Throttle::new(options);
        Arc::new(Self { client, api_key, journal, throttle, options, on_event: Box::new(on_event) })
    }

    /// Returns a handle that stops the batch.
    #[must_use]
    pub fn stop_handle(self: &Arc<Self>) -> StopHandle {
        StopHandle(Arc::clone(self))
    }

    /// Sends jobs until the channel is closed or the batch halts, and waits for the requests in flight. Must be called
    /// within a tokio runtime with I/O and time enabled.
    pub async fn run(self: &Arc<Self>, jobs: mpsc::Receiver<Vec<Job>>) -> Option<Halt> {
        let concurrency = self.options.concurrency.get();
        let (queue, waiting) = mpsc::channel(concurrency);
        let waiting = Arc::new(Mutex::new(waiting));
        let mut tasks = JoinSet::new();
        // Twice as many workers as requests in flight: while one half waits for responses, the other half prepares
        // requests, so that the next one is sent as soon as a response arrives. If the run is killed, the outcome of a
        // prepared request is unknown too, although it was not sent.
        for _ in 0..2 * concurrency {
            let (sender, waiting) = (Arc::clone(self), Arc::clone(&waiting));
            tasks.spawn(async move { sender.work(&waiting).await });
        }
        drop(waiting);
        self.feed(jobs, queue).await;
        while let Some(ended) = tasks.join_next().await {
            // The outcome of a job whose worker panicked is unknown; it must not look as if it had been sent.
            if let Err(error) = ended
                && error.is_panic()
            {
                resume_unwind(error.into_panic());
            }
        }
        self.throttle.halted()
    }

    /// Returns the journal once no task holds the sender any more.
    #[must_use]
    pub fn into_journal(self: Arc<Self>) -> Option<Journal> {
        Arc::into_inner(self).map(|sender| sender.journal)
    }

    /// Queues the jobs that are to be sent.
    async fn feed(&self, mut jobs: mpsc::Receiver<Vec<Job>>, queue: mpsc::Sender<Job>) {
        loop {
            let received = tokio::select! {
                received = jobs.recv() => received,
                () = self.throttle.until_halted() => None,
            };
            let Some(received) = received else { return };
            let known = match self.known(&received).await {
                Ok(known) => known,
                Err(error) => return self.throttle.halt(Halt::Journal(error)),
            };
            for (job, known) in received.into_iter().zip(known) {
                match known {
                    Some(known) if !known.may_be_sent => {
                        (self.on_event)(BatchEvent::Known { job: &job, known: &known });
                    }
                    // The workers are gone only after a halt.
                    _ if queue.send(job).await.is_err() => return,
                    _ => {}
                }
            }
        }
    }

    /// Looks up what earlier runs have recorded of these jobs. Records of this run are found when the intent is
    /// written.
    async fn known(&self, jobs: &[Job]) -> Result<Vec<Option<Known>>, JournalError> {
        if self.journal.began_empty() {
            return Ok(vec![None; jobs.len()]);
        }
        self.journal.known(jobs.iter().map(|job| job.id).collect()).await
    }

    async fn work(&self, waiting: &Mutex<mpsc::Receiver<Job>>) {
        loop {
            let next = async { waiting.lock().await.recv().await };
            let job = tokio::select! {
                job = next => job,
                () = self.throttle.until_halted() => None,
            };
            let Some(job) = job else { return };
            self.send(&job).await;
        }
    }

    /// Sends a job, and sends it again as long as it was certainly not accepted and the batch has not halted.
    async fn send(&self, job: &Job) {
        let Job { id, row, request, access_token } = job;
        let credentials = Credentials { api_key: self.api_key.clone(), access_token: access_token.clone() };
        while let Some(permit) = self.throttle.acquire().await {
            let intent = Intent { id: *id, recipient: request.recipient().clone(), row: row.clone() };
            match self.journal.intend(intent).await {
                Ok(Claim::Granted) => {}
                Ok(Claim::Known(known)) => return (self.on_event)(BatchEvent::Known { job, known: &known }),
                Err(error) => return self.throttle.halt(Halt::Journal(error)),
            }
            // A pause that began while the intent was written applies to this request too.
            let Some(in_flight) = self.throttle.start(&permit).await else {
                self.journal.settle(*id, Settled::NotAccepted);
                continue;
            };
            let outcome = self.client.send(request, &credentials).await;
            self.journal.settle(*id, Settled::of(&outcome));
            match RetryReason::of(&outcome) {
                None => {
                    self.throttle.record_outcome(&permit, &outcome);
                    drop(in_flight);
                    return (self.on_event)(BatchEvent::Sent { job, outcome: &outcome });
                }
                Some(reason) => {
                    let summary = || outcome.explain_retry(request);
                    let pause = self.throttle.record_retry(&permit, reason, summary);
                    drop(in_flight);
                    if let Some(wait) = pause {
                        (self.on_event)(BatchEvent::Pause { job, outcome: &outcome, wait });
                    }
                }
            }
        }
    }
}
