//! A key given twice.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::syntax::SyntaxError;
use crate::schema::ICON_NAME;
use crate::schema::ViolationKind;

pub(in crate::lint) static RULE: Rule = Rule::structure("duplicate-key", Severity::Error, include_str!("duplicate_key.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for error in context.syntax_errors {
        report(error, findings);
    }
    for violation in &context.violations {
        if let ViolationKind::TwoSpellings { first } = violation.kind {
            let name = &violation.name;
            findings
                .at(violation.span, format!("the {name} is given twice: `{ICON_NAME}` is another spelling of `{name}`"))
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
