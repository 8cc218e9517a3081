//! A value that does not meet its declaration.

use crate::lint::{Failure, Findings, Rule};
use crate::render::{RenderError, ValueError};
use crate::lint::wording::sentence;

pub(in crate::lint) static RULE: Rule = Rule::failure("invalid-value", include_str!("invalid_value.md"), check);

fn check(failure: &Failure<'_>, findings: &mut Findings<'_>) {
    let RenderError::Value(ValueError::Invalid { name, file, declared, mismatch }) = failure.error else { return };
    findings.elsewhere(file, mismatch.span, format!("`{name}{}` {}", mismatch.path, sentence(&mismatch.kind, &mismatch.value))).also_in(
        failure.template.file(),
        declared.span,
        "declared here",
    );
}
