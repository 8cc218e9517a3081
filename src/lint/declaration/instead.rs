//! Wrong values of the keywords of JSON Schema.

use serde_json::Value as Json;
use serde_json::json;

use crate::analysis::keywords::WrongPart;
use crate::lint::Edit;
use crate::schema::Kind;
use crate::source::SourceFile;
use crate::syntax::{Entry, Node, ScalarStyle, Value, quote};

use super::{Advice, MeantType, Notation, deletion, type_meant};

/// Returns what to write in place of a part of a schema that is wrong, if the intent can be guessed.
pub(in crate::lint) fn instead(part: &WrongPart<'_>, is_inner: bool, file: &SourceFile) -> Option<Advice> {
    let WrongPart { schema, entry, value, is_schema } = part;
    let notation = Notation::around(file, entry.key.span);
    let json = value.to_json();
    if *is_schema {
        let Json::String(name) = &json else { return None };
        let declaration = Json::Object(type_meant(name)?.declaration());
        return Some(Advice::value(value.span, notation.value(&declaration), ""));
    }
    let keyword = &*entry.key.text;
    Some(match (keyword, &json) {
        ("type", Json::String(name)) => wrong_type(&type_meant(name)?, part, &notation, file),
        ("type", Json::Null) if value.span != entry.value.span => Advice::value(value.span, "\"null\"", ""),
        ("required", Json::Bool(true)) if is_inner => {
            Advice::to("remove it: the `required` of the mapping around it lists the keys that must be there")
        }
        ("required", Json::Bool(true)) if schema.get("default").is_none() => Advice::remove(
            "remove it: a variable without a `default` is required; `required` lists keys of a mapping",
            schema,
            entry,
            file,
        ),
        ("required", Json::Bool(true)) => {
            Advice::to("remove it, and the `default`: `required` lists keys of a mapping")
        }
        ("required", Json::Bool(false)) if is_inner || schema.get("default").is_some() => {
            Advice::remove("remove it: `required` lists keys of a mapping", schema, entry, file)
        }
        ("required", Json::Bool(false)) => {
            Advice::to("remove it, and declare a `default`: `required` lists keys of a mapping")
        }
        ("enum" | "examples" | "required", Json::String(_) | Json::Number(_) | Json::Bool(_)) => {
            list_of(keyword, value, file)
        }
        ("properties", Json::Array(_)) => Advice::to("write each key with its schema: `{ name: { type: string } }`"),
        ("anyOf" | "oneOf", Json::Array(items)) if !items.is_empty() => alternatives(part, items, &notation),
        ("allOf" | "anyOf" | "oneOf", Json::Object(_)) => Advice::to("write a list: put `[` and `]` around the schema"),
        ("exclusiveMinimum" | "exclusiveMaximum", Json::Bool(_)) => exclusive_bound(part, &notation, file)?,
        ("pattern", Json::String(_)) => Advice::to(escaped_pattern(value)),
        ("uniqueItems", _) => Advice::to("write `true` or `false`"),
        (_, Json::String(text)) if expected(keyword).is_some_and(is_number) => {
            let number: serde_json::Number = text.parse().ok()?;
            Advice::value(value.span, number.to_string(), " without quotes")
        }
        _ => return None,
    })
}

/// Returns what to write for a text that is not a regular expression.
fn escaped_pattern(pattern: &Node<'_>) -> String {
    let style = pattern.as_scalar().map(|text| text.origin.style);
    // Double quotes have escapes of their own.
    let escape = if style == Some(ScalarStyle::DoubleQuoted) { r"\\" } else { r"\" };
    format!("close what is open, or write `{escape}` before a sign that stands for itself, as in `{escape}[`")
}

/// Returns what to write for a type that is meant.
fn wrong_type(meant: &MeantType, part: &WrongPart<'_>, notation: &Notation, file: &SourceFile) -> Advice {
    let WrongPart { schema, entry, value, .. } = part;
    let is_item = value.span != entry.value.span;
    let mut keywords = meant.declaration().into_iter();
    let Some((_, name)) = keywords.next() else {
        return Advice::remove("remove `type`: without it, any value is allowed", schema, entry, file);
    };
    match (&name, keywords.next()) {
        (Json::Array(names), None) if is_item => {
            let names: Vec<String> = names.iter().map(|name| notation.value(name)).collect();
            match file.slice(entry.value.span).starts_with('[') {
                true => Advice::value(value.span, names.join(", "), ""),
                false => Advice::to(format!("write each type as an item of its own: `{}`", names.join("`, `"))),
            }
        }
        (_, Some((other, _))) if schema.get(&other).is_some() => Advice::value(value.span, notation.value(&name), ""),
        (_, None) => Advice::value(value.span, notation.value(&name), ""),
        (_, Some((other, beside))) => {
            let beside = notation.entry(&other, &beside);
            let help = format!("write `{}`, and beside it `{beside}`", notation.entry("type", &name));
            let text = [notation.value(&name), beside].join(notation.separator());
            let edits = (!is_item).then(|| vec![Edit::replace(value.span, text)]);
            Advice::to(help).with(&format!("declare the `{other}`"), edits)
        }
    }
}

/// Returns a value of `type` with null; `None` if it is not the name of a type or a list of them.
pub(in crate::lint) fn nullable(types: &Node<'_>, notation: &Notation) -> Option<String> {
    let mut names = Vec::new();
    for item in types.as_sequence().unwrap_or(std::slice::from_ref(types)) {
        let Some(MeantType::OneOf(types)) = type_meant(&item.as_scalar()?.text) else { return None };
        names.extend(types.into_iter().filter(|name| *name != "null"));
    }
    names.push("null");
    Some(notation.value(&json!(names)))
}

/// Returns a list with a value that stands where a list is expected.
fn list_of(keyword: &str, value: &Node<'_>, file: &SourceFile) -> Advice {
    let written = file.slice(value.span);
    let is_plain = value.as_scalar().is_some_and(|text| text.origin.style == ScalarStyle::Plain);
    if written.contains(['\n', '\r']) || value.as_scalar().is_some_and(|text| is_block(text.origin.style)) {
        return Advice::to(format!("write a list: `{keyword}: […]`"));
    }
    if is_plain && written.contains(',') && !written.contains(['[', ']', '{', '}', '#']) {
        // It can be one text or several.
        return Advice::to(format!("write a list: `{keyword}: [{written}]`"));
    }
    let needs_quotes = is_plain && value.as_scalar().is_some_and(|text| text.origin.encode(&text.text).is_none());
    let item = if needs_quotes { quote(written) } else { written.to_owned() };
    let edit = Edit::replace(value.span, format!("[{item}]"));
    Advice::to(format!("write a list: `{keyword}: [{item}]`")).with("write a list", Some(vec![edit]))
}

fn is_block(style: ScalarStyle) -> bool {
    matches!(style, ScalarStyle::Literal | ScalarStyle::Folded)
}

/// Returns what to write for a list of values where a list of schemas is expected: schemas, if the values are types.
fn alternatives(part: &WrongPart<'_>, items: &[Json], notation: &Notation) -> Advice {
    let schema = |item: &Json| Some(Json::Object(type_meant(item.as_str()?)?.declaration()));
    if let Some(schemas) = items.iter().map(schema).collect::<Option<Vec<_>>>() {
        return Advice::value(part.value.span, notation.value(&json!(schemas)), "");
    }
    let edit = Edit::replace(part.entry.key.span, notation.value(&json!("enum")));
    let edits = part.schema.get("enum").is_none().then(|| vec![edit]);
    Advice::to("use `enum` for a list of values").with("write `enum`", edits)
}

/// Returns what to write for `exclusiveMinimum: true` beside `minimum` (JSON Schema draft 4, OpenAPI 3.0).
fn exclusive_bound(part: &WrongPart<'_>, notation: &Notation, file: &SourceFile) -> Option<Advice> {
    let WrongPart { schema, entry, value, .. } = part;
    let keyword = &*entry.key.text;
    let bound = if keyword == "exclusiveMinimum" { "minimum" } else { "maximum" };
    if matches!(value.value, Value::Bool(false)) {
        return Some(Advice::remove(format!("remove it: `{bound}` is included"), schema, entry, file));
    }
    let other: &Entry<'_> = schema.get(bound)?;
    let Value::Number(number) = &other.value.value else { return None };
    let help = format!("write `{}` in place of `{bound}`", notation.entry(keyword, &Json::Number(number.clone())));
    let edits = deletion(schema, other, file).map(|edit| vec![edit, Edit::replace(value.span, number.to_string())]);
    Some(Advice::to(help).with("write the number", edits))
}

/// Returns what a keyword of JSON Schema expects (JSON Schema 2020-12, the meta-schemas of its vocabularies).
pub(in crate::lint) fn expected(keyword: &str) -> Option<&'static str> {
    Some(match keyword {
        "type" => "`string`, `integer`, `number`, `boolean`, `array`, `object`, `null` or a list of them",
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => Kind::Number.noun(),
        "multipleOf" => "a number above 0",
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
            "a non-negative integer"
        }
        "uniqueItems" => Kind::Boolean.noun(),
        "enum" | "examples" => Kind::Array.noun(),
        "required" => "a list of keys",
        "pattern" => "a regular expression",
        "format" | "description" | "title" => Kind::String.noun(),
        "items" | "additionalProperties" | "contains" | "not" => "a schema",
        "properties" => "a mapping of keys to schemas",
        "allOf" | "anyOf" | "oneOf" => "a list of schemas",
        _ => return None,
    })
}

fn is_number(expected: &str) -> bool {
    expected.contains("number") || expected.contains("integer")
}
