//! Templates with the body of an older or another API of Divar, of which many keys are wrong for one reason.

use crate::schema::{Element, Violation, ViolationKind};
use crate::source::Span;
use crate::syntax::{Key, Mapping};

use super::{Context, Findings};

/// The body of another API.
pub(super) struct OlderBody {
    kind: BodyKind,
    /// The key that tells.
    key: Span,
    name: String,
}

#[derive(Clone, Copy)]
enum BodyKind {
    /// `sender_btn: {action: KIND, data: {…}}`, one button for each side.
    SingleButtons,
    /// `text_message`, and `buttons` for everybody: an answer of a chatbot.
    Chatbot,
}

/// The keys of single buttons.
const SINGLE: [&str; 2] = ["sender_btn", "receiver_btn"];

impl OlderBody {
    /// Returns the body of another API, if a template is one.
    pub(super) fn of(context: &Context<'_>) -> Option<Self> {
        let root = context.document?.root.as_mapping().filter(|_| !context.is_request())?;
        let is_single = |value: &Mapping<'_>| value.get("action").is_some() && value.get("data").is_some();
        let single = root
            .entries
            .iter()
            .find(|entry| SINGLE.contains(&&*entry.key.text) && entry.value.as_mapping().is_some_and(is_single));
        if let Some(entry) = single {
            return Some(Self::new(BodyKind::SingleButtons, &entry.key));
        }
        let is_chatbot = root.get("buttons").is_some() && root.get("message").is_none();
        let text = root.get("text_message").filter(|_| is_chatbot)?;
        Some(Self::new(BodyKind::Chatbot, &text.key))
    }

    fn new(kind: BodyKind, key: &Key<'_>) -> Self {
        Self { kind, key: key.span, name: key.text.to_string() }
    }

    /// Reports the body in one finding.
    pub(super) fn report(&self, findings: &mut Findings<'_>) {
        let (label, help) = match self.kind {
            BodyKind::SingleButtons => (
                "the body of an older API, with one button for each side",
                "write each side like `sender_buttons: [[{ icon: …, caption: …, open_direct_link: … }]]`; for a button \
                 with `extra_data`, `open_server_link: { data: … }`",
            ),
            BodyKind::Chatbot => (
                "the body of the API for chatbots",
                "write `message` for `text_message`, and `sender_buttons` or `receiver_buttons` for `buttons`",
            ),
        };
        findings.at(self.key, format!("unknown field `{}`", self.name)).label(label).help(help);
    }

    /// Returns whether a violation is a difference between the two APIs.
    pub(super) fn explains(&self, violation: &Violation) -> bool {
        match &violation.kind {
            ViolationKind::UnknownField { element, .. } => *element == Element::Template,
            ViolationKind::MissingField { key, .. } => *key == "message",
            _ => false,
        }
    }
}
