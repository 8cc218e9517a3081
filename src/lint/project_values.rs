//! Findings about the values that a project gives to its templates.

use std::collections::HashSet;

use crate::render::RenderError;
use crate::template::Template;

use super::checker::{check_texts, sort};
use super::explain::explain;
use super::literals::given_values;
use super::rules::{RULES, unused_variable};
use super::{Config, Diagnostic, Findings, TextContext};

/// Returns the findings about the values that do not match the declarations of a template, in any profile.
pub(super) fn invalid_values(config: &Config, template: &Template) -> Vec<Diagnostic> {
    let errors: Vec<RenderError> = config.values.mismatches(template).map(RenderError::Value).collect();
    explain(template, &errors)
}

/// Returns the findings about the texts among the values, in any profile, that a template shows to readers.
pub(super) fn texts_of_values(config: &Config, template: &Template) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for (given, literals) in given_values(template, config.values.all()) {
        check_texts(&literals, &TextContext { template, file: &given.file }, RULES, &mut diagnostics);
    }
    // A fix changes the file of a template.
    diagnostics.iter_mut().for_each(|diagnostic| diagnostic.fix = None);
    config.apply(&mut diagnostics);
    diagnostics
}

/// Returns the findings about the values whose variables no template has. `names` are the
/// [names that apply](crate::render::ProjectValues::names_in) to any template.
#[must_use]
pub fn unused_values(config: &Config, names: &HashSet<&str>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for given in config.values.all().filter(|given| !names.contains(&*given.name)) {
        Findings::new(&unused_variable::RULE, &given.file, &mut diagnostics)
            .at(given.key, format!("unused variable `{}`", given.name))
            .label("no template declares it")
            .help("declare it in a template, or remove it");
    }
    config.apply(&mut diagnostics);
    sort(&mut diagnostics);
    diagnostics
}
