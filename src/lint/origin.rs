//! From the text that is put together from several files to each of these.

use std::sync::Arc;

use crate::source::{SourceFile, Span};

use super::rules::{may_exceed_limit, too_many_buttons, too_many_rows};
use super::{Diagnostic, Label};

/// Points the labels and the fixes of findings to the files that they are in, and shows which references lead there.
pub(super) fn locate(diagnostics: &mut [Diagnostic]) {
    for diagnostic in diagnostics {
        blame_last_reference(diagnostic);
        let (file, span) = (Arc::clone(diagnostic.file()), diagnostic.span());
        let references = file.references_to(span);
        for label in &mut diagnostic.labels {
            (label.file, label.span) = label.file.origin(label.span);
        }
        locate_fix(diagnostic, &file);
        for site in references {
            let referrer = label(&file, site, "referred to here");
            if !diagnostic.labels.iter().any(|label| is_at(label, &referrer)) {
                diagnostic.labels.push(referrer);
            }
        }
    }
}

/// Moves a finding about one part too many from the part, which is fine, to the last reference to it.
fn blame_last_reference(diagnostic: &mut Diagnostic) {
    let is_limit = [&too_many_rows::RULE, &too_many_buttons::RULE, &may_exceed_limit::RULE];
    if is_limit.iter().any(|rule| rule.id == diagnostic.rule)
        && let Some(last) = diagnostic.file().references_to_whole(diagnostic.span()).last()
    {
        diagnostic.labels[0].span = last;
        diagnostic.fix = None;
    }
}

fn label(file: &Arc<SourceFile>, span: Span, message: &str) -> Label {
    let (file, span) = file.origin(span);
    Label { file, span, message: message.to_owned() }
}

fn is_at(label: &Label, other: &Label) -> bool {
    Arc::ptr_eq(&label.file, &other.file) && label.span == other.span
}

/// Moves the edits of a fix to the file of the finding. A fix of another file is dropped.
fn locate_fix(diagnostic: &mut Diagnostic, file: &Arc<SourceFile>) {
    let own = Arc::clone(diagnostic.file());
    let is_elsewhere = diagnostic.fix.as_mut().is_some_and(|fix| {
        fix.edits.iter_mut().any(|edit| {
            let (file, span) = file.origin(edit.span);
            edit.span = span;
            !Arc::ptr_eq(&file, &own)
        })
    });
    if is_elsewhere {
        diagnostic.fix = None;
    }
}
