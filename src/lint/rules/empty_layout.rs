//! A grid without rows, or a row without buttons.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::schema::{List, ViolationKind};

pub(in crate::lint) static RULE: Rule = Rule::structure("empty-layout", Severity::Error, include_str!("empty_layout.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for violation in &context.violations {
        if let ViolationKind::Empty { list } = &violation.kind {
            let (headline, label, help) = match list {
                List::Rows => ("grid has no rows", "expected 1 to 3 rows", "add a row, or remove the grid"),
                List::Buttons => ("row has no buttons", "expected 1 to 3 buttons", "add a button, or remove the row"),
            };
            findings.at(violation.span, headline).label(label).help(help);
        }
    }
}
