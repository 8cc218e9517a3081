//! Human-readable descriptions of JSON Schema keywords, formats and values.

use std::fmt;

use jsonschema::JsonType;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

use crate::render::is_scientific;
use crate::schema::Kind;

use super::near::nearest;

/// The longest value that is quoted in full, in characters.
const MAX_QUOTED: usize = 60;

/// Returns what a keyword expects and what the value is: "expected at least 0, found `-5`".
pub(super) fn expectation(kind: &ValidationErrorKind, value: &Value) -> String {
    use ValidationErrorKind as Keyword;

    match kind {
        Keyword::Required { property } => format!("missing key `{}`", property.as_str().unwrap_or_default()),
        Keyword::AdditionalProperties { unexpected } | Keyword::UnevaluatedProperties { unexpected } => {
            format!("unexpected key `{}`", unexpected.join("`, `"))
        }
        Keyword::UniqueItems => "expected distinct items, found duplicates".to_owned(),
        Keyword::MinItems { .. } | Keyword::MaxItems { .. } if value.is_array() => {
            let count = value.as_array().map_or(0, Vec::len);
            format!("expected {}, found {count}", expected(kind))
        }
        Keyword::MinProperties { .. } | Keyword::MaxProperties { .. } if value.is_object() => {
            let count = value.as_object().map_or(0, serde_json::Map::len);
            format!("expected {}, found {count}", expected(kind))
        }
        Keyword::Type { kind: TypeKind::Single(JsonType::Integer | JsonType::Number) } => {
            let reason = value.as_str().and_then(not_a_number).unwrap_or_default();
            format!("expected {}, found {}{reason}", expected(kind), quote(value))
        }
        Keyword::Enum { .. } if is_container(value) => {
            format!("expected a value of `enum`, found another {}", noun(value))
        }
        Keyword::Constant { .. } if is_container(value) => {
            format!("expected the value of `const`, found another {}", noun(value))
        }
        Keyword::Not { .. } => "expected a value that does not match the schema under `not`".to_owned(),
        kind => format!("expected {}, found {}", expected(kind), quote(value)),
    }
}

fn is_container(value: &Value) -> bool {
    value.is_array() || value.is_object()
}

fn noun(container: &Value) -> &'static str {
    if container.is_array() { "list" } else { "mapping" }
}

/// Returns why a text that looks like a number is none, as the end of a sentence.
fn not_a_number(text: &str) -> Option<&'static str> {
    let is_number_with = |others: &[char]| {
        let is_other = |character: &char| others.contains(character);
        text.chars().any(|character| is_other(&character))
            && text.chars().any(char::is_numeric)
            && text.chars().all(|character| character.is_numeric() || is_other(&character) || "+-.".contains(character))
    };
    if is_scientific(text) {
        Some(", in which a spreadsheet has dropped digits")
    } else if is_number_with(&[',', '،', '\u{66c}', '\'', '_']) {
        Some(": write it without separators")
    } else {
        None
    }
}

/// Returns what to do about a value that does not match its schema, if more can be said than what is expected.
pub(super) fn advice(kind: &ValidationErrorKind, value: &Value) -> Option<String> {
    use ValidationErrorKind as Keyword;

    match (kind, value) {
        (Keyword::Required { property }, _) => Some(format!("add the key `{}`", property.as_str()?)),
        (Keyword::AdditionalProperties { .. } | Keyword::UnevaluatedProperties { .. }, _) => {
            Some("remove it, or declare it under `properties`".to_owned())
        }
        (Keyword::UniqueItems, _) => Some("remove the duplicates".to_owned()),
        (Keyword::Type { kind: TypeKind::Single(JsonType::String) }, Value::Number(_) | Value::Bool(_)) => {
            Some(format!("put it in quotes: `\"{value}\"`"))
        }
        (Keyword::Type { kind: TypeKind::Single(JsonType::Integer) }, Value::String(text)) => {
            text.parse::<i64>().ok().map(|number| format!("write `{number}` without quotes"))
        }
        (Keyword::Type { kind: TypeKind::Single(JsonType::Number) }, Value::String(text)) => {
            text.parse::<serde_json::Number>().ok().map(|number| format!("write `{number}` without quotes"))
        }
        (Keyword::Type { kind: TypeKind::Single(JsonType::Boolean) }, Value::String(_) | Value::Number(_)) => {
            Some("write `true` or `false`".to_owned())
        }
        (Keyword::Enum { options }, Value::String(text)) => {
            let near = nearest(text, options.as_array()?.iter().filter_map(Value::as_str));
            (!near.is_empty()).then(|| format!("write {}", one_of(near.iter().map(|name| format!("`{name}`")))))
        }
        _ => None,
    }
}

/// Returns what a keyword expects: "at least 0".
fn expected(kind: &ValidationErrorKind) -> String {
    use ValidationErrorKind as Keyword;

    match kind {
        Keyword::Type { kind: TypeKind::Single(only) } => kind_of(*only).noun().to_owned(),
        Keyword::Type { kind: TypeKind::Multiple(several) } => one_of(several.iter().map(|kind| kind_of(kind).noun())),
        Keyword::Minimum { limit } => format!("at least {limit}"),
        Keyword::Maximum { limit } => format!("at most {limit}"),
        Keyword::ExclusiveMinimum { limit } => format!("more than {limit}"),
        Keyword::ExclusiveMaximum { limit } => format!("less than {limit}"),
        Keyword::MultipleOf { multiple_of } => format!("a multiple of {multiple_of}"),
        Keyword::MinLength { limit } => format!("at least {}", counted(*limit, "character")),
        Keyword::MaxLength { limit } => format!("at most {}", counted(*limit, "character")),
        Keyword::MinItems { limit } => format!("at least {}", counted(*limit, "item")),
        Keyword::MaxItems { limit } => format!("at most {}", counted(*limit, "item")),
        Keyword::MinProperties { limit } => format!("at least {}", counted(*limit, "key")),
        Keyword::MaxProperties { limit } => format!("at most {}", counted(*limit, "key")),
        Keyword::Pattern { pattern } => format!("a string that matches `{pattern}`"),
        Keyword::Format { format } => format_noun(format),
        Keyword::Enum { options } => {
            let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
            one_of(options.iter().map(quote))
        }
        Keyword::Constant { expected_value } => quote(expected_value),
        Keyword::FalseSchema => "no value".to_owned(),
        other => format!("a value that matches `{}`", other.keyword()),
    }
}

/// Returns the kind of a JSON type of the validator.
fn kind_of(kind: JsonType) -> Kind {
    match kind {
        JsonType::Array => Kind::Array,
        JsonType::Boolean => Kind::Boolean,
        JsonType::Integer => Kind::Integer,
        JsonType::Null => Kind::Null,
        JsonType::Number => Kind::Number,
        JsonType::Object => Kind::Object,
        JsonType::String => Kind::String,
    }
}

/// Returns the noun of a `format` of JSON Schema, with its article.
pub(super) fn format_noun(format: &str) -> String {
    match format {
        // RFC 3986; RFC 3987 for `iri`.
        "uri" => "an absolute URL in ASCII".to_owned(),
        "iri" => "an absolute URL".to_owned(),
        "date" => "a date like 2026-11-22".to_owned(),
        "date-time" => "a date and time like 2026-11-22T08:30:00+03:30".to_owned(),
        "time" => "a time like 08:30:00+03:30".to_owned(),
        "email" => "an e-mail address".to_owned(),
        "uuid" => "a UUID".to_owned(),
        other => format!("a string of the format `{other}`"),
    }
}

/// Returns a list of alternatives: "a, b or c".
pub(crate) fn one_of(words: impl IntoIterator<Item = impl Into<String>>) -> String {
    let mut words: Vec<String> = words.into_iter().map(Into::into).collect();
    let last = words.pop().unwrap_or_default();
    if words.is_empty() { last } else { format!("{} or {last}", words.join(", ")) }
}

/// Returns a number with its noun: "1 item", "2 items".
pub(crate) fn counted<N: Copy + fmt::Display + PartialEq + From<u8>>(number: N, noun: &str) -> String {
    let plural = if number == N::from(1) { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// Returns a value as it appears in a message: the value itself if it is short, else a description.
pub(super) fn quote(value: &Value) -> String {
    let text = value.to_string();
    match value {
        Value::String(_) | Value::Number(_) | Value::Bool(_) if text.chars().count() <= MAX_QUOTED => {
            format!("`{text}`")
        }
        Value::Null => Kind::Null.noun().to_owned(),
        Value::String(text) => format!("a string of {} characters", text.chars().count()),
        Value::Array(items) => format!("a list of {}", counted(items.len(), "item")),
        Value::Object(_) => Kind::Object.noun().to_owned(),
        Value::Number(_) | Value::Bool(_) => text,
    }
}
