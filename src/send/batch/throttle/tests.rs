//! The throttle on a paused clock.

use std::num::NonZeroUsize;
use std::sync::Arc;

use tokio::time::{advance, sleep, timeout};

use crate::send::{ErrorBody, Rate, UnknownReason};

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn throttle(concurrency: usize, rate: Option<Rate>) -> Throttle {
    let concurrency = NonZeroUsize::new(concurrency).expect("not zero");
    Throttle::new(BatchOptions { concurrency, rate, retries: 5 })
}

fn limited(seconds: u64) -> RetryReason {
    RetryReason::Limited { retry_after: Some(Duration::from_secs(seconds)) }
}

fn delivered() -> Outcome {
    Outcome::Delivered { status: Some(0), message: None, conversation: None }
}

fn denied() -> Outcome {
    Outcome::Refused { status: 401, reason: Refusal::Unauthenticated, body: ErrorBody::Empty }
}

fn unknown() -> Outcome {
    Outcome::Unknown { reason: UnknownReason::TimedOut { limit: SECOND } }
}

async fn acquire(throttle: &Throttle) -> Permit {
    throttle.acquire().await.expect("no halt")
}

/// Waits for a permit, and returns how long that took.
async fn wait(throttle: &Throttle) -> Duration {
    let began = Instant::now();
    acquire(throttle).await;
    began.elapsed()
}

/// Sends `count` requests as a batch does, with responses that take up to 250 ms. Returns when they were sent. Calls
/// `during` before each.
async fn send_all(rate: Rate, count: usize, during: impl Fn(usize) -> Duration) -> Vec<Instant> {
    let concurrency = 64;
    let (throttle, sent) = (Arc::new(throttle(concurrency, Some(rate))), Arc::new(Mutex::new(Vec::new())));
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..2 * concurrency {
        let (throttle, sent) = (Arc::clone(&throttle), Arc::clone(&sent));
        workers.spawn(async move {
            loop {
                let permit = acquire(&throttle).await;
                let in_flight = throttle.start(&permit).await.expect("no pause");
                let number = {
                    let mut sent = sent.lock().await;
                    if sent.len() == count {
                        return;
                    }
                    sent.push(Instant::now());
                    sent.len()
                };
                sleep(Duration::from_millis(number as u64 * 37 % 250)).await;
                drop(in_flight);
            }
        });
    }
    loop {
        let number = sent.lock().await.len();
        let jump = during(number);
        if !jump.is_zero() {
            advance(jump).await;
        }
        if timeout(Duration::from_millis(10), async { while workers.join_next().await.is_some() {} }).await.is_ok() {
            let mut sent = sent.lock().await;
            return std::mem::take(&mut *sent);
        }
    }
}

/// Returns the most requests that were sent within the period of the rate, wherever it begins.
fn fullest_window(sent: &[Instant], Rate { per, .. }: Rate) -> usize {
    let within = |begin: &Instant| sent.iter().filter(|at| (*begin..*begin + per).contains(*at)).count();
    sent.iter().map(within).max().unwrap_or(0)
}

#[tokio::test(start_paused = true)]
async fn rate_is_never_exceeded_and_nearly_all_of_it_is_used() {
    for (rate, count) in [("20/s", 60), ("200/s", 600), ("600/m", 1_200)] {
        let rate: Rate = rate.parse().expect("a rate");
        let sent = send_all(rate, count, |_| Duration::ZERO).await;
        assert_eq!(sent.len(), count);
        assert!(fullest_window(&sent, rate) <= rate.count.get() as usize, "{rate}");
        let used = (count - 1) as f64 / f64::from(rate.count.get()) * rate.per.as_secs_f64();
        let took = (sent[count - 1] - sent[0]).as_secs_f64();
        assert!(used / took >= 0.95, "{rate}: {}", used / took);
    }
}

#[tokio::test(start_paused = true)]
async fn rate_is_kept_after_the_process_was_suspended() {
    let rate: Rate = "100/s".parse().expect("a rate");
    for jump in [3, 30, 300, 3_000].map(Duration::from_millis) {
        let is_done = std::cell::Cell::new(false);
        let suspend = |number| if number >= 50 && !is_done.replace(true) { jump } else { Duration::ZERO };
        let sent = send_all(rate, 300, suspend).await;
        assert!(fullest_window(&sent, rate) <= 100, "{jump:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn requests_in_flight_are_bounded() {
    let throttle = throttle(2, None);
    let permit = acquire(&throttle).await;
    let first = throttle.start(&permit).await;
    let _second = throttle.start(&permit).await;
    assert!(timeout(SECOND, throttle.start(&permit)).await.is_err());
    drop(first);
    assert!(timeout(SECOND, throttle.start(&permit)).await.is_ok_and(|started| started.is_some()));
}

#[tokio::test(start_paused = true)]
async fn pause_revokes_permits_and_holds_all_requests_back_for_exactly_its_length() {
    for reason in [limited(3), RetryReason::Unavailable { retry_after: 3 * SECOND }] {
        let throttle = throttle(8, None);
        let (failed, prepared) = (acquire(&throttle).await, acquire(&throttle).await);
        assert_eq!(throttle.record_retry(&failed, reason, String::new), Some(3 * SECOND));
        assert!(throttle.start(&prepared).await.is_none());
        assert_eq!(wait(&throttle).await, 3 * SECOND);
        assert_eq!(wait(&throttle).await, Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn pause_revokes_the_permit_of_a_request_that_waits_for_its_slot() {
    let throttle = throttle(8, Some("1/h".parse().expect("a rate")));
    let (first, began) = (acquire(&throttle).await, Instant::now());
    let _in_flight = throttle.start(&first).await;
    let second = acquire(&throttle).await;
    let retry = async {
        sleep(Duration::from_millis(50)).await;
        throttle.record_retry(&first, limited(3), String::new)
    };
    let (started, pause) = tokio::join!(throttle.start(&second), retry);
    assert!(started.is_none() && pause.is_some());
    assert!(began.elapsed() < Duration::from_hours(2));
}

#[tokio::test(start_paused = true)]
async fn many_retries_at_once_are_one_pause_and_one_attempt() {
    let throttle = throttle(8, None);
    let mut permits = Vec::new();
    for _ in 0..7 {
        permits.push(acquire(&throttle).await);
    }
    let pauses: Vec<_> = permits.iter().map(|permit| throttle.record_retry(permit, limited(2), String::new)).collect();
    assert_eq!(pauses, [Some(2 * SECOND), None, None, None, None, None, None]);
    assert!(throttle.halted().is_none());
    assert_eq!(throttle.state.borrow().retries_in_a_row, 1);
    assert_eq!(wait(&throttle).await, 2 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn longer_pause_that_is_asked_for_during_a_pause_extends_it() {
    let throttle = throttle(8, None);
    let (one, other) = (acquire(&throttle).await, acquire(&throttle).await);
    throttle.record_retry(&one, limited(1), String::new);
    advance(Duration::from_millis(600)).await;
    assert_eq!(throttle.record_retry(&other, limited(3), String::new), None);
    assert_eq!(wait(&throttle).await, 3 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn pause_that_is_asked_for_after_another_has_ended_holds_all_requests_back() {
    let throttle = throttle(8, None);
    let (one, other) = (acquire(&throttle).await, acquire(&throttle).await);
    throttle.record_retry(&one, limited(1), String::new);
    assert_eq!(wait(&throttle).await, SECOND);
    let prepared = acquire(&throttle).await;
    advance(Duration::from_millis(300)).await;
    // This request was sent before the first pause.
    throttle.record_retry(&other, limited(3), String::new);
    assert!(throttle.start(&prepared).await.is_none());
    assert_eq!(wait(&throttle).await, 3 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn server_that_cannot_be_reached_is_tried_again_after_longer_and_longer_waits() {
    let throttle = throttle(1, None);
    for seconds in [1, 2, 4, 8, 16] {
        let permit = acquire(&throttle).await;
        let pause = throttle.record_retry(&permit, RetryReason::Unreachable, String::new);
        assert_eq!(pause, Some(Duration::from_secs(seconds)));
        assert_eq!(wait(&throttle).await, Duration::from_secs(seconds));
    }
    let permit = acquire(&throttle).await;
    assert_eq!(throttle.record_retry(&permit, RetryReason::Unreachable, || "gone".to_owned()), None);
    assert!(matches!(throttle.halted(), Some(Halt::Unreachable { summary }) if summary == "gone"));
    assert!(throttle.acquire().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn response_begins_a_new_count_of_retries() {
    let throttle = throttle(1, None);
    for _ in 0..3 {
        for _ in 0..5 {
            let permit = acquire(&throttle).await;
            throttle.record_retry(&permit, limited(0), String::new);
        }
        let permit = acquire(&throttle).await;
        throttle.record_outcome(&permit, &delivered());
    }
    assert!(throttle.halted().is_none());
}

#[tokio::test(start_paused = true)]
async fn pause_of_more_than_fifteen_minutes_halts() {
    let throttle = throttle(1, None);
    let permit = acquire(&throttle).await;
    assert_eq!(throttle.record_retry(&permit, limited(15 * 60), String::new), Some(MAX_PAUSE));
    let permit = acquire(&throttle).await;
    assert_eq!(throttle.record_retry(&permit, limited(15 * 60 + 1), String::new), None);
    assert!(matches!(throttle.halted(), Some(Halt::Limited { retry_after: Some(wait) }) if wait > MAX_PAUSE));
}

#[tokio::test(start_paused = true)]
async fn too_many_refusals_or_unknown_outcomes_in_a_row_halt() {
    for (outcome, count) in [(denied(), MAX_DENIED), (unknown(), MAX_UNKNOWN + 4)] {
        let throttle = throttle(4, None);
        let permit = acquire(&throttle).await;
        for _ in 1..count {
            throttle.record_outcome(&permit, &outcome);
        }
        throttle.record_outcome(&permit, &delivered());
        for _ in 1..count {
            throttle.record_outcome(&permit, &outcome);
        }
        assert!(throttle.halted().is_none(), "{outcome:?}");
        throttle.record_outcome(&permit, &outcome);
        assert!(throttle.start(&permit).await.is_none() && throttle.acquire().await.is_none(), "{outcome:?}");
    }
}
