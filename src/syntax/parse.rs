//! From text to a tree, or to what is wrong with it.

use crate::source::Span;

use super::build::{Outcome, build};
use super::error::SyntaxError;
use super::recovery::{self, Mask, Reading};
use super::tree::Document;

/// How deep lists and mappings may nest, of both kinds together.
pub const MAX_DEPTH: usize = 64;

/// How many nodes the aliases of a document may stand for in all.
pub const MAX_EXPANDED_NODES: usize = 10_000;

/// How many bytes are parsed again, at most, for the sake of unquoted values. A pass goes on past those that do no harm to
/// the rest of their line, up to the first that does.
const MAX_REPARSED_BYTES: usize = 8 << 20;

/// How many runs of control characters are reported, at most. What has more is no text.
pub(super) const MAX_CONTROL_RUNS: usize = 100;

/// What a text comes to.
#[derive(Clone, Debug)]
pub struct Parsed<'s> {
    /// The document. `None` where there is none or where an error leaves its structure unknown. Where an error is about one
    /// value only, the document is here and has [`Value::Invalid`](super::Value::Invalid) in its place.
    pub document: Option<Document<'s>>,
    /// What is wrong, in order of place.
    pub errors: Vec<SyntaxError>,
}

/// Reads a YAML document, of which JSON is a kind.
///
/// Takes time and memory in proportion to the text, whatever it holds: see [`MAX_DEPTH`] and [`MAX_EXPANDED_NODES`].
#[must_use]
pub fn parse(text: &str) -> Parsed<'_> {
    let mut masks: Vec<Mask> = unprintable_characters(text);
    let mut reparsed = 0;
    loop {
        let outcome = build(text, &recovery::apply(text, &masks), &masks);
        let (document, errors) = match outcome {
            Outcome::Read { document, errors } => (document, errors),
            Outcome::Unquoted(found) => {
                // The pass ended near the last of them; to copy the text costs a fraction of parsing it.
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
    let has_control_characters = masks.iter().any(|mask| mask.reading == Reading::Blank);
    // Where a character had to be taken out, the rest may only seem wrong.
    let is_certain = |error: &SyntaxError| !(has_control_characters && matches!(error, SyntaxError::Invalid { .. }));
    let mut errors: Vec<_> = errors.into_iter().filter(is_certain).collect();
    let blanks = masks.iter().filter(|mask| mask.reading == Reading::Blank);
    let texts = masks.iter().filter(|mask| matches!(mask.reading, Reading::Word | Reading::Comment));
    errors.extend(texts.map(|mask| SyntaxError::DoubleBrace { span: mask.span }));
    errors.extend(blanks.take(MAX_CONTROL_RUNS).map(|mask| {
        let character = text.get(mask.span.range()).and_then(|run| run.chars().next()).unwrap_or_default();
        SyntaxError::ControlCharacter { character, span: mask.span }
    }));
    errors.sort_by_key(SyntaxError::span);
    Parsed { document, errors }
}

/// Masks for what is not printable (YAML 1.2.2 §5.1): each run of controls below U+0020, which may stand nowhere, and of
/// other characters, which may stand in quotes, since JSON allows them there.
fn unprintable_characters(text: &str) -> Vec<Mask> {
    // The first bytes of all that is not printable; few other characters begin with them.
    let is_suspect = |byte: u8| is_control(byte) || matches!(byte, 0x7F | 0xC2 | 0xEF);
    let bytes = text.as_bytes();
    let mut masks: Vec<Mask> = Vec::new();
    for (start, chunk) in (0..).step_by(64).zip(bytes.chunks(64)) {
        // Without a branch for each byte, so that it takes a few instructions for the whole chunk.
        if !chunk.iter().fold(false, |any, &byte| any | is_suspect(byte)) {
            continue;
        }
        for at in (start..).zip(chunk).filter(|&(_, &byte)| is_suspect(byte)).map(|(at, _)| at) {
            let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) else { continue };
            if is_printable(character) {
                continue;
            }
            let reading = if is_control(bytes[at]) { Reading::Blank } else { Reading::Letters };
            let end = at + character.len_utf8();
            match masks.last_mut() {
                Some(mask) if mask.span.end == at && mask.reading == reading => mask.span.end = end,
                _ => masks.push(Mask { span: Span::new(at, end), reading }),
            }
        }
    }
    masks
}

/// Whether a byte is a control character that YAML allows nowhere.
fn is_control(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')
}

fn is_printable(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
}
