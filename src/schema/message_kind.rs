//! Which API a document is for, as the keys of its top level say.

use crate::message::MessageKind;
use crate::source::{Similarity, Span};
use crate::syntax::{Mapping, Node};

/// Which API a template is for.
pub(super) enum FoundKind {
    One(MessageKind),
    Both(MixedKeys),
}

/// The keys of both kinds of messages in one template, each with at least one, in the order of the file.
pub(super) struct MixedKeys {
    pub(super) chat: Vec<(&'static str, Span)>,
    pub(super) chatbot: Vec<(&'static str, Span)>,
}

/// A misspelt key has at most one edit for so many characters.
const CHARACTERS_PER_EDIT: usize = 4;

/// Returns which API a template is for. Without a key that tells, it is a chat message, unless a key is misspelt.
pub(super) fn find(root: &Node<'_>) -> FoundKind {
    let Some(mapping) = root.as_mapping() else { return FoundKind::One(MessageKind::Chat) };
    let [chat, chatbot] = MessageKind::ALL.map(|kind| own_keys(mapping, kind));
    match (chat.is_empty(), chatbot.is_empty()) {
        (false, true) => FoundKind::One(MessageKind::Chat),
        (true, false) => FoundKind::One(MessageKind::Chatbot),
        (true, true) => FoundKind::One(resembled(mapping)),
        (false, false) => FoundKind::Both(MixedKeys { chat, chatbot }),
    }
}

/// Returns the keys that only messages of a kind have.
fn own_keys(mapping: &Mapping<'_>, kind: MessageKind) -> Vec<(&'static str, Span)> {
    let own = |key: &str| kind.fields().find(|field| *field == key);
    mapping.entries.iter().filter_map(|entry| Some((own(&entry.key.text)?, entry.key.span))).collect()
}

/// Returns the kind of message whose keys are there, but misspelt.
fn resembled(mapping: &Mapping<'_>) -> MessageKind {
    let is_like = |key: &str, field: &str| Similarity::new(key, CHARACTERS_PER_EDIT).distance(field).is_some();
    let has_like = |kind: MessageKind| {
        let mut keys = mapping.entries.iter().map(|entry| &*entry.key.text).filter(|key| !key.starts_with("x-"));
        keys.any(|key| kind.fields().any(|field| is_like(key, field)))
    };
    match has_like(MessageKind::Chatbot) && !has_like(MessageKind::Chat) {
        true => MessageKind::Chatbot,
        false => MessageKind::Chat,
    }
}
