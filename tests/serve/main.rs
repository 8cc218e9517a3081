//! `kenarc serve`: a real process, real sockets, and clients that behave well, badly and not at all.

#![cfg(all(feature = "cli", unix))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod accepted;
mod chatbots;
#[path = "../support/cli.rs"]
mod cli;
mod clients;
mod faults;
#[path = "../support/http.rs"]
mod http;
#[path = "../support/machine.rs"]
mod machine;
mod process;
mod records;
mod responses;
mod uploads;

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use serde_json::{Value, json};

use cli::{Folder, PATIENCE, Run, words};
use http::{header, read_body, read_head};
use machine::{can, has, signal};

const API_KEY: &str = "k3y-of-the-app-which-nobody-may-see";
const ACCESS_TOKEN: &str = "t0ken-of-the-user-which-nobody-may-see";
const PATH: &str = "/v2/open-platform/conversations/a-conversation/messages";
const JSON: (&str, &str) = ("Content-Type", "application/json");
const KEY: (&str, &str) = ("x-api-key", API_KEY);
const CLASSIC: (&str, &str) = ("x-access-token", ACCESS_TOKEN);
const CURRENT: (&str, &str) = ("Authorization", "Bearer t0ken-of-the-user-which-nobody-may-see");
const GOOD: &str = r#"{"type":"TEXT","message":"سلام"}"#;

/// A server that is running; it is killed when it is dropped.
struct Server {
    folder: Folder,
    child: Child,
    address: SocketAddr,
    stderr: Option<JoinHandle<String>>,
}

impl Server {
    fn start(arguments: &str) -> Self {
        Self::start_in(Folder::empty(), arguments)
    }

    /// Starts a server in a folder, on a free port unless the arguments name one.
    fn start_in(folder: Folder, arguments: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kenarc"));
        let port = if arguments.contains("--port") { "" } else { "--port 0" };
        command.arg("serve").args(words(port).chain(words(arguments))).current_dir(folder.path("")).env_clear();
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening on http://").unwrap().parse().unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let stderr = thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            text
        });
        Self { folder, child, address, stderr: Some(stderr) }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn connect(&self) -> TcpStream {
        connect(self.address)
    }

    fn request(&self, line: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Answer {
        Answer::read(&mut send(self.connect(), line, headers, body)).unwrap()
    }

    /// Posts with all headers that the document asks for.
    fn post(&self, body: impl AsRef<[u8]>) -> Answer {
        self.request(&format!("POST {PATH}"), &[JSON, KEY, CLASSIC], body)
    }

    /// Returns the status of the response to a valid request, or `None` if the response is incomplete.
    fn outcome(&self) -> Option<u16> {
        let mut stream = send(self.connect(), &format!("POST {PATH}"), &[JSON, KEY, CLASSIC], GOOD);
        Answer::read(&mut stream).map(|answer| answer.status)
    }

    fn signal(&self, name: &str) {
        signal(&self.child, name);
    }

    /// Stops the server and returns its output, in which `http://SERVER` stands for its address. It contains no secret.
    #[track_caller]
    fn stop(self) -> Run {
        self.signal("INT");
        self.wait()
    }

    #[track_caller]
    fn wait(mut self) -> Run {
        let started = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(started.elapsed() < PATIENCE, "the server does not end");
            thread::sleep(Duration::from_millis(5));
        }
        let status = self.child.wait().unwrap();
        let stderr = self.stderr.take().unwrap().join().unwrap();
        assert!(!stderr.contains(API_KEY) && !stderr.contains(ACCESS_TOKEN), "{stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
        let stderr = stderr.replace(&self.url(), "http://SERVER");
        Run { status: status.code().unwrap_or(-1), stdout: String::new(), stderr }
    }

    /// Returns the lines of the file `record`.
    fn records(&self) -> Vec<Value> {
        let text = self.folder.read("record");
        assert!(text.is_empty() || text.ends_with('\n'));
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Waits for so many records: what a client does not wait for may take a moment.
    #[track_caller]
    fn wait_for_records(&self, count: usize) -> Vec<Value> {
        let started = Instant::now();
        while self.records().len() < count {
            assert!(started.elapsed() < PATIENCE, "{:?}", self.records());
            thread::sleep(Duration::from_millis(5));
        }
        self.records()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

fn head(line: &str, headers: &[(&str, &str)], length: usize) -> String {
    let mut head = format!("{line} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n");
    for (name, value) in headers {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    head + "\r\n"
}

/// Sends a request on a connection.
fn send(mut stream: TcpStream, line: &str, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> TcpStream {
    let body = body.as_ref();
    stream.write_all(&[head(line, headers, body.len()).as_bytes(), body].concat()).unwrap();
    stream
}

/// A complete response.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    json: Value,
}

impl Answer {
    /// Reads a response; returns `None` if the connection is closed before its end.
    fn read(stream: &mut TcpStream) -> Option<Self> {
        let (head, begin_of_body) = read_head(stream)?;
        let length = header(&head, "content-length")?.parse().unwrap();
        let body = read_body(stream, begin_of_body, length)?;
        let status = head.split(' ').nth(1)?.parse().unwrap();
        Some(Self { status, json: serde_json::from_slice(&body).unwrap(), head })
    }

    fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }

    fn message(&self) -> &str {
        self.json["message"].as_str().unwrap()
    }
}
