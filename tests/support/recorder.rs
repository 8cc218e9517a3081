//! A server on loopback that keeps what arrives and does with each request what a script says, over as many connections as
//! clients open; it keeps them open, as real ones do.

// Each test program that includes this file uses its own part of it.
#![allow(dead_code)]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// What the server does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Answers: status, headers, body.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// Does the same later.
    Late(Duration, Box<Self>),
    /// Goes away in the middle of the request: nobody gets the message.
    CutRequest,
    /// Goes away in the middle of an answer that says that the message was delivered, as it was.
    CutAnswer,
    /// Takes the message and says nothing until the client goes away.
    Silence,
}

/// The message is delivered.
pub(crate) fn delivered() -> Reply {
    Reply::Answer(200, Vec::new(), json!({ "status": 0, "message": "sent" }).to_string())
}

/// An error of the API's.
pub(crate) fn failed(status: u16, code: i32, message: &str) -> Reply {
    Reply::Answer(status, Vec::new(), json!({ "code": code, "message": message, "details": [] }).to_string())
}

/// An answer of the API's that asks to wait.
pub(crate) fn later(status: u16, retry_after: impl Into<String>) -> Reply {
    let Reply::Answer(status, mut headers, body) = failed(status, 8, "not now") else { unreachable!() };
    headers.push(("Retry-After", retry_after.into()));
    Reply::Answer(status, headers, body)
}

impl Reply {
    pub(crate) fn after(self, milliseconds: u64) -> Self {
        Self::Late(Duration::from_millis(milliseconds), Box::new(self))
    }

    /// Whether somebody may have got the message. A server that answers 5xx may have failed after that.
    fn takes_the_message(&self) -> bool {
        match self {
            Self::Answer(status, ..) => matches!(status, 200..=299 | 500..=502 | 504..=599),
            Self::Late(_, reply) => reply.takes_the_message(),
            Self::CutRequest => false,
            Self::CutAnswer | Self::Silence => true,
        }
    }
}

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    /// How many came before it, over all connections.
    pub(crate) number: usize,
    /// The conversation that it is for, as it stands in the path.
    pub(crate) conversation: String,
    /// The request line and the headers.
    pub(crate) head: String,
    /// When its head was there.
    pub(crate) at: Instant,
    /// The body, where all of it came.
    pub(crate) body: Option<Vec<u8>>,
    /// Whether somebody may have got the message.
    pub(crate) is_taken: bool,
}

impl Heard {
    /// The value of a header, whatever the case of its name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let headers = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        headers.filter(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    /// The text of the message.
    pub(crate) fn text(&self) -> String {
        let body: Value = serde_json::from_slice(self.body.as_ref().unwrap()).unwrap();
        body["message"].as_str().unwrap().to_owned()
    }
}

type Script = dyn Fn(&Heard) -> Reply + Send + Sync;

/// A server. It stops when it is dropped.
pub(crate) struct Recorder {
    address: SocketAddr,
    script: Arc<Script>,
    heard: Arc<Mutex<Vec<Heard>>>,
    running: Mutex<Option<Running>>,
}

struct Running {
    is_stopped: Arc<AtomicBool>,
    connections: Arc<Mutex<Vec<TcpStream>>>,
    accepts: JoinHandle<()>,
}

impl Recorder {
    /// Starts a server on a free port of 127.0.0.1.
    pub(crate) fn start(script: impl Fn(&Heard) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = Self { address, script: Arc::new(script), heard: Arc::default(), running: Mutex::default() };
        server.listen(listener);
        server
    }

    /// `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Everything that was heard, in order.
    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    /// How many requests were heard.
    pub(crate) fn count(&self) -> usize {
        self.heard.lock().unwrap().len()
    }

    /// Stops at once: every connection breaks, and nobody listens any more.
    pub(crate) fn stop(&self) {
        let running = self.running.lock().unwrap().take();
        let Some(Running { is_stopped, connections, accepts }) = running else { return };
        is_stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for the next connection.
        let _ = TcpStream::connect(self.address);
        accepts.join().unwrap();
        for connection in connections.lock().unwrap().iter() {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }

    /// Listens again, at the same address.
    pub(crate) fn start_again(&self) {
        self.listen(TcpListener::bind(self.address).unwrap());
    }

    fn listen(&self, listener: TcpListener) {
        let (is_stopped, connections) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let (script, heard) = (Arc::clone(&self.script), Arc::clone(&self.heard));
        let (stopped, open) = (Arc::clone(&is_stopped), Arc::clone(&connections));
        let accepts = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                stream.set_nodelay(true).unwrap();
                open.lock().unwrap().push(stream.try_clone().unwrap());
                let (script, heard) = (Arc::clone(&script), Arc::clone(&heard));
                thread::spawn(move || while serve(&stream, &*script, &heard).is_some() {});
            }
        });
        let running = Running { is_stopped, connections, accepts };
        assert!(self.running.lock().unwrap().replace(running).is_none());
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Serves one request. Gives nothing where the connection is not to be used any more.
fn serve(mut stream: &TcpStream, script: &Script, heard: &Mutex<Vec<Heard>>) -> Option<()> {
    let (head, begin_of_body) = read_head(stream)?;
    let conversation = head.split('/').nth(4)?.to_owned();
    let (number, reply) = {
        let mut heard = heard.lock().unwrap();
        let number = heard.len();
        let at = Instant::now();
        heard.push(Heard { number, conversation, head, at, body: None, is_taken: false });
        (number, script(&heard[number]))
    };
    if matches!(reply, Reply::CutRequest) {
        let _ = stream.shutdown(Shutdown::Both);
        return None;
    }
    let length = heard.lock().unwrap()[number].header("content-length")?.parse().ok()?;
    let body = read_body(stream, begin_of_body, length)?;
    {
        let heard = &mut heard.lock().unwrap()[number];
        (heard.body, heard.is_taken) = (Some(body), reply.takes_the_message());
    }
    let mut reply = reply;
    while let Reply::Late(wait, then) = reply {
        thread::sleep(wait);
        reply = *then;
    }
    match reply {
        Reply::Answer(status, headers, body) => stream.write_all(&answer(status, &headers, &body)).ok(),
        Reply::CutAnswer => {
            let Reply::Answer(status, headers, body) = delivered() else { return None };
            let answer = answer(status, &headers, &body);
            let _ = stream.write_all(&answer[..answer.len() - 5]);
            let _ = stream.shutdown(Shutdown::Both);
            None
        }
        // Returns when the client closes its side.
        Reply::Silence | Reply::Late(..) | Reply::CutRequest => {
            let _ = stream.read(&mut [0]);
            None
        }
    }
}

fn answer(status: u16, headers: &[(&str, String)], body: &str) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 {status} Reason\r\nContent-Length: {}\r\n", body.len());
    if !headers.iter().any(|(name, _)| *name == "Content-Type") {
        answer.push_str("Content-Type: application/json\r\n");
    }
    for (name, value) in headers {
        answer.push_str(&format!("{name}: {value}\r\n"));
    }
    (answer + "\r\n" + body).into_bytes()
}

/// The head of a request, and what of its body came with it.
fn read_head(stream: &TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let body = bytes.split_off(end + 4);
            bytes.truncate(end);
            return Some((String::from_utf8(bytes).ok()?, body));
        }
        read_some(stream, &mut bytes)?;
    }
}

fn read_body(stream: &TcpStream, mut bytes: Vec<u8>, length: usize) -> Option<Vec<u8>> {
    while bytes.len() < length {
        read_some(stream, &mut bytes)?;
    }
    Some(bytes)
}

fn read_some(mut stream: &TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let mut chunk = [0; 4096];
    let count = stream.read(&mut chunk).ok().filter(|count| *count > 0)?;
    bytes.extend_from_slice(&chunk[..count]);
    Some(())
}
