//! The icons that the API publishes, and how to find one.

use std::sync::LazyLock;

use thiserror::Error;

/// The most names that [`nearest`] gives.
pub const MAX_SUGGESTIONS: usize = 3;

static ICONS: LazyLock<Vec<&'static str>> = LazyLock::new(|| include_str!("icons.txt").lines().collect());

/// Names that the API document itself spells otherwise than the published list: as there, and as in the list.
pub(crate) const MISSPELT: [(&str, &str); 1] = [("REAL_STATE", "REAL_ESTATE")];

/// The published names, sorted: 822 as of 2026-08-18. Each is made of `A`–`Z`, `0`–`9` and `_`.
#[must_use]
pub fn icons() -> &'static [&'static str] {
    &ICONS
}

/// Whether a button may carry the name: it is published, or [`misspelt`] in the API document and so accepted as well.
#[must_use]
pub fn is_known(name: &str) -> bool {
    PUBLISHED.is_known(name)
}

/// The names that a button may carry: those that are [known](is_known), and those that a project adds because its list is newer.
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

/// The names that kenarc itself knows.
static PUBLISHED: Icons = Icons { extra: Vec::new() };

/// A name that no icon can have: others are made of `A`–`Z`, `0`–`9` and `_`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("expected only `A`-`Z`, `0`-`9` and `_`")]
pub struct NotIconName;

impl Icons {
    /// Adds a name.
    ///
    /// # Errors
    /// [`NotIconName`].
    pub fn add(&mut self, name: impl Into<String>) -> Result<(), NotIconName> {
        let name = name.into();
        let is_name = !name.is_empty() && name.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_'));
        if !is_name {
            return Err(NotIconName);
        }
        self.extra.push(name);
        Ok(())
    }

    /// Whether a button may carry the name.
    #[must_use]
    pub fn is_known(&self, name: &str) -> bool {
        is_published(name) || misspelt(name).is_some() || self.is_extra(name)
    }

    /// Whether the name is one of those that were added.
    #[must_use]
    pub fn is_extra(&self, name: &str) -> bool {
        self.extra.iter().any(|extra| extra == name)
    }

    /// [`nearest`], among the added names too.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Vec<&str> {
        nearest_of(|| icons().iter().copied().chain(self.extra.iter().map(String::as_str)), name)
    }
}

/// How the published list spells a name that the API document spells wrongly.
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

/// Names that a person who wrote `name` may have meant, best first, at most [`MAX_SUGGESTIONS`].
///
/// A name of the same words, in whatever order and case, is meant for certain, and comes alone. Otherwise come the
/// names that have it as whole words, where these are few, and then those at most a quarter of its letters away.
/// Nothing near gives nothing: a far guess only misleads.
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
    // A word that many names have says nothing of which one was meant.
    if names.len() > MAX_SUGGESTIONS {
        names.clear();
    }
    let target = Target::new(&wanted);
    let near = icons().filter_map(|icon| Some((target.distance(icon)?, icon)));
    names.extend(target.best_first(near.collect()));
    names.truncate(MAX_SUGGESTIONS);
    names
}

/// Names that answer a query, best first: the name itself, names that have it as their first words, as other whole words,
/// names that begin with it, names that hold it, names that hold each of its words; and where there are none, names near to it, or with a word
/// near to it. Case does not matter, and a space or a hyphen is as good as an underscore. An empty query gives every
/// name.
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
    // Stable: names that match alike stay in the order of the list.
    found.sort_by_key(|&(rank, _)| rank);
    found.into_iter().map(|(_, icon)| icon).collect()
}

/// How a name answers a query, best first.
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

/// Names of which the whole or one word is near, nearest first. Of fewer than three letters everything is near.
fn similar(wanted: &str) -> Vec<&'static str> {
    let target = Target::new(wanted);
    if target.length < 3 {
        return Vec::new();
    }
    let nearest_part = |icon: &str| icon.split('_').chain([icon]).filter_map(|part| target.distance(part)).min();
    let near = icons().iter().filter_map(|&icon| Some((nearest_part(icon)?, icon)));
    target.best_first(near.collect())
}

/// What names are compared with.
struct Target<'a> {
    wanted: &'a str,
    /// In characters.
    length: usize,
    /// How far a name may be to count as near: a quarter of the letters, and at least one.
    limit: usize,
}

impl<'a> Target<'a> {
    fn new(wanted: &'a str) -> Self {
        let length = wanted.chars().count();
        Self { wanted, length, limit: (length / 4).max(1) }
    }

    /// The number of letters to insert, drop, replace or swap, where it is within the limit. A longer or shorter text
    /// is at least that many letters away, so most names cost nothing, and neither does a query of a megabyte.
    fn distance(&self, name: &str) -> Option<usize> {
        let is_candidate = name.len().abs_diff(self.length) <= self.limit;
        let distance = is_candidate.then(|| strsim::osa_distance(name, self.wanted))?;
        (distance <= self.limit).then_some(distance)
    }

    /// Names by distance. Of two equally far the one that begins alike comes first: few people mistake the first
    /// letters.
    fn best_first<'i>(&self, mut near: Vec<(usize, &'i str)>) -> Vec<&'i str> {
        let similarity = |name| strsim::jaro_winkler(name, self.wanted);
        near.sort_by(|(distance, name), (other_distance, other)| {
            distance.cmp(other_distance).then_with(|| similarity(other).total_cmp(&similarity(name)))
        });
        near.into_iter().map(|(_, name)| name).collect()
    }
}

/// Whether `wanted` stands in a name with its words whole.
fn has_words(icon: &str, wanted: &str) -> bool {
    let is_whole = |at: usize| {
        let (before, after) = (&icon[..at], &icon[at + wanted.len()..]);
        (before.is_empty() || before.ends_with('_')) && (after.is_empty() || after.starts_with('_'))
    };
    // The length first: to search for a long text is to go through all of it once.
    wanted.len() <= icon.len() && icon.match_indices(wanted).any(|(at, _)| is_whole(at))
}

/// A name as the list would write it: upper case, words joined by one underscore.
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
