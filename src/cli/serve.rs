//! `kenarc serve`

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use clap::Args;
use tokio::sync::Notify;

use crate::report::Format;
use crate::send::{Api, Rate};
use crate::serve::{Content, Ending, Event, Exchange, Faults, Settings, serve};
use crate::source::visible;

use super::exit::{Exit, Failure};
use super::fix::counted;
use super::output::Terminal;
use super::project::project;
use super::signals::Signals;

/// Answer as the API does, on this machine: a server to develop and test against
///
/// It checks every request with the rules of `kenarc check`, tells what is wrong in the answer and here, and delivers nothing.
/// Whatever key and token come are taken.
#[derive(Args)]
#[command(after_help = "Send to it with `kenarc send … --base-url http://127.0.0.1:PORT`, or with any other client: \
                        POST /v2/open-platform/conversations/ID/messages")]
pub(super) struct Arguments {
    /// The port of 127.0.0.1 to listen on; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 8088)]
    port: u16,
    /// Take the token only as one of the API's two addresses does: `classic` (x-access-token) or `current` (Authorization: Bearer)
    /// [default: both]
    #[arg(long, value_name = "classic|current")]
    api: Option<Api>,
    /// Append every request to a file, as JSON Lines, before it is answered; without keys and tokens
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Misbehave: shares of the requests that are in order get a status from 400 to 599, no answer (`drop`), half of one (`cut`), or one
    /// that takes its time (`slow=2s`, `slow=10%@2s`); such as 412=1%,429=5%,500=1%,drop=1%
    #[arg(long, value_name = "SPEC")]
    fail: Option<Faults>,
    /// Misbehave in the same order again [default: another one in each run, which is told]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Answer 429 to more requests than that, in any second (s), minute (m) or hour (h)
    #[arg(long, value_name = "N/s|m|h")]
    limit: Option<Rate>,
    /// What a 429 or 503 of --fail asks to wait, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 3)]
    retry_after: u32,
    /// Tell nothing but errors
    #[arg(short, long)]
    quiet: bool,
}

const GOOD: Style = AnsiColor::Green.on_default().bold();
const REFUSED: Style = AnsiColor::Yellow.on_default().bold();
const FAILED: Style = AnsiColor::Red.on_default().bold();

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let project = project()?;
    let record = arguments.record.as_deref().map(open).transpose()?;
    let listener = listen(arguments.port)?;
    let url = format!("http://{}", listener.local_addr()?);
    let settings = Settings {
        api: arguments.api,
        icons: Arc::clone(&project.config.icons),
        faults: arguments.fail.clone().unwrap_or_default(),
        seed: arguments.seed.unwrap_or_else(|| fastrand::u64(..)),
        limit: arguments.limit,
        retry_after: Duration::from_secs(arguments.retry_after.into()),
        ..Settings::default()
    };
    let log = Arc::new(Log { is_quiet: arguments.quiet, record, ..Log::default() });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("the network cannot be used: {error}")))?;
    let observer = Arc::clone(&log);
    let observe = move |event| observer.tell(&event, &Terminal::new());
    let result = runtime.block_on(async {
        // Before anybody knows of the server, who may want to stop it.
        let signals = Signals::new();
        let signals = signals.map_err(|error| Failure::new(format!("signals cannot be received: {error}")))?;
        log.begin(&url, &settings, terminal)?;
        until_stopped(signals, listener, settings, observe).await
    });
    // A connection that has not ended by now is given up.
    runtime.shutdown_background();
    result?;
    log.end(terminal)
}

/// Only ever this machine: what is sent here carries keys and tokens in the clear.
fn listen(port: u16) -> Result<TcpListener, Failure> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| {
        let help = match error.kind() {
            io::ErrorKind::AddrInUse => "another program listens there; choose another with --port, 0 for a free one",
            io::ErrorKind::PermissionDenied => "ports below 1024 need special rights; choose another with --port",
            _ => "choose another with --port, 0 for a free one",
        };
        Failure::with_help(format!("cannot listen on 127.0.0.1:{port}: {error}"), help)
    })
}

fn open(path: &Path) -> Result<Mutex<File>, Failure> {
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.map(Mutex::new).map_err(|error| Failure::new(format!("cannot write to {}: {error}", path.display())))
}

/// Serves until the first signal, then what is under way; a second signal ends that too.
async fn until_stopped(
    mut signals: Signals,
    listener: TcpListener,
    settings: Settings,
    observe: impl Fn(Event) + Send + Sync + 'static,
) -> Result<(), Failure> {
    let stop = Notify::new();
    let serving = serve(listener, settings, observe, stop.notified());
    tokio::pin!(serving);
    let mut is_stopping = false;
    loop {
        tokio::select! {
            result = &mut serving => {
                return result.map_err(|error| Failure::new(format!("cannot go on listening: {error}")));
            }
            () = signals.next() => {
                if is_stopping {
                    return Ok(());
                }
                is_stopping = true;
                stop.notify_one();
            }
        }
    }
}

/// What is told of requests: on stderr, and in the record.
#[derive(Default)]
struct Log {
    is_quiet: bool,
    record: Option<Mutex<File>>,
    state: Mutex<LogState>,
}

#[derive(Default)]
struct LogState {
    endings: BTreeMap<Ending, usize>,
    /// Why the record is not whole.
    record_error: Option<io::Error>,
}

impl Log {
    /// The address, as the first line of stdout for programs to read; the rest is for people.
    fn begin(&self, url: &str, settings: &Settings, terminal: &Terminal) -> Result<(), Failure> {
        let mut out = terminal.stdout();
        writeln!(out, "listening on {url}")?;
        out.flush()?;
        if self.is_quiet {
            return Ok(());
        }
        let mut err = terminal.stderr();
        writeln!(err, "send to it with `kenarc send … --base-url {url}`; Ctrl-C stops it")?;
        if !settings.faults.is_none() {
            writeln!(err, "misbehaves: {}; `--seed {}` does the same again", settings.faults, settings.seed)?;
        }
        Ok(())
    }

    /// Tells what happened. That nobody reads it keeps no request from being answered.
    fn tell(&self, event: &Event, terminal: &Terminal) {
        let exchange = match event {
            Event::Exchange(exchange) => exchange,
            Event::NotHttp(error) => {
                if !self.is_quiet {
                    let _ = writeln!(terminal.stderr(), "what came is no HTTP/1.1: {}", visible(error));
                }
                return;
            }
        };
        self.keep(exchange, terminal);
        if !self.is_quiet {
            let _ = writeln!(terminal.stderr(), "{}", line(exchange));
            let _ = terminal.findings_aside(Format::Full, &exchange.diagnostics);
        }
    }

    /// One write a request, so that each line is in the file as a whole before the answer leaves.
    fn keep(&self, exchange: &Exchange, terminal: &Terminal) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state.endings.entry(exchange.ending).or_default() += 1;
        let Some(file) = &self.record else { return };
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = file.write_all(exchange.to_record().as_bytes())
            && state.record_error.is_none()
        {
            let _ = terminal.error(&format!("a request is missing in the record: {error}"), None);
            state.record_error = Some(error);
        }
    }

    /// How many requests were answered how.
    fn end(&self, terminal: &Terminal) -> Result<Exit, Failure> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.is_quiet {
            let count: usize = state.endings.values().sum();
            let endings: Vec<String> =
                state.endings.iter().map(|(ending, count)| format!("{count} × {ending}")).collect();
            let colon = if endings.is_empty() { "" } else { ": " };
            let _ = writeln!(terminal.stderr(), "{}{colon}{}", counted(count, "request"), endings.join(", "));
        }
        Ok(if state.record_error.is_some() { Exit::Failed } else { Exit::Done })
    }
}

/// `200  conversation 7c1…  3 buttons`
fn line(exchange: &Exchange) -> String {
    let style = match exchange.ending {
        Ending::Answered(200..=299) => GOOD,
        Ending::Answered(400..=499) => REFUSED,
        _ => FAILED,
    };
    let target = match &exchange.arrival.conversation {
        Some(id) => format!("conversation {id}"),
        None => exchange.arrival.line.clone(),
    };
    let delay = exchange.delay.map(|delay| format!(", after {delay:?}")).unwrap_or_default();
    format!("{style}{}{style:#}  {target}  {}{delay}", exchange.ending, what(exchange))
}

fn what(exchange: &Exchange) -> String {
    match exchange.ending {
        Ending::Answered(200..=299) => layout(&exchange.content),
        Ending::Incomplete => "the connection broke off before the whole body was here".to_owned(),
        _ if exchange.is_on_purpose => {
            format!("on purpose; {}", if exchange.is_delivered { "delivered" } else { "not delivered" })
        }
        // The findings follow.
        Ending::Answered(400) if !exchange.findings.is_empty() => counted(exchange.findings.len(), "finding"),
        _ => exchange.reason.clone(),
    }
}

/// "text alone", "3 buttons"
fn layout(content: &Content) -> String {
    let Content::Json(message) = content else { return String::new() };
    let items = |value: &serde_json::Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let rows = ["sender_buttons", "receiver_buttons"].iter().flat_map(|side| items(&message[*side], "rows"));
    match rows.map(|row| items(&row, "buttons").len()).sum() {
        0 => "text alone".to_owned(),
        count => counted(count, "button"),
    }
}
