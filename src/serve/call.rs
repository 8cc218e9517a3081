//! The calls of the API that the server answers, by their paths.

use std::fmt;

use hyper::StatusCode;
use percent_encoding::percent_decode_str;

use crate::message::MessageKind;
use crate::send::{MediaKind, PERMISSION_PATH, RecipientId, RecipientKind, TRANSFER_PATH};

use super::response::ApiResponse;

/// A call of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// Sends a message.
    Message(RecipientKind),
    /// Asks for an upload token, the first step of an upload.
    UploadToken,
    /// Uploads a file, the second step of an upload.
    Upload(MediaKind),
}

/// How much longer than the file a form with one file may be: its boundaries and headers.
const MAX_FORM_BYTES: usize = 64 << 10;

impl Call {
    /// Returns the call with a path, and the segment of the path with its id, still encoded.
    pub(super) fn of(path: &str) -> Option<(Self, Option<&str>)> {
        if path == PERMISSION_PATH {
            return Some((Self::UploadToken, None));
        }
        if let Some(kind) = path.strip_prefix(TRANSFER_PATH) {
            return kind.parse().ok().map(|kind| (Self::Upload(kind), None));
        }
        RecipientKind::ALL.into_iter().find_map(|kind| {
            let (before, after) = kind.path();
            let id = path.strip_prefix(before)?.strip_suffix(after)?;
            (!id.contains('/')).then_some((Self::Message(kind), Some(id)))
        })
    }

    /// Returns the kind of messages that the call sends.
    pub(super) const fn message_kind(self) -> Option<MessageKind> {
        match self {
            Self::Message(recipient) => Some(recipient.message_kind()),
            Self::UploadToken | Self::Upload(_) => None,
        }
    }

    /// Returns the maximum length of the body, in bytes.
    pub(super) fn max_body_bytes(self) -> usize {
        match self {
            Self::Message(_) | Self::UploadToken => super::MAX_BODY_BYTES,
            // At most 50,000,000.
            Self::Upload(kind) => usize::try_from(kind.max_bytes()).unwrap_or(usize::MAX) + MAX_FORM_BYTES,
        }
    }

    /// Returns the name in records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Message(recipient) => recipient.name(),
            Self::UploadToken => "upload_token",
            Self::Upload(_) => "upload",
        }
    }
}

impl fmt::Display for Call {
    /// Returns a noun: "bot conversation", "upload of a file as image".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(recipient) => recipient.fmt(f),
            Self::UploadToken => f.write_str("upload token"),
            Self::Upload(kind) => write!(f, "upload as {kind}"),
        }
    }
}

/// Returns the id in the path of a call.
pub(super) fn decode(segment: &str) -> Result<RecipientId, String> {
    let id = percent_decode_str(segment).decode_utf8().map_err(|_| "the id is not UTF-8".to_owned())?;
    RecipientId::new(id).map_err(|error| error.to_string())
}

/// Returns the response to a path that the API does not have.
pub(super) fn not_found() -> ApiResponse {
    let (chat, after) = RecipientKind::Conversation.path();
    let (bot, _) = RecipientKind::BotConversation.path();
    let (user, _) = RecipientKind::BotUser.path();
    let message = format!(
        "no such path; messages are sent to {chat}{{conversation_id}}{after}, and those of chatbots to \
         {bot}{{conversation_id}}{after} or {user}{{user_id}}{after}"
    );
    ApiResponse::new(StatusCode::NOT_FOUND, message)
}
