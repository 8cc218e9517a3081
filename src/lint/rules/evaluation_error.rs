//! An expression or statement that cannot be evaluated with the given values.

use crate::analysis::links::UrlPart;
use crate::lint::wording::quote;
use crate::lint::{Findings, RenderFailure, Rule};
use crate::render::{EvaluationError, RenderError, RenderLimit, ValueType};
use crate::schema::Kind;

pub(in crate::lint) static RULE: Rule = Rule::failure("evaluation-error", include_str!("evaluation_error.md"), check);

fn check(failure: &RenderFailure<'_>, findings: &mut Findings<'_>) {
    let RenderError::Evaluation { location, failure: cause } = failure.error else { return };
    match cause {
        EvaluationError::Evaluation { detail } => {
            findings.at(*location, "evaluation failed with these values").label(detail.clone());
        }
        EvaluationError::Internal => {
            findings
                .at(*location, "evaluation failed with these values")
                .label("the Jinja engine cannot evaluate this")
                .help(
                    "write it in another way: look for very large numbers, and for filters and calls without arguments",
                );
        }
        EvaluationError::Undefined { detail } => {
            findings
                .at(*location, "undefined value")
                .label(if detail.is_empty() { "has no value" } else { detail })
                .help("test it with `is defined`, or set a value with `| default(…)`");
        }
        EvaluationError::NotText { found } => {
            findings
                .at(*location, "cannot insert this value into text")
                .label(format!("expected a string or a number, found {found}"))
                .help(instead(match found {
                    ValueType::Json(kind) => Some(*kind),
                    ValueType::Undefined | ValueType::Other => None,
                }));
        }
        EvaluationError::NotJson { found } => {
            findings.at(*location, "value has no JSON form").label(format!("expected a JSON value, found {found}"));
        }
        EvaluationError::OutOfBounds { bound } => {
            findings.at(*location, "evaluation limit exceeded").label(format!("takes more than {bound}")).help(
                match bound {
                    RenderLimit::Work | RenderLimit::Items => "iterate over fewer items, such as `list[:10]`",
                    RenderLimit::MessageText => "shorten the text, or iterate over fewer items, such as `list[:10]`",
                    RenderLimit::IntermediateSize | RenderLimit::Nesting => "build smaller values",
                },
            );
        }
        EvaluationError::Link { value, part, allowed } => {
            let value = quote(&value.as_str().into());
            let preposition = if *part == UrlPart::Start.name() { "at" } else { "in" };
            findings
                .at(*location, format!("invalid value {preposition} the {part} of a link"))
                .label(format!("expected {allowed}, found {value}"));
        }
    }
}

/// Returns how to write a value in text that is neither a string nor a number, if its kind is known.
pub(in crate::lint) fn instead(found: Option<Kind>) -> &'static str {
    match found {
        Some(Kind::Array) => "join its items: `| join(\"، \")`",
        Some(Kind::Object) => "take one of its values: `.name`",
        Some(Kind::Boolean) => "write it in words: `{{ \"بله\" if … else \"خیر\" }}`",
        _ => "test it with `{% if … %}`, or replace it with `| default(…, true)`",
    }
}
