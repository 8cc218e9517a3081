//! Parses strict JSON (RFC 8259), such as the body of a request, into the same tree.

mod recovery;

use std::borrow::Cow;
use std::collections::HashMap;

use crate::source::Span;

use super::error::SyntaxError;
use super::parse::Parsed;
use super::scalar::{Origin, ScalarStyle};
use super::tree::{Document, Entry, Key, Mapping, Node, Scalar, Value};

use recovery::Recovery;
pub(crate) use recovery::parse_json_document;

/// The deepest nesting of arrays and objects together. Common JSON parsers stop at 128, so that what is accepted here
/// can be wrapped in something else and still be parsed by them.
pub const MAX_JSON_DEPTH: usize = 120;

/// What is wrong with a JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonErrorKind {
    /// The text is empty or consists of white space.
    Empty,
    /// The text begins with a byte-order mark, which is not allowed in JSON (RFC 8259 §8.1).
    ByteOrderMark,
    /// A value was expected.
    NoValue,
    /// A key was expected, which is a string in double quotes.
    NoKey,
    /// A comma after the last item or entry.
    TrailingComma,
    /// A key without a `:` after it.
    NoColon,
    /// A comment.
    Comment,
    /// A `,` or the closing bracket was expected after an item or entry.
    NoComma {
        /// The closing bracket: `]` or `}`.
        close: char,
    },
    /// A bracket is never closed.
    Unclosed,
    /// A quote is never closed.
    UnclosedText,
    /// A character below U+0020 in a string, which must be escaped.
    ControlCharacter(char),
    /// An escape sequence that JSON does not have.
    Escape,
    /// Half of a surrogate pair.
    LoneSurrogate,
    /// A number in a notation that JSON does not have, such as `01`, `.5`, `1.` or `+1`.
    Number,
    /// A number that is too large to be represented.
    NumberRange,
    /// Text after the end of the value.
    TextAfter,
    /// Nesting of more than [`MAX_JSON_DEPTH`] levels.
    TooDeep,
}

/// Parses a JSON text. A key that is repeated in an object is an error, although the grammar allows it, since parsers
/// do not agree on its meaning (RFC 8259 §4).
///
/// Time and memory are proportional to the text. Nothing is read after the first error in the grammar.
#[must_use]
pub fn parse_json(text: &str) -> Parsed<'_> {
    match JsonParser::new(text, Recovery::Never).read() {
        (Ok(root), mut errors) => {
            errors.sort_by_key(SyntaxError::span);
            Parsed { document: Some(Document { root, comments: Vec::new() }), errors }
        }
        (Err((problem, span)), _) => Parsed { document: None, errors: vec![SyntaxError::Json { problem, span }] },
    }
}

/// Parsing has ended with an error.
type ParseFailure = (JsonErrorKind, Span);

struct JsonParser<'s> {
    text: &'s str,
    at: usize,
    depth: usize,
    recovery: Recovery,
    errors: Vec<SyntaxError>,
}

impl<'s> JsonParser<'s> {
    fn new(text: &'s str, recovery: Recovery) -> Self {
        Self { text, at: 0, depth: 0, recovery, errors: Vec::new() }
    }

    /// Returns the value, or the error with which parsing ended, and the other errors.
    fn read(mut self) -> (Result<Node<'s>, ParseFailure>, Vec<SyntaxError>) {
        let root = self.whole();
        (root, self.errors)
    }

    fn whole(&mut self) -> Result<Node<'s>, ParseFailure> {
        if self.at == 0 && self.text.starts_with('\u{feff}') {
            return Err((JsonErrorKind::ByteOrderMark, Span::new(0, '\u{feff}'.len_utf8())));
        }
        self.skip_white_space();
        if self.at == self.text.len() {
            // Comments are all that there is.
            self.errors.clear();
            return Err((JsonErrorKind::Empty, Span::at(0)));
        }
        let root = self.value()?;
        self.skip_white_space();
        if self.at < self.text.len() {
            self.slip(JsonErrorKind::TextAfter, self.word())?;
        }
        Ok(root)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Consumes the byte if it is the next one.
    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn skip_white_space(&mut self) {
        loop {
            while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
                self.at += 1;
            }
            if !self.take_comment() {
                return;
            }
        }
    }

    /// Returns the span of the word here, or else of the character; empty at the end.
    fn word(&self) -> Span {
        let rest = &self.text[self.at..];
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '+' | '-');
        let length = match rest.find(|c| !is_part(c)).unwrap_or(rest.len()) {
            0 => rest.chars().next().map_or(0, char::len_utf8),
            length => length,
        };
        Span::new(self.at, self.at + length)
    }

    fn value(&mut self) -> Result<Node<'s>, ParseFailure> {
        let start = self.at;
        if let Some(value) = self.foreign_value()? {
            return Ok(Node { span: Span::new(start, self.at), value });
        }
        let value = match self.peek() {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            Some(b'"') => {
                let text = self.string()?;
                Value::String(Scalar { text, origin: quoted(Span::new(start, self.at)) })
            }
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.literal()?,
        };
        Ok(Node { span: Span::new(start, self.at), value })
    }

    /// Parses what an opening bracket begins.
    fn nested(
        &mut self,
        read: fn(&mut Self, Span) -> Result<Value<'s>, ParseFailure>,
    ) -> Result<Value<'s>, ParseFailure> {
        let open = Span::new(self.at, self.at + 1);
        if self.depth == MAX_JSON_DEPTH {
            return Err((JsonErrorKind::TooDeep, open));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self, open);
        self.depth -= 1;
        value
    }

    fn array(&mut self, open: Span) -> Result<Value<'s>, ParseFailure> {
        let mut items = Vec::new();
        self.skip_white_space();
        if self.take(b']') {
            return Ok(Value::Sequence(items));
        }
        loop {
            self.skip_white_space();
            items.push(self.value()?);
            if !self.goes_on(open, ']')? {
                return Ok(Value::Sequence(items));
            }
        }
    }

    fn object(&mut self, open: Span) -> Result<Value<'s>, ParseFailure> {
        let mut entries: Vec<Entry<'s>> = Vec::new();
        let mut first: HashMap<Cow<'s, str>, Span> = HashMap::new();
        self.skip_white_space();
        if self.take(b'}') {
            return Ok(Value::Mapping(Mapping { entries }));
        }
        loop {
            self.skip_white_space();
            let entry = self.entry(open)?;
            let (key, second) = (entry.key.text.clone(), entry.key.span);
            if let Some(&first) = first.get(&key) {
                self.errors.push(SyntaxError::DuplicateKey { key: key.into_owned(), first, second });
            } else {
                first.insert(key, second);
                entries.push(entry);
            }
            if !self.goes_on(open, '}')? {
                return Ok(Value::Mapping(Mapping { entries }));
            }
        }
    }

    fn entry(&mut self, open: Span) -> Result<Entry<'s>, ParseFailure> {
        let start = self.at;
        let key = match self.peek() {
            None => return Err((JsonErrorKind::Unclosed, open)),
            Some(b'"') => Key { text: self.string()?, span: Span::new(start, self.at) },
            Some(_) => self.unquoted_key()?.ok_or((JsonErrorKind::NoKey, self.word()))?,
        };
        self.skip_white_space();
        if !self.take(b':') {
            return Err((JsonErrorKind::NoColon, key.span));
        }
        self.skip_white_space();
        Ok(Entry { key, value: self.value()? })
    }

    /// Returns whether another item follows the one that has been parsed.
    fn goes_on(&mut self, open: Span, close: char) -> Result<bool, ParseFailure> {
        self.skip_white_space();
        match self.peek().map(char::from) {
            None => Err((JsonErrorKind::Unclosed, open)),
            Some(',') => {
                let comma = Span::new(self.at, self.at + 1);
                self.at += 1;
                self.skip_white_space();
                let is_last = self.peek().is_some_and(|next| char::from(next) == close);
                if is_last {
                    self.slip(JsonErrorKind::TrailingComma, comma)?;
                    self.at += 1;
                }
                Ok(!is_last)
            }
            Some(next) if next == close => {
                self.at += 1;
                Ok(false)
            }
            Some(_) if self.is_next_item() => {
                self.slip(JsonErrorKind::NoComma { close }, self.item())?;
                Ok(true)
            }
            Some(_) => Err((JsonErrorKind::NoComma { close }, self.word())),
        }
    }

    fn literal(&mut self) -> Result<Value<'s>, ParseFailure> {
        let span = self.word();
        let value = match &self.text[span.range()] {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => return Err((JsonErrorKind::NoValue, span)),
        };
        self.at = span.end;
        Ok(value)
    }

    fn number(&mut self) -> Result<Value<'s>, ParseFailure> {
        let span = self.word();
        let written = &self.text[span.range()];
        self.at = span.end;
        let problem = match written.parse() {
            _ if !is_number(written) => JsonErrorKind::Number,
            Ok(number) => return Ok(Value::Number(number)),
            Err(_) => JsonErrorKind::NumberRange,
        };
        self.slip(problem, span)?;
        Ok(Value::Invalid)
    }

    /// Parses a string. The text is copied only if it has escapes.
    fn string(&mut self) -> Result<Cow<'s, str>, ParseFailure> {
        let open = self.at;
        self.at += 1;
        let mut text = Cow::Borrowed("");
        let mut start = self.at;
        loop {
            let span = Span::new(self.at, self.at + 1);
            match self.peek() {
                None => return Err((JsonErrorKind::UnclosedText, Span::new(open, open + 1))),
                Some(b'"') => {
                    text += &self.text[start..self.at];
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    text += &self.text[start..self.at];
                    text.to_mut().push(self.escape()?);
                    start = self.at;
                }
                Some(byte) if byte < b' ' => return Err((JsonErrorKind::ControlCharacter(char::from(byte)), span)),
                Some(_) => self.at += 1,
            }
        }
    }

    /// Parses an escape sequence (RFC 8259 §7).
    fn escape(&mut self) -> Result<char, ParseFailure> {
        let start = self.at;
        let letter = self.text[start + 1..].chars().next();
        self.at += 1 + letter.map_or(0, char::len_utf8);
        Ok(match letter {
            Some(itself @ ('"' | '\\' | '/')) => itself,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => return self.code_point(start),
            _ => return Err((JsonErrorKind::Escape, Span::new(start, self.at))),
        })
    }

    /// Parses the `XXXX` after `\u`, and the second half of a surrogate pair (RFC 8259 §7).
    fn code_point(&mut self, start: usize) -> Result<char, ParseFailure> {
        let high = self.code_unit(start)?;
        let mut code = high;
        if matches!(high, 0xD800..=0xDBFF) && self.text[self.at..].starts_with("\\u") {
            let second = self.at;
            self.at += 2;
            let low = self.code_unit(second)?;
            if matches!(low, 0xDC00..=0xDFFF) {
                code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            }
        }
        // Any other surrogate is half of a pair.
        char::from_u32(code).ok_or((JsonErrorKind::LoneSurrogate, Span::new(start, start + 6)))
    }

    fn code_unit(&mut self, start: usize) -> Result<u32, ParseFailure> {
        let digits = self.text[self.at..].bytes().take(4).take_while(u8::is_ascii_hexdigit).count();
        let end = self.at + digits;
        let unit = u32::from_str_radix(&self.text[self.at..end], 16).ok().filter(|_| digits == 4);
        self.at = end;
        unit.ok_or((JsonErrorKind::Escape, Span::new(start, end)))
    }
}

fn quoted(span: Span) -> Origin {
    Origin { span, style: ScalarStyle::DoubleQuoted, indent: 0 }
}

/// Returns whether a text is a number: `-? (0 | 1-9 digits) (. digits)? ((e | E) (+ | -)? digits)?` (RFC 8259 §6).
fn is_number(written: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (rest, exponent) = match written.split_once(['e', 'E']) {
        Some((rest, exponent)) => (rest, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (written, None),
    };
    let (integer, fraction) = match rest.split_once('.') {
        Some((integer, fraction)) => (integer, Some(fraction)),
        None => (rest, None),
    };
    let integer = integer.strip_prefix('-').unwrap_or(integer);
    let has_leading_zero = integer.len() > 1 && integer.starts_with('0');
    digits(integer) && !has_leading_zero && fraction.is_none_or(digits) && exponent.is_none_or(digits)
}
