//! The configuration of a check.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::message::Icons;
use crate::references::Files;
use crate::render::ProjectValues;

use super::Rule;
use super::{Diagnostic, Severity};

/// The configuration of a check: the levels of rules, the names of icons, the values of the project, and its files.
///
/// ```
/// use kenarc::{Checker, Config, Level, SourceFile, lint};
///
/// let file = SourceFile::new("order.yaml", "message: سلام\ncolour: red\n");
/// let mut config = Config::default();
/// if let Some(rule) = lint::find("unknown-field") {
///     config.set_level(rule, Level::Warning);
/// }
/// assert!(!Checker::new(config).check(&file).has_errors());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The names of icons that are accepted.
    pub icons: Arc<Icons>,
    /// The values that the project gives to its templates, which the examples of a template can do without.
    pub values: Arc<ProjectValues>,
    /// Where references find other files; without it, they are resolved within a file only.
    pub files: Option<Arc<dyn Files>>,
    levels: BTreeMap<&'static str, Level>,
}

/// How the findings of a rule are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// They are not reported.
    Off,
    /// They are warnings.
    Warning,
    /// They are errors.
    Error,
}

impl Level {
    /// All levels, in order of severity.
    pub const ALL: [Self; 3] = [Self::Off, Self::Warning, Self::Error];

    /// Returns the name in configurations: `off`, `warning` or `error`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// Returns the severity of findings of this level; `None` if they are not reported.
    const fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

impl Config {
    /// Sets the level of a rule when a template is checked. It has no effect on rules about [given
    /// values](Rule::needs_values), whose findings are the only explanation of a failed rendering, and on rules about
    /// [requests](Rule::needs_request).
    pub fn set_level(&mut self, rule: &Rule, level: Level) {
        if !rule.needs_values() && !rule.needs_request() {
            self.levels.insert(rule.id, level);
        }
    }

    /// Applies the levels to findings.
    pub(super) fn apply(&self, diagnostics: &mut Vec<Diagnostic>) {
        diagnostics.retain_mut(|diagnostic| {
            let Some(level) = self.levels.get(diagnostic.rule) else { return true };
            diagnostic.severity = level.severity().unwrap_or(diagnostic.severity);
            *level != Level::Off
        });
    }
}
