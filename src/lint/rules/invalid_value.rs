//! A value that does not match its declaration.

use crate::lint::wording::{advice, expectation};
use crate::lint::{Findings, RenderFailure, Rule};
use crate::render::{RenderError, ValueError};

pub(in crate::lint) static RULE: Rule = Rule::failure("invalid-value", include_str!("invalid_value.md"), check);

fn check(failure: &RenderFailure<'_>, findings: &mut Findings<'_>) {
    let RenderError::Value(ValueError::Invalid { name, file, declared, mismatch }) = failure.error else { return };
    let finding = findings
        .elsewhere(file, mismatch.span, format!("invalid value for `{name}{}`", mismatch.path))
        .label(expectation(&mismatch.kind, &mismatch.value))
        .also_in(&failure.template.file, *declared, "declared here");
    if let Some(help) = advice(&mismatch.kind, &mismatch.value) {
        finding.help(help);
    }
}
