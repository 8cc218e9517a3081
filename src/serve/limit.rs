//! A limit on the rate of requests, over a sliding window.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::send::Rate;

/// Counts the requests of the last second, minute or hour.
pub(super) struct Limit {
    rate: Rate,
    /// The times of the accepted requests in the window, the oldest first.
    taken: VecDeque<Instant>,
}

impl Limit {
    pub(super) fn new(rate: Rate) -> Self {
        Self { rate, taken: VecDeque::new() }
    }

    /// Accepts a request, or returns how long to wait until the next one is accepted. Refused requests do not count.
    pub(super) fn take(&mut self, now: Instant) -> Result<(), Duration> {
        while self.taken.front().is_some_and(|taken| now.duration_since(*taken) >= self.rate.per) {
            self.taken.pop_front();
        }
        match self.taken.front() {
            Some(oldest) if self.taken.len() as u64 >= u64::from(self.rate.count.get()) => {
                Err(self.rate.per - now.duration_since(*oldest))
            }
            _ => {
                self.taken.push_back(now);
                Ok(())
            }
        }
    }

    pub(super) fn rate(&self) -> Rate {
        self.rate
    }
}
