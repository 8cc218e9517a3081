//! There are no false positives: valid templates have no findings.

use std::fs;
use std::path::{Path, PathBuf};

use kenarc::{Diagnostic, SourceFile, check};
use rayon::prelude::*;

use super::generate::{COUNT, Sample, sample};

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn found_in(path: &Path) -> Vec<Diagnostic> {
    check(&SourceFile::new(path.display().to_string(), fs::read_to_string(path).unwrap())).diagnostics
}

/// Returns the findings in a valid template, one line each.
fn findings(sample: &Sample) -> Vec<String> {
    let findings = check(&SourceFile::new(&sample.name, &*sample.text)).diagnostics;
    findings.iter().map(ToString::to_string).collect()
}

#[test]
fn valid_templates_have_no_findings() {
    let findings: Vec<String> = (0..COUNT).into_par_iter().flat_map_iter(|number| findings(&sample(number))).collect();
    assert!(findings.is_empty(), "{} findings\n{}", findings.len(), findings.join("\n"));
}

#[test]
fn shipped_templates_have_no_findings() {
    let folders = ["templates", "examples/templates"].map(|folder| fs::read_dir(repository().join(folder)).unwrap());
    let files: Vec<PathBuf> = folders.into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    let files: Vec<&PathBuf> = files.iter().filter(|path| path.is_file()).collect();
    assert!(files.len() > 5, "{files:?}");
    for file in files {
        let found: Vec<String> = found_in(file).iter().map(ToString::to_string).collect();
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn the_only_finding_in_the_documented_example_is_its_misspelt_icon() {
    for name in ["request-example.json", "request-example.short.yaml"] {
        let found = found_in(&repository().join("tests/fixtures").join(name));
        let [only] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((only.rule, only.file().slice(only.span())), ("misspelt-icon", "REAL_STATE"));
    }
}
