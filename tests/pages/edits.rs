//! The edits of fixes change what their findings mark, or what `--diff` shows next to it.

use std::collections::BTreeSet;

use kenarc::lint::{Diagnostic, Edit};
use kenarc::report::{self, Style};
use kenarc::source::SourceFile;

use crate::help::{example, pages};
use crate::page::{Page, expect_none};

/// The rules whose fixes change bytes that their findings do not mark, and why.
const BEYOND: &[(&str, &str)] = &[
    ("accidental-comment", "the text before the comment is quoted with it"),
    ("double-encoding", "the `|` before the filter is removed with it"),
    ("duplicate-key", "what the first key merges is extended, and the second entry is removed with its comma or line"),
    ("invalid-variable", "another keyword is changed, or the entry is removed with its comma or line"),
    ("json-syntax", "a comment is removed with its line, and a comma is added at the end of what is before it"),
    ("literal-escape", "the whole text is put in double quotes"),
    ("missing-field", "all lines of the buttons are indented"),
    ("unused-suppression", "the comment is removed with its line, or an id with its comma"),
    ("yaml-syntax", "all lines of a text or in brackets are indented"),
];

#[test]
fn an_edit_changes_what_its_finding_marks() {
    let mut complaints = Vec::new();
    let mut beyond = BTreeSet::new();
    let mut count = 0;
    for path in pages() {
        let page = Page::read(&path);
        for section in page.sections() {
            let Some(example) = example(&section) else { continue };
            for finding in &example.findings() {
                let Some(fix) = &finding.fix else { continue };
                let outside: Vec<&Edit> = fix.edits.iter().filter(|edit| !is_marked(finding, edit)).collect();
                count += fix.edits.len();
                if outside.is_empty() {
                    continue;
                }
                beyond.insert(finding.rule);
                let shown = hunks(finding);
                let is_shown = |edit: &&&Edit| shown.iter().any(|lines| lines.contains(&line(finding, edit)));
                if !BEYOND.iter().any(|(rule, _)| *rule == finding.rule) {
                    complaints.push(format!("{}, {}: {finding}: {fix:?}", page.name(), example.heading));
                } else if !outside.iter().all(|edit| is_shown(&edit)) {
                    complaints.push(format!("{}, {}: not in the difference: {fix:?}", page.name(), example.heading));
                }
            }
        }
    }
    expect_none(&complaints);
    let known: BTreeSet<&str> = BEYOND.iter().map(|(rule, _)| *rule).collect();
    assert_eq!(beyond, known, "rules whose fixes change more than their findings mark");
    assert!(count >= 200, "{count} edits");
}

/// Returns whether a finding marks the bytes that an edit changes.
fn is_marked(finding: &Diagnostic, edit: &Edit) -> bool {
    let labels = finding.labels.iter().filter(|label| label.file.name() == finding.file().name());
    let mut spans = labels.map(|label| label.span);
    spans.any(|span| span.start <= edit.span.start && edit.span.end <= span.end)
}

/// Returns the line on which an edit begins, from 1.
fn line(finding: &Diagnostic, edit: &Edit) -> usize {
    finding.file().text()[..edit.span.start].matches('\n').count() + 1
}

/// Returns the lines of the file that the difference shows for the fix of a finding.
fn hunks(finding: &Diagnostic) -> Vec<std::ops::Range<usize>> {
    let fixed = finding.fix.as_ref().map(|fix| fix.apply(finding.file().text())).unwrap_or_default();
    let after = SourceFile::new(finding.file().name(), fixed);
    let mut out = Vec::new();
    report::diff(finding.file(), &after, Style { colour: false, width: 100 }, &mut out).expect("memory takes all");
    let text = String::from_utf8(out).expect("a difference is text");
    let headers = text.lines().filter_map(|line| line.strip_prefix("@@ -")?.split(' ').next());
    let lines = headers.map(|range| {
        let (start, count) = range.split_once(',').unwrap_or((range, "1"));
        let number = |text: &str| text.parse::<usize>().expect("a number");
        number(start)..number(start) + number(count)
    });
    lines.collect()
}
