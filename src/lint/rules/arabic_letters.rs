//! Arabic letters in Persian text.

use std::ops::Range;

use crate::lint::literals::{Literal, Role};
use crate::lint::{Applicability, Edit, Findings, Fix, Rule, Severity, TextContext};
use crate::source::SourceFile;
use crate::syntax::Origin;

pub(in crate::lint) static RULE: Rule =
    Rule::text("arabic-letters", Severity::Warning, include_str!("arabic_letters.md"), check);

fn check(literal: &Literal<'_>, context: &TextContext<'_>, findings: &mut Findings<'_>) {
    let is_prose = literal.is_read_by_people() && literal.role != Role::Value || literal.role == Role::Description;
    if is_prose && has_arabic(literal.source) {
        report(&arabic_letters(literal.source, &literal.parts()), literal.origin, context.file, findings);
    }
}

fn has_arabic(text: &str) -> bool {
    text.contains(['ي', 'ك', 'ة'])
}

/// A letter to replace.
struct Letter {
    range: Range<usize>,
    written: char,
    persian: char,
}

/// Returns the Arabic letters in the lines that are Persian. Each line is judged by itself.
fn arabic_letters(text: &str, literals: &[Range<usize>]) -> Vec<Letter> {
    let mut characters = Vec::new();
    for literal in literals {
        let part = text.get(literal.clone()).unwrap_or_default();
        characters.extend(part.char_indices().map(|(at, character)| (literal.start + at, character)));
        // An expression separates words.
        characters.push((literal.end, ' '));
    }
    let lines = characters.split(|(_, character)| *character == '\n');
    lines.filter(|line| is_persian(line)).flat_map(in_line).collect()
}

type Characters<'c> = &'c [(usize, char)];

/// Words that are Persian, whether they are written with Persian or with Arabic letters; here with Persian ones.
const PERSIAN_WORDS: [&str; 9] = ["است", "برای", "شما", "که", "از", "را", "شده", "کنید", "می"];

/// Returns whether a line is certainly Persian: it has a letter, a joiner or a word that Arabic does not have, and no
/// letter of another language of the script, some of which use both `ي` and `ی`.
fn is_persian(line: Characters<'_>) -> bool {
    let is_own =
        |&(_, character): &(usize, char)| matches!(character, 'پ' | 'چ' | 'ژ' | 'گ' | 'ک' | 'ی' | 'ۀ' | '\u{200c}');
    let is_foreign = |&(_, character): &(usize, char)| {
        matches!(character, '\u{620}'..='\u{6ff}')
            && character.is_alphabetic()
            && !matches!(character, 'ء'..='غ' | 'ـ'..='\u{65f}' | '\u{670}' | 'پ' | 'چ' | 'ژ' | 'گ' | 'ک' | 'ی' | 'ۀ')
    };
    let has_word = || words(line).any(is_persian_word);
    !line.iter().any(is_foreign) && (line.iter().any(is_own) || has_word())
}

/// Returns whether a line of text is certainly Persian.
pub(super) fn is_persian_line(line: &str) -> bool {
    is_persian(&line.char_indices().collect::<Vec<_>>())
}

fn is_persian_word(word: Characters<'_>) -> bool {
    let letters = || word.iter().map(|&(_, character)| persian(character).unwrap_or(character));
    PERSIAN_WORDS.iter().any(|known| known.chars().eq(letters()))
}

fn words(line: Characters<'_>) -> impl Iterator<Item = Characters<'_>> {
    let is_part =
        |character: char| character.is_alphanumeric() || matches!(character, '\u{200c}' | '\u{640}'..='\u{65f}');
    line.split(move |&(_, character)| !is_part(character)).filter(|word| !word.is_empty())
}

fn in_line(line: Characters<'_>) -> Vec<Letter> {
    let mut letters = Vec::new();
    let mut words = words(line).peekable();
    while let Some(word) = words.next() {
        // A word with written vowels is a quotation.
        if word.iter().any(|(_, character)| matches!(character, '\u{64c}'..='\u{650}' | '\u{652}' | '\u{670}')) {
            continue;
        }
        for &(at, written) in word {
            letters.extend(persian(written).map(|persian| letter(at, written, persian)));
        }
        if let Some(&(at, 'ة')) = word.last()
            && let Some(persian) = at_end(word, words.peek().copied())
        {
            letters.push(letter(at, 'ة', persian));
        }
    }
    letters
}

fn letter(at: usize, written: char, persian: char) -> Letter {
    Letter { range: at..at + written.len_utf8(), written, persian }
}

fn persian(arabic: char) -> Option<char> {
    match arabic {
        'ي' => Some('ی'),
        'ك' => Some('ک'),
        _ => None,
    }
}

/// Loanwords whose `ة` has become `ت`.
const WITH_TE: [&str; 10] = ["مد", "قیم", "ساع", "شرک", "خدم", "صور", "جه", "دول", "نوب", "فرص"];

/// Returns the Persian letter for an `ة` at the end of a word; `None` if the Arabic spelling is usual, as in
/// `دایرة المعارف`.
fn at_end(word: Characters<'_>, next: Option<Characters<'_>>) -> Option<char> {
    let has_article = |word: Characters<'_>| matches!(word, [(_, 'ا'), (_, 'ل'), _, ..]);
    if word.len() < 3 || has_article(word) || next.is_some_and(has_article) {
        return None;
    }
    let stem = || word[..word.len() - 1].iter().map(|&(_, character)| persian(character).unwrap_or(character));
    Some(if WITH_TE.iter().any(|known| known.chars().eq(stem())) { 'ت' } else { 'ه' })
}

fn report(letters: &[Letter], origin: Origin, file: &SourceFile, findings: &mut Findings<'_>) {
    let ranges: Vec<Range<usize>> = letters.iter().map(|letter| letter.range.clone()).collect();
    let spans = origin.locator(file.text()).locate_all(&ranges);
    let Some((&first, others)) = spans.split_first() else { return };
    let mut kinds: Vec<(char, char)> = Vec::new();
    for letter in letters {
        if !kinds.contains(&(letter.written, letter.persian)) {
            kinds.push((letter.written, letter.persian));
        }
    }
    let kinds: Vec<String> = kinds
        .iter()
        .map(|&(written, persian)| {
            format!("`{persian}` (U+{:04X}) for `{written}` (U+{:04X})", u32::from(persian), u32::from(written))
        })
        .collect();
    let headline =
        if letters.len() == 1 { "Arabic letter".to_owned() } else { format!("{} Arabic letters", letters.len()) };
    // `ي` and `ك` are the same letters from another keyboard. What takes the place of `ة` depends on the word.
    let is_certain = letters.iter().all(|letter| letter.written != 'ة');
    let applicability = if is_certain { Applicability::Safe } else { Applicability::Unsafe };
    let edits = letters.iter().zip(&spans);
    let edits = edits.map(|(letter, &span)| Edit { span, replacement: letter.persian.to_string() }).collect();
    let finding =
        findings.at(first, format!("{headline} in Persian text")).label(format!("expected {}", kinds.join(", ")));
    let finding = finding.also_at(others);
    finding.help("write the Persian letters: searching for them does not find the Arabic ones").fix(Fix::new(
        applicability,
        "write the Persian letters",
        edits,
    ));
}
