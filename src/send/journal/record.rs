//! What the journal records of a message, and what follows from it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use thiserror::Error;

use crate::send::{Outcome, Recipient, RecipientKind, Refusal, RetryReason, UnknownReason};

use super::cause::Cause;
use super::id::MessageId;

/// What is certain about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// It is about to be sent or was sent, and no response has arrived.
    Sending,
    /// The API accepted it.
    Delivered,
    /// A server refused it; nothing was delivered.
    Refused,
    /// It may or may not have been delivered.
    Unknown,
}

impl State {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Sending, Self::Delivered, Self::Refused, Self::Unknown];

    /// Returns the stored name, such as `delivered`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Delivered => "delivered",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for State {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|state| state.name() == name).ok_or_else(|| UnknownName(name.to_owned()))
    }
}

/// A name that belongs to no [`State`] and no [`Cause`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown name `{0}`")]
pub struct UnknownName(pub(super) String);

/// The location of the row that a message was rendered from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowLocation {
    /// The name of the file.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: u64,
}

impl fmt::Display for RowLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Which recorded messages a run sends again. Delivered ones are never sent again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Whether refused messages are sent again.
    pub retry_refused: bool,
    /// Whether messages with an unknown outcome are sent again; they may be delivered twice.
    pub resend_unknown: bool,
}

impl Policy {
    /// Returns whether a message that an earlier run left in this state is sent again.
    #[must_use]
    pub const fn permits(self, state: State) -> bool {
        match state {
            State::Refused => self.retry_refused,
            State::Unknown => self.resend_unknown,
            State::Sending | State::Delivered => false,
        }
    }
}

/// A message that is about to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Identifies the message.
    pub id: MessageId,
    /// Whom it goes to.
    pub recipient: Recipient,
    /// The row that it was rendered from.
    pub row: RowLocation,
}

/// The answer to an [`Intent`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Claim {
    /// The intent is on disk, and the message may be sent now.
    Granted,
    /// The message must not be sent: there is a record of it already.
    Known(Known),
}

/// What the journal knows of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// What is certain.
    pub state: State,
    /// The HTTP status of the response.
    pub status: Option<u16>,
    /// Why it was refused or is unknown.
    pub cause: Option<Cause>,
    /// The row that it was recorded for. If it is another row than the present one, both have the same message.
    pub row: RowLocation,
    /// Whether it was recorded by the present run.
    pub is_of_this_run: bool,
    /// Whether [`Journal::intend`](super::Journal::intend) would grant it.
    pub may_be_sent: bool,
}

/// The outcome of a message that was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The API accepted it.
    Delivered {
        /// The HTTP status.
        status: u16,
    },
    /// A server refused it.
    Refused {
        /// The HTTP status.
        status: u16,
        /// Why.
        cause: Cause,
    },
    /// It may or may not have been delivered.
    Unknown {
        /// The HTTP status, if a response arrived.
        status: Option<u16>,
        /// Why it is unknown.
        cause: Cause,
    },
    /// It was certainly not accepted: the record is reset to what it was before the intent, and the message may be sent
    /// again, also by the present run.
    NotAccepted,
}

impl Settled {
    /// Converts an outcome. Requests that may be [sent again](RetryReason) are `NotAccepted`.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Delivered { .. } => Self::Delivered { status: 200 },
            Outcome::Refused { status, reason, .. } => refused(*status, reason),
            Outcome::NotSent { .. } => Self::NotAccepted,
            Outcome::Unknown { .. } if RetryReason::of(outcome).is_some() => Self::NotAccepted,
            Outcome::Unknown { reason } => unknown(reason),
        }
    }

    /// Returns the state, status and cause to record, or `None` if the record is reset.
    pub(super) const fn record(self) -> Option<(State, Option<u16>, Option<Cause>)> {
        match self {
            Self::Delivered { status } => Some((State::Delivered, Some(status), None)),
            Self::Refused { status, cause } => Some((State::Refused, Some(status), Some(cause))),
            Self::Unknown { status, cause } => Some((State::Unknown, status, Some(cause))),
            Self::NotAccepted => None,
        }
    }
}

const fn refused(status: u16, reason: &Refusal) -> Settled {
    let cause = match reason {
        Refusal::Limited { .. } => return Settled::NotAccepted,
        Refusal::Restricted => Cause::Restricted,
        Refusal::Unauthenticated => Cause::Unauthenticated,
        Refusal::Forbidden => Cause::Forbidden,
        Refusal::NotFound => Cause::NotFound,
        Refusal::Redirected { .. } => Cause::Redirected,
        Refusal::Other => Cause::Refused,
    };
    Settled::Refused { status, cause }
}

const fn unknown(reason: &UnknownReason) -> Settled {
    let (status, cause) = match reason {
        UnknownReason::ServerFailed { status, .. } => (Some(*status), Cause::ServerFailed),
        UnknownReason::Unexpected { status, .. } => (Some(*status), Cause::UnexpectedResponse),
        UnknownReason::Contradiction { .. } => (Some(200), Cause::UnexpectedResponse),
        UnknownReason::TimedOut { .. } => (None, Cause::TimedOut),
        UnknownReason::Broken(_) => (None, Cause::Broken),
    };
    Settled::Unknown { status, cause }
}

/// A record, for display.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The state. A message in flight when its run ended is shown as unknown.
    pub state: State,
    /// The HTTP status of the response.
    pub status: Option<u16>,
    /// Why it was refused or is unknown.
    pub cause: Option<Cause>,
    /// The row that it was rendered from.
    pub row: RowLocation,
    /// The kind of recipient that it went to.
    pub recipient: RecipientKind,
    /// The id of the recipient.
    pub recipient_id: String,
    /// How many times it was sent.
    pub attempts: u32,
    /// When the record last changed: RFC 3339, UTC, in seconds.
    pub changed: String,
}

/// How many messages are in which state, by cause.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(pub(super) BTreeMap<(State, Option<Cause>), u64>);

impl Counts {
    /// Returns how many messages are in a state.
    #[must_use]
    pub fn of(&self, state: State) -> u64 {
        self.0.iter().filter(|((other, _), _)| *other == state).map(|(_, count)| count).sum()
    }

    /// Returns how many messages of a state have which cause.
    pub fn by_cause(&self, state: State) -> impl Iterator<Item = (Cause, u64)> {
        self.0
            .iter()
            .filter(move |((other, _), _)| *other == state)
            .filter_map(|((_, cause), count)| Some(((*cause)?, *count)))
    }
}

/// The runs that have written a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runs {
    /// How many.
    pub count: u64,
    /// When the last one began: RFC 3339, UTC, in seconds.
    pub last_began: Option<String>,
    /// When it ended. `None` if it was killed.
    pub last_ended: Option<String>,
}
