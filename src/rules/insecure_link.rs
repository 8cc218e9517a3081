//! A link that is not encrypted.

use crate::diagnostic::Severity;

use super::{Facts, Findings, Rule};

pub(super) static RULE: Rule = Rule::facts("insecure-link", Severity::Warning, include_str!("insecure_link.md"), check);

fn check(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &facts.template else { return };
    for text in template.links() {
        let start = text.source.get(..SCHEME.len()).unwrap_or_default();
        if start.eq_ignore_ascii_case(SCHEME) {
            let span = text.locate(&template.file, 0..SCHEME.len());
            findings
                .at(span, "this link is not encrypted: anybody on the way can read and change what it opens")
                .help("use https://");
        }
    }
}

const SCHEME: &str = "http://";
