//! A request that the API accepts, but that its document does not describe.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::schema::{Verdict, Violation, ViolationKind};

use super::missing_field::advice;
use super::unknown_field::MisspeltKeys;
use super::wrong_action_count;

pub(in crate::lint) static RULE: Rule =
    Rule::request("undocumented-request", Severity::Warning, include_str!("undocumented_request.md"), check);

/// Returns whether this rule reports a violation that the API accepts. Others have a rule of their own, which reports
/// them in templates, too.
pub(in crate::lint) fn is_reported(kind: &ViolationKind) -> bool {
    match kind {
        ViolationKind::MissingField { key, .. } => *key != "icon",
        ViolationKind::NoAction | ViolationKind::Empty { .. } => true,
        _ => false,
    }
}

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let is_reported = |violation: &&Violation| violation.verdict == Verdict::Accepted && is_reported(&violation.kind);
    let mut violations = context.violations.iter().filter(is_reported).peekable();
    if violations.peek().is_none() {
        return;
    }
    let misspelt = MisspeltKeys::new(context);
    for violation in violations {
        let (headline, label, help) = match &violation.kind {
            ViolationKind::MissingField { key, .. } if misspelt.has(key, violation.span) => continue,
            ViolationKind::MissingField { key: key @ ("type" | "caption"), .. } => {
                let (whole, help) = advice(key, context);
                let (_, noun) = whole.split_once(' ').unwrap_or_default();
                (format!("{noun} has no `{key}`"), format!("the API document gives every {noun} a `{key}`"), help)
            }
            ViolationKind::NoAction if wrong_action_count::is_misspelt(violation, &misspelt) => continue,
            ViolationKind::NoAction => (
                "button has no action".to_owned(),
                "a tap on this button does nothing".to_owned(),
                wrong_action_count::advice(context, violation),
            ),
            _ => (
                "row has no buttons".to_owned(),
                "this row shows nothing".to_owned(),
                "add a button, or remove the row".to_owned(),
            ),
        };
        findings.at(context.first_line(violation.span), headline).label(label).help(help);
    }
}
