//! The library as its users meet it: compile, render, values from Rust types.

use std::collections::BTreeMap;
use std::sync::Arc;

use kenarc::render::ValuesError;
use kenarc::schema::Kind;
use kenarc::{SourceFile, Template, Values, compile, render};

fn template(text: &str) -> Arc<SourceFile> {
    SourceFile::new("template.yaml", text)
}

#[test]
fn warnings_do_not_keep_a_template_from_being_compiled() {
    let file = template(
        "message: m\nsender_buttons: [[{ icon: PAYMENT, caption: c, open_direct_link: 'http://a.example' }]]\n",
    );
    assert_eq!(kenarc::check(&file).diagnostics.len(), 1);
    assert!(compile(&file).is_ok());
}

#[test]
fn errors_exclude_warnings_and_are_displayed_one_per_line() {
    let button = "{ icon: PAYMENT, caption: c, open_direct_link: 'http://a.example' }";
    let error = compile(&template(&format!("sender_buttons: [[{button}]]\nextra: 1\n"))).expect_err("two mistakes");
    let rules: Vec<&str> = error.diagnostics().iter().map(|diagnostic| diagnostic.rule).collect();
    assert_eq!(rules, ["missing-field", "unknown-field"]);
    assert_eq!(error.to_string().lines().count(), 2);
}

#[test]
fn every_character_of_a_rust_string_is_kept() {
    let text: String =
        (char::MIN..=char::MAX).step_by(7).chain('\0'..='\u{a0}').chain(['\u{fffe}', '\u{ffff}']).collect();
    // A message holds at most 64 KiB.
    let template = compile(&template("message: '{{ text }}'\n")).expect("nothing is wrong with it");
    for part in text.chars().collect::<Vec<_>>().chunks(10_000) {
        let part = format!("a{}", part.iter().collect::<String>());
        let values = Values::from_serialize("values", &BTreeMap::from([("text", &part)])).expect("a map of texts");
        assert_eq!(render(&template, &values).expect("text is text").text(), Some(&*part));
    }
}

#[test]
fn values_that_are_not_a_mapping_are_rejected() {
    assert!(matches!(
        Values::from_serialize("values", &[1, 2]),
        Err(ValuesError::NotMapping { found: Kind::Array, .. })
    ));
    let pairs = BTreeMap::from([((1, 2), 3)]);
    assert!(matches!(Values::from_serialize("values", &pairs), Err(ValuesError::NotJson { .. })));
    let deep = (0..100).fold(serde_json::Value::Null, |value, _| serde_json::Value::Array(vec![value]));
    assert!(matches!(
        Values::from_serialize("values", &BTreeMap::from([("deep", deep)])),
        Err(ValuesError::NotJson { .. })
    ));
    let large = BTreeMap::from([("large", i128::MAX)]);
    assert!(matches!(Values::from_serialize("values", &large), Err(ValuesError::NotJson { .. })));
}

#[test]
fn templates_are_shared_between_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Template>();
    is_shared::<Values>();
}
