//! The rules: what is known of a template or of a request, put into words for people.
//!
//! Each rule is one file with its page of documentation beside it; [`RULES`] is the one table that `check`, `explain`, the
//! documentation and the tests are made from. The other rooms return typed facts, so that everything a person reads about a
//! template is written here, in one voice.

mod config;
mod facts;
mod finding;
mod near;
mod request;
mod scalars;
mod schema_words;
mod secrets;
mod suppression;

use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Severity};
use crate::message::Message;
use crate::render::{self, RenderError, ValueError, Values, ValuesError};
use crate::source::{SourceError, SourceFile, Span};
use crate::syntax::{Parsed, SyntaxError, parse};
use crate::template::Template;

pub use config::{Config, Level};
pub use facts::Facts;
pub use finding::Findings;
#[cfg(feature = "cli")]
pub(crate) use near::nearest;
pub use request::{CheckedRequest, check_request, check_request_bytes};
#[cfg(feature = "cli")]
pub(crate) use secrets::mask;

use suppression::Suppressions;

/// A rule.
pub struct Rule {
    /// Its id: stable, kebab-case, says what is wrong.
    pub id: &'static str,
    /// How grave its findings are.
    pub severity: Severity,
    /// Its documentation, in Markdown, with examples that the tests run.
    pub page: &'static str,
    check: Check,
}

/// What a rule looks at.
enum Check {
    /// A template as it is written.
    Facts(fn(&Facts<'_>, &mut Findings<'_>)),
    /// The structure that templates and requests have in common.
    Structure(fn(&Facts<'_>, &mut Findings<'_>)),
    /// The body of a request.
    Request(fn(&Facts<'_>, &mut Findings<'_>)),
    /// A rendering that failed, or values that do not fit.
    Failure(fn(&Failure<'_>, &mut Findings<'_>)),
    /// The comments that ignore findings of the other rules.
    Suppressions(fn(&Suppressions<'_>, &mut Findings<'_>)),
}

/// Why given values make no message of a template.
pub struct Failure<'a> {
    template: &'a Template,
    error: &'a RenderError,
}

macro_rules! rules {
    ($($module:ident)*) => {
        $(mod $module;)*

        /// All rules.
        pub static RULES: &[&Rule] = &[$(&$module::RULE),*];
    };
}

rules! {
    yaml_syntax
    duplicate_key
    unquoted_hole
    unknown_field
    missing_field
    wrong_type
    unsupported_type
    too_many_rows
    too_many_buttons
    may_exceed_limit
    empty_layout
    one_action
    blank_text
    multiline_caption
    unknown_icon
    misspelt_icon
    deprecated_field
    invalid_link
    insecure_link
    hole_syntax
    undeclared_variable
    unused_variable
    type_mismatch
    unknown_function
    invalid_variable
    missing_variable
    unknown_variable
    invalid_value
    hole_failed
    invalid_message
    invalid_example
    ambiguous_scalar
    bidi_control
    arabic_letters
    secret_in_template
    unused_suppression
    json_syntax
    unrendered_template
}

/// A rule by its id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// Ids near to a word, at most three, best first.
#[must_use]
pub fn near_ids(word: &str) -> Vec<&'static str> {
    near::nearest(word, RULES.iter().map(|rule| rule.id))
}

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
    let (facts, mut diagnostics) = find_all(file, &parsed, config);
    // What is no YAML has no comments, and is an error to every project.
    if facts.document.is_some() {
        let mut suppressions = Suppressions::read(&facts);
        suppressions.apply(&mut diagnostics);
        for rule in RULES {
            if let Check::Suppressions(check) = rule.check {
                check(&suppressions, &mut Findings::new(rule, file, &mut diagnostics));
            }
        }
        config.apply(&mut diagnostics);
    }
    sort(&mut diagnostics);
    Checked { template: facts.into_template(), diagnostics }
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
fn find_all<'a>(file: &'a Arc<SourceFile>, parsed: &'a Parsed<'a>, config: &'a Config) -> (Facts<'a>, Vec<Diagnostic>) {
    let facts = Facts::new(file, parsed, &config.icons);
    let mut diagnostics = Vec::new();
    for rule in RULES {
        if let Check::Facts(check) | Check::Structure(check) = rule.check {
            check(&facts, &mut Findings::new(rule, file, &mut diagnostics));
        }
    }
    (facts, diagnostics)
}

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
fn explain(template: &Template, errors: &[RenderError]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for error in errors {
        for rule in RULES {
            if let Check::Failure(check) = rule.check {
                check(&Failure { template, error }, &mut Findings::new(rule, &template.file, &mut diagnostics));
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
    let missing = missing.map(|variable| ValueError::Missing { name: variable.name.clone(), span: variable.key });
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
        unquoted_hole::report(error, file, &mut Findings::new(&unquoted_hole::RULE, file, &mut diagnostics));
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

/// The order of the text, nothing twice (an anchor's text is looked at wherever an alias puts it), and no secrets.
fn sort(diagnostics: &mut Vec<Diagnostic>) {
    secrets::redact(diagnostics);
    diagnostics.sort_by(Diagnostic::order);
    diagnostics.dedup_by(|next, kept| next.order(kept).is_eq());
}
