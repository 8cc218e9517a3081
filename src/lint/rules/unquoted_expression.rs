//! A value that begins with Jinja and has no quotes, which YAML reads as a mapping.

use std::collections::HashSet;

use crate::lint::{Context, Edit, Findings, Fix, Rule, Severity};
use crate::source::{SourceFile, Span};
use crate::syntax::{SyntaxError, quote};
use crate::template::{EmbeddedProgram, Template};

pub(in crate::lint) static RULE: Rule =
    Rule::context("unquoted-expression", Severity::Error, include_str!("unquoted_expression.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    if context.syntax_errors.is_empty() {
        return;
    }
    // `jinja-syntax` reports braces around a `when` or `for`.
    let programs = context.template.as_ref().map(Template::programs).unwrap_or_default();
    let conditions = programs.iter().filter(|program| program.is_condition() && program.program.is_err());
    let conditions: HashSet<Span> = conditions.map(EmbeddedProgram::span).collect();
    for error in context.syntax_errors {
        if !conditions.contains(&error.span()) {
            report(error, context.file, findings);
        }
    }
}

pub(in crate::lint) fn report(error: &SyntaxError, file: &SourceFile, findings: &mut Findings<'_>) {
    if let SyntaxError::DoubleBrace { span } = error {
        let quoted = quote(file.slice(*span));
        findings
            .at(*span, "unquoted expression")
            .label("YAML reads `{` as the start of a mapping")
            .help(format!("write {quoted}"))
            .fix(Fix::safe_edit("quote the expression", Edit::replace(*span, quoted)));
    }
}
