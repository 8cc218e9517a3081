//! Generates the JSON Schemas in `schemas/` from their sources, `schemas/*.schema.in.json`.
//!
//! A source is the schema with placeholders, `@{icons}`, for what is defined in the code: each such thing exists
//! once. The files are committed, so that editors and other programs can use them without building kenarc.

use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::{Value, json};

use crate::message::{
    ActionKind, MAX_BUTTONS, MAX_ROWS, MEDIA_TOKEN, MISSPELT, MessageKind, icons, media_token_pattern,
    post_token_pattern, visible_text_pattern,
};

use crate::references::REF;

use super::text::{JINJA_PATTERN, NAME_PATTERN, RESERVED_NAMES};
use super::{ACTION, ICON_NAME};

const NAMES: [&str; 2] = ["template", "message"];

/// The parts of a template for which a reference can stand, as JSON Pointers into its schema; the inner ones first.
const REFERABLE: [&str; 22] = [
    "/$defs/button/properties/caption",
    "/$defs/text",
    "/$defs/grid",
    "/$defs/rows",
    "/$defs/row",
    "/$defs/buttons",
    "/$defs/button",
    "/$defs/action",
    "/$defs/open_direct_link",
    "/$defs/open_server_link",
    "/$defs/get_dynamic_action",
    "/$defs/open_post_page",
    "/$defs/open_post_manage_page",
    "/$defs/data",
    "/$defs/post_token",
    "/$defs/icon",
    "/properties/media_token",
    "/properties/description",
    "/properties/variables",
    "/properties/examples",
    "/$defs/when",
    "/$defs/for",
];

/// The keywords that can refuse a reference. The others stay where editors look for the names of keys and values: they
/// do not look into `else`.
const CONDITIONAL: [&str; 7] = ["required", "allOf", "oneOf", "not", "if", "then", "else"];

/// Lets a reference stand for a part.
fn allow_reference(schema: &mut Value, pointer: &str) {
    let part = schema.pointer_mut(pointer).expect("the part exists").as_object_mut().expect("it is an object");
    let moved = CONDITIONAL.iter().filter_map(|&keyword| Some((keyword.to_owned(), part.shift_remove(keyword)?)));
    let mut otherwise: serde_json::Map<String, Value> = moved.collect();
    let types = match part["type"].clone() {
        Value::Array(types) => types,
        one => vec![one],
    };
    if !types.contains(&json!("object")) {
        otherwise.insert("type".to_owned(), part["type"].take());
        part["type"] = types.into_iter().chain([json!("object")]).collect();
    }
    if let Some(properties) = part.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(REF.to_owned(), json!({ "$ref": "#/$defs/reference/properties/$ref" }));
    }
    part.insert("if".to_owned(), json!({ "type": "object", "required": [REF] }));
    part.insert("then".to_owned(), json!({ "$ref": "#/$defs/reference" }));
    part.insert("else".to_owned(), otherwise.into());
}

/// Returns the value of a placeholder.
fn value(placeholder: &str) -> Value {
    match placeholder {
        "icons" => {
            let mut names: Vec<&str> = icons().iter().copied().chain(MISSPELT.map(|(written, _)| written)).collect();
            names.sort_unstable();
            names.into()
        }
        "icon-count" => icons().len().into(),
        "max-rows" => MAX_ROWS.into(),
        "max-buttons" => MAX_BUTTONS.into(),
        "visible-text" => visible_text_pattern().into(),
        "post-token" => post_token_pattern().into(),
        "media-token" => media_token_pattern().into(),
        "jinja" => JINJA_PATTERN.into(),
        "name" => NAME_PATTERN.into(),
        "chat-fields" => fields(MessageKind::Chat),
        "chatbot-fields" => fields(MessageKind::Chatbot),
        "set-media" => set_text(MEDIA_TOKEN),
        "set-icons" => ["icon", ICON_NAME].map(set_text).into(),
        "set-kinds" => ActionKind::ALL.map(|kind| set(kind.name())).into(),
        "set-action" => set(ACTION),
        "set-actions" => [ACTION].into_iter().chain(ActionKind::ALL.map(ActionKind::name)).map(set).collect(),
        "reserved-names" => RESERVED_NAMES.as_slice().into(),
        unknown => panic!("unknown placeholder @{{{unknown}}}"),
    }
}

/// Returns the schemas of objects with a field that only messages of this kind have.
fn fields(kind: MessageKind) -> Value {
    kind.fields().map(|field| json!({ "type": "object", "required": [field] })).collect()
}

/// Returns the schema of an object in which a key is set.
fn set(key: &str) -> Value {
    json!({ "type": "object", "required": [key], "properties": { key: { "not": { "type": "null" } } } })
}

/// Returns the schema of an object in which a text is set.
fn set_text(key: &str) -> Value {
    json!({ "type": "object", "required": [key], "properties": { key: { "not": { "enum": ["", null] } } } })
}

/// Fills in placeholders: one that is a whole string with a value of any kind, one inside a longer string with text.
fn fill(source: &mut Value) {
    match source {
        Value::String(text) => {
            while let Some((before, rest)) = text.split_once("@{") {
                let (placeholder, after) = rest.split_once('}').expect("the placeholder is closed");
                let value = value(placeholder);
                if before.is_empty() && after.is_empty() {
                    *source = value;
                    return;
                }
                *text = format!("{before}{value}{after}");
            }
        }
        Value::Array(items) => items.iter_mut().for_each(fill),
        Value::Object(map) => map.values_mut().for_each(fill),
        _ => {}
    }
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name)
}

fn generate(name: &str) -> String {
    let source = fs::read_to_string(path(&format!("{name}.schema.in.json"))).expect("the source can be read");
    let mut schema: Value = serde_json::from_str(&source).expect("the source is JSON");
    fill(&mut schema);
    if name == "template" {
        REFERABLE.iter().for_each(|pointer| allow_reference(&mut schema, pointer));
    }
    format!("{schema:#}\n")
}

#[test]
fn the_committed_schemas_are_up_to_date() {
    for name in NAMES {
        let (generated, path) = (generate(name), path(&format!("{name}.schema.json")));
        if env::var_os("UPDATE_SCHEMAS").is_some() {
            fs::write(&path, &generated).expect("the schema can be written");
        }
        let committed = fs::read_to_string(&path).expect("the schema can be read");
        assert!(
            committed == generated,
            "{} is stale: run `UPDATE_SCHEMAS=1 cargo test --lib schemas` and commit it",
            path.display()
        );
    }
}
