//! `kenarc send --batch`

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use clap::{Args, ValueEnum};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::rows::Renderer;
use crate::send::batch::{BatchOptions, BatchSender, Halt, Job, StopHandle};
use crate::send::journal::{Journal, Policy};
use crate::send::{Client, Endpoint, Rate, Secret};

use super::batch::{self, Batch};
use super::exit::{Exit, Failure};
use super::job_template::JobTemplate;
use super::output::Terminal;
use super::plan::{Plan, StreamCheck};
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
    /// Send other texts to recipients that already got one from this journal
    #[arg(long, requires = "batch")]
    allow_changed: bool,
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
        let Sender { client, endpoint, api_key, access_token } = sender;
        let job_template = JobTemplate { endpoint, file: Arc::clone(batch.rows.name()), access_token };
        job_template.check_columns(&batch)?;
        let plan = Plan { journal: &path, policy: self.policy(), allows_changed: self.allow_changed };
        let check = if self.allow_changed { None } else { plan.refuse_changed(&batch, &job_template)? };
        let journal = Journal::open(&path, plan.policy)?;
        let progress = Arc::new(Progress::new(&batch.rows));
        let has_rejects = batch.rejects.is_some();
        let summary = Arc::new(Summary::new(self.format, Arc::clone(&progress), has_rejects));
        let options =
            BatchOptions { concurrency: self.concurrency, rate: self.rate, retries: retries.unwrap_or(RETRIES) };
        let observer = Arc::clone(&summary);
        let sender = BatchSender::new(client, api_key, journal, options, move |event| observer.record(&event));
        let runtime = runtime()?;
        let (jobs, received) = mpsc::channel(WAITING);
        let reader = read(batch, job_template, check, jobs, Arc::clone(&summary));
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

    /// Does everything but send: renders and checks every row, and compares the messages with the journal.
    pub(super) fn dry_run(
        &self,
        batch: Batch,
        endpoint: Endpoint,
        access_token: Option<Secret>,
        terminal: &Terminal,
    ) -> Result<Exit, Failure> {
        let path = self.journal_path(&batch)?;
        let job_template = JobTemplate { endpoint, file: Arc::clone(batch.rows.name()), access_token };
        job_template.check_columns(&batch)?;
        let plan = Plan { journal: &path, policy: self.policy(), allows_changed: self.allow_changed };
        plan.dry_run(batch, &job_template, self.format, terminal)
    }

    const fn policy(&self) -> Policy {
        Policy { retry_refused: self.retry_refused, resend_unknown: self.resend_unknown }
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
    mut check: Option<StreamCheck>,
    jobs: mpsc::Sender<Vec<Job>>,
    summary: Arc<Summary>,
) -> JoinHandle<Result<(), Failure>> {
    thread::spawn(move || {
        let Batch { template, common, mut rows, mut rejects, threads, extra, .. } = batch;
        let renderer = Renderer::new(&template, common, &rows).with_extra_columns(extra);
        let result = job_template.each(threads, &mut rows, &renderer, |mut ready, rejected| {
            summary.read(ready.len() + rejected.len());
            batch::keep(&rejected, rejects.as_mut())?;
            summary.reject(&rejected);
            let admitted = check.as_mut().map_or(Ok(()), |check| check.admit(&mut ready));
            // The channel is closed if the batch has halted.
            jobs.blocking_send(ready).map_err(|_| Ended::Halted)?;
            admitted.map_err(Ended::Failed)
        });
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
