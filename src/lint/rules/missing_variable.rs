//! A required variable without a value.

use crate::lint::{Findings, RenderFailure, Rule};
use crate::render::{RenderError, ValueError};

pub(in crate::lint) static RULE: Rule = Rule::failure("missing-variable", include_str!("missing_variable.md"), check);

fn check(failure: &RenderFailure<'_>, findings: &mut Findings<'_>) {
    let RenderError::Value(ValueError::Missing { name, location }) = failure.error else { return };
    let (place, or) = match failure.template.variables {
        Some(_) => ("declared here without a `default`", ", or declare a `default`"),
        None => ("used here", ""),
    };
    findings
        .at(*location, format!("missing variable `{name}`"))
        .label(place)
        .help(format!("pass it with `--var {name}=…` or in a `--vars` file{or}"));
}
