//! More than 3 rows in a grid, whatever the values.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::message::MAX_ROWS;
use crate::schema::{List, Violation};

use super::may_exceed_limit::{bound, sum};

pub(in crate::lint) static RULE: Rule =
    Rule::structure("too-many-rows", Severity::Error, include_str!("too_many_rows.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for overflow in context.overflows().iter().filter(|overflow| overflow.is_certain && overflow.list == List::Rows) {
        findings
            .at(overflow.fourth, "too many rows in a grid")
            .label(format!("expected at most {MAX_ROWS} rows, found {}", sum(overflow)))
            .help(bound(overflow, MAX_ROWS));
    }
}

/// Reports rows that are written out.
pub(in crate::lint) fn report(violation: &Violation, count: usize, findings: &mut Findings<'_>) {
    findings
        .at(violation.span, "too many rows in a grid")
        .label(format!("expected at most {MAX_ROWS} rows, found {count}"))
        .help("move its buttons to the rows above, at most 3 in each, or remove it");
}
