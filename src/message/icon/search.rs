//! Finding icons: by the words of their names, by what they show, and by similarity.

use std::collections::HashSet;

use crate::source::Similarity;

use super::{icons, synonyms};

/// The most names that [`nearest`] returns.
pub const MAX_SUGGESTIONS: usize = 3;

/// A similar name has at most one edit for so many characters: there are many names, and long ones.
const CHARACTERS_PER_EDIT: usize = 4;

/// A name is certainly misspelt if it has at most one edit for so many characters.
const CHARACTERS_PER_CERTAIN_EDIT: usize = 8;

/// The most words of a text that are looked up.
const MAX_WORDS: usize = 4;

/// The first word of the icons of brands, which are suggested only for the name of a brand: a name that happens to be
/// similar to one has nothing to do with it.
const BRAND: &str = "BRAND_";

/// Returns the names that an author who wrote `name` may have meant, best first, at most [`MAX_SUGGESTIONS`].
///
/// A name of the same words, in any order and case, is certainly meant, and is returned alone. Otherwise, names that
/// show what the word means or contain it come first; if there are none, those whose edit distance is at most a quarter
/// of its letters; then names that begin with it; then names for its single words. If there are none of these, the
/// result is empty: a distant guess would only mislead.
///
/// ```
/// use kenarc::message::nearest;
///
/// assert_eq!(nearest("inspected-car"), ["CAR_INSPECTED"]);
/// assert_eq!(nearest("SUPORT"), ["SUPPORT", "SPORT"]);
/// assert_eq!(nearest("CHAT"), ["CHAT_BUBBLE", "CHAT_DOUBLE", "CHAT_SPARKLES"]);
/// assert_eq!(nearest("PHONE"), ["TELEPHONE", "CALL", "SMARTPHONE"]);
/// ```
#[must_use]
pub fn nearest(name: &str) -> Vec<&'static str> {
    nearest_of(icons(), name)
}

/// Returns the names among `all` that an author who wrote `name` may have meant.
pub(super) fn nearest_of<'i>(all: &[&'i str], name: &str) -> Vec<&'i str> {
    let wanted = normalize(name);
    if let Some(icon) = of_same_words(all, &wanted) {
        return vec![icon];
    }
    let sources: [&dyn Fn() -> Vec<&'i str>; 4] =
        [&|| meaning(all, &wanted), &|| similar_to(all, &wanted), &|| beginning_with(all, &wanted), &|| {
            of_single_words(all, &wanted)
        }];
    let mut names = sources.iter().map(|find| find()).find(|names| !names.is_empty()).unwrap_or_default();
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(*name));
    names.truncate(MAX_SUGGESTIONS);
    names
}

/// Returns whether a name is certainly meant by another one: it has the same words, is its plural or singular, or
/// differs by a single slip in a long name.
pub(super) fn is_spelling_of(wrong: &str, right: &str) -> bool {
    let wanted = normalize(wrong);
    let is_slip = || {
        let distance = Similarity::new(&wanted, CHARACTERS_PER_CERTAIN_EDIT).distance(right);
        distance.is_some_and(|edits| edits * CHARACTERS_PER_CERTAIN_EDIT <= wanted.chars().count())
    };
    of_same_words(&[right], &wanted).is_some() || is_other_number(&wanted, right) || is_slip()
}

/// Returns the name that consists of the same words.
fn of_same_words<'i>(all: &[&'i str], wanted: &str) -> Option<&'i str> {
    let words = sorted_words(wanted);
    all.iter().copied().find(|icon| icon.len() == wanted.len() && sorted_words(icon) == words)
}

/// Returns whether one name is the plural of the other.
fn is_other_number(first: &str, second: &str) -> bool {
    first.strip_suffix('S') == Some(second) || second.strip_suffix('S') == Some(first)
}

/// Returns the names that show what a word means, then those that contain it as whole words.
fn meaning<'i>(all: &[&'i str], wanted: &str) -> Vec<&'i str> {
    let known = all.iter().filter(|icon| synonyms::of(wanted).contains(icon));
    let mut known: Vec<&str> = known.copied().collect();
    known.sort_by_key(|icon| synonyms::of(wanted).iter().position(|synonym| synonym == icon));
    let mut containing: Vec<&str> = all.iter().filter(|icon| has_words(icon, wanted)).copied().collect();
    // The word `BRAND` alone tells nothing.
    containing.retain(|icon| !icon.starts_with(BRAND) || !BRAND.starts_with(wanted));
    containing.sort_by_key(|icon| (icon.starts_with(BRAND), !icon.starts_with(wanted), icon.matches('_').count()));
    all.iter().copied().filter(|icon| is_other_number(wanted, icon)).chain(known).chain(containing).collect()
}

/// Returns the names that differ by few letters. Any name would be similar to one of fewer than four.
fn similar_to<'i>(all: &[&'i str], wanted: &str) -> Vec<&'i str> {
    if wanted.chars().count() < CHARACTERS_PER_EDIT {
        return Vec::new();
    }
    let similarity = Similarity::new(wanted, CHARACTERS_PER_EDIT);
    let candidates = all.iter().filter(|icon| wanted.starts_with(BRAND) || !icon.starts_with(BRAND));
    let mut near: Vec<(usize, &str)> =
        candidates.filter_map(|icon| Some((similarity.distance(icon)?, *icon))).collect();
    similarity.sort(&mut near);
    near.into_iter().map(|(_, icon)| icon).collect()
}

/// Returns the names that begin with a text of three letters or more.
fn beginning_with<'i>(all: &[&'i str], wanted: &str) -> Vec<&'i str> {
    if wanted.chars().count() < 3 {
        return Vec::new();
    }
    all.iter().filter(|icon| icon.starts_with(wanted) && !icon.starts_with(BRAND)).copied().collect()
}

/// Returns the names that are a word of a text, or show what it means: `SUPPORT` for `SUPPORT_CENTER`.
fn of_single_words<'i>(all: &[&'i str], wanted: &str) -> Vec<&'i str> {
    let words = wanted.split('_').filter(|word| *word != wanted);
    let of_word = |word| {
        let named = all.iter().copied().filter(move |icon| *icon == word);
        named.chain(all.iter().copied().filter(move |icon| synonyms::of(word).contains(icon)))
    };
    words.take(MAX_WORDS).flat_map(of_word).collect()
}

/// Returns the names that match a query, best first.
///
/// The order is: the name itself; names that have the query as their first words; as other whole words; names that
/// begin with it; names that contain it; names that contain each of its words. If there are none, names that show what
/// it means, else names that are similar to it, or have a word that is. Case is ignored, and a space or a hyphen matches an underscore. An empty
/// query matches every name.
///
/// ```
/// assert_eq!(kenarc::message::search("car inspect"), ["CAR_INSPECTED", "CAR_INSPECTION"]);
/// ```
#[must_use]
pub fn search(query: &str) -> Vec<&'static str> {
    let wanted = normalize(query);
    let mut found: Vec<(Match, &'static str)> =
        icons().iter().filter_map(|&icon| Some((Match::of(icon, &wanted)?, icon))).collect();
    if found.is_empty() {
        let shown = synonyms::of(&wanted);
        return if shown.is_empty() { similar(&wanted) } else { shown.to_vec() };
    }
    // The sort is stable: names of equal rank stay in alphabetical order.
    found.sort_by_key(|&(rank, _)| rank);
    found.into_iter().map(|(_, icon)| icon).collect()
}

/// How a name matches a query, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    Exact,
    FirstWords,
    Words,
    Prefix,
    Substring,
    AllWords,
}

impl Match {
    fn of(icon: &str, wanted: &str) -> Option<Self> {
        if icon == wanted {
            Some(Self::Exact)
        } else if has_words(icon, wanted) {
            Some(if icon.starts_with(wanted) { Self::FirstWords } else { Self::Words })
        } else if icon.starts_with(wanted) {
            Some(Self::Prefix)
        } else if icon.contains(wanted) {
            Some(Self::Substring)
        } else if wanted.split('_').all(|word| icon.contains(word)) {
            Some(Self::AllWords)
        } else {
            None
        }
    }
}

/// Returns the names that are similar to a text as a whole or in one word, most similar first. Everything would be
/// similar to fewer than three letters.
fn similar(wanted: &str) -> Vec<&'static str> {
    if wanted.chars().count() < 3 {
        return Vec::new();
    }
    let similarity = Similarity::new(wanted, CHARACTERS_PER_EDIT);
    let nearest_part = |icon: &str| icon.split('_').chain([icon]).filter_map(|part| similarity.distance(part)).min();
    let mut near: Vec<(usize, &str)> = icons().iter().filter_map(|&icon| Some((nearest_part(icon)?, icon))).collect();
    similarity.sort(&mut near);
    near.into_iter().map(|(_, icon)| icon).collect()
}

/// Returns whether a name contains `wanted` as whole words.
fn has_words(icon: &str, wanted: &str) -> bool {
    let is_whole = |at: usize| {
        let (before, after) = (&icon[..at], &icon[at + wanted.len()..]);
        (before.is_empty() || before.ends_with('_')) && (after.is_empty() || after.starts_with('_'))
    };
    // The length is compared first, since a search reads all of a long text once.
    wanted.len() <= icon.len() && icon.match_indices(wanted).any(|(at, _)| is_whole(at))
}

/// Returns a name as the list would write it: in upper case, words joined by one underscore.
fn normalize(name: &str) -> String {
    let words: Vec<String> = name
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_uppercase)
        .collect();
    words.join("_")
}

fn sorted_words(name: &str) -> Vec<&str> {
    let mut words: Vec<&str> = name.split('_').collect();
    words.sort_unstable();
    words
}
