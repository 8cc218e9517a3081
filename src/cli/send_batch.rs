//! `kenarc send --batch`

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use clap::{Args, ValueEnum};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::render::Given;
use crate::rows::{ACCESS_TOKEN, CONVERSATION_ID, Rejected, RenderedRow, Renderer, Row, in_order, is_redacted};
use crate::schema::Kind;
use crate::send::batch::{BatchOptions, BatchSender, Halt, Job, StopHandle};
use crate::send::journal::{Journal, MessageId, Policy, RowLocation};
use crate::send::{ACCESS_TOKEN_VARIABLE, Client, ConversationId, Endpoint, Rate, Request, Secret};

use super::batch::{self, Batch};
use super::exit::{Exit, Failure};
use super::output::Terminal;
use super::progress::Progress;
use super::send::runtime;
use super::signals::Signals;
use super::summary::Summary;

/// The options of `kenarc send --batch`.
#[derive(Args)]
pub(super) struct SendBatchArguments {
    /// Send no faster than this, such as 600/m or 10/s; the limits of your app are in Kenar's panel
    #[arg(long, value_name = "N/s|m|h", requires = "batch")]
    rate: Option<Rate>,
    /// The most requests in flight at a time
    #[arg(long, value_name = "N", default_value = "8", requires = "batch", value_parser = concurrency)]
    concurrency: NonZeroUsize,
    /// The journal of the run: what it records as delivered is never sent again [default: ROWS.journal]
    #[arg(long, value_name = "FILE", requires = "batch")]
    journal: Option<PathBuf>,
    /// Send refused messages again
    #[arg(long, requires = "batch")]
    retry_refused: bool,
    /// Send messages with an unknown outcome again; they may be delivered twice
    #[arg(long, requires = "batch")]
    resend_unknown: bool,
    /// How to report the rows: human-readable on stderr, or as JSON Lines on stdout
    #[arg(long, value_enum, default_value = "full", requires = "batch")]
    format: BatchFormat,
}

/// The format of the report.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum BatchFormat {
    /// Human-readable
    Full,
    /// One object for each row, and a summary at the end
    Json,
}

/// The most requests in flight: each takes a connection.
const MAX_CONCURRENCY: usize = 1_000;

fn concurrency(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.parse().ok().filter(|number: &NonZeroUsize| number.get() <= MAX_CONCURRENCY);
    number.ok_or_else(|| format!("expected a number from 1 to {MAX_CONCURRENCY}"))
}

/// The client, the endpoint and the secrets to send with.
pub(super) struct Sender {
    pub(super) client: Client,
    pub(super) endpoint: Endpoint,
    pub(super) api_key: Secret,
    /// For rows without a token of their own.
    pub(super) access_token: Option<Secret>,
}

/// How many retries in a row are allowed by default.
const RETRIES: u32 = 5;

/// How many groups of jobs may be queued.
const WAITING: usize = 2;

impl SendBatchArguments {
    pub(super) fn run(
        &self,
        batch: Batch,
        sender: Sender,
        retries: Option<u32>,
        terminal: &Terminal,
    ) -> Result<Exit, Failure> {
        let path = self.journal_path(&batch)?;
        let policy = Policy { retry_refused: self.retry_refused, resend_unknown: self.resend_unknown };
        let journal = Journal::open(&path, policy)?;
        let progress = Arc::new(Progress::new(&batch.rows));
        let has_rejects = batch.rejects.is_some();
        let summary = Arc::new(Summary::new(self.format, Arc::clone(&progress), has_rejects));
        let options =
            BatchOptions { concurrency: self.concurrency, rate: self.rate, retries: retries.unwrap_or(RETRIES) };
        let Sender { client, endpoint, api_key, access_token } = sender;
        let observer = Arc::clone(&summary);
        let sender = BatchSender::new(client, api_key, journal, options, move |event| observer.record(&event));
        let runtime = runtime()?;
        let (jobs, received) = mpsc::channel(WAITING);
        let job_template = JobTemplate { endpoint, file: Arc::clone(batch.rows.name()), access_token };
        let reader = read(batch, job_template, jobs, Arc::clone(&summary));
        let halt = runtime.block_on(async {
            let signals =
                Signals::new().map_err(|error| Failure::new(format!("cannot listen for signals: {error}")))?;
            let watch = tokio::spawn(watch_signals(signals, sender.stop_handle(), Arc::clone(&progress)));
            let halt = sender.run(received).await;
            watch.abort();
            // This drops its handle on the sender.
            let _ = watch.await;
            Ok::<_, Failure>(halt)
        })?;
        let closed = match sender.into_journal() {
            Some(journal) => runtime.block_on(journal.close()),
            None => Ok(()),
        };
        // A name lookup that is still running is not waited for.
        runtime.shutdown_background();
        progress.finish();
        let halt = halt.or_else(|| closed.err().map(Halt::Journal));
        // After a halt the rows are not read to the end; there may be no end.
        let read = if halt.is_none() { reader.join().unwrap_or_else(|_| Err(reader_panicked())) } else { Ok(()) };
        summary.finish(halt.as_ref(), &path, terminal);
        let is_unfinished = halt.is_some() || read.is_err();
        if let Err(failure) = read {
            terminal.fail(failure);
        }
        Ok(summary.exit(is_unfinished))
    }

    fn journal_path(&self, batch: &Batch) -> Result<PathBuf, Failure> {
        if let Some(path) = &self.journal {
            if batch::is_same_file(path, &batch.path) {
                return Err(Failure::new(format!("{} cannot be both the rows and the journal", path.display())));
            }
            return Ok(path.clone());
        }
        if super::inputs::is_stdin(&batch.path) {
            return Err(Failure::with_help(
                "rows from stdin require --journal",
                "name a file with --journal: it keeps a later run from sending messages twice",
            ));
        }
        let mut path = batch.path.clone().into_os_string();
        path.push(".journal");
        Ok(path.into())
    }
}

/// How long to wait for the journal when a run is stopped at once.
const PATIENCE: Duration = Duration::from_millis(500);

/// Reads and renders rows and queues them as jobs, in a thread of its own.
fn read(
    batch: Batch,
    job_template: JobTemplate,
    jobs: mpsc::Sender<Vec<Job>>,
    summary: Arc<Summary>,
) -> JoinHandle<Result<(), Failure>> {
    thread::spawn(move || {
        let Batch { template, common, mut rows, mut rejects, threads, extra, .. } = batch;
        let renderer = Renderer::new(&template, common, &rows).with_extra_columns(extra);
        let result = in_order(
            threads,
            || Ok(rows.next_rows()?),
            || {
                let (mut renderer, job_template) = (renderer.clone(), &job_template);
                move |rows: Vec<Row>| {
                    let job = |row| job_template.job(renderer.render(row)?);
                    rows.into_iter().map(job).collect::<Vec<_>>()
                }
            },
            |made: Vec<Result<Job, Box<Rejected>>>| {
                summary.read(made.len());
                let mut ready = Vec::with_capacity(made.len());
                let mut rejected = Vec::new();
                for result in made {
                    match result {
                        Ok(job) => ready.push(job),
                        Err(row) => rejected.push(*row),
                    }
                }
                batch::keep(&rejected, rejects.as_mut())?;
                summary.reject(&rejected);
                // The channel is closed if the batch has halted.
                jobs.blocking_send(ready).map_err(|_| Ended::Halted)
            },
        );
        match result {
            Err(Ended::Failed(failure)) => Err(failure),
            Ok(()) | Err(Ended::Halted) => match rejects {
                Some(rejects) => rejects.finish().map(drop).map_err(Failure::from),
                None => Ok(()),
            },
        }
    })
}

/// Why reading ended early.
enum Ended {
    Halted,
    Failed(Failure),
}

impl<E: Into<Failure>> From<E> for Ended {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// What all jobs of a run have in common.
struct JobTemplate {
    endpoint: Endpoint,
    /// The name of the file with the rows.
    file: Arc<str>,
    /// For rows without a token of their own.
    access_token: Option<Secret>,
}

impl JobTemplate {
    /// Creates the job of a row.
    fn job(&self, record: RenderedRow) -> Result<Job, Box<Rejected>> {
        match (conversation(&record), access_token(&record, self.access_token.as_ref())) {
            (Ok(conversation), Ok(access_token)) => {
                let request = Request::new(&self.endpoint, &conversation, &record.message);
                let id = MessageId::of(&conversation, request.body());
                let row = RowLocation { file: Arc::clone(&self.file), line: record.line };
                Ok(Job { id, row, request, access_token })
            }
            (conversation, token) => {
                let reasons = [(CONVERSATION_ID, conversation.err()), (ACCESS_TOKEN, token.err())];
                let reasons = reasons.into_iter().filter_map(|(name, reason)| Some((name, reason?)));
                Err(Box::new(record.reject(reasons)))
            }
        }
    }
}

fn conversation(record: &RenderedRow) -> Result<ConversationId, String> {
    let given = record.conversation_id.as_ref();
    let given = given.ok_or_else(|| format!("the row has no `{CONVERSATION_ID}`"))?;
    let id = text(given).and_then(|text| ConversationId::new(text).map_err(|error| error.to_string()));
    id.map_err(|error| format!("invalid `{CONVERSATION_ID}`: {error}"))
}

fn access_token(record: &RenderedRow, default: Option<&Secret>) -> Result<Secret, String> {
    let Some(given) = &record.access_token else {
        return default.cloned().ok_or_else(|| {
            format!(
                "the row has no `{ACCESS_TOKEN}`, and neither {ACCESS_TOKEN_VARIABLE} nor --access-token-file gives one"
            )
        });
    };
    let token = text(given).and_then(|text| match is_redacted(text) {
        true => Err("the token was redacted when the row was rejected; insert it again".to_owned()),
        false => Secret::new(text).map_err(|error| format!("the token {error}")),
    });
    token.map_err(|error| format!("invalid `{ACCESS_TOKEN}`: {error}"))
}

fn text(given: &Given) -> Result<&str, String> {
    let scalar = given.node.as_scalar().ok_or_else(|| format!("expected a string, found {}", Kind::of(&given.node)))?;
    Ok(&scalar.text)
}

/// Reported if the reading thread panicked.
fn reader_panicked() -> Failure {
    Failure::with_help(
        "reading the rows failed unexpectedly",
        "the rows before are sent; run the same command again to continue",
    )
}

/// The first signal lets the requests in flight end; the second one ends the process.
async fn watch_signals(mut signals: Signals, stop: StopHandle, progress: Arc<Progress>) {
    signals.next().await;
    stop.stop();
    progress.print("stopping: waiting for the requests in flight; interrupt again to stop at once");
    signals.next().await;
    // Gives requests that were prepared and not sent the time to be recorded as such; a disk that hangs must not block
    // the exit.
    let _ = timeout(PATIENCE, stop.recorded()).await;
    progress.finish();
    progress.print("stopped at once: the outcomes of the requests in flight are unknown, as the journal records");
    std::process::exit(Exit::Unknown as i32);
}
