//! A text that is not the token of media.

use crate::lint::{Applicability, Findings, Rule, Severity};
use crate::message::is_media_token;
use crate::schema::Violation;

pub(in crate::lint) static RULE: Rule =
    Rule::violation("invalid-media-token", Severity::Error, include_str!("invalid_media_token.md"));

/// What the token of media consists of.
pub(super) const MEDIA_TOKEN: &str = "1 to 4096 visible characters of ASCII";

/// Reports a text that is not the token of media.
pub(in crate::lint) fn report(violation: &Violation, token: &str, findings: &mut Findings<'_>) {
    let finding = findings.at(violation.span, "invalid media token").label(format!("expected {MEDIA_TOKEN}"));
    let meant = token.trim();
    match is_media_token(meant) {
        true => finding.suggest(&[meant], violation.span, Applicability::Safe).help(format!("write `{meant}`")),
        false => finding.help("write the media token that `kenarc upload FILE` prints"),
    };
}
