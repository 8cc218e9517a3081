//! A hole that does not parse.

use crate::lint::{Context, Edit, Findings, Fix, Rule, Severity};
use crate::expr::JinjaErrorKind;
use crate::source::Span;
use crate::template::EmbeddedProgram;

use super::unquoted_expression::quote;

pub(in crate::lint) static RULE: Rule = Rule::context("jinja-syntax", Severity::Error, include_str!("jinja_syntax.md"), check);

/// Statements of Jinja that make no sense in a single message.
const LEFT_OUT: [&str; 7] = ["macro", "call", "block", "extends", "include", "import", "from"];

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    for hole in template.programs() {
        let Err(error) = hole.program else { continue };
        if hole.is_condition() {
            if !has_braces(context, &hole, findings) {
                findings.at(
                    hole.locate(&template.sources, error.range.clone()),
                    format!("this expression cannot be read: {}", error.kind),
                );
            }
        } else if !context.is_unquoted(hole.span()) {
            let finding = findings.at(
                hole.locate(&template.sources, error.range.clone()),
                format!("this hole cannot be read: {}", error.kind),
            );
            if let JinjaErrorKind::Unclosed(_) = error.kind {
                finding.help("end each `{% if %}` with `{% endif %}`, each `{% for %}` with `{% endfor %}`");
            } else if let JinjaErrorKind::UnknownStatement(name) = &error.kind
                && LEFT_OUT.contains(&name.as_str())
            {
                finding.help("a template is one message, without macros, blocks and other files; `{% set %}` names what is used twice");
            }
        }
    }
}

/// Reports braces around a condition, which stands without them.
fn has_braces(context: &Context<'_>, hole: &EmbeddedProgram<'_>, findings: &mut Findings<'_>) -> bool {
    let span = hole.span();
    let quotes = usize::from(!context.is_unquoted(span));
    let inside = Span::new(span.start + quotes, span.end.saturating_sub(quotes).max(span.start + quotes));
    let expression = context.file.slice(inside).strip_prefix("{{").and_then(|text| text.strip_suffix("}}"));
    let Some(expression) = expression.map(str::trim) else { return false };
    // Quotes that are there stay, with what is escaped in them.
    let replacement = if quotes == 0 { quote(expression) } else { expression.to_owned() };
    findings
        .at(span, "`when` and `for` take an expression as it is, and this one has braces around it")
        .help(format!("write `{replacement}`"))
        .fix(Fix::safe_edit("remove the braces", Edit::replace(inside, replacement)));
    true
}
