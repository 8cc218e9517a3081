//! Converts the parser's positions to the spans of the tree and of errors.

use granit_parser::ErrorKind;

use crate::source::Span;

use super::recovery::{Token, line_end, tokens};
use super::scalar::{ScalarStyle, is_control};

/// Returns the bytes of an event.
pub(super) fn span(place: &granit_parser::Span) -> Span {
    // The offsets are always present for input from a string.
    Span::from(place.byte_range().unwrap_or_default())
}

pub(super) fn style(style: granit_parser::ScalarStyle) -> ScalarStyle {
    match style {
        granit_parser::ScalarStyle::Plain => ScalarStyle::Plain,
        granit_parser::ScalarStyle::SingleQuoted => ScalarStyle::SingleQuoted,
        granit_parser::ScalarStyle::DoubleQuoted => ScalarStyle::DoubleQuoted,
        granit_parser::ScalarStyle::Literal => ScalarStyle::Literal,
        granit_parser::ScalarStyle::Folded => ScalarStyle::Folded,
    }
}

/// Returns the span of a block scalar from its `|` or `>` to the end of its last line with text.
///
/// The parser's `content` reaches from the first character of the first line to the token after it. If the file ends
/// without a line, it begins at the header. `after` is the end of the token before.
pub(super) fn block_scalar(source: &str, after: usize, content: Span, has_lines: bool) -> Span {
    let is_space = |c| matches!(c, ' ' | '\n' | '\r') || u8::try_from(c).is_ok_and(is_control);
    let is_indicator = |at| matches!(source.as_bytes().get(at), Some(b'|' | b'>'));
    let is_header = !has_lines && is_indicator(content.start);
    let before = if is_header { line_end(source, content.start) } else { content.start };
    let header_end = source.get(..before).unwrap_or_default().trim_end_matches(is_space).len();
    let line = source.get(..header_end).unwrap_or_default().rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let mut start = if is_header { content.start } else { line.max(after).min(header_end) };
    // Only the indicators of keys and items, tags and anchors can precede the indicator of the scalar.
    while let Some(byte) = source.as_bytes().get(start..header_end).and_then(<[u8]>::first) {
        match byte {
            b'|' | b'>' => break,
            b'!' | b'&' => {
                let rest = source.get(start..header_end).unwrap_or_default();
                start += rest.find([' ', '\t']).unwrap_or(rest.len());
            }
            _ => start += 1,
        }
    }
    let header = source.get(start..header_end).unwrap_or_default();
    let indicators = header.bytes().take_while(|byte| matches!(byte, b'|' | b'>' | b'+' | b'-' | b'0'..=b'9')).count();
    let text = source.get(content.range()).unwrap_or_default().trim_end_matches(is_space);
    let end = if has_lines { trailing_blanks_end(source, content, text.len()) } else { start + indicators };
    Span::new(start, end)
}

/// Extends the end to the blanks at the end of the last line with text, which are text, too.
fn trailing_blanks_end(source: &str, content: Span, length: usize) -> usize {
    let rest = source.get(content.start + length..content.end).unwrap_or_default();
    content.start + length + rest.find(['\n', '\r']).unwrap_or(rest.len())
}

/// Returns the offset of an empty value: after its `:`, if one follows the token before.
pub(super) fn empty_value(source: &str, after: usize, at: usize) -> usize {
    let gap = source.get(after..at).unwrap_or_default();
    // The parser may have read a comment, and the lines below it.
    if gap.contains('#') {
        let is_comment = |token: &Token| source.as_bytes().get(token.start) == Some(&b'#');
        let is_sign = |token: &Token| matches!(source.as_bytes().get(token.start), Some(b':' | b'-' | b','));
        let mut signs = tokens(source, after, at, false).filter(|token| is_comment(token) || is_sign(token));
        let before = signs.by_ref().take_while(|token| !is_comment(token)).last();
        return before.or_else(|| signs.find(is_sign)).map_or(after, |sign| sign.end);
    }
    // The parser may have read the next line to see that there is no value.
    let at = if gap.contains(['\n', '\r']) && gap.trim().is_empty() { after } else { at };
    let rest = source.get(at..).unwrap_or_default();
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    if rest.get(blanks..).is_some_and(|rest| rest.starts_with(':')) { at + blanks + 1 } else { at }
}

/// Returns the bracket, sign or word at an offset; empty at the end of a line.
pub(super) fn token(source: &str, at: usize) -> Span {
    let at = source.floor_char_boundary(at);
    let rest = source.get(at..).unwrap_or_default();
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let length = match rest.chars().next() {
        None | Some('\n' | '\r') => 0,
        Some(first) if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
        Some(first) => first.len_utf8(),
    };
    Span::new(at, at + length)
}

/// Returns the span of an error. The parser reports an offset.
pub(super) fn error(source: &str, kind: &ErrorKind, at: usize) -> Span {
    let at = source.floor_char_boundary(at);
    match kind {
        // The unexpected text on the line.
        ErrorKind::SimpleKeyExpected
        | ErrorKind::InvalidTrailingSingleQuotedScalar
        | ErrorKind::InvalidTrailingDoubleQuotedScalar
        | ErrorKind::UnclosedQuotedScalar
        | ErrorKind::InvalidBlockScalarHeader
        | ErrorKind::InvalidDocumentEnd => {
            let line = source.get(at..line_end(source, at)).unwrap_or_default();
            let line = line.find(" #").map_or(line, |comment| &line[..comment]);
            Span::new(at, at + line.trim_end().len())
        }
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => escape(source, at).unwrap_or_else(|| token(source, at)),
        _ => token(source, at),
    }
}

/// Returns the first invalid escape sequence of the double-quoted scalar at an offset.
fn escape(source: &str, quote: usize) -> Option<Span> {
    let hex = |at: usize, digits: usize| u32::from_str_radix(source.get(at..at + digits)?, 16).ok();
    let mut at = quote + 1;
    loop {
        at += source.get(at..)?.find('\\')?;
        let letter = source.get(at + 1..)?.chars().next()?;
        let after = at + 1 + letter.len_utf8();
        let digits = match letter {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let is_known = matches!(letter, '0' | 'a' | 'b' | 't' | '\t' | 'n' | 'v' | 'f' | 'r' | 'e' | ' ' | '"' | '/')
            || matches!(letter, '\\' | 'N' | '_' | 'L' | 'P' | '\r' | '\n');
        let end = match (digits, hex(after, digits)) {
            (0, _) if is_known => after,
            (4, Some(0xD800..=0xDBFF)) => match hex(after + 6, 4) {
                Some(0xDC00..=0xDFFF) if source.get(after + 4..)?.starts_with("\\u") => after + 10,
                _ => return Some(Span::new(at, after + 4)),
            },
            (1.., Some(code)) if char::from_u32(code).is_some() => after + digits,
            _ => {
                let written = source.get(after..)?.chars().take(digits).take_while(char::is_ascii_hexdigit).count();
                return Some(Span::new(at, after + written));
            }
        };
        at = end;
    }
}
