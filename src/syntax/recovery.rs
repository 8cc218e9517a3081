//! Recovers from unquoted values that begin with `{{`, `{%` or `{#`.
//!
//! In YAML, the braces are flow mappings, and what follows is a syntax error. Since keys must be scalars, such a
//! value cannot be valid YAML, so it is read as the text that the author meant: its bytes are masked in a copy of the
//! file, and the copy is parsed. This module finds where such a text ends, and applies masks.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::iter;

use crate::source::Span;

use super::comment;

/// Bytes that are replaced by others of the same length before parsing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mask {
    /// The bytes.
    pub(super) span: Span,
    /// What they are replaced by.
    pub(super) replacement: Replacement,
}

/// What masked bytes are replaced by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replacement {
    /// A plain scalar of one line.
    Word,
    /// A comment, for a line where no value is allowed.
    Comment,
    /// Spaces, for characters that are not allowed anywhere.
    Blank,
    /// Letters, for characters that are allowed in quotes only.
    Letters,
    /// A comment, for lines that cannot be read.
    Missing,
    /// A plain scalar of one line, for a text that a comment cuts.
    Commented {
        /// The offset of the `#`.
        hash: usize,
    },
}

impl Replacement {
    /// Returns whether this masks characters, not a value or a line.
    fn is_characters(self) -> bool {
        matches!(self, Self::Blank | Self::Letters)
    }
}

/// The position in the tree at which a value begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct ValuePosition {
    /// Whether it is inside of brackets.
    pub(super) is_flow: bool,
    /// Whether a block mapping expects a key.
    pub(super) expects_key: bool,
    /// The column of the innermost open block mapping or list.
    pub(super) parent: Option<usize>,
}

/// Returns the text with masks applied. `masks` are in order; one inside of another has no effect.
pub(super) fn apply<'s>(source: &'s str, masks: &[Mask]) -> Cow<'s, str> {
    if masks.is_empty() {
        return Cow::Borrowed(source);
    }
    let mut text = String::with_capacity(source.len());
    for Mask { span, replacement } in masks {
        if span.start < text.len() {
            continue;
        }
        text.push_str(source.get(text.len()..span.start).unwrap_or_default());
        let (first, rest) = match replacement {
            Replacement::Word | Replacement::Commented { .. } => ('x', 'x'),
            Replacement::Comment | Replacement::Missing => ('#', 'x'),
            Replacement::Blank => (' ', ' '),
            // It neither begins an escape sequence nor folds a line.
            Replacement::Letters => ('~', '~'),
        };
        text.push(first);
        text.extend(iter::repeat_n(rest, span.len().saturating_sub(1)));
    }
    text.push_str(source.get(text.len()..).unwrap_or_default());
    Cow::Owned(text)
}

/// Adds masks. One that begins inside of another is omitted, unless it masks characters.
pub(super) fn insert(masks: &mut Vec<Mask>, found: Vec<Mask>) {
    masks.extend(found);
    masks.sort_by_key(|mask| (mask.span.start, Reverse(mask.span.end)));
    let mut end = 0;
    masks.retain(|mask| {
        let is_kept = mask.replacement.is_characters() || mask.span.start >= end;
        if is_kept && !mask.replacement.is_characters() {
            end = mask.span.end;
        }
        is_kept
    });
}

/// Returns the mask that begins at an offset.
pub(super) fn starting_at(masks: &[Mask], start: usize) -> Option<&Mask> {
    let index = masks.partition_point(|mask| mask.span.start < start);
    masks.get(index).filter(|mask| mask.span.start == start && !mask.replacement.is_characters())
}

/// Returns whether `{{`, `{%` or `{#` is at an offset.
pub(super) fn is_opening(source: &str, at: usize) -> bool {
    matches!(source.as_bytes().get(at..at + 2), Some([b'{', b'{' | b'%' | b'#']))
}

/// Returns whether a token is plain text: neither a sign nor in quotes.
pub(super) fn is_text(source: &str, start: usize) -> bool {
    let sign =
        |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b':' | b'#' | b'&' | b'*' | b'!');
    source.as_bytes().get(start).is_some_and(|byte| !is_flow(*byte) && !sign(byte))
}

/// Returns the mask of an unquoted value that begins at an offset.
pub(super) fn mask(source: &str, at: usize, place: ValuePosition) -> Mask {
    if place.is_flow {
        let end = text_end(source, at, Terminators::Flow).0;
        return Mask { span: Span::new(at, end), replacement: Replacement::Word };
    }
    let line = line_start(source, at);
    let column = at - line;
    match Lead::of(source.get(line..at).unwrap_or_default()) {
        Lead::Key { column } => word(source, at, Some(column)),
        Lead::Item { column } => {
            let whole = Span::new(at, text_end(source, at, Terminators::Line).0);
            let next = lines_from(source, whole.end).map(|(_, line)| line).find(|line| !line.trim().is_empty());
            let is_around = next.is_some_and(|line| line.len() - line.trim_start_matches(' ').len() > column);
            if is_around && is_control(source, whole) {
                return Mask { span: whole, replacement: Replacement::Comment };
            }
            key(source, at).unwrap_or_else(|| word(source, at, Some(column)))
        }
        Lead::Document => key(source, at).unwrap_or_else(|| word(source, at, None)),
        Lead::Nothing => {
            let is_value = !place.expects_key && place.parent.is_none_or(|parent| column > parent);
            let whole = Mask {
                span: Span::new(at, text_end(source, at, Terminators::Line).0),
                replacement: Replacement::Comment,
            };
            if is_control(source, whole.span) && !(is_value && is_alone(source, whole.span.end, place.parent)) {
                return whole;
            }
            key(source, at).unwrap_or_else(|| if is_value { word(source, at, place.parent) } else { whole })
        }
    }
}

/// Returns the mask of a plain text that begins at an offset and that the comment at `hash` cuts.
pub(super) fn commented(source: &str, at: usize, hash: usize, place: ValuePosition) -> Mask {
    let replacement = Replacement::Commented { hash };
    if place.is_flow {
        let (end, _) = text_end(source, hash, Terminators::Flow);
        return Mask { span: Span::new(at, end), replacement };
    }
    let line = line_start(source, at);
    let parent = match Lead::of(source.get(line..at).unwrap_or_default()) {
        Lead::Key { column } | Lead::Item { column } => Some(column),
        Lead::Document | Lead::Nothing => place.parent,
    };
    Mask { replacement, ..word(source, at, parent) }
}

/// A token that the parser has not reported, and the number of brackets around it.
pub(super) struct Token {
    /// The offset of its first byte.
    pub(super) start: usize,
    /// The offset after its last byte.
    pub(super) end: usize,
    /// The number of brackets that are open before it.
    pub(super) depth: usize,
}

/// Returns the tokens from `from` on that begin before `to`.
///
/// The parser holds tokens back until it knows whether they are a key. If it fails before that, this function finds the
/// tokens that were held back. Block scalars never are, so they are not recognized.
pub(super) fn tokens(text: &str, from: usize, to: usize, is_flow: bool) -> impl Iterator<Item = Token> {
    let bytes = text.as_bytes();
    let mut depth = usize::from(is_flow);
    let mut at = from;
    iter::from_fn(move || {
        let token = Token { start: at, end: at + 1, depth };
        let next = bytes.get(at + 1).copied().unwrap_or(b'\n');
        at = match *bytes.get(at).filter(|_| at < to)? {
            b'{' | b'[' => {
                depth += 1;
                at + 1
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                at + 1
            }
            b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' => at + 1,
            b'-' | b'?' if next.is_ascii_whitespace() => at + 1,
            b'#' => line_end(text, at),
            quote @ (b'"' | b'\'') => quoted_end(bytes, at, quote, text.len()),
            b'!' | b'&' | b'*' => run_end(bytes, at, |byte| byte.is_ascii_whitespace()),
            _ => plain_end(text, at, depth > 0),
        };
        Some(Token { end: at, ..token })
    })
}

/// What precedes a value on its line.
enum Lead {
    /// Nothing, or indentation.
    Nothing,
    /// `---`
    Document,
    /// `-` or `?` at `column`.
    Item { column: usize },
    /// A key at `column`.
    Key { column: usize },
}

impl Lead {
    fn of(prefix: &str) -> Self {
        let bytes = prefix.as_bytes();
        let mut lead = if prefix.starts_with("---") { Self::Document } else { Self::Nothing };
        let mut at = if prefix.starts_with("---") { 3 } else { 0 };
        while let Some(byte) = bytes.get(at) {
            at = match byte {
                b' ' | b'\t' => at + 1,
                b'-' | b'?' | b':' if matches!(bytes.get(at + 1), Some(b' ' | b'\t')) => {
                    lead = if *byte == b':' { Self::Key { column: at } } else { Self::Item { column: at } };
                    at + 1
                }
                b'!' | b'&' => run_end(bytes, at, |byte| byte.is_ascii_whitespace()),
                _ => return Self::Key { column: at },
            };
        }
        lead
    }
}

/// Returns the mask of a text that a YAML parser would take for a key: a `:` follows it on its line.
fn key(source: &str, at: usize) -> Option<Mask> {
    let (end, is_key) = text_end(source, at, Terminators::Key);
    is_key.then_some(Mask { span: Span::new(at, end), replacement: Replacement::Word })
}

/// Returns the end of a value in block context: the rest of the line, and the lines below that are indented more than
/// the parent.
fn word(source: &str, at: usize, parent: Option<usize>) -> Mask {
    let (mut end, _) = text_end(source, at, Terminators::Line);
    let is_whole_line = source.get(end..line_end(source, end)).is_some_and(|rest| rest.trim().is_empty());
    if let Some(parent) = parent.filter(|_| is_whole_line) {
        for (start, line) in lines_from(source, end) {
            let text = line.trim_end();
            let indent = text.len() - text.trim_start_matches(' ').len();
            if text.is_empty() {
                continue;
            }
            if indent <= parent || text[indent..].starts_with('#') {
                break;
            }
            (end, _) = text_end(source, start + indent, Terminators::Line);
            if end < start + text.len() {
                break;
            }
        }
    }
    Mask { span: Span::new(at, end), replacement: Replacement::Word }
}

/// Returns whether a line consists of `{% … %}` and `{# … #}`, which produce no text themselves.
fn is_control(source: &str, span: Span) -> bool {
    let mut at = span.start;
    while at < span.end {
        match source.as_bytes().get(at..at + 2) {
            Some([b' ' | b'\t', _]) => at += 1,
            Some([b'{', b'%' | b'#']) => match jinja_end(source, at) {
                Some(end) => at = end,
                None => return true,
            },
            _ => return false,
        }
    }
    true
}

/// Returns whether no line that is indented more than `parent` follows.
fn is_alone(source: &str, end: usize, parent: Option<usize>) -> bool {
    let next = lines_from(source, end).map(|(_, line)| line).find(|line| !line.trim().is_empty());
    match (next, parent) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(line), Some(parent)) => {
            let indent = line.len() - line.trim_start_matches(' ').len();
            let is_item = indent == parent && line.trim_start().starts_with("- ");
            indent <= parent && !is_item
        }
    }
}

/// What ends an unquoted text in addition to the end of its line and a comment that is meant as one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Terminators {
    /// Nothing else.
    Line,
    /// A `:`.
    Key,
    /// A `:`, a comma, or a closing bracket.
    Flow,
}

/// Returns where an unquoted text ends, without trailing blanks, and whether a `:` ends it. Pairs of braces are
/// skipped.
pub(super) fn text_end(source: &str, start: usize, terminators: Terminators) -> (usize, bool) {
    let bytes = source.as_bytes();
    let end = line_end(source, start);
    let mut at = start;
    let mut is_key = false;
    let mut is_paired = true;
    let mut last_jinja = None;
    while at < end {
        let next = bytes.get(at + 1).copied().unwrap_or(b'\n');
        match bytes.get(at).copied().unwrap_or(b'\n') {
            b'{' if is_paired && is_opening(source, at) => {
                let after = jinja_end(source, at);
                // What is not closed here is not closed later on the line. Searching again would take quadratic time.
                is_paired = after.is_some();
                at = after.unwrap_or(at + 2);
                continue;
            }
            b'#' if at > start && matches!(bytes.get(at - 1), Some(b' ' | b'\t')) => {
                let last_jinja = *last_jinja.get_or_insert_with(|| comment::last_jinja(source, start, end));
                if !comment::is_text(source.get(at..end).unwrap_or_default()) && last_jinja.is_none_or(|last| last < at)
                {
                    break;
                }
            }
            b':' if terminators != Terminators::Line && (next.is_ascii_whitespace() || is_flow(next)) => {
                is_key = true;
                break;
            }
            b',' | b'}' | b']' if terminators == Terminators::Flow => break,
            _ => {}
        }
        at += 1;
    }
    let at = at.min(end);
    let text = source.get(start..at).unwrap_or_default();
    (start + text.trim_end().len(), is_key)
}

/// Returns the offset after the `}}`, `%}` or `#}` that closes what opens at `at`, on the same line. Quotes and
/// brackets inside of an expression are respected. If they are not balanced, the first closing delimiter is used.
fn jinja_end(source: &str, at: usize) -> Option<usize> {
    let line = source.get(at + 2..line_end(source, at))?;
    let close = match source.as_bytes().get(at + 1)? {
        b'{' => "}}",
        b'%' => "%}",
        _ => return line.find("#}").map(|end| at + 2 + end + 2),
    };
    let near = line.get(..line.floor_char_boundary(LONGEST_EXPRESSION)).unwrap_or(line);
    let inside = expression_end(near, close).or_else(|| line.find(close))?;
    Some(at + 2 + inside + close.len())
}

/// The distance, in bytes, within which the search for the end of an expression respects quotes and brackets.
const LONGEST_EXPRESSION: usize = 1024;

fn expression_end(line: &str, close: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if depth == 0 && bytes.get(at..)?.starts_with(close.as_bytes()) {
            return Some(at);
        }
        match byte {
            b'"' | b'\'' => {
                at = jinja_string_end(bytes, at, *byte)?;
                continue;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    None
}

fn jinja_string_end(bytes: &[u8], start: usize, quote: u8) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match *bytes.get(at)? {
            b'\\' => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

fn quoted_end(bytes: &[u8], start: usize, quote: u8, end: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 2,
            b'\'' if quote == b'\'' && bytes.get(at + 1) == Some(&b'\'') => at += 2,
            byte if *byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    end
}

fn plain_end(source: &str, start: usize, in_flow: bool) -> usize {
    let bytes = source.as_bytes();
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied().unwrap_or(b'\n');
        match byte {
            b'\n' | b'\r' => break,
            b':' if next.is_ascii_whitespace() || in_flow && is_flow(next) => break,
            b' ' | b'\t' if next == b'#' => break,
            byte if in_flow && is_flow(*byte) => break,
            _ => at += 1,
        }
    }
    at.min(bytes.len())
}

fn run_end(bytes: &[u8], start: usize, ends: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().position(|&byte| ends(byte)).unwrap_or(rest.len())
}

fn is_flow(byte: u8) -> bool {
    matches!(byte, b',' | b'[' | b']' | b'{' | b'}')
}

/// Returns the offset at which the line of an offset begins, after a byte-order mark.
pub(crate) fn line_start(source: &str, at: usize) -> usize {
    let before = source.get(..at).unwrap_or_default();
    let start = before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
    if start == 0 && source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { start }
}

/// Returns the offset of the line break, or of the end of the file, that ends the line of an offset.
pub(super) fn line_end(source: &str, at: usize) -> usize {
    let rest = source.get(at..).unwrap_or_default();
    at + rest.find(['\n', '\r']).unwrap_or(rest.len())
}

/// Returns the lines after the one that ends at `end`, each with its offset.
fn lines_from(source: &str, end: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut at = end;
    iter::from_fn(move || {
        let break_at = line_end(source, at);
        let rest = source.get(break_at..)?;
        let start = break_at + if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) };
        if start == break_at {
            return None;
        }
        at = start;
        Some((start, source.get(start..line_end(source, start))?))
    })
}
