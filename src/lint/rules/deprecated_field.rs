//! A deprecated spelling of a field.

use crate::lint::{Applicability, Findings, Rule, Severity};
use crate::schema::{ICON_NAME, Violation};

pub(in crate::lint) static RULE: Rule =
    Rule::violation("deprecated-field", Severity::Warning, include_str!("deprecated_field.md"));

/// Reports a field under its deprecated spelling.
pub(in crate::lint) fn report(violation: &Violation, findings: &mut Findings<'_>) {
    let name = &violation.name;
    findings
        .at(violation.span, format!("deprecated field `{ICON_NAME}`"))
        .label(format!("a deprecated spelling of `{name}`"))
        .suggest(&[name], violation.span, Applicability::Safe)
        .help(format!("write `{name}`"));
}
