//! A field that must be there and is not.

use crate::diagnostic::Severity;
use crate::source::Span;
use crate::template::structure::Problem;

use super::unknown_field::Misspelt;
use super::{Facts, Findings, Rule};

pub(super) static RULE: Rule = Rule::facts("missing-field", Severity::Error, include_str!("missing_field.md"), check);

fn check(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    let misspelt = Misspelt::new(facts);
    for misfit in &facts.misfits {
        let Problem::MissingField { key } = &misfit.problem else { continue };
        if misspelt.has(key, misfit.span) {
            continue;
        }
        let (whole, help) = match key.as_str() {
            "message" => ("a template", "add `message: …`, the text that both sides read"),
            "icon" => ("a button", "add an icon, such as `icon: SUPPORT`; `kenarc icons WORD` finds others"),
            "caption" => ("a button", "add `caption: …`, the text on the button"),
            "rows" => ("a grid", "add `rows: […]`, or write the grid as a list of rows"),
            "buttons" => ("a row", "add `buttons: […]`, or write the row as a list of buttons"),
            "data" => ("this action", "add `data: {…}`, which Divar hands back to your server"),
            "post_token" => ("this action", "add `post_token: …`, the last part of the post's address on divar.ir"),
            _ => ("this", ""),
        };
        let finding = findings.at(first_line(facts, misfit.span), format!("{whole} needs `{key}`, and there is none"));
        if !help.is_empty() {
            finding.help(help);
        }
    }
}

/// The first line of a part: what lacks a field is often long.
pub(super) fn first_line(facts: &Facts<'_>, span: Span) -> Span {
    let line = facts.file.slice(span).lines().next().unwrap_or_default().trim_end();
    Span::new(span.start, span.start + line.len())
}
