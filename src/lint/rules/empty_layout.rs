//! A grid without rows, or a row without buttons.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::schema::{List, ViolationKind};

pub(in crate::lint) static RULE: Rule = Rule::structure("empty-layout", Severity::Error, include_str!("empty_layout.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for violation in &context.violations {
        if let ViolationKind::Empty { list } = &violation.kind {
            let (message, help) = match list {
                List::Rows => ("this grid has no rows", "leave the grid out where a side has no buttons"),
                List::Buttons => ("this row has no buttons", "leave the row out"),
            };
            findings.at(violation.span, message).help(help);
        }
    }
}
