//! Outcomes after which another try is safe: surely nobody took the message.

use std::time::Duration;

use super::outcome::{Doubt, Outcome, Refusal};

/// How long to wait where a limit is reached and the answer does not say: the app's limits are by the minute and by the day
/// (the API document).
const LIMIT_WINDOW: Duration = Duration::from_mins(1);

/// The first wait for a server that cannot be reached; each one after it is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// The longest wait for a server that cannot be reached.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Why a request got nowhere, though one after it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setback {
    /// 429: the app's limit by the minute or its daily quota is reached.
    Limited {
        /// How long the server asks to wait.
        retry_after: Option<Duration>,
    },
    /// 503 with `Retry-After`: the server takes no requests at the moment (RFC 9110 §15.6.4).
    Unavailable {
        /// How long the server asks to wait.
        retry_after: Duration,
    },
    /// The request did not leave this machine.
    Unreachable,
}

impl Setback {
    /// The setback that an outcome is. Nothing else may be sent again by itself: it may have been delivered, or will be refused
    /// again.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Option<Self> {
        match outcome {
            Outcome::Refused { reason: Refusal::Limited { retry_after }, .. } => {
                Some(Self::Limited { retry_after: *retry_after })
            }
            Outcome::Unknown { doubt: Doubt::ServerFailed { status: 503, retry_after: Some(retry_after), .. } } => {
                Some(Self::Unavailable { retry_after: *retry_after })
            }
            Outcome::NotSent { .. } => Some(Self::Unreachable),
            _ => None,
        }
    }

    /// How long to wait after the setback. `count`: which one in a row it is, from 1.
    #[must_use]
    pub fn wait(self, count: u32) -> Duration {
        match self {
            Self::Limited { retry_after } => retry_after.unwrap_or(LIMIT_WINDOW),
            Self::Unavailable { retry_after } => retry_after,
            Self::Unreachable => {
                FIRST_WAIT.saturating_mul(2_u32.saturating_pow(count.saturating_sub(1))).min(LONGEST_WAIT)
            }
        }
    }
}
