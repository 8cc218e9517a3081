//! A declaration that is not a JSON Schema, or whose default or examples do not match it.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::schema::Kind;
use crate::source::Span;
use crate::syntax::{Entry, Node, Value};
use crate::template::Variable;
use crate::lint::wording::{expectation, quote};

pub(in crate::lint) static RULE: Rule =
    Rule::context("invalid-variable", Severity::Error, include_str!("invalid_variable.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    for variable in template.variables.iter().flat_map(|variables| &variables.list) {
        if !matches!(variable.schema.value, Value::Mapping(_) | Value::Bool(_)) {
            // This is a violation of the schema.
            continue;
        }
        declaration(variable, findings);
        for mismatch in variable.own_values().flat_map(|value| variable.mismatches(value)) {
            findings
                .at(mismatch.span, format!("invalid value in the declaration of `{}{}`", variable.name, mismatch.path))
                .label(expectation(&mismatch.kind, &mismatch.value))
                .also(variable.key, "declared here");
        }
    }
}

/// Reports why a declaration is not a JSON Schema.
fn declaration(variable: &Variable, findings: &mut Findings<'_>) {
    let Err(error) = variable.validator() else { return };
    let name = &variable.name;
    let refers = |value: &Node<'_>| value.as_scalar().is_some_and(|text| is_reference(&text.text, &error.message));
    if let Some((keyword, value)) = keyword_at(&variable.schema, error.span) {
        let label = match takes(keyword) {
            Some(what) => format!("expected {what}, found {}", quote(&value.to_json())),
            None => format!("`{keyword}` cannot be {}", quote(&value.to_json())),
        };
        findings.at(error.span, format!("invalid `{keyword}` in the declaration of `{name}`")).label(label);
    } else if let Some(reference) = value_of(&variable.schema, "$ref", &refers) {
        findings
            .at(reference.span, format!("invalid `$ref` in the declaration of `{name}`"))
            .label("refers to a schema outside of the declaration")
            .help("copy that schema into the declaration: nothing is fetched from elsewhere");
    } else {
        findings.at(error.span, format!("invalid declaration of `{name}`")).label(error.message.clone()).help(
            "use the keywords of JSON Schema 2020-12: `type`, `minimum`, `maxLength`, `enum`, `format`, `items`, `default`, …",
        );
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

/// Whether an error is about this reference: it repeats it, without the `#`.
fn is_reference(reference: &str, message: &str) -> bool {
    message.contains(reference.trim_start_matches('#'))
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
