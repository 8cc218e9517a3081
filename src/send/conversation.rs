//! Which chat a message goes to.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use thiserror::Error;

use crate::source::is_directional_control;

/// The longest conversation id that is taken, in bytes. The API documents no limit; real ids are a few dozen bytes.
pub const MAX_CONVERSATION_ID_BYTES: usize = 1 << 10;

/// Everything but the unreserved characters (RFC 3986 §2.3), so that an id is one path segment whatever it holds.
const NOT_UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The id of a conversation, safe as one segment of a path and safe to print.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConversationId(Arc<str>);

impl ConversationId {
    /// An id as the add-on got it from Divar.
    ///
    /// # Errors
    /// [`ConversationIdError`] when it is empty, longer than [`MAX_CONVERSATION_ID_BYTES`], `.` or `..` (which servers
    /// and proxies resolve as folders even when they are encoded), or holds white space, a control character or a
    /// directional override.
    pub fn new(id: impl Into<Arc<str>>) -> Result<Self, ConversationIdError> {
        let id: Arc<str> = id.into();
        if id.is_empty() {
            return Err(ConversationIdError::Empty);
        }
        if id.len() > MAX_CONVERSATION_ID_BYTES {
            return Err(ConversationIdError::TooLong);
        }
        if matches!(&*id, "." | "..") {
            return Err(ConversationIdError::DotSegment);
        }
        match id.chars().zip(1..).find(|&(character, _)| is_unwelcome(character)) {
            None => Ok(Self(id)),
            Some((character, position)) => Err(ConversationIdError::Unwelcome { character, position }),
        }
    }

    /// The id as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id, percent-encoded as one segment of a path.
    pub(super) fn path_segment(&self) -> PercentEncode<'_> {
        utf8_percent_encode(&self.0, NOT_UNRESERVED)
    }
}

fn is_unwelcome(character: char) -> bool {
    character.is_whitespace() || character.is_control() || is_directional_control(character)
}

impl fmt::Display for ConversationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ConversationId {
    type Err = ConversationIdError;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        Self::new(id)
    }
}

/// Why a text cannot be a [`ConversationId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ConversationIdError {
    /// No text.
    #[error("the conversation id is empty")]
    Empty,
    /// More than [`MAX_CONVERSATION_ID_BYTES`].
    #[error("the conversation id is longer than 1 KiB")]
    TooLong,
    /// `.` or `..`.
    #[error("the conversation id is `.` or `..`, which means a folder in a URL")]
    DotSegment,
    /// A character that no id has.
    #[error(
        "the conversation id has U+{:04X} as character {position}; an id holds no spaces, line breaks or control \
         characters", u32::from(*character)
    )]
    Unwelcome {
        /// White space, a control character or a directional override.
        character: char,
        /// Where it stands, in characters from 1.
        position: usize,
    },
}
