//! A message with a text and media.

use crate::lint::{Findings, Rule, Severity};
use crate::message::MEDIA_TOKEN;
use crate::schema::Violation;
use crate::source::Span;

pub(in crate::lint) static RULE: Rule =
    Rule::violation("text-and-media", Severity::Error, include_str!("text_and_media.md"));

/// Reports a message with a text and media.
pub(in crate::lint) fn report(violation: &Violation, first: Span, findings: &mut Findings<'_>) {
    let text = &violation.name;
    findings
        .at(violation.span, format!("`{text}` and `{MEDIA_TOKEN}` in one message"))
        .label("expected a text or media, found both")
        .also(first, "the other one is here")
        .help(format!("remove `{text}` or `{MEDIA_TOKEN}`; to send both, write two templates"));
}
