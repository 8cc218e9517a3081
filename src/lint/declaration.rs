//! What authors mean by what JSON Schema does not have: types, formats and keywords of other languages, wrong values of
//! keywords.

mod elsewhere;
mod instead;
mod names;

use crate::lint::{Applicability, Edit, Fix};
use crate::source::{SourceFile, Span};
use crate::syntax::{Entry, Mapping};

use super::notation::{Notation, removal};

pub(super) use elsewhere::{keyword_elsewhere, keywords_like};
pub(super) use instead::{expected, instead, nullable};
pub(super) use names::{MeantType, format_named, type_meant};

/// What to write in place of something, and the change if it is all that has to be changed.
pub(super) struct Advice {
    pub(super) help: String,
    pub(super) fix: Option<Fix>,
}

impl Advice {
    /// Something that the author has to do.
    fn to(help: impl Into<String>) -> Self {
        Self { help: help.into(), fix: None }
    }

    /// Another value, whose help ends with a note.
    fn value(span: Span, value: impl Into<String>, note: &str) -> Self {
        let value = value.into();
        let fix = Fix::safe_edit(format!("write `{value}`"), Edit::replace(span, value.clone()));
        Self { help: format!("write `{value}`{note}"), fix: Some(fix) }
    }

    /// Deletes an entry, if there is another one.
    fn remove(help: impl Into<String>, schema: &Mapping<'_>, entry: &Entry<'_>, file: &SourceFile) -> Self {
        let edits = deletion(schema, entry, file).map(|edit| vec![edit]);
        Self::to(help).with("remove it", edits)
    }

    /// Adds a safe fix, if its edits can be made.
    fn with(self, title: &str, edits: Option<Vec<Edit>>) -> Self {
        let fix = edits.map(|mut edits| {
            edits.sort_by_key(|edit| edit.span);
            Fix::new(Applicability::Safe, title, edits)
        });
        Self { fix, ..self }
    }
}

/// Returns the deletion of an entry of a schema. An entry from an alias is left.
fn deletion(schema: &Mapping<'_>, entry: &Entry<'_>, file: &SourceFile) -> Option<Edit> {
    let whole = Span::new(entry.key.span.start, entry.value.span.end);
    if entry.key.span.end > entry.value.span.start {
        return None;
    }
    if schema.entries.len() > 1 {
        return removal(file.text(), whole).map(Edit::delete);
    }
    let before = file.text().get(..whole.start)?.trim_end_matches(' ');
    let after = file.text().get(whole.end..)?;
    match before.ends_with('{') {
        true => {
            Some(Edit::delete(Span::new(before.len(), whole.end + after.len() - after.trim_start_matches(' ').len())))
        }
        false => Some(Edit::replace(whole, "{}")),
    }
}
