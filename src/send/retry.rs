//! Outcomes after which a request may safely be sent again, because it was certainly not accepted.

use std::time::Duration;

use super::outcome::{Outcome, Refusal, UnknownReason};

/// How long to wait after a 429 without `Retry-After`. The app's limits are per minute and per day (the API document).
const LIMIT_WINDOW: Duration = Duration::from_mins(1);

/// The first wait for a server that cannot be reached; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// The longest wait for a server that cannot be reached.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Why a request was not accepted, although a later one may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryReason {
    /// 429: the app has reached its per-minute limit or its daily quota.
    Limited {
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// 503 with `Retry-After`, unless the body has a code of the API after which it is unknown whether the message was
    /// delivered: the server accepts no requests at the moment (RFC 9110 §15.6.4).
    Unavailable {
        /// How long the server asks to wait.
        retry_after: Duration,
    },
    /// The request did not leave this machine.
    Unreachable,
}

impl RetryReason {
    /// Returns why the request may be sent again, or `None` if it may have been delivered or would be refused again.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Option<Self> {
        match outcome {
            Outcome::Refused { reason: Refusal::Limited { retry_after }, .. } => {
                Some(Self::Limited { retry_after: *retry_after })
            }
            Outcome::Unknown {
                reason: UnknownReason::ServerFailed { status: 503, retry_after: Some(retry_after), body },
            } if !body.is_inconclusive() => Some(Self::Unavailable { retry_after: *retry_after }),
            Outcome::NotSent { .. } => Some(Self::Unreachable),
            _ => None,
        }
    }

    /// Returns how long to wait before the next attempt. `attempt` counts the failed attempts in a row, from 1.
    #[must_use]
    pub fn wait(self, attempt: u32) -> Duration {
        match self {
            Self::Limited { retry_after } => retry_after.unwrap_or(LIMIT_WINDOW),
            Self::Unavailable { retry_after } => retry_after,
            Self::Unreachable => {
                FIRST_WAIT.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1))).min(LONGEST_WAIT)
            }
        }
    }
}
