//! A server on loopback that sends given bytes, however wrong, and records what it receives.

// Each test program that includes this file uses its own part of it.
#![allow(dead_code)]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::http::{header, read_body, read_head};

/// What a server does after it has read a request. Then it closes the connection.
#[derive(Clone, Debug)]
pub(crate) enum Behaviour {
    /// Sends these bytes: a response made by [`answer`], half of one, or garbage.
    Send(Vec<u8>),
    /// Sends nothing until the client closes the connection.
    Hang,
    /// Sends the first bytes, then the second ones again and again, with this pause in between, until the client closes
    /// the connection.
    Repeat(Vec<u8>, Vec<u8>, Duration),
    /// Does something else for each request; the last one again and again.
    InTurn(Vec<Behaviour>),
}

/// Returns a complete HTTP/1.1 response with a `Content-Length`.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Behaviour {
    Behaviour::Send([head(status, headers, body.len()), body.as_bytes().to_vec()].concat())
}

/// Returns an error response of the API.
pub(crate) fn api_error(status: u16, headers: &[(&str, &str)], code: i32, message: &str) -> Behaviour {
    let body = serde_json::json!({ "code": code, "message": message, "details": [] }).to_string();
    answer(status, &[&[("Content-Type", "application/json")], headers].concat(), &body)
}

/// Returns the head of an HTTP/1.1 response whose body has `length` bytes.
pub(crate) fn head(status: u16, headers: &[(&str, &str)], length: usize) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} Reason\r\nContent-Length: {length}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// The request line and the headers, as they were sent, without the blank line.
    pub(crate) head: String,
    /// The body's bytes.
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// Returns the request line.
    pub(crate) fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// Returns the value of a header, whatever the case of its name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }
}

/// A running server; it stops when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    received: Mutex<Vec<Received>>,
    bytes_sent: AtomicUsize,
    stopped: AtomicBool,
}

impl Server {
    /// Starts a server on a free port of 127.0.0.1.
    pub(crate) fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if shared.stopped.load(Ordering::SeqCst) {
                    break;
                }
                let (state, behaviour) = (Arc::clone(&shared), behaviour.clone());
                thread::spawn(move || serve(stream, &behaviour, &state));
            }
        });
        Self { address, state }
    }

    /// Returns `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns `127.0.0.1:PORT`.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the requests that have arrived completely, in the order of their arrival.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.state.received.lock().unwrap().clone()
    }

    /// Returns the only request that has arrived.
    pub(crate) fn only_request(&self) -> Received {
        let [request] = &self.received()[..] else { panic!("not one request: {:?}", self.received()) };
        request.clone()
    }

    /// Returns how many bytes the server has sent.
    pub(crate) fn bytes_sent(&self) -> usize {
        self.state.bytes_sent.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.state.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for the next connection.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(mut stream: TcpStream, behaviour: &Behaviour, state: &State) {
    let Some(request) = read_request(&stream) else { return };
    let count = {
        let mut received = state.received.lock().unwrap();
        received.push(request);
        received.len()
    };
    let behaviour = match behaviour {
        Behaviour::InTurn(all) => &all[count.min(all.len()) - 1],
        one => one,
    };
    let mut send = |bytes: &[u8]| {
        let is_sent = stream.write_all(bytes).and_then(|()| stream.flush()).is_ok();
        if is_sent {
            state.bytes_sent.fetch_add(bytes.len(), Ordering::SeqCst);
        }
        is_sent
    };
    match behaviour {
        Behaviour::Send(bytes) => {
            send(bytes);
            // Closing a socket with unread data would reset the connection, perhaps before the client has read all.
            let _ = stream.shutdown(Shutdown::Write);
            let _ = io::copy(&mut stream, &mut io::sink());
        }
        Behaviour::Hang => {
            // Returns when the client closes its side.
            let _ = stream.read(&mut [0]);
        }
        Behaviour::Repeat(first, again, pause) => {
            let mut is_open = send(first);
            while is_open {
                thread::sleep(*pause);
                is_open = send(again);
            }
        }
        Behaviour::InTurn(_) => panic!("nested"),
    }
}

fn read_request(stream: &TcpStream) -> Option<Received> {
    let (head, begin_of_body) = read_head(stream)?;
    let length = header(&head, "content-length").unwrap_or("0").parse().ok()?;
    let body = read_body(stream, begin_of_body, length)?;
    Some(Received { head, body })
}
