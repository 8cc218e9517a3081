//! Reads on after slips in JSON that do not leave open what is meant: comments, trailing commas, quotes that are single
//! or missing, words of other languages, a comma that is missing at the end of a line.

use std::borrow::Cow;

use crate::source::Span;
use crate::syntax::error::SyntaxError;
use crate::syntax::parse::{Parsed, parse};
use crate::syntax::scalar::{Origin, ScalarStyle};
use crate::syntax::tree::{Document, Key, Scalar, Value};

use super::{JsonErrorKind, JsonParser, ParseFailure};

/// The most slips after which the parser reads on.
const MAX_SLIPS: usize = 100;

/// What the parser does at an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recovery {
    /// It ends.
    Never,
    /// It reads on after a slip.
    AfterSlips,
}

/// Parses a document that must be JSON, and what is intact of one with errors that leave no doubt what is meant. What is
/// neither JSON nor YAML is read as YAML, whose errors say more.
pub(crate) fn parse_json_document(text: &str) -> Parsed<'_> {
    let mut parser = JsonParser::new(text, Recovery::AfterSlips);
    // Some programs write a byte-order mark, which does no harm in a file.
    parser.at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let (root, mut slips) = parser.read();
    let mut parsed = parse(text);
    let mut errors = match root {
        // The trees are the same.
        Ok(_) if !slips.iter().any(is_grammatical) => return parsed,
        Ok(root) => {
            parsed.document = Some(Document { root, comments: Vec::new() });
            slips
        }
        Err((problem, span)) => {
            slips.retain(is_grammatical);
            // A comment of JavaScript is an error of YAML, too.
            let is_comment = |span: Span| text.get(span.start..).is_some_and(|rest| rest.starts_with('/'));
            if parsed.errors.is_empty() || slips.iter().any(|slip| is_comment(slip.span())) || is_comment(span) {
                // Keys of YAML that are none of JSON mean what they say.
                parsed.document = parsed.document.filter(|_| slips.is_empty() && problem == JsonErrorKind::NoKey);
                slips.push(SyntaxError::Json { problem, span });
            } else {
                slips.retain(|slip| !parsed.errors.contains(slip));
                slips.append(&mut parsed.errors);
            }
            slips
        }
    };
    errors.sort_by_key(SyntaxError::span);
    Parsed { document: parsed.document, errors }
}

/// Returns whether an error is about the grammar, and not about a key that is repeated.
fn is_grammatical(error: &SyntaxError) -> bool {
    matches!(error, SyntaxError::Json { .. } | SyntaxError::DoubleBrace { .. })
}

impl<'s> JsonParser<'s> {
    /// Reports an error after which what is meant is clear.
    ///
    /// # Errors
    /// The error, if parsing ends with it.
    pub(super) fn slip(&mut self, problem: JsonErrorKind, span: Span) -> Result<(), ParseFailure> {
        if self.recovery == Recovery::Never || self.errors.len() >= MAX_SLIPS {
            return Err((problem, span));
        }
        self.errors.push(SyntaxError::Json { problem, span });
        Ok(())
    }

    fn reads_on(&self) -> bool {
        self.recovery == Recovery::AfterSlips
    }

    /// Consumes the comment here: `//` or `#` to the end of the line, or `/* … */`. Returns whether there is one.
    pub(super) fn take_comment(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let line = || rest.find(['\n', '\r']).unwrap_or(rest.len());
        let length = match rest.as_bytes() {
            [b'/', b'/', ..] | [b'#', ..] => rest[..line()].trim_end().len(),
            [b'/', b'*', ..] => match rest.find("*/") {
                Some(end) => end + "*/".len(),
                None => return false,
            },
            _ => return false,
        };
        let span = Span::new(self.at, self.at + length);
        let is_comment = self.reads_on() && self.slip(JsonErrorKind::Comment, span).is_ok();
        self.at += if is_comment { length } else { 0 };
        is_comment
    }

    /// Parses a text in single quotes, if there is one in the line. What its backslashes mean is not known.
    pub(super) fn single_quoted(
        &mut self,
        problem: JsonErrorKind,
    ) -> Result<Option<(Cow<'s, str>, Span)>, ParseFailure> {
        let rest = &self.text[self.at..];
        let Some(inside) = rest.strip_prefix('\'').filter(|_| self.reads_on()) else { return Ok(None) };
        let Some(end) = inside.find(['\'', '\\', '\n', '\r']).filter(|end| inside[*end..].starts_with('\'')) else {
            return Ok(None);
        };
        let span = Span::new(self.at, self.at + end + 2);
        self.slip(problem, span)?;
        self.at = span.end;
        Ok(Some((Cow::Borrowed(&inside[..end]), span)))
    }

    /// Parses a key that is not in double quotes: in single ones, or a word.
    pub(super) fn unquoted_key(&mut self) -> Result<Option<Key<'s>>, ParseFailure> {
        if let Some((text, span)) = self.single_quoted(JsonErrorKind::NoKey)? {
            return Ok(Some(Key { text, span }));
        }
        let span = self.word();
        let written = &self.text[span.range()];
        let is_key = written.starts_with(|first: char| first.is_alphabetic() || first == '_')
            && self.text[span.end..].trim_start().starts_with(':');
        if !self.reads_on() || !is_key {
            return Ok(None);
        }
        self.slip(JsonErrorKind::NoKey, span)?;
        self.at = span.end;
        Ok(Some(Key { text: Cow::Borrowed(written), span }))
    }

    /// Parses a value of another language, or an expression without quotes.
    pub(super) fn foreign_value(&mut self) -> Result<Option<Value<'s>>, ParseFailure> {
        if let Some((text, span)) = self.single_quoted(JsonErrorKind::NoValue)? {
            let origin = Origin { span, style: ScalarStyle::SingleQuoted, indent: 0 };
            return Ok(Some(Value::String(Scalar { text, origin })));
        }
        if !self.reads_on() {
            return Ok(None);
        }
        if let Some(span) = self.expression() {
            self.errors.push(SyntaxError::DoubleBrace { span });
            self.at = span.end;
            return Ok(Some(Value::Invalid));
        }
        let span = self.word();
        let value = match &self.text[span.range()] {
            "True" => Value::Bool(true),
            "False" => Value::Bool(false),
            "None" | "nil" | "undefined" | "NULL" => Value::Null,
            "NaN" | "Infinity" | "-Infinity" => Value::Invalid,
            word if self.is_word(span) => {
                let origin = Origin { span, style: ScalarStyle::Plain, indent: 0 };
                Value::String(Scalar { text: Cow::Borrowed(word), origin })
            }
            _ => return Ok(None),
        };
        self.slip(JsonErrorKind::NoValue, span)?;
        self.at = span.end;
        Ok(Some(value))
    }

    /// Returns whether a span is a word of letters, and all of a value, which is not a literal of JSON.
    fn is_word(&self, span: Span) -> bool {
        let word = &self.text[span.range()];
        let is_letters = word.starts_with(char::is_alphabetic) && !matches!(word, "true" | "false" | "null");
        is_letters && self.text[span.end..].trim_start().starts_with([',', ']', '}'])
    }

    /// Returns the text here that begins with `{{` or `{%`, up to what ends a value.
    fn expression(&self) -> Option<Span> {
        let rest = &self.text[self.at..];
        if !rest.starts_with("{{") && !rest.starts_with("{%") {
            return None;
        }
        let mut at = 0;
        loop {
            let inside = &rest[at..];
            at += match inside.get(..2) {
                Some("{{") => inside.find("}}")? + 2,
                Some("{%") => inside.find("%}")? + 2,
                _ if inside.is_empty() || inside.starts_with([',', ']', '}', '\n', '\r']) => break,
                _ => inside.chars().next().map_or(0, char::len_utf8),
            };
        }
        Some(Span::new(self.at, self.at + rest[..at].trim_end().len()))
    }

    /// Returns whether what is here can only be another item, before which a comma is missing: it is in a line of its
    /// own, or a text behind something else than a text.
    pub(super) fn is_next_item(&self) -> bool {
        let (before, rest) = self.text.split_at(self.at);
        let is_start = |first: char| first.is_alphanumeric() || matches!(first, '"' | '\'' | '{' | '[' | '-' | '_');
        let is_line = before.trim_end_matches([' ', '\t']).ends_with(['\n', '\r']);
        let is_text = rest.starts_with('"') && !before.trim_end().ends_with(['"', '\'']);
        self.reads_on() && (is_line && rest.starts_with(is_start) || is_text)
    }

    /// Returns the span of the word or the text in quotes here.
    pub(super) fn item(&self) -> Span {
        let rest = &self.text[self.at..];
        let inside = rest.strip_prefix('"').map(|inside| inside.find(['"', '\n', '\r']));
        match inside.flatten().filter(|end| rest[end + 1..].starts_with('"')) {
            Some(end) => Span::new(self.at, self.at + end + 2),
            None => self.word(),
        }
    }
}
