//! Jinja to a text, with values of all types.

use std::str;

use kenarc::{SourceFile, Values, check, render};
use serde_json::{Value, json};

use super::findings::assert_reportable;

/// Checks a text with Jinja as a message, and renders it with two sets of values. Input that is not UTF-8 is ignored.
pub fn run(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let source = json!({ "variables": declarations(), "message": text }).to_string();
    let file = SourceFile::new("template.json", source);
    let checked = check(&file);
    assert_reportable(&checked.diagnostics);
    let Some(template) = checked.template.as_ref().filter(|_| !checked.has_errors()) else { return };
    for values in [full(), sparse()] {
        let Ok(values) = Values::from_serialize("values", &values) else { unreachable!("they are JSON objects") };
        match render(template, &values) {
            Ok(message) => assert!(!message.to_json().is_empty()),
            Err(error) => assert_reportable(error.diagnostics()),
        }
    }
}

fn declarations() -> Value {
    json!({
        "name": { "type": "string" },
        "n": { "type": "integer" },
        "x": { "type": "number" },
        "flag": { "type": "boolean" },
        "note": { "type": ["string", "null"] },
        "url": { "type": "string", "format": "uri" },
        "status": { "enum": ["paid", "unpaid"] },
        "tags": { "type": "array", "items": { "type": "string" } },
        "items": { "type": "array", "items": { "type": "object", "required": ["title"], "properties": {
            "title": { "type": "string" }, "price": { "type": "integer" }
        } } },
        "shop": { "type": "object", "properties": { "city": { "type": "string" } } },
        "any": {},
        "missing": { "type": "string", "default": "کیف" }
    })
}

fn full() -> Value {
    json!({
        "name": "آرش‌خان", "n": 3, "x": 2.5, "flag": true, "note": null, "url": "https://app.example/a?b=c",
        "status": "paid", "tags": ["a", "ب", ""], "shop": { "city": "تهران" },
        "items": [{ "title": "کیف", "price": 7 }, { "title": "کفش" }], "any": [1, null, { "k": "v" }]
    })
}

fn sparse() -> Value {
    json!({
        "name": "", "n": -9_223_372_036_854_775_808_i64, "x": 1e300, "flag": false, "note": "😀", "url": "https://a.example",
        "status": "unpaid", "tags": [], "shop": {}, "items": [], "any": null
    })
}
