//! A type of content other than text.

use crate::lint::{Facts, Findings, Rule, Severity};
use crate::schema::Problem;

pub(in crate::lint) static RULE: Rule =
    Rule::structure("unsupported-type", Severity::Error, include_str!("unsupported_type.md"), check);

fn check(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    for misfit in &facts.misfits {
        if let Problem::NotConstant { expected } = &misfit.problem {
            let expected = expected.as_str().unwrap_or_default();
            let found = match facts.file.slice(misfit.span) {
                long if long.contains('\n') => "something else".to_owned(),
                "" => "nothing".to_owned(),
                short => format!("`{short}`"),
            };
            let message = format!("the API sends only `{expected}` for now, and this is {found}");
            let help = match facts.is_request() {
                true => format!("write `\"{expected}\"`"),
                false => format!("write `{expected}`, or leave `{}` out", misfit.name),
            };
            findings.at(misfit.span, message).help(help);
        }
    }
}
