//! Applies the fixes of findings, in iterations, until none are left.
//!
//! A fix changes only its own bytes. If fixes touch each other, one of them waits for the next iteration, before
//! which the file is checked again.

use std::cmp::Reverse;
use std::sync::Arc;

use serde::de::IgnoredAny;

use crate::lint::Checked;
use crate::source::{SourceFile, Span};
use crate::syntax;

use super::{Applicability, Diagnostic, Fix};

/// The most iterations. Fixes that are left after them are not applied.
const MAX_ITERATIONS: usize = 20;

/// A file with its fixes applied.
#[derive(Debug)]
pub struct Fixed {
    /// The file; the given one, if nothing was changed.
    pub file: Arc<SourceFile>,
    /// The number of fixes that were applied.
    pub count: usize,
    /// The result of checking the fixed file.
    pub checked: Checked,
    /// Findings whose fixes were not applied because the file could not have been parsed afterwards.
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
    for _ in 0..MAX_ITERATIONS {
        let (text, count) = fixed.iterate(required);
        if count == 0 {
            break;
        }
        fixed.file = SourceFile::new(file.name(), text);
        fixed.count += count;
        fixed.checked = check(&fixed.file);
    }
    fixed
}

impl Fixed {
    /// Returns the number of findings that have an unsafe fix.
    #[must_use]
    pub fn unsafe_fixes(&self) -> usize {
        let unsafe_fixes = self.fixes_of_findings().filter(|(_, fix)| fix.applicability == Applicability::Unsafe);
        unsafe_fixes.count()
    }

    /// Returns the text with the fixes that do not touch each other applied, and their number.
    fn iterate(&mut self, required: Applicability) -> (String, usize) {
        let text = self.file.text();
        let (mut kept, mut refused) = (Vec::new(), Vec::new());
        keep(text, &self.fixes(required), &mut kept, &mut refused);
        let (fixed, count) = (apply(text, &kept), kept.len());
        self.refused.extend(refused);
        (fixed, count)
    }

    /// Returns the fixes of this file that have not been refused.
    fn fixes_of_findings(&self) -> impl Iterator<Item = Proposal<'_>> {
        let is_refused = |finding: &Diagnostic| {
            self.refused.iter().any(|other| other.rule == finding.rule && other.summary() == finding.summary())
        };
        let findings = self.checked.diagnostics.iter();
        findings
            .filter(move |finding| Arc::ptr_eq(finding.file(), &self.file) && !is_refused(finding))
            .filter_map(|finding| finding.fix.as_ref().map(|fix| (finding, fix)))
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
