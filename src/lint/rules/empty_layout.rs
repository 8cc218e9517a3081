//! A grid without rows, or a row without buttons.

use crate::lint::{Facts, Findings, Rule, Severity};
use crate::schema::{List, Problem};

pub(in crate::lint) static RULE: Rule = Rule::structure("empty-layout", Severity::Error, include_str!("empty_layout.md"), check);

fn check(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    for misfit in &facts.misfits {
        if let Problem::Empty { list } = &misfit.problem {
            let (message, help) = match list {
                List::Rows => ("this grid has no rows", "leave the grid out where a side has no buttons"),
                List::Buttons => ("this row has no buttons", "leave the row out"),
            };
            findings.at(misfit.span, message).help(help);
        }
    }
}
