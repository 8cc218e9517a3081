//! A key given twice.

use crate::lint::{Facts, Findings, Rule, Severity};
use crate::syntax::SyntaxError;
use crate::schema::ICON_NAME;
use crate::schema::Problem;

pub(in crate::lint) static RULE: Rule = Rule::structure("duplicate-key", Severity::Error, include_str!("duplicate_key.md"), check);

fn check(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    for error in facts.syntax_errors {
        report(error, findings);
    }
    for misfit in &facts.misfits {
        if let Problem::TwoSpellings { first } = misfit.problem {
            let name = &misfit.name;
            findings
                .at(misfit.span, format!("the {name} is given twice: `{ICON_NAME}` is another spelling of `{name}`"))
                .says("again here")
                .also(first, "first here")
                .help(format!("keep `{name}`; the other spelling is deprecated"));
        }
    }
}

pub(in crate::lint) fn report(error: &SyntaxError, findings: &mut Findings<'_>) {
    if let SyntaxError::DuplicateKey { key, first, second } = error {
        findings
            .at(*second, format!("the key `{key}` is given twice in one mapping"))
            .says("again here")
            .also(*first, "first here")
            .help("keep one of the two");
    }
}
