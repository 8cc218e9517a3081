//! The unit of columns in each format.

use serde_json::json;

use super::{checked, checked_json, fixture, number};
use crate::cli::Folder;

/// Before the expression stand `message: "`, three characters of two UTF-16 units and four bytes each, and Persian
/// letters.
#[test]
fn columns_are_counted_in_the_unit_of_each_format() {
    let folder = Folder::with("templates/emoji.yaml", fixture("templates/emoji.yaml"));
    let json = &checked_json(&folder, "json")[0];
    assert_eq!((number(&json["start"]["column"]), number(&json["end"]["column"])), (24, 28));

    let github = checked(&folder, "github");
    assert!(github.contains(",line=2,col=24,endLine=2,endColumn=28,"), "{github}");

    let gitlab = &checked_json(&folder, "gitlab")[0]["location"]["positions"];
    assert_eq!(*gitlab, json!({ "begin": { "line": 2, "column": 24 }, "end": { "line": 2, "column": 27 } }));

    let sarif = &checked_json(&folder, "sarif")["runs"][0];
    let place = &sarif["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(sarif["columnKind"], "utf16CodeUnits");
    let region = json!({
        "startLine": 2, "startColumn": 27, "endLine": 2, "endColumn": 31, "byteOffset": 76, "byteLength": 4,
    });
    assert_eq!(place["region"], region);

    let junit = checked(&folder, "junit");
    assert!(junit.contains("templates/emoji.yaml:2:24: error[undefined-variable]"), "{junit}");
}
