//! Runs that are killed.

use std::hash::{BuildHasher, RandomState};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::fixture::Batch;
use super::*;
use crate::cli::words;
use crate::recorder::{Reply, delivered, retry_after};

const KILLS: usize = 50;

#[test]
fn runs_killed_at_random_points_lose_nothing_and_send_nothing_twice() {
    let mut random = Random::new();
    let count = 1_500;
    // Answers overtake each other.
    let batch = Batch::of(rows(1..=count), |request| delivered().after(2 + request.number as u64 % 11));
    for _ in 0..KILLS {
        let before = batch.server.count();
        let going = batch.start("");
        match random.below(4) {
            // While it begins.
            0 => thread::sleep(Duration::from_millis(random.below(60))),
            // While it sends.
            _ => {
                batch.wait_for(before + 1 + random.below(20) as usize);
                thread::sleep(Duration::from_micros(random.below(12_000)));
            }
        }
        assert!(going.kill(), "it ended before it was killed: there are too few rows");
        batch.assert_consistent();
    }
    let run = batch.send("");
    assert_eq!(run.status, 4, "{run}");
    let unknown = unknown(&batch);
    assert!(unknown.len() > KILLS / 2, "kills hardly ever hit a request: {unknown:?}");
    assert!(unknown.iter().any(|conversation| !batch.arrived().contains_key(conversation)), "nothing was nearly lost");
    assert!(
        run.stderr
            .contains(&format!("not sent: {} messages with an unknown outcome in an earlier run\n", unknown.len())),
        "{run}"
    );
    batch.assert_complete_after_resending_unknown(count as usize);
    assert!(!batch.duplicates().is_empty());
}

#[test]
fn unknown_messages_of_a_killed_resend_are_unknown_again() {
    let count = 40;
    let batch = Batch::of(rows(1..=count), |request| match request.number {
        0..40 => Reply::CutAnswer,
        40..50 => delivered(),
        50..58 => Reply::Silence,
        _ => delivered(),
    });
    // Every one of them may have been delivered, a few at a time.
    while batch.server.count() < 40 {
        batch.send("");
    }
    let going = batch.start("--resend-unknown");
    batch.wait_for(58);
    assert!(going.kill());
    let unknown = unknown(&batch);
    // All but the ten delivered ones; of these, too, an answer may not have been recorded.
    assert!((30..=count as usize).contains(&unknown.len()), "{unknown:?}");
    assert_eq!(batch.send("").status, 4);
    assert_eq!(batch.server.count(), 58);
    assert_eq!(batch.send("--resend-unknown").status, 0);
    assert_eq!(batch.server.count(), 58 + unknown.len());
}

#[test]
fn killed_run_leaves_requests_in_flight_and_prepared_ones_unknown() {
    let batch = Batch::of(rows(1..=100), |_| Reply::Silence);
    let going = batch.start("--concurrency 8");
    batch.wait_for(8);
    thread::sleep(Duration::from_millis(300));
    assert!(going.kill());
    let unknown = unknown(&batch);
    assert!((8..=16).contains(&unknown.len()), "{unknown:?}");
    assert_eq!(batch.server.count(), 8);
    assert!(batch.arrived().keys().all(|conversation| unknown.contains(conversation)), "{unknown:?}");
}

#[test]
fn run_killed_in_a_pause_leaves_nothing_unknown() {
    let batch = Batch::of(rows(1..=100), |_| retry_after(429, "600"));
    let going = batch.start("--concurrency 8");
    going.wait_for("pausing for 600 s");
    thread::sleep(Duration::from_secs(1));
    assert!(going.kill());
    assert_eq!(unknown(&batch), Vec::<String>::new());
}

/// Returns the conversations that `kenarc journal` lists as unknown.
fn unknown(batch: &Batch) -> Vec<String> {
    let run = batch.folder.kenarc(words("journal rows.jsonl.journal --format json --state unknown"));
    let listed: Value = serde_json::from_str(&run.stdout).unwrap();
    let listed = listed["messages"].as_array().unwrap();
    assert_eq!(run.status, if listed.is_empty() { 0 } else { 4 }, "{run}");
    listed.iter().map(|message| message["conversation"].as_str().unwrap().to_owned()).collect()
}

/// Random numbers; a test that fails says how to have the same ones again.
struct Random {
    seed: u64,
    state: u64,
}

impl Random {
    fn new() -> Self {
        let given = std::env::var("KENARC_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| RandomState::new().hash_one(0) | 1);
        Self { seed, state: seed }
    }

    /// Returns the next one (xorshift64).
    fn below(&mut self, end: u64) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state % end
    }
}

impl Drop for Random {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("the same moments again: KENARC_TEST_SEED={}", self.seed);
        }
    }
}
