//! Keeps the secrets of files out of diagnostics.

use std::sync::Arc;

use crate::source::SourceFile;
use crate::source::secrets::secrets;

use super::{Diagnostic, Fix};

/// The most secrets of a file that are looked for in diagnostics.
const MAX_REDACTED: usize = 100;

/// Removes the secrets of the files from the diagnostics. A fix that would repeat one is dropped.
pub(super) fn redact(diagnostics: &mut [Diagnostic]) {
    let mut files: Vec<Arc<SourceFile>> = Vec::new();
    for label in diagnostics.iter().flat_map(|diagnostic| &diagnostic.labels) {
        if !files.iter().any(|file| Arc::ptr_eq(file, &label.file)) {
            files.push(Arc::clone(&label.file));
        }
    }
    for file in files {
        for secret in secrets(file.text()).iter().take(MAX_REDACTED) {
            let (written, shown) = (file.slice(secret.span), format!("{}…", secret.kind.prefix()));
            diagnostics.iter_mut().for_each(|diagnostic| redact_one(diagnostic, written, &shown));
        }
    }
}

fn redact_one(diagnostic: &mut Diagnostic, written: &str, shown: &str) {
    let labels = diagnostic.labels.iter_mut().map(|label| &mut label.message);
    for text in labels.chain([&mut diagnostic.message]).chain(&mut diagnostic.help) {
        if text.contains(written) {
            *text = text.replace(written, shown);
        }
    }
    let repeats =
        |fix: &mut Fix| fix.title.contains(written) || fix.edits.iter().any(|edit| edit.replacement.contains(written));
    diagnostic.fix.take_if(repeats);
}
