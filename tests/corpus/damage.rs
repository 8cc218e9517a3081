//! A line that is not YAML hides nothing in other entries of the template, and makes no findings there.

use kenarc::{SourceFile, check};
use rayon::prelude::*;

use super::choices::Choices;
use super::generate::{COUNT, Sample, sample};
use super::plantings::{PLANTINGS, Planting};
use super::tree::{Entry, Form, Place};

/// Rules about the syntax of a file.
const SYNTAX: [&str; 4] = ["yaml-syntax", "unquoted-expression", "accidental-comment", "duplicate-key"];

/// Rules whose findings depend on nothing but the text that they mark.
const LOCAL: [&str; 9] = [
    "unknown-field",
    "unknown-icon",
    "misspelt-icon",
    "insecure-link",
    "arabic-letters",
    "html-markup",
    "literal-escape",
    "too-many-buttons",
    "bidi-control",
];

/// Returns an entry of the top level that is written in a block, if its names are used nowhere else.
fn entry<'s>(sample: &'s Sample, choices: &mut Choices, is: impl Fn(&Entry) -> bool) -> Option<&'s Entry> {
    let is_free = |entry: &&Entry| {
        let parts = entry.value.all();
        !parts.iter().any(|part| part.anchor.is_some()) && entry.value.form == Form::Block && is(entry)
    };
    let entries: Vec<&Entry> = sample.root.entries().iter().filter(is_free).collect();
    (sample.root.form == Form::Block && !entries.is_empty()).then(|| choices.pick(&entries))
}

/// Breaks a line of a text between two offsets. Returns the text and by how much it is longer behind the line.
fn broken(text: &str, place: &Place, choices: &mut Choices) -> Option<(String, usize)> {
    let starts: Vec<usize> = text[place.clone()].match_indices(": ").map(|(at, _)| place.start + at + 2).collect();
    let at = choices.pick(&[starts.first().copied()?, *starts.last()?, starts[starts.len() / 2]]);
    let what = choices.pick(&["\"", "'", "[", "{ ", "@", "a: b: ", "| ", "}", "] "]);
    let mut text = text.to_owned();
    text.insert_str(at, what);
    Some((text, what.len()))
}

fn moved(place: &Place, entry: &Place, longer: usize) -> Place {
    if place.start < entry.end { place.clone() } else { place.start + longer..place.end + longer }
}

/// Returns the findings about intact entries of a template with a broken line.
fn found_elsewhere(number: u64) -> Option<String> {
    let sample = sample(number);
    let mut choices = Choices::from_seed(number);
    let entry = entry(&sample, &mut choices, |_| true)?;
    let (text, longer) = broken(&sample.text, &entry.place, &mut choices)?;
    let findings = check(&SourceFile::new(&sample.name, &*text)).diagnostics;
    let is_elsewhere = |place: Place| place.end <= entry.place.start || place.start >= entry.place.end + longer;
    let elsewhere = findings.iter().filter(|finding| is_elsewhere(finding.span().range()));
    let elsewhere = elsewhere.filter(|finding| !SYNTAX.contains(&finding.rule));
    let found: Vec<String> = elsewhere.map(ToString::to_string).collect();
    (!found.is_empty()).then(|| format!("{}: {} broken: {}", sample.name, entry.key, found.join("\n  ")))
}

#[test]
fn a_broken_line_makes_no_findings_elsewhere() {
    let complaints: Vec<String> = (0..COUNT).into_par_iter().filter_map(found_elsewhere).collect();
    assert!(complaints.is_empty(), "{} complaints\n{}", complaints.len(), complaints.join("\n"));
}

/// Returns whether a defect is found next to a broken line; `None` if the template has no place for one.
fn is_found(Planting { sample, defect, planted }: &Planting) -> Option<Result<(), String>> {
    let mut choices = Choices::from_seed(sample.number);
    let inserted = planted.text.len().checked_sub(sample.text.len())?;
    // What has an anchor is a text of the template only where an alias refers to it, which may be in the broken entry.
    let own = sample.root.entries().iter().rfind(|entry| entry.place.start <= planted.place.start)?;
    if own.key.starts_with("x-") {
        return None;
    }
    let is_other = |entry: &Entry| {
        entry.key.ends_with("buttons")
            && (planted.place.start < entry.place.start || entry.place.end + inserted < planted.place.start)
    };
    let entry = entry(sample, &mut choices, is_other).filter(|_| LOCAL.contains(&defect.rule))?;
    let shift = if planted.place.start < entry.place.start { inserted } else { 0 };
    let place = entry.place.start + shift..entry.place.end + shift;
    let (text, longer) = broken(&planted.text, &place, &mut choices)?;
    let findings = check(&SourceFile::new(&sample.name, &*text)).diagnostics;
    if findings.iter().all(|finding| !SYNTAX.contains(&finding.rule)) {
        return None;
    }
    let wanted = moved(&planted.place, &place, longer);
    let is_it = findings.iter().any(|found| (found.rule, found.span().range()) == (defect.rule, wanted.clone()));
    Some(if is_it { Ok(()) } else { Err(format!("{} {} at {wanted:?} is hidden", sample.name, defect.rule)) })
}

#[test]
fn a_broken_line_hides_no_defect_elsewhere() {
    let results: Vec<Result<(), String>> = PLANTINGS.par_iter().filter_map(is_found).collect();
    let hidden: Vec<&String> = results.iter().filter_map(|result| result.as_ref().err()).collect();
    assert!(hidden.is_empty(), "{} of {}\n{hidden:?}", hidden.len(), results.len());
    assert!(results.len() > 20, "{} templates", results.len());
}
