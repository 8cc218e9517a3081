//! A declaration that is not valid JSON Schema, or that its own default or examples do not match.

use std::collections::HashSet;

use crate::analysis::keywords::{self, UnknownKeyword};
use crate::lint::near::nearest;
use crate::lint::wording::{advice, expectation, quote};
use crate::lint::{Applicability, Context, Edit, Findings, Fix, Rule, Severity};
use crate::schema::Kind;
use crate::source::Span;
use crate::syntax::{Entry, Node, Value};
use crate::template::Variable;

pub(in crate::lint) static RULE: Rule =
    Rule::context("invalid-variable", Severity::Error, include_str!("invalid_variable.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    // Variables can share a part of their declarations through an alias.
    let mut reported = HashSet::new();
    for variable in template.variables.iter().flat_map(|variables| &variables.list) {
        if !matches!(variable.schema.value, Value::Mapping(_) | Value::Bool(_)) {
            // This is a violation of the schema.
            continue;
        }
        declaration(variable, findings);
        let unknown = keywords::unknown(&variable.schema);
        for keyword in &unknown.keywords {
            if reported.insert(keyword.entry.key.span) {
                unknown_keyword(variable, keyword, findings);
            }
        }
        for format in unknown.formats {
            if reported.insert(format.span) {
                unknown_format(variable, format, findings);
            }
        }
        for mismatch in variable.own_values().flat_map(|value| variable.mismatches(value)) {
            let finding = findings
                .at(mismatch.span, format!("invalid value in the declaration of `{}{}`", variable.name, mismatch.path))
                .label(expectation(&mismatch.kind, &mismatch.value))
                .also(variable.key, "declared here");
            if let Some(help) = advice(&mismatch.kind, &mismatch.value) {
                finding.help(help);
            }
        }
    }
}

/// Reports why a declaration is not a JSON Schema.
fn declaration(variable: &Variable, findings: &mut Findings<'_>) {
    let Some(error) = variable.error() else { return };
    let name = &variable.name;
    let refers = |value: &Node<'_>| value.as_scalar().is_some_and(|text| is_reference(&text.text, &error.message));
    if let Some((keyword, value)) = keyword_at(&variable.schema, error.span) {
        let label = match takes(keyword) {
            Some(what) => format!("expected {what}, found {}", quote(&value.to_json())),
            None => format!("`{keyword}` cannot be {}", quote(&value.to_json())),
        };
        let finding =
            findings.at(error.span, format!("invalid `{keyword}` in the declaration of `{name}`")).label(label);
        if let Some(Instead { help, fix }) = instead(keyword, &value.to_json()) {
            let finding = finding.help(help);
            if let Some(replacement) = fix {
                let edit = Edit::replace(error.span, replacement.clone());
                finding.fix(Fix::safe_edit(format!("write `{replacement}`"), edit));
            }
        }
    } else if let Some(reference) = value_of(&variable.schema, "$ref", &refers) {
        findings
            .at(reference.span, format!("invalid `$ref` in the declaration of `{name}`"))
            .label("refers to a schema outside of the declaration")
            .help("copy that schema into the declaration: nothing is fetched from elsewhere");
    } else {
        findings.at(error.span, format!("invalid declaration of `{name}`")).label(error.message.clone()).help(
            "use the keywords of JSON Schema 2020-12: `type`, `minimum`, `maxLength`, `enum`, `format`, `items`, \
             `default`, …",
        );
    }
}

/// Reports a key of a declaration that is not a keyword of JSON Schema.
fn unknown_keyword(variable: &Variable, unknown: &UnknownKeyword<'_>, findings: &mut Findings<'_>) {
    let Entry { key, value } = unknown.entry;
    let location = variable.locate(key.span);
    let finding = findings
        .at(location, format!("unknown keyword `{}` in the declaration of `{}`", key.text, variable.name))
        .label("not a keyword of JSON Schema 2020-12");
    let meant = keywords_like(&key.text, value, unknown.schema.kind);
    let free: Vec<&str> = meant.iter().filter(|name| !unknown.schema.given.contains(name)).copied().collect();
    if let Some(help) = keyword_elsewhere(unknown) {
        finding.help(help);
    } else if let (Some(name), true) = (meant.first(), free.is_empty()) {
        finding.help(format!("remove it: `{name}` is already given"));
    } else if !free.is_empty() {
        finding.suggest(&free, location, Applicability::Safe);
    } else if value.as_mapping().is_some() {
        finding
            .help("put it under `properties` if it is a key of the value; otherwise begin it with `x-`, or remove it");
    } else {
        finding.help("remove it, or begin it with `x-` if it is a note of your own");
    }
}

/// Returns the keywords that a key can stand for, best first: a similar name, a longer name, a name elsewhere.
///
/// `kind`: the `type` of the schema.
fn keywords_like(key: &str, value: &Node<'_>, kind: Option<&str>) -> Vec<&'static str> {
    // An edit away from these are `id` and `note`.
    let is_word = |name: &str| matches!(name, "not" | "if" | "then" | "else");
    let names = || keywords::names_for(value).filter(|name| !is_word(name) || name.eq_ignore_ascii_case(key));
    let near = nearest(key, names());
    if !near.is_empty() {
        return near;
    }
    let lower = key.to_lowercase();
    let bound = match kind {
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
    match lower.as_str() {
        "values" | "choices" | "options" => vec!["enum"],
        "regex" | "regexp" => vec!["pattern"],
        "doc" | "help" => vec!["description"],
        "fields" | "keys" => vec!["properties"],
        "length" | "size" => vec!["minLength", "maxLength"],
        "dependencies" => vec!["dependentRequired", "dependentSchemas"],
        _ => Vec::new(),
    }
}

/// Returns what to write for a keyword of OpenAPI that JSON Schema expresses otherwise.
fn keyword_elsewhere(unknown: &UnknownKeyword<'_>) -> Option<String> {
    match (&*unknown.entry.key.text, unknown.schema.kind) {
        ("nullable", Some(kind)) => Some(format!("remove it, and write `type: [{kind}, \"null\"]`")),
        ("example", _) => Some("write a list: `examples: […]`".to_owned()),
        ("optional", _) if unknown.schema.is_inner => {
            Some("remove it: a key that `required` does not list is optional".to_owned())
        }
        ("optional", _) => Some("remove it: a variable with a `default` is optional".to_owned()),
        _ => None,
    }
}

/// Returns the innermost keyword around a location, and the value at the location.
fn keyword_at<'n>(node: &'n Node<'static>, place: Span) -> Option<(&'n str, &'n Node<'static>)> {
    let holds = |node: &Node<'_>| node.span.start <= place.start && place.end <= node.span.end;
    match &node.value {
        Value::Mapping(mapping) => {
            let Entry { key, value } = mapping.entries.iter().find(|entry| holds(&entry.value))?;
            let item = value.as_sequence().and_then(|items| items.iter().find(|item| holds(item)));
            keyword_at(value, place).or_else(|| Some((&*key.text, item.unwrap_or(value))))
        }
        Value::Sequence(items) => items.iter().find_map(|item| keyword_at(item, place)),
        _ => None,
    }
}

/// Returns the first value of a key, at any depth, for which `holds` is true.
fn value_of<'n>(
    node: &'n Node<'static>,
    key: &str,
    holds: &impl Fn(&Node<'static>) -> bool,
) -> Option<&'n Node<'static>> {
    match &node.value {
        Value::Mapping(mapping) => mapping.entries.iter().find_map(|entry| {
            let is_it = entry.key.text == key && holds(&entry.value);
            if is_it { Some(&entry.value) } else { value_of(&entry.value, key, holds) }
        }),
        Value::Sequence(items) => items.iter().find_map(|item| value_of(item, key, holds)),
        _ => None,
    }
}

/// Returns whether an error is about this reference: its message repeats the reference, without the `#`.
fn is_reference(reference: &str, message: &str) -> bool {
    message.contains(reference.trim_start_matches('#'))
}

/// What to write in place of a wrong value of a keyword.
struct Instead {
    help: String,
    /// The text in place of the value, if it is all that has to be changed.
    fix: Option<String>,
}

impl Instead {
    /// Another value.
    fn value(value: impl Into<String>, note: &str) -> Self {
        let value = value.into();
        Self { help: format!("write `{value}`{note}"), fix: Some(value) }
    }

    /// Something that the author has to do.
    fn advice(help: impl Into<String>) -> Self {
        Self { help: help.into(), fix: None }
    }
}

/// Returns what to write in place of a wrong value of a keyword, if the intent can be guessed.
fn instead(keyword: &str, value: &serde_json::Value) -> Option<Instead> {
    use serde_json::Value as Json;

    Some(match (keyword, value) {
        ("type", Json::String(name)) => match type_named(name) {
            Some(meant) => Instead::value(meant, ""),
            None => Instead::advice(format!("write `type: string`, and beside it `format: {}`", format_named(name)?)),
        },
        ("required", Json::Bool(true)) => {
            Instead::advice("remove it: a variable without a `default` is required; `required` lists keys of a mapping")
        }
        ("required", Json::Bool(false)) => {
            Instead::advice("remove it, and declare a `default`: `required` lists keys of a mapping")
        }
        ("enum" | "examples" | "required", Json::String(text)) => {
            Instead::advice(format!("write a list: `{keyword}: [{text}]`"))
        }
        ("enum" | "examples", Json::Number(number)) => Instead::value(format!("[{number}]"), ", a list"),
        ("items" | "additionalProperties" | "contains" | "not", Json::String(name)) => {
            Instead::value(format!("{{ type: {} }}", type_named(name)?), "")
        }
        ("properties", Json::Array(_)) => {
            Instead::advice("write each key with its schema: `{ name: { type: string } }`")
        }
        ("allOf" | "anyOf" | "oneOf", Json::Object(_)) => {
            Instead::advice("write a list: put `[` and `]` around the schema")
        }
        ("uniqueItems", _) => Instead::advice("write `true` or `false`"),
        (_, Json::String(text))
            if takes(keyword).is_some_and(|what| what.contains("number") || what.contains("integer")) =>
        {
            Instead::value(text.parse::<serde_json::Number>().ok()?.to_string(), " without quotes")
        }
        _ => return None,
    })
}

/// Reports a format that no value is checked against.
fn unknown_format(variable: &Variable, format: &Node<'_>, findings: &mut Findings<'_>) {
    let Some(name) = format.as_scalar().map(|scalar| &*scalar.text) else { return };
    let location = variable.locate(format.span);
    let finding = findings
        .at(location, format!("unknown format `{name}` in the declaration of `{}`", variable.name))
        .label("not a format of JSON Schema: no value is checked");
    match format_named(name) {
        Some(meant) => finding.suggest(&[meant], location, Applicability::Safe),
        None => {
            finding.help("describe the values with `pattern`, or begin the name with `x-` if it is a note of your own")
        }
    };
}

/// Returns the format of JSON Schema that an author means: by its name in another language, or misspelt.
fn format_named(name: &str) -> Option<&'static str> {
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

/// Returns the type of JSON Schema that an author means: by its name in another language, or misspelt.
pub(super) fn type_named(name: &str) -> Option<&'static str> {
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

/// Returns what a keyword of JSON Schema expects (JSON Schema 2020-12, the meta-schemas of its vocabularies).
fn takes(keyword: &str) -> Option<&'static str> {
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
