//! Human-readable descriptions of JSON Schema keywords, formats and values.

use jsonschema::JsonType;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

/// The longest value that is quoted in full, in characters.
const MAX_QUOTED: usize = 60;

/// Returns what a keyword expects and what the value is: "expected at least 0, found `-5`".
pub(super) fn expectation(kind: &ValidationErrorKind, value: &Value) -> String {
    use ValidationErrorKind as Kind;

    match kind {
        Kind::Required { property } => format!("missing key `{}`", property.as_str().unwrap_or_default()),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            format!("unexpected key `{}`", unexpected.join("`, `"))
        }
        Kind::UniqueItems => "expected distinct items".to_owned(),
        kind => format!("expected {}, found {}", expected(kind), quote(value)),
    }
}

/// Returns what a keyword expects: "at least 0".
fn expected(kind: &ValidationErrorKind) -> String {
    use ValidationErrorKind as Kind;

    match kind {
        Kind::Type { kind: TypeKind::Single(only) } => noun(*only).to_owned(),
        Kind::Type { kind: TypeKind::Multiple(several) } => one_of(several.iter().map(noun)),
        Kind::Minimum { limit } => format!("at least {limit}"),
        Kind::Maximum { limit } => format!("at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("less than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("a multiple of {multiple_of}"),
        Kind::MinLength { limit } => format!("at least {}", count(*limit, "character")),
        Kind::MaxLength { limit } => format!("at most {}", count(*limit, "character")),
        Kind::MinItems { limit } => format!("at least {}", count(*limit, "item")),
        Kind::MaxItems { limit } => format!("at most {}", count(*limit, "item")),
        Kind::MinProperties { limit } => format!("at least {}", count(*limit, "key")),
        Kind::MaxProperties { limit } => format!("at most {}", count(*limit, "key")),
        Kind::Pattern { pattern } => format!("a string that matches `{pattern}`"),
        Kind::Format { format } => format_noun(format),
        Kind::Enum { options } => {
            let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
            one_of(options.iter().map(quote))
        }
        Kind::Constant { expected_value } => quote(expected_value),
        Kind::FalseSchema => "no value".to_owned(),
        other => format!("a value that matches `{}`", other.keyword()),
    }
}

/// Returns the noun of a JSON type, with its article.
pub(super) fn noun(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Array => "a list",
        JsonType::Boolean => "a boolean",
        JsonType::Integer => "an integer",
        JsonType::Null => "null",
        JsonType::Number => "a number",
        JsonType::Object => "a mapping",
        JsonType::String => "a string",
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

fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Returns a value as it appears in a message: the value itself if it is short, else a description.
pub(super) fn quote(value: &Value) -> String {
    let text = value.to_string();
    match value {
        Value::String(_) | Value::Number(_) | Value::Bool(_) if text.chars().count() <= MAX_QUOTED => {
            format!("`{text}`")
        }
        Value::Null => "null".to_owned(),
        Value::String(text) => format!("a string of {} characters", text.chars().count()),
        Value::Array(items) => format!("a list of {}", count(items.len() as u64, "item")),
        Value::Object(_) => "a mapping".to_owned(),
        Value::Number(_) | Value::Bool(_) => text,
    }
}
