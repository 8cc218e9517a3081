//! Types and formats by their names in other languages.

use serde_json::{Map, Value as Json, json};

use crate::analysis::keywords;
use crate::lint::near::nearest;

/// What an author means by a type that JSON Schema does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lint) enum MeantType {
    /// One or several types of JSON Schema.
    OneOf(Vec<&'static str>),
    /// Any type.
    Any,
    /// A list whose items have a type.
    ListOf(&'static str),
    /// A string of a format.
    Format(&'static str),
}

impl MeantType {
    /// Returns the keywords of the declaration.
    pub(in crate::lint) fn declaration(&self) -> Map<String, Json> {
        let declaration = match self {
            Self::OneOf(types) => json!({ "type": names(types) }),
            Self::Any => json!({}),
            Self::ListOf(item) => json!({ "type": "array", "items": { "type": item } }),
            Self::Format(format) => json!({ "type": "string", "format": format }),
        };
        match declaration {
            Json::Object(keywords) => keywords,
            _ => Map::new(),
        }
    }
}

/// Returns the value of `type`: the only name, or a list.
fn names(types: &[&str]) -> Json {
    match types {
        [only] => json!(only),
        several => json!(several),
    }
}

/// Returns what an author means by a type: a name in another language, a misspelt one, or a notation for several types
/// or for a list.
pub(in crate::lint) fn type_meant(written: &str) -> Option<MeantType> {
    let lower = written.trim().to_lowercase();
    if matches!(&*lower, "any" | "mixed" | "unknown" | "*") {
        return Some(MeantType::Any);
    }
    if let Some(item) = item_type(&lower) {
        return type_named(item).map(MeantType::ListOf);
    }
    if let Some(inside) = nullable_type(&lower) {
        let types = alternatives(inside)?;
        let null = if types.contains(&"null") { None } else { Some("null") };
        return Some(MeantType::OneOf(types.into_iter().chain(null).collect()));
    }
    if let Some(types) = alternatives(&lower) {
        return Some(MeantType::OneOf(types));
    }
    format_named(written).map(MeantType::Format)
}

/// Returns the type of the items in `string[]`, `list[string]`, `array<string>` or `list of string`.
fn item_type(lower: &str) -> Option<&str> {
    let list = ["list", "array", "set", "sequence"].into_iter().find_map(|name| lower.strip_prefix(name));
    let in_brackets = |rest: &'_ str| -> Option<usize> {
        let inside = rest.strip_prefix(['[', '<', '('])?.strip_suffix([']', '>', ')'])?;
        Some(inside.len())
    };
    match list {
        Some(rest) if in_brackets(rest).is_some() => rest.get(1..rest.len() - 1),
        Some(rest) => rest.strip_prefix(" of "),
        None => lower.strip_suffix("[]"),
    }
}

/// Returns the type that can also be null in `string?`, `?string`, `optional[string]` or `nullable string`.
fn nullable_type(lower: &str) -> Option<&str> {
    let wrapped = || {
        let rest = ["optional", "nullable", "maybe"].into_iter().find_map(|word| lower.strip_prefix(word))?;
        let in_brackets = rest.strip_prefix(['[', '<', '(']).and_then(|rest| rest.strip_suffix([']', '>', ')']));
        in_brackets.or_else(|| rest.strip_prefix(' '))
    };
    lower.strip_suffix('?').or_else(|| lower.strip_prefix('?')).or_else(wrapped)
}

/// Returns the types in `string | null`, `string or null`, `string/null` or `string, null`, each once.
fn alternatives(lower: &str) -> Option<Vec<&'static str>> {
    let mut types = Vec::new();
    for name in lower.replace(" or ", "|").split(['|', '/', ',']) {
        let name = type_named(name.trim())?;
        if !types.contains(&name) {
            types.push(name);
        }
    }
    Some(types)
}

/// Returns the type of JSON Schema that an author means: by its name in another language, or misspelt.
fn type_named(name: &str) -> Option<&'static str> {
    const TYPES: [&str; 7] = ["string", "integer", "number", "boolean", "array", "object", "null"];
    let lower = name.to_lowercase();
    if let Some(name) = TYPES.into_iter().find(|name| *name == lower) {
        return Some(name);
    }
    Some(match lower.as_str() {
        "str" | "text" => "string",
        "int" | "long" => "integer",
        "float" | "double" | "decimal" => "number",
        "bool" => "boolean",
        "list" | "sequence" => "array",
        "dict" | "map" | "mapping" => "object",
        "none" | "nil" => "null",
        lower => nearest(lower, TYPES).into_iter().next()?,
    })
}

/// Returns the format of JSON Schema that an author means: by its name in another language, or misspelt.
pub(in crate::lint) fn format_named(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase().replace(['_', ' '], "-");
    Some(match &*lower {
        "url" | "link" | "http" | "https" | "href" => "uri",
        "datetime" | "timestamp" | "iso8601" | "rfc3339" => "date-time",
        "mail" | "e-mail" => "email",
        "guid" => "uuid",
        "ip" => "ipv4",
        "domain" | "host" => "hostname",
        "regexp" => "regex",
        lower => match keywords::FORMATS.into_iter().find(|format| *format == lower) {
            Some(format) => format,
            None => nearest(lower, keywords::FORMATS).into_iter().next()?,
        },
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::type_meant;

    #[test]
    fn notations_of_other_languages_are_types_of_json_schema() {
        let nullable = json!({ "type": ["string", "null"] });
        for (written, expected) in [
            ("String", json!({ "type": "string" })),
            ("string?", nullable.clone()),
            ("?string", nullable.clone()),
            ("str | None", nullable.clone()),
            ("string|null", nullable.clone()),
            ("string or null", nullable.clone()),
            ("Optional[str]", nullable.clone()),
            ("nullable string", nullable),
            ("int|float", json!({ "type": ["integer", "number"] })),
            ("string[]", json!({ "type": "array", "items": { "type": "string" } })),
            ("list[int]", json!({ "type": "array", "items": { "type": "integer" } })),
            ("Array<string>", json!({ "type": "array", "items": { "type": "string" } })),
            ("list of strings", json!({ "type": "array", "items": { "type": "string" } })),
            ("any", json!({})),
            ("date", json!({ "type": "string", "format": "date" })),
        ] {
            assert_eq!(
                type_meant(written).map(|meant| Value::Object(meant.declaration())),
                Some(expected),
                "{written}"
            );
        }
        for unknown in ["", "سلام", "[]", "?", "|", "car", "list[car]", "optional"] {
            assert_eq!(type_meant(unknown), None, "{unknown}");
        }
    }
}
