//! A content type other than `TEXT`.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::schema::Violation;

pub(in crate::lint) static RULE: Rule =
    Rule::violation("unsupported-type", Severity::Error, include_str!("unsupported_type.md"));

/// Reports a value other than the only one allowed.
pub(in crate::lint) fn report(
    context: &Context<'_>,
    violation: &Violation,
    expected: &str,
    findings: &mut Findings<'_>,
) {
    let found = match context.file.slice(violation.span) {
        long if long.contains('\n') => "another value".to_owned(),
        "" => "no value".to_owned(),
        short => format!("`{short}`"),
    };
    let help = match context.is_request() {
        true => format!("write `\"{expected}\"`"),
        false => format!("write `{expected}`, or remove `{}`", violation.name),
    };
    findings
        .at(violation.span, format!("unsupported `{}`", violation.name))
        .label(format!("expected `{expected}`, found {found}"))
        .help(help);
}
