//! SARIF, read as its specification says.

use std::fs;

use kenarc::lint::{Diagnostic, Label, Severity};
use kenarc::report::{self, Format, Style};
use kenarc::source::{SourceFile, Span};
use serde_json::{Value, json};

use super::{assert_stored, assert_valid, checked_json, findings, number, schema, templates, text};
use crate::cli::Folder;

/// Returns the part of a file that a region is of, as a reader finds it that counts UTF-16 units in lines that end at
/// CRLF, LF or CR.
fn cut(file: &str, region: &Value) -> String {
    let units: Vec<u16> = file.trim_start_matches('\u{feff}').encode_utf16().collect();
    let ends_line = |at: usize| units[at] == u16::from(b'\n') || units[at] == 13 && units.get(at + 1) != Some(&10);
    let ends = (0..units.len()).filter(|at| ends_line(*at)).map(|at| at + 1);
    let lines: Vec<usize> = std::iter::once(0).chain(ends).collect();
    let offset = |line: &str, column: &str| lines[number(&region[line]) - 1] + number(&region[column]) - 1;
    String::from_utf16(&units[offset("startLine", "startColumn")..offset("endLine", "endColumn")]).unwrap()
}

/// Returns the file that an artifact's location leads to.
fn read(folder: &Folder, location: &Value) -> String {
    assert_eq!(location["uriBaseId"], "%SRCROOT%");
    let root = url::Url::from_directory_path(folder.path("")).unwrap();
    fs::read_to_string(root.join(text(&location["uri"])).unwrap().to_file_path().unwrap()).unwrap()
}

#[test]
fn the_log_is_valid_against_its_schema() {
    let schema = schema("sarif-2.1.0.schema.json");
    assert_valid(&schema, &checked_json(&templates(), "sarif"));
    assert_valid(&schema, &checked_json(&Folder::with("templates/a.yaml", "message: سلام\n"), "sarif"));
    assert!(!schema.is_valid(&json!({ "version": "2.1.0", "runs": [{}] })));
}

#[test]
fn lines_and_bytes_of_each_region_give_the_text_of_the_finding() {
    let folder = templates();
    let log = checked_json(&folder, "sarif");
    let (results, findings) = (log["runs"][0]["results"].as_array().unwrap(), findings(&folder));
    assert_eq!(results.len(), findings.len());
    for (result, finding) in results.iter().zip(&findings) {
        let others = result["relatedLocations"].as_array().into_iter().flatten();
        let places: Vec<&Value> = std::iter::once(&result["locations"][0]).chain(others).collect();
        let labels = finding["labels"].as_array().unwrap();
        assert_eq!(places.len(), labels.len());
        for (place, label) in places.into_iter().zip(labels) {
            let (file, region) =
                (read(&folder, &place["physicalLocation"]["artifactLocation"]), &place["physicalLocation"]["region"]);
            let (start, end) = (number(&label["start"]["offset"]), number(&label["end"]["offset"]));
            assert_eq!((number(&region["byteOffset"]), number(&region["byteLength"])), (start, end - start));
            assert_eq!(cut(&file, region), file[start..end]);
        }
    }
}

#[test]
fn a_fix_read_from_the_log_is_the_fix() {
    let folder = templates();
    let log = checked_json(&folder, "sarif");
    let (results, findings) = (log["runs"][0]["results"].as_array().unwrap(), findings(&folder));
    let mut fixes = 0;
    for (result, finding) in results.iter().zip(&findings) {
        assert_eq!(result.get("fixes").is_some(), !finding["fix"].is_null());
        let Some(fix) = result.get("fixes").map(|fixes| &fixes[0]) else { continue };
        assert_eq!(fix["description"]["text"], finding["fix"]["title"]);
        let change = &fix["artifactChanges"][0];
        let edits = finding["fix"]["edits"].as_array().unwrap();
        let replacements = change["replacements"].as_array().unwrap();
        assert_eq!(replacements.len(), edits.len());
        let file = read(&folder, &change["artifactLocation"]);
        for (replacement, edit) in replacements.iter().zip(edits) {
            let (start, end) = (number(&edit["start"]["offset"]), number(&edit["end"]["offset"]));
            assert_eq!(cut(&file, &replacement["deletedRegion"]), file[start..end]);
            assert_eq!(replacement["insertedContent"]["text"], edit["replacement"]);
        }
        fixes += 1;
    }
    assert!(fixes >= 5);
}

#[test]
fn each_result_names_its_rule_with_its_page() {
    let mut log = checked_json(&templates(), "sarif");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in run["results"].as_array().unwrap() {
        let rule = &rules[number(&result["ruleIndex"])];
        assert_eq!(rule["id"], result["ruleId"]);
        assert_eq!(rule["defaultConfiguration"]["level"], result["level"]);
        assert!(text(&rule["help"]["markdown"]).starts_with(&format!("# {}\n", text(&rule["id"]))));
    }
    // The pages and the version are no business of the snapshot.
    let driver = &mut log["runs"][0]["tool"]["driver"];
    (driver["version"], driver["semanticVersion"]) = (json!("[version]"), json!("[version]"));
    for rule in driver["rules"].as_array_mut().unwrap() {
        rule["fullDescription"]["text"] = json!("[why]");
        rule["help"] = json!({ "text": "[page]", "markdown": "[page]" });
    }
    assert_stored("sarif", &serde_json::to_string_pretty(&log).unwrap());
}

#[test]
fn lines_and_columns_count_as_the_log_says_for_all_line_breaks_and_a_byte_order_mark() {
    let file = "\u{feff}message: x\r\n\"😀 a\": 1\r\"😀 b\": 1\n\"😀\": {}\n";
    let log = checked_json(&Folder::with("templates/a.yaml", file), "sarif");
    assert_eq!(log["runs"][0]["newlineSequences"], json!(["\r\n", "\n", "\r"]));
    let results = log["runs"][0]["results"].as_array().unwrap();
    let regions = results.iter().map(|result| &result["locations"][0]["physicalLocation"]["region"]);
    let keys: Vec<String> = regions.map(|region| cut(file, region)).collect();
    assert_eq!(keys, ["\"😀 a\"", "\"😀 b\"", "\"😀\""]);
}

#[test]
fn a_location_in_another_file_names_and_links_that_file() {
    let (variables, template) = (SourceFile::new("v.yaml", "a: 1"), SourceFile::new("t.yaml", "😀 [a](1): b"));
    let label = |file, span, message: &str| Label { file, span, message: message.to_owned() };
    let diagnostic = Diagnostic {
        rule: "invalid-value",
        severity: Severity::Error,
        message: "not [a](1)".to_owned(),
        labels: vec![label(variables, Span::new(3, 4), ""), label(template, Span::new(5, 8), "as [declared] here")],
        help: None,
        fix: None,
    };
    let mut log = Vec::new();
    report::write(Format::Sarif, &vec![diagnostic], Style { colour: false, width: 100 }, &mut log).unwrap();
    let log: Value = serde_json::from_slice(&log).unwrap();
    assert_valid(&schema("sarif-2.1.0.schema.json"), &log);
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["message"]["text"], "not [a\\](1)\n[as \\[declared\\] here](1)");
    let other = &result["relatedLocations"][0];
    assert_eq!((&other["id"], &other["physicalLocation"]["artifactLocation"]["uri"]), (&json!(1), &json!("t.yaml")));
    assert_eq!(other["physicalLocation"]["region"]["startColumn"], 4);
}
