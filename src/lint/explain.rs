//! Diagnostics for values and renderings: why a template does not render with given values.

use std::sync::Arc;

use crate::message::Message;
use crate::render::{self, RenderError, ValueError, Values, ValuesError};
use crate::source::{SourceError, SourceFile, Span};
use crate::syntax::SyntaxError;
use crate::template::Template;

use super::checker::sort;
use super::near::nearest;
use super::rule::{Check, RenderFailure};
use super::rules::{
    accidental_comment, duplicate_key, invalid_value, unknown_variable, unquoted_expression, yaml_syntax,
};
use super::wording::counted;
use super::{Applicability, Diagnostic, Findings, RULES};

/// Renders a message, or returns diagnostics that say why the template does not render with these values.
///
/// # Errors
/// Every error, as diagnostics.
pub fn render(template: &Template, values: &Values) -> Result<Message, Vec<Diagnostic>> {
    render::render(template, values).map_err(|errors| {
        let mut diagnostics = explain(template, &errors);
        sort(&mut diagnostics);
        diagnostics
    })
}

/// Returns the diagnostics for the errors of a rendering.
pub(super) fn explain(template: &Template, errors: &[RenderError]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for error in errors {
        for rule in RULES {
            if let Check::Failure(check) = rule.check {
                check(
                    &RenderFailure { template, error },
                    &mut Findings::in_sources(rule, &template.sources, &mut diagnostics),
                );
            }
        }
    }
    diagnostics
}

/// Checks the names of the columns of rows. Returns diagnostics for columns that the template does not declare, and for
/// required variables that are neither a column nor in `common`. `reserved` are columns that need no declaration.
#[must_use]
pub fn columns(
    template: &Template,
    common: &Values,
    file: &Arc<SourceFile>,
    columns: &[(&str, Span)],
    reserved: &[&'static str],
) -> Vec<Diagnostic> {
    let Some(variables) = &template.variables else { return Vec::new() };
    let unknown = columns.iter().filter(|(name, _)| variables.get(name).is_none());
    let meant = |name: &str| {
        let meant = nearest(name, reserved.iter().copied());
        if nearest(name, variables.names.iter().map(String::as_str)).is_empty() { meant } else { Vec::new() }
    };
    let (misspelt, unknown): (Vec<(&str, Span)>, Vec<_>) = unknown.partition(|(name, _)| !meant(name).is_empty());
    let unknown = unknown.into_iter().map(|(name, span)| ValueError::Unknown {
        name: name.to_owned(),
        file: Arc::clone(file),
        span,
    });
    let is_given = |name: &str| common.get(name).is_some() || columns.iter().any(|(column, _)| *column == name);
    let missing = variables.list.iter().filter(|variable| variable.default().is_none() && !is_given(&variable.name));
    let missing =
        missing.map(|variable| ValueError::Missing { name: variable.name.clone(), location: variable.location() });
    let errors: Vec<RenderError> = unknown.chain(missing).map(RenderError::Value).collect();
    let mut diagnostics = explain(template, &errors);
    let mut findings = Findings::new(&unknown_variable::RULE, file, &mut diagnostics);
    for (name, span) in misspelt {
        let finding = findings.at(span, format!("unknown variable `{name}`")).label("not declared by the template");
        finding.suggest(&meant(name), span, Applicability::Unsafe);
    }
    sort(&mut diagnostics);
    diagnostics
}

/// Returns the diagnostics for a row that cannot be used although its message renders. Each reason is a location in the
/// row and a headline.
#[must_use]
pub fn unusable_row(file: &Arc<SourceFile>, reasons: impl IntoIterator<Item = (Span, String)>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut findings = Findings::new(&invalid_value::RULE, file, &mut diagnostics);
    for (span, reason) in reasons {
        findings.at(span, reason);
    }
    diagnostics
}

/// Returns the diagnostics for a file of values that cannot be read.
#[must_use]
pub fn values_file(file: &Arc<SourceFile>, error: &ValuesError) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut findings = Findings::new(&invalid_value::RULE, file, &mut diagnostics);
    let all = Span::new(0, file.text().len());
    match error {
        ValuesError::Syntax(errors) => return syntax(file, errors),
        ValuesError::NotMapping { span, found } => findings
            .at(*span, "values are not a mapping")
            .label(format!("expected a mapping of names to values, found {found}"))
            .help("write one variable per line: `name: value`"),
        ValuesError::TooLong => findings
            .at(all, "row is longer than 1 MiB")
            .help("check for an unclosed double quote or a missing line break"),
        ValuesError::NotUtf8 { span } => {
            findings.at(*span, "invalid UTF-8").label("this byte is not UTF-8").help("save the rows as UTF-8")
        }
        ValuesError::BrokenJson { span, reason } => {
            findings.at(*span, "invalid JSON").label(reason.clone()).help("write one JSON object per line")
        }
        ValuesError::UnclosedQuote { span } => findings
            .at(*span, "unclosed quote")
            .label("the cell that begins here extends to the end of the file")
            .help("close the quote, or write `\"\"` for a quote within quotes"),
        ValuesError::Cells { span, count, columns } => findings
            .at(*span, "wrong number of cells")
            .label(format!("expected {}, as in the header, found {count}", counted(*columns as u64, "cell")))
            .help("put a cell that contains a separator or a line break in double quotes"),
        ValuesError::NotAssignment => findings
            .at(all, "invalid variable")
            .label("expected `NAME=VALUE`")
            .help("write it like `--var price=250000`"),
        ValuesError::NotJson { detail } => findings.at(all, "values have no JSON form").label(detail.clone()),
    };
    diagnostics
}

/// Returns the diagnostics for a file that is not YAML.
#[must_use]
pub fn syntax(file: &Arc<SourceFile>, errors: &[SyntaxError]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let help_if_empty = "write at least one `name: value`";
    yaml_syntax::report_all(
        errors,
        file,
        help_if_empty,
        &mut Findings::new(&yaml_syntax::RULE, file, &mut diagnostics),
    );
    for error in errors {
        duplicate_key::report(error, &mut Findings::new(&duplicate_key::RULE, file, &mut diagnostics));
        accidental_comment::report_error(
            error,
            file,
            &mut Findings::new(&accidental_comment::RULE, file, &mut diagnostics),
        );
        unquoted_expression::report(
            error,
            file,
            &mut Findings::new(&unquoted_expression::RULE, file, &mut diagnostics),
        );
    }
    diagnostics
}

/// Returns the diagnostic for a file that is not text. An error of the operating system is returned unchanged, as
/// `Err`.
///
/// # Errors
/// The error of the operating system.
pub fn unreadable(error: SourceError) -> Result<Diagnostic, SourceError> {
    yaml_syntax::unreadable(error)
}
