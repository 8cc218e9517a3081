//! A token or an API key in a template.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::source::Span;
use crate::source::secrets::{FoundSecret, SecretKind, secrets};
use crate::template::Text;

pub(in crate::lint) static RULE: Rule =
    Rule::context("secret-in-template", Severity::Error, include_str!("secret_in_template.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let media = context.template.as_ref().and_then(|template| template.media_token.as_ref()).map(Text::span);
    // A media token says which file is sent, and may have the form of a JSON Web Token.
    let is_media = |secret: &FoundSecret| {
        let is_inside = |media: Span| media.start <= secret.span.start && secret.span.end <= media.end;
        secret.kind == SecretKind::JsonWebToken && media.is_some_and(is_inside)
    };
    for secret in secrets(context.file.slice(context.file.own())).into_iter().filter(|secret| !is_media(secret)) {
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
