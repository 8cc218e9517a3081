//! The structure of templates and requests, and violations of it.
//!
//! `schemas/template.schema.json` and `schemas/message.schema.json` describe the structure for editors and other
//! programs. kenarc itself checks documents against a description in Rust, which needs no set-up and results in typed
//! facts with exact spans. `tests/corpus/agreement.rs` compares the two, and `docs/design/parser.md` explains why
//! there are two.
//!
//! This module returns facts: a span, a kind, typed values. Sentences about them are made in `lint`.

mod certain;
mod check;
#[cfg(test)]
#[expect(clippy::expect_used, clippy::panic, reason = "that is how a test fails")]
mod generate;
mod kind;
mod message_kind;
mod request;
mod shape;
mod template;
mod text;
mod unset;
mod violation;

use crate::message::MessageKind;
use crate::syntax::{Document, Node};

use message_kind::FoundKind;

pub(crate) use certain::{ListItem, Row};
pub use kind::Kind;
pub(crate) use shape::ACTION;
pub use text::has_jinja;
pub(crate) use text::is_variable_name;
pub(crate) use unset::{is_null, is_set};
pub use violation::{Element, List, Verdict, Violation, ViolationKind};

/// The spelling of `icon` that Divar has deprecated.
pub const ICON_NAME: &str = "icon_name";

/// The JSON Schema (2020-12) of a template: `schemas/template.schema.json`.
pub const SCHEMA: &str = include_str!("../../schemas/template.schema.json");

/// What a document is meant to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// A template.
    Template,
    /// The body of a request for a message of this kind.
    Request(MessageKind),
}

/// Returns everything in a document that differs from its documented structure. Parts that could not be read are
/// skipped, since they have been reported as [`SyntaxError`](crate::syntax::SyntaxError)s.
///
/// The JSON Schema of a kind describes what is accepted. A document whose violations are all
/// [accepted](Verdict::Accepted) is valid against it. One with others is invalid, except for links of a request, which
/// [`validate_link`](crate::message::validate_link) examines more closely than a JSON Schema can, and for keys of YAML
/// without a value, which a JSON Schema cannot tell from `null`.
#[must_use]
pub fn violations(document: &Document<'_>, kind: DocumentKind) -> Vec<Violation> {
    let root = &document.root;
    let shape = match kind {
        DocumentKind::Request(MessageKind::Chat) => &request::CHAT,
        DocumentKind::Request(MessageKind::Chatbot) => &request::CHATBOT,
        DocumentKind::Template => match message_kind::find(root) {
            FoundKind::One(MessageKind::Chat) => &template::CHAT,
            FoundKind::One(MessageKind::Chatbot) => &template::CHATBOT,
            FoundKind::Both(keys) => return check::check_mixed(root, &template::MIXED, keys),
        },
    };
    check::check(root, shape, kind)
}

/// Returns the kind of message that a template is, as the keys of its top level say; `None` if it has keys of both.
/// Without a key that only one kind has, it is a chat message.
pub(crate) fn message_kind(root: &Node<'_>) -> Option<MessageKind> {
    match message_kind::find(root) {
        FoundKind::One(kind) => Some(kind),
        FoundKind::Both(_) => None,
    }
}
