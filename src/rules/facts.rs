//! Everything that is known of a file before a rule speaks.

use std::sync::Arc;

use crate::source::{SourceFile, Span};
use crate::syntax::{Document, Parsed, SyntaxError};
use crate::template::structure::{Misfit, misfits};
use crate::template::{self, Template};

/// What the rules look at.
pub struct Facts<'a> {
    /// The file.
    pub file: &'a Arc<SourceFile>,
    /// What is wrong with it as YAML.
    pub syntax_errors: &'a [SyntaxError],
    /// The tree, where there is one.
    pub document: Option<&'a Document<'a>>,
    /// What the template's schema does not allow.
    pub misfits: Vec<Misfit>,
    /// The template, where there is a tree.
    pub template: Option<Template>,
}

impl<'a> Facts<'a> {
    /// Reads a parsed file as a template.
    #[must_use]
    pub fn new(file: &'a Arc<SourceFile>, parsed: &'a Parsed<'a>) -> Self {
        let document = parsed.document.as_ref();
        let mut misfits = document.map(misfits).unwrap_or_default();
        // Of a value whose quotes are missing nothing else is said.
        misfits.retain(|misfit| !is_unquoted(&parsed.errors, misfit.span));
        Self {
            file,
            syntax_errors: &parsed.errors,
            document,
            misfits,
            template: document.map(|document| template::read(document, file)),
        }
    }

    /// Whether nothing is known that would keep the template from being rendered.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.syntax_errors.is_empty() && self.misfits.is_empty()
    }

    /// Whether a value begins with a hole and lacks its quotes.
    #[must_use]
    pub fn is_unquoted(&self, span: Span) -> bool {
        is_unquoted(self.syntax_errors, span)
    }

    /// The template alone.
    #[must_use]
    pub fn into_template(self) -> Option<Template> {
        self.template
    }
}

/// `errors`: in order of place.
fn is_unquoted(errors: &[SyntaxError], value: Span) -> bool {
    let first = errors.partition_point(|error| error.span() < value);
    let mut here = errors[first..].iter().take_while(|error| error.span() == value);
    here.any(|error| matches!(error, SyntaxError::DoubleBrace { .. }))
}
