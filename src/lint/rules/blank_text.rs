//! A message, a caption or a token that is blank.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::schema::ViolationKind;

pub(in crate::lint) static RULE: Rule = Rule::structure("blank-text", Severity::Error, include_str!("blank_text.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for violation in &context.violations {
        if violation.kind == ViolationKind::Blank {
            let (expected, help) = match violation.name.as_str() {
                "post_token" => ("expected the token of a post", "write the last part of the post's address on divar.ir"),
                _ => ("expected at least one visible character", "write the text that people will read"),
            };
            findings.at(violation.span, format!("`{}` is blank", violation.name)).label(expected).help(help);
        }
    }
}
