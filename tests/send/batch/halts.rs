//! Runs that halt because continuing is pointless, and how they are continued.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use kenarc::send::journal::State;

use super::fixture::Batch;
use super::*;
use crate::recorder::{RecordedRequest, Reply, delivered, failed, retry_after};

/// Returns a batch, and a switch that makes its server deliver everything.
fn batch(count: u64, script: impl Fn(&RecordedRequest) -> Reply + Send + Sync + 'static) -> (Batch, Arc<AtomicBool>) {
    let is_well = Arc::new(AtomicBool::new(false));
    let shared = Arc::clone(&is_well);
    let script =
        move |request: &RecordedRequest| if shared.load(Ordering::SeqCst) { delivered() } else { script(request) };
    (Batch::of(rows(1..=count), script), is_well)
}

/// Asserts that the journal is consistent, and that the same command delivers the rest once the server works.
#[track_caller]
fn assert_continues(batch: &Batch, is_well: &AtomicBool, count: usize) {
    batch.assert_consistent();
    is_well.store(true, Ordering::SeqCst);
    let run = batch.send("");
    assert_eq!(run.status, 0, "{run}");
    assert_eq!((batch.arrived().len(), batch.duplicates().len()), (count, 0));
}

#[test]
fn exhausted_quota_halts_the_run() {
    let (batch, is_well) = batch(100, |request| if request.number < 30 { delivered() } else { retry_after(429, "0") });
    let run = batch.send("--retries 2 --concurrency 1");
    assert_snapshot!(run, @r"
    exit status 2
    --- stderr
    127.0.0.1 refused the message: HTTP 429, RESOURCE_EXHAUSTED: not now; pausing for 0 s
    127.0.0.1 refused the message: HTTP 429, RESOURCE_EXHAUSTED: not now; pausing for 0 s
    delivered 30 messages in N s
    error: stopped: the app's daily quota seems to be used up, and the API asks to wait 0 s
     help: Kenar's panel shows the limits. Run the same command again to continue: delivered messages are not sent again.
    ");
    // The one that was refused, and twice more.
    assert_eq!(batch.server.count(), 30 + 3);
    assert_continues(&batch, &is_well, 100);
}

#[test]
fn exhausted_quota_halts_the_run_at_any_concurrency() {
    // Nothing is delivered: a message that is delivered after a refusal shows that there is quota left.
    let (batch, is_well) = batch(100, |_| retry_after(429, "0"));
    let run = batch.send("--concurrency 8");
    assert_eq!(run.status, 2, "{run}");
    assert!(run.stderr.contains("error: stopped: the app's daily quota seems to be used up"), "{run}");
    assert!(batch.server.count() <= 6 * 8, "{}", batch.server.count());
    assert_continues(&batch, &is_well, 100);
}

#[test]
fn pause_of_more_than_fifteen_minutes_halts_the_run() {
    for status in [429, 503] {
        let (batch, is_well) =
            batch(50, move |request| if request.number < 10 { delivered() } else { retry_after(status, "901") });
        let began = Instant::now();
        let run = batch.send("--concurrency 1");
        assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
        if status == 429 {
            assert_snapshot!(run, @r"
            exit status 2
            --- stderr
            delivered 10 messages in N s
            error: stopped: the app's daily quota seems to be used up, and the API asks to wait 901 s
             help: Kenar's panel shows the limits. Run the same command again to continue: delivered messages are not sent again.
            ");
        } else {
            assert_snapshot!(run, @r"
            exit status 2
            --- stderr
            delivered 10 messages in N s
            error: stopped: http://SERVER failed: HTTP 503, RESOURCE_EXHAUSTED: not now
             help: Run the same command again to continue: delivered messages are not sent again.
            ");
        }
        assert_eq!(batch.server.count(), 11);
        assert_continues(&batch, &is_well, 50);
    }
}

#[test]
fn wrong_key_halts_the_run_after_twenty_refusals() {
    let (batch, is_well) = batch(100, |_| failed(401, 16, "invalid api key"));
    let run = batch.send("--concurrency 8");
    assert_eq!(run.status, 3, "{run}");
    let refused = batch.server.count();
    assert!((20..20 + 8).contains(&refused), "{refused}");
    assert_eq!(batch.recorded(State::Refused).len(), refused);
    let (report, end) = run.stderr.split_at(run.stderr.find("delivered 0").unwrap());
    assert_eq!(report.lines().count(), refused, "{run}");
    assert_snapshot!(end.replace(&format!("refused {refused}"), "refused N"), @r"
    delivered 0 messages in N s
    refused N: the API key or the access token was wrong, or the token had expired
      Renew the token or correct the key, then send them again with --retry-refused.
    `kenarc journal rows.jsonl.journal` lists the messages that were refused or are unknown
    error: stopped: 20 messages in a row were refused with HTTP 401
     help: Renew the token, or correct the key or its permissions; then run the same command with --retry-refused.
    ");
    is_well.store(true, Ordering::SeqCst);
    // What was refused is not sent again by itself; what was not tried is.
    let run = batch.send("");
    assert_eq!(run.status, 3, "{run}");
    assert!(
        run.stderr.contains(&format!("not sent: {refused} messages refused in an earlier run: the API key")),
        "{run}"
    );
    assert_eq!(batch.arrived().len(), 100 - refused);
    let run = batch.send("--retry-refused");
    assert_eq!(run.status, 0, "{run}");
    assert_eq!((batch.arrived().len(), batch.duplicates().len()), (100, 0));
}

#[test]
fn refusals_between_delivered_messages_do_not_halt_the_run() {
    let script = |request: &RecordedRequest| {
        if request.number.is_multiple_of(3) { delivered() } else { failed(403, 7, "no scope") }
    };
    let (batch, _) = batch(100, script);
    let run = batch.send("");
    assert_eq!(run.status, 3, "{run}");
    assert_eq!(batch.server.count(), 100);
}

#[test]
fn blocked_recipients_do_not_halt_the_run() {
    let (batch, _) = batch(50, |_| failed(412, 9, "message delivery failed due to recipient's restriction"));
    let run = batch.send("");
    assert_eq!(run.status, 3, "{run}");
    assert_eq!(batch.server.count(), 50);
    assert!(!run.stderr.contains("error:"), "{run}");
}

#[test]
fn unreachable_server_halts_the_run_and_nothing_is_recorded() {
    let (batch, is_well) = batch(20, |_| delivered());
    batch.server.stop();
    let began = Instant::now();
    let run = batch.send("--retries 2");
    // 1 s and 2 s.
    assert!((3..20).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
    assert_snapshot!(run, @r"
    exit status 2
    --- stderr
    not sent: could not connect to http://SERVER: Connection refused (os error 111); pausing for 1 s
    not sent: could not connect to http://SERVER: Connection refused (os error 111); pausing for 2 s
    delivered 0 messages in N s
    error: stopped: not sent: could not connect to http://SERVER: Connection refused (os error 111)
     help: Run the same command again to continue: delivered messages are not sent again.
    ");
    assert_eq!(batch.records(), []);
    batch.server.restart();
    assert_continues(&batch, &is_well, 20);
}

#[test]
fn too_many_unknown_outcomes_in_a_row_halt_the_run() {
    let (batch, is_well) = batch(100, |request| if request.number < 10 { delivered() } else { Reply::CutAnswer });
    let mut run = batch.send("--concurrency 4");
    assert_eq!(run.status, 4, "{run}");
    let unknown = batch.recorded(State::Unknown).len();
    assert!((24..24 + 4).contains(&unknown), "{unknown}");
    assert_eq!(batch.server.count(), 10 + unknown);
    assert_snapshot!(run.stderr.split_off(run.stderr.find("error: ").unwrap()), @r"
    error: stopped: the outcomes of 24 messages in a row are unknown
     help: Look at some of the conversations, and check the server. Run the same command again to continue: neither delivered nor unknown messages are sent again.
    ");
    is_well.store(true, Ordering::SeqCst);
    let run = batch.send("");
    assert!(run.status == 4 && run.stderr.starts_with(&format!("delivered {} messages", 90 - unknown)), "{run}");
    batch.assert_complete_after_resending_unknown(100);
}
