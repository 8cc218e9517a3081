//! The id of a conversation.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use thiserror::Error;

use crate::source::is_directional_control;

/// The maximum length of a conversation id, in bytes. The API documents no limit; real ids are a few dozen bytes.
pub const MAX_CONVERSATION_ID_BYTES: usize = 1 << 10;

/// All characters except the unreserved ones (RFC 3986 §2.3), so that any id is one path segment.
const NOT_UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The id of a conversation, safe as one segment of a path and safe to print.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConversationId(Arc<str>);

impl ConversationId {
    /// Creates an id from the text that Divar has given to the add-on.
    ///
    /// # Errors
    /// [`ConversationIdError`] if it is empty, longer than [`MAX_CONVERSATION_ID_BYTES`], `.` or `..` (which servers
    /// and proxies resolve even if they are encoded), or contains white space, a control character or a bidirectional
    /// control.
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
        match id.chars().zip(1..).find(|&(character, _)| is_forbidden(character)) {
            None => Ok(Self(id)),
            Some((character, position)) => Err(ConversationIdError::Forbidden { character, position }),
        }
    }

    /// Returns the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the id, percent-encoded as one path segment.
    pub(super) fn path_segment(&self) -> PercentEncode<'_> {
        utf8_percent_encode(&self.0, NOT_UNRESERVED)
    }
}

fn is_forbidden(character: char) -> bool {
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

/// Why a text is not a [`ConversationId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ConversationIdError {
    /// The text is empty.
    #[error("the conversation id is empty")]
    Empty,
    /// More than [`MAX_CONVERSATION_ID_BYTES`].
    #[error("the conversation id is longer than 1 KiB")]
    TooLong,
    /// `.` or `..`.
    #[error("the conversation id is `.` or `..`, which a URL cannot contain")]
    DotSegment,
    /// A character that an id cannot contain.
    #[error(
        "the conversation id contains U+{:04X} at position {position}; an id contains no spaces, line breaks or \
         control characters", u32::from(*character)
    )]
    Forbidden {
        /// White space, a control character or a bidirectional control.
        character: char,
        /// Its position, in characters from 1.
        position: usize,
    },
}
