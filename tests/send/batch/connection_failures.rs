//! Servers that die, connections that break, and responses that come too late.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use kenarc::send::journal::{Cause, State};

use super::fixture::Batch;
use super::*;
use crate::recorder::{Reply, delivered, failed};

/// Returns the conversations of the requests whose numbers match.
fn conversations(batch: &Batch, is_meant: impl Fn(usize) -> bool) -> BTreeSet<String> {
    let requests = batch.server.requests().into_iter().filter(|request| is_meant(request.number));
    requests.map(|request| request.conversation).collect()
}

/// Returns the causes for which messages are unknown.
fn causes(batch: &Batch) -> BTreeSet<Cause> {
    let records = batch.records().into_iter().filter(|record| record.state == State::Unknown);
    records.map(|record| record.cause.unwrap()).collect()
}

#[test]
fn server_that_dies_and_comes_back_gets_the_rest() {
    let batch = Batch::of(rows(1..=300), |_| delivered().after(20));
    let going = batch.start("");
    for requests in [60, 150] {
        batch.wait_for(requests);
        batch.server.stop();
        thread::sleep(Duration::from_millis(300));
        batch.server.restart();
    }
    let run = going.end();
    assert_eq!(run.status, 4, "{run}");
    let unknown = batch.recorded(State::Unknown).len();
    assert!((2..=16).contains(&unknown), "at most what was under way: {unknown}");
    assert_eq!(batch.recorded(State::Delivered).len(), 300 - unknown);
    assert_eq!(causes(&batch), [Cause::Broken].into());
    assert!(run.stderr.contains("not sent: could not connect to http://SERVER: Connection refused"), "{run}");
    assert!(run.stderr.contains("; pausing for 1 s\n"), "{run}");
    assert!(
        run.stderr.contains(&format!("unknown {unknown}: the connection broke before a response arrived\n")),
        "{run}"
    );
    batch.assert_complete_after_resending_unknown(300);
}

#[test]
fn connections_closed_within_a_request_or_a_response_are_unknown() {
    let (in_request, in_answer) = (|number: usize| number % 5 == 1, |number: usize| number % 7 == 3);
    let batch = Batch::of(rows(1..=200), move |request| match request.number {
        number if number >= 200 => delivered(),
        number if in_request(number) => Reply::CutRequest,
        number if in_answer(number) => Reply::CutAnswer,
        _ => delivered(),
    });
    let run = batch.send("");
    assert_eq!(run.status, 4, "{run}");
    assert_eq!(batch.server.count(), 200, "sent again without being asked");
    let cut = conversations(&batch, |number| in_request(number) || in_answer(number));
    assert_eq!(batch.recorded(State::Unknown), cut);
    assert_eq!(causes(&batch), [Cause::Broken, Cause::UnexpectedResponse].into());
    // The server knows what the sender cannot.
    assert_eq!(batch.arrived().len(), 200 - conversations(&batch, in_request).len());
    batch.assert_complete_after_resending_unknown(200);
}

#[test]
fn responses_after_the_timeout_are_unknown() {
    let is_late = |number: usize| number % 10 == 4;
    let batch = Batch::of(rows(1..=100), move |request| match request.number {
        number if number < 100 && is_late(number) => delivered().after(2_000),
        _ => delivered(),
    });
    let run = batch.send("--timeout 1");
    assert_eq!(run.status, 4, "{run}");
    assert_eq!(batch.recorded(State::Unknown), conversations(&batch, is_late));
    assert_eq!(causes(&batch), [Cause::TimedOut].into());
    assert!(run.stderr.contains("unknown 10: no response arrived in time\n"), "{run}");
    assert!(run.stderr.contains(": outcome unknown: no response from http://SERVER within 1 s\n"), "{run}");
    batch.assert_complete_after_resending_unknown(100);
}

#[test]
fn server_failures_are_unknown() {
    let is_failed = |number: usize| number.is_multiple_of(10);
    let batch = Batch::of(rows(1..=100), move |request| match request.number {
        number if number < 100 && is_failed(number) => failed([500, 502, 503, 504][number / 10 % 4], 13, "internal"),
        _ => delivered(),
    });
    let run = batch.send("");
    assert_eq!(run.status, 4, "{run}");
    assert_eq!(batch.recorded(State::Unknown), conversations(&batch, is_failed));
    assert_eq!(causes(&batch), [Cause::ServerFailed].into());
    batch.assert_complete_after_resending_unknown(100);
}
