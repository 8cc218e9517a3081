//! More than 3 buttons in a row for certain.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::message::MAX_BUTTONS;
use crate::schema::{List, ViolationKind};

use super::may_exceed_limit::{bound, sum};

pub(in crate::lint) static RULE: Rule =
    Rule::structure("too-many-buttons", Severity::Error, include_str!("too_many_buttons.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for violation in &context.violations {
        if let ViolationKind::TooMany { list: List::Buttons, count } = violation.kind {
            findings
                .at(violation.span, format!("a row has at most {MAX_BUTTONS} buttons, and this one has {count}"))
                .says("the fourth button")
                .help("move buttons into another row: a side has at most 3 rows of 3");
        }
    }
    for overflow in context.overflows().iter().filter(|overflow| overflow.is_certain && overflow.list == List::Buttons) {
        let sum = sum(overflow);
        findings
            .at(overflow.fourth, format!("a row has at most {MAX_BUTTONS} buttons, and this one has {sum}"))
            .says("the fourth button comes from here")
            .help(bound(overflow, MAX_BUTTONS));
    }
}
