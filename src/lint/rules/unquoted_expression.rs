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
    let mut open = 0_usize;
    for error in context.syntax_errors {
        let span = error.span();
        match statement(error, context.file) {
            // What closes a statement, or continues it, belongs to it.
            Some(name) if is_continued(name) => {
                if open == 0 {
                    report_statement(context.file.slice(span), span, findings);
                }
                open -= usize::from(name.starts_with("end") && open > 0);
            }
            Some(name) => {
                open += usize::from(matches!(name, "if" | "for" | "with" | "filter" | "raw"));
                report_statement(context.file.slice(span), span, findings);
            }
            None if !conditions.contains(&span) => report(error, context.file, findings),
            None => {}
        }
    }
}

/// Returns the keyword of a statement that is alone in its line, outside of any text.
fn statement<'f>(error: &SyntaxError, file: &'f SourceFile) -> Option<&'f str> {
    let SyntaxError::DoubleBrace { span } = error else { return None };
    let before = file.slice(Span::new(0, span.start));
    let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
    let inside = file.slice(*span).strip_prefix("{%")?.strip_suffix("%}")?;
    let is_alone = line.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'-')) && !inside.contains("%}");
    let words = inside.trim_matches(['-', '+']).trim_start();
    let end = words.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(words.len());
    is_alone.then(|| &words[..end])
}

fn is_continued(name: &str) -> bool {
    name.starts_with("end") || matches!(name, "else" | "elif")
}

/// Reports a statement outside of any text.
fn report_statement(written: &str, span: Span, findings: &mut Findings<'_>) {
    let inside = written.trim_matches(['{', '}', '%', '-', '+']).trim();
    let (name, rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
    let value = rest.trim();
    let needs_quotes =
        value.contains([':', '#']) || value.starts_with(['"', '\'', '[', '{', '!', '*', '&', '|', '>', '%', '@', '`']);
    let value = if needs_quotes { quote(value) } else { value.to_owned() };
    let help = match name {
        "if" | "elif" if !value.is_empty() => {
            format!(
                "remove it and its `endif`, and write `when: {value}` in each button, row or grid that depends on it"
            )
        }
        "for" if !value.is_empty() => {
            format!("remove it and its `endfor`, and write `for: {value}` in the button or row that is repeated")
        }
        "set" => "move it into the text that uses the name: each text is evaluated by itself".to_owned(),
        _ => "remove it: `when` and `for` are keys of buttons and rows".to_owned(),
    };
    findings
        .at(span, format!("statement `{name}` outside of a text"))
        .label("Jinja is evaluated inside of single texts, after YAML has been read")
        .help(help);
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
