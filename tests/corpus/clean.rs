//! No false alarm: in what is valid nothing is found.

use std::fs;
use std::path::{Path, PathBuf};

use kenarc::{Diagnostic, SourceFile, check};
use rayon::prelude::*;

use super::generate::{COUNT, Sample, sample};

fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn found_in(path: &Path) -> Vec<Diagnostic> {
    check(&SourceFile::new(path.display().to_string(), fs::read_to_string(path).unwrap())).diagnostics
}

/// What is found in a valid template, one line for each finding.
fn alarms(sample: &Sample) -> Vec<String> {
    let findings = check(&SourceFile::new(&sample.name, &*sample.text)).diagnostics;
    findings.iter().map(ToString::to_string).collect()
}

#[test]
fn nothing_is_found_in_valid_templates() {
    let alarms: Vec<String> = (0..COUNT).into_par_iter().flat_map_iter(|number| alarms(&sample(number))).collect();
    assert!(alarms.is_empty(), "{} findings\n{}", alarms.len(), alarms.join("\n"));
}

#[test]
fn shipped_templates_have_no_findings() {
    let folders = ["templates", "examples/templates"].map(|folder| fs::read_dir(home().join(folder)).unwrap());
    let files: Vec<PathBuf> = folders.into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    let files: Vec<&PathBuf> = files.iter().filter(|path| path.is_file()).collect();
    assert!(files.len() > 5, "{files:?}");
    for file in files {
        let found: Vec<String> = found_in(file).iter().map(ToString::to_string).collect();
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn in_the_example_of_the_api_document_its_misspelt_icon_is_found_and_nothing_else() {
    for name in ["request-example.json", "request-example.short.yaml"] {
        let found = found_in(&home().join("tests/fixtures").join(name));
        let [only] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((only.rule, only.file().slice(only.span())), ("misspelt-icon", "REAL_STATE"));
    }
}
