//! A key that is given twice.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::schema::{ICON_NAME, Violation};
use crate::source::Span;
use crate::syntax::SyntaxError;

pub(in crate::lint) static RULE: Rule =
    Rule::structure("duplicate-key", Severity::Error, include_str!("duplicate_key.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for error in context.syntax_errors {
        report(error, findings);
    }
}

/// Reports a field that is given under both of its spellings.
pub(in crate::lint) fn report_spellings(violation: &Violation, first: Span, findings: &mut Findings<'_>) {
    let name = &violation.name;
    findings
        .at(violation.span, format!("duplicate field `{name}`"))
        .label("given again here")
        .also(first, "first given here")
        .help(format!("remove `{ICON_NAME}`, which is a deprecated spelling of `{name}`"));
}

pub(in crate::lint) fn report(error: &SyntaxError, findings: &mut Findings<'_>) {
    if let SyntaxError::DuplicateKey { key, first, second } = error {
        findings
            .at(*second, format!("duplicate key `{key}`"))
            .label("given again here")
            .also(*first, "first given here")
            .help("remove one of the two");
    }
}
