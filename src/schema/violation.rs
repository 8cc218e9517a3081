//! Schema violations as typed facts.

use crate::message::{LinkError, MAX_BUTTONS, MAX_ROWS};
use crate::source::Span;

use super::DocumentKind;
use super::kind::Kind;

/// A part of a document that violates its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The part that is wrong; for a missing field the mapping that lacks it.
    pub span: Span,
    /// The key or the index of the part; empty for the whole document.
    pub name: String,
    /// Whether the document is refused for it.
    pub verdict: Verdict,
    /// What is wrong.
    pub kind: ViolationKind,
}

/// Whether a document is refused for a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is refused.
    Refused,
    /// It is accepted, although the API document says otherwise: Divar's OpenAPI description allows it.
    Accepted,
}

/// What is wrong with a part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViolationKind {
    /// A key that the schema does not have; the span is the key's, the name that of the mapping.
    UnknownField {
        /// The key.
        key: String,
        /// The mapping that has it.
        element: Element,
        /// Where that mapping is.
        whole: Span,
        /// The keys that the mapping may have, without deprecated ones.
        allowed: Vec<&'static str>,
        /// Those of them that it has, perhaps under a deprecated spelling.
        present: Vec<&'static str>,
    },
    /// A required key that is missing.
    MissingField {
        /// The key.
        key: &'static str,
        /// The mapping that lacks it.
        element: Element,
        /// The keys that the mapping may have, without deprecated ones.
        allowed: Vec<&'static str>,
        /// The keys that it has and may not have.
        others: Vec<(String, Span)>,
    },
    /// A value of the wrong kind.
    WrongType {
        /// The kinds that are allowed.
        expected: &'static [Kind],
        /// The kind of the value.
        found: Kind,
    },
    /// A value other than the only one allowed.
    NotConstant {
        /// The only value allowed.
        expected: &'static str,
    },
    /// More items than a list may have; the span is that of the first item beyond the limit.
    TooMany {
        /// Which list.
        list: List,
        /// How many items it has; in a template, how many it has whatever the values.
        count: usize,
    },
    /// A list without items.
    Empty {
        /// Which list.
        list: List,
    },
    /// A button without an action; the span is the button's or that of its `action`.
    NoAction,
    /// A button with several actions.
    SeveralActions {
        /// Their keys, at least two.
        keys: Vec<Span>,
    },
    /// A field under a deprecated spelling; the span is the key's, the name the current spelling.
    DeprecatedSpelling,
    /// A field of a template that is given under both of its spellings; the span is the second key's, the name the current spelling.
    TwoSpellings {
        /// The first key.
        first: Span,
    },
    /// A template with keys of both kinds of messages; the span is that of the first key of the second kind.
    MixedKinds {
        /// The keys that only chat messages have, in the order of the file.
        chat: Vec<(&'static str, Span)>,
        /// The keys that only chatbot messages have.
        chatbot: Vec<(&'static str, Span)>,
    },
    /// A message with a text and media; the span is the second key's, the name the field of the text.
    TextAndMedia {
        /// The first key.
        first: Span,
    },
    /// A blank text.
    Blank,
    /// A variable's name that no expression can use; the span is the key's, and so is the name.
    NotName,
    /// An icon that is not in the list.
    UnknownIcon {
        /// The icon's name, without line breaks at its end.
        name: String,
    },
    /// A text that is not the token of a post.
    NotPostToken {
        /// The text, without line breaks at its end.
        token: String,
    },
    /// A text that is not the token of media.
    NotMediaToken {
        /// The text, without line breaks at its end.
        token: String,
    },
    /// An invalid link in a request.
    InvalidLink {
        /// Why it is invalid.
        error: LinkError,
    },
}

/// A mapping with fixed keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Element {
    /// A whole template.
    Template,
    /// The body of a request.
    Request,
    /// A grid as on the wire: `{rows: […]}`.
    Grid,
    /// A row as on the wire: `{buttons: […]}`.
    Row,
    /// A button.
    Button,
    /// The value of a button's `action`.
    Action,
    /// The value of an action that carries a mapping; the violation's name is the action's key.
    ActionValue,
}

/// The two lists of a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum List {
    /// The rows of a grid.
    Rows,
    /// The buttons of a row.
    Buttons,
}

impl ViolationKind {
    /// Returns whether documents of a kind are refused for such a violation. Of what the API document calls for, the
    /// API does without much (Divar's OpenAPI description), and a template without an icon for a button.
    pub(super) fn verdict(&self, document: DocumentKind) -> Verdict {
        let is_accepted = match (self, document) {
            (Self::DeprecatedSpelling | Self::MissingField { key: "icon", .. }, _) => true,
            (Self::MissingField { key, .. }, DocumentKind::Request(_)) => {
                matches!(*key, "type" | "caption" | "buttons")
            }
            (Self::NoAction | Self::Empty { .. }, DocumentKind::Request(_)) => true,
            _ => false,
        };
        if is_accepted { Verdict::Accepted } else { Verdict::Refused }
    }
}

impl List {
    /// Returns the most items that the list may have.
    #[must_use]
    pub const fn limit(self) -> usize {
        match self {
            Self::Rows => MAX_ROWS,
            Self::Buttons => MAX_BUTTONS,
        }
    }
}
