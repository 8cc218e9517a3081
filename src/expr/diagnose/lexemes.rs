//! The parts of a broken expression, read without regard to what MiniJinja accepts: operators of other languages and
//! characters that it does not know are parts, too.

use std::ops::Range;

/// A part of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lexeme {
    pub(super) kind: LexemeKind,
    /// In bytes of the text.
    pub(super) range: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LexemeKind {
    /// A name or a keyword.
    Word,
    /// Digits of ASCII, with what belongs to a number.
    Number,
    /// A string in quotes.
    String,
    /// A string without its closing quote.
    UnclosedString,
    /// An operator or a delimiter, also of other languages.
    Sign,
    /// A character outside of ASCII.
    Other,
}

/// The signs of several characters, the longest first.
const SIGNS: [&str; 26] = [
    "===", "!==", "&&", "||", "??", "?:", "?.", "<>", "==", "!=", "<=", ">=", "=<", "=>", "->", "|>", "++", "--", "+=",
    "-=", "*=", "/=", "**", "//", "::", "${",
];

/// Splits a part of a text into lexemes.
pub(super) fn lexemes(source: &str, part: Range<usize>) -> Vec<Lexeme> {
    let mut lexemes = Vec::new();
    let mut at = part.start;
    while at < part.end {
        let rest = &source[at..part.end];
        let Some(first) = rest.chars().next() else { break };
        let (kind, length) = match first {
            _ if first.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            'a'..='z' | 'A'..='Z' | '_' => (LexemeKind::Word, length_while(rest, is_part_of_word)),
            '0'..='9' => (LexemeKind::Number, length_of_number(rest)),
            '"' | '\'' => string(rest, first),
            _ if first.is_ascii() => {
                (LexemeKind::Sign, SIGNS.iter().find(|sign| rest.starts_with(**sign)).map_or(1, |sign| sign.len()))
            }
            _ => (LexemeKind::Other, first.len_utf8()),
        };
        lexemes.push(Lexeme { kind, range: at..at + length });
        at += length;
    }
    lexemes
}

fn is_part_of_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

fn length_while(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|character| !is_part(character)).unwrap_or(text.len())
}

/// Returns the length of a number. A dot belongs to it if a digit follows.
fn length_of_number(text: &str) -> usize {
    let whole = length_while(text, is_part_of_word);
    match text[whole..].strip_prefix('.') {
        Some(rest) if rest.starts_with(|character: char| character.is_ascii_digit()) => {
            whole + 1 + length_while(rest, is_part_of_word)
        }
        _ => whole,
    }
}

fn string(text: &str, quote: char) -> (LexemeKind, usize) {
    let mut is_escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if character == quote => return (LexemeKind::String, at + 1),
            _ => {}
        }
    }
    (LexemeKind::UnclosedString, text.len())
}
