//! The Code Quality report.

use std::collections::HashSet;

use super::{assert_stored, assert_valid, checked, checked_json, findings, fixture, schema, templates, text};
use crate::cli::Folder;

fn fingerprints(folder: &Folder) -> Vec<String> {
    let report = checked_json(folder, "gitlab");
    report.as_array().unwrap().iter().map(|violation| text(&violation["fingerprint"]).to_owned()).collect()
}

#[test]
fn the_report_is_valid_against_its_schema_and_has_every_finding() {
    let folder = templates();
    let report = checked_json(&folder, "gitlab");
    assert_valid(&schema("gitlab-code-quality.schema.json"), &report);
    let (violations, findings) = (report.as_array().unwrap(), findings(&folder));
    assert_eq!(violations.len(), findings.len());
    for (violation, finding) in violations.iter().zip(&findings) {
        assert_eq!(violation["check_name"], finding["rule"]);
        assert_eq!(violation["location"]["path"], finding["file"]);
        assert_eq!(violation["location"]["positions"]["begin"]["line"], finding["start"]["line"]);
        assert!(text(&violation["description"]).starts_with(text(&finding["message"])));
    }
    assert_stored("gitlab", &checked(&folder, "gitlab"));
}

#[test]
fn fingerprints_of_findings_differ() {
    let fingerprints = fingerprints(&templates());
    assert_eq!(fingerprints.iter().collect::<HashSet<_>>().len(), fingerprints.len());
}

#[test]
fn a_fingerprint_does_not_depend_on_added_lines_or_other_findings() {
    let order = fixture("templates/order.yaml");
    let before = fingerprints(&Folder::with("templates/order.yaml", &order));
    let moved = fingerprints(&Folder::with("templates/order.yaml", format!("# one line more\n\n{order}")));
    assert_eq!(moved, before);
    let fixed = Folder::with("templates/order.yaml", order.replace("LOCAL_SHIPING", "LOCAL_SHIPPING"));
    let after: HashSet<_> = fingerprints(&fixed).into_iter().collect();
    assert_eq!(before.iter().filter(|fingerprint| !after.contains(*fingerprint)).count(), 1);
}

#[test]
fn the_list_is_empty_without_findings() {
    assert_eq!(checked(&Folder::with("templates/a.yaml", "message: سلام\n"), "gitlab"), "[]\n");
}
