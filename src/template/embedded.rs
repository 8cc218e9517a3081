//! The programs of a template, with the names that are bound around them.

use std::cell::OnceCell;
use std::ops::Range;

use crate::expr::{BrokenProgram, CallUse, NameUse, Program};
use crate::source::{SourceFile, Span};
use crate::syntax::{INDICATORS, Origin, ScalarStyle, quote};

use super::text::{Condition, Repeat, Text, TextBody};
use super::visit::{Scope, TemplateVisitor, TextRole, walk};
use super::{ProgramId, Template};

/// A text with Jinja in it, or the expression of a `when` or `for`.
#[derive(Clone, Debug)]
pub struct EmbeddedProgram<'t> {
    /// Which of the template's programs it is.
    pub id: ProgramId,
    /// The program, unless it does not parse.
    pub program: Result<&'t Program, &'t BrokenProgram>,
    /// The names that `for` on rows and buttons binds here.
    pub bound: Vec<&'t str>,
    kind: EmbeddingKind,
    origin: Origin,
    /// Where in the scalar the program begins, in bytes.
    offset: usize,
}

/// A change of the file in which a program is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewriting {
    /// The bytes that go.
    pub span: Span,
    /// What is written there instead, with the escapes that it needs.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EmbeddingKind {
    Text,
    Condition,
}

impl<'t> EmbeddedProgram<'t> {
    /// Returns the program of a text, unless the text is sent as it is. `bound`: the names that are bound around it.
    pub(crate) fn of_text(text: &'t Text, bound: Vec<&'t str>) -> Option<Self> {
        let program = match &text.body {
            TextBody::Literal => return None,
            TextBody::Jinja(program) => Ok(program),
            TextBody::Broken(broken) => Err(broken),
        };
        let Text { id, origin, .. } = *text;
        Some(Self { id, program, bound, kind: EmbeddingKind::Text, origin, offset: 0 })
    }

    /// Returns the program of a `when` or `for`. `bound`: the names that are bound around it.
    pub(crate) fn of_condition(condition: &'t Condition, bound: Vec<&'t str>) -> Self {
        let Condition { id, origin, offset, .. } = *condition;
        let program = condition.program.as_ref();
        Self { id, program, bound, kind: EmbeddingKind::Condition, origin, offset }
    }

    /// Returns the bytes of the file that a range of the program's text comes from.
    #[must_use]
    pub fn locate(&self, file: &SourceFile, range: Range<usize>) -> Span {
        self.locator(file)(range)
    }

    /// Returns a function that locates many ranges; the scalar is read once, at the first of them.
    pub fn locator<'s>(&self, file: &'s SourceFile) -> impl Fn(Range<usize>) -> Span + use<'s> {
        let Self { origin, offset, .. } = *self;
        let locator = OnceCell::new();
        move |range| {
            let locator = locator.get_or_init(|| origin.locator(file.text()));
            locator.locate(range.start + offset..range.end + offset)
        }
    }

    /// Returns the filters, tests, functions and methods that are called where the program has no errors.
    pub fn calls(&self) -> impl Iterator<Item = &CallUse<'_>> {
        let whole = self.program.map(Program::calls).unwrap_or_default();
        whole.iter().chain(self.program.err().into_iter().flat_map(BrokenProgram::calls))
    }

    /// Returns the change of the file that puts a text in the place of a range of the program's text. A scalar without
    /// quotes that cannot contain the text is changed as a whole. `None` if the range goes over the end of a line.
    #[must_use]
    pub fn rewrite(&self, file: &SourceFile, range: Range<usize>, replacement: &str) -> Option<Rewriting> {
        let text = self.origin.text(file.text());
        let range = range.start + self.offset..range.end + self.offset;
        let span = self.origin.locate(file.text(), range.clone());
        if text.get(range.clone()).is_none() || file.slice(span).contains(['\n', '\r']) {
            return None;
        }
        let is_plain = self.origin.style == ScalarStyle::Plain;
        let is_indicator = is_plain && range.start == 0 && replacement.starts_with(INDICATORS);
        if let Some(encoded) = self.origin.encode(replacement).filter(|_| !is_indicator) {
            return Some(Rewriting { span, text: encoded });
        }
        let whole = || format!("{}{replacement}{}", &text[..range.start], &text[range.end..]);
        (is_plain && !text.contains('\n')).then(|| Rewriting { span: self.origin.span, text: quote(&whole()) })
    }

    /// Returns the whole scalar in its file.
    #[must_use]
    pub fn span(&self) -> Span {
        self.origin.span
    }

    /// Returns whether a range is inside of the scalar.
    #[must_use]
    pub fn holds(&self, span: Span) -> bool {
        self.span().contains(span)
    }

    /// Returns the uses of names that neither the program itself nor a `for` around it binds, where the program has no
    /// errors.
    pub fn free_names(&self) -> impl Iterator<Item = &NameUse<'_>> {
        let whole = self.program.map(Program::names).unwrap_or_default();
        let rest = self.program.err().into_iter().flat_map(BrokenProgram::names);
        whole.iter().chain(rest).filter(|used| !self.bound.contains(&used.name))
    }

    /// Returns whether it is the expression of a `when` or `for`.
    #[must_use]
    pub fn is_condition(&self) -> bool {
        self.kind == EmbeddingKind::Condition
    }
}

impl Template {
    /// Returns all programs in the order in which a request is written.
    #[must_use]
    pub fn programs(&self) -> Vec<EmbeddedProgram<'_>> {
        let mut programs = Programs(Vec::new());
        walk(self, &mut programs);
        programs.0
    }
}

struct Programs<'t>(Vec<EmbeddedProgram<'t>>);

impl<'t> TemplateVisitor<'t> for Programs<'t> {
    fn repeat(&mut self, repeat: &'t Repeat, scope: &Scope<'t>) {
        self.0.push(EmbeddedProgram::of_condition(&repeat.items, scope.names()));
    }

    fn condition(&mut self, when: &'t Condition, scope: &Scope<'t>) {
        self.0.push(EmbeddedProgram::of_condition(when, scope.names()));
    }

    fn text(&mut self, text: &'t Text, _: TextRole, scope: &Scope<'t>) {
        if text.literal().is_none() {
            self.0.extend(EmbeddedProgram::of_text(text, scope.names()));
        }
    }
}
