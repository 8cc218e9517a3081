//! There are no false negatives: each defect gives one finding, at its location.

use std::collections::BTreeSet;

use kenarc::lint::{RULES, Rule};
use kenarc::{SourceFile, check};
use rayon::prelude::*;

use super::defects::{self, Defect};
use super::plantings::{PLANTINGS, Planting};

/// Returns how the findings about a defect deviate from the expected one, if they do.
fn deviation(Planting { sample, defect, planted }: &Planting) -> Option<String> {
    let findings = check(&SourceFile::new(&sample.name, &*planted.text)).diagnostics;
    if let [only] = findings.as_slice()
        && (only.rule, only.span().range()) == (defect.rule, planted.place.clone())
    {
        return None;
    }
    let findings: String = findings.iter().map(|finding| format!("\n  {:?} {finding}", finding.span())).collect();
    let Defect { rule, name, .. } = defect;
    let text = &planted.text[planted.place.clone()];
    Some(format!("{} {rule} ({name}) belongs at {:?}, `{text}`{findings}", sample.name, planted.place))
}

#[test]
fn a_defect_gives_exactly_its_finding_at_exactly_its_location() {
    let complaints: Vec<String> = PLANTINGS.par_iter().filter_map(deviation).collect();
    assert!(complaints.is_empty(), "{} complaints\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn every_rule_about_templates_has_a_defect() {
    let is_about_templates = |rule: &&&Rule| !rule.needs_values() && !rule.needs_request() && !rule.needs_project();
    let rules = RULES.iter().filter(is_about_templates).map(|rule| rule.id);
    let planted: BTreeSet<&str> = defects::all().iter().map(|defect| defect.rule).collect();
    assert_eq!(planted, rules.collect());
}
