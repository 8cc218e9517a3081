//! A hole that cannot be evaluated with these values.

use crate::lint::{Failure, Findings, Rule};
use crate::render::{EvaluationError, RenderError};
use crate::lint::wording::quote;

pub(in crate::lint) static RULE: Rule = Rule::failure("evaluation-error", include_str!("evaluation_error.md"), check);

fn check(failure: &Failure<'_>, findings: &mut Findings<'_>) {
    let RenderError::Evaluation { location, failure: cause } = failure.error else { return };
    match cause {
        EvaluationError::Evaluation { detail } => {
            findings.at(*location, format!("this cannot be evaluated with these values: {detail}"));
        }
        EvaluationError::Undefined { detail } => {
            let message =
                if detail.is_empty() { "this has no value".to_owned() } else { format!("this has no value: {detail}") };
            findings.at(*location, message).help("test it with `is defined`, or give it with `| default(…)`");
        }
        EvaluationError::NotText { found } => {
            findings.at(*location, format!("only text or a number can stand in text, and this is {found}")).help(instead(found));
        }
        EvaluationError::NotJson { found } => {
            findings.at(*location, format!("`data` is JSON, and {found} has no form there"));
        }
        EvaluationError::OutOfBounds { bound } => {
            findings.at(*location, format!("this takes more than the allowed {bound}"));
        }
        EvaluationError::Link { value, part, allowed } => {
            let value = quote(&value.as_str().into());
            findings.at(*location, format!("the {part} of a link takes {allowed}, and a value here is {value}"));
        }
    }
}

/// What to write in text where a value is neither text nor a number.
pub(in crate::lint) fn instead(found: &str) -> &'static str {
    match found {
        "a list" => "join its items: `| join(\"، \")`",
        "a mapping" => "take one of its values: `.name`",
        "a boolean" => "say it in words: `{{ \"بله\" if … else \"خیر\" }}`",
        _ => "leave it out where there is none: `{% if … %}`, or `| default(…, true)`",
    }
}
