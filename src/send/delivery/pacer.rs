//! The moments at which requests may leave, so that a rate is kept.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::send::Rate;

/// Requests leave this much slower than the rate allows, so that those of a minute arrive within no less than a minute,
/// though one may take longer on its way than another.
const MARGIN: f64 = 1.03;

/// How much of a moment that was missed is made up for, as a share of the rate's time and at most so long: timers wake late,
/// each time a little. It takes its part of the margin.
const SLACK: f64 = 0.005;
const MAX_SLACK: Duration = Duration::from_secs(1);

/// Gives moments, evenly spread. In no time of the rate's length are there more than its count, however they are asked for.
#[derive(Debug)]
pub(super) struct Pacer {
    /// From one moment to the next.
    period: Duration,
    slack: Duration,
    next: Mutex<Instant>,
}

impl Pacer {
    pub(super) fn new(Rate { count, per }: Rate) -> Self {
        let period = per.mul_f64(MARGIN) / count.get();
        Self { period, slack: per.mul_f64(SLACK).min(MAX_SLACK), next: Mutex::new(Instant::now()) }
    }

    /// Takes the next moment. Gives how long it is until then.
    pub(super) fn take(&self) -> Duration {
        let now = Instant::now();
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let moment = now.checked_sub(self.slack).map_or(*next, |earliest| next.max(earliest));
        *next = moment + self.period;
        moment.saturating_duration_since(now)
    }
}
