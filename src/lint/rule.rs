//! The definition of a rule.

use std::sync::Arc;

use crate::render::RenderError;
use crate::source::SourceFile;
use crate::template::Template;

use super::literals::Literal;
use super::suppression::Suppressions;
use super::{Context, Findings, Severity};

/// A rule.
pub struct Rule {
    /// The id: stable, kebab-case, names what is wrong.
    pub id: &'static str,
    /// The severity of its findings.
    pub severity: Severity,
    /// The documentation in Markdown, with examples that are tested.
    pub page: &'static str,
    pub(super) check: Check,
}

/// What a rule checks.
pub(super) enum Check {
    /// A template as it is written.
    Context(fn(&Context<'_>, &mut Findings<'_>)),
    /// Each text of a template, and of the values for one.
    Text(fn(&Literal<'_>, &TextContext<'_>, &mut Findings<'_>)),
    /// Nothing of its own: the rule reports violations of the schemas, in templates and requests (see `violations`).
    Violation,
    /// Templates and requests; the rule may report violations of the schemas as well.
    Structure(fn(&Context<'_>, &mut Findings<'_>)),
    /// The body of a request.
    Request(fn(&Context<'_>, &mut Findings<'_>)),
    /// A rendering that failed, or values that do not match the declarations.
    Failure(fn(&RenderFailure<'_>, &mut Findings<'_>)),
    /// All files of a project together (see `unused_parts`).
    Project,
    /// The comments that ignore findings of the other rules.
    Suppressions(fn(&Suppressions<'_>, &mut Findings<'_>)),
}

/// Where a text is.
pub(crate) struct TextContext<'a> {
    pub(super) template: &'a Template,
    /// The file that the text is written in.
    pub(super) file: &'a Arc<SourceFile>,
}

/// Why a template cannot be rendered with given values.
pub(crate) struct RenderFailure<'a> {
    pub(super) template: &'a Template,
    pub(super) error: &'a RenderError,
}

impl Rule {
    /// Creates a rule about templates as they are written.
    pub(super) const fn context(
        id: &'static str,
        severity: Severity,
        page: &'static str,
        check: fn(&Context<'_>, &mut Findings<'_>),
    ) -> Self {
        Self { id, severity, page, check: Check::Context(check) }
    }

    /// Creates a rule about texts of templates and values.
    pub(super) const fn text(
        id: &'static str,
        severity: Severity,
        page: &'static str,
        check: fn(&Literal<'_>, &TextContext<'_>, &mut Findings<'_>),
    ) -> Self {
        Self { id, severity, page, check: Check::Text(check) }
    }

    /// Creates a rule that reports violations of the schemas, in templates and requests.
    pub(super) const fn violation(id: &'static str, severity: Severity, page: &'static str) -> Self {
        Self { id, severity, page, check: Check::Violation }
    }

    /// Creates a rule about the structure of templates and of requests.
    pub(super) const fn structure(
        id: &'static str,
        severity: Severity,
        page: &'static str,
        check: fn(&Context<'_>, &mut Findings<'_>),
    ) -> Self {
        Self { id, severity, page, check: Check::Structure(check) }
    }

    /// Creates a rule about the bodies of requests.
    pub(super) const fn request(
        id: &'static str,
        severity: Severity,
        page: &'static str,
        check: fn(&Context<'_>, &mut Findings<'_>),
    ) -> Self {
        Self { id, severity, page, check: Check::Request(check) }
    }

    /// Creates a rule about given values.
    pub(super) const fn failure(
        id: &'static str,
        page: &'static str,
        check: fn(&RenderFailure<'_>, &mut Findings<'_>),
    ) -> Self {
        Self { id, severity: Severity::Error, page, check: Check::Failure(check) }
    }

    /// Creates a rule about the comments that ignore findings.
    pub(super) const fn suppressions(
        id: &'static str,
        severity: Severity,
        page: &'static str,
        check: fn(&Suppressions<'_>, &mut Findings<'_>),
    ) -> Self {
        Self { id, severity, page, check: Check::Suppressions(check) }
    }

    /// Creates a rule about all files of a project together.
    pub(super) const fn project(id: &'static str, severity: Severity, page: &'static str) -> Self {
        Self { id, severity, page, check: Check::Project }
    }

    /// Returns what the rule finds, in one line: the first paragraph of its page.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.page.lines().skip(1).find(|line| !line.is_empty()).unwrap_or_default()
    }

    /// Returns whether the rule has findings about given values only, and not about a template alone.
    #[must_use]
    pub const fn needs_values(&self) -> bool {
        matches!(self.check, Check::Failure(_))
    }

    /// Returns whether the rule has findings about a whole project only, and not about a template alone.
    #[must_use]
    pub const fn needs_project(&self) -> bool {
        matches!(self.check, Check::Project)
    }

    /// Returns whether the rule has findings about requests only, and not about templates.
    #[must_use]
    pub const fn needs_request(&self) -> bool {
        matches!(self.check, Check::Request(_))
    }
}
