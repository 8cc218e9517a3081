//! Rate and pauses on the wall clock. The unit tests of `send::batch` check on a paused clock that both are exact.

use std::time::{Duration, Instant};

use super::fixture::Batch;
use super::*;
use crate::recorder::{delivered, retry_after};

#[test]
fn rate_and_pauses_apply_to_the_whole_batch() {
    let batch = Batch::of(rows(1..=40), |request| match request.number {
        // Several that are in flight hear it, and all wait once.
        10..13 => retry_after(429, "2").after(100),
        number => delivered().after(number as u64 % 20),
    });
    let began = Instant::now();
    let run = batch.send("--rate 40/s --concurrency 8 --retries 1");
    assert_eq!(run.status, 0, "{run}");
    // 43 requests at 40 a second, and a pause of 2 s. A busy machine may take longer, but never less.
    assert!(began.elapsed() > Duration::from_secs(3), "{:?}", began.elapsed());
    assert_eq!(run.stderr.matches("pausing for 2 s").count(), 1, "{run}");
    assert_eq!((batch.server.count(), batch.arrived().len()), (43, 40));
    assert!(batch.duplicates().is_empty());
}
