//! Evenly spaced send times that keep a rate.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::send::Rate;

/// How much longer the interval between two requests is than the rate requires. Requests take different times on the
/// network: the margin keeps those of a minute from arriving within less than a minute.
const MARGIN: f64 = 1.03;

/// How late a request may be sent in its slot: this share of the rate's period, at most [`MAX_TOLERANCE`]. It uses up a
/// part of the margin.
const TOLERANCE: f64 = 0.005;
const MAX_TOLERANCE: Duration = Duration::from_secs(1);

/// Hands out evenly spaced slots: points in time at which one request may be sent.
///
/// In no window as long as the rate's period are there more slots than the rate allows, whenever they are requested.
/// See `docs/design/throttle.md`.
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

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const RATES: [&str; 7] = ["1/s", "20/s", "200/s", "1/m", "600/m", "1/h", "10000/h"];

    fn rate(text: &str) -> Rate {
        text.parse().expect("a rate")
    }

    /// Returns three periods' worth of slots.
    fn slots(limiter: &RateLimiter, rate: Rate) -> Vec<Instant> {
        (0..=3 * rate.count.get()).map(|_| limiter.take()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn no_window_exceeds_the_rate_and_most_of_the_rate_is_used() {
        for rate in RATES.map(rate) {
            let limiter = RateLimiter::new(rate);
            let slots = slots(&limiter, rate);
            assert_eq!(slots[0], Instant::now());
            for window in slots.windows(rate.count.get() as usize + 1) {
                let span = window[window.len() - 1] - window[0];
                // Even if the first request is sent as late as possible and the last one in time.
                assert!(span - limiter.tolerance > rate.per, "{rate}: {span:?}");
                assert!(span.mul_f64(0.95) < rate.per, "{rate}: {span:?}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn missed_slots_are_not_made_up_for() {
        for rate in RATES.map(rate) {
            let limiter = RateLimiter::new(rate);
            limiter.take();
            advance(rate.per * 10).await;
            let slots = slots(&limiter, rate);
            assert_eq!(slots[0], Instant::now());
            assert!(slots.windows(2).all(|pair| pair[1] - pair[0] == limiter.interval), "{rate}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn slot_that_is_taken_a_little_late_does_not_delay_the_next() {
        let limiter = RateLimiter::new(rate("1/s"));
        let first = limiter.take();
        advance(limiter.interval + limiter.tolerance).await;
        assert_eq!(limiter.take(), first + limiter.interval);
        assert_eq!(limiter.take(), first + 2 * limiter.interval);
    }
}
