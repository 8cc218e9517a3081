//! A link that is not encrypted.

use crate::analysis::links::{LinkFault, Proof};
use crate::lint::wording::quote;
use crate::lint::{Context, Findings, Rule, Severity};

pub(in crate::lint) static RULE: Rule =
    Rule::context("insecure-link", Severity::Warning, include_str!("insecure_link.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    for text in template.links() {
        let start = text.source.get(..SCHEME.len()).unwrap_or_default();
        if start.eq_ignore_ascii_case(SCHEME) {
            let location = text.locate(&template.file, 0..SCHEME.len());
            findings.at(location, HEADLINE).label(LABEL).help(HELP);
        }
    }
    for expression in context.misplaced().iter().filter(|expression| expression.fault == LinkFault::Insecure) {
        match &expression.proof {
            Proof::Written { .. } => findings.at(expression.location, HEADLINE).label(LABEL),
            Proof::Listed { value, places } => {
                let label = format!("`{}` can be {}, which is not encrypted", expression.name, quote(value));
                let finding = findings.at(expression.location, HEADLINE).label(label);
                places.iter().fold(finding, |finding, place| finding.also(*place, "listed here"))
            }
            Proof::Declared { variable, .. } => {
                findings.at(expression.location, HEADLINE).label(LABEL).also(*variable, "declared here")
            }
        }
        .help("let every value begin with `https://`");
    }
}

const HEADLINE: &str = "insecure link";

const LABEL: &str = "`http` is not encrypted";

const HELP: &str = "use `https://`";

const SCHEME: &str = "http://";
