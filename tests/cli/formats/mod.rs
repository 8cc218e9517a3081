//! The formats that CI systems read: one run over the templates of `fixtures/formats`, in each of them.
//!
//! Each format is validated against its own schema, and read as its consumer would read it.

mod columns;
mod github;
mod gitlab;
mod junit;
mod paths;
mod sarif;

use std::fs;
use std::path::{Path, PathBuf};

use insta::{assert_snapshot, with_settings};
use serde_json::Value;

use crate::cli::{Folder, words};

/// A file's name with everything in it that a format may stumble over.
const AWKWARD: &str = "templates/سفارش ۷, 100% [a:b]\\c.yaml";

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats")
}

fn fixture(path: &str) -> String {
    fs::read_to_string(fixtures().join(path)).unwrap()
}

fn schema(name: &str) -> jsonschema::Validator {
    // Of the bracket that ends the pattern of a language in OASIS' schema, strict readers want to see that it is meant.
    let schema = fixture(&format!("schemas/{name}")).replace("{2}]?$", r"{2}\\]?$");
    let schema = serde_json::from_str(&schema).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

#[track_caller]
fn assert_valid(schema: &jsonschema::Validator, value: &Value) {
    let errors: Vec<String> =
        schema.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

fn templates() -> Folder {
    ["clean", "control", "order"]
        .into_iter()
        .map(|name| (format!("templates/{name}.yaml"), fixture(&format!("templates/{name}.yaml"))))
        .fold(Folder::with(AWKWARD, fixture("templates/emoji.yaml")), |folder, (path, text)| folder.and(&path, text))
}

/// Returns the output of one run over the templates.
fn checked(folder: &Folder, format: &str) -> String {
    let run = folder.kenarc(words(&format!("check --quiet --format {format}")));
    assert!(run.status <= 1 && run.stderr.is_empty(), "{run}");
    run.stdout
}

fn checked_json(folder: &Folder, format: &str) -> Value {
    serde_json::from_str(&checked(folder, format)).unwrap()
}

/// Returns the findings as the format `json` has them, which the others are held to.
fn findings(folder: &Folder) -> Vec<Value> {
    let findings: Vec<Value> = serde_json::from_str(&checked(folder, "json")).unwrap();
    assert!(findings.len() > 10);
    findings
}

/// A snapshot in a file of its own, named after the format.
fn assert_stored(format: &str, output: &str) {
    with_settings!({
        snapshot_path => fixtures().join("snapshots"),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, { assert_snapshot!(format, output) });
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}
