//! Decides the common case of a declaration without a validator, whose construction takes longer than all else that is
//! done for a small template.
//!
//! `true` is certain. `false` means that the [validator](super::validators) decides.

use std::collections::HashSet;

use crate::schema::Kind;
use crate::syntax::{Mapping, Node, Number, Value};

/// Returns whether a declaration is certainly a JSON Schema.
pub(super) fn is_schema(node: &Node<'_>) -> bool {
    match &node.value {
        Value::Bool(_) => true,
        Value::Mapping(schema) => schema.entries.iter().all(|entry| is_valid(&entry.key.text, &entry.value)),
        _ => false,
    }
}

/// Returns whether a value certainly matches a declaration that [is a schema](is_schema).
pub(super) fn matches(schema: &Node<'_>, value: &Node<'_>) -> bool {
    match &schema.value {
        Value::Bool(accepts_all) => *accepts_all,
        Value::Mapping(schema) => {
            schema.entries.iter().all(|entry| accepts(schema, &entry.key.text, &entry.value, value))
        }
        _ => false,
    }
}

/// Returns whether a keyword is known here and has a value that its meta-schema allows (JSON Schema 2020-12).
fn is_valid(keyword: &str, value: &Node<'_>) -> bool {
    match keyword {
        "default" => true,
        "title" | "description" | "format" => value.as_scalar().is_some(),
        "examples" | "enum" => value.as_sequence().is_some(),
        "type" => match &value.value {
            Value::String(name) => Kind::from_name(&name.text).is_some(),
            Value::Sequence(names) => {
                !names.is_empty()
                    && distinct(names).is_some_and(|names| names.iter().all(|name| Kind::from_name(name).is_some()))
            }
            _ => false,
        },
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => number(value).is_some(),
        "minLength" | "maxLength" | "minItems" | "maxItems" => length(value).is_some(),
        "pattern" => value.as_scalar().is_some_and(|pattern| literal_prefix(&pattern.text).is_some()),
        "items" | "additionalProperties" => is_schema(value),
        "properties" => value.as_mapping().is_some_and(|map| map.entries.iter().all(|entry| is_schema(&entry.value))),
        "required" => value.as_sequence().and_then(distinct).is_some(),
        _ => false,
    }
}

/// Returns whether a value certainly satisfies a keyword of a schema. A keyword says nothing about values of other
/// kinds than its own.
fn accepts(schema: &Mapping<'_>, keyword: &str, expected: &Node<'_>, value: &Node<'_>) -> bool {
    match (keyword, &value.value) {
        (_, Value::Invalid) => false,
        ("title" | "description" | "default" | "examples", _) => true,
        ("type", _) => match &expected.value {
            Value::Sequence(names) => names.iter().any(|name| is_of_type(name, value)),
            _ => is_of_type(expected, value),
        },
        ("enum", _) => {
            expected.as_sequence().is_some_and(|options| options.iter().any(|option| is_same(option, value)))
        }
        ("minimum", Value::Number(_)) => compare(value, expected, |value, limit| value >= limit),
        ("maximum", Value::Number(_)) => compare(value, expected, |value, limit| value <= limit),
        ("exclusiveMinimum", Value::Number(_)) => compare(value, expected, |value, limit| value > limit),
        ("exclusiveMaximum", Value::Number(_)) => compare(value, expected, |value, limit| value < limit),
        ("minLength", Value::String(text)) => length(expected).is_some_and(|limit| characters(&text.text) >= limit),
        ("maxLength", Value::String(text)) => length(expected).is_some_and(|limit| characters(&text.text) <= limit),
        ("minItems", Value::Sequence(items)) => length(expected).is_some_and(|limit| items.len() as u64 >= limit),
        ("maxItems", Value::Sequence(items)) => length(expected).is_some_and(|limit| items.len() as u64 <= limit),
        ("pattern", Value::String(text)) => {
            let prefix = expected.as_scalar().and_then(|pattern| literal_prefix(&pattern.text));
            prefix.is_some_and(|prefix| text.text.starts_with(&prefix))
        }
        ("format", Value::String(text)) => expected
            .as_scalar()
            .is_some_and(|format| matches!(&*format.text, "uri" | "iri") && is_simple_url(&text.text)),
        ("items", Value::Sequence(items)) => items.iter().all(|item| matches(expected, item)),
        ("properties", Value::Mapping(map)) => expected.as_mapping().is_some_and(|properties| {
            let declared = |key: &str| properties.get(key).map(|property| &property.value);
            map.entries.iter().all(|entry| declared(&entry.key.text).is_none_or(|schema| matches(schema, &entry.value)))
        }),
        ("additionalProperties", Value::Mapping(map)) => {
            let properties = schema.get("properties").and_then(|entry| entry.value.as_mapping());
            let is_declared = |key: &str| properties.is_some_and(|properties| properties.get(key).is_some());
            map.entries.iter().all(|entry| is_declared(&entry.key.text) || matches(expected, &entry.value))
        }
        ("required", Value::Mapping(map)) => {
            let keys = expected.as_sequence().unwrap_or_default();
            keys.iter().filter_map(Node::as_scalar).all(|key| map.get(&key.text).is_some())
        }
        // The keyword is about another kind of value.
        _ => true,
    }
}

fn is_of_type(name: &Node<'_>, value: &Node<'_>) -> bool {
    let kind = name.as_scalar().and_then(|name| Kind::from_name(&name.text));
    match kind {
        Some(Kind::Integer) => number(value).is_some_and(|number| integer(number).is_some()),
        kind => kind == Some(Kind::of(value)),
    }
}

/// Returns whether two scalars are certainly the same value.
fn is_same(one: &Node<'_>, other: &Node<'_>) -> bool {
    match (&one.value, &other.value) {
        (Value::String(one), Value::String(other)) => one.text == other.text,
        (Value::Number(one), Value::Number(other)) => integer(one).is_some() && integer(one) == integer(other),
        (Value::Bool(one), Value::Bool(other)) => one == other,
        (Value::Null, Value::Null) => true,
        _ => false,
    }
}

/// Compares two integers; `false` for other numbers.
fn compare(value: &Node<'_>, limit: &Node<'_>, holds: impl Fn(i64, i64) -> bool) -> bool {
    let integer = |node| number(node).and_then(integer);
    integer(value).zip(integer(limit)).is_some_and(|(value, limit)| holds(value, limit))
}

fn number<'n>(node: &'n Node<'_>) -> Option<&'n Number> {
    match &node.value {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

fn integer(number: &Number) -> Option<i64> {
    number.as_i64()
}

fn length(node: &Node<'_>) -> Option<u64> {
    number(node)?.as_u64()
}

/// Returns the length of a string, which JSON Schema counts in code points.
fn characters(text: &str) -> u64 {
    text.chars().count() as u64
}

/// Returns the strings of a list, if it has nothing else and none twice.
fn distinct<'n>(items: &'n [Node<'_>]) -> Option<HashSet<&'n str>> {
    let names: HashSet<&str> = items.iter().map(|item| Some(&*item.as_scalar()?.text)).collect::<Option<_>>()?;
    (names.len() == items.len()).then_some(names)
}

/// Returns the text of a pattern that only says how a string begins, like `^https://divar\.ir/`.
fn literal_prefix(pattern: &str) -> Option<String> {
    let mut prefix = String::new();
    let mut characters = pattern.strip_prefix('^')?.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => prefix.push(characters.next().filter(|escaped| matches!(escaped, '.' | '/' | '-' | '?'))?),
            '^' | '$' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' => return None,
            literal => prefix.push(literal),
        }
    }
    Some(prefix)
}

/// Returns whether a text is a URL of the simplest form: an `http` or `https` URL in which nothing is escaped and that
/// has neither a port nor a fragment (RFC 3986 §3).
fn is_simple_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/?=&".contains(&byte);
    rest.starts_with(|first: char| first.is_ascii_alphanumeric()) && rest.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::{is_schema, literal_prefix, matches};
    use crate::syntax::{Node, parse};

    /// Keywords with values that fit them, or nearly.
    const KEYWORDS: &[&str] = &[
        "type: string",
        "type: integer",
        "type: number",
        "type: [array, 'null']",
        "type: [string, string]",
        "type: text",
        "type: []",
        "enum: [الف, 1, true, null]",
        "enum: 1",
        "minLength: 2",
        "maxLength: 4",
        "maxLength: -1",
        "maxLength: 4.0",
        "minimum: 1",
        "maximum: 7",
        "exclusiveMinimum: 1",
        "exclusiveMaximum: 7.5",
        "minItems: 1",
        "maxItems: 2",
        "pattern: ^https://",
        "pattern: ^https://divar\\.ir/",
        "pattern: ^ک.",
        "format: uri",
        "format: email",
        "items: { type: string, maxLength: 4 }",
        "items: false",
        "properties: { a: { type: integer }, b: true }",
        "required: [a]",
        "required: [a, a]",
        "additionalProperties: false",
        "additionalProperties: { type: string }",
        "description: متن",
        "title: 1",
        "default: { type: nothing }",
        "examples: [1]",
        "x-note: 1",
        "$ref: '#/nowhere'",
    ];

    const VALUES: &[&str] = &[
        "الف",
        "ک‌ک",
        "کتاب‌ها",
        "''",
        "null",
        "true",
        "1",
        "7",
        "7.5",
        "7.0",
        "-3",
        "1e3",
        "18446744073709551615",
        "[]",
        "[a]",
        "[a, bcdef]",
        "[1, null, a]",
        "{}",
        "{ a: 1 }",
        "{ a: x, b: y }",
        "{ a: 1, c: 2 }",
        "https://divar.ir/v/abc?a=1",
        "https://",
        "'https://divar.ir/a b'",
        "'http://[::1'",
        "https://divar.ir:port/",
        "a@b.ir",
    ];

    fn tree(yaml: &str) -> Node<'_> {
        parse(yaml).document.unwrap_or_else(|| panic!("{yaml} is not YAML")).root
    }

    fn validator(schema: &Node<'_>) -> Option<jsonschema::Validator> {
        let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012).should_validate_formats(true);
        options.build(&schema.to_json()).ok()
    }

    proptest! {
        #[test]
        fn certain_results_agree_with_the_validator(
            keywords in proptest::collection::vec(select(KEYWORDS), 1..4),
            value in select(VALUES),
        ) {
            let mut keys: Vec<&str> = keywords.clone();
            keys.sort_unstable_by_key(|keyword| keyword.split(':').next());
            keys.dedup_by_key(|keyword| keyword.split(':').next());
            let (schema, value) = (keys.join("\n"), tree(value));
            let schema = tree(&schema);
            if is_schema(&schema) {
                let validator = validator(&schema);
                prop_assert!(validator.is_some(), "not a schema");
                let is_valid = validator.is_some_and(|validator| validator.is_valid(&value.to_json()));
                prop_assert!(is_valid || !matches(&schema, &value), "the value is not valid");
            }
        }
    }

    #[test]
    fn common_declarations_take_the_fast_path() {
        let cases = [
            ("{ type: string, minLength: 2, examples: [پژو] }", "پژو"),
            ("{ type: string, enum: [سالم, خراب] }", "سالم"),
            ("{ type: array, maxItems: 5, items: { type: string }, default: [] }", "[الف, ب]"),
            ("{ type: integer, minimum: 1 }", "1024"),
            ("{ type: string, format: uri, pattern: ^https:// }", "https://app.example/reports/1024"),
            (
                "{ type: object, required: [a], properties: { a: { type: number } }, additionalProperties: false }",
                "{ a: 1.5 }",
            ),
        ];
        for (schema, value) in cases {
            assert!(is_schema(&tree(schema)), "{schema}");
            assert!(matches(&tree(schema), &tree(value)), "{value}");
        }
    }

    #[test]
    fn only_patterns_of_literal_text_have_a_prefix() {
        assert_eq!(literal_prefix(r"^https://divar\.ir/").as_deref(), Some("https://divar.ir/"));
        for pattern in ["https://", "^a|b", "^ab?", "^a$", r"^\d", "^a{2}", "^a*", r"^a\"] {
            assert_eq!(literal_prefix(pattern), None, "{pattern}");
        }
    }
}
