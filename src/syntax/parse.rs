//! Parses text into a tree or syntax errors.

use std::cmp::Reverse;

use crate::source::Span;

use super::build::{PassResult, build};
use super::error::SyntaxError;
use super::recovery::{self, Mask, Replacement};
use super::scalar::is_control;
use super::tree::Document;

/// The deepest nesting of lists and mappings together.
pub const MAX_DEPTH: usize = 64;

/// The most nodes that the aliases of a document can expand to in total. A text counts as one more for each KiB of it.
pub const MAX_EXPANDED_NODES: usize = 10_000;

/// The most bytes that are parsed again because of unquoted values. A pass continues after those that leave the rest of
/// their line intact, up to the first that does not.
const MAX_REPARSED_BYTES: usize = 8 << 20;

/// The most runs of control characters that are reported. A file with more is not text.
pub(super) const MAX_CONTROL_RUNS: usize = 100;

/// The result of parsing a text.
#[derive(Clone, Debug)]
pub struct Parsed<'s> {
    /// The document; `None` if there is none, or if an error leaves its structure unknown. If an error is about a
    /// single value, the document has [`Value::Invalid`](super::Value::Invalid) in its place.
    pub document: Option<Document<'s>>,
    /// The errors, in the order of the text.
    pub errors: Vec<SyntaxError>,
}

/// Parses a YAML document. JSON is YAML, too.
///
/// Time and memory are proportional to the text in any case: see [`MAX_DEPTH`] and [`MAX_EXPANDED_NODES`].
#[must_use]
pub fn parse(text: &str) -> Parsed<'_> {
    parse_without(text, &[])
}

/// Parses a document without some parts of it, which are in order and begin in lines of their own.
pub(super) fn parse_without<'s>(text: &'s str, parts: &[Span]) -> Parsed<'s> {
    let mut masks: Vec<Mask> = unprintable_characters(text);
    masks.extend(parts.iter().map(|&span| Mask { span, replacement: Replacement::Missing }));
    masks.sort_by_key(|mask| (mask.span.start, Reverse(mask.span.end)));
    let mut reparsed = 0;
    loop {
        let outcome = build(text, &recovery::apply(text, &masks), &masks);
        let (document, errors) = match outcome {
            PassResult::Read { document, errors } => (document, errors),
            PassResult::Unquoted(found) => {
                // The pass ended near the last of them. Copying the text costs a fraction of parsing it.
                reparsed += found.last().map_or(0, |mask| mask.span.end) + text.len() / 16;
                let before = masks.len();
                recovery::insert(&mut masks, found);
                if masks.len() > before && reparsed <= MAX_REPARSED_BYTES {
                    continue;
                }
                (None, Vec::new())
            }
        };
        return report(text, document, errors, &masks);
    }
}

fn report<'s>(text: &str, document: Option<Document<'s>>, errors: Vec<SyntaxError>, masks: &[Mask]) -> Parsed<'s> {
    let has_control_characters = masks.iter().any(|mask| mask.replacement == Replacement::Blank);
    // If a character was masked, other errors may be a consequence of it.
    let is_certain = |error: &SyntaxError| !(has_control_characters && matches!(error, SyntaxError::Invalid { .. }));
    let mut errors: Vec<_> = errors.into_iter().filter(is_certain).collect();
    // A comment that was read as text, and not in vain: the text can be parsed now.
    let is_parsed = errors.is_empty();
    let blanks = masks.iter().filter(|mask| mask.replacement == Replacement::Blank);
    errors.extend(masks.iter().filter_map(|mask| match mask.replacement {
        Replacement::Word | Replacement::Comment => Some(SyntaxError::DoubleBrace { span: mask.span }),
        Replacement::Commented { .. } if !is_parsed => None,
        Replacement::Commented { hash } => {
            let comment = Span::new(hash, mask.span.end.min(recovery::line_end(text, hash)));
            Some(SyntaxError::CommentInText { text: mask.span, comment })
        }
        Replacement::Blank | Replacement::Letters | Replacement::Missing => None,
    }));
    errors.extend(blanks.take(MAX_CONTROL_RUNS).map(|mask| {
        let character = text.get(mask.span.range()).and_then(|run| run.chars().next()).unwrap_or_default();
        SyntaxError::ControlCharacter { character, span: mask.span }
    }));
    errors.sort_by_key(SyntaxError::span);
    Parsed { document, errors }
}

/// Returns masks for characters that are not printable (YAML 1.2.2 §5.1): each run of controls below U+0020, which are
/// not allowed anywhere, and of other characters, which are allowed in quotes, since JSON allows them there.
fn unprintable_characters(text: &str) -> Vec<Mask> {
    // The first bytes of all characters that are not printable. Few others begin with them.
    let is_suspect = |byte: u8| is_control(byte) || matches!(byte, 0x7F | 0xC2 | 0xEF);
    let bytes = text.as_bytes();
    let mut masks: Vec<Mask> = Vec::new();
    for (start, chunk) in (0..).step_by(64).zip(bytes.chunks(64)) {
        // There is no branch per byte, so that the whole chunk takes a few instructions.
        if !chunk.iter().fold(false, |any, &byte| any | is_suspect(byte)) {
            continue;
        }
        for at in (start..).zip(chunk).filter(|&(_, &byte)| is_suspect(byte)).map(|(at, _)| at) {
            let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) else { continue };
            if is_printable(character) {
                continue;
            }
            let replacement = if is_control(bytes[at]) { Replacement::Blank } else { Replacement::Letters };
            let end = at + character.len_utf8();
            match masks.last_mut() {
                Some(mask) if mask.span.end == at && mask.replacement == replacement => mask.span.end = end,
                _ => masks.push(Mask { span: Span::new(at, end), replacement }),
            }
        }
    }
    masks
}

fn is_printable(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
}
