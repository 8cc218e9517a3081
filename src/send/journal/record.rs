//! What is recorded of a message, and what follows from it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use thiserror::Error;

use crate::send::{ConversationId, Doubt, Outcome, Refusal};

use super::cause::Cause;
use super::id::MessageId;

/// What is certain about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// It is about to leave or has left, and no answer has come.
    Sending,
    /// The API took it.
    Delivered,
    /// A server said no; nothing was delivered.
    Refused,
    /// Nobody knows whether it was delivered.
    Unknown,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Sending, Self::Delivered, Self::Refused, Self::Unknown];

    /// Its word, such as `delivered`.
    #[must_use]
    pub const fn word(self) -> &'static str {
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
        f.pad(self.word())
    }
}

impl FromStr for State {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|state| state.word() == word).ok_or_else(|| UnknownWord(word.to_owned()))
    }
}

/// A word that is none of [`State::ALL`] or [`Cause::ALL`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{0}` is no word of a journal")]
pub struct UnknownWord(pub(super) String);

/// Where the row stands that a message was made of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowPlace {
    /// The file, as messages to people name it.
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: u64,
}

impl fmt::Display for RowPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Which recorded messages a run sends again. Delivered ones never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Those that were refused.
    pub retry_refused: bool,
    /// Those of which nobody knows whether they were delivered: they may be delivered twice.
    pub resend_unknown: bool,
}

impl Policy {
    /// Whether a message that an earlier run left in this state is sent again.
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
    /// Which message.
    pub id: MessageId,
    /// The conversation that it goes to.
    pub conversation: ConversationId,
    /// The row that it was made of.
    pub row: RowPlace,
}

/// The answer to an [`Intent`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Claim {
    /// It is recorded, on disk, and may leave now.
    Granted,
    /// It must not leave: it is recorded already.
    Known(Known),
}

/// What is recorded of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// What is certain.
    pub state: State,
    /// The HTTP status of the answer.
    pub status: Option<u16>,
    /// Why it was refused or is unknown.
    pub cause: Option<Cause>,
    /// The row that it was recorded for. Another one here means that two rows make the same message.
    pub row: RowPlace,
    /// Whether it was recorded in this very run.
    pub is_of_this_run: bool,
    /// Whether [`Journal::intend`](super::Journal::intend) would grant it.
    pub may_be_sent: bool,
}

/// What became of a message that was granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The API took it.
    Delivered {
        /// The HTTP status.
        status: u16,
    },
    /// A server said no.
    Refused {
        /// The HTTP status.
        status: u16,
        /// Why.
        cause: Cause,
    },
    /// Nobody knows whether it was delivered.
    Unknown {
        /// The HTTP status, where an answer came.
        status: Option<u16>,
        /// Why nobody knows.
        cause: Cause,
    },
    /// Surely nobody took it, so the record goes back to what it was before the intent, and the message may be sent
    /// again, in this run too.
    NotAccepted,
}

impl Settled {
    /// What an outcome means for the journal. Not accepted is what did not leave this machine, a 429, and a 503 with
    /// `Retry-After`.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Delivered { .. } => Self::Delivered { status: 200 },
            Outcome::Refused { status, reason, .. } => refused(*status, reason),
            Outcome::NotSent { .. } => Self::NotAccepted,
            Outcome::Unknown { doubt } => unknown(doubt),
        }
    }

    /// The state, status and cause to record; none where nothing stays to be recorded.
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

const fn unknown(doubt: &Doubt) -> Settled {
    let (status, cause) = match doubt {
        Doubt::ServerFailed { status: 503, retry_after: Some(_), .. } => return Settled::NotAccepted,
        Doubt::ServerFailed { status, .. } => (Some(*status), Cause::ServerFailed),
        Doubt::Unexpected { status, .. } => (Some(*status), Cause::UnexpectedAnswer),
        Doubt::TimedOut { .. } => (None, Cause::TimedOut),
        Doubt::Broken(_) => (None, Cause::Broken),
    };
    Settled::Unknown { status, cause }
}

/// All that is recorded of a message, for showing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What is certain. What was in flight when its run ended is shown as unknown.
    pub state: State,
    /// The HTTP status of the answer.
    pub status: Option<u16>,
    /// Why it was refused or is unknown.
    pub cause: Option<Cause>,
    /// The row that it was made of.
    pub row: RowPlace,
    /// The conversation that it went to.
    pub conversation: String,
    /// How often it was sent.
    pub attempts: u32,
    /// When the record last changed: RFC 3339, UTC, in seconds.
    pub changed: String,
}

/// How many messages are in which state, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(pub(super) BTreeMap<(State, Option<Cause>), u64>);

impl Counts {
    /// How many messages are in a state.
    #[must_use]
    pub fn of(&self, state: State) -> u64 {
        self.0.iter().filter(|((other, _), _)| *other == state).map(|(_, count)| count).sum()
    }

    /// How many messages of a state have which cause.
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
    /// When it ended; nothing where it was killed.
    pub last_ended: Option<String>,
}
