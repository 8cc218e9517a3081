//! When a request may leave.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::watch;
use tokio::time::sleep;

use crate::send::Rate;
use crate::send::outcome::{Outcome, Refusal};
use crate::send::setback::Setback;

use super::{Halt, MAX_DENIED, MAX_PAUSE, Pace};

/// Requests leave this much slower than the rate allows, so that those of a minute arrive within no less than a minute,
/// though one may take longer on its way than another.
const MARGIN: f64 = 1.02;

/// Lets requests through, one after the other: at the given rate, not during a pause, and none after a halt.
pub(super) struct Gate {
    limiter: Option<DefaultDirectRateLimiter>,
    clock: DefaultClock,
    /// Whose turn it is to wait; the others queue behind.
    turn: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    halt: watch::Sender<Option<Halt>>,
    retries: u32,
}

struct State {
    /// When the pause ends.
    paused_until: Instant,
    /// Grows with each pause: requests that left before it know nothing of it.
    pauses: u64,
    /// Setbacks since the last answer.
    setbacks: u32,
    /// Refusals for who sends, since the last message that was not refused for it.
    denied: u32,
}

/// The leave to send one request.
pub(super) struct Pass {
    pauses: u64,
}

impl Gate {
    pub(super) fn new(pace: Pace) -> Self {
        let limiter = pace.rate.and_then(quota).map(RateLimiter::direct);
        let state = State { paused_until: Instant::now(), pauses: 0, setbacks: 0, denied: 0 };
        Self {
            limiter,
            clock: DefaultClock::default(),
            turn: tokio::sync::Mutex::default(),
            state: Mutex::new(state),
            halt: watch::Sender::new(None),
            retries: pace.retries,
        }
    }

    /// Waits until a request may leave; nothing after a halt.
    pub(super) async fn pass(&self) -> Option<Pass> {
        tokio::select! {
            biased;
            () = self.until_halted() => None,
            pass = self.wait() => Some(pass),
        }
    }

    async fn wait(&self) -> Pass {
        let _turn = self.turn.lock().await;
        loop {
            let pause = self.state().paused_until.saturating_duration_since(Instant::now());
            let wait = if pause.is_zero() { self.rate_wait() } else { pause };
            if wait.is_zero() {
                return Pass { pauses: self.state().pauses };
            }
            sleep(wait).await;
        }
    }

    /// How long the rate holds the next request back; where it does not, the request is counted.
    fn rate_wait(&self) -> Duration {
        let held = self.limiter.as_ref().and_then(|limiter| limiter.check().err());
        held.map_or(Duration::ZERO, |until| until.wait_time_from(self.clock.now()))
    }

    /// Whether no pause and no halt has come since the leave was given.
    pub(super) fn is_good(&self, pass: &Pass) -> bool {
        self.state().pauses == pass.pauses && self.halt.borrow().is_none()
    }

    /// Takes note of an outcome that is no setback.
    pub(super) fn note_answer(&self, pass: &Pass, outcome: &Outcome) {
        let mut state = self.state();
        if state.pauses == pass.pauses {
            state.setbacks = 0;
        }
        match outcome {
            Outcome::Refused { status, reason: Refusal::Unauthenticated | Refusal::Forbidden, .. } => {
                state.denied += 1;
                if state.denied >= MAX_DENIED {
                    self.halt(Halt::Denied { status: *status });
                }
            }
            _ => state.denied = 0,
        }
    }

    /// Takes note of a setback: all wait, or nothing more leaves. Gives how long, where this is the first to say so.
    pub(super) fn note_setback(
        &self,
        pass: &Pass,
        setback: Setback,
        summary: impl FnOnce() -> String,
    ) -> Option<Duration> {
        let mut state = self.state();
        // Requests that left before the pause began say nothing new.
        let is_first = state.pauses == pass.pauses;
        if is_first {
            state.pauses += 1;
            state.setbacks += 1;
        }
        let wait = setback.wait(state.setbacks);
        state.paused_until = state.paused_until.max(Instant::now() + wait.min(MAX_PAUSE));
        if wait > MAX_PAUSE || state.setbacks > self.retries {
            self.halt(match setback {
                Setback::Limited { retry_after } => Halt::Limited { retry_after },
                Setback::Unavailable { .. } | Setback::Unreachable => Halt::Unreachable { summary: summary() },
            });
            return None;
        }
        is_first.then_some(wait)
    }

    /// Lets nothing more through. The first reason counts.
    pub(super) fn halt(&self, reason: Halt) {
        self.halt.send_if_modified(|halt| {
            let is_first = halt.is_none();
            halt.get_or_insert(reason);
            is_first
        });
    }

    /// Why nothing more is let through.
    pub(super) fn halted(&self) -> Option<Halt> {
        self.halt.borrow().clone()
    }

    /// Waits for a halt.
    pub(super) async fn until_halted(&self) {
        // The sender lives as long as the gate.
        let _ = self.halt.subscribe().wait_for(Option::is_some).await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One request at a time, evenly spread.
fn quota(Rate { count, per }: Rate) -> Option<Quota> {
    Quota::with_period(per.mul_f64(MARGIN) / count.get())
}
