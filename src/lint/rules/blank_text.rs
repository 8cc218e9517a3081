//! A message, a caption or a token that is blank.

use crate::lint::{Findings, Rule, Severity};
use crate::message::MEDIA_TOKEN;
use crate::schema::Violation;

pub(in crate::lint) static RULE: Rule = Rule::violation("blank-text", Severity::Error, include_str!("blank_text.md"));

/// Reports a blank text.
pub(in crate::lint) fn report(violation: &Violation, findings: &mut Findings<'_>) {
    let (expected, help) = match violation.name.as_str() {
        "post_token" => ("expected the token of a post", "write the last part of the post's address on divar.ir"),
        MEDIA_TOKEN => ("expected the token of media", "write the media token that `kenarc upload FILE` prints"),
        _ => ("expected at least one visible character", "write the text that people will read"),
    };
    findings.at(violation.span, format!("`{}` is blank", violation.name)).label(expected).help(help);
}
