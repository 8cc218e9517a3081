//! A content type other than `TEXT`.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::schema::ViolationKind;

pub(in crate::lint) static RULE: Rule =
    Rule::structure("unsupported-type", Severity::Error, include_str!("unsupported_type.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for violation in &context.violations {
        if let ViolationKind::NotConstant { expected } = &violation.kind {
            let found = match context.file.slice(violation.span) {
                long if long.contains('\n') => "another value".to_owned(),
                "" => "no value".to_owned(),
                short => format!("`{short}`"),
            };
            let label = format!("expected `{expected}`, found {found}");
            let help = match context.is_request() {
                true => format!("write `\"{expected}\"`"),
                false => format!("write `{expected}`, or remove `{}`", violation.name),
            };
            findings.at(violation.span, format!("unsupported `{}`", violation.name)).label(label).help(help);
        }
    }
}
