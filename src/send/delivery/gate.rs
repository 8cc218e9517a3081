//! When a request may leave.

use std::time::{Duration, Instant};

use tokio::sync::{Mutex, Semaphore, SemaphorePermit, watch};
use tokio::time::sleep;

use crate::send::outcome::{Outcome, Refusal};
use crate::send::setback::Setback;

use super::pacer::Pacer;
use super::{Halt, MAX_DENIED, MAX_DOUBTFUL, MAX_PAUSE, Pace};

/// How long before it may leave a request is prepared: longer than it takes to write an intent, and short, for what is prepared
/// when a run is killed is unknown.
const LEAD: Duration = Duration::from_millis(100);

/// Lets requests through, one after the other: at the given rate, no more at a time than may be under way, not during a
/// pause, and none after a halt.
pub(super) struct Gate {
    pacer: Option<Pacer>,
    /// Whose turn it is to wait; the others queue behind.
    turn: Mutex<()>,
    /// One for each request that may be under way.
    under_way: Semaphore,
    /// Watchers are told when a pause begins, and of a halt.
    state: watch::Sender<State>,
    retries: u32,
    /// How many messages in a row may have an unknown outcome.
    max_doubtful: u32,
}

struct State {
    /// When the pause ends.
    paused_until: Instant,
    /// Grows with each pause: requests that left before it know nothing of it.
    pauses: u64,
    /// Why nothing more is let through. The first reason counts.
    halt: Option<Halt>,
    /// Setbacks since the last answer.
    setbacks: u32,
    /// Refusals for who sends, since the last message that was not refused for it.
    denied: u32,
    /// Unknown outcomes in a row.
    doubtful: u32,
}

/// The leave to prepare a request. It is good until a pause begins.
pub(super) struct Pass {
    pauses: u64,
    /// When it leaves, where there is a rate.
    departs: Option<Instant>,
}

impl Gate {
    pub(super) fn new(pace: Pace) -> Self {
        let paused_until = Instant::now();
        let state = State { paused_until, pauses: 0, halt: None, setbacks: 0, denied: 0, doubtful: 0 };
        Self {
            pacer: pace.rate.map(Pacer::new),
            turn: Mutex::default(),
            under_way: Semaphore::new(pace.concurrency.get()),
            state: watch::Sender::new(state),
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
                let state = self.state.borrow();
                (state.paused_until, state.pauses)
            };
            if paused_until <= Instant::now() {
                return Pass { pauses, departs };
            }
            wait_until(paused_until).await;
        }
    }

    /// Waits until a request that is prepared may leave. It is under way as long as the permit lives. Nothing, where a pause
    /// or a halt has come since the leave was given.
    pub(super) async fn depart(&self, pass: &Pass) -> Option<SemaphorePermit<'_>> {
        let departure = async {
            let permit = self.under_way.acquire().await;
            self.wait_for_moment(pass).await;
            permit
        };
        tokio::select! {
            biased;
            () = self.until(|state| state.pauses != pass.pauses || state.halt.is_some()) => None,
            // It is never closed.
            permit = departure => permit.ok(),
        }
    }

    async fn wait_for_moment(&self, pass: &Pass) {
        let (Some(pacer), Some(mut departs)) = (&self.pacer, pass.departs) else { return };
        loop {
            if pacer.has_passed(departs) {
                departs = pacer.take();
            }
            wait_until(departs).await;
            // Where everything stood still for a while, many moments have passed meanwhile.
            if !pacer.has_passed(departs) {
                return;
            }
        }
    }

    /// Takes note of an outcome that is no setback.
    pub(super) fn note_answer(&self, pass: &Pass, outcome: &Outcome) {
        self.state.send_if_modified(|state| {
            if state.pauses == pass.pauses {
                state.setbacks = 0;
            }
            if let Outcome::Unknown { .. } = outcome {
                state.doubtful += 1;
                let count = state.doubtful;
                return count >= self.max_doubtful && state.halt(Halt::Doubtful { count });
            }
            state.doubtful = 0;
            if let Outcome::Refused { status, reason: Refusal::Unauthenticated | Refusal::Forbidden, .. } = outcome {
                state.denied += 1;
                return state.denied >= MAX_DENIED && state.halt(Halt::Denied { status: *status });
            }
            state.denied = 0;
            false
        });
    }

    /// Takes note of a setback: all wait, or nothing more leaves. Gives how long, where this is the first to say so.
    pub(super) fn note_setback(
        &self,
        pass: &Pass,
        setback: Setback,
        summary: impl FnOnce() -> String,
    ) -> Option<Duration> {
        let mut pause = None;
        self.state.send_if_modified(|state| {
            // Requests that left before the pause began say nothing new, unless they ask for longer.
            let is_first = state.pauses == pass.pauses;
            if is_first {
                state.setbacks += 1;
            }
            let wait = setback.wait(state.setbacks);
            let until = Instant::now() + wait.min(MAX_PAUSE);
            if is_first || until > state.paused_until {
                state.pauses += 1;
            }
            state.paused_until = state.paused_until.max(until);
            if wait > MAX_PAUSE || state.setbacks > self.retries {
                state.halt(match setback {
                    Setback::Limited { retry_after } => Halt::Limited { retry_after },
                    Setback::Unavailable { .. } | Setback::Unreachable => Halt::Unreachable { summary: summary() },
                });
            } else if is_first {
                pause = Some(wait);
            }
            true
        });
        pause
    }

    /// Lets nothing more through.
    pub(super) fn halt(&self, reason: Halt) {
        self.state.send_if_modified(|state| state.halt(reason));
    }

    /// Why nothing more is let through.
    pub(super) fn halted(&self) -> Option<Halt> {
        self.state.borrow().halt.clone()
    }

    /// Waits for a halt.
    pub(super) async fn until_halted(&self) {
        self.until(|state| state.halt.is_some()).await;
    }

    async fn until(&self, has_come: impl FnMut(&State) -> bool) {
        // The sender lives as long as the gate.
        let _ = self.state.subscribe().wait_for(has_come).await;
    }
}

impl State {
    /// Takes a reason to halt, where there is none yet, and gives whether it did.
    fn halt(&mut self, reason: Halt) -> bool {
        let is_first = self.halt.is_none();
        self.halt.get_or_insert(reason);
        is_first
    }
}

async fn wait_until(moment: Instant) {
    let wait = moment.saturating_duration_since(Instant::now());
    if !wait.is_zero() {
        sleep(wait).await;
    }
}
