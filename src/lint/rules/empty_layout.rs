//! A grid without rows, or a row without buttons.

use crate::lint::{Findings, Rule, Severity};
use crate::schema::{List, Violation};

pub(in crate::lint) static RULE: Rule =
    Rule::violation("empty-layout", Severity::Error, include_str!("empty_layout.md"));

/// Reports a list without items.
pub(in crate::lint) fn report(violation: &Violation, list: List, findings: &mut Findings<'_>) {
    let (headline, label, help) = match list {
        List::Rows => ("grid has no rows", "expected 1 to 3 rows", "add a row, or remove the grid"),
        List::Buttons => ("row has no buttons", "expected 1 to 3 buttons", "add a button, or remove the row"),
    };
    findings.at(violation.span, headline).label(label).help(help);
}
