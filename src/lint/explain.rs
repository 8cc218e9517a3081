//! What goes wrong when a template is given values, put into words.

use std::sync::Arc;

use crate::message::Message;
use crate::render::{self, RenderError, ValueError, Values, ValuesError};
use crate::source::{SourceError, SourceFile, Span};
use crate::syntax::SyntaxError;
use crate::template::Template;

use super::check::sort;
use super::rule::{Check, Failure};
use super::rules::{duplicate_key, invalid_value, unquoted_expression, yaml_syntax};
use super::{Diagnostic, Findings, RULES};

/// Renders a message, or says why the values make none.
///
/// # Errors
/// Everything that is wrong, as findings.
pub fn render(template: &Template, values: &Values) -> Result<Message, Vec<Diagnostic>> {
    render::render(template, values).map_err(|errors| {
        let mut diagnostics = explain(template, &errors);
        sort(&mut diagnostics);
        diagnostics
    })
}

/// Failures of a rendering in words.
pub(super) fn explain(template: &Template, errors: &[RenderError]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for error in errors {
        for rule in RULES {
            if let Check::Failure(check) = rule.check {
                check(
                    &Failure { template, error },
                    &mut Findings::in_sources(rule, &template.sources, &mut diagnostics),
                );
            }
        }
    }
    diagnostics
}

/// What is wrong with the names under which rows give their values: those that the template does not declare, and those that
/// it needs and that are neither among them nor given to all rows.
#[must_use]
pub fn columns(
    template: &Template,
    common: &Values,
    file: &Arc<SourceFile>,
    columns: &[(&str, Span)],
) -> Vec<Diagnostic> {
    let Some(variables) = &template.variables else { return Vec::new() };
    let unknown = columns.iter().filter(|(name, _)| variables.get(name).is_none());
    let unknown =
        unknown.map(|&(name, span)| ValueError::Unknown { name: name.to_owned(), file: Arc::clone(file), span });
    let is_given = |name: &str| common.get(name).is_some() || columns.iter().any(|(column, _)| *column == name);
    let missing = variables.list.iter().filter(|variable| variable.default().is_none() && !is_given(&variable.name));
    let missing =
        missing.map(|variable| ValueError::Missing { name: variable.name.clone(), location: variable.location() });
    let errors: Vec<RenderError> = unknown.chain(missing).map(RenderError::Value).collect();
    let mut diagnostics = explain(template, &errors);
    sort(&mut diagnostics);
    diagnostics
}

/// Why a row cannot be used though its message can be rendered. `reasons`: places in the row, and sentences.
#[must_use]
pub fn unusable_row(file: &Arc<SourceFile>, reasons: impl IntoIterator<Item = (Span, String)>) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut findings = Findings::new(&invalid_value::RULE, file, &mut diagnostics);
    for (span, reason) in reasons {
        findings.at(span, reason);
    }
    diagnostics
}

/// Why a file of variables gives none, in words.
#[must_use]
pub fn values_file(file: &Arc<SourceFile>, error: &ValuesError) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut findings = Findings::new(&invalid_value::RULE, file, &mut diagnostics);
    let all = Span::new(0, file.text().len());
    match error {
        ValuesError::Syntax(errors) => return syntax(file, errors),
        ValuesError::NotMapping { span, found } => findings
            .at(*span, format!("variables are a mapping of names to values, and this is {found}"))
            .help("write one variable a line: `name: value`"),
        ValuesError::TooLong => findings
            .at(all, "a row holds at most 1 MiB, and this one is longer")
            .help("is a double quote left open, or a line break missing?"),
        ValuesError::NotUtf8 { span } => {
            findings.at(*span, "text is UTF-8, and this byte is none").help("save the rows as UTF-8")
        }
        ValuesError::BrokenJson { span, reason } => {
            findings.at(*span, format!("this row is not JSON: {reason}")).help("write one JSON object a line")
        }
        ValuesError::Cells { span, count, columns } => findings
            .at(*span, format!("this row has {count} cells, and the header has {columns} columns"))
            .help("a cell that holds a separator or a line break stands in double quotes"),
        ValuesError::NotAssignment => {
            findings.at(all, "a variable is given as NAME=VALUE").help("for example `--var price=250000`")
        }
        ValuesError::NotJson { detail } => findings.at(all, format!("these values have no JSON form: {detail}")),
    };
    diagnostics
}

/// What is wrong with a file as YAML, in words.
#[must_use]
pub fn syntax(file: &Arc<SourceFile>, errors: &[SyntaxError]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    yaml_syntax::report_all(errors, file, &mut Findings::new(&yaml_syntax::RULE, file, &mut diagnostics));
    for error in errors {
        duplicate_key::report(error, &mut Findings::new(&duplicate_key::RULE, file, &mut diagnostics));
        unquoted_expression::report(
            error,
            file,
            &mut Findings::new(&unquoted_expression::RULE, file, &mut diagnostics),
        );
    }
    diagnostics
}

/// Why a file gives no text, as a finding; an error of the operating system is none and comes back as it is.
///
/// # Errors
/// The operating system's.
pub fn unreadable(error: SourceError) -> Result<Diagnostic, SourceError> {
    yaml_syntax::unreadable(error)
}
