//! More than 3 rows for certain.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::message::MAX_ROWS;
use crate::schema::{List, ViolationKind};

use super::may_exceed_limit::{bound, sum};

pub(in crate::lint) static RULE: Rule = Rule::structure("too-many-rows", Severity::Error, include_str!("too_many_rows.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for violation in &context.violations {
        if let ViolationKind::TooMany { list: List::Rows, count } = violation.kind {
            findings
                .at(violation.span, format!("a grid has at most {MAX_ROWS} rows, and this one has {count}"))
                .says("the fourth row")
                .help("put its buttons into the rows above, at most 3 in each");
        }
    }
    for overflow in context.overflows().iter().filter(|overflow| overflow.is_certain && overflow.list == List::Rows) {
        let sum = sum(overflow);
        findings
            .at(overflow.fourth, format!("a grid has at most {MAX_ROWS} rows, and this one has {sum}"))
            .says("the fourth row comes from here")
            .help(bound(overflow, MAX_ROWS));
    }
}
