//! Maps offsets in a scalar's value back to the bytes of the file.
//!
//! The tree keeps only where a scalar is and how it is written. If a diagnostic needs to point inside, this module
//! reads the bytes again, into pieces that know where they come from. It is not used while parsing.

use std::iter;
use std::ops::Range;

use crate::source::Span;

/// How a scalar is written (YAML 1.2.2 §7.3, §8.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// How the line breaks at the end of a block scalar are treated (YAML 1.2.2 §8.1.1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chomping {
    /// No indicator: one is kept.
    Clip,
    /// `-`: none is kept.
    Strip,
    /// `+`: all are kept.
    Keep,
}

/// Where and how a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The bytes: quotes or a block scalar's header included, the line breaks that end a block scalar not.
    pub span: Span,
    /// How they are read.
    pub style: ScalarStyle,
    /// The number of columns by which a block scalar is indented; [`Origin::NO_LINES`] if all its lines are empty. 0 in
    /// other styles.
    pub indent: u32,
}

/// Returns a text of one line as a scalar in quotes (YAML 1.2.2 §7.3).
pub(crate) fn quote(text: &str) -> String {
    if text.contains(['"', '\\']) { format!("'{}'", text.replace('\'', "''")) } else { format!("\"{text}\"") }
}

/// The signs that mean something at the beginning of a scalar without quotes (YAML 1.2.2 §7.3.3).
pub(crate) const INDICATORS: [char; 18] =
    ['-', '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@'];

impl Origin {
    /// The [`indent`](Origin::indent) of a block scalar whose lines are all empty.
    pub const NO_LINES: u32 = u32::MAX;

    /// Returns the bytes of the file that `range` of the scalar's text comes from.
    ///
    /// `source` is the file's text and `range` counts bytes of the scalar's text. A range with part of an escape or
    /// of a fold results in the whole of it. An empty range results in the empty range before the byte that follows.
    /// Offsets past the end are treated as the end.
    #[must_use]
    pub fn locate(&self, source: &str, range: Range<usize>) -> Span {
        self.locator(source).locate(range)
    }

    /// Returns how a text is written inside of the scalar, next to other text. `None` if it cannot be, or not without
    /// quotes.
    #[must_use]
    pub fn encode(&self, text: &str) -> Option<String> {
        if text.contains(|character: char| character.is_control()) {
            return None;
        }
        match self.style {
            ScalarStyle::DoubleQuoted => Some(text.replace('\\', "\\\\").replace('"', "\\\"")),
            ScalarStyle::SingleQuoted => Some(text.replace('\'', "''")),
            ScalarStyle::Literal | ScalarStyle::Folded => Some(text.to_owned()),
            // Inside of brackets, a comma or a bracket ends it.
            ScalarStyle::Plain => {
                let ends =
                    |text: &str| text.contains([',', '[', ']', '{', '}']) || text.contains(": ") || text.contains(" #");
                (!ends(text)).then(|| text.to_owned())
            }
        }
    }

    /// Reads the scalar once, to [locate](Origin::locate) many ranges of it.
    #[must_use]
    pub fn locator(&self, source: &str) -> Locator {
        Locator { pieces: self.pieces(source), start: self.content_start(source) }
    }

    /// Returns the text of the scalar, read again from the file.
    #[must_use]
    pub fn text(&self, source: &str) -> String {
        self.pieces(source)
            .iter()
            .map(|piece| match piece {
                ScalarPart::Verbatim(span) => source.get(span.range()).unwrap_or_default().to_owned(),
                ScalarPart::Made { character, .. } => character.to_string(),
            })
            .collect()
    }

    /// Returns how the line breaks at the end of a block scalar are treated; `None` in other styles.
    #[must_use]
    pub fn chomping(&self, source: &str) -> Option<Chomping> {
        if !self.is_block() {
            return None;
        }
        let header = source.get(self.span.start + 1..).unwrap_or_default();
        let sign = header.trim_start_matches(|c: char| c.is_ascii_digit()).chars().next();
        Some(match sign {
            Some('-') => Chomping::Strip,
            Some('+') => Chomping::Keep,
            _ => Chomping::Clip,
        })
    }

    fn is_block(&self) -> bool {
        matches!(self.style, ScalarStyle::Literal | ScalarStyle::Folded)
    }

    /// Returns the offset of the first character of the text, or where it would be if there were one.
    fn content_start(&self, source: &str) -> usize {
        match self.style {
            ScalarStyle::Plain => self.span.start,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => self.span.start + 1,
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let header = source.get(self.span.start..).unwrap_or_default();
                self.span.start + header.find(['\n', '\r']).unwrap_or(header.len())
            }
        }
    }

    fn pieces(&self, source: &str) -> Vec<ScalarPart> {
        let mut reader = ScalarReader { source, at: self.content_start(source), pieces: Vec::new() };
        match self.style {
            ScalarStyle::Plain => reader.flow(self.span.end, None),
            ScalarStyle::SingleQuoted => reader.flow(self.span.end.saturating_sub(1), Some(b'\'')),
            ScalarStyle::DoubleQuoted => reader.flow(self.span.end.saturating_sub(1), Some(b'"')),
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let chomping = self.chomping(source).unwrap_or(Chomping::Clip);
                reader.block(self.style, self.indent, chomping);
            }
        }
        reader.pieces
    }
}

/// Maps ranges of a scalar's text to the bytes of the file.
pub struct Locator {
    pieces: Vec<ScalarPart>,
    /// The offset of the first character.
    start: usize,
}

impl Locator {
    /// Returns the bytes of the file that a range comes from, as [`Origin::locate`].
    #[must_use]
    pub fn locate(&self, range: Range<usize>) -> Span {
        self.find(0, 0, range)
    }

    /// Locates many ranges, in order and without overlaps, in the time that one takes.
    #[must_use]
    pub fn locate_all(&self, ranges: &[Range<usize>]) -> Vec<Span> {
        let (mut passed, mut offset) = (0, 0);
        let mut spans = Vec::with_capacity(ranges.len());
        for range in ranges {
            while let Some(piece) = self.pieces.get(passed).filter(|piece| offset + piece.len() <= range.start) {
                offset += piece.len();
                passed += 1;
            }
            spans.push(self.find(passed, offset, range.clone()));
        }
        spans
    }

    /// Locates a range. `offset`: where the piece after those that are `passed` begins in the text.
    fn find(&self, passed: usize, mut offset: usize, range: Range<usize>) -> Span {
        let after = self.pieces.last().map_or(self.start, |piece| piece.span().end);
        let mut span = Span::at(after);
        let mut is_open = false;
        for piece in &self.pieces[passed..] {
            let next = offset + piece.len();
            if !is_open && range.start < next {
                let start = piece.source_range(range.start.saturating_sub(offset)).start;
                span = Span::new(start, after);
                is_open = true;
            }
            if is_open && range.end <= next {
                if range.is_empty() {
                    return Span::at(span.start);
                }
                span.end = piece.source_range((range.end - offset).saturating_sub(1)).end;
                return span;
            }
            offset = next;
        }
        span
    }
}

/// A part of a scalar's text, and the bytes that it comes from.
enum ScalarPart {
    /// The bytes themselves.
    Verbatim(Span),
    /// One character of an escape, a fold or a line break.
    Made { character: char, span: Span },
}

impl ScalarPart {
    /// Returns the length in the text, in bytes.
    fn len(&self) -> usize {
        match self {
            Self::Verbatim(span) => span.len(),
            Self::Made { character, .. } => character.len_utf8(),
        }
    }

    fn span(&self) -> Span {
        match self {
            Self::Verbatim(span) | Self::Made { span, .. } => *span,
        }
    }

    /// Returns the bytes of the file that the byte at `offset` of this piece's text comes from.
    fn source_range(&self, offset: usize) -> Range<usize> {
        match self {
            Self::Verbatim(span) => span.start + offset..span.start + offset + 1,
            Self::Made { span, .. } => span.range(),
        }
    }
}

/// How the first of several line breaks is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FirstBreak {
    Folded,
    /// After a backslash in double quotes.
    Escaped,
}

/// Returns whether a byte is a control character that YAML does not allow anywhere. It is read as a space.
pub(super) fn is_control(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')
}

/// Reads a scalar's bytes as granit-parser does, and keeps where each part comes from.
struct ScalarReader<'s> {
    source: &'s str,
    at: usize,
    pieces: Vec<ScalarPart>,
}

impl ScalarReader<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.source.as_bytes().get(at).copied()
    }

    fn is_space(&self, at: usize) -> bool {
        self.byte(at).is_some_and(|byte| byte == b' ' || is_control(byte))
    }

    fn is_blank(&self, at: usize) -> bool {
        self.is_space(at) || self.byte(at) == Some(b'\t')
    }

    /// Returns the length of the line break at an offset; 0 if there is none.
    fn break_len(&self, at: usize) -> usize {
        match (self.byte(at), self.byte(at + 1)) {
            (Some(b'\r'), Some(b'\n')) => 2,
            (Some(b'\r' | b'\n'), _) => 1,
            _ => 0,
        }
    }

    /// Adds the bytes up to `end` as they are.
    fn verbatim(&mut self, end: usize) {
        let span = Span::new(self.at, end);
        self.at = end;
        match self.pieces.last_mut() {
            _ if span.is_empty() => {}
            Some(ScalarPart::Verbatim(last)) if last.end == span.start => last.end = span.end,
            _ => self.pieces.push(ScalarPart::Verbatim(span)),
        }
    }

    fn made(&mut self, character: char, start: usize, end: usize) {
        self.pieces.push(ScalarPart::Made { character, span: Span::new(start, end) });
    }

    /// Adds one line feed for each of `breaks`, the first from `start` on, the last up to `end`.
    fn line_feeds(&mut self, breaks: &[usize], start: usize, end: usize) {
        let starts = iter::once(start).chain(breaks.iter().copied().skip(1));
        let ends = breaks.iter().copied().skip(1).chain(iter::once(end));
        for (start, end) in starts.zip(ends).take(breaks.len()) {
            self.made('\n', start, end);
        }
    }

    /// Reads the content of a plain or quoted scalar, up to `end`.
    fn flow(&mut self, end: usize, quote: Option<u8>) {
        while self.at < end {
            match self.byte(self.at) {
                _ if self.is_blank(self.at) || self.break_len(self.at) > 0 => self.white_space(end),
                Some(b'\'') if quote == Some(b'\'') => {
                    self.made('\'', self.at, self.at + 2);
                    self.at += 2;
                }
                Some(b'\\') if quote == Some(b'"') => self.escape(end),
                _ => {
                    let is_special = |byte: &u8| *byte <= b' ' || matches!(byte, b'\'' | b'\\');
                    let rest = self.source.as_bytes().get(self.at + 1..end).unwrap_or_default();
                    let length = rest.iter().position(is_special).unwrap_or(rest.len());
                    self.verbatim(self.at + 1 + length);
                }
            }
        }
    }

    fn white_space(&mut self, end: usize) {
        let start = self.at;
        let mut after = start;
        while after < end && self.is_blank(after) {
            after += 1;
        }
        if after < end && self.break_len(after) > 0 {
            self.fold(end, FirstBreak::Folded);
        } else {
            self.verbatim(after);
        }
    }

    /// Folds lines (YAML 1.2.2 §6.5): one break is a space, each further one a line feed. There is no space after an
    /// escaped break.
    fn fold(&mut self, end: usize, first: FirstBreak) {
        let is_escaped = first == FirstBreak::Escaped;
        let start = self.at;
        let mut breaks = Vec::new();
        while self.at < end {
            match self.break_len(self.at) {
                0 if self.is_blank(self.at) => self.at += 1,
                0 => break,
                length => {
                    breaks.push(self.at);
                    self.at += length;
                }
            }
        }
        let kept = breaks.get(usize::from(!is_escaped)..).unwrap_or_default();
        if !kept.is_empty() {
            self.line_feeds(kept, start, self.at);
        } else if !is_escaped {
            self.made(' ', start, self.at);
        }
    }

    /// Reads an escape sequence (YAML 1.2.2 §5.7), including JSON's surrogate pairs.
    fn escape(&mut self, end: usize) {
        let start = self.at;
        let Some(letter) = self.source.get(start + 1..).and_then(|rest| rest.chars().next()) else {
            self.at = end;
            return;
        };
        if matches!(letter, '\r' | '\n') {
            self.at = start + 1 + self.break_len(start + 1);
            self.fold(end, FirstBreak::Escaped);
            return;
        }
        let after = start + 1 + letter.len_utf8();
        let (character, after) = match letter {
            '0' => ('\0', after),
            'a' => ('\u{07}', after),
            'b' => ('\u{08}', after),
            't' | '\t' => ('\t', after),
            'n' => ('\n', after),
            'v' => ('\u{0b}', after),
            'f' => ('\u{0c}', after),
            'r' => ('\r', after),
            'e' => ('\u{1b}', after),
            'N' => ('\u{85}', after),
            '_' => ('\u{a0}', after),
            'L' => ('\u{2028}', after),
            'P' => ('\u{2029}', after),
            'x' => self.code_point(after, 2),
            'u' => self.code_point(after, 4),
            'U' => self.code_point(after, 8),
            itself => (itself, after),
        };
        self.made(character, start, after);
        self.at = after;
    }

    /// Returns the character of `digits` hexadecimal digits at an offset, and the offset after them.
    fn code_point(&self, at: usize, digits: usize) -> (char, usize) {
        let unit = |at: usize| self.source.get(at..at + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        let after = at + digits;
        match unit(at) {
            Some(high @ 0xD800..=0xDBFF) => {
                let low = unit(after + 2).unwrap_or_default();
                let code = 0x1_0000 + ((high - 0xD800) << 10) + (low.wrapping_sub(0xDC00) & 0x3FF);
                (char::from_u32(code).unwrap_or_default(), after + 2 + digits)
            }
            code => (code.and_then(char::from_u32).unwrap_or_default(), after),
        }
    }

    /// Reads the lines of a block scalar (YAML 1.2.2 §8.1), from the end of its header on.
    fn block(&mut self, style: ScalarStyle, indent: u32, chomping: Chomping) {
        let is_folded = style == ScalarStyle::Folded;
        let indent = usize::try_from(indent).unwrap_or(usize::MAX);
        let header_break = self.break_len(self.at);
        self.at += header_break;
        // The break after the last line with text, and those of the empty lines since.
        let mut last_break = None;
        let mut empty = Vec::new();
        let mut was_indented_more = false;
        let mut has_lines = false;
        let tail = loop {
            let margin = self.skip_margin(indent, &mut empty);
            let is_marker = indent == 0 && self.is_document_marker();
            if self.at >= self.source.len() || margin != indent || is_marker {
                break margin;
            }
            let is_indented_more = self.is_blank(self.at);
            match last_break {
                Some(start) if is_folded && !was_indented_more && !is_indented_more => {
                    if empty.is_empty() {
                        self.made(' ', start, self.at);
                    } else {
                        self.line_feeds(&empty, start, self.at);
                    }
                }
                _ => self.breaks(last_break.into_iter().chain(empty.iter().copied())),
            }
            empty.clear();
            was_indented_more = is_indented_more;
            has_lines = true;
            let rest = self.source.get(self.at..).unwrap_or_default();
            let end = self.at + rest.find(['\n', '\r']).unwrap_or(rest.len());
            self.verbatim(end);
            last_break = (end < self.source.len()).then_some(end);
            self.at = end + self.break_len(end);
        };
        if chomping != Chomping::Strip && has_lines {
            match last_break {
                Some(at) => self.breaks(iter::once(at)),
                // A last line without a break is treated as if it had one.
                None => self.made('\n', self.at, self.at),
            }
        }
        if chomping == Chomping::Keep {
            let is_blank_line_at_end = !has_lines && empty.is_empty() && tail > 0 && self.at >= self.source.len();
            if is_blank_line_at_end && header_break > 0 {
                self.made('\n', self.at, self.at);
            }
            self.breaks(empty.into_iter());
        }
    }

    /// Skips indentation, and lines that consist of it. Returns the width of the last line's.
    fn skip_margin(&mut self, indent: usize, empty: &mut Vec<usize>) -> usize {
        loop {
            let start = self.at;
            while self.at - start < indent && self.is_space(self.at) {
                self.at += 1;
            }
            match self.break_len(self.at) {
                0 => return self.at - start,
                length => {
                    empty.push(self.at);
                    self.at += length;
                }
            }
        }
    }

    fn breaks(&mut self, breaks: impl Iterator<Item = usize>) {
        for at in breaks {
            self.made('\n', at, at + self.break_len(at));
        }
    }

    fn is_document_marker(&self) -> bool {
        let rest = self.source.get(self.at..).unwrap_or_default();
        let after = rest.strip_prefix("---").or_else(|| rest.strip_prefix("..."));
        after.is_some_and(|after| after.is_empty() || after.starts_with([' ', '\t', '\r', '\n']))
    }
}
