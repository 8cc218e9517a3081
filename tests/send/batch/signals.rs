//! Ctrl-C and SIGTERM.

use std::time::{Duration, Instant};

use insta::{allow_duplicates, assert_snapshot};
use kenarc::send::journal::State;

use super::fixture::Batch;
use super::*;
use crate::recorder::{Reply, delivered, retry_after};

#[test]
fn first_signal_waits_for_requests_in_flight_and_sends_nothing_more() {
    for signal in ["INT", "TERM"] {
        let batch = Batch::of(rows(1..=40), |_| delivered().after(1_000));
        let going = batch.start("--concurrency 4");
        batch.wait_for(4);
        going.signal(signal);
        let run = going.end();
        allow_duplicates! {
            assert_snapshot!(run, @r"
            exit status 2
            --- stderr
            stopping: waiting for the requests in flight; interrupt again to stop at once
            delivered 4 messages in N s
            error: stopped before all rows were sent
             help: Run the same command again to continue: delivered messages are not sent again.
            ");
        }
        assert_eq!(batch.server.count(), 4);
        assert_eq!(batch.recorded(State::Delivered).len(), 4);
        assert_eq!(batch.records().len(), 4);
        let run = batch.send("--concurrency 40");
        assert_eq!(run.stderr, "delivered 36 messages in N s\nnot sent: 4 messages delivered by an earlier run\n");
        assert_eq!((batch.arrived().len(), batch.duplicates().len()), (40, 0));
    }
}

#[test]
fn second_signal_ends_the_run_at_once() {
    let batch = Batch::of(rows(1..=20), |request| if request.number < 4 { Reply::Silence } else { delivered() });
    let going = batch.start("--concurrency 4");
    batch.wait_for(4);
    going.signal("INT");
    going.wait_for("stopping: ");
    let began = Instant::now();
    going.signal("TERM");
    assert_snapshot!(going.end(), @r"
    exit status 4
    --- stderr
    stopping: waiting for the requests in flight; interrupt again to stop at once
    stopped at once: the outcomes of the requests in flight are unknown, as the journal records
    ");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(batch.recorded(State::Unknown).len(), 4);
    batch.assert_consistent();
    let run = batch.send("");
    assert_eq!(run.status, 4, "{run}");
    assert!(
        run.stderr.starts_with("delivered 16 messages in N s\nnot sent: 4 messages with an unknown outcome"),
        "{run}"
    );
    batch.assert_complete_after_resending_unknown(20);
}

#[test]
fn signal_ends_a_pause() {
    let batch =
        Batch::of(rows(1..=20), |request| if request.number == 5 { retry_after(429, "600") } else { delivered() });
    let going = batch.start("--concurrency 1");
    going.wait_for("pausing for 600 s");
    let began = Instant::now();
    going.signal("TERM");
    let run = going.end();
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_snapshot!(run, @r"
    exit status 2
    --- stderr
    127.0.0.1 refused the message: HTTP 429, RESOURCE_EXHAUSTED: not now; pausing for 600 s
    stopping: waiting for the requests in flight; interrupt again to stop at once
    delivered 5 messages in N s
    error: stopped before all rows were sent
     help: Run the same command again to continue: delivered messages are not sent again.
    ");
    assert_eq!((batch.server.count(), batch.records().len()), (6, 5));
}

#[test]
fn signal_ends_waiting_for_rows_from_stdin() {
    let batch = Batch::of("", |_| delivered());
    let mut going = batch.start_as(batch.command("-", "--journal rows.jsonl.journal"));
    going.give(row(1));
    batch.wait_for(1);
    going.signal("INT");
    // Stdin stays open.
    going.wait_for("stopped before all rows were sent");
    assert_eq!(going.end().status, 2);
    assert_eq!(batch.recorded(State::Delivered).len(), 1);
}
