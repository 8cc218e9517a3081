//! Clients that are slow, disconnect, or do not speak HTTP.

use super::*;

use std::net::{Shutdown, TcpListener};
use std::sync::mpsc::{Receiver, channel};

use kenarc::serve::{Content, Ending, Exchange, MAX_CONNECTIONS, ServerEvent, Settings, serve};

/// A server of the library with little patience.
struct Impatient {
    address: SocketAddr,
    events: Receiver<ServerEvent>,
}

impl Impatient {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, events) = channel();
        let settings = Settings { read_timeout: Duration::from_millis(200), ..Settings::default() };
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let observe = move |event| drop(sender.send(event));
            runtime.block_on(serve(listener, settings, observe, std::future::pending())).unwrap();
        });
        Self { address, events }
    }

    fn exchange(&self) -> Exchange {
        match self.events.recv_timeout(PATIENCE).unwrap() {
            ServerEvent::Exchange(exchange) => *exchange,
            ServerEvent::NotHttp(error) => panic!("{error}"),
        }
    }
}

fn half(address: SocketAddr) -> TcpStream {
    let mut stream = connect(address);
    let head = head(&format!("POST {PATH}"), &[JSON, KEY, CLASSIC], GOOD.len());
    stream.write_all(&[head.as_bytes(), &GOOD.as_bytes()[..20]].concat()).unwrap();
    stream
}

/// Returns everything that the server sends until it closes the connection.
fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A connection that is reset is closed too.
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8(bytes).unwrap()
}

#[test]
fn incomplete_body_is_recorded() {
    let server = Server::start("--record record");
    drop(half(server.address));
    half(server.address).shutdown(Shutdown::Write).unwrap();
    for record in server.wait_for_records(2) {
        assert_eq!((&record["answer"], &record["body"]), (&json!("incomplete"), &json!(GOOD[..20])));
        assert_eq!((&record["delivered"], &record["conversation_id"]), (&json!(false), &json!("a-conversation")));
    }
    let run = server.stop();
    assert!(run.stderr.contains("incomplete  conversation a-conversation  the connection was closed"), "{run}");
    assert!(run.stderr.ends_with("2 requests: 2 × incomplete\n"), "{run}");
}

#[test]
fn a_connection_that_is_reset_is_recorded_too() {
    let server = Server::start("--record record");
    let mut stream = server.connect();
    let head = head(&format!("POST {PATH}"), &[JSON, KEY, CLASSIC, ("Expect", "100-continue")], GOOD.len());
    stream.write_all(head.as_bytes()).unwrap();
    // With `100 Continue` unread, closing resets the connection.
    stream.peek(&mut [0]).unwrap();
    stream.write_all(&GOOD.as_bytes()[..20]).unwrap();
    drop(stream);
    assert_eq!(server.wait_for_records(1)[0]["answer"], "incomplete");
}

#[test]
fn incomplete_chunks_are_incomplete() {
    let server = Server::start("--record record");
    let mut stream = server.connect();
    let head =
        format!("POST {PATH} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n");
    write!(
        stream,
        "{head}x-api-key: {API_KEY}\r\nx-access-token: {ACCESS_TOKEN}\r\n\r\n{:x}\r\n{GOOD}\r\n",
        GOOD.len()
    )
    .unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(server.wait_for_records(1)[0]["answer"], "incomplete");
}

#[test]
fn client_may_close_its_side_after_the_request() {
    let server = Server::start("");
    let mut stream = send(server.connect(), &format!("POST {PATH}"), &[JSON, KEY, CLASSIC], GOOD);
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(Answer::read(&mut stream).unwrap().status, 200);
}

#[test]
fn request_of_a_client_that_disconnects_counts() {
    let server = Server::start("--record record");
    drop(send(server.connect(), &format!("POST {PATH}"), &[JSON, KEY, CLASSIC], GOOD));
    assert_eq!(server.wait_for_records(1)[0]["answer"]["status"], 200);
}

#[test]
fn slow_body_times_out_with_408() {
    let server = Impatient::start();
    let answer = Answer::read(&mut half(server.address)).unwrap();
    assert_eq!((answer.status, &answer.json["code"]), (408, &json!(4)));
    let exchange = server.exchange();
    assert_eq!(exchange.ending, Ending::Answered(408));
    assert_eq!(exchange.content, Content::Text(GOOD[..20].to_owned()));
}

#[test]
fn slow_headers_time_out() {
    let server = Impatient::start();
    let mut stream = connect(server.address);
    let started = Instant::now();
    stream.write_all(b"POST / HTTP/1.1\r\nHost").unwrap();
    rest(&mut stream);
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_trickle_of_bytes_does_not_extend_the_timeout() {
    let server = Impatient::start();
    let mut stream = half(server.address);
    let started = Instant::now();
    // The server answers and closes; at some point writing fails.
    while started.elapsed() < PATIENCE && stream.write_all(b" ").is_ok() {
        thread::sleep(Duration::from_millis(20));
        if let Ok(exchange) = server.events.try_recv() {
            assert!(matches!(exchange, ServerEvent::Exchange(exchange) if exchange.ending == Ending::Answered(408)));
            return;
        }
    }
    panic!("the server waits");
}

#[test]
fn request_that_is_not_http_is_refused_and_reported() {
    let server = Server::start("");
    for garbage in ["hello\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", "GET\r\n\r\n"] {
        let mut stream = server.connect();
        stream.write_all(garbage.as_bytes()).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        let said = rest(&mut stream);
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 400"), "{said}");
    }
    assert_eq!(server.post(GOOD).status, 200);
    let run = server.stop();
    assert!(run.stderr.contains("received a request that is not HTTP/1.1: "), "{run}");
}

#[test]
fn endless_headers_are_refused() {
    let server = Server::start("");
    let mut stream = server.connect();
    let _ = stream.write_all(format!("POST / HTTP/1.1\r\nX: {}", "x".repeat(1 << 20)).as_bytes());
    let said = rest(&mut stream);
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 431"), "{said}");
    assert_eq!(server.post(GOOD).status, 200);
}

#[test]
fn the_longest_key_and_token_fit_in_the_head() {
    let long = "k".repeat(kenarc::send::MAX_SECRET_BYTES);
    let headers = [JSON, ("x-api-key", long.as_str()), ("x-access-token", long.as_str())];
    assert_eq!(Server::start("").request(&format!("POST {PATH}"), &headers, GOOD).status, 200);
}

#[test]
fn connections_beyond_the_maximum_wait() {
    let server = Impatient::start();
    let idle: Vec<TcpStream> = (0..MAX_CONNECTIONS).map(|_| connect(server.address)).collect();
    let mut late = send(connect(server.address), &format!("POST {PATH}"), &[JSON, KEY, CLASSIC], GOOD);
    assert_eq!(Answer::read(&mut late).unwrap().status, 200);
    drop(idle);
}
