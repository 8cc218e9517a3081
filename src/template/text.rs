//! The texts and expressions of a template, each of which knows how it is written in its file.

use std::ops::Range;

use crate::expr::{BrokenProgram, JinjaError, JinjaErrorKind, Program};
use crate::schema::has_jinja;
use crate::source::{SourceFile, Span};
use crate::syntax::{Chomping, Origin, Scalar};

use super::ProgramId;

/// A text of the request.
#[derive(Debug)]
pub struct Text {
    /// Which of the template's programs it is, if it has Jinja in it.
    pub id: ProgramId,
    /// How it is written there.
    pub origin: Origin,
    /// The text that the YAML denotes, without the one line break that ends a block scalar, unless `+` keeps it.
    pub source: String,
    /// What is evaluated.
    pub body: TextBody,
}

/// Returns the text of a scalar without the one line break that ends a block scalar, unless `+` keeps it.
pub(crate) fn sent_text<'t>(scalar: &'t Scalar<'_>, file: &SourceFile) -> &'t str {
    match scalar.origin.chomping(file.text()) {
        Some(Chomping::Clip) => scalar.text.strip_suffix('\n').unwrap_or(&scalar.text),
        _ => &scalar.text,
    }
}

/// What is evaluated in a text.
#[derive(Debug)]
pub enum TextBody {
    /// Nothing: the text is sent as it is.
    Literal,
    /// Jinja.
    Jinja(Program),
    /// Jinja that does not parse.
    Broken(BrokenProgram),
}

impl Text {
    pub(super) fn read(scalar: &Scalar<'_>, file: &SourceFile, id: ProgramId) -> Self {
        let source = sent_text(scalar, file).to_owned();
        let body = match has_jinja(&source) {
            false => TextBody::Literal,
            true => match Program::text(&source) {
                Ok(program) => TextBody::Jinja(program),
                Err(first) => TextBody::Broken(BrokenProgram::text(&source, first)),
            },
        };
        Self { id, origin: scalar.origin, source, body }
    }

    /// Returns the text if it is sent as it is.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        matches!(self.body, TextBody::Literal).then_some(&self.source)
    }

    /// Returns the program, if the text has Jinja in it that parses.
    #[must_use]
    pub fn program(&self) -> Option<&Program> {
        match &self.body {
            TextBody::Jinja(program) => Some(program),
            TextBody::Literal | TextBody::Broken(_) => None,
        }
    }

    /// Returns the whole scalar in its file, including quotes.
    #[must_use]
    pub fn span(&self) -> Span {
        self.origin.span
    }

    /// Returns the bytes of the file that a range of the text comes from.
    #[must_use]
    pub fn locate(&self, file: &SourceFile, range: Range<usize>) -> Span {
        self.origin.locate(file.text(), range)
    }
}

/// The expression of a `when`, or of a `for` after `in`.
#[derive(Debug)]
pub struct Condition {
    /// Which of the template's programs it is.
    pub id: ProgramId,
    /// How the value of the key is written there.
    pub origin: Origin,
    /// Where in the value the expression begins, in bytes.
    pub offset: usize,
    /// The expression, unless it does not parse.
    pub program: Result<Program, BrokenProgram>,
}

impl Condition {
    pub(super) fn read(origin: Origin, source: &str, offset: usize, id: ProgramId) -> Self {
        Self { id, origin, offset, program: Program::expression(&source[offset..]).map_err(BrokenProgram::unreadable) }
    }

    /// Returns the whole value in its file.
    #[must_use]
    pub fn span(&self) -> Span {
        self.origin.span
    }

    /// Returns the bytes of the file that a range of the expression comes from.
    #[must_use]
    pub fn locate(&self, file: &SourceFile, range: Range<usize>) -> Span {
        let range = range.start + self.offset..range.end + self.offset;
        self.origin.locate(file.text(), range)
    }
}

/// Words of the expression language, which no item can be called.
const RESERVED: [&str; 12] = ["loop", "in", "not", "and", "or", "is", "if", "else", "true", "false", "none", "self"];

/// `for: NAME in EXPRESSION`
#[derive(Debug)]
pub struct Repeat {
    /// The name of each item.
    pub name: String,
    /// Where the name is in the value, in bytes.
    pub name_range: Range<usize>,
    /// The list or mapping that is iterated over.
    pub items: Condition,
}

impl Repeat {
    /// Reads `NAME in EXPRESSION`.
    pub(super) fn read(scalar: &Scalar<'_>, id: ProgramId) -> Self {
        let text = &*scalar.text;
        let start = text.len() - text.trim_start().len();
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = text[start..].find(|c| !is_word(c)).map_or(text.len(), |length| start + length);
        let name = &text[start..end];
        let items = text[end..].trim_start().strip_prefix("in").filter(|rest| rest.starts_with(char::is_whitespace));
        let broken = |kind, range| {
            let program = Err(BrokenProgram::unreadable(JinjaError { kind, range, correction: None }));
            Condition { id, origin: scalar.origin, offset: 0, program }
        };
        let items = match items {
            _ if RESERVED.contains(&name) => broken(JinjaErrorKind::ReservedName(name.to_owned()), start..end),
            Some(rest) if !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) => {
                Condition::read(scalar.origin, text, text.len() - rest.trim_start().len(), id)
            }
            _ => broken(JinjaErrorKind::NotForIn, 0..text.len()),
        };
        Self { name: name.to_owned(), name_range: start..end, items }
    }

    /// Returns where the name of the items is written.
    #[must_use]
    pub fn name_span(&self, file: &SourceFile) -> Span {
        self.items.origin.locate(file.text(), self.name_range.clone())
    }
}
