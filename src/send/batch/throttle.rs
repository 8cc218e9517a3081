//! Decides when a request may be sent: rate, concurrency, pauses and halts.

use std::time::Duration;

use tokio::sync::{Mutex, Semaphore, SemaphorePermit, watch};
use tokio::time::{Instant, sleep_until};

use crate::send::outcome::{Outcome, Refusal};
use crate::send::retry::RetryReason;

use super::rate_limiter::RateLimiter;
use super::{BatchOptions, Halt, MAX_DENIED, MAX_PAUSE, MAX_UNKNOWN};

/// How long before its slot a request is prepared. Longer than it takes to write an intent to disk, but short: if the run is
/// killed, the outcome of a prepared request is unknown.
const LEAD: Duration = Duration::from_millis(100);

/// Lets requests through one after another: at the given rate, up to the given concurrency, none during a pause and none after
/// a halt.
pub(super) struct Throttle {
    limiter: Option<RateLimiter>,
    /// Held by the worker that waits for the next slot; the others queue behind it.
    turn: Mutex<()>,
    /// One permit for each request that may be in flight.
    in_flight: Semaphore,
    /// Watchers are notified when a pause begins and when the batch halts.
    state: watch::Sender<State>,
    retries: u32,
    /// How many outcomes in a row may be unknown.
    max_unknown: u32,
}

struct State {
    paused_until: Instant,
    /// Grows by one with each pause. A request that was sent before a pause does not know of it.
    pauses: u64,
    /// Why no further request is let through. The first reason is kept.
    halt: Option<Halt>,
    /// Retries since the last response that was not one.
    retries_in_a_row: u32,
    /// Refusals with 401 or 403 in a row.
    denied_in_a_row: u32,
    /// Unknown outcomes in a row.
    unknown_in_a_row: u32,
}

/// A permit to prepare one request; a pause revokes it.
#[derive(Debug)]
pub(super) struct Permit {
    pauses: u64,
    /// When the request is to be sent. `None` without a rate.
    slot: Option<Instant>,
}

impl Throttle {
    pub(super) fn new(options: BatchOptions) -> Self {
        let concurrency = options.concurrency.get();
        let state = State {
            paused_until: Instant::now(),
            pauses: 0,
            halt: None,
            retries_in_a_row: 0,
            denied_in_a_row: 0,
            unknown_in_a_row: 0,
        };
        Self {
            limiter: options.rate.map(RateLimiter::new),
            turn: Mutex::default(),
            in_flight: Semaphore::new(concurrency),
            state: watch::Sender::new(state),
            retries: options.retries,
            max_unknown: u32::try_from(concurrency).unwrap_or(u32::MAX).saturating_add(MAX_UNKNOWN),
        }
    }

    /// Waits until a request may be prepared. Returns `None` after a halt.
    pub(super) async fn acquire(&self) -> Option<Permit> {
        tokio::select! {
            biased;
            () = self.until_halted() => None,
            permit = self.next_permit() => Some(permit),
        }
    }

    async fn next_permit(&self) -> Permit {
        let _turn = self.turn.lock().await;
        loop {
            let slot = self.limiter.as_ref().map(RateLimiter::take);
            if let Some(prepare_at) = slot.and_then(|slot| slot.checked_sub(LEAD)) {
                wait_until(prepare_at).await;
            }
            let (paused_until, pauses) = {
                let state = self.state.borrow();
                (state.paused_until, state.pauses)
            };
            if paused_until <= Instant::now() {
                return Permit { pauses, slot };
            }
            wait_until(paused_until).await;
        }
    }

    /// Waits until a prepared request may be sent. It counts as in flight as long as the returned value lives. Returns `None` if
    /// a pause or a halt has revoked the permit.
    pub(super) async fn start(&self, permit: &Permit) -> Option<SemaphorePermit<'_>> {
        let start = async {
            let in_flight = self.in_flight.acquire().await;
            self.wait_for_slot(permit).await;
            in_flight
        };
        tokio::select! {
            biased;
            () = self.until(|state| state.pauses != permit.pauses || state.halt.is_some()) => None,
            // The semaphore is never closed.
            in_flight = start => in_flight.ok(),
        }
    }

    async fn wait_for_slot(&self, permit: &Permit) {
        let (Some(limiter), Some(mut slot)) = (&self.limiter, permit.slot) else { return };
        loop {
            if limiter.is_missed(slot) {
                slot = limiter.take();
            }
            wait_until(slot).await;
            // If the process was suspended meanwhile, many slots have been missed.
            if !limiter.is_missed(slot) {
                return;
            }
        }
    }

    /// Records an outcome after which the request is not sent again.
    pub(super) fn record_outcome(&self, permit: &Permit, outcome: &Outcome) {
        self.state.send_if_modified(|state| {
            if state.pauses == permit.pauses {
                state.retries_in_a_row = 0;
            }
            if let Outcome::Unknown { .. } = outcome {
                state.unknown_in_a_row += 1;
                let count = state.unknown_in_a_row;
                return count >= self.max_unknown && state.halt(Halt::TooManyUnknown { count });
            }
            state.unknown_in_a_row = 0;
            if let Outcome::Refused { status, reason: Refusal::Unauthenticated | Refusal::Forbidden, .. } = outcome {
                state.denied_in_a_row += 1;
                return state.denied_in_a_row >= MAX_DENIED && state.halt(Halt::Denied { status: *status });
            }
            state.denied_in_a_row = 0;
            false
        });
    }

    /// Records that a request must be sent again: all requests pause, or the batch halts. Returns the length of the pause if
    /// this call began one.
    pub(super) fn record_retry(
        &self,
        permit: &Permit,
        reason: RetryReason,
        summary: impl FnOnce() -> String,
    ) -> Option<Duration> {
        let mut pause = None;
        self.state.send_if_modified(|state| {
            // A request that was sent before the pause adds nothing to it, unless its server asks for a longer one.
            let is_first = state.pauses == permit.pauses;
            if is_first {
                state.retries_in_a_row += 1;
            }
            let wait = reason.wait(state.retries_in_a_row);
            let until = Instant::now() + wait.min(MAX_PAUSE);
            if is_first || until > state.paused_until {
                state.pauses += 1;
            }
            state.paused_until = state.paused_until.max(until);
            if wait > MAX_PAUSE || state.retries_in_a_row > self.retries {
                state.halt(match reason {
                    RetryReason::Limited { retry_after } => Halt::Limited { retry_after },
                    RetryReason::Unavailable { .. } | RetryReason::Unreachable => {
                        Halt::Unreachable { summary: summary() }
                    }
                });
            } else if is_first {
                pause = Some(wait);
            }
            true
        });
        pause
    }

    /// Lets no further request through.
    pub(super) fn halt(&self, reason: Halt) {
        self.state.send_if_modified(|state| state.halt(reason));
    }

    /// Returns why no further request is let through, if the batch has halted.
    pub(super) fn halted(&self) -> Option<Halt> {
        self.state.borrow().halt.clone()
    }

    /// Waits for a halt.
    pub(super) async fn until_halted(&self) {
        self.until(|state| state.halt.is_some()).await;
    }

    async fn until(&self, condition: impl FnMut(&State) -> bool) {
        // It fails only if the sender is gone, which lives as long as the throttle.
        let _ = self.state.subscribe().wait_for(condition).await;
    }
}

impl State {
    /// Halts, unless there is a reason already. Returns whether this reason is the first.
    fn halt(&mut self, reason: Halt) -> bool {
        let is_first = self.halt.is_none();
        self.halt.get_or_insert(reason);
        is_first
    }
}

async fn wait_until(instant: Instant) {
    if instant > Instant::now() {
        sleep_until(instant).await;
    }
}

#[cfg(test)]
mod tests {
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
        Outcome::Delivered { status: 0, message: None }
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
            if timeout(Duration::from_millis(10), async { while workers.join_next().await.is_some() {} }).await.is_ok()
            {
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
        let pauses: Vec<_> =
            permits.iter().map(|permit| throttle.record_retry(permit, limited(2), String::new)).collect();
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
}
