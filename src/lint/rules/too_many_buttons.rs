//! More than 3 buttons in a row for certain.

use crate::lint::{Facts, Findings, Rule, Severity};
use crate::message::MAX_BUTTONS;
use crate::schema::{List, Problem};

use super::may_exceed_limit::{bound, sum};

pub(in crate::lint) static RULE: Rule =
    Rule::structure("too-many-buttons", Severity::Error, include_str!("too_many_buttons.md"), check);

fn check(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    for misfit in &facts.misfits {
        if let Problem::TooMany { list: List::Buttons, count } = misfit.problem {
            findings
                .at(misfit.span, format!("a row has at most {MAX_BUTTONS} buttons, and this one has {count}"))
                .says("the fourth button")
                .help("move buttons into another row: a side has at most 3 rows of 3");
        }
    }
    for excess in facts.excesses().iter().filter(|excess| excess.is_certain && excess.list == List::Buttons) {
        let sum = sum(excess);
        findings
            .at(excess.fourth, format!("a row has at most {MAX_BUTTONS} buttons, and this one has {sum}"))
            .says("the fourth button comes from here")
            .help(bound(excess, MAX_BUTTONS));
    }
}
