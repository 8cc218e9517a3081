//! Keywords of other languages, and misspelt ones.

use serde_json::json;

use crate::analysis::keywords::{self, Schema, UnknownKeyword};
use crate::lint::Edit;
use crate::lint::near::nearest;
use crate::source::SourceFile;
use crate::syntax::{Entry, Node, ScalarStyle, Value, quote};

use super::{Advice, Notation, deletion, nullable, type_meant};

/// Returns the keywords that a key can stand for, best first: a similar name, a longer name, a name elsewhere.
pub(in crate::lint) fn keywords_like(key: &str, value: &Node<'_>, schema: &Schema<'_>) -> Vec<&'static str> {
    // An edit away from these are `id` and `note`.
    let is_word = |name: &str| matches!(name, "not" | "if" | "then" | "else");
    let names = || keywords::names_for(value).filter(|name| !is_word(name) || name.eq_ignore_ascii_case(key));
    let lower = key.to_lowercase().replace(['_', '-', ' '], "");
    if is_list_of_scalars(value) && matches!(&*lower, "oneof" | "anyof") && key != "oneOf" && key != "anyOf" {
        return vec!["enum"];
    }
    let near = nearest(key, names());
    if !near.is_empty() {
        return near;
    }
    let bound = match schema.kind() {
        Some("string") => "Length",
        Some("array") => "Items",
        Some("object") => "Properties",
        Some("integer" | "number") => "imum",
        _ => "",
    };
    if let ("min" | "max", Some(name)) = (&*lower, names().find(|name| *name == format!("{lower}{bound}"))) {
        return vec![name];
    }
    let begins = |name: &&str| lower.len() > 2 && name.to_lowercase().starts_with(&lower);
    let longer: Vec<&str> = names().filter(begins).take(3).collect();
    if !longer.is_empty() {
        return longer;
    }
    let is_type = || value.as_scalar().is_some_and(|name| type_meant(&name.text).is_some());
    match lower.as_str() {
        "values" | "choices" | "options" | "allowed" | "allowedvalues" | "oneof" if value.as_mapping().is_none() => {
            vec!["enum"]
        }
        "kind" | "datatype" if is_type() => vec!["type"],
        "regex" | "regexp" => vec!["pattern"],
        "doc" | "help" => vec!["description"],
        "fields" | "keys" => vec!["properties"],
        "length" | "size" => vec!["minLength", "maxLength"],
        "ge" | "gte" => vec!["minimum"],
        "le" | "lte" => vec!["maximum"],
        "gt" => vec!["exclusiveMinimum"],
        "lt" => vec!["exclusiveMaximum"],
        "dependencies" => vec!["dependentRequired", "dependentSchemas"],
        _ => Vec::new(),
    }
}

/// Returns what to write for a keyword of OpenAPI that JSON Schema expresses otherwise.
pub(in crate::lint) fn keyword_elsewhere(unknown: &UnknownKeyword<'_>, file: &SourceFile) -> Option<Advice> {
    let UnknownKeyword { entry, schema } = unknown;
    let mapping = schema.mapping;
    let remove = |help: &str| Advice::remove(help, mapping, entry, file);
    match (&*entry.key.text, &entry.value.value) {
        ("nullable", Value::Bool(true)) => Some(nullable_keyword(entry, schema, file)),
        ("nullable", Value::Bool(false)) if !schema.allows_null() => {
            Some(remove("remove it: only a value whose `type` includes `\"null\"` can be null"))
        }
        ("example", _) => Some(example(entry, schema, file)),
        ("optional", Value::Bool(true)) if schema.is_inner => {
            Some(Advice::to("remove it: a key that `required` does not list is optional"))
        }
        ("optional", Value::Bool(true)) if schema.given.contains(&"default") => {
            Some(remove("remove it: a variable with a `default` is optional"))
        }
        ("optional", Value::Bool(true)) => {
            Some(Advice::to("remove it, and declare a `default`: then the variable is optional"))
        }
        ("optional", Value::Bool(false)) if !schema.is_inner && !schema.given.contains(&"default") => {
            Some(remove("remove it: a variable without a `default` is required"))
        }
        ("optional", _) => Some(Advice::to("remove it: `default` and `required` say what is optional")),
        _ => None,
    }
}

/// Returns what to write for `nullable: true`.
fn nullable_keyword(entry: &Entry<'static>, schema: &Schema<'_>, file: &SourceFile) -> Advice {
    let mapping = schema.mapping;
    let Some(declared) = mapping.get("type") else {
        return Advice::remove("remove it: without `type`, null is allowed", mapping, entry, file);
    };
    if schema.allows_null() {
        return Advice::remove("remove it: `type` includes `\"null\"`", mapping, entry, file);
    }
    let Some(types) = nullable(&declared.value, &Notation::around(file, declared.key.span)) else {
        return Advice::to("remove it, and add `\"null\"` to the list under `type`");
    };
    let edits =
        deletion(mapping, entry, file).map(|deletion| vec![deletion, Edit::replace(declared.value.span, &*types)]);
    Advice::to(format!("remove it, and write `type: {types}`")).with("add null to the type", edits)
}

/// Returns what to write for `example`.
fn example(entry: &Entry<'static>, schema: &Schema<'_>, file: &SourceFile) -> Advice {
    if schema.given.contains(&"examples") {
        return Advice::to("remove it, and add its value to `examples`");
    }
    let value = &entry.value;
    let written = file.slice(value.span);
    let notation = Notation::around(file, entry.key.span);
    let list = match &value.value {
        _ if written.contains(['\n', '\r']) => None,
        // A list can be the examples, or an example of a list.
        Value::Sequence(_) if schema.kind() == Some("array") => Some(format!("[{written}]")),
        Value::Sequence(_) if schema.kind().is_some() => Some(written.to_owned()),
        Value::Sequence(_) | Value::Invalid => None,
        Value::String(text) if text.origin.style == ScalarStyle::Plain && text.origin.encode(&text.text).is_none() => {
            Some(format!("[{}]", quote(written)))
        }
        _ => Some(format!("[{written}]")),
    };
    match list {
        Some(list) => {
            let key = notation.value(&json!("examples"));
            let edits = vec![Edit::replace(entry.key.span, key), Edit::replace(value.span, &*list)];
            Advice::to(format!("write a list: `examples: {list}`")).with("write a list", Some(edits))
        }
        None => Advice::to("write a list: `examples: […]`"),
    }
}

fn is_list_of_scalars(value: &Node<'_>) -> bool {
    let is_scalar = |item: &Node<'_>| !matches!(item.value, Value::Sequence(_) | Value::Mapping(_));
    value.as_sequence().is_some_and(|items| items.iter().all(is_scalar))
}
