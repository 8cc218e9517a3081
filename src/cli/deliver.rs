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
use crate::rows::{ACCESS_TOKEN, CONVERSATION_ID, Record, Rejected, Renderer, Row, in_order, is_redacted};
use crate::send::delivery::{Delivery, Halt, Letter, Pace, Stop};
use crate::send::journal::{Journal, MessageId, Policy, RowPlace};
use crate::send::{ACCESS_TOKEN_VARIABLE, Client, ConversationId, Endpoint, Rate, Request, Secret};

use super::batch::{self, Batch};
use super::exit::{Exit, Failure};
use super::output::Terminal;
use super::progress::Progress;
use super::send::runtime;
use super::signals::Signals;
use super::tally::Tally;

/// How rows are sent.
#[derive(Args)]
pub(super) struct DeliveryArguments {
    /// Send no faster than this, such as 600/m or 10/s; the limits of your app are in Kenar's panel
    #[arg(long, value_name = "N/s|m|h", requires = "batch")]
    rate: Option<Rate>,
    /// How many requests may be under way at a time
    #[arg(long, value_name = "N", default_value = "8", requires = "batch", value_parser = concurrency)]
    concurrency: NonZeroUsize,
    /// The journal of the run: what was delivered is not sent again when it goes on [default: ROWS.journal]
    #[arg(long, value_name = "FILE", requires = "batch")]
    journal: Option<PathBuf>,
    /// Send again what was refused
    #[arg(long, requires = "batch")]
    retry_refused: bool,
    /// Send again what may have been delivered: it may arrive a second time
    #[arg(long, requires = "batch")]
    resend_unknown: bool,
    /// How to write what becomes of each row: words for people on stderr, or JSON Lines on stdout
    #[arg(long, value_enum, default_value = "full", requires = "batch")]
    format: Format,
}

/// How the run is reported.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Words for people
    Full,
    /// An object for each row, and one for the whole at the end
    Json,
}

/// The most requests that may be under way: every one takes a connection.
const MAX_CONCURRENCY: usize = 1_000;

fn concurrency(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.parse().ok().filter(|number: &NonZeroUsize| number.get() <= MAX_CONCURRENCY);
    number.ok_or_else(|| format!("a number from 1 to {MAX_CONCURRENCY} is expected"))
}

/// Who sends, and where to.
pub(super) struct Sender {
    pub(super) client: Client,
    pub(super) endpoint: Endpoint,
    pub(super) api_key: Secret,
    /// For rows that have none of their own.
    pub(super) access_token: Option<Secret>,
}

/// How many setbacks in a row end a run where that is not said.
const RETRIES: u32 = 5;

/// How many groups of rows may wait to be sent.
const WAITING: usize = 2;

impl DeliveryArguments {
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
        let tally = Arc::new(Tally::new(self.format, Arc::clone(&progress), batch.rejects.is_some()));
        let pace = Pace { concurrency: self.concurrency, rate: self.rate, retries: retries.unwrap_or(RETRIES) };
        let Sender { client, endpoint, api_key, access_token } = sender;
        let noted = Arc::clone(&tally);
        let delivery = Delivery::new(client, api_key, journal, pace, move |event| noted.note(&event));
        let runtime = runtime()?;
        let (letters, received) = mpsc::channel(WAITING);
        let letterhead = Letterhead { endpoint, file: Arc::clone(batch.rows.name()), access_token };
        let reader = read(batch, letterhead, letters, Arc::clone(&tally));
        let halt = runtime.block_on(async {
            let signals = Signals::new().map_err(|error| Failure::new(format!("signals cannot be taken: {error}")))?;
            let watch = tokio::spawn(watch_signals(signals, delivery.stopper(), Arc::clone(&progress)));
            let halt = delivery.run(received).await;
            watch.abort();
            // Its handle on the delivery goes with it.
            let _ = watch.await;
            Ok::<_, Failure>(halt)
        })?;
        let closed = match delivery.into_journal() {
            Some(journal) => runtime.block_on(journal.close()),
            None => Ok(()),
        };
        // A lookup of a name that goes on is not waited for.
        runtime.shutdown_background();
        progress.finish();
        let halt = halt.or_else(|| closed.err().map(Halt::Journal));
        // After a halt nobody reads the rows any further; they may never end.
        let read = if halt.is_none() { reader.join().unwrap_or_else(|_| Err(broke_off())) } else { Ok(()) };
        tally.summarize(halt.as_ref(), &path, terminal);
        let is_unfinished = halt.is_some() || read.is_err();
        if let Err(failure) = read {
            terminal.fail(failure);
        }
        Ok(tally.exit(is_unfinished))
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
                "rows from stdin need a journal",
                "name a file with --journal: it is what keeps a run that goes on from sending twice",
            ));
        }
        let mut path = batch.path.clone().into_os_string();
        path.push(".journal");
        Ok(path.into())
    }
}

/// How long the journal has when a run ends at once.
const PATIENCE: Duration = Duration::from_millis(500);

/// Reads, renders and hands on rows, in a thread of its own.
fn read(
    batch: Batch,
    letterhead: Letterhead,
    letters: mpsc::Sender<Vec<Letter>>,
    tally: Arc<Tally>,
) -> JoinHandle<Result<(), Failure>> {
    thread::spawn(move || {
        let Batch { template, common, mut rows, mut rejects, threads, .. } = batch;
        let renderer = Renderer::new(&template, common, &rows);
        let result = in_order(
            threads,
            || Ok(rows.next_rows()?),
            || {
                let (mut renderer, letterhead) = (renderer.clone(), &letterhead);
                move |rows: Vec<Row>| {
                    let letter = |row| letterhead.letter(renderer.render(row)?);
                    rows.into_iter().map(letter).collect::<Vec<_>>()
                }
            },
            |made: Vec<Result<Letter, Box<Rejected>>>| {
                let mut ready = Vec::with_capacity(made.len());
                let mut rejected = Vec::new();
                for result in made {
                    match result {
                        Ok(letter) => ready.push(letter),
                        Err(row) => rejected.push(*row),
                    }
                }
                batch::keep(&rejected, rejects.as_mut())?;
                tally.reject(&rejected);
                // A delivery that has halted takes nothing.
                letters.blocking_send(ready).map_err(|_| Ended::Halted)
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

/// Why reading ended before the rows did.
enum Ended {
    Halted,
    Failed(Failure),
}

impl<E: Into<Failure>> From<E> for Ended {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// What the letters of a run have in common.
struct Letterhead {
    endpoint: Endpoint,
    /// Where the rows come from.
    file: Arc<str>,
    /// For rows that have none of their own.
    access_token: Option<Secret>,
}

impl Letterhead {
    /// The letter of a row.
    fn letter(&self, record: Record) -> Result<Letter, Box<Rejected>> {
        match (conversation(&record), access_token(&record, self.access_token.as_ref())) {
            (Ok(conversation), Ok(access_token)) => {
                let request = Request::new(&self.endpoint, &conversation, record.message.to_json());
                let id = MessageId::of(&conversation, request.body());
                let row = RowPlace { file: Arc::clone(&self.file), line: record.line };
                Ok(Letter { id, row, request, access_token })
            }
            (conversation, token) => {
                let reasons = [(CONVERSATION_ID, conversation.err()), (ACCESS_TOKEN, token.err())];
                let reasons = reasons.into_iter().filter_map(|(name, reason)| Some((name, reason?)));
                Err(Box::new(record.reject(reasons)))
            }
        }
    }
}

fn conversation(record: &Record) -> Result<ConversationId, String> {
    let given = record.conversation_id.as_ref();
    let given = given.ok_or_else(|| format!("the row has no `{CONVERSATION_ID}`, to which its message would go"))?;
    let id = text(given).and_then(|text| ConversationId::new(text).map_err(|error| error.to_string()));
    id.map_err(|error| format!("`{CONVERSATION_ID}` cannot be used: {error}"))
}

fn access_token(record: &Record, default: Option<&Secret>) -> Result<Secret, String> {
    let Some(given) = &record.access_token else {
        return default.cloned().ok_or_else(|| {
            format!(
                "the row has no `{ACCESS_TOKEN}`, and neither {ACCESS_TOKEN_VARIABLE} nor --access-token-file gives one"
            )
        });
    };
    let token = text(given).and_then(|text| match is_redacted(text) {
        true => Err("it was taken out when the row was rejected; put it back".to_owned()),
        false => Secret::new(text).map_err(|error| format!("it {error}")),
    });
    token.map_err(|error| format!("`{ACCESS_TOKEN}` cannot be used: {error}"))
}

fn text(given: &Given) -> Result<&str, String> {
    let scalar =
        given.node.as_scalar().ok_or_else(|| format!("it is {}, and text belongs there", given.node.kind()))?;
    Ok(&scalar.text)
}

/// What is said where reading ended in a way that it never should.
fn broke_off() -> Failure {
    Failure::with_help("reading the rows broke off", "the rows before are sent; run the same command again to go on")
}

/// The first signal lets what is under way end; the second one ends the process.
async fn watch_signals(mut signals: Signals, stop: Stop, progress: Arc<Progress>) {
    signals.next().await;
    stop.stop();
    progress.say("stopping: waiting for the requests that are under way; once more stops at once");
    signals.next().await;
    // What was ready and has not left is not unknown; but a disk that hangs must not keep the process.
    let _ = timeout(PATIENCE, stop.recorded()).await;
    progress.finish();
    progress.say("stopped at once: what was under way is unknown, and the journal says so");
    std::process::exit(Exit::Unknown as i32);
}
