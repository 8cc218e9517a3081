//! Identifies messages.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::send::{Recipient, RecipientKind};

/// The identity of a message: the SHA-256 of its recipient and its body. The text cannot be recovered from it, but
/// somebody who knows a text can find out whether it was sent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId([u8; 32]);

impl MessageId {
    /// Returns the id of the message with this body to this recipient.
    #[must_use]
    pub fn of(recipient: &Recipient, body: &str) -> Self {
        let mut hash = Sha256::new();
        let Recipient { kind, id } = recipient;
        // The first journals had conversations of chats only, and their ids have no kind.
        let kind = (*kind != RecipientKind::Conversation).then(|| kind.name());
        // The lengths distinguish lists with the same concatenation.
        for part in kind.into_iter().chain([id.as_str(), body]) {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    pub(super) const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(super) const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for MessageId {
    /// In hexadecimal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
