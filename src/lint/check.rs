//! Checking a template with all rules.

use std::sync::Arc;

use crate::source::{SourceFile, Sources};
use crate::syntax::{Parsed, parse};
use crate::template::Template;

use super::rule::Check;
use super::suppression::Suppressions;
use super::{Config, Context, Diagnostic, Findings, RULES, Severity, redact};

/// A template and everything there is to say of it.
#[derive(Debug)]
pub struct Checked {
    /// The template as far as it could be read.
    pub template: Option<Template>,
    /// The findings, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Checked {
    /// Whether any finding is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// Checks a template with all rules.
#[must_use]
pub fn check(file: &Arc<SourceFile>) -> Checked {
    check_with(file, &Config::default())
}

/// Checks a template as a project wants it.
#[must_use]
pub fn check_with(file: &Arc<SourceFile>, config: &Config) -> Checked {
    let parsed = parse(file.text());
    let (context, mut diagnostics) = find_all(file, &parsed, config);
    // What is no YAML has no comments, and is an error to every project.
    if context.document.is_some() {
        let mut suppressions = Suppressions::read(&context);
        suppressions.apply(&mut diagnostics);
        for rule in RULES {
            if let Check::Suppressions(check) = rule.check {
                check(&suppressions, &mut Findings::new(rule, file, &mut diagnostics));
            }
        }
        config.apply(&mut diagnostics);
    }
    sort(&mut diagnostics);
    Checked { template: context.into_template(), diagnostics }
}

/// Checks a template as a project wants it, and lets it pass if it can be rendered.
///
/// # Errors
/// The errors. Where parts of the template cannot be read, those are told that the project ignores, too: ignored or not, no
/// message can be made.
pub fn compile_with(file: &Arc<SourceFile>, config: &Config) -> Result<Template, Vec<Diagnostic>> {
    let Checked { template, mut diagnostics } = check_with(file, config);
    let template = template.filter(|template| template.broken.is_empty());
    if template.is_none() {
        diagnostics = find_all(file, &parse(file.text()), config).1;
        sort(&mut diagnostics);
    }
    diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
    match template {
        Some(template) if diagnostics.is_empty() => Ok(template),
        _ => Err(diagnostics),
    }
}

/// All that the rules find, whatever a comment or a project ignores.
fn find_all<'a>(
    file: &'a Arc<SourceFile>,
    parsed: &'a Parsed<'a>,
    config: &'a Config,
) -> (Context<'a>, Vec<Diagnostic>) {
    let context = Context::new(file, parsed, &config.icons);
    let sources =
        context.template.as_ref().map_or_else(|| Sources::new(Arc::clone(file)), |template| template.sources.clone());
    let mut diagnostics = Vec::new();
    for rule in RULES {
        if let Check::Context(check) | Check::Structure(check) = rule.check {
            check(&context, &mut Findings::in_sources(rule, &sources, &mut diagnostics));
        }
    }
    (context, diagnostics)
}

/// The order of the text, nothing twice (an anchor's text is looked at wherever an alias puts it), and no secrets.
pub(super) fn sort(diagnostics: &mut Vec<Diagnostic>) {
    redact::redact(diagnostics);
    diagnostics.sort_by(Diagnostic::order);
    diagnostics.dedup_by(|next, kept| next.order(kept).is_eq());
}
