//! What a JSON Schema says of a value, in words for people.

use jsonschema::JsonType;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::Value;

/// The longest value that is quoted whole, in characters.
const MAX_QUOTED: usize = 60;

/// "must be at least 0, and this is -5".
pub(super) fn sentence(kind: &ValidationErrorKind, value: &Value) -> String {
    format!("{}, and this is {}", demand(kind), quote(value))
}

/// What the keyword asks for: "must be at least 0".
fn demand(kind: &ValidationErrorKind) -> String {
    use ValidationErrorKind as Kind;

    match kind {
        Kind::Type { kind: TypeKind::Single(only) } => format!("must be {}", noun(*only)),
        Kind::Type { kind: TypeKind::Multiple(several) } => format!("must be {}", one_of(several.iter().map(noun))),
        Kind::Minimum { limit } => format!("must be at least {limit}"),
        Kind::Maximum { limit } => format!("must be at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("must be more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("must be less than {limit}"),
        Kind::MultipleOf { multiple_of } => format!("must be a multiple of {multiple_of}"),
        Kind::MinLength { limit } => format!("must have at least {}", count(*limit, "character")),
        Kind::MaxLength { limit } => format!("must have at most {}", count(*limit, "character")),
        Kind::MinItems { limit } => format!("must have at least {}", count(*limit, "item")),
        Kind::MaxItems { limit } => format!("must have at most {}", count(*limit, "item")),
        Kind::MinProperties { limit } => format!("must have at least {}", count(*limit, "key")),
        Kind::MaxProperties { limit } => format!("must have at most {}", count(*limit, "key")),
        Kind::UniqueItems => "must not hold an item twice".to_owned(),
        Kind::Pattern { pattern } => format!("must match the pattern `{pattern}`"),
        Kind::Format { format } => format!("must be {}", format_noun(format)),
        Kind::Enum { options } => {
            let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
            format!("must be {}", one_of(options.iter().map(quote)))
        }
        Kind::Constant { expected_value } => format!("must be {}", quote(expected_value)),
        Kind::Required { property } => format!("must have the key `{}`", property.as_str().unwrap_or_default()),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            format!("must not have the key `{}`", unexpected.join("`, `"))
        }
        Kind::FalseSchema => "must not be given".to_owned(),
        other => format!("must meet the declaration's `{}`", other.keyword()),
    }
}

/// What people call a JSON type.
pub(super) fn noun(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Array => "a list",
        JsonType::Boolean => "a boolean",
        JsonType::Integer => "an integer",
        JsonType::Null => "null",
        JsonType::Number => "a number",
        JsonType::Object => "a mapping",
        JsonType::String => "text",
    }
}

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
        other => format!("of the format `{other}`"),
    }
}

/// "a, b or c"
pub(crate) fn one_of(words: impl IntoIterator<Item = impl Into<String>>) -> String {
    let mut words: Vec<String> = words.into_iter().map(Into::into).collect();
    let last = words.pop().unwrap_or_default();
    if words.is_empty() { last } else { format!("{} or {last}", words.join(", ")) }
}

fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// A value for a sentence: itself where it is short, else what it is.
pub(super) fn quote(value: &Value) -> String {
    let text = value.to_string();
    match value {
        Value::String(_) | Value::Number(_) | Value::Bool(_) if text.chars().count() <= MAX_QUOTED => {
            format!("`{text}`")
        }
        Value::Null => "null".to_owned(),
        Value::String(text) => format!("text of {} characters", text.chars().count()),
        Value::Array(items) => format!("a list of {}", count(items.len() as u64, "item")),
        Value::Object(_) => "a mapping".to_owned(),
        Value::Number(_) | Value::Bool(_) => text,
    }
}
