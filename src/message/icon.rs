//! The names of the icons that the API publishes, and searches for them.

mod search;
mod synonyms;

use std::sync::LazyLock;

use thiserror::Error;

pub use search::{MAX_SUGGESTIONS, nearest, search};

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
        let all: Vec<&str> = icons().iter().copied().chain(self.extra.iter().map(String::as_str)).collect();
        search::nearest_of(&all, name)
    }
}

/// Returns whether an author who wrote `wrong` certainly means the icon `right`: it has the same words, in any order
/// and case, is its plural or singular, or differs by a single slip in a long name. Any other suggestion is a guess.
///
/// ```
/// use kenarc::message::is_spelling_of;
///
/// assert!(is_spelling_of("car-inspected", "CAR_INSPECTED") && is_spelling_of("MOTORCICLES", "MOTORCYCLES"));
/// assert!(!is_spelling_of("USER", "VERIFIED_USER"));
/// ```
#[must_use]
pub fn is_spelling_of(wrong: &str, right: &str) -> bool {
    search::is_spelling_of(wrong, right)
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
