//! Evenly spaced send times that keep a rate.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::send::Rate;

/// How much longer the interval between two requests is than the rate requires. Requests take different times on the network:
/// the margin keeps those of a minute from arriving within less than a minute.
const MARGIN: f64 = 1.03;

/// How late a request may be sent in its slot: this share of the rate's period, at most [`MAX_TOLERANCE`]. It uses up a part of
/// the margin.
const TOLERANCE: f64 = 0.005;
const MAX_TOLERANCE: Duration = Duration::from_secs(1);

/// Hands out evenly spaced slots: points in time at which one request may be sent.
///
/// In no window as long as the rate's period are there more slots than the rate allows, whenever they are requested. See
/// `docs/design/throttle.md`.
#[derive(Debug)]
pub(super) struct RateLimiter {
    /// The time from one slot to the next.
    interval: Duration,
    tolerance: Duration,
    next: Mutex<Instant>,
}

impl RateLimiter {
    /// Creates a limiter whose first slot is now.
    pub(super) fn new(Rate { count, per }: Rate) -> Self {
        let interval = per.mul_f64(MARGIN) / count.get();
        let tolerance = per.mul_f64(TOLERANCE).min(MAX_TOLERANCE);
        Self { interval, tolerance, next: Mutex::new(Instant::now()) }
    }

    /// Takes the next slot. Slots that were missed are not made up for.
    pub(super) fn take(&self) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = if self.is_missed(*next) { Instant::now() } else { *next };
        *next = slot + self.interval;
        slot
    }

    /// Returns whether it is too late to send in a slot.
    pub(super) fn is_missed(&self, slot: Instant) -> bool {
        slot.elapsed() > self.tolerance
    }
}
