//! From the text that is put together from several files to each of these.

use std::mem;
use std::sync::Arc;

use crate::source::{SourceFile, Span};

use super::rules::invalid_reference::first_line;
use super::rules::wrong_type;
use super::{Diagnostic, Label};

/// Points the labels and the fixes of findings to the files that they are in, and shows which references lead there.
pub(super) fn locate(diagnostics: &mut [Diagnostic]) {
    for diagnostic in diagnostics {
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
        if diagnostic.rule == wrong_type::RULE.id
            && let Some(site) = file.reference_to_whole(span)
        {
            blame_reference(diagnostic, label(&file, site, ""));
        }
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

/// Moves a finding about a whole part of the wrong type to the reference: the part can be right for others.
fn blame_reference(diagnostic: &mut Diagnostic, site: Label) {
    diagnostic.labels.retain(|label| !is_at(label, &site));
    diagnostic.labels.insert(0, site);
    let part = &mut diagnostic.labels[1];
    part.span = first_line(&part.file, part.span);
    let found = mem::replace(&mut part.message, "this part".to_owned());
    diagnostic.labels[0].message = found;
    diagnostic.help = Some("refer to a part of another kind".to_owned());
    diagnostic.fix = None;
}
