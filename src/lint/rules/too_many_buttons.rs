//! More than 3 buttons in a row, whatever the values.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::message::MAX_BUTTONS;
use crate::schema::{List, Violation};

use super::may_exceed_limit::{bound, sum};

pub(in crate::lint) static RULE: Rule =
    Rule::structure("too-many-buttons", Severity::Error, include_str!("too_many_buttons.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for overflow in context.overflows().iter().filter(|overflow| overflow.is_certain && overflow.list == List::Buttons)
    {
        findings
            .at(overflow.fourth, "too many buttons in a row")
            .label(format!("expected at most {MAX_BUTTONS} buttons, found {}", sum(overflow)))
            .help(bound(overflow, MAX_BUTTONS));
    }
}

/// Reports buttons that are written out.
pub(in crate::lint) fn report(violation: &Violation, count: usize, findings: &mut Findings<'_>) {
    findings
        .at(violation.span, "too many buttons in a row")
        .label(format!("expected at most {MAX_BUTTONS} buttons, found {count}"))
        .help("move buttons to another row: a grid has at most 3 rows of 3");
}
