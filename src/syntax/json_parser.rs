//! Strict JSON (RFC 8259) as the same tree: for what must be JSON and nothing more, such as the body of a request.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::source::Span;

use super::error::SyntaxError;
use super::parse::Parsed;
use super::scalar::{Origin, ScalarStyle};
use super::tree::{Document, Entry, Key, Mapping, Node, Scalar, Value};

/// How deep arrays and objects may nest, of both kinds together. Common readers of JSON stop at 128; what is read here can be
/// wrapped in something else and still be read by them.
pub const MAX_JSON_DEPTH: usize = 120;

/// What can be wrong with a text as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonErrorKind {
    /// There is nothing but white space.
    Empty,
    /// It begins with a byte-order mark, which JSON must not (RFC 8259 §8.1).
    ByteOrderMark,
    /// What stands here begins no value.
    NoValue,
    /// What stands here is no key: a key is text in double quotes.
    NoKey,
    /// A comma after which nothing comes.
    TrailingComma,
    /// A key without a `:` after it.
    NoColon,
    /// Two items or entries without a `,` between them, or another bracket than the one that was opened.
    NoComma {
        /// `]` or `}`, which may stand here too.
        close: char,
    },
    /// A bracket that is never closed.
    Unclosed,
    /// A quote that is never closed.
    UnclosedText,
    /// A character below U+0020 in text: it must be escaped.
    ControlCharacter(char),
    /// A backslash with something else after it than JSON has.
    Escape,
    /// Half of a pair of escapes that stand for one character.
    LoneSurrogate,
    /// A number that is not written as JSON writes it: `01`, `.5`, `1.`, `+1`.
    Number,
    /// A number that is too large to be kept.
    NumberRange,
    /// Something after the end of the value.
    TextAfter,
    /// More than [`MAX_JSON_DEPTH`].
    TooDeep,
}

/// Reads a JSON text. A key that is given twice in an object is an error too, though the grammar allows it: no two readers
/// agree on what it means (RFC 8259 §4).
///
/// Takes time and memory in proportion to the text. The first error in the grammar is the only one: nothing after it is read.
#[must_use]
pub fn parse_json(text: &str) -> Parsed<'_> {
    let mut reader = Reader { text, at: 0, depth: 0, duplicates: Vec::new() };
    match reader.whole() {
        Ok(root) => {
            let mut errors = reader.duplicates;
            errors.sort_by_key(SyntaxError::span);
            Parsed { document: Some(Document { root, comments: Vec::new() }), errors }
        }
        Err((problem, span)) => Parsed { document: None, errors: vec![SyntaxError::Json { problem, span }] },
    }
}

/// Why the reading ends.
type Stop = (JsonErrorKind, Span);

struct Reader<'s> {
    text: &'s str,
    at: usize,
    depth: usize,
    duplicates: Vec<SyntaxError>,
}

impl<'s> Reader<'s> {
    fn whole(&mut self) -> Result<Node<'s>, Stop> {
        if self.text.starts_with('\u{feff}') {
            return Err((JsonErrorKind::ByteOrderMark, Span::new(0, '\u{feff}'.len_utf8())));
        }
        self.skip_white_space();
        if self.at == self.text.len() {
            return Err((JsonErrorKind::Empty, Span::at(0)));
        }
        let root = self.value()?;
        self.skip_white_space();
        if self.at < self.text.len() { Err((JsonErrorKind::TextAfter, self.word())) } else { Ok(root) }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes the byte if it is the next one.
    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn skip_white_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// The word here, else the character; nothing at the end.
    fn word(&self) -> Span {
        let rest = &self.text[self.at..];
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '+' | '-');
        let length = match rest.find(|c| !is_part(c)).unwrap_or(rest.len()) {
            0 => rest.chars().next().map_or(0, char::len_utf8),
            length => length,
        };
        Span::new(self.at, self.at + length)
    }

    fn value(&mut self) -> Result<Node<'s>, Stop> {
        let start = self.at;
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

    /// What an opening bracket begins.
    fn nested(&mut self, read: fn(&mut Self, Span) -> Result<Value<'s>, Stop>) -> Result<Value<'s>, Stop> {
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

    fn array(&mut self, open: Span) -> Result<Value<'s>, Stop> {
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

    fn object(&mut self, open: Span) -> Result<Value<'s>, Stop> {
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
                self.duplicates.push(SyntaxError::DuplicateKey { key: key.into_owned(), first, second });
            } else {
                first.insert(key, second);
                entries.push(entry);
            }
            if !self.goes_on(open, '}')? {
                return Ok(Value::Mapping(Mapping { entries }));
            }
        }
    }

    fn entry(&mut self, open: Span) -> Result<Entry<'s>, Stop> {
        let start = self.at;
        match self.peek() {
            None => return Err((JsonErrorKind::Unclosed, open)),
            Some(b'"') => {}
            Some(_) => return Err((JsonErrorKind::NoKey, self.word())),
        }
        let key = Key { text: self.string()?, span: Span::new(start, self.at) };
        self.skip_white_space();
        if !self.take(b':') {
            return Err((JsonErrorKind::NoColon, key.span));
        }
        self.skip_white_space();
        Ok(Entry { key, value: self.value()? })
    }

    /// Whether another item follows the one that has been read.
    fn goes_on(&mut self, open: Span, close: char) -> Result<bool, Stop> {
        self.skip_white_space();
        match self.peek().map(char::from) {
            None => Err((JsonErrorKind::Unclosed, open)),
            Some(',') => {
                let comma = Span::new(self.at, self.at + 1);
                self.at += 1;
                self.skip_white_space();
                let is_last = self.peek().is_some_and(|next| char::from(next) == close);
                if is_last { Err((JsonErrorKind::TrailingComma, comma)) } else { Ok(true) }
            }
            Some(next) if next == close => {
                self.at += 1;
                Ok(false)
            }
            Some(_) => Err((JsonErrorKind::NoComma { close }, self.word())),
        }
    }

    fn literal(&mut self) -> Result<Value<'s>, Stop> {
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

    fn number(&mut self) -> Result<Value<'s>, Stop> {
        let span = self.word();
        let written = &self.text[span.range()];
        if !is_number(written) {
            return Err((JsonErrorKind::Number, span));
        }
        let number = written.parse().map_err(|_| (JsonErrorKind::NumberRange, span))?;
        self.at = span.end;
        Ok(Value::Number(number))
    }

    /// The text in quotes; a copy only where it has escapes.
    fn string(&mut self) -> Result<Cow<'s, str>, Stop> {
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

    /// The character that an escape stands for (RFC 8259 §7).
    fn escape(&mut self) -> Result<char, Stop> {
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

    /// The character of `XXXX` after `\u`, and of a second such escape where one is not enough (RFC 8259 §7).
    fn code_point(&mut self, start: usize) -> Result<char, Stop> {
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
        // What is left of the surrogates has no partner.
        char::from_u32(code).ok_or((JsonErrorKind::LoneSurrogate, Span::new(start, start + 6)))
    }

    fn code_unit(&mut self, start: usize) -> Result<u32, Stop> {
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

/// `-? (0 | 1-9 digits) (. digits)? ((e | E) (+ | -)? digits)?` (RFC 8259 §6).
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
