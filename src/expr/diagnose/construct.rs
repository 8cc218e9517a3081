//! Where an expression or a statement begins and ends, even if MiniJinja cannot tell.

use std::ops::Range;

use super::lexemes::{LexemeKind, lexemes};

/// An expression or a statement with its delimiters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::expr) struct Construct {
    pub(in crate::expr) kind: ConstructKind,
    /// The opening delimiter, with a sign that trims.
    pub(in crate::expr) open: Range<usize>,
    /// What is between the delimiters.
    pub(in crate::expr) body: Range<usize>,
    /// The closing delimiter. `None` if the text or the next construct comes first.
    pub(in crate::expr) close: Option<Range<usize>>,
    /// A `{{ … }}` inside of it.
    pub(in crate::expr) nested: Option<Range<usize>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::expr) enum ConstructKind {
    /// `{{ … }}`
    Expression,
    /// `{% … %}`
    Statement,
    /// The expression of a `when` or `for`.
    Bare,
}

/// The opening delimiters.
const OPENINGS: [&str; 3] = ["{{", "{%", "{#"];

impl Construct {
    /// Returns a whole text as one expression.
    pub(in crate::expr) fn bare(source: &str) -> Self {
        let all = 0..source.len();
        Self { kind: ConstructKind::Bare, open: 0..0, body: all, close: Some(source.len()..source.len()), nested: None }
    }

    /// Returns the construct that contains a position or begins before it and does not end. What is before it must be
    /// well-formed.
    pub(in crate::expr) fn around(source: &str, at: usize) -> Option<Self> {
        let mut from = 0;
        loop {
            let open = from + OPENINGS.iter().filter_map(|opening| source[from..].find(opening)).min()?;
            if open > at {
                return None;
            }
            let kind = match &source[open..open + 2] {
                "{{" => ConstructKind::Expression,
                "{%" => ConstructKind::Statement,
                _ => {
                    from = open + source[open..].find("#}")? + 2;
                    continue;
                }
            };
            let construct = Self::at(source, open, kind);
            let Some(close) = construct.close.as_ref().filter(|close| close.end <= at) else { return Some(construct) };
            from = close.end;
            if source[construct.body.clone()].trim() == "raw" {
                from += source[from..].find("endraw")?;
            }
        }
    }

    fn at(source: &str, open: usize, kind: ConstructKind) -> Self {
        let delimiter = if kind == ConstructKind::Expression { "}}" } else { "%}" };
        let start = open + 2 + usize::from(source[open + 2..].starts_with(['-', '+']));
        let scanned = scan(source, start, delimiter);
        let (end, nested) = match scanned {
            Scanned { end: Some(End::Close(at)), is_certain, .. } if is_certain => (Some(at), None),
            Scanned { end: Some(End::Opening(at)), .. } => match nested(source, at, delimiter) {
                Some((nested, end)) => (Some(end), Some(nested)),
                None => return Self { kind, open: open..start, body: start..at, close: None, nested: None },
            },
            Scanned { end, .. } => (closest(source, start, delimiter, end.as_ref()), None),
        };
        let body_end = end.unwrap_or(source.len());
        let is_trimmed = end.is_some() && body_end > start && source[start..body_end].ends_with(['-', '+']);
        let body = start..body_end - usize::from(is_trimmed);
        Self { kind, open: open..start, close: end.map(|end| body.end..end + 2), body, nested }
    }

    /// Returns all of it; up to the end of the text if it is not closed.
    pub(in crate::expr) fn whole(&self) -> Range<usize> {
        self.open.start..self.close.as_ref().map_or(self.body.end, |close| close.end)
    }
}

/// How a construct ends, if the strings in it are well-formed.
struct Scanned {
    end: Option<End>,
    /// Whether no string contains the closing delimiter, or does not end.
    is_certain: bool,
}

enum End {
    Close(usize),
    Opening(usize),
}

/// Looks for the closing delimiter or another opening one, outside of strings and of mappings.
fn scan(source: &str, start: usize, delimiter: &str) -> Scanned {
    let (mut depth, mut at, mut is_certain) = (0_usize, start, true);
    while at < source.len() {
        let rest = &source[at..];
        match rest.as_bytes()[0] {
            quote @ (b'"' | b'\'') => {
                let Some(length) = length_of_string(rest, quote) else {
                    return Scanned { end: None, is_certain: false };
                };
                is_certain &= !rest[..length].contains(delimiter);
                at += length;
                continue;
            }
            b'{' if at > start && OPENINGS.iter().any(|opening| rest.starts_with(opening)) => {
                return Scanned { end: Some(End::Opening(at)), is_certain };
            }
            b'{' => depth += 1,
            b'}' if depth > 0 => depth -= 1,
            _ if rest.starts_with(delimiter) => return Scanned { end: Some(End::Close(at)), is_certain },
            _ => {}
        }
        at += 1;
        while !source.is_char_boundary(at) {
            at += 1;
        }
    }
    Scanned { end: None, is_certain: depth == 0 }
}

fn length_of_string(text: &str, quote: u8) -> Option<usize> {
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = !is_escaped && byte == quote;
        is_escaped = !is_escaped && byte == b'\\';
        ends
    })?;
    Some(end + 2)
}

/// Returns the end of a construct with a string that contains the delimiter or does not end: where the delimiter is
/// first, unless the strings make sense.
fn closest(source: &str, start: usize, delimiter: &str, scanned: Option<&End>) -> Option<usize> {
    let plain = start + source[start..].find(delimiter)?;
    let makes_sense = |end: usize| {
        lexemes(source, start..end)
            .iter()
            .all(|lexeme| !matches!(lexeme.kind, LexemeKind::UnclosedString | LexemeKind::Other))
    };
    match scanned {
        Some(End::Close(end)) if makes_sense(*end) => Some(*end),
        _ => {
            let after = start + source[start..].chars().next().map_or(0, char::len_utf8);
            let other = OPENINGS.iter().filter_map(|opening| source[after..].find(opening)).min();
            Some(plain).filter(|plain| other.is_none_or(|other| *plain < after + other))
        }
    }
}

/// Returns a `{{ … }}` inside of a construct that begins at a position, and the end of the construct: both are closed
/// in the same line.
fn nested(source: &str, at: usize, delimiter: &str) -> Option<(Range<usize>, usize)> {
    let line = source[at..].lines().next()?;
    let inner = line.starts_with("{{").then(|| line.find("}}"))?? + 2;
    let after = &line[inner..];
    let end = after.find(delimiter)?;
    let is_last = OPENINGS.iter().all(|opening| after.find(opening).is_none_or(|other| other > end));
    is_last.then_some((at..at + inner, at + inner + end))
}
