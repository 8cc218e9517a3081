//! Which rules a project may give a level.

use thiserror::Error;

use crate::lint::{self, Rule};

/// Why a project cannot set the level of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NotConfigurable {
    /// No rule has this id.
    #[error("unknown rule `{id}`")]
    Unknown {
        /// The id as given.
        id: String,
        /// Ids of rules that are spelt almost like it, best first; may be empty.
        near: Vec<&'static str>,
    },
    /// The rule explains why given values make no message. Without its findings the failure would have no reason.
    #[error("level of `{0}` cannot be set")]
    NeedsValues(&'static str),
    /// The rule is about requests that `kenarc serve` receives.
    #[error("level of `{0}` cannot be set")]
    NeedsRequest(&'static str),
}

impl NotConfigurable {
    /// Describes an id that no rule has.
    #[must_use]
    pub fn unknown(id: &str) -> Self {
        Self::Unknown { id: id.to_owned(), near: lint::near_ids(id) }
    }

    /// Returns the reason in a few words.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "no rule has this id",
            Self::NeedsValues(_) => "this rule explains why given values cannot be rendered",
            Self::NeedsRequest(_) => "this rule is about requests to `kenarc serve`",
        }
    }

    /// Returns what to do about it, as an instruction.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Unknown { near, .. } if near.is_empty() => "run `kenarc explain` to list all rules".to_owned(),
            Self::Unknown { near, .. } => {
                format!("write {}", lint::one_of(near.iter().map(|id| format!("`{id}`"))))
            }
            Self::NeedsValues(_) | Self::NeedsRequest(_) => {
                "remove it: only rules that `kenarc check` applies to templates have a level".to_owned()
            }
        }
    }
}

/// Returns the rule with an id, provided that a project may set its level.
///
/// # Errors
/// [`NotConfigurable`] if there is no such rule, or if its findings are not about templates.
pub fn configurable_rule(id: &str) -> Result<&'static Rule, NotConfigurable> {
    match lint::find(id) {
        None => Err(NotConfigurable::unknown(id)),
        Some(rule) if rule.needs_values() => Err(NotConfigurable::NeedsValues(rule.id)),
        Some(rule) if rule.needs_request() => Err(NotConfigurable::NeedsRequest(rule.id)),
        Some(rule) => Ok(rule),
    }
}
