//! The structure checker agrees with the JSON Schemas on whether a document is valid, and on which parts are invalid.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use kenarc::message::{self, MessageKind};
use kenarc::schema::{self, DocumentKind, Verdict, Violation, ViolationKind, violations};
use kenarc::syntax::{Node, parse, parse_json};
use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::choices::Choices;
use super::generate::sample;

/// The number of documents of each kind.
const COUNT: u64 = 6_000;

/// At least this percentage of them is valid, and at least this percentage invalid.
const SHARE: usize = 10;

/// Returns a value that is probably wrong in its place.
fn wrong_value(choices: &mut Choices) -> Value {
    let text = |text: &str| Value::from(text);
    match choices.below(36) {
        0 => Value::Null,
        1 => true.into(),
        2 => 3.into(),
        3 => 1.5.into(),
        4 => text(""),
        5 => text(" \u{200c}\n"),
        6 => text("سلام"),
        7 => text("TEXT"),
        8 => text("STAR"),
        9 => text("STAR\n"),
        10 => text("REAL_STATE"),
        11 => text("{{ x }}"),
        12 => text("{% if x %}"),
        13 => text("{ {# }"),
        14 => text("https://app.example/x"),
        15 => text("HTTP://a"),
        16 => text("https:///x"),
        17 => text("https://a b"),
        18 => json!([]),
        19 => json!({}),
        20 => json!([[]]),
        21 => json!([{}]),
        22 => json!([{ "when": "x" }]),
        23 => json!({ "rows": [] }),
        24 => json!({ "buttons": [{}, {}, {}, {}] }),
        25 => json!({ "when": false, "buttons": [{}] }),
        26 => json!({ "data": {} }),
        27 => json!({ "data": [], "more": 1 }),
        28 => json!({ "post_token": " " }),
        29 => json!({ "open_post_page": { "post_token": "gZNbF1aA" } }),
        30 => json!({ "action": { "open_direct_link": "https://a.example" } }),
        31 => json!({ "type": "string", "default": 1 }),
        32 => json!([[{}, {}, {}, {}], [1], [{ "for": "a in b" }], {}, { "buttons": [[]] }]),
        33 => json!({ "open_direct_link": null, "open_server_link": { "data": null }, "open_post_page": null }),
        34 => json!({ "order": 7 }),
        _ => json!({ "open_direct_link": "x", "open_server_link": {}, "mistake": 1 }),
    }
}

const KEYS: [&str; 30] = [
    "type",
    "message",
    "text_message",
    "sender_buttons",
    "receiver_buttons",
    "media_token",
    "description",
    "variables",
    "examples",
    "rows",
    "buttons",
    "when",
    "for",
    "icon",
    "icon_name",
    "caption",
    "action",
    "open_direct_link",
    "open_server_link",
    "get_dynamic_action",
    "open_post_page",
    "open_post_manage_page",
    "data",
    "post_token",
    "x-note",
    "mesage",
    "",
    "loop",
    "نام",
    "_a1",
];

/// Returns a key to add to a mapping, preferably one that it does not allow.
fn key(map: &Map<String, Value>, choices: &mut Choices) -> &'static str {
    match choices.below(3) {
        0 if map.contains_key("icon") => "icon_name",
        0 => choices.pick(&["loop", "a b", "1a", "True"]),
        _ => choices.pick(&KEYS),
    }
}

/// Returns the value that belongs in a place, or rarely a wrong one.
fn mostly(choices: &mut Choices, value: impl FnOnce(&mut Choices) -> Value) -> Value {
    if choices.chance(4) { wrong_value(choices) } else { value(choices) }
}

fn request(kind: MessageKind, choices: &mut Choices) -> Value {
    let mut request = Map::new();
    request.insert("type".to_owned(), mostly(choices, |_| "TEXT".into()));
    let has_media = choices.chance(25);
    if has_media {
        request.insert("media_token".to_owned(), mostly(choices, |_| "c2FtcGxl.a1".into()));
    }
    if !has_media || choices.chance(20) {
        let text = if has_media { choices.pick(&["", "سلام"]) } else { "سلام" };
        request.insert(kind.text_field().to_owned(), mostly(choices, |_| text.into()));
    }
    for side in kind.sides() {
        if choices.chance(60) {
            request.insert(side.field().to_owned(), mostly(choices, |choices| json!({ "rows": list(choices, row) })));
        }
    }
    request.into()
}

fn row(choices: &mut Choices) -> Value {
    json!({ "buttons": list(choices, button) })
}

fn button(choices: &mut Choices) -> Value {
    let icon = if choices.chance(30) { "REAL_STATE" } else { "STAR" };
    let action = mostly(choices, action);
    let key = if choices.chance(10) { "icon_name" } else { "icon" };
    json!({ "action": action, key: mostly(choices, |_| icon.into()), "caption": mostly(choices, |_| "باز کن".into()) })
}

fn action(choices: &mut Choices) -> Value {
    match choices.below(5) {
        0 => json!({ "open_direct_link": mostly(choices, |_| "https://app.example/x".into()) }),
        1 => json!({ "open_server_link": { "data": mostly(choices, |_| json!({ "a": [1] })) } }),
        2 => json!({ "get_dynamic_action": { "data": {} } }),
        3 => json!({ "open_post_page": { "post_token": mostly(choices, |_| "gZNbF1aA".into()) } }),
        _ => json!({ "open_post_manage_page": mostly(choices, |_| json!({ "post_token": "gZNbF1aA" })) }),
    }
}

/// Up to three items, and sometimes more.
fn list(choices: &mut Choices, item: fn(&mut Choices) -> Value) -> Value {
    let count = if choices.chance(6) { choices.below(6) } else { choices.between(1, 3) };
    (0..count).map(|_| mostly(choices, item)).collect()
}

/// Returns a valid template of the corpus, as JSON.
fn template(number: u64, choices: &mut Choices) -> Value {
    let sample = sample(number % super::generate::COUNT);
    let document = parse(&sample.text).document.unwrap();
    let mut template = document.root.to_json();
    // Those of the corpus have few rows and buttons that are there for certain.
    if choices.chance(30) {
        let side = if template.get("text_message").is_some() { "buttons" } else { "receiver_buttons" };
        template[side] = list(choices, row);
    }
    template
}

/// Changes a part of a document, whichever it is.
fn mutate(value: &mut Value, choices: &mut Choices) {
    let goes_deeper = choices.chance(75);
    match value {
        Value::Object(map) if !map.is_empty() && goes_deeper => {
            let at = choices.below(map.len());
            if let Some((_, value)) = map.iter_mut().nth(at) {
                mutate(value, choices);
            }
        }
        Value::Array(items) if !items.is_empty() && goes_deeper => {
            let at = choices.below(items.len());
            mutate(&mut items[at], choices);
        }
        Value::Object(map) => match choices.below(4) {
            0 => drop(map.insert(key(map, choices).to_owned(), wrong_value(choices))),
            1 if !map.is_empty() => {
                let key = map.keys().nth(choices.below(map.len())).cloned().unwrap_or_default();
                let value = map.shift_remove(&key).unwrap_or_default();
                if choices.chance(50) {
                    let other = if key == "icon" { "icon_name" } else { choices.pick(&KEYS) };
                    map.insert(other.to_owned(), value);
                }
            }
            2 => drop(map.insert("when".to_owned(), "x".into())),
            _ => *value = wrong_value(choices),
        },
        Value::Array(items) => match choices.below(3) {
            0 => items.clear(),
            1 if !items.is_empty() => items.extend(vec![items[0].clone(); 3]),
            _ => items.push(wrong_value(choices)),
        },
        _ => *value = wrong_value(choices),
    }
}

fn draw(kind: DocumentKind, number: u64) -> Value {
    let mut choices = Choices::from_seed(number);
    let mut document = match kind {
        DocumentKind::Template => template(number, &mut choices),
        DocumentKind::Request(kind) => request(kind, &mut choices),
    };
    for _ in 0..choices.below(4) {
        mutate(&mut document, &mut choices);
    }
    document
}

/// Returns the JSON Pointers of the parts that violate kenarc's description, as the JSON Schema would have them, apart
/// from links that only the URL standard refuses.
fn violation_pointers(root: &Node<'_>, violations: &[Violation]) -> BTreeSet<String> {
    let pointer = |violation: &Violation| {
        let pointer = root.pointer_to(violation.span);
        let parent = |pointer: &str| pointer.rsplit_once('/').map_or(String::new(), |(parent, _)| parent.to_owned());
        match &violation.kind {
            ViolationKind::UnknownField { .. } | ViolationKind::NotName | ViolationKind::TooMany { .. } => {
                parent(&pointer)
            }
            ViolationKind::TwoSpellings { .. } => format!("{}/icon", parent(&pointer)),
            ViolationKind::MixedKinds { .. } => String::new(),
            ViolationKind::TextAndMedia { .. } => format!("/{}", violation.name),
            _ => pointer,
        }
    };
    let is_structure = |violation: &&Violation| {
        violation.verdict == Verdict::Refused && !matches!(violation.kind, ViolationKind::InvalidLink { .. })
    };
    violations.iter().filter(is_structure).map(pointer).collect()
}

/// Those of the parts that violate the JSON Schema, but for links.
fn error_pointers(errors: &[ValidationError<'_>]) -> BTreeSet<String> {
    let errors = errors.iter().filter(|error| !is_link(error));
    errors.map(|error| error.instance_path().as_str().to_owned()).collect()
}

fn is_link(error: &ValidationError<'_>) -> bool {
    let is_pattern = matches!(error.kind(), ValidationErrorKind::Pattern { .. });
    is_pattern && error.instance_path().as_str().ends_with("/open_direct_link")
}

/// Draws documents, and returns how often each kind of violation was met, whether refused or accepted.
fn compare(kind: DocumentKind, schema: &str) -> BTreeMap<String, usize> {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let compared: Vec<(bool, Vec<String>)> =
        (0..COUNT).into_par_iter().map(|number| compare_document(kind, &validator, number)).collect();
    let (all, valid) = (compared.len(), compared.iter().filter(|(is_valid, _)| *is_valid).count());
    assert!(valid * 100 >= all * SHARE && (all - valid) * 100 >= all * SHARE, "{valid} of {all} are valid");
    let mut seen = BTreeMap::new();
    for name in compared.into_iter().flat_map(|(_, names)| names) {
        *seen.entry(name).or_default() += 1;
    }
    seen
}

/// Returns the kind of message that the JSON Schema takes a request for, of which some have been changed.
fn kind_of_request(request: &Value) -> MessageKind {
    let is_chatbot = MessageKind::Chatbot.fields().any(|field| request.get(field).is_some());
    if is_chatbot { MessageKind::Chatbot } else { MessageKind::Chat }
}

/// Draws one document, and returns whether it is valid, and the names of its violations.
fn compare_document(kind: DocumentKind, validator: &Validator, number: u64) -> (bool, Vec<String>) {
    let document = draw(kind, number);
    let text = document.to_string();
    let kind = if kind == DocumentKind::Template { kind } else { DocumentKind::Request(kind_of_request(&document)) };
    let parsed = match kind {
        DocumentKind::Template => parse(&text),
        DocumentKind::Request(_) => parse_json(&text),
    };
    assert!(parsed.errors.is_empty(), "{number}: {text}");
    let parsed = parsed.document.unwrap();
    let found = violations(&parsed, kind);
    let errors: Vec<ValidationError<'_>> = validator.iter_errors(&document).collect();
    assert_eq!(violation_pointers(&parsed.root, &found), error_pointers(&errors), "{number}: {text}\n{found:#?}");
    let links: Vec<&Violation> =
        found.iter().filter(|violation| matches!(violation.kind, ViolationKind::InvalidLink { .. })).collect();
    for error in errors.iter().filter(|error| is_link(error)) {
        let is_found = |link: &&Violation| parsed.root.pointer_to(link.span) == error.instance_path().as_str();
        assert!(links.iter().any(is_found), "{number}: {text}");
    }
    let is_valid = found.iter().all(|violation| violation.verdict == Verdict::Accepted);
    assert!(!is_valid || errors.is_empty(), "{number}: {text}");
    let name = |violation: &Violation| {
        let kind = format!("{:?}", violation.kind);
        kind.split([' ', '{']).next().unwrap_or_default().to_owned()
    };
    (is_valid, found.iter().map(name).collect())
}

const KINDS: [&str; 9] = [
    "Blank",
    "Empty",
    "MissingField",
    "NoAction",
    "NotConstant",
    "SeveralActions",
    "TooMany",
    "UnknownField",
    "UnknownIcon",
];

fn assert_seen(seen: &BTreeMap<String, usize>, more: &[&str]) {
    for name in KINDS.iter().chain(&["WrongType"]).chain(more) {
        assert!(seen.get(*name).is_some_and(|count| *count >= 10), "{name}: {seen:?}");
    }
}

#[test]
fn templates_are_valid_exactly_if_the_json_schema_accepts_them() {
    let seen = compare(DocumentKind::Template, schema::SCHEMA);
    let more = ["MixedKinds", "TextAndMedia", "NotMediaToken"];
    assert_seen(&seen, &more);
    assert_seen(&seen, &["DeprecatedSpelling", "NotName", "NotPostToken", "TwoSpellings"]);
}

#[test]
fn requests_are_valid_exactly_if_the_json_schema_accepts_them() {
    for kind in MessageKind::ALL {
        let seen = compare(DocumentKind::Request(kind), message::SCHEMA);
        assert_seen(&seen, &["DeprecatedSpelling", "InvalidLink", "NotPostToken", "NotMediaToken", "TextAndMedia"]);
    }
}
