//! A button without an action, or with more than one.

use crate::lint::wording::one_of;
use crate::lint::{Context, Findings, Rule, Severity};
use crate::message::ActionKind;
use crate::schema::{ACTION, Violation};
use crate::source::Span;

use super::unknown_field::MisspeltKeys;

pub(in crate::lint) static RULE: Rule =
    Rule::violation("wrong-action-count", Severity::Error, include_str!("wrong_action_count.md"));

/// Reports a button without an action, unless it is there under a misspelt name.
pub(in crate::lint) fn report_none(
    context: &Context<'_>,
    violation: &Violation,
    misspelt: &MisspeltKeys,
    findings: &mut Findings<'_>,
) {
    if is_misspelt(violation, misspelt) {
        return;
    }
    findings
        .at(context.first_line(violation.span), "button has no action")
        .label("expected exactly one action")
        .help(advice(context, violation));
}

/// Returns whether an action that is missing is there under a misspelt name.
pub(super) fn is_misspelt(violation: &Violation, misspelt: &MisspeltKeys) -> bool {
    ActionKind::ALL.map(ActionKind::name).iter().chain(&[ACTION]).any(|key| misspelt.has(key, violation.span))
}

/// Returns what to do about a button without an action.
pub(super) fn advice(context: &Context<'_>, violation: &Violation) -> String {
    let names = one_of(ActionKind::ALL.map(|kind| format!("`{kind}`")));
    match context.is_request() && violation.name != ACTION {
        true => format!("add `\"{ACTION}\": {{…}}` with {names} in it"),
        false => format!("add {names}"),
    }
}

/// Reports a button with several actions.
pub(in crate::lint) fn report_several(violation: &Violation, keys: &[Span], findings: &mut Findings<'_>) {
    let label = format!("expected exactly one action, found {}", keys.len());
    let mut keys = keys.iter();
    let first = *keys.next().unwrap_or(&violation.span);
    let finding = findings
        .at(first, "button has several actions")
        .label(label)
        .help("keep one action, or make a button for each");
    keys.fold(finding, |finding, key| finding.also(*key, "another action"));
}
