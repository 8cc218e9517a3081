//! An expression or statement that cannot be evaluated with the given values.

use std::ops::Range;

use crate::analysis::links::UrlPart;
use crate::analysis::types::{Kinds, Type};
use crate::expr::library::{OperandRole, Operation, Takes};
use crate::expr::printf::FormatError;
use crate::lint::finding::Offer;
use crate::lint::foreign;
use crate::lint::near::nearest;
use crate::lint::persian;
use crate::lint::wording::{counted, quote};
use crate::lint::{Findings, RenderFailure, Rule};
use crate::render::{EvaluationError, RenderError, RenderLimit, ValueType};
use crate::schema::Kind;
use crate::source::Span;
use crate::template::{Rewriting, Template};

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
            let finding = findings.at(*location, "undefined value").label(if detail.is_empty() {
                "has no value"
            } else {
                detail
            });
            match with_else(failure.template, *location, "\"\"") {
                Some(Offer { rewriting: Rewriting { text, .. }, .. }) => finding.help(format!("add `else`: `{text}`")),
                None => finding.help("test it with `is defined`, or set a value with `| default(…)`"),
            };
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
        EvaluationError::NotTaken { operation, takes, operand, found } => {
            let finding =
                findings.at(*location, refused(*operation)).label(expected(*takes, *operand, &found.to_string()));
            if let ValueType::Json(kind) = found
                && let Some(help) = conversion(*takes, *operand, *kind)
            {
                finding.help(help);
            }
        }
        EvaluationError::NoAttribute { filter, name, keys } => {
            let near = nearest(name, keys.iter().map(String::as_str));
            findings
                .at(*location, format!("undefined attribute `{name}`"))
                .label(format!("`{filter}` looks up `{name}` of each item, and an item has none"))
                .help(match near.first() {
                    Some(near) => format!("use `{near}`"),
                    None => format!("take only the items that have it: `| selectattr(\"{name}\", \"defined\")`"),
                });
        }
        EvaluationError::Format(error) => {
            findings.at(*location, FORMAT_MISMATCH).label(format_mismatch(*error)).help(instead_of_format(*error));
        }
        EvaluationError::Persian(error) => {
            let finding = findings.at(*location, persian::headline(error)).label(persian::label(error));
            if let Some(help) = persian::help(error) {
                finding.help(help);
            }
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

/// The headline about a format that does not fit its arguments.
pub(super) const FORMAT_MISMATCH: &str = "format does not fit its arguments";

/// Returns what is wrong with a format.
pub(super) fn format_mismatch(error: FormatError) -> String {
    match error {
        FormatError::Invalid => "a `%` does not begin a field such as `%s` or `%d`".to_owned(),
        FormatError::Count { fields, arguments, .. } => {
            format!("expected {}, found {arguments}", counted(fields, "argument"))
        }
        FormatError::Keys => "expected one value for each `%(key)s`, and nothing else".to_owned(),
    }
}

/// Returns what to write instead of a format that does not fit its arguments.
pub(super) fn instead_of_format(error: FormatError) -> &'static str {
    match error {
        FormatError::Invalid => "write `%%` for a percent sign",
        FormatError::Count { has_braces: true, .. } => {
            "write `%s` for a value; to separate thousands, write the number alone, with `| number`"
        }
        FormatError::Count { fields, arguments, .. } if fields < arguments => {
            "write a `%s` for each argument, or remove the argument"
        }
        FormatError::Count { .. } => "pass an argument for each field, and write `%%` for a percent sign",
        FormatError::Keys => "pass the values by their keys: `format(key=…)`",
    }
}

/// Returns the headline about an operation that does not take a value.
fn refused(operation: Operation) -> String {
    match operation {
        Operation::Filter(name) => format!("cannot apply the filter `{name}`"),
        Operation::Test(name) => format!("cannot apply the test `{name}`"),
        Operation::Function(name) => format!("cannot call `{name}` with this value"),
        Operation::Operator("~") => "cannot concatenate this value".to_owned(),
        Operation::Operator(sign) => format!("cannot apply `{sign}` to this value"),
        Operation::In => "cannot search with `in`".to_owned(),
        Operation::Item => "cannot use this value as an index".to_owned(),
        Operation::Slice => "cannot slice this value".to_owned(),
        Operation::Bound => "cannot use this value in a slice".to_owned(),
    }
}

/// Returns what an operation expects and what was found, both with their articles.
pub(super) fn expected(takes: Takes, operand: OperandRole, found: &str) -> String {
    let taken = match takes {
        Takes::Items => Type::of(Kinds::LIST),
        Takes::Ordered => Type::of(Kinds::NUMBER | Kinds::TEXT),
        takes => Type::of(Kinds::taken(takes)),
    };
    match operand {
        OperandRole::Input => format!("expected {taken}, found {found}"),
        OperandRole::Item => format!("expected each item to be {taken}, found {found}"),
        OperandRole::Argument => format!("expected the argument to be {taken}, found {found}"),
    }
}

/// Returns how to convert a value of a kind to one that an operation takes.
pub(super) fn conversion(takes: Takes, operand: OperandRole, found: Kind) -> Option<&'static str> {
    Some(match (takes, operand, found) {
        (Takes::Numeral | Takes::Date, OperandRole::Input, Kind::String) => persian::declaration(takes, Kinds::TEXT),
        (Takes::Boolean, _, _) => "write `true` or `false`",
        (_, OperandRole::Item, Kind::Null) => "leave such items out: `| reject(\"none\")`",
        (Takes::Text, OperandRole::Item, Kind::Object) => "take an attribute of each item: `| map(attribute=\"…\")`",
        (Takes::Text, OperandRole::Item, _) => return None,
        (Takes::Items | Takes::Mapping, _, Kind::Null) => "replace null with an empty list: `| default([], true)`",
        (Takes::Container | Takes::Sequence, _, Kind::Null) => {
            "replace null: `| default([], true)`, or `| default(\"\", true)` for a string"
        }
        (_, _, Kind::Null) => "replace null with `| default(…, true)`, or test it with `is not none`",
        (Takes::Text | Takes::Query, _, Kind::Boolean) => "write it in words: `\"بله\" if … else \"خیر\"`",
        (Takes::Text | Takes::Query | Takes::String, _, Kind::Array) => instead(Some(Kind::Array)),
        (Takes::Text | Takes::String, _, Kind::Object) => instead(Some(Kind::Object)),
        (Takes::String, _, Kind::Integer | Kind::Number) => "convert it to a string: `| string`",
        (Takes::Number | Takes::Addend | Takes::Ordered, OperandRole::Item, Kind::Boolean) => {
            "convert each item to a number: `| map(\"int\")`"
        }
        (Takes::Number, OperandRole::Item, Kind::String) => "convert each item to a number: `| map(\"int\")`",
        (Takes::Number | Takes::Ordered, _, Kind::Boolean) => "convert it to a number: `| int`",
        (Takes::Addend, _, Kind::Boolean) => {
            "say what it stands for: `(1 if … else 0)`, or `(\"بله\" if … else \"خیر\")`"
        }
        (Takes::Number, _, Kind::String) => "convert it to a number: `| int` or `| float`",
        _ => return None,
    })
}

/// Returns a conditional expression without `else` as it is written with one.
pub(super) fn with_else(template: &Template, location: Span, otherwise: &str) -> Option<Offer> {
    let programs = template.programs();
    let mut programs = programs.iter().filter(|program| program.holds(location));
    programs.find_map(|program| {
        let locate = program.locator(&template.file);
        let is_meant = |range: &Range<usize>| locate(range.clone()) == location;
        let replacement = foreign::with_else(program.program.ok()?, otherwise, is_meant)?;
        Offer::of(program, &template.file, &replacement)
    })
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
