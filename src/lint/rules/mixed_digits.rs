//! Latin or Arabic digits next to Persian words.

use std::ops::Range;

use crate::lint::literals::{Literal, Role, is_only_shown};
use crate::lint::{Applicability, Edit, Findings, Fix, Rule, Severity, TextContext};
use crate::persian::{Digits, with_digits};
use crate::source::SourceFile;

use super::arabic_letters::is_persian_line;

pub(in crate::lint) static RULE: Rule =
    Rule::text("mixed-digits", Severity::Warning, include_str!("mixed_digits.md"), check);

/// So many digits in a row without a separator are a code or a telephone number, which is copied as it is.
const CODE_LENGTH: usize = 8;

fn check(literal: &Literal<'_>, context: &TextContext<'_>, findings: &mut Findings<'_>) {
    // Other values than defaults are compared by programs, or are what somebody else has written.
    let is_sent = matches!(literal.role, Role::Request(_)) && literal.is_read_by_people();
    if !(is_sent || literal.default_of.is_some()) || !literal.source.contains(is_other_digit) {
        return;
    }
    let found: Vec<Range<usize>> = literal.unmarked_parts().iter().flat_map(|part| numbers(literal, part)).collect();
    if !found.is_empty() && literal.default_of.is_none_or(|name| is_only_shown(context.template, name)) {
        report(literal, &found, context.file, findings);
    }
}

fn is_other_digit(character: char) -> bool {
    character.is_ascii_digit() || is_arabic_digit(character)
}

fn is_arabic_digit(character: char) -> bool {
    matches!(character, '٠'..='٩')
}

/// Returns whether a character is a letter of the script that Persian is written in.
fn is_persian_letter(character: char) -> bool {
    matches!(character, '\u{620}'..='\u{6d3}') && character.is_alphabetic()
}

/// Returns the numbers of a literal part that stand directly before or after a Persian word.
fn numbers(text: &Literal<'_>, part: &Range<usize>) -> Vec<Range<usize>> {
    let literal = text.source.get(part.clone()).unwrap_or_default();
    let mut found = Vec::new();
    for line in lines(literal) {
        let words: Vec<Range<usize>> = words(literal, line.clone());
        for (index, word) in words.iter().enumerate() {
            let is_persian = |index: Option<usize>| {
                let word = index.and_then(|index| words.get(index)).map_or("", |word| &literal[word.clone()]);
                word.contains(is_persian_letter) && !word.contains(|c: char| c.is_ascii_alphabetic())
            };
            // In Arabic text, Arabic digits are right.
            let is_right = |number: &Range<usize>| {
                let digits = &literal[word.start + number.start..word.start + number.end];
                digits.contains(is_arabic_digit) && !is_persian_line(&literal[line.clone()])
            };
            let number = number(&literal[word.clone()]);
            if let Some(number) = number.filter(|number| !is_right(number))
                && (is_persian(Some(index)) || is_persian(index.checked_sub(1)) || is_persian(Some(index + 1)))
            {
                let start = part.start + word.start;
                found.push(start + number.start..start + number.end);
            }
        }
    }
    found
}

fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let line = |line: &str| {
        let range = start..start + line.len();
        start = range.end;
        range
    };
    text.split_inclusive('\n').map(line).collect()
}

fn words(text: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, character) in text[line.clone()].char_indices() {
        let at = line.start + at;
        match (character.is_whitespace(), start) {
            (true, Some(begin)) => {
                words.push(begin..at);
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
    }
    words.extend(start.map(|begin| begin..line.end));
    words
}

/// Returns whether a character is a sign of an address or a code, in which digits are Latin.
pub(super) fn is_of_code(character: char) -> bool {
    character.is_ascii_alphabetic() || matches!(character, '/' | '_' | '@' | '#' | '+' | '*' | '\\' | '=' | '&')
}

/// Returns where the digits of a word are, from the first to the last one. A word with Latin letters, with signs of an
/// address or a code, or with a `0` in front or many digits in a row is left as it is.
fn number(word: &str) -> Option<Range<usize>> {
    let start = word.find(is_other_digit)?;
    let last = word.rfind(is_other_digit)?;
    let end = last + word[last..].chars().next().map_or(0, char::len_utf8);
    let number = &word[start..end];
    let is_inside = |c: char| is_other_digit(c) || matches!(c, '.' | ',' | ':' | '٬' | '٫' | '،' | '۰'..='۹');
    let longest = number.split(|c: char| !is_other_digit(c)).map(|run| run.chars().count()).max().unwrap_or(0);
    let has_zero_in_front = number.len() > 1 && number.starts_with(['0', '٠']) && !number.starts_with("0.");
    let is_number = !word.contains(is_of_code) && number.chars().all(is_inside) && !has_zero_in_front;
    (is_number && longest < CODE_LENGTH).then_some(start..end)
}

fn report(text: &Literal<'_>, found: &[Range<usize>], file: &SourceFile, findings: &mut Findings<'_>) {
    let spans = text.spans(found, file);
    let Some((&first, others)) = spans.split_first() else { return };
    let edits: Vec<Edit> = spans
        .iter()
        .filter(|span| file.slice(**span).contains(is_other_digit))
        .map(|span| Edit::replace(*span, with_digits(file.slice(*span), Digits::Persian)))
        .collect();
    let written = file.slice(first);
    let headline = if written.contains(|c: char| c.is_ascii_digit()) { "Latin digits" } else { "Arabic digits" };
    findings
        .at(first, format!("{headline} in Persian text"))
        .label(format!("expected `{}`", with_digits(written, Digits::Persian)))
        .also_at(others)
        .help("write all numbers of the text in Persian digits")
        .fix(Fix::new(Applicability::Safe, "write Persian digits", edits));
}
