//! JUnit's XML.

use std::collections::HashSet;

use serde_json::Value;
use uppsala::XsdValidator;

use super::{AWKWARD, assert_stored, checked, findings, fixture, templates};

#[test]
fn the_report_is_valid_against_the_schema_of_jenkins() {
    let xsd = fixture("schemas/junit-10.xsd");
    let xsd = uppsala::parse(&xsd).unwrap();
    let schema = XsdValidator::from_schema(&xsd).unwrap();
    let errors = |xml: &str| schema.validate(&uppsala::parse(xml).unwrap());
    let report = checked(&templates(), "junit");
    assert!(errors(&report).is_empty(), "{:?}", errors(&report));
    assert!(!errors(&report.replace(" errors=", " mistakes=")).is_empty());
    assert_stored("junit", &report);
}

#[test]
fn a_file_is_a_suite_and_each_error_in_it_a_failure() {
    let folder = templates();
    let (report, findings) = (checked(&folder, "junit"), findings(&folder));
    let document = uppsala::parse(&report).unwrap();
    let attribute = |node, name: &str| document.get_attribute(node, name).unwrap().to_owned();
    let suites = document.get_elements_by_tag_name("testsuite");
    let names: HashSet<String> = suites.iter().map(|suite| attribute(*suite, "name")).collect();
    let files = ["templates/clean.yaml", "templates/control.yaml", "templates/order.yaml", AWKWARD];
    assert_eq!(names, HashSet::from(files.map(str::to_owned)));
    for suite in suites {
        let file = attribute(suite, "name");
        let here: Vec<&Value> = findings.iter().filter(|finding| finding["file"] == *file).collect();
        let errors = here.iter().filter(|finding| finding["severity"] == "error").count();
        let cases: Vec<_> = document.children_iter(suite).filter(|node| document.element(*node).is_some()).collect();
        assert_eq!(attribute(suite, "tests"), cases.len().to_string());
        assert_eq!(attribute(suite, "failures"), errors.to_string());
        assert_eq!(cases.len(), here.len().max(1));
        // Readers take tests of one name for one test.
        let cases: HashSet<String> = cases.into_iter().map(|case| attribute(case, "name")).collect();
        assert_eq!(cases.len(), here.len().max(1));
    }
}

#[test]
fn characters_invalid_in_xml_are_replaced_and_the_rest_is_kept() {
    let report = checked(&templates(), "junit");
    let document = uppsala::parse(&report).unwrap();
    let failures = document.get_elements_by_tag_name("failure");
    let messages = failures.iter().map(|failure| document.get_attribute(*failure, "message").unwrap());
    let message = messages.into_iter().find(|message| message.contains("col")).unwrap();
    // An attribute cannot have line breaks: readers replace them by spaces.
    assert_eq!(message, "unknown field `col?[31m?\u{fffd}· \u{fffd}]](1)%0A::, <&>\" `: not a field of a template");
}
