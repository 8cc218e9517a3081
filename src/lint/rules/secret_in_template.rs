//! A token or a key in a template.


use crate::lint::{Context, Findings, Rule, Severity};
use crate::source::secrets::secrets;

pub(in crate::lint) static RULE: Rule =
    Rule::context("secret-in-template", Severity::Error, include_str!("secret_in_template.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for secret in secrets(context.file.text()) {
        let (noun, length) = (secret.kind.noun(), secret.span.len());
        findings.at(secret.span, format!("this looks like {noun}, {length} characters long")).help(
            "have a new one issued, since all who can read the file have this one; \
             `kenarc send` takes them from `KENAR_API_KEY` and `KENAR_ACCESS_TOKEN` in the environment",
        );
    }
}
