//! The builder of findings: `findings.at(span, "unknown icon `X`").label("expected …").help("write …")`. Locations are
//! extended to whole characters.

use std::sync::Arc;

use crate::source::{SourceFile, Span};
use crate::template::{EmbeddedProgram, Rewriting};

use super::foreign::Replacement;
use super::wording::one_of;
use super::{Applicability, Diagnostic, Edit, Fix, Label, Rule};

/// Collects the findings of one rule.
pub(crate) struct Findings<'a> {
    rule: &'static Rule,
    file: &'a Arc<SourceFile>,
    list: &'a mut Vec<Diagnostic>,
}

/// A finding that is being built.
pub(super) struct Finding<'a> {
    diagnostic: &'a mut Diagnostic,
    file: &'a Arc<SourceFile>,
}

/// A change of an expression that resolves a finding.
pub(super) struct Offer {
    pub(super) rewriting: Rewriting,
    pub(super) applicability: Applicability,
}

impl Offer {
    /// Returns the change of a program, if it can be written in its file.
    pub(super) fn of(program: &EmbeddedProgram<'_>, file: &SourceFile, replacement: &Replacement) -> Option<Self> {
        let Replacement { range, text, is_same } = replacement;
        let rewriting = program.rewrite(file, range.clone(), text)?;
        let applicability = if *is_same { Applicability::Safe } else { Applicability::Unsafe };
        Some(Self { rewriting, applicability })
    }
}

impl<'a> Findings<'a> {
    pub(super) fn new(rule: &'static Rule, file: &'a Arc<SourceFile>, list: &'a mut Vec<Diagnostic>) -> Self {
        Self { rule, file, list }
    }

    /// Adds a finding at a location, with its headline.
    pub(super) fn at(&mut self, span: Span, message: impl Into<String>) -> Finding<'_> {
        self.elsewhere(self.file, span, message)
    }

    /// Adds a finding at a location in another file.
    pub(super) fn elsewhere(&mut self, file: &Arc<SourceFile>, span: Span, message: impl Into<String>) -> Finding<'_> {
        let label = Label { file: Arc::clone(file), span: file.whole_characters(span), message: String::new() };
        self.list.push(Diagnostic {
            rule: self.rule.id,
            severity: self.rule.severity,
            message: message.into(),
            labels: vec![label],
            help: None,
            fix: None,
        });
        let last = self.list.len() - 1;
        Finding { diagnostic: &mut self.list[last], file: self.file }
    }
}

impl Finding<'_> {
    /// Sets the text under the finding's own location: what was found and what was expected.
    pub(super) fn label(self, text: impl Into<String>) -> Self {
        self.diagnostic.labels[0].message = text.into();
        self
    }

    /// Adds a related location with its label.
    pub(super) fn also(self, span: Span, words: impl Into<String>) -> Self {
        let file = self.file;
        self.also_in(file, span, words)
    }

    /// Adds a related location in another file.
    pub(super) fn also_in(self, file: &Arc<SourceFile>, span: Span, words: impl Into<String>) -> Self {
        let span = file.whole_characters(span);
        self.diagnostic.labels.push(Label { file: Arc::clone(file), span, message: words.into() });
        self
    }

    /// Sets what to do: an instruction that begins with a verb.
    pub(super) fn help(self, help: impl Into<String>) -> Self {
        self.diagnostic.help = Some(help.into());
        self
    }

    /// Sets a change that resolves the finding.
    pub(super) fn fix(self, fix: Fix) -> Self {
        self.diagnostic.fix = Some(fix);
        self
    }

    /// Offers a change of an expression, and says what is written with it.
    pub(super) fn rewrite(self, offer: Offer) -> Self {
        let Offer { rewriting: Rewriting { span, text }, applicability } = offer;
        let (title, help) = match text.trim() {
            "" => ("remove it".to_owned(), "remove it".to_owned()),
            trimmed => (format!("write `{trimmed}`"), format!("write `{text}`")),
        };
        self.help(help).fix(Fix::new(applicability, title, vec![Edit::replace(span, text)]))
    }

    /// Suggests up to three names in the help, and offers a fix if there is only one. Existing quotes stay.
    pub(super) fn suggest(self, names: &[impl AsRef<str>], span: Span, applicability: Applicability) -> Self {
        let fix = match names {
            [] => return self,
            [only] => {
                let only = only.as_ref();
                let edit = Edit::replace(unquoted(self.diagnostic.file(), span), only);
                Some(Fix::new(applicability, format!("write `{only}`"), vec![edit]))
            }
            _ => None,
        };
        let names = one_of(names.iter().map(|name| format!("`{}`", name.as_ref())));
        let finding = self.help(format!("use {names}"));
        match fix {
            Some(fix) => finding.fix(fix),
            None => finding,
        }
    }
}

/// Returns the range of a scalar without its quotes.
fn unquoted(file: &SourceFile, span: Span) -> Span {
    match file.slice(span).as_bytes() {
        [first @ (b'"' | b'\''), .., last] if first == last => Span::new(span.start + 1, span.end - 1),
        _ => span,
    }
}
