//! A key given twice.

use crate::diagnostic::Severity;
use crate::syntax::SyntaxError;

use super::{Facts, Findings, Rule};

pub(super) static RULE: Rule = Rule::facts("duplicate-key", Severity::Error, include_str!("duplicate_key.md"), check);

fn check(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    for error in facts.syntax_errors {
        report(error, findings);
    }
}

pub(super) fn report(error: &SyntaxError, findings: &mut Findings<'_>) {
    if let SyntaxError::DuplicateKey { key, first, second } = error {
        findings
            .at(*second, format!("the key `{key}` is given twice in one mapping"))
            .says("again here")
            .also(*first, "first here")
            .help("keep one of the two");
    }
}
