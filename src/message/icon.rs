//! The names of the icons that the API publishes, and searches for them.

use std::sync::LazyLock;

use thiserror::Error;

use crate::source::Similarity;

/// The most names that [`nearest`] returns.
pub const MAX_SUGGESTIONS: usize = 3;

/// A similar name has at most one edit for so many characters: there are many names, and long ones.
const CHARACTERS_PER_EDIT: usize = 4;

static ICONS: LazyLock<Vec<&'static str>> = LazyLock::new(|| include_str!("icons.txt").lines().collect());

/// Names that the API document misspells: as they are there, and as they are in the published list.
pub(crate) const MISSPELT: [(&str, &str); 1] = [("REAL_STATE", "REAL_ESTATE")];

/// Returns the published names in alphabetical order: 822 as of 2026-08-18. They consist of `A`–`Z`, `0`–`9` and `_`.
#[must_use]
pub fn icons() -> &'static [&'static str] {
    &ICONS
}

/// Returns whether a button can have an icon of this name: it is published, or [`misspelt`] in the API document, and
/// therefore accepted.
#[must_use]
pub fn is_known(name: &str) -> bool {
    PUBLISHED.is_known(name)
}

/// The names of icons that a button can have: the [known](is_known) ones, and those that a project adds because they
/// are newer than kenarc's list.
///
/// ```
/// let mut icons = kenarc::message::Icons::default();
/// assert!(icons.is_known("SUPPORT") && !icons.is_known("SPACE_SHUTTLE"));
/// icons.add("SPACE_SHUTTLE")?;
/// assert!(icons.is_known("SPACE_SHUTTLE"));
/// # Ok::<(), kenarc::message::NotIconName>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Icons {
    extra: Vec<String>,
}

/// The names without those of a project.
static PUBLISHED: Icons = Icons { extra: Vec::new() };

/// A name that no icon can have, since it does not consist of `A`–`Z`, `0`–`9` and `_`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("expected only `A`-`Z`, `0`-`9` and `_`")]
pub struct NotIconName;

impl Icons {
    /// Adds a name.
    ///
    /// # Errors
    /// [`NotIconName`] if it is empty or has other characters than `A`–`Z`, `0`–`9` and `_`.
    pub fn add(&mut self, name: impl Into<String>) -> Result<(), NotIconName> {
        let name = name.into();
        let is_name = !name.is_empty() && name.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_'));
        if !is_name {
            return Err(NotIconName);
        }
        self.extra.push(name);
        Ok(())
    }

    /// Returns whether a button can have an icon of this name.
    #[must_use]
    pub fn is_known(&self, name: &str) -> bool {
        is_published(name) || misspelt(name).is_some() || self.is_extra(name)
    }

    /// Returns whether the name was added.
    #[must_use]
    pub fn is_extra(&self, name: &str) -> bool {
        self.extra.iter().any(|extra| extra == name)
    }

    /// Returns what [`nearest`] does, from the added names, too.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Vec<&str> {
        nearest_of(|| icons().iter().copied().chain(self.extra.iter().map(String::as_str)), name)
    }
}

/// Returns the published spelling of a name that the API document misspells.
///
/// ```
/// assert_eq!(kenarc::message::misspelt("REAL_STATE"), Some("REAL_ESTATE"));
/// ```
#[must_use]
pub fn misspelt(name: &str) -> Option<&'static str> {
    MISSPELT.iter().find(|(wrong, _)| *wrong == name).map(|(_, right)| *right)
}

fn is_published(name: &str) -> bool {
    ICONS.binary_search(&name).is_ok()
}

/// Returns the names that an author who wrote `name` may have meant, best first, at most [`MAX_SUGGESTIONS`].
///
/// A name of the same words, in any order and case, is certainly meant, and is returned alone. Otherwise, the names
/// that contain it as whole words come first, if there are few, then those whose edit distance is at most a quarter
/// of its letters. If there are none, the result is empty: a distant guess would only mislead.
///
/// ```
/// use kenarc::message::nearest;
///
/// assert_eq!(nearest("inspected-car"), ["CAR_INSPECTED"]);
/// assert_eq!(nearest("SUPORT"), ["SUPPORT", "SPORT"]);
/// assert_eq!(nearest("TOMAN"), ["TOMAN_SIGN", "WOMAN"]);
/// ```
#[must_use]
pub fn nearest(name: &str) -> Vec<&'static str> {
    PUBLISHED.nearest(name)
}

fn nearest_of<'i, I: Iterator<Item = &'i str>>(icons: impl Fn() -> I, name: &str) -> Vec<&'i str> {
    let wanted = normalize(name);
    let words = sorted_words(&wanted);
    let of_same_words = |icon: &&str| icon.len() == wanted.len() && sorted_words(icon) == words;
    if let Some(icon) = icons().find(of_same_words) {
        return vec![icon];
    }
    let mut names: Vec<&str> = icons().filter(|icon| has_words(icon, &wanted)).collect();
    // A word that many names have does not tell which one was meant.
    if names.len() > MAX_SUGGESTIONS {
        names.clear();
    }
    let similarity = Similarity::new(&wanted, CHARACTERS_PER_EDIT);
    let mut near: Vec<(usize, &str)> = icons().filter_map(|icon| Some((similarity.distance(icon)?, icon))).collect();
    similarity.sort(&mut near);
    names.extend(near.into_iter().map(|(_, icon)| icon));
    names.truncate(MAX_SUGGESTIONS);
    names
}

/// Returns the names that match a query, best first.
///
/// The order is: the name itself; names that have the query as their first words; as other whole words; names that
/// begin with it; names that contain it; names that contain each of its words. If there are none, names that are
/// similar to it, or have a word that is. Case is ignored, and a space or a hyphen matches an underscore. An empty
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
        return similar(&wanted);
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
