//! Diagnostics for values and renderings: why a template does not render with given values.

use std::sync::Arc;

use crate::message::Message;
use crate::render::{self, RenderError, ValueError, Values, ValuesError};
use crate::source::{SourceError, SourceFile, Span};
use crate::syntax::{SyntaxError, is_json, parse};
use crate::template::Template;

use super::checker::{check_texts, sort};
use super::literals;
use super::near::nearest;
use super::rule::{Check, RenderFailure};
use super::rules::{
    accidental_comment, duplicate_key, invalid_value, unknown_variable, unquoted_expression, yaml_syntax,
};
use super::wording::counted;
use super::{Config, Diagnostic, Findings, RULES, TextContext};

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
    for error in errors.iter().filter(|error| !is_misspelt(template, errors, error)) {
        for rule in RULES {
            if let Check::Failure(check) = rule.check {
                check(&RenderFailure { template, error }, &mut Findings::new(rule, &template.file, &mut diagnostics));
            }
        }
    }
    diagnostics
}

/// Returns whether a value is missing because its name is misspelt, which is one mistake.
fn is_misspelt(template: &Template, errors: &[RenderError], error: &RenderError) -> bool {
    let RenderError::Value(ValueError::Missing { name: missing, .. }) = error else { return false };
    let Some(variables) = &template.variables else { return false };
    errors.iter().any(|other| match other {
        RenderError::Value(ValueError::Unknown { name, .. }) => {
            nearest(name, variables.names.iter().map(String::as_str)).first() == Some(&missing.as_str())
        }
        _ => false,
    })
}

/// Checks the names of the columns of rows, or of the keys of JSON Lines. Returns one diagnostic for all that the template
/// does not declare, and one for each required variable that is neither a column nor in `common`. `reserved` are columns
/// that need no declaration.
#[must_use]
pub fn columns(
    template: &Template,
    common: &Values,
    columns: &Columns<'_>,
    reserved: &[&'static str],
) -> Vec<Diagnostic> {
    let Some(variables) = &template.variables else { return Vec::new() };
    let Columns { file, kind, names } = columns;
    let is_given = |name: &str| common.get(name).is_some() || names.iter().any(|(column, _)| *column == name);
    let missing = variables.list.iter().filter(|variable| variable.default().is_none() && !is_given(&variable.name));
    let undeclared = names.iter().filter(|(name, _)| variables.get(name).is_none() && !reserved.contains(name));
    let undeclared: Vec<(&str, Span)> = undeclared.copied().collect();
    // A key that one object lacks may be in the others, and a column may be there under a misspelt name.
    let is_misspelt = |name: &str| undeclared.iter().any(|(column, _)| !nearest(column, [name]).is_empty());
    let missing = missing.filter(|variable| *kind == ColumnKind::Column && !is_misspelt(&variable.name));
    let errors: Vec<RenderError> = missing
        .map(|variable| ValueError::Missing { name: variable.name.clone(), location: variable.key })
        .map(RenderError::Value)
        .collect();
    let mut diagnostics = explain(template, &errors);
    let known: Vec<&str> = variables.names.iter().map(String::as_str).chain(reserved.iter().copied()).collect();
    let mut findings = Findings::new(&unknown_variable::RULE, file, &mut diagnostics);
    unknown_variable::report_columns(&undeclared, kind.noun(), &known, &mut findings);
    sort(&mut diagnostics);
    diagnostics
}

/// The columns of rows.
#[derive(Clone, Debug)]
pub struct Columns<'a> {
    /// The header, or the first row of JSON Lines.
    pub file: Arc<SourceFile>,
    /// What they are.
    pub kind: ColumnKind,
    /// Their names, and where those are.
    pub names: Vec<(&'a str, Span)>,
}

/// What the columns of rows are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// The columns of a CSV file.
    Column,
    /// The keys of a JSON object.
    Key,
}

impl ColumnKind {
    /// Returns the noun in messages.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Column => "column",
            Self::Key => "key",
        }
    }
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

/// Checks the texts in a file of values: those of variables that readers see, and values that a comment cuts. JSON is
/// written by programs, and means what it says.
#[must_use]
pub fn values_texts(template: &Template, file: &Arc<SourceFile>, config: &Config) -> Vec<Diagnostic> {
    if is_json(file) {
        return Vec::new();
    }
    let parsed = parse(file.text());
    let Some(document) = parsed.document.as_ref().filter(|_| parsed.errors.is_empty()) else { return Vec::new() };
    let mut diagnostics = Vec::new();
    let literals = literals::values(template, &document.root);
    check_texts(&literals, &TextContext { template, file }, RULES, &mut diagnostics);
    accidental_comment::report_values(
        document,
        file,
        &mut Findings::new(&accidental_comment::RULE, file, &mut diagnostics),
    );
    config.apply(&mut diagnostics);
    sort(&mut diagnostics);
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
        duplicate_key::report(error, file, &mut Findings::new(&duplicate_key::RULE, file, &mut diagnostics));
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
