//! A button without an icon.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::schema::Violation;

use super::missing_field::advice;
use super::unknown_field::MisspeltKeys;

pub(in crate::lint) static RULE: Rule =
    Rule::violation("missing-icon", Severity::Warning, include_str!("missing_icon.md"));

/// Reports a button without an icon, unless it is there under a misspelt name.
pub(in crate::lint) fn report(
    context: &Context<'_>,
    violation: &Violation,
    misspelt: &MisspeltKeys,
    findings: &mut Findings<'_>,
) {
    if misspelt.has("icon", violation.span) {
        return;
    }
    let (_, help) = advice("icon", context);
    findings
        .at(context.first_line(violation.span), "button has no icon")
        .label("the API document gives every button an icon")
        .help(help);
}
