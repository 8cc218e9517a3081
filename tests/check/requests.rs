//! The bodies of requests: what is JSON, what may be sent, and where findings stand.

use std::sync::{Arc, LazyLock};

use jsonschema::Validator;
use kenarc::SourceFile;
use kenarc::lint::{CheckedRequest, check_request};
use kenarc::message::{Icons, MessageKind, SCHEMA, validate_link};
use kenarc::syntax::{MAX_JSON_DEPTH, SyntaxError, parse_json};
use proptest::prelude::*;
use serde_json::{Value, json};

static SCHEMA_OF_REQUESTS: LazyLock<Validator> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(SCHEMA).expect("a schema is JSON");
    jsonschema::validator_for(&schema).expect("a schema")
});

fn check(text: &str) -> CheckedRequest {
    check_request(&SourceFile::new("request.json", text), MessageKind::Chat, &Arc::default())
}

/// Each finding as `pointer rule`.
fn found(body: &Value) -> Vec<String> {
    let checked = check(&body.to_string());
    let pointer = |place| checked.pointer(place).unwrap_or_default();
    checked.diagnostics.iter().map(|finding| format!("{} {}", pointer(finding.span()), finding.rule)).collect()
}

/// Returns all texts under the key of a link, wherever one may stand.
fn links(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(entries) => {
            let own = entries.get("open_direct_link").and_then(Value::as_str);
            own.into_iter().chain(entries.values().flat_map(links)).collect()
        }
        Value::Array(items) => items.iter().flat_map(links).collect(),
        _ => Vec::new(),
    }
}

// What may be sent

fn scalar() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        Just("TEXT".to_owned()),
        Just("SUPPORT".to_owned()),
        Just("https://app.example/a".to_owned()),
        "[ \u{200c}]{0,2}",
        "\\PC{0,4}",
        "https?:/{0,3}.{0,4}"
    ];
    prop_oneof![8 => text.prop_map(Value::from), 1 => Just(Value::Null), 1 => any::<i32>().prop_map(Value::from)]
}

/// Mostly what belongs there, now and then what does not.
fn mostly(
    good: impl Strategy<Value = Value> + 'static,
    rarely: impl Strategy<Value = Value> + 'static,
) -> BoxedStrategy<Value> {
    prop_oneof![200 => good, 1 => rarely].boxed()
}

/// Returns an object with these fields, of which some may be missing and one may be too much.
fn object(fields: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let values: Vec<_> = fields.into_iter().map(|(_, value)| prop::option::weighted(0.997, value)).collect();
    let extra = prop::option::weighted(0.003, prop::sample::select(vec!["when", "for", "icon", "open_post_page", "x"]));
    (values, extra, scalar())
        .prop_map(move |(values, extra, value)| {
            let fields = names.iter().zip(values).filter_map(|(name, value)| Some(((*name).to_owned(), value?)));
            let mut object: serde_json::Map<String, Value> = fields.collect();
            if let Some(extra) = extra {
                object.insert(extra.to_owned(), value);
            }
            object.into()
        })
        .boxed()
}

fn text(good: &'static str) -> BoxedStrategy<Value> {
    mostly(Just(json!(good)), scalar())
}

fn action() -> BoxedStrategy<Value> {
    let data = || object(vec![("data", mostly(Just(json!({ "a": [1, { "open_direct_link": "x" }] })), scalar()))]);
    let token = || object(vec![("post_token", text("gZNbF1aA"))]);
    let one = prop_oneof![
        object(vec![("open_direct_link", text("https://app.example/a"))]),
        object(vec![("open_server_link", data())]),
        object(vec![("get_dynamic_action", data())]),
        object(vec![("open_post_page", token())]),
        object(vec![("open_post_manage_page", token()), ("open_server_link", data())]),
    ];
    mostly(one, scalar())
}

fn request() -> BoxedStrategy<Value> {
    let list = |item: BoxedStrategy<Value>| {
        prop_oneof![60 => prop::collection::vec(item.clone(), 1..=3), 1 => prop::collection::vec(item, 0..=5)]
            .prop_map(Value::from)
            .boxed()
    };
    let button = object(vec![("action", action()), ("icon", text("SUPPORT")), ("caption", text("سلام"))]);
    let row = mostly(object(vec![("buttons", list(button))]), scalar());
    let grid = object(vec![("rows", list(row))]);
    object(vec![
        ("type", text("TEXT")),
        ("message", text("سلام")),
        ("sender_buttons", grid.clone()),
        ("receiver_buttons", grid),
    ])
}

/// `data` is the add-on's own: links in it are nobody's business.
fn without_data(mut value: Value) -> Value {
    match &mut value {
        Value::Object(entries) => {
            entries.retain(|key, _| key != "data");
            entries.values_mut().for_each(|value| *value = without_data(value.take()));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = without_data(item.take())),
        _ => {}
    }
    value
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn requests_are_accepted_if_the_schema_accepts_them_and_links_are_valid(body in request()) {
        let body_without_data = without_data(body.clone());
        let has_valid_links = links(&body_without_data).into_iter().all(|link| validate_link(link).is_ok());
        let is_valid = SCHEMA_OF_REQUESTS.is_valid(&body) && has_valid_links;
        let checked = check(&body.to_string());
        prop_assert_eq!(!checked.has_errors(), is_valid, "{}: {:?}", body, checked.diagnostics);
        for finding in &checked.diagnostics {
            let pointer = checked.pointer(finding.span()).expect("it is JSON");
            prop_assert!(body.pointer(&pointer).is_some(), "{} is not in {}", pointer, body);
        }
    }

    #[test]
    fn json_is_parsed_as_by_serde_json(
        text in "([{}\\[\\]:, \n]|\"[a\\\\nu0-9D]{0,7}\"|\"\\\\\\\\u[dD][89c][0-9]{2}\\\\\\\\u[dD][cC]00\"|\
                 -?[0-9.eE+]{1,4}|true|null|nul){0,9}"
    ) {
        let expected = serde_json::from_str::<Value>(&text);
        let parsed = parse_json(&text);
        let is_duplicate = |error: &SyntaxError| matches!(error, SyntaxError::DuplicateKey { .. });
        match (&expected, &parsed.document) {
            (Ok(expected), Some(document)) if parsed.errors.is_empty() => {
                prop_assert_eq!(expected, &document.root.to_json());
            }
            (Ok(_), Some(_)) => prop_assert!(parsed.errors.iter().all(is_duplicate)),
            (Err(_), None) => prop_assert_eq!(parsed.errors.len(), 1),
            _ => prop_assert!(false, "{:?} but {:?}", expected, parsed),
        }
        for error in &parsed.errors {
            prop_assert!(text.get(error.span().range()).is_some(), "{:?}", error);
        }
    }

    #[test]
    fn a_body_is_returned_if_and_only_if_the_text_is_json(text in "\\PC*|[{}\\[\\]\",:\\\\a0-9 ]{0,40}") {
        let checked = check(&text);
        prop_assert_eq!(checked.body.is_none(), serde_json::from_str::<Value>(&text).is_err());
    }
}

#[test]
fn the_documented_example_is_accepted() {
    let example: Value = serde_json::from_str(include_str!("../fixtures/request-example.json")).expect("JSON");
    assert_eq!(found(&example), <[&str; 0]>::default());
}

#[test]
fn keys_of_templates_are_unknown_in_requests() {
    let button =
        json!({ "icon": "SUPPORT", "caption": "a", "action": { "open_server_link": { "data": {} } }, "when": "x" });
    let grid = json!({ "rows": [{ "buttons": [button], "for": "x in y" }] });
    let body = json!({ "type": "TEXT", "message": "a", "variables": {}, "examples": {}, "x-a": 1, "description": "", "sender_buttons": grid });
    let row = "/sender_buttons/rows/0";
    assert_eq!(
        found(&body),
        [
            "/variables unknown-field",
            "/examples unknown-field",
            "/x-a unknown-field",
            "/description unknown-field",
            &format!("{row}/buttons/0/when unknown-field"),
            &format!("{row}/for unknown-field"),
        ]
    );
}

#[test]
fn icons_of_a_project_are_accepted() {
    let mut icons = Icons::default();
    icons.add("SPACE_SHUTTLE").expect("a name");
    let button = json!({ "icon": "SPACE_SHUTTLE", "caption": "a", "action": { "open_server_link": { "data": {} } } });
    let body = json!({ "type": "TEXT", "message": "a", "sender_buttons": { "rows": [{ "buttons": [button] }] } });
    let file = SourceFile::new("request.json", body.to_string());
    assert!(!check_request(&file, MessageKind::Chat, &icons.into()).has_errors());
    assert!(check(&body.to_string()).has_errors());
}

#[test]
fn jinja_in_a_request_is_text_and_gets_a_warning() {
    for message in ["{{ name }}", "a {% if x %}b{% endif %}", "{{"] {
        let checked = check(&json!({ "type": "TEXT", "message": message }).to_string());
        assert!(!checked.has_errors());
        let rules: Vec<&str> = checked.diagnostics.iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, ["unrendered-template"], "{message}");
    }
}

// What is JSON

/// Returns the place and words of the one error of a text.
fn error(text: &str) -> String {
    let checked = check(text);
    let [finding] = checked.diagnostics.as_slice() else { panic!("{text}: {:?}", checked.diagnostics) };
    assert_eq!(finding.rule, "json-syntax");
    format!("{:?} {}", finding.file().slice(finding.span()), finding.summary())
}

#[test]
fn json_errors_have_exact_spans() {
    let reports = [
        "",
        " \n",
        "\u{feff}{}",
        "{",
        "[1",
        "{\"a\"",
        "{\"a\":",
        "{\"a\" 1}",
        "{\"a\":1,}",
        "[1,]",
        "[1 2]",
        "{\"a\":1 \"b\":2}",
        "{a:1}",
        "{'a':1}",
        "[,]",
        "{,}",
        "[}",
        "{\"a\":1]",
        "\"a",
        "\"a\n\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"\\ud800\\n\"",
        "\"\\udc00\"",
        "\"\\",
        "01",
        "-",
        "1.",
        ".5",
        "+1",
        "1e",
        "0x10",
        "1e999",
        "None",
        "True",
        "NaN",
        "-Infinity",
        "// a\n{}",
        "{} {}",
        "{}x",
        "nulll",
        "«a»",
    ]
    .map(|text| format!("{text:?}: {}", error(text)));
    insta::assert_snapshot!(reports.join("\n"), @r#"
    "": "" empty body: expected a JSON object
    " \n": "" empty body: expected a JSON object
    "\u{feff}{}": "\u{feff}" byte-order mark in JSON: expected the JSON value
    "{": "{" unclosed bracket in JSON: opened here and never closed
    "[1": "[" unclosed bracket in JSON: opened here and never closed
    "{\"a\"": "\"a\"" missing `:` in JSON: expected `:` after this key
    "{\"a\":": "" unexpected end of JSON: expected a value
    "{\"a\" 1}": "\"a\"" missing `:` in JSON: expected `:` after this key
    "{\"a\":1,}": "," trailing comma in JSON: no item follows this comma
    "[1,]": "," trailing comma in JSON: no item follows this comma
    "[1 2]": "2" missing `,` or `]` in JSON: expected `,` or `]` before this
    "{\"a\":1 \"b\":2}": "\"" missing `,` or `}` in JSON: expected `,` or `}` before this
    "{a:1}": "a" invalid JSON key: expected a key in double quotes, found `a`
    "{'a':1}": "'" invalid JSON key: expected a key in double quotes, found `'`
    "[,]": "," invalid JSON value: expected a value, found `,`
    "{,}": "," invalid JSON key: expected a key in double quotes, found `,`
    "[}": "}" invalid JSON value: expected a value, found `}`
    "{\"a\":1]": "]" missing `,` or `}` in JSON: expected `,` or `}` before this
    "\"a": "\"" unclosed string in JSON: opened here and never closed
    "\"a\n\"": "\n" line break in a JSON string: expected `\n`
    "\"\\x\"": "\\x" invalid escape in a JSON string: not an escape of JSON
    "\"\\u12\"": "\\u12" invalid escape in a JSON string: not an escape of JSON
    "\"\\ud800\"": "\\ud800" unpaired surrogate in a JSON string: expected a pair of escapes
    "\"\\ud800\\n\"": "\\ud800" unpaired surrogate in a JSON string: expected a pair of escapes
    "\"\\udc00\"": "\\udc00" unpaired surrogate in a JSON string: expected a pair of escapes
    "\"\\": "\\" invalid escape in a JSON string: not an escape of JSON
    "01": "01" invalid JSON number: expected a number such as 12, -0.5 or 1e6, found `01`
    "-": "-" invalid JSON number: expected a number such as 12, -0.5 or 1e6, found `-`
    "1.": "1." invalid JSON number: expected a number such as 12, -0.5 or 1e6, found `1.`
    ".5": ".5" invalid JSON value: expected a value, found `.5`
    "+1": "+1" invalid JSON value: expected a value, found `+1`
    "1e": "1e" invalid JSON number: expected a number such as 12, -0.5 or 1e6, found `1e`
    "0x10": "0x10" invalid JSON number: expected a number such as 12, -0.5 or 1e6, found `0x10`
    "1e999": "1e999" JSON number out of range: too large for common JSON parsers
    "None": "None" invalid JSON value: expected a value, found `None`
    "True": "True" invalid JSON value: expected a value, found `True`
    "NaN": "NaN" invalid JSON value: expected a value, found `NaN`
    "-Infinity": "-Infinity" invalid JSON number: expected a number such as 12, -0.5 or 1e6, found `-Infinity`
    "// a\n{}": "/" invalid JSON value: expected a value, found `/`
    "{} {}": "{" text after the JSON value: expected the end of the body
    "{}x": "x" text after the JSON value: expected the end of the body
    "nulll": "nulll" invalid JSON value: expected a value, found `nulll`
    "«a»": "«" invalid JSON value: expected a value, found `«`
    "#);
}

#[test]
fn nesting_is_limited() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(parse_json(&nested(MAX_JSON_DEPTH)).errors.is_empty());
    let message = error(&nested(MAX_JSON_DEPTH + 1));
    assert_eq!(message, "\"[\" JSON nests too deeply: expected at most 120 nested lists and objects");
    error(&"[".repeat(1 << 20));
}

#[test]
fn long_requests_are_parsed_quickly() {
    let keys: Vec<String> = (0..50_000).map(|key| format!("\"{key}\":1")).collect();
    let started = std::time::Instant::now();
    assert_eq!(parse_json(&format!("{{{}}}", keys.join(","))).errors, []);
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}
