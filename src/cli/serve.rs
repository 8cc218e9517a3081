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

use crate::message::{MEDIA_TOKEN, Side};
use crate::report::Format;
use crate::send::{Api, Rate};
use crate::serve::{Call, Content, Ending, Exchange, Faults, RequestHead, ServerEvent, Settings, serve};
use crate::source::visible;

use super::exit::{Exit, Failure};
use super::help::{self, CommandExample, ExitMeaning};
use super::output::Terminal;
use super::project::project;
use super::signals::Signals;
use crate::lint::counted;

/// Run a local server that behaves like the API, for development and tests
///
/// It checks every request with the rules of `kenarc check`, reports errors in the response and on stderr, and delivers
/// nothing. Any key and token is accepted; a file is uploaded with a token that the server has issued.
#[derive(Args)]
#[command(after_help = help::epilogue(NOTES, EXAMPLES, STATUSES))]
pub(super) struct Arguments {
    /// The port of 127.0.0.1 to listen on; 0 chooses a free one
    #[arg(long, value_name = "PORT", default_value_t = 8088)]
    port: u16,
    /// Accept the token only as `classic` (x-access-token) or as `current` (Authorization: Bearer) [default: both]
    #[arg(long, value_name = "classic|current")]
    api: Option<Api>,
    /// Append every request to a file as JSON Lines, without keys and tokens, before the response is sent
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Inject faults into responses to valid requests: a status from 400 to 599, no response (`drop`), half of one
    /// (`cut`), or a delayed one (`slow=2s`, `slow=10%@2s`); such as 412=1%,429=5%,500=1%,drop=1%
    #[arg(long, value_name = "SPEC")]
    fail: Option<Faults>,
    /// Draw the faults with this seed [default: a random one, which is printed]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Respond with 429 to more requests than that in any second (s), minute (m) or hour (h)
    #[arg(long, value_name = "N/s|m|h")]
    limit: Option<Rate>,
    /// The `Retry-After` of a 429 or 503 from --fail, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 3)]
    retry_after: u32,
    /// Print only errors
    #[arg(short, long)]
    quiet: bool,
}

const NOTES: &str = "\
Send to it with `kenarc send --base-url http://127.0.0.1:8088` and `kenarc upload --base-url …`, or with any other client:

  POST /v2/open-platform/conversations/ID/messages           a chat message
  POST /v1/open-platform/chat/bot/conversations/ID/messages  a chatbot message
  POST /v1/open-platform/chat/bot/users/ID/messages          a chatbot message, to a user
  POST /experimental/open-platform/chat/upload               an upload token
  POST /upload/KIND                                          a file: image, video, voice or file";

const EXAMPLES: &[CommandExample] = &[
    ("kenarc serve", "Serve on port 8088 until Ctrl-C"),
    ("kenarc serve --fail 429=5%,drop=1% --seed 7", "Inject faults, the same ones in each run"),
    ("kenarc serve --record requests.jsonl", "Record all requests"),
];

const STATUSES: &[ExitMeaning] = &[
    (Exit::Done, "stopped by a signal"),
    (Exit::Failed, "wrong usage, an I/O error, or a request is missing in the record"),
];

const GOOD: Style = AnsiColor::Green.on_default().bold();
const REFUSED: Style = AnsiColor::Yellow.on_default().bold();
const FAILED: Style = AnsiColor::Red.on_default().bold();

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let project = project(&[])?;
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
    let log = Arc::new(RequestLog { is_quiet: arguments.quiet, record, ..RequestLog::default() });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("cannot use the network: {error}")))?;
    let observer = Arc::clone(&log);
    let observe = move |event| observer.report(&event, &Terminal::new());
    let result = runtime.block_on(async {
        // Before the address is printed, so that no signal is missed.
        let signals = Signals::new();
        let signals = signals.map_err(|error| Failure::new(format!("cannot listen for signals: {error}")))?;
        log.begin(&url, &settings, terminal)?;
        until_stopped(signals, listener, settings, observe).await
    });
    // Open connections are given up.
    runtime.shutdown_background();
    result?;
    log.end(terminal)
}

/// Listens on loopback only, because requests carry keys and tokens in the clear.
fn listen(port: u16) -> Result<TcpListener, Failure> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| {
        let help = match error.kind() {
            io::ErrorKind::AddrInUse => {
                "another program listens there; choose another port with --port, or 0 for a free one"
            }
            io::ErrorKind::PermissionDenied => {
                "ports below 1024 require special rights; choose another port with --port"
            }
            _ => "choose another port with --port, or 0 for a free one",
        };
        Failure::with_help(format!("cannot listen on 127.0.0.1:{port}: {error}"), help)
    })
}

fn open(path: &Path) -> Result<Mutex<File>, Failure> {
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.map(Mutex::new).map_err(|error| Failure::new(format!("cannot write to {}: {error}", path.display())))
}

/// Serves until the first signal, then completes the requests in flight; a second signal ends the server at once.
async fn until_stopped(
    mut signals: Signals,
    listener: TcpListener,
    settings: Settings,
    observe: impl Fn(ServerEvent) + Send + Sync + 'static,
) -> Result<(), Failure> {
    let stop = Notify::new();
    let serving = serve(listener, settings, observe, stop.notified());
    tokio::pin!(serving);
    let mut is_stopping = false;
    loop {
        tokio::select! {
            result = &mut serving => {
                return result.map_err(|error| Failure::new(format!("cannot listen any longer: {error}")));
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

/// Reports requests on stderr and in the record.
#[derive(Default)]
struct RequestLog {
    is_quiet: bool,
    record: Option<Mutex<File>>,
    state: Mutex<LogState>,
}

#[derive(Default)]
struct LogState {
    endings: BTreeMap<Ending, usize>,
    /// Why the record is incomplete.
    record_error: Option<io::Error>,
}

impl RequestLog {
    /// Prints the address as the first line of stdout, where programs read it, and the rest on stderr.
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
            writeln!(err, "injects faults: {}; `--seed {}` repeats the same sequence", settings.faults, settings.seed)?;
        }
        Ok(())
    }

    /// Reports an event. A closed stderr does not keep the server from responding.
    fn report(&self, event: &ServerEvent, terminal: &Terminal) {
        let exchange = match event {
            ServerEvent::Exchange(exchange) => exchange,
            ServerEvent::NotHttp(error) => {
                if !self.is_quiet {
                    let _ = writeln!(terminal.stderr(), "received a request that is not HTTP/1.1: {}", visible(error));
                }
                return;
            }
        };
        self.record(exchange, terminal);
        if !self.is_quiet {
            let _ = writeln!(terminal.stderr(), "{}", line(exchange));
            let _ = terminal.findings_aside(Format::Full, &exchange.diagnostics);
        }
    }

    /// Appends to the record in one write, so that the whole line is in the file before the response is sent.
    fn record(&self, exchange: &Exchange, terminal: &Terminal) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state.endings.entry(exchange.ending).or_default() += 1;
        let Some(file) = &self.record else { return };
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = file.write_all(exchange.to_record().as_bytes())
            && state.record_error.is_none()
        {
            let _ = terminal.error(&format!("cannot write a request to the record: {error}"), None);
            state.record_error = Some(error);
        }
    }

    /// Prints how many requests ended how.
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

/// Formats an exchange: `200  conversation 7c1…  3 buttons`.
fn line(exchange: &Exchange) -> String {
    let style = match exchange.ending {
        Ending::Answered(200..=299) => GOOD,
        Ending::Answered(400..=499) => REFUSED,
        _ => FAILED,
    };
    let RequestHead { line, call, id, .. } = &exchange.head;
    let target = match (call, id) {
        (Some(Call::Message(recipient)), Some(id)) => format!("{recipient} {id}"),
        (Some(call @ (Call::UploadToken | Call::Upload(_))), _) => call.to_string(),
        _ => line.clone(),
    };
    let delay = exchange.delay.map(|delay| format!(", after {delay:?}")).unwrap_or_default();
    format!("{style}{}{style:#}  {target}  {}{delay}", exchange.ending, describe(exchange))
}

fn describe(exchange: &Exchange) -> String {
    match exchange.ending {
        Ending::Answered(200..=299) => summary(exchange),
        Ending::Incomplete => "the connection was closed before the whole body had arrived".to_owned(),
        _ if exchange.is_injected => {
            format!("injected fault; {}", if exchange.is_delivered { "delivered" } else { "not delivered" })
        }
        // The findings are printed below.
        Ending::Answered(400) if !exchange.findings.is_empty() => counted(exchange.findings.len(), "finding"),
        _ => exchange.reason.clone(),
    }
}

/// Describes what was accepted: `text only`, `3 buttons`, `photo.png (5120 bytes)`.
fn summary(exchange: &Exchange) -> String {
    match &exchange.content {
        Content::File { name, length } => format!("{name} ({})", counted(*length, "byte")),
        Content::Json(message) if matches!(exchange.head.call, Some(Call::Message(_))) => layout(message),
        Content::Json(_) | Content::Text(_) => exchange.reason.clone(),
    }
}

fn layout(message: &serde_json::Value) -> String {
    let items = |value: &serde_json::Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let rows = Side::ALL.iter().flat_map(|side| items(&message[side.field()], "rows"));
    match rows.map(|row| items(&row, "buttons").len()).sum() {
        0 if message[MEDIA_TOKEN].as_str().is_some_and(|token| !token.is_empty()) => "media only".to_owned(),
        0 => "text only".to_owned(),
        count => counted(count, "button"),
    }
}
