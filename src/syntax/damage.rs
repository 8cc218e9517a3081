//! Reads the rest of a template with a syntax error.
//!
//! The parser cannot continue after an error in the grammar. The entry of the top level with the error, or the item of
//! its list, is taken out, and the rest is parsed again. What is taken out has to be found without the parser: entries
//! begin with a key that is not indented, or, if braces are around the document, in the column of the first one; items
//! begin with a `-` in the column of the first one.

use crate::source::Span;

use super::error::SyntaxError;
use super::parse::{Parsed, parse, parse_without};

/// The most parts that are taken out. Each makes the file be parsed again.
const MAX_PARTS: usize = 16;

/// Parses a YAML document, and what is intact of one with errors in its grammar.
///
/// If the document has an error of the kind [`SyntaxError::Invalid`], parts of it are missing.
pub(crate) fn parse_intact(text: &str) -> Parsed<'_> {
    let whole = parse(text);
    if whole.document.is_some()
        || whole.errors.iter().any(|error| matches!(error, SyntaxError::ControlCharacter { .. }))
    {
        return whole;
    }
    let Some(Intact { mut parsed, parts, errors }) = take_out(text, &whole) else { return whole };
    // An alias may refer to an anchor in a part that is missing.
    let is_missing = |name: &str| parts.iter().any(|part| text[part.range()].contains(&format!("&{name}")));
    parsed.errors.retain(|error| !matches!(error, SyntaxError::UnknownAnchor { name, .. } if is_missing(name)));
    parsed.errors.extend(errors);
    parsed.errors.sort_by_key(SyntaxError::span);
    parsed
}

/// A document from which parts have been taken.
struct Intact<'s> {
    parsed: Parsed<'s>,
    parts: Vec<Span>,
    /// Why they have been taken.
    errors: Vec<SyntaxError>,
}

fn take_out<'s>(text: &'s str, whole: &Parsed<'s>) -> Option<Intact<'s>> {
    let entries = entries(text);
    let mut errors = Vec::new();
    let mut parts: Vec<Span> = Vec::new();
    let mut failed = whole.clone();
    for _ in 0..MAX_PARTS {
        let place = failed.errors.iter().rfind(|error| matches!(error, SyntaxError::Invalid { .. }))?.span();
        let entry = part_at(text, &entries, place.start)?;
        if let Some((open, own)) = open_before(text, &entries, entry).filter(|(open, _)| !parts.contains(open)) {
            errors.extend(own);
            parts.retain(|part| part.start < open.start || open.end < part.end);
            parts.push(open);
            parts.sort_unstable();
            failed = parse_without(text, &parts);
            if failed.document.is_some() {
                return Some(Intact { parsed: failed, parts, errors });
            }
            continue;
        }
        let items = items(text, entry);
        let item = part_at(text, &items, place.start).unwrap_or(entry);
        let touches = |part: &Span| part.start <= item.end && item.start <= part.end;
        if parts.iter().any(touches) {
            // The error is a consequence of the one before it.
            if parts.contains(&entry) {
                return None;
            }
            parts.retain(|part| part.start < entry.start || entry.end < part.end);
            parts.push(entry);
        } else {
            let is_inside = |error: &&SyntaxError| item.start <= error.span().start && error.span().start < item.end;
            errors.extend(failed.errors.iter().filter(|error| error.span() == place || is_inside(error)).cloned());
            parts.push(item);
        }
        parts.sort_unstable();
        let parsed = parse_without(text, &parts);
        if parsed.document.is_some() {
            return Some(Intact { parsed, parts, errors });
        }
        failed = parsed;
    }
    None
}

/// Returns the entry before another one, and its errors, if it is not YAML by itself: a bracket that is not closed is
/// noticed only in the next entry.
fn open_before(text: &str, entries: &[Span], entry: Span) -> Option<(Span, Vec<SyntaxError>)> {
    let index = entries.iter().position(|other| *other == entry)?.checked_sub(1)?;
    let open = entries[index];
    let others: Vec<Span> = entries.iter().copied().filter(|other| *other != open).collect();
    let mut errors = parse_without(text, &others).errors;
    errors.retain(|error| matches!(error, SyntaxError::Invalid { .. }));
    (!errors.is_empty()).then_some((open, errors))
}

/// Returns the part with an offset. An error at the very beginning of a part is about the end of the one before.
fn part_at(text: &str, parts: &[Span], at: usize) -> Option<Span> {
    let index = parts.partition_point(|part| part.start <= at).checked_sub(1)?;
    let is_at_start = text.get(parts[index].start..at).is_some_and(|before| before.trim_matches([' ', '-']).is_empty());
    match is_at_start {
        true => Some(parts[index.saturating_sub(1)]),
        false => Some(parts[index]).filter(|part| at <= part.end),
    }
}

/// Returns the entries of the top level, each up to the end of its last line with text.
fn entries(text: &str) -> Vec<Span> {
    let (body, column) = in_braces(text).unwrap_or((Span::new(0, text.len()), 0));
    parts(text, body, |line| {
        let indented = line.trim_start_matches(' ');
        (line.len() - indented.len() == column && is_entry(indented)).then_some(column)
    })
}

/// Returns whether a line begins with a key.
fn is_entry(line: &str) -> bool {
    let key = line.split_once(':').filter(|(_, rest)| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']));
    key.is_some_and(|(key, _)| {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'"' | b'\'' | b'.');
        !key.is_empty() && !key.starts_with('-') && key.bytes().all(is_part)
    })
}

/// Returns what is between the braces around a whole document, if each is in a line of its own, and the column of the
/// first line there.
fn in_braces(text: &str) -> Option<(Span, usize)> {
    let is_text = |line: &str| !matches!(line.trim(), "" | "---") && !line.trim_start().starts_with('#');
    let mut end = 0;
    let opening = text.split_inclusive('\n').find(|line| {
        end += line.len();
        is_text(line)
    })?;
    let opening = opening.trim_start_matches('\u{feff}').split(" #").next()?;
    let close = text.trim_end().strip_suffix('}')?.trim_end_matches([' ', '\t']);
    let body = text.get(end..close.len()).filter(|_| opening.trim() == "{" && close.ends_with('\n'))?;
    let first = body.lines().find(|line| is_text(line))?;
    Some((Span::new(end, close.len()), first.len() - first.trim_start_matches(' ').len()))
}

/// Returns the items of a list in an entry, if the list begins below its key.
fn items(text: &str, entry: Span) -> Vec<Span> {
    let written = text.get(entry.range()).unwrap_or_default();
    let head = written.split(['\r', '\n']).next().unwrap_or_default();
    let is_alone = head.split(" #").next().unwrap_or_default().trim_end().ends_with(':');
    let body = Span::new(entry.start + head.len(), entry.end);
    let lines = text.get(body.range()).unwrap_or_default().lines();
    let first = lines.map(str::trim_end).find(|line| !line.is_empty() && !line.trim_start().starts_with('#'));
    let column = first.map(|line| line.len() - line.trim_start_matches(' ').len());
    let Some(column) = column.filter(|_| is_alone) else { return Vec::new() };
    parts(text, body, |line| {
        let indented = line.trim_start_matches(' ');
        let is_item = line.len() - indented.len() == column && indented.starts_with("- ");
        is_item.then_some(column)
    })
}

/// Returns the parts of a text that begin with certain lines, at the column that `start` gives.
fn parts(text: &str, whole: Span, start: impl Fn(&str) -> Option<usize>) -> Vec<Span> {
    let mut parts: Vec<Span> = Vec::new();
    let mut at = whole.start + if whole.start == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let lines = text.get(at..whole.end).unwrap_or_default().split_inclusive('\n');
    for line in lines {
        let end = at + line.trim_end().len();
        match (start(line), parts.last_mut()) {
            (Some(column), _) => parts.push(Span::new(at + column, end)),
            (None, Some(part)) if !line.trim().is_empty() => part.end = end,
            _ => {}
        }
        at += line.len();
    }
    parts
}
