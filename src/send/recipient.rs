//! Whom a message is sent to.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use thiserror::Error;

use crate::message::MessageKind;
use crate::source::is_directional_control;

use super::api::BaseUrl;

/// The maximum length of an id, in bytes. The API documents no limit; real ids are a few dozen bytes.
pub const MAX_RECIPIENT_ID_BYTES: usize = 1 << 10;

/// All characters except the unreserved ones (RFC 3986 §2.3), so that any id is one path segment.
const NOT_UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Whom a message is sent to: a call of the API, and the id in its path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Recipient {
    /// Which call.
    pub kind: RecipientKind,
    /// The id.
    pub id: RecipientId,
}

/// The calls of the API that send a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RecipientKind {
    /// A conversation between two users: `POST /v2/open-platform/conversations/ID/messages` (the API document).
    Conversation,
    /// A conversation between a chatbot and a user: `POST /v1/open-platform/chat/bot/conversations/ID/messages`
    /// (Divar's OpenAPI description).
    BotConversation,
    /// A user of a chatbot, by the id that the add-on has of the user: `POST /v1/open-platform/chat/bot/users/ID/messages`
    /// (Divar's OpenAPI description).
    BotUser,
}

impl RecipientKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Conversation, Self::BotConversation, Self::BotUser];

    /// Returns the kind of messages that are sent there.
    #[must_use]
    pub const fn message_kind(self) -> MessageKind {
        match self {
            Self::Conversation => MessageKind::Chat,
            Self::BotConversation | Self::BotUser => MessageKind::Chatbot,
        }
    }

    /// Returns whether the call requires a user's access token next to the API key.
    #[must_use]
    pub const fn needs_token(self) -> bool {
        !matches!(self, Self::BotConversation)
    }

    /// Returns the name in journals, such as `bot_conversation`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Conversation => "conversation",
            Self::BotConversation => "bot_conversation",
            Self::BotUser => "user",
        }
    }

    /// Returns the parts of the path around the id.
    #[must_use]
    pub const fn path(self) -> (&'static str, &'static str) {
        let before = match self {
            Self::Conversation => "/v2/open-platform/conversations/",
            Self::BotConversation => "/v1/open-platform/chat/bot/conversations/",
            Self::BotUser => "/v1/open-platform/chat/bot/users/",
        };
        (before, "/messages")
    }
}

impl fmt::Display for RecipientKind {
    /// Returns the noun: "bot conversation".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Conversation => "conversation",
            Self::BotConversation => "bot conversation",
            Self::BotUser => "user",
        })
    }
}

impl FromStr for RecipientKind {
    type Err = UnknownRecipientKind;

    /// Parses the [name](Self::name) in journals.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or(UnknownRecipientKind)
    }
}

/// The error for an unknown name of a [`RecipientKind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("unknown kind of recipient")]
pub struct UnknownRecipientKind;

impl Recipient {
    /// Creates a recipient from the id that Divar has given to the add-on.
    ///
    /// # Errors
    /// As [`RecipientId::new`].
    pub fn new(kind: RecipientKind, id: impl Into<Arc<str>>) -> Result<Self, RecipientIdError> {
        Ok(Self { kind, id: RecipientId::new(id)? })
    }

    /// Returns the URL of the call at a server.
    pub(super) fn url(&self, base: &BaseUrl) -> String {
        let (before, after) = self.kind.path();
        format!("{base}{before}{}{after}", utf8_percent_encode(self.id.as_str(), NOT_UNRESERVED))
    }
}

impl fmt::Display for Recipient {
    /// Returns "conversation 7c1".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.id)
    }
}

/// The id of a conversation or of a user, safe as one segment of a path and safe to print.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecipientId(Arc<str>);

impl RecipientId {
    /// Creates an id from the text that Divar has given to the add-on.
    ///
    /// # Errors
    /// [`RecipientIdError`] if it is empty, longer than [`MAX_RECIPIENT_ID_BYTES`], `.` or `..` (which servers
    /// and proxies resolve even if they are encoded), or contains white space, a control character or a bidirectional
    /// control.
    pub fn new(id: impl Into<Arc<str>>) -> Result<Self, RecipientIdError> {
        let id: Arc<str> = id.into();
        if id.is_empty() {
            return Err(RecipientIdError::Empty);
        }
        if id.len() > MAX_RECIPIENT_ID_BYTES {
            return Err(RecipientIdError::TooLong);
        }
        if matches!(&*id, "." | "..") {
            return Err(RecipientIdError::DotSegment);
        }
        match id.chars().zip(1..).find(|&(character, _)| is_forbidden(character)) {
            None => Ok(Self(id)),
            Some((character, position)) => Err(RecipientIdError::Forbidden { character, position }),
        }
    }

    /// Returns the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_forbidden(character: char) -> bool {
    character.is_whitespace() || character.is_control() || is_directional_control(character)
}

impl fmt::Display for RecipientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RecipientId {
    type Err = RecipientIdError;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        Self::new(id)
    }
}

/// Why a text is not a [`RecipientId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RecipientIdError {
    /// The text is empty.
    #[error("the id is empty")]
    Empty,
    /// More than [`MAX_RECIPIENT_ID_BYTES`].
    #[error("the id is longer than 1 KiB")]
    TooLong,
    /// `.` or `..`.
    #[error("the id is `.` or `..`, which a URL cannot contain")]
    DotSegment,
    /// A character that an id cannot contain.
    #[error(
        "the id contains U+{:04X} at position {position}; an id contains no spaces, line breaks or \
         control characters", u32::from(*character)
    )]
    Forbidden {
        /// White space, a control character or a bidirectional control.
        character: char,
        /// Its position, in characters from 1.
        position: usize,
    },
}
