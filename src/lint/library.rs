//! Libraries: files of parts of any shape, which are checked before a template refers to them.

use std::sync::Arc;

use crate::message::ActionKind;
use crate::references::Resolved;
use crate::schema::{ACTION, ICON_NAME};
use crate::source::Span;
use crate::syntax::{Document, Entry, Key, Mapping, Node, Parsed, Value};

use super::checker::run;
use super::rules::{
    may_exceed_limit, missing_icon, multiline_caption, too_many_buttons, too_many_rows, undefined_variable,
    unused_variable,
};
use super::{Checker, Context, Diagnostic, RULES, Rule};

/// A part of a library.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its key, or the part itself if it is an item of a list.
    pub key: Span,
    /// Its name: the key.
    pub name: String,
    /// The part.
    pub span: Span,
    kind: PartKind,
}

/// What a part can stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PartKind {
    Grid,
    Row,
    Button,
    Text,
    /// The declaration of a variable.
    Declaration,
    /// Values for an example.
    Example,
}

/// The most grids that are checked. Each takes a run of all rules.
const MAX_GRIDS: usize = 16;

/// The rules that look at what is around a part, which its templates decide.
const ABOUT_PLACE: [&Rule; 3] = [&too_many_rows::RULE, &too_many_buttons::RULE, &may_exceed_limit::RULE];

/// The rules about what a text is for.
const ABOUT_USE: [&Rule; 2] = [&missing_icon::RULE, &multiline_caption::RULE];

/// Returns the parts of a library, by their shape.
pub(super) fn parts(root: &Node<'_>) -> Vec<Part> {
    found_parts(root).into_iter().map(|(part, _)| part).collect()
}

/// Finds everything that the rules find in a library: in its text, and in each part as if a template referred to it.
pub(super) fn find_all<'a>(resolved: &'a Resolved<'a>, checker: &'a Checker) -> (Context<'a>, Vec<Diagnostic>) {
    let context = Context::of_library(resolved, checker);
    let mut diagnostics = run(&context, RULES);
    let Some(document) = context.document else { return (context, diagnostics) };
    let parts = found_parts(&document.root);
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
fn is_about_parts(diagnostic: &Diagnostic, parts: &[(Part, &Node<'_>)]) -> bool {
    let is = |rules: &[&Rule]| rules.iter().any(|rule| rule.id == diagnostic.rule);
    let span = diagnostic.span();
    // Parts are in the order of the text, and none is in another.
    let after = parts.partition_point(|(part, _)| part.span.start <= span.start);
    let Some((part, _)) = after.checked_sub(1).map(|index| &parts[index]).filter(|(part, _)| part.span.contains(span))
    else {
        return false;
    };
    let is_whole = part.span == span;
    !(is(&[&undefined_variable::RULE, &unused_variable::RULE])
        || is_whole && is(&ABOUT_PLACE)
        || part.kind == PartKind::Text && is(&ABOUT_USE))
}

/// Returns the roots of templates that have all parts in them. What a library does not have is at `nowhere`.
fn templates<'s>(root: &Node<'s>, parts: &[(Part, &Node<'s>)], nowhere: Span) -> Vec<Node<'s>> {
    let (mut rows, mut grids) = (Vec::new(), Vec::new());
    for (part, node) in parts {
        let node = (*node).clone();
        match part.kind {
            PartKind::Grid if grids.len() < MAX_GRIDS => grids.push(node),
            PartKind::Grid | PartKind::Declaration | PartKind::Example => {}
            PartKind::Row => rows.push(node),
            PartKind::Button => rows.push(Node { span: nowhere, value: Value::Sequence(vec![node]) }),
            PartKind::Text => {
                let action = Node { span: nowhere, value: Value::Mapping(Mapping::default()) };
                let button = mapping([("caption", node), (ActionKind::OpenServerLink.name(), action)], nowhere);
                rows.push(Node { span: nowhere, value: Value::Sequence(vec![button]) });
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

/// Returns the parts in the order of the text.
fn found_parts<'n, 's>(root: &'n Node<'s>) -> Vec<(Part, &'n Node<'s>)> {
    let mut parts = Vec::new();
    let Some(mapping) = root.as_mapping() else { return parts };
    for Entry { key, value } in &mapping.entries {
        match &*key.text {
            "description" => {}
            name if name.starts_with("x-") => {}
            "variables" => add_entries(value, PartKind::Declaration, &mut parts),
            "examples" => add_entries(value, PartKind::Example, &mut parts),
            _ => collect(key, value, &mut parts),
        }
    }
    parts.sort_by_key(|(part, _)| part.span);
    // What several aliases stand for is one part.
    parts.dedup_by_key(|(part, _)| part.span);
    parts
}

fn add_entries<'n, 's>(node: &'n Node<'s>, kind: PartKind, parts: &mut Vec<(Part, &'n Node<'s>)>) {
    let entries = node.as_mapping().map(|mapping| mapping.entries.as_slice()).unwrap_or_default();
    parts.extend(entries.iter().map(|Entry { key, value }| part(key, value, kind)));
}

fn part<'n, 's>(key: &Key<'_>, value: &'n Node<'s>, kind: PartKind) -> (Part, &'n Node<'s>) {
    (Part { key: key.span, name: key.text.to_string(), span: value.span, kind }, value)
}

/// Collects the parts of a value: the value itself, if its shape shows what it is, otherwise those in it.
fn collect<'n, 's>(key: &Key<'_>, value: &'n Node<'s>, parts: &mut Vec<(Part, &'n Node<'s>)>) {
    match (kind_of(value), &value.value) {
        (Some(kind), _) => parts.push(part(key, value, kind)),
        (None, Value::Mapping(mapping)) => {
            mapping.entries.iter().for_each(|Entry { key, value }| collect(key, value, parts));
        }
        (None, Value::Sequence(items)) => items.iter().for_each(|item| collect(key, item, parts)),
        (None, _) => {}
    }
}

fn kind_of(value: &Node<'_>) -> Option<PartKind> {
    let has_list =
        |mapping: &Mapping<'_>, key: &str| mapping.get(key).is_some_and(|entry| entry.value.as_sequence().is_some());
    match &value.value {
        Value::String(_) => Some(PartKind::Text),
        Value::Mapping(mapping) if mapping.entries.iter().any(|entry| is_of_button(&entry.key.text)) => {
            Some(PartKind::Button)
        }
        Value::Mapping(mapping) if has_list(mapping, "rows") => Some(PartKind::Grid),
        Value::Mapping(mapping) if has_list(mapping, "buttons") => Some(PartKind::Row),
        Value::Sequence(items) if !items.is_empty() => {
            let are_all = |kind| items.iter().all(|item| kind_of(item) == Some(kind));
            let row = are_all(PartKind::Button).then_some(PartKind::Row);
            row.or_else(|| are_all(PartKind::Row).then_some(PartKind::Grid))
        }
        _ => None,
    }
}

fn is_of_button(key: &str) -> bool {
    matches!(key, "caption" | "icon" | ICON_NAME | ACTION) || ActionKind::from_name(key).is_some()
}
