//! Measures the messages per second of `kenarc send --batch` to a minimal server on loopback, of a Python client
//! (aiohttp) with the same concurrency, and of a load generator that sends the same bytes over as many connections
//! without a journal. Two further sides show the share of each part: messages that are rendered already, and the same
//! client without a journal.
//!
//! Run it with `cargo bench --bench send`. `PYTHON` is a Python with aiohttp; without one, that side is omitted. All
//! sides run in turn, and the medians are printed. On a busy machine, read the ratios.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::Request as HttpRequest;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use kenarc::message::{Action, Button, ButtonGrid, ButtonRow, Buttons, Content, Draft, Message};
use kenarc::send::batch::{BatchEvent, BatchOptions, BatchSender, Job};
use kenarc::send::journal::{Journal, MessageId, Policy, RowLocation};
use kenarc::send::{Api, BaseUrl, Client, Credentials, Endpoint, Outcome, Recipient, RecipientKind, Request, Secret};
use mimalloc::MiMalloc;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// The allocator of kenarc.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const MESSAGES: usize = 20_000;
const CONCURRENCY: usize = 64;
const ROUNDS: usize = 5;
const TEMPLATE: &str = "templates/order-tracking.yaml";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => compare(),
        ["--server"] => serve(),
        ["--load", url, bodies] => runtime().block_on(load(url, Path::new(bodies))),
        ["--client", url, bodies] => runtime().block_on(send(url, Path::new(bodies))),
        ["--batch", url, bodies, journal] => runtime().block_on(batch(url, Path::new(bodies), Path::new(journal))),
        _ => panic!("usage: cargo bench --bench send"),
    }
}

fn compare() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (rows, bodies, journal) = (path("rows.jsonl"), path("bodies.jsonl"), path("journal"));
    let kenarc = env!("CARGO_BIN_EXE_kenarc").to_owned();
    let this = std::env::current_exe().unwrap().display().to_string();
    write_rows(Path::new(&rows));
    write_bodies(&kenarc, &rows, Path::new(&bodies));

    let mut server = Command::new(&this).arg("--server").stdout(Stdio::piped()).spawn().unwrap();
    let mut url = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let url = url.trim().to_owned();

    let concurrency = CONCURRENCY.to_string();
    let batch =
        ["send", TEMPLATE, "--batch", &rows, "--journal", &journal, "--concurrency", &concurrency, "--base-url"];
    let batch: Vec<String> =
        std::iter::once(kenarc.as_str()).chain(batch).chain([url.as_str()]).map(str::to_owned).collect();
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let of = |command: &[&str]| command.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>();
    let mut sides = vec![
        ("kenarc send --batch", batch),
        ("its batch sender alone", of(&[&this, "--batch", &url, &bodies, &journal])),
        ("its client, no journal", of(&[&this, "--client", &url, &bodies])),
        ("a load generator", of(&[&this, "--load", &url, &bodies])),
    ];
    if run(&of(&[&python, "-c", "import aiohttp"])).is_some() {
        sides.push(("Python, aiohttp", of(&[&python, "benches/send.py", &url, &bodies, &concurrency])));
    } else {
        println!("Python is left out: name one that has aiohttp in PYTHON");
    }
    let mut times = vec![Vec::new(); sides.len()];
    for _ in 0..ROUNDS {
        for ((name, command), times) in sides.iter().zip(&mut times) {
            let _ = fs::remove_file(&journal);
            times.push(run(command).unwrap_or_else(|| panic!("{name} failed")));
        }
    }
    server.kill().unwrap();
    server.wait().unwrap();
    let medians: Vec<Duration> = times.into_iter().map(median).collect();
    println!("{MESSAGES} messages, {CONCURRENCY} at a time:");
    for ((name, _), time) in sides.iter().zip(&medians) {
        let (ratio, rate) = (time.as_secs_f64() / medians[0].as_secs_f64(), MESSAGES as f64 / time.as_secs_f64());
        println!("  {name:<24} {:>7.0} ms   {rate:>7.0} a second   {ratio:>6.2} x", time.as_secs_f64() * 1e3);
    }
    let share =
        |from: Duration, to: Duration| (from.as_secs_f64() - to.as_secs_f64()) / medians[0].as_secs_f64() * 100.0;
    println!(
        "  the journal takes {:.0} % of the time, reading and rendering {:.0} %",
        share(medians[1], medians[2]),
        share(medians[0], medians[1]),
    );
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn write_rows(path: &Path) {
    let mut rows = String::new();
    for row in 0..MESSAGES {
        let order = format!(r#""order_id":"KN-{row}","item":"صندلی ناهارخوری چوبی شمارهٔ {row}","status":"delivered""#);
        writeln!(rows, r#"{{"conversation_id":"c-{row}",{order}}}"#).unwrap();
    }
    fs::write(path, rows).unwrap();
}

/// Returns the bodies that kenarc would send, for the sides that do not render.
fn write_bodies(kenarc: &str, rows: &str, path: &Path) {
    let rendered = Command::new(kenarc).args(["render", TEMPLATE, "--batch", rows]).output().unwrap();
    let mut bodies = String::new();
    for (row, body) in String::from_utf8(rendered.stdout).unwrap().lines().enumerate() {
        writeln!(bodies, "{}", serde_json::json!({ "conversation_id": format!("c-{row}"), "body": body })).unwrap();
    }
    fs::write(path, bodies).unwrap();
}

type Queue = Arc<Mutex<Vec<(String, String)>>>;

fn read_bodies(path: &Path) -> Queue {
    let of = |line: &str| {
        let mut row: serde_json::Value = serde_json::from_str(line).unwrap();
        let mut take = |key: &str| row[key].take().as_str().unwrap().to_owned();
        (take("conversation_id"), take("body"))
    };
    Arc::new(Mutex::new(fs::read_to_string(path).unwrap().lines().map(of).collect()))
}

/// Reads a message back from its JSON. The template has two kinds of actions.
fn message(body: &str) -> Message {
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let action = |action: &serde_json::Value| match action.get("open_direct_link") {
        Some(link) => Action::OpenDirectLink(text(link)),
        None => Action::OpenServerLink { data: action["open_server_link"]["data"].as_object().unwrap().clone() },
    };
    let button = |button: &serde_json::Value| Button {
        action: action(&button["action"]),
        icon: Some(text(&button["icon"])),
        caption: text(&button["caption"]),
    };
    let row = |row: &serde_json::Value| ButtonRow {
        buttons: row["buttons"].as_array().unwrap().iter().map(button).collect(),
    };
    let grid = |side: &str| {
        let rows = body.get(side)?["rows"].as_array().unwrap();
        Some(ButtonGrid { rows: rows.iter().map(row).collect() })
    };
    let [sender, receiver] = ["sender_buttons", "receiver_buttons"].map(grid);
    let draft = Draft { content: Content::Text(text(&body["message"])), buttons: Buttons::Chat { sender, receiver } };
    draft.check().unwrap()
}

fn recipient(conversation: String) -> Recipient {
    Recipient::new(RecipientKind::Conversation, conversation).unwrap()
}

/// Sends the same bytes over one connection per worker, one request after the other.
async fn load(url: &str, bodies: &Path) {
    let (queue, address) = (read_bodies(bodies), url.strip_prefix("http://").unwrap().to_owned());
    let mut workers = JoinSet::new();
    for _ in 0..CONCURRENCY {
        let (queue, address) = (Arc::clone(&queue), address.clone());
        workers.spawn(async move {
            let stream = TcpStream::connect(&address).await.unwrap();
            let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
            tokio::spawn(connection);
            loop {
                let Some((conversation, body)) = queue.lock().unwrap().pop() else { return };
                let request = HttpRequest::post(format!("/v2/open-platform/conversations/{conversation}/messages"))
                    .header("host", &address)
                    .header("content-type", "application/json")
                    .header("x-api-key", "key")
                    .header("x-access-token", "token")
                    .body(Full::new(Bytes::from(body)))
                    .unwrap();
                let answer = sender.send_request(request).await.unwrap();
                assert_eq!(answer.status(), 200);
                answer.into_body().collect().await.unwrap();
            }
        });
    }
    while let Some(ended) = workers.join_next().await {
        ended.unwrap();
    }
}

/// Sends the same messages with kenarc's client, without a journal.
async fn send(url: &str, bodies: &Path) {
    let queue = read_bodies(bodies);
    let endpoint = Endpoint::new(Api::Classic, Some(url.parse::<BaseUrl>().unwrap()));
    let client = Client::new(&endpoint, Duration::from_secs(30)).unwrap();
    let credentials =
        Credentials { api_key: Secret::new("key").unwrap(), access_token: Some(Secret::new("token").unwrap()) };
    let mut workers = JoinSet::new();
    for _ in 0..CONCURRENCY {
        let (queue, endpoint, client, credentials) =
            (Arc::clone(&queue), endpoint.clone(), client.clone(), credentials.clone());
        workers.spawn(async move {
            loop {
                let Some((conversation, body)) = queue.lock().unwrap().pop() else { return };
                let request = Request::new(&endpoint, &recipient(conversation), &message(&body)).unwrap();
                let outcome = client.send(&request, &credentials).await;
                assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
            }
        });
    }
    while let Some(ended) = workers.join_next().await {
        ended.unwrap();
    }
}

/// Sends the same messages, rendered already, with a journal.
async fn batch(url: &str, bodies: &Path, journal: &Path) {
    let endpoint = Endpoint::new(Api::Classic, Some(url.parse::<BaseUrl>().unwrap()));
    let client = Client::new(&endpoint, Duration::from_secs(30)).unwrap();
    let secret = |text| Secret::new(text).unwrap();
    let job = |(line, (conversation, body)): (usize, (String, String))| {
        let recipient = recipient(conversation);
        let request = Request::new(&endpoint, &recipient, &message(&body)).unwrap();
        let (id, row) =
            (MessageId::of(&recipient, request.body()), RowLocation { file: "rows".into(), line: line as u64 });
        Job { id, row, request, access_token: Some(secret("token")) }
    };
    let jobs = std::mem::take(&mut *read_bodies(bodies).lock().unwrap()).into_iter().enumerate().map(job).collect();
    let journal = Journal::open(journal, Policy::default()).unwrap();
    let options = BatchOptions { concurrency: NonZeroUsize::new(CONCURRENCY).unwrap(), rate: None, retries: 0 };
    let batch_sender = BatchSender::new(client, secret("key"), journal, options, |event| {
        assert!(matches!(event, BatchEvent::Sent { outcome: Outcome::Delivered { .. }, .. }), "{event:?}");
    });
    let (sender, received) = mpsc::channel(1);
    sender.send(jobs).await.unwrap();
    drop(sender);
    assert!(batch_sender.run(received).await.is_none());
    batch_sender.into_journal().unwrap().close().await.unwrap();
}

/// Runs a server that accepts every request with the minimal documented response.
fn serve() {
    runtime().block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("http://{}", listener.local_addr().unwrap());
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let service = service_fn(|request: HttpRequest<Incoming>| async {
                request.into_body().collect().await?;
                let answer = Full::new(Bytes::from_static(br#"{"status":200,"message":""}"#));
                let answer = hyper::Response::builder().header("content-type", "application/json").body(answer);
                Ok::<_, hyper::Error>(answer.unwrap())
            });
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
}

/// Returns the duration of a command; `None` if it fails.
fn run(command: &[String]) -> Option<Duration> {
    let start = Instant::now();
    let mut process = Command::new(&command[0]);
    process.args(&command[1..]).env("KENAR_API_KEY", "key").env("KENAR_ACCESS_TOKEN", "token");
    let status = process.stdout(Stdio::null()).stderr(Stdio::null()).status().ok()?;
    status.success().then(|| start.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
