//! A declaration that is not valid JSON Schema, or that its own default or examples do not match.

use std::collections::HashSet;

use jsonschema::error::ValidationErrorKind;

use crate::analysis::keywords::{self, UnknownKeyword, WrongPart};
use crate::lint::declaration::{Advice, expected, format_named, instead, keyword_elsewhere, keywords_like, nullable};
use crate::lint::finding::Finding;
use crate::lint::notation::Notation;
use crate::lint::wording::{advice, expectation, one_of, quote};
use crate::lint::{Applicability, Context, Edit, Findings, Fix, Rule, Severity};
use crate::schema::Kind;
use crate::source::SourceFile;
use crate::syntax::{Entry, Node, Value};
use crate::template::{Mismatch, Variable};

pub(in crate::lint) static RULE: Rule =
    Rule::context("invalid-variable", Severity::Error, include_str!("invalid_variable.md"), check);

/// The names of types.
const TYPES: [&str; 7] = ["`string`", "`integer`", "`number`", "`boolean`", "`array`", "`object`", "`\"null\"`"];

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    // Variables can share a part of their declarations through an alias.
    let mut reported = HashSet::new();
    for variable in template.variables.iter().flat_map(|variables| &variables.list) {
        if !matches!(variable.schema.value, Value::Mapping(_) | Value::Bool(_)) {
            // This is a violation of the schema.
            continue;
        }
        let file = &template.file;
        declaration(variable, file, findings);
        let unknown = keywords::unknown(&variable.schema);
        for keyword in &unknown.keywords {
            if reported.insert(keyword.entry.key.span) {
                unknown_keyword(variable, keyword, file, findings);
            }
        }
        for format in unknown.formats {
            if reported.insert(format.span) {
                unknown_format(variable, format, findings);
            }
        }
        for mismatch in variable.own_values().flat_map(|value| variable.mismatches(value)) {
            own_value(variable, &mismatch, file, findings);
        }
    }
}

/// Reports a default or an example that does not match the declaration.
fn own_value(variable: &Variable, mismatch: &Mismatch, file: &SourceFile, findings: &mut Findings<'_>) {
    let finding = findings
        .at(mismatch.span, format!("invalid value in the declaration of `{}{}`", variable.name, mismatch.path))
        .label(expectation(&mismatch.kind, &mismatch.value))
        .also(variable.key, "declared here");
    let types = variable.schema.as_mapping().and_then(|schema| schema.get("type"));
    let is_null = mismatch.value.is_null() && mismatch.path.is_empty();
    let with_null = types
        .filter(|_| is_null && matches!(mismatch.kind, ValidationErrorKind::Type { .. }))
        .and_then(|types| Some((types.value.span, nullable(&types.value, &Notation::around(file, types.key.span))?)));
    if let Some((span, types)) = with_null {
        let edit = Edit::replace(span, types.clone());
        finding.help(format!("allow null: `type: {types}`")).fix(Fix::unsafe_edit("allow null", edit));
    } else if let Some(help) = advice(&mismatch.kind, &mismatch.value) {
        finding.help(help);
    }
}

/// Reports why a declaration is not a JSON Schema.
fn declaration(variable: &Variable, file: &SourceFile, findings: &mut Findings<'_>) {
    let name = &variable.name;
    let mut reported = HashSet::new();
    for error in variable.errors() {
        let refers = |value: &Node<'_>| value.as_scalar().is_some_and(|text| is_reference(&text.text, &error.message));
        if let Some(part) = keywords::part_at(&variable.schema, error.span) {
            for part in wrong_parts(part) {
                if reported.insert(part.value.span) {
                    wrong_part(variable, &part, file, findings);
                }
            }
        } else if let Some(reference) = value_of(&variable.schema, "$ref", &refers) {
            findings
                .at(reference.span, format!("invalid `$ref` in the declaration of `{name}`"))
                .label("refers to a schema outside of the declaration")
                .help("copy that schema into the declaration, or write the name of its file before the `#`");
        } else {
            findings.at(error.span, format!("invalid declaration of `{name}`")).label(error.message.clone()).help(
                "use the keywords of JSON Schema 2020-12: `type`, `minimum`, `maxLength`, `enum`, `format`, \
                     `items`, `default`, …",
            );
        }
    }
}

/// Returns the parts of a part that are wrong: of a list of types, those that there are not.
fn wrong_parts(part: WrongPart<'_>) -> Vec<WrongPart<'_>> {
    let types = part.value.as_sequence().filter(|_| part.entry.key.text == "type" && !part.is_schema);
    let is_type = |item: &Node<'_>| item.as_scalar().is_some_and(|name| Kind::from_name(&name.text).is_some());
    let wrong = types.unwrap_or_default().iter().filter(|item| !is_type(item));
    let parts: Vec<WrongPart<'_>> = wrong.map(|value| WrongPart { value, ..part }).collect();
    if parts.is_empty() { vec![part] } else { parts }
}

/// Reports a value that a keyword cannot have.
fn wrong_part(variable: &Variable, part: &WrongPart<'_>, file: &SourceFile, findings: &mut Findings<'_>) {
    let keyword = &part.entry.key.text;
    let found = quote(&part.value.to_json());
    let expected = if part.is_schema { Some("a schema") } else { expected(keyword) };
    let is_item = part.value.span != part.entry.value.span;
    let finding = findings
        .at(part.value.span, format!("invalid `{keyword}` in the declaration of `{}`", variable.name))
        .label(match expected {
            Some(_) if keyword == "type" && is_item => format!("expected {}, found {found}", one_of(TYPES)),
            Some(what) => format!("expected {what}, found {found}"),
            None => format!("`{keyword}` cannot be {found}"),
        });
    let is_inner = !variable.schema.as_mapping().is_some_and(|schema| std::ptr::eq(schema, part.schema));
    if let Some(advice) = instead(part, is_inner, file) {
        finding.advise(advice);
    }
}

/// Reports a key of a declaration that is not a keyword of JSON Schema.
fn unknown_keyword(variable: &Variable, unknown: &UnknownKeyword<'_>, file: &SourceFile, findings: &mut Findings<'_>) {
    let Entry { key, value } = unknown.entry;
    let location = key.span;
    let finding = findings
        .at(location, format!("unknown keyword `{}` in the declaration of `{}`", key.text, variable.name))
        .label("not a keyword of JSON Schema 2020-12");
    if let Some(advice) = keyword_elsewhere(unknown, file) {
        finding.advise(advice);
        return;
    }
    let meant = keywords_like(&key.text, value, &unknown.schema);
    let free: Vec<&str> = meant.iter().filter(|name| !unknown.schema.given.contains(name)).copied().collect();
    if let Some(given) = meant.first().filter(|name| !free.contains(name)) {
        finding.help(format!("remove it: `{given}` is already given"));
    } else if !free.is_empty() {
        finding.suggest(&free, location, Applicability::Safe);
    } else if value.as_mapping().is_some() {
        finding
            .help("put it under `properties` if it is a key of the value; otherwise begin it with `x-`, or remove it");
    } else {
        finding.help("remove it, or begin it with `x-` if it is a note of your own");
    }
}

impl Finding<'_> {
    fn advise(self, Advice { help, fix }: Advice) {
        let finding = self.help(help);
        if let Some(fix) = fix {
            finding.fix(fix);
        }
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

/// Reports a format that no value is checked against.
fn unknown_format(variable: &Variable, format: &Node<'_>, findings: &mut Findings<'_>) {
    let Some(name) = format.as_scalar().map(|scalar| &*scalar.text) else { return };
    let location = format.span;
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
