//! A string of the template, with or without holes, that knows the way back to the file.

use std::ops::Range;

use crate::expr::{JinjaError, Program, has_jinja};
use crate::source::{SourceFile, Span};
use crate::syntax::{Chomping, Origin, Scalar};

/// Text of the request.
#[derive(Debug)]
pub struct Text {
    /// How the text is written in the file.
    pub origin: Origin,
    /// The text as the YAML means it; without the one line break that ends a block scalar, unless `+` keeps it.
    pub source: String,
    /// What there is to evaluate.
    pub body: Body,
}

/// What there is to evaluate in a text.
#[derive(Debug)]
pub enum Body {
    /// Nothing: the text is what is sent.
    Literal,
    /// Holes.
    Jinja(Program),
    /// A hole that is not of the language.
    Broken(JinjaError),
}

impl Text {
    pub(super) fn read(scalar: &Scalar<'_>, file: &SourceFile) -> Self {
        let mut source = scalar.text.to_string();
        if scalar.origin.chomping(file.text()) == Some(Chomping::Clip) && source.ends_with('\n') {
            source.pop();
        }
        let body = match has_jinja(&source) {
            false => Body::Literal,
            true => Program::text(&source).map_or_else(Body::Broken, Body::Jinja),
        };
        Self { origin: scalar.origin, source, body }
    }

    /// The text, where it is what is sent.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        matches!(self.body, Body::Literal).then_some(&self.source)
    }

    /// The holes, where there are and they compile.
    #[must_use]
    pub fn program(&self) -> Option<&Program> {
        match &self.body {
            Body::Jinja(program) => Some(program),
            Body::Literal | Body::Broken(_) => None,
        }
    }

    /// The whole scalar, quotes included.
    #[must_use]
    pub fn span(&self) -> Span {
        self.origin.span
    }

    /// The bytes of the file that made a range of the text.
    #[must_use]
    pub fn locate(&self, file: &SourceFile, range: Range<usize>) -> Span {
        self.origin.locate(file.text(), range)
    }
}

/// The expression of `when`, or of `for` after `in`.
#[derive(Debug)]
pub struct Condition {
    /// How the value of the key is written in the file.
    pub origin: Origin,
    /// Where in the value the expression begins.
    pub offset: usize,
    /// The expression, or why it is none.
    pub program: Result<Program, JinjaError>,
}

impl Condition {
    pub(super) fn read(origin: Origin, source: &str, offset: usize) -> Self {
        Self { origin, offset, program: Program::expression(&source[offset..]) }
    }

    fn unreadable(origin: Origin, message: String, range: Range<usize>) -> Self {
        Self { origin, offset: 0, program: Err(JinjaError { message, range }) }
    }

    /// The whole value.
    #[must_use]
    pub fn span(&self) -> Span {
        self.origin.span
    }

    /// The bytes of the file that made a range of the expression.
    #[must_use]
    pub fn locate(&self, file: &SourceFile, range: Range<usize>) -> Span {
        self.origin.locate(file.text(), range.start + self.offset..range.end + self.offset)
    }
}

/// Words of the expression language that no item can be called.
const RESERVED: [&str; 12] = ["loop", "in", "not", "and", "or", "is", "if", "else", "true", "false", "none", "self"];

/// `for: NAME in EXPR`
#[derive(Debug)]
pub struct Repeat {
    /// What each item is called.
    pub name: String,
    /// Where the name stands in the value.
    pub name_range: Range<usize>,
    /// What is gone through.
    pub items: Condition,
}

impl Repeat {
    /// Reads `NAME in EXPR`.
    pub(super) fn read(scalar: &Scalar<'_>) -> Self {
        let text = &*scalar.text;
        let start = text.len() - text.trim_start().len();
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = text[start..].find(|c| !is_word(c)).map_or(text.len(), |length| start + length);
        let name = &text[start..end];
        let items = text[end..].trim_start().strip_prefix("in").filter(|rest| rest.starts_with(char::is_whitespace));
        let items = match items {
            _ if RESERVED.contains(&name) => {
                Condition::unreadable(scalar.origin, format!("`{name}` has a meaning of its own"), start..end)
            }
            Some(rest) if !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) => {
                Condition::read(scalar.origin, text, text.len() - rest.trim_start().len())
            }
            _ => Condition::unreadable(scalar.origin, "`for` takes `NAME in EXPRESSION`".to_owned(), 0..text.len()),
        };
        Self { name: name.to_owned(), name_range: start..end, items }
    }
}
