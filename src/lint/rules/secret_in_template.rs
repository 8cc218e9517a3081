//! A token or an API key in a template.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::source::secrets::secrets;

pub(in crate::lint) static RULE: Rule =
    Rule::context("secret-in-template", Severity::Error, include_str!("secret_in_template.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for secret in secrets(context.file.slice(context.file.own())) {
        let (noun, length) = (secret.kind.noun(), secret.span.len());
        findings
            .at(secret.span, "secret in a template")
            .label(format!("looks like {noun}, {length} characters long"))
            .help(
                "remove it and revoke it, since everybody who can read the file has it; \
             `kenarc send` reads secrets from `KENAR_API_KEY` and `KENAR_ACCESS_TOKEN` in the environment",
            );
    }
}
