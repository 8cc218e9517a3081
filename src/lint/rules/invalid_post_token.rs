//! A text that is not the token of a post.

use crate::lint::{Applicability, Findings, Rule, Severity};
use crate::message::is_post_token;
use crate::schema::Violation;

pub(in crate::lint) static RULE: Rule =
    Rule::violation("invalid-post-token", Severity::Error, include_str!("invalid_post_token.md"));

/// What the token of a post consists of.
pub(super) const POST_TOKEN: &str = "1 to 16 of a-z, A-Z, 0-9 and `_`";

/// Reports a text that is not the token of a post.
pub(in crate::lint) fn report(violation: &Violation, token: &str, findings: &mut Findings<'_>) {
    let finding = findings.at(violation.span, "invalid post token").label(format!("expected {POST_TOKEN}"));
    match token_in(token) {
        Some(meant) => finding.suggest(&[meant], violation.span, Applicability::Safe).help(format!("write `{meant}`")),
        None => finding.help("write the last part of the post's address on divar.ir"),
    };
}

/// Returns the token in a text that contains more than it: the address of the post, or white space around the token.
fn token_in(text: &str) -> Option<&str> {
    let address = text.trim().split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let is_address = address.contains("divar.ir/");
    let last = if is_address { address.rsplit('/').next() } else { Some(address) };
    last.filter(|token| is_post_token(token))
}
