//! The moments at which requests may leave, so that a rate is kept.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::send::Rate;

/// Requests leave this much slower than the rate allows, so that those of a minute arrive within no less than a minute,
/// though one may take longer on its way than another.
const MARGIN: f64 = 1.03;

/// How late a request may leave at its moment, as a share of the rate's time and at most so long. It takes its part of the
/// margin.
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

    /// Takes the next moment. Those that have passed are lost.
    pub(super) fn take(&self) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let moment = if self.has_passed(*next) { Instant::now() } else { *next };
        *next = moment + self.period;
        moment
    }

    /// Whether it is too late for a moment.
    pub(super) fn has_passed(&self, moment: Instant) -> bool {
        moment.elapsed() > self.slack
    }
}
