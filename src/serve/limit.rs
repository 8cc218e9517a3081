//! The limit on requests: so many in any stretch of time.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::send::Rate;

/// Counts requests in a window that slides along with the time.
pub(super) struct Limit {
    rate: Rate,
    /// When the requests were taken that still count, the oldest first.
    taken: VecDeque<Instant>,
}

impl Limit {
    pub(super) fn new(rate: Rate) -> Self {
        Self { rate, taken: VecDeque::new() }
    }

    /// Takes a request, or says how long it is until another can be taken. One that is not taken does not count.
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
