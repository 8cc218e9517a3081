//! A type of content other than text.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::schema::ViolationKind;

pub(in crate::lint) static RULE: Rule =
    Rule::structure("unsupported-type", Severity::Error, include_str!("unsupported_type.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for violation in &context.violations {
        if let ViolationKind::NotConstant { expected } = &violation.kind {
            let found = match context.file.slice(violation.span) {
                long if long.contains('\n') => "something else".to_owned(),
                "" => "nothing".to_owned(),
                short => format!("`{short}`"),
            };
            let message = format!("the API sends only `{expected}` for now, and this is {found}");
            let help = match context.is_request() {
                true => format!("write `\"{expected}\"`"),
                false => format!("write `{expected}`, or leave `{}` out", violation.name),
            };
            findings.at(violation.span, message).help(help);
        }
    }
}
