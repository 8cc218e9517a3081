//! A server on loopback that records what arrives and answers each request as a script says, over as many connections
//! as clients open; it keeps them open, as real servers do.

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

use crate::http::{header, read_body, read_head};

/// What the server does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Responds with a status, headers and a body.
    Answer(u16, Vec<(&'static str, String)>, String),
    /// Replies after a delay.
    Late(Duration, Box<Self>),
    /// Closes the connection within the request: nobody gets the message.
    CutRequest,
    /// Closes the connection within the response to a message that was delivered.
    CutAnswer,
    /// Delivers the message and sends nothing until the client closes the connection.
    Silence,
}

/// Returns the response to a message that is delivered.
pub(crate) fn delivered() -> Reply {
    Reply::Answer(200, Vec::new(), json!({ "status": 0, "message": "sent" }).to_string())
}

/// Returns an error response of the API.
pub(crate) fn failed(status: u16, code: i32, message: &str) -> Reply {
    Reply::Answer(status, Vec::new(), json!({ "code": code, "message": message, "details": [] }).to_string())
}

/// Returns an error response of the API that asks the client to wait.
pub(crate) fn retry_after(status: u16, wait: impl Into<String>) -> Reply {
    let Reply::Answer(status, mut headers, body) = failed(status, 8, "not now") else { unreachable!() };
    headers.push(("Retry-After", wait.into()));
    Reply::Answer(status, headers, body)
}

impl Reply {
    /// Returns the same reply after a delay.
    pub(crate) fn after(self, milliseconds: u64) -> Self {
        Self::Late(Duration::from_millis(milliseconds), Box::new(self))
    }

    /// Returns whether the message may have been delivered. A server that responds with 5xx may have failed after that.
    fn may_deliver(&self) -> bool {
        match self {
            Self::Answer(status, ..) => matches!(status, 200..=299 | 500..=502 | 504..=599),
            Self::Late(_, reply) => reply.may_deliver(),
            Self::CutRequest => false,
            Self::CutAnswer | Self::Silence => true,
        }
    }
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct RecordedRequest {
    /// The number of requests before it, over all connections.
    pub(crate) number: usize,
    /// The conversation or the user that it is for, as it stands in the path.
    pub(crate) conversation: String,
    /// The request line and the headers.
    pub(crate) head: String,
    /// When its head had arrived.
    pub(crate) at: Instant,
    /// The body, if all of it arrived.
    pub(crate) body: Option<Vec<u8>>,
    /// Whether the message may have been delivered.
    pub(crate) may_be_delivered: bool,
}

impl RecordedRequest {
    /// Returns the value of a header, whatever the case of its name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }

    /// Returns the text of the message.
    pub(crate) fn text(&self) -> String {
        let body: Value = serde_json::from_slice(self.body.as_ref().unwrap()).unwrap();
        ["message", "text_message"].iter().find_map(|field| body[*field].as_str()).unwrap().to_owned()
    }
}

type Script = dyn Fn(&RecordedRequest) -> Reply + Send + Sync;

/// A server. It stops when it is dropped.
pub(crate) struct Recorder {
    address: SocketAddr,
    script: Arc<Script>,
    requests: Arc<Mutex<Vec<RecordedRequest>>>,
    running: Mutex<Option<Running>>,
}

struct Running {
    is_stopped: Arc<AtomicBool>,
    connections: Arc<Mutex<Vec<TcpStream>>>,
    accepts: JoinHandle<()>,
}

impl Recorder {
    /// Starts a server on a free port of 127.0.0.1.
    pub(crate) fn start(script: impl Fn(&RecordedRequest) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = Self { address, script: Arc::new(script), requests: Arc::default(), running: Mutex::default() };
        server.listen(listener);
        server
    }

    /// Returns `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns all requests in the order of their arrival.
    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.requests.lock().unwrap().clone()
    }

    /// Returns the number of requests that have arrived.
    pub(crate) fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    /// Stops at once: closes every connection and the port.
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
    pub(crate) fn restart(&self) {
        self.listen(TcpListener::bind(self.address).unwrap());
    }

    fn listen(&self, listener: TcpListener) {
        let (is_stopped, connections) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let (script, requests) = (Arc::clone(&self.script), Arc::clone(&self.requests));
        let (stopped, open) = (Arc::clone(&is_stopped), Arc::clone(&connections));
        let accepts = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                stream.set_nodelay(true).unwrap();
                open.lock().unwrap().push(stream.try_clone().unwrap());
                let (script, requests) = (Arc::clone(&script), Arc::clone(&requests));
                thread::spawn(move || while serve(&stream, &*script, &requests).is_some() {});
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

/// Serves one request. Returns `None` if the connection cannot be used any more.
fn serve(mut stream: &TcpStream, script: &Script, requests: &Mutex<Vec<RecordedRequest>>) -> Option<()> {
    let (head, begin_of_body) = read_head(stream)?;
    let (path, _) = head.split_once("/messages ")?;
    let conversation = path.rsplit('/').next()?.to_owned();
    let (number, reply) = {
        let mut requests = requests.lock().unwrap();
        let number = requests.len();
        let at = Instant::now();
        requests.push(RecordedRequest { number, conversation, head, at, body: None, may_be_delivered: false });
        (number, script(&requests[number]))
    };
    if matches!(reply, Reply::CutRequest) {
        let _ = stream.shutdown(Shutdown::Both);
        return None;
    }
    let length = requests.lock().unwrap()[number].header("content-length")?.parse().ok()?;
    let body = read_body(stream, begin_of_body, length)?;
    {
        let request = &mut requests.lock().unwrap()[number];
        (request.body, request.may_be_delivered) = (Some(body), reply.may_deliver());
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
