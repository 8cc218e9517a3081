//! A link that is not encrypted.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::analysis::links::{LinkFault, Proof};
use crate::lint::wording::quote;

pub(in crate::lint) static RULE: Rule = Rule::context("insecure-link", Severity::Warning, include_str!("insecure_link.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    for text in template.links() {
        let start = text.source.get(..SCHEME.len()).unwrap_or_default();
        if start.eq_ignore_ascii_case(SCHEME) {
            let location = text.locate(&template.sources, 0..SCHEME.len());
            findings.at(location, MESSAGE).help(HELP);
        }
    }
    for hole in context.misplaced().iter().filter(|hole| hole.fault == LinkFault::Insecure) {
        match &hole.proof {
            Proof::Written { .. } => findings.at(hole.location, MESSAGE),
            Proof::Listed { value, places } => {
                let message = format!("with `{}` = {}, {MESSAGE}", hole.name, quote(value));
                places.iter().fold(findings.at(hole.location, message), |finding, place| finding.also(*place, "listed here"))
            }
            Proof::Declared { variable, .. } => findings.at(hole.location, MESSAGE).also(*variable, "declared here"),
        }
        .help(HELP);
    }
}

const MESSAGE: &str = "this link is not encrypted: anybody on the way can read and change what it opens";

const HELP: &str = "use https://";

const SCHEME: &str = "http://";
