//! What a project wants otherwise than kenarc has it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::message::Icons;

use super::Rule;
use super::{Diagnostic, Severity};

/// What a project wants otherwise than kenarc has it.
///
/// ```
/// use kenarc::{Config, Level, SourceFile, lint};
///
/// let file = SourceFile::new("order.yaml", "message: سلام\ncolour: red\n");
/// let mut config = Config::default();
/// if let Some(rule) = lint::find("unknown-field") {
///     config.set_level(rule, Level::Warning);
/// }
/// assert!(!lint::check_with(&file, &config).has_errors());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The names that icons may have.
    pub icons: Arc<Icons>,
    levels: BTreeMap<&'static str, Level>,
}

/// What becomes of the findings of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// They are not told.
    Off,
    /// They are warnings.
    Warning,
    /// They are errors.
    Error,
}

impl Level {
    /// All levels, the mildest first.
    pub const ALL: [Self; 3] = [Self::Off, Self::Warning, Self::Error];

    /// Its name in settings: `off`, `warning` or `error`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// How grave findings of this level are.
    const fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

impl Config {
    /// Sets what becomes of a rule's findings when a template is checked. Rules that speak only of given values are
    /// [not to be set](Rule::needs_values): without their findings nobody would know why there is no message. Neither are those
    /// that speak [only of requests](Rule::needs_request).
    pub fn set_level(&mut self, rule: &Rule, level: Level) {
        if !rule.needs_values() && !rule.needs_request() {
            self.levels.insert(rule.id, level);
        }
    }

    /// Gives findings their levels.
    pub(super) fn apply(&self, diagnostics: &mut Vec<Diagnostic>) {
        diagnostics.retain_mut(|diagnostic| {
            let Some(level) = self.levels.get(diagnostic.rule) else { return true };
            diagnostic.severity = level.severity().unwrap_or(diagnostic.severity);
            *level != Level::Off
        });
    }
}
