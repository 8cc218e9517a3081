//! Characters of other keyboards in expressions, and invisible ones.

use super::super::error::{Certainty, JinjaErrorKind};
use super::construct::ConstructKind;
use super::lexemes::LexemeKind;
use super::parts::{Mistake, Parts};

/// Quotation marks that open, and those that close them.
const QUOTES: [(char, &[char]); 8] = [
    ('“', &['”', '“', '"']),
    ('”', &['”', '“', '"']),
    ('„', &['“', '”']),
    ('‘', &['’', '‘', '\'']),
    ('’', &['’', '‘', '\'']),
    ('‚', &['‘', '’']),
    ('«', &['»']),
    ('»', &['«']),
];

/// Characters, and those of ASCII that mean the same in an expression.
const SIGNS: [(char, &str); 22] = [
    ('،', ","),
    ('٫', "."),
    ('٪', "%"),
    ('×', "*"),
    ('÷', "/"),
    ('−', "-"),
    ('–', "-"),
    ('—', "-"),
    ('≠', "!="),
    ('≤', "<="),
    ('≥', ">="),
    ('（', "("),
    ('）', ")"),
    ('＝', "=="),
    ('｜', "|"),
    ('\u{a0}', " "),
    ('\u{2009}', " "),
    ('\u{202f}', " "),
    ('\u{3000}', " "),
    ('\u{2028}', " "),
    ('…', ".."),
    ('؟', "?"),
];

/// Returns what is wrong with a character outside of ASCII.
pub(super) fn unexpected(parts: &Parts<'_>, index: usize) -> Option<Mistake> {
    let range = &parts.lexemes[index].range;
    let character = parts.source[range.clone()].chars().next()?;
    let mistake = if is_digit(character) {
        number(parts, index, character)
    } else if let Some((_, closing)) = QUOTES.iter().find(|(opening, _)| *opening == character) {
        quoted(parts, index, character, closing)
    } else if let Some((_, ascii)) = SIGNS.iter().find(|(other, _)| *other == character) {
        sign(parts, index, character, ascii)
    } else if is_letter(character) {
        let end = end_of_run(parts, index, |other| is_letter(other) || is_invisible(other));
        Mistake {
            kind: JinjaErrorKind::NotAscii(character),
            range: parts.range(index..end),
            replacement: None,
            certainty: Certainty::Guess,
        }
    } else {
        invisible(parts, index, character)
    };
    Some(mistake)
}

/// A character that nothing in an expression needs. What cannot be seen changes nothing, unless it is part of a name.
fn invisible(parts: &Parts<'_>, index: usize, character: char) -> Mistake {
    let kind = JinjaErrorKind::NotAscii(character);
    let is_word = |at: usize| parts.lexemes.get(at).is_some_and(|lexeme| lexeme.kind == LexemeKind::Word);
    let is_in_name =
        index > 0 && parts.is_joined(index - 1) && parts.is_joined(index) && is_word(index - 1) && is_word(index + 1);
    if is_in_name {
        let name = format!("{}_{}", parts.text(index - 1), parts.text(index + 1));
        return Mistake {
            kind,
            range: parts.range(index - 1..index + 2),
            replacement: Some(name),
            certainty: Certainty::Guess,
        };
    }
    let certainty = Certainty::if_true(is_invisible(character) || character == '؛');
    Mistake { kind, range: parts.range(index..index + 1), replacement: Some(String::new()), certainty }
}

/// A number in Persian or Arabic digits.
fn number(parts: &Parts<'_>, index: usize, first: char) -> Mistake {
    let end = end_of_run(parts, index, |other| is_digit(other) || other == '٫');
    let is_name = index > 0 && parts.is_joined(index - 1) && parts.lexemes[index - 1].kind == LexemeKind::Word;
    let digits: String = parts.source[parts.range(index..end)].chars().map(ascii).collect();
    Mistake {
        kind: JinjaErrorKind::NotAscii(first),
        range: parts.range(index..end),
        replacement: Some(digits),
        certainty: Certainty::if_true(!is_name),
    }
}

/// A string in the quotation marks of text.
fn quoted(parts: &Parts<'_>, index: usize, opening: char, closing: &[char]) -> Mistake {
    let start = parts.lexemes[index].range.start;
    let rest = &parts.source[start + opening.len_utf8()..parts.construct.body.end];
    let end = rest.find(closing);
    let kind = JinjaErrorKind::NotAscii(opening);
    let Some(length) = end else {
        return Mistake { kind, range: parts.range(index..index + 1), replacement: None, certainty: Certainty::Guess };
    };
    let text = &rest[..length];
    let mark = rest[length..].chars().next().map_or(0, char::len_utf8);
    let replacement = match (text.contains('"'), text.contains('\'')) {
        _ if text.contains('\\') => None,
        (false, _) => Some(format!("\"{text}\"")),
        (true, false) => Some(format!("'{text}'")),
        (true, true) => None,
    };
    let range = start..start + opening.len_utf8() + length + mark;
    Mistake { kind, range, replacement, certainty: Certainty::Certain }
}

/// A sign that has a counterpart in ASCII.
fn sign(parts: &Parts<'_>, index: usize, character: char, ascii: &str) -> Mistake {
    let kind = JinjaErrorKind::NotAscii(character);
    let is_last = index + 1 == parts.lexemes.len();
    // A percentage, of which the sign belongs to the text.
    if character == '٪' && is_last && parts.construct.kind == ConstructKind::Expression && index > 0 {
        let value = parts.source[parts.range(0..index)].to_owned();
        let replacement = parts.delimited("{{", &value, "}}") + "٪";
        return Mistake {
            kind,
            range: parts.construct.whole(),
            replacement: Some(replacement),
            certainty: Certainty::Certain,
        };
    }
    Mistake {
        kind,
        range: parts.range(index..index + 1),
        replacement: Some(ascii.to_owned()),
        certainty: Certainty::Certain,
    }
}

/// Returns the lexeme after a run of characters outside of ASCII.
fn end_of_run(parts: &Parts<'_>, index: usize, is_part: impl Fn(char) -> bool) -> usize {
    let is_inside = |&at: &usize| {
        let lexeme = &parts.lexemes[at];
        lexeme.kind == LexemeKind::Other && parts.source[lexeme.range.clone()].chars().all(&is_part)
    };
    (index + 1..parts.lexemes.len()).find(|at| !is_inside(at)).unwrap_or(parts.lexemes.len())
}

fn is_digit(character: char) -> bool {
    matches!(character, '۰'..='۹' | '٠'..='٩')
}

fn is_letter(character: char) -> bool {
    character.is_alphabetic() || matches!(character, '\u{64b}'..='\u{65f}')
}

fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// Returns the character of ASCII for a digit or a decimal separator.
fn ascii(character: char) -> char {
    let digit = match character {
        '۰'..='۹' => u32::from(character) - u32::from('۰'),
        '٠'..='٩' => u32::from(character) - u32::from('٠'),
        _ => return '.',
    };
    char::from_digit(digit, 10).unwrap_or(character)
}
