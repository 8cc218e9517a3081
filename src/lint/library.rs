//! Libraries: files of parts of any shape, which are checked before a template refers to them.

use std::sync::Arc;

use crate::message::{ActionKind, is_blank};
use crate::references::{Resolved, is_declaration};
use crate::schema::{ACTION, ICON_NAME, is_set};
use crate::source::Span;
use crate::syntax::{Document, Entry, Key, Mapping, Node, Parsed, Value};

use super::checker::run;
use super::rules::{
    may_exceed_limit, missing_field, missing_icon, multiline_caption, too_many_buttons, too_many_rows,
    undefined_variable, unused_variable, wrong_action_count,
};
use super::{Checker, Context, Diagnostic, RULES, Rule};

/// Something that a library offers to templates.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name: the key.
    pub name: String,
    /// Where the key is.
    pub key: Span,
    /// The value.
    pub span: Span,
}

/// A value that is certainly of one kind, by its shape.
#[derive(Clone, Copy)]
struct Recognized<'n, 's> {
    kind: Kind,
    node: &'n Node<'s>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Grid,
    Row,
    Button,
    Text,
    /// The declaration of a variable.
    Declaration,
}

/// The most grids that are checked. Each takes a run of all rules.
const MAX_GRIDS: usize = 16;

/// The rules that look at what is around a whole part, or miss something in it: its templates have that.
const ABOUT_PLACE: [&Rule; 6] = [
    &too_many_rows::RULE,
    &too_many_buttons::RULE,
    &may_exceed_limit::RULE,
    &missing_field::RULE,
    &missing_icon::RULE,
    &wrong_action_count::RULE,
];

/// The rules about what a text is for.
const ABOUT_USE: [&Rule; 1] = [&multiline_caption::RULE];

/// Returns what a library offers: each entry of its top level, or each entry of a mapping there that is no part itself.
pub(super) fn parts(root: &Node<'_>) -> Vec<Part> {
    let entries = entries(root).filter(|entry| !is_note(&entry.key.text));
    let part = |Entry { key, value }: &Entry<'_>| Part { key: key.span, name: key.text.to_string(), span: value.span };
    let offered = entries.flat_map(|entry| match &entry.value.value {
        Value::Mapping(group) if kind_of(&entry.value).is_none() => group.entries.iter().map(part).collect(),
        _ => vec![part(entry)],
    });
    offered.collect()
}

fn entries<'n, 's>(node: &'n Node<'s>) -> impl Iterator<Item = &'n Entry<'s>> {
    node.as_mapping().into_iter().flat_map(|mapping| &mapping.entries)
}

/// Returns whether a key of the top level has nothing for templates.
fn is_note(key: &str) -> bool {
    key == "description" || key.starts_with("x-")
}

/// Finds everything that the rules find in a library: in its text, and in each part as if a template referred to it.
pub(super) fn find_all<'a>(resolved: &'a Resolved<'a>, checker: &'a Checker) -> (Context<'a>, Vec<Diagnostic>) {
    let context = Context::of_library(resolved, checker);
    let mut diagnostics = run(&context, RULES);
    let Some(document) = context.document else { return (context, diagnostics) };
    let parts = recognized(&document.root);
    let nowhere = Span::at(resolved.file.own().end);
    for root in templates(&document.root, &parts, nowhere) {
        let document = Document { root, comments: document.comments.clone() };
        let parsed = Parsed { document: Some(document), errors: Vec::new() };
        let template = Resolved { file: Arc::clone(&resolved.file), parsed, errors: Vec::new(), parts: Vec::new() };
        let found = run(&Context::new(&template, checker), RULES);
        let found = found.into_iter().filter(|found| found.span() != nowhere && is_about_parts(found, &parts));
        diagnostics.extend(found);
    }
    (context, diagnostics)
}

/// Returns whether a finding is about a part itself, and not about what is around it.
fn is_about_parts(diagnostic: &Diagnostic, parts: &[Recognized<'_, '_>]) -> bool {
    let is = |rules: &[&Rule]| rules.iter().any(|rule| rule.id == diagnostic.rule);
    let span = diagnostic.span();
    // Parts are in the order of the text, and none is in another.
    let after = parts.partition_point(|part| part.node.span.start <= span.start);
    let part = after.checked_sub(1).map(|index| parts[index]).filter(|part| part.node.span.contains(span));
    part.is_some_and(|part| {
        let is_whole = part.node.span == span;
        !(is(&[&undefined_variable::RULE, &unused_variable::RULE])
            || is_whole && is(&ABOUT_PLACE)
            || part.kind == Kind::Text && is(&ABOUT_USE))
    })
}

/// Returns the roots of templates that have all parts in them. What a library does not have is at `nowhere`.
fn templates<'s>(root: &Node<'s>, parts: &[Recognized<'_, 's>], nowhere: Span) -> Vec<Node<'s>> {
    let (mut rows, mut grids) = (Vec::new(), Vec::new());
    let list = |item| Node { span: nowhere, value: Value::Sequence(vec![item]) };
    for Recognized { kind, node } in parts {
        let node = (*node).clone();
        match kind {
            Kind::Grid if grids.len() < MAX_GRIDS => grids.push(node),
            Kind::Grid | Kind::Declaration => {}
            Kind::Row => rows.push(node),
            Kind::Button => rows.push(list(node)),
            Kind::Text => {
                let action = Node { span: nowhere, value: Value::Mapping(Mapping::default()) };
                let button = mapping([("caption", node), (ActionKind::OpenServerLink.name(), action)], nowhere);
                rows.push(list(button));
            }
        }
    }
    let rows = Node { span: nowhere, value: Value::Sequence(rows) };
    let grids = grids.into_iter().chain([rows]).map(|grid| mapping([("sender_buttons", grid)], nowhere));
    let variables = root.as_mapping().and_then(|root| root.get("variables")).map(|entry| entry.value.clone());
    grids.chain(variables.map(|variables| mapping([("variables", variables)], nowhere))).collect()
}

fn mapping<'s, const N: usize>(entries: [(&'static str, Node<'s>); N], nowhere: Span) -> Node<'s> {
    let entry = |(key, value): (&'static str, _)| Entry { key: Key { text: key.into(), span: nowhere }, value };
    Node { span: nowhere, value: Value::Mapping(Mapping { entries: entries.into_iter().map(entry).collect() }) }
}

/// Returns the values of a library that certainly are something, in the order of the text.
fn recognized<'n, 's>(root: &'n Node<'s>) -> Vec<Recognized<'n, 's>> {
    let mut parts = Vec::new();
    for Entry { key, value } in entries(root).filter(|entry| !is_note(&entry.key.text)) {
        match &*key.text {
            "variables" => {
                let declarations = entries(value).map(|entry| &entry.value);
                parts.extend(declarations.map(|node| Recognized { kind: Kind::Declaration, node }));
            }
            "examples" => {}
            _ => recognize(value, &mut parts),
        }
    }
    parts.sort_by_key(|part| part.node.span);
    // What several aliases stand for is one part.
    parts.dedup_by_key(|part| part.node.span);
    parts
}

/// Recognizes a value, or what is in it.
fn recognize<'n, 's>(node: &'n Node<'s>, parts: &mut Vec<Recognized<'n, 's>>) {
    match (kind_of(node), &node.value) {
        (Some(kind), _) => parts.push(Recognized { kind, node }),
        (None, Value::Mapping(mapping)) => mapping.entries.iter().for_each(|entry| recognize(&entry.value, parts)),
        (None, Value::Sequence(items)) => items.iter().for_each(|item| recognize(item, parts)),
        (None, _) => {}
    }
}

/// Returns what a value certainly is.
fn kind_of(node: &Node<'_>) -> Option<Kind> {
    match &node.value {
        Value::String(text) => (!is_blank(&text.text)).then_some(Kind::Text),
        Value::Mapping(mapping) if is_declaration(mapping) => Some(Kind::Declaration),
        Value::Mapping(mapping) if is_button(mapping) => Some(Kind::Button),
        Value::Mapping(mapping) => {
            let list_of = |key: &str| mapping.get(key).and_then(|entry| kind_of(&entry.value));
            match (list_of("rows"), list_of("buttons")) {
                (Some(Kind::Grid), _) => Some(Kind::Grid),
                (_, Some(Kind::Row)) => Some(Kind::Row),
                _ => None,
            }
        }
        Value::Sequence(items) => {
            let (first, rest) = items.split_first()?;
            let kind = kind_of(first).filter(|kind| rest.iter().all(|item| kind_of(item) == Some(*kind)))?;
            match kind {
                Kind::Button => Some(Kind::Row),
                Kind::Row => Some(Kind::Grid),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Returns whether a mapping is a button: it has an action, and an icon or a caption. The rest may come from keys beside
/// references.
fn is_button(mapping: &Mapping<'_>) -> bool {
    let has_kind = |mapping: &Mapping<'_>| {
        mapping.entries.iter().any(|entry| ActionKind::from_name(&entry.key.text).is_some() && is_set(&entry.value))
    };
    let action = mapping.get(ACTION).and_then(|entry| entry.value.as_mapping());
    let has_action = has_kind(mapping) || action.is_some_and(has_kind);
    let has_text = |key: &str| mapping.get(key).is_some_and(|entry| entry.value.as_scalar().is_some());
    has_action && ["caption", "icon", ICON_NAME].into_iter().any(has_text)
}
