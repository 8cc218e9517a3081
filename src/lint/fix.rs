//! Applies the fixes of findings, in iterations, until none are left.
//!
//! A fix changes only its own bytes. If fixes touch each other, one of them waits for the next iteration, before
//! which the file is checked again.
//!
//! Not all fixes work: the text around may have an error that changes what it means. After each iteration the file is
//! checked, and a fix is refused if the file can be parsed less well with it, if its finding remains, or if it makes an
//! error in the structure of the file. In the end all fixes that are left are refused, so that to fix a file again
//! changes nothing.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use serde::de::IgnoredAny;

use crate::lint::Checked;
use crate::source::{SourceFile, Span};
use crate::syntax;

use super::rules::{duplicate_key, json_syntax, undefined_variable, yaml_syntax};
use super::{Applicability, Diagnostic, Edit, Fix, Rule};

/// The most iterations. Fixes that are left after them are not applied.
const MAX_ITERATIONS: usize = 50;

/// A file with its fixes applied.
#[derive(Debug)]
pub struct Fixed {
    /// The file; the given one, if nothing was changed.
    pub file: Arc<SourceFile>,
    /// The number of fixes that were applied.
    pub count: usize,
    /// The result of checking the fixed file.
    pub checked: Checked,
    /// Findings that remain although they have fixes, because these do not work.
    pub refused: Vec<Diagnostic>,
}

/// A finding and its fix.
type Proposal<'f> = (&'f Diagnostic, &'f Fix);

/// Applies the fixes that are at least as safe as `required`: with [`Applicability::Unsafe`], all of them.
///
/// ```
/// use kenarc::lint::{Applicability, fix};
/// use kenarc::{SourceFile, check};
///
/// let file = SourceFile::new("order.yaml", "mesage: {{ name }} # as agreed\n");
/// let fixed = fix::fix(&file, Applicability::Safe, check);
/// assert_eq!(fixed.file.text(), "message: \"{{ name }}\" # as agreed\n");
/// assert!(fixed.count == 2 && fixed.checked.diagnostics.is_empty());
/// ```
#[must_use]
pub fn fix(file: &Arc<SourceFile>, required: Applicability, check: impl Fn(&Arc<SourceFile>) -> Checked) -> Fixed {
    let mut fixed = Fixed { file: Arc::clone(file), count: 0, checked: check(file), refused: Vec::new() };
    let mut iterations = 0;
    while iterations < MAX_ITERATIONS && fixed.iterate(required, &check) {
        iterations += 1;
    }
    let remaining: HashSet<FindingKey<'_>> = fixed.checked.diagnostics.iter().map(key).collect();
    fixed.refused.retain(|finding| remaining.contains(&key(finding)));
    fixed
}

impl Fixed {
    /// Returns the number of findings that have an unsafe fix.
    #[must_use]
    pub fn unsafe_fixes(&self) -> usize {
        let unsafe_fixes = self.fixes_of_findings().filter(|(_, fix)| fix.applicability == Applicability::Unsafe);
        unsafe_fixes.count()
    }

    /// Applies the fixes that do not touch each other and that work. Returns whether there are any.
    fn iterate(&mut self, required: Applicability, check: impl Fn(&Arc<SourceFile>) -> Checked) -> bool {
        let text = self.file.text();
        let (mut kept, mut refused) = (Vec::new(), Vec::new());
        keep(text, &self.fixes(required), &mut kept, &mut refused);
        let mut next = None;
        while !kept.is_empty() {
            let file = SourceFile::new(self.file.name(), apply(text, &kept));
            let checked = check(&file);
            let failed = failures(&kept, &self.checked.diagnostics, &checked.diagnostics);
            if failed.is_empty() {
                next = Some((file, checked, kept.len()));
                break;
            }
            refused.extend(failed.iter().map(|&index| kept[index].0.clone()));
            let mut index = 0..;
            kept.retain(|_| index.next().is_none_or(|index| !failed.contains(&index)));
        }
        let known: HashSet<_> = self.refused.iter().map(key).collect();
        refused.retain(|finding| !known.contains(&key(finding)));
        self.refused.extend(refused);
        let Some((file, checked, count)) = next else { return false };
        (self.file, self.checked, self.count) = (file, checked, self.count + count);
        true
    }

    /// Returns the fixes of this file.
    fn fixes_of_findings(&self) -> impl Iterator<Item = Proposal<'_>> {
        let findings = self.checked.diagnostics.iter().filter(|finding| Arc::ptr_eq(finding.file(), &self.file));
        findings.filter_map(|finding| finding.fix.as_ref().map(|fix| (finding, fix)))
    }

    /// Returns the fixes to apply in one iteration, in the order of the text.
    fn fixes(&self, required: Applicability) -> Vec<Proposal<'_>> {
        let mut fixes: Vec<(&Diagnostic, &Fix, Span)> = self
            .fixes_of_findings()
            .filter(|(_, fix)| fix.applicability >= required)
            .filter_map(|(finding, fix)| Some((finding, fix, reach(fix)?)))
            .collect();
        fixes.sort_by_key(|&(_, _, reach)| reach);
        let mut end = None;
        fixes.retain(|(_, _, reach)| {
            let is_apart = end.is_none_or(|end| reach.start > end);
            if is_apart {
                end = Some(reach.end);
            }
            is_apart
        });
        fixes.into_iter().map(|(finding, fix, _)| (finding, fix)).collect()
    }
}

/// Returns the range from the first byte that a fix changes to the last.
fn reach(fix: &Fix) -> Option<Span> {
    let (first, last) = (fix.edits.first()?, fix.edits.last()?);
    Some(first.span.cover(last.span))
}

/// Keeps the fixes that leave the file parsable, together with those that are already kept. The number of attempts
/// grows with the number of fixes that do not, not with the number of all fixes.
fn keep<'f>(text: &str, fixes: &[Proposal<'f>], kept: &mut Vec<Proposal<'f>>, refused: &mut Vec<Diagnostic>) {
    let before = kept.len();
    kept.extend(fixes);
    if fixes.is_empty() || readability(&apply(text, kept)) >= readability(text) {
        return;
    }
    kept.truncate(before);
    if let [(finding, _)] = fixes {
        refused.push((*finding).clone());
        return;
    }
    let (first, second) = fixes.split_at(fixes.len() / 2);
    keep(text, first, kept, refused);
    keep(text, second, kept, refused);
}

/// What a finding says, wherever it is.
type FindingKey<'d> = (&'static str, Cow<'d, str>);

fn key(finding: &Diagnostic) -> FindingKey<'_> {
    (finding.rule, finding.summary())
}

/// The rules about the structure of a file, errors of which can change what the rest of it means.
const STRUCTURE: [&Rule; 3] = [&yaml_syntax::RULE, &json_syntax::RULE, &duplicate_key::RULE];

/// Returns the indices of the fixes that do not work: whose findings remain, or that make an error in the structure, or
/// an error of a warning.
///
/// `before` and `after`: the findings before and after the fixes are applied.
fn failures(fixes: &[Proposal<'_>], before: &[Diagnostic], after: &[Diagnostic]) -> BTreeSet<usize> {
    let known: HashSet<FindingKey<'_>> = before.iter().map(key).collect();
    let is_error_made =
        |finding: &Diagnostic| STRUCTURE.iter().any(|rule| rule.id == finding.rule) && !known.contains(&key(finding));
    let places = written(fixes);
    let at = |span: Span| {
        let first = places.partition_point(|place| place.end <= span.start);
        (first..places.len())
            .zip(&places[first..])
            .take_while(move |(_, place)| place.start < span.end)
            .map(|(index, _)| index)
    };
    let mut failed = BTreeSet::new();
    for finding in after {
        if is_error_made(finding) {
            failed.extend(finding.labels.iter().flat_map(|label| at(label.span)));
        }
        let is_same = |index: &usize| {
            let (fixed, _) = fixes[*index];
            let is_worse = finding.severity > fixed.severity && !known.contains(&key(finding));
            // The name that was written is undefined, too, in another file that refers to this one.
            let is_undefined = finding.rule == undefined_variable::RULE.id;
            let is_again = fixed.rule == finding.rule && (fixed.message == finding.message || is_undefined);
            is_again || is_worse
        };
        let change = finding.fix.as_ref().and_then(reach);
        failed.extend(std::iter::once(finding.span()).chain(change).flat_map(at).filter(is_same));
    }
    failed
}

/// Returns the range from the first byte that each fix writes to the last, in the text with all of them applied.
fn written(fixes: &[Proposal<'_>]) -> Vec<Span> {
    let (mut removed, mut added) = (0, 0);
    let mut place = |(_, fix): &Proposal<'_>| {
        let mut place: Option<Span> = None;
        for Edit { span, replacement } in &fix.edits {
            let start = span.start - removed + added;
            let written = Span::new(start, start + replacement.len());
            place = Some(place.map_or(written, |place| place.cover(written)));
            removed += span.len();
            added += replacement.len();
        }
        place.unwrap_or(Span::at(0))
    };
    fixes.iter().map(&mut place).collect()
}

/// Returns the text with fixes applied that are in order and do not touch each other.
fn apply(text: &str, fixes: &[Proposal<'_>]) -> String {
    let edits = fixes.iter().flat_map(|(_, fix)| fix.edits.iter().cloned()).collect();
    Fix::new(Applicability::Unsafe, "", edits).apply(text)
}

/// Measures how well a text can be parsed, to compare it with another: whether it is JSON, whether it has a tree, and
/// the number of errors.
fn readability(text: &str) -> (bool, bool, Reverse<usize>) {
    let parsed = syntax::parse(text);
    let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
    (is_json, parsed.document.is_some(), Reverse(if parsed.document.is_some() { parsed.errors.len() } else { 0 }))
}
