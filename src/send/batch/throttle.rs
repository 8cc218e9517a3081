//! Decides when a request may be sent: rate, concurrency, pauses and halts.

use std::time::Duration;

use tokio::sync::{Mutex, Semaphore, SemaphorePermit, watch};
use tokio::time::{Instant, sleep_until};

use crate::send::outcome::{Outcome, Refusal};
use crate::send::retry::RetryReason;

use super::rate_limiter::RateLimiter;
use super::{BatchOptions, Halt, MAX_DENIED, MAX_PAUSE, MAX_UNKNOWN};

/// How long before its slot a request is prepared. Longer than it takes to write an intent to disk, but short: if the
/// run is killed, the outcome of a prepared request is unknown.
const LEAD: Duration = Duration::from_millis(100);

/// Lets requests through one after another: at the given rate, up to the given concurrency, none during a pause and
/// none after a halt.
pub(super) struct Throttle {
    limiter: Option<RateLimiter>,
    /// Held by the worker that waits for the next slot; the others queue behind it.
    turn: Mutex<()>,
    /// One permit for each request that may be in flight.
    in_flight: Semaphore,
    /// Watchers are notified when a pause begins and when the batch halts.
    state: watch::Sender<ThrottleState>,
    retries: u32,
    /// How many outcomes in a row may be unknown.
    max_unknown: u32,
}

struct ThrottleState {
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
        let state = ThrottleState {
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

    /// Waits until a prepared request may be sent. It counts as in flight as long as the returned value lives. Returns
    /// `None` if a pause or a halt has revoked the permit.
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

    /// Records that a request must be sent again: all requests pause, or the batch halts. Returns the length of the
    /// pause if this call began one.
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

    async fn until(&self, condition: impl FnMut(&ThrottleState) -> bool) {
        // It fails only if the sender is gone, which lives as long as the throttle.
        let _ = self.state.subscribe().wait_for(condition).await;
    }
}

impl ThrottleState {
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
mod tests;
