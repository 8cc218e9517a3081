//! When a request may leave.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::sleep;

use crate::send::outcome::{Outcome, Refusal};
use crate::send::setback::Setback;

use super::pacer::Pacer;
use super::{Halt, MAX_DENIED, MAX_DOUBTFUL, MAX_PAUSE, Pace};

/// How long before it may leave a request is prepared: longer than it takes to write an intent, and short, for what is prepared
/// when a run is killed is unknown.
const LEAD: Duration = Duration::from_millis(100);

/// Lets requests through, one after the other: at the given rate, not during a pause, and none after a halt.
pub(super) struct Gate {
    pacer: Option<Pacer>,
    /// Whose turn it is to wait; the others queue behind.
    turn: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    halt: watch::Sender<Option<Halt>>,
    retries: u32,
    /// How many messages in a row may have an unknown outcome.
    max_doubtful: u32,
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
    /// Unknown outcomes in a row.
    doubtful: u32,
}

/// The leave to send one request.
pub(super) struct Pass {
    pauses: u64,
    /// When it leaves, where there is a rate.
    departs: Option<Instant>,
}

impl Gate {
    pub(super) fn new(pace: Pace) -> Self {
        let state = State { paused_until: Instant::now(), pauses: 0, setbacks: 0, denied: 0, doubtful: 0 };
        Self {
            pacer: pace.rate.map(Pacer::new),
            turn: tokio::sync::Mutex::default(),
            state: Mutex::new(state),
            halt: watch::Sender::new(None),
            retries: pace.retries,
            max_doubtful: u32::try_from(pace.concurrency.get()).unwrap_or(u32::MAX).saturating_add(MAX_DOUBTFUL),
        }
    }

    /// Waits until a request may be prepared; nothing after a halt.
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
            let departs = self.pacer.as_ref().map(Pacer::take);
            if let Some(prepared) = departs.and_then(|departs| departs.checked_sub(LEAD)) {
                wait_until(prepared).await;
            }
            let (paused_until, pauses) = {
                let state = self.state();
                (state.paused_until, state.pauses)
            };
            if paused_until <= Instant::now() {
                return Pass { pauses, departs };
            }
            wait_until(paused_until).await;
        }
    }

    /// Waits until a request that is prepared may leave. Gives whether it may: no pause and no halt has come since.
    pub(super) async fn depart(&self, pass: &Pass) -> bool {
        tokio::select! {
            biased;
            () = self.until_halted() => false,
            () = self.wait_for_departure(pass) => self.is_good(pass),
        }
    }

    async fn wait_for_departure(&self, pass: &Pass) {
        if let (Some(pacer), Some(departs)) = (&self.pacer, pass.departs) {
            let departs = if pacer.has_passed(departs) { pacer.take() } else { departs };
            wait_until(departs).await;
        }
    }

    /// Whether no pause and no halt has come since the leave was given.
    fn is_good(&self, pass: &Pass) -> bool {
        self.state().pauses == pass.pauses && self.halt.borrow().is_none()
    }

    /// Takes note of an outcome that is no setback.
    pub(super) fn note_answer(&self, pass: &Pass, outcome: &Outcome) {
        let mut state = self.state();
        if state.pauses == pass.pauses {
            state.setbacks = 0;
        }
        match outcome {
            Outcome::Unknown { .. } => {
                state.doubtful += 1;
                if state.doubtful >= self.max_doubtful {
                    self.halt(Halt::Doubtful { count: state.doubtful });
                }
                return;
            }
            _ => state.doubtful = 0,
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

async fn wait_until(moment: Instant) {
    let wait = moment.saturating_duration_since(Instant::now());
    if !wait.is_zero() {
        sleep(wait).await;
    }
}
