//! Bodies and buttons of older APIs of Divar in templates, of which many keys are wrong for one reason.

use crate::message::Side;
use crate::schema::{Element, Violation, ViolationKind};
use crate::source::Span;
use crate::syntax::{Entry, Mapping, Node, Value};

use super::{Context, Findings};

/// The parts of a template that are written for an older API.
pub(super) struct OlderParts(Vec<OlderPart>);

struct OlderPart {
    kind: PartKind,
    /// The key that tells.
    key: Span,
    name: String,
    /// All of the part.
    whole: Span,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PartKind {
    /// A body with `sender_btn: {action: KIND, data: {…}}`, one button for each side.
    SingleButtons,
    /// `{action: KIND, data: {…}}`
    Button,
}

/// The keys of single buttons.
const SINGLE: [&str; 2] = ["sender_btn", "receiver_btn"];

impl OlderParts {
    /// Returns the parts of a template that are written for an older API.
    pub(super) fn of(context: &Context<'_>) -> Self {
        let mut parts = Self(Vec::new());
        let Some(root) = context.document.map(|document| &document.root).filter(|_| !context.is_request()) else {
            return parts;
        };
        let Some(body) = root.as_mapping().filter(|_| !context.violations.is_empty()) else { return parts };
        let is_single = |entry: &&Entry<'_>| {
            SINGLE.contains(&&*entry.key.text) && entry.value.as_mapping().is_some_and(|value| tell(value).is_some())
        };
        if let Some(entry) = body.entries.iter().find(is_single) {
            parts.add(PartKind::SingleButtons, entry, root.span);
        }
        for entry in Side::ALL.iter().filter_map(|side| body.get(side.field())) {
            parts.buttons(&entry.value);
        }
        parts
    }

    fn add(&mut self, kind: PartKind, entry: &Entry<'_>, whole: Span) {
        self.0.push(OlderPart { kind, key: entry.key.span, name: entry.key.text.to_string(), whole });
    }

    /// Finds the buttons in the lists and mappings of a grid. The parser limits how deeply these nest.
    fn buttons(&mut self, node: &Node<'_>) {
        match &node.value {
            Value::Sequence(items) => items.iter().for_each(|item| self.buttons(item)),
            Value::Mapping(mapping) => match tell(mapping) {
                Some(entry) => self.add(PartKind::Button, entry, node.span),
                None => mapping.entries.iter().for_each(|entry| self.buttons(&entry.value)),
            },
            _ => {}
        }
    }

    /// Reports each part in one finding.
    pub(super) fn report(&self, findings: &mut Findings<'_>) {
        for OlderPart { kind, key, name, .. } in &self.0 {
            let (label, help) = match kind {
                PartKind::SingleButtons => (
                    "the body of an older API, with one button for each side",
                    "write each side like `sender_buttons: [[{ icon: …, caption: …, open_direct_link: … }]]`; for a \
                     button with `extra_data`, `open_server_link: { data: … }`",
                ),
                PartKind::Button => (
                    "a button of an older API",
                    "write it like `{ icon: …, caption: …, open_direct_link: … }`; with `extra_data`, \
                     `open_server_link: { data: … }`",
                ),
            };
            findings.at(*key, format!("unknown field `{name}`")).label(label).help(help);
        }
    }

    /// Returns whether a violation is a difference between the two APIs.
    pub(super) fn explain(&self, violation: &Violation) -> bool {
        self.0.iter().any(|part| match (part.kind, &violation.kind) {
            (PartKind::Button, _) => part.whole.start <= violation.span.start && violation.span.end <= part.whole.end,
            (_, ViolationKind::UnknownField { element, .. }) => *element == Element::Template,
            (_, ViolationKind::MissingField { key, .. }) => *key == "message",
            _ => false,
        })
    }
}

/// Returns the entry `data` of a button that names its action, and has everything else in `data`.
fn tell<'m, 's>(button: &'m Mapping<'s>) -> Option<&'m Entry<'s>> {
    let action = button.get("action")?;
    let data = button.get("data")?;
    (action.value.as_scalar().is_some() && data.value.as_mapping().is_some()).then_some(data)
}
