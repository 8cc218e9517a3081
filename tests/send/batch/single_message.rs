//! `kenarc send` with one message, which is retried only if it was certainly not accepted.

use std::time::{Duration, Instant};

use insta::assert_snapshot;

use super::fixture::wait_until;
use super::*;
use crate::cli::{Folder, Run, words};
use crate::recorder::{Recorder, Reply, delivered, failed, retry_after};

fn send(server: &Recorder, arguments: &str) -> Run {
    let folder = Folder::with("order.yaml", TEMPLATE);
    let mut command = folder.command(["send", "order.yaml", "--var", "name=سارا", "--conversation", "c-1"]);
    let run = Run::of(command.args(["--base-url", &server.url()]).args(words(arguments)).envs(SECRETS));
    assert!(!run.stderr.contains(SECRET), "{run}");
    Run { stderr: run.stderr.replace(&server.url(), "http://SERVER"), ..run }
}

#[test]
fn request_is_retried_after_a_429() {
    let server = Recorder::start(|request| if request.number < 2 { retry_after(429, "1") } else { delivered() });
    let began = Instant::now();
    assert_snapshot!(send(&server, "--retries 2"), @r"
    exit status 0
    --- stderr
    127.0.0.1 refused the message: HTTP 429, RESOURCE_EXHAUSTED: not now; retrying in 1 s
    127.0.0.1 refused the message: HTTP 429, RESOURCE_EXHAUSTED: not now; retrying in 1 s
    delivered to conversation c-1; the API says: sent
    ");
    assert!(began.elapsed() >= Duration::from_secs(2));
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests.windows(2).all(|pair| pair[1].at - pair[0].at >= Duration::from_secs(1)));
}

#[test]
fn retries_are_bounded() {
    let server = Recorder::start(|_| retry_after(503, "0"));
    let run = send(&server, "--retries 3");
    assert_eq!((run.status, server.count()), (4, 4), "{run}");
    let server = Recorder::start(|_| retry_after(429, "0"));
    let run = send(&server, "");
    assert_eq!((run.status, server.count()), (3, 1), "{run}");
}

#[test]
fn retry_after_of_more_than_fifteen_minutes_is_not_waited_for() {
    let server = Recorder::start(|_| retry_after(429, "901"));
    let run = send(&server, "--retries 5");
    assert_eq!((run.status, server.count()), (3, 1), "{run}");
}

#[test]
fn request_is_retried_until_the_server_is_reachable() {
    let server = Recorder::start(|_| delivered());
    server.stop();
    std::thread::scope(|scope| {
        let run = scope.spawn(|| send(&server, "--retries 5"));
        std::thread::sleep(Duration::from_millis(600));
        server.restart();
        assert_snapshot!(run.join().unwrap(), @r"
        exit status 0
        --- stderr
        not sent: could not connect to http://SERVER: Connection refused (os error 111); retrying in 1 s
        delivered to conversation c-1; the API says: sent
        ");
    });
    wait_until("it has arrived", || server.count() == 1);
}

#[test]
fn unknown_outcome_is_not_retried() {
    for reply in [Reply::CutRequest, Reply::CutAnswer, failed(500, 13, "internal"), failed(503, 14, "unavailable")] {
        let report = format!("{reply:?}");
        let server = Recorder::start(move |_| reply.clone());
        let run = send(&server, "--retries 5");
        assert_eq!((run.status, server.count()), (4, 1), "{report}: {run}");
    }
    let server = Recorder::start(|_| Reply::Silence);
    let run = send(&server, "--retries 5 --timeout 0.5");
    assert_eq!((run.status, server.count()), (4, 1), "{run}");
}
