//! Suggestions for names that do not exist.

use std::ops::Range;

use crate::source::Similarity;

/// The most names that are suggested.
const MAX_SUGGESTIONS: usize = 3;

/// A similar name has at most one edit for so many characters: most names are short, and there are few of them.
const CHARACTERS_PER_EDIT: usize = 3;

/// Returns the candidates whose edit distance is at most a third of the characters of `name`, best first. A candidate
/// that differs only in case comes first.
pub(crate) fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Vec<&'c str> {
    let similarity = Similarity::new(name, CHARACTERS_PER_EDIT);
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .filter_map(|candidate| Some((similarity.distance(candidate)?, candidate)))
        .filter(|(distance, candidate)| *distance < candidate.chars().count())
        .collect();
    similarity.sort(&mut near);
    let best = near.first().map_or(0, |(distance, _)| *distance);
    // If one name is much more similar than the others, these would only distract.
    near.into_iter()
        .take_while(|(distance, _)| *distance <= best + 1)
        .map(|(_, candidate)| candidate)
        .take(MAX_SUGGESTIONS)
        .collect()
}

/// A name that is written with hyphens, each of which an expression subtracts.
pub(crate) struct Hyphenated {
    /// Where it is, in bytes of the text.
    pub(crate) range: Range<usize>,
    /// The name as it is written.
    pub(crate) written: String,
    /// The name with `_` in place of hyphens.
    pub(crate) name: String,
}

impl Hyphenated {
    /// Returns the hyphenated name of which a name is a part: nothing but a hyphen is between it and other names.
    pub(crate) fn around(text: &str, part: &Range<usize>) -> Option<Self> {
        let is_part = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
        let start = text[..part.start]
            .rfind(|character| !is_part(character))
            .map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
        let end = text[part.end..].find(|character| !is_part(character)).map_or(text.len(), |length| part.end + length);
        // The signs of delimiters that trim, and of a negative value.
        let written = text[start..end].trim_matches('-');
        let start = start + (text[start..end].len() - text[start..end].trim_start_matches('-').len());
        let is_word = |word: &str| word.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        let follows = &text[start + written.len()..];
        let is_name = written.contains('-')
            && written.split('-').all(is_word)
            && !text[..start].ends_with('.')
            && !follows.starts_with(['(', '.', '[']);
        let range = start..start + written.len();
        is_name.then(|| Self { range, written: written.to_owned(), name: written.replace('-', "_") })
    }
}
