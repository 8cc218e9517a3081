//! A conditional expression without `else` whose missing value is used.

use crate::analysis::types::Otherwise;
use crate::lint::{Context, Findings, Rule, Severity};

use super::evaluation_error::with_else;

pub(in crate::lint) static RULE: Rule =
    Rule::context("missing-else", Severity::Warning, include_str!("missing_else.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    for missing in &context.types().missing_else {
        let offer = with_else(template, missing.location, missing.empty());
        let span = offer.as_ref().map_or(missing.location, |offer| offer.rewriting.span);
        let finding = findings.at(span, "missing `else`").label(match missing.otherwise {
            Otherwise::Undefined => "has no value if the condition is false, which is an error",
            Otherwise::False => "is `false` if the condition is false, which is an error",
        });
        match offer {
            Some(offer) => finding.rewrite(offer),
            None => finding.help(format!("add `else {}`", missing.empty())),
        };
    }
}
