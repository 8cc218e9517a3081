//! Mends what can be mended: applies the fixes of findings, round after round, until there are none.
//!
//! A fix changes its own bytes and no others. Fixes that touch each other wait for the next round, in which the file is checked
//! anew.

use std::cmp::Reverse;
use std::sync::Arc;

use serde::de::IgnoredAny;

use crate::lint::Checked;
use crate::source::{SourceFile, Span};
use crate::syntax;

use super::{Diagnostic, Fix};

/// The most iterations. What is left after them stays as it is.
const MAX_ROUNDS: usize = 20;

/// A file after its fixes.
#[derive(Debug)]
pub struct Fixed {
    /// The file; the very one that was given where nothing was changed.
    pub file: Arc<SourceFile>,
    /// How many findings were mended.
    pub count: usize,
    /// What there is to say of the file now.
    pub checked: Checked,
    /// Findings whose fixes were left out, since the file could not have been read any more.
    pub refused: Vec<Diagnostic>,
}

/// A finding and its fix.
type Mending<'f> = (&'f Diagnostic, &'f Fix);

/// Mends a file.
///
/// ```
/// use kenarc::{SourceFile, check, lint::fix};
///
/// let file = SourceFile::new("order.yaml", "mesage: {{ name }} # as agreed\n");
/// let fixed = fix::fix(&file, check);
/// assert_eq!(fixed.file.text(), "message: \"{{ name }}\" # as agreed\n");
/// assert!(fixed.count == 2 && fixed.checked.diagnostics.is_empty());
/// ```
#[must_use]
pub fn fix(file: &Arc<SourceFile>, check: impl Fn(&Arc<SourceFile>) -> Checked) -> Fixed {
    let mut fixed = Fixed { file: Arc::clone(file), count: 0, checked: check(file), refused: Vec::new() };
    for _ in 0..MAX_ROUNDS {
        let (text, count) = fixed.round();
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
    /// The text with the fixes that do not touch each other applied, and their number.
    fn round(&mut self) -> (String, usize) {
        let text = self.file.text();
        let (mut kept, mut refused) = (Vec::new(), Vec::new());
        keep(text, &self.fixes(), &mut kept, &mut refused);
        let (fixed, count) = (apply(text, &kept), kept.len());
        self.refused.extend(refused);
        (fixed, count)
    }

    /// The fixes to apply at once, in the order of the text.
    fn fixes(&self) -> Vec<Mending<'_>> {
        let is_refused = |finding: &Diagnostic| {
            self.refused.iter().any(|other| other.rule == finding.rule && other.message == finding.message)
        };
        let mut fixes: Vec<(&Diagnostic, &Fix, Span)> = self
            .checked
            .diagnostics
            .iter()
            .filter(|finding| Arc::ptr_eq(finding.file(), &self.file) && !is_refused(finding))
            .filter_map(|finding| finding.fix.as_ref().and_then(|fix| Some((finding, fix, reach(fix)?))))
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

/// From the first byte that a fix changes to the last.
fn reach(fix: &Fix) -> Option<Span> {
    let (first, last) = (fix.edits.first()?, fix.edits.last()?);
    Some(first.span.cover(last.span))
}

/// Keeps the fixes that leave the file readable, together with those that are kept. To find the ones that do not takes a number of
/// attempts that grows with their number, not with that of all.
fn keep<'f>(text: &str, fixes: &[Mending<'f>], kept: &mut Vec<Mending<'f>>, refused: &mut Vec<Diagnostic>) {
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

/// The text with fixes that are in order and do not touch each other.
fn apply(text: &str, fixes: &[Mending<'_>]) -> String {
    let edits = fixes.iter().flat_map(|(_, fix)| fix.edits.iter().cloned()).collect();
    Fix { title: String::new(), edits }.apply(text)
}

/// How well a text can be read, to compare it with another: JSON that stays JSON, a tree that is there, errors that are few.
fn readability(text: &str) -> (bool, bool, Reverse<usize>) {
    let parsed = syntax::parse(text);
    let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
    (is_json, parsed.document.is_some(), Reverse(if parsed.document.is_some() { parsed.errors.len() } else { 0 }))
}
