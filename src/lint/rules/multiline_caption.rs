//! A caption with a line break.

use crate::expr::ast::{Statement, StatementKind};
use crate::lint::{Context, Findings, Rule, Severity};

pub(in crate::lint) static RULE: Rule =
    Rule::context("multiline-caption", Severity::Warning, include_str!("multiline_caption.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    for caption in template.buttons().filter_map(|button| button.caption.as_ref()) {
        let breaks = caption.program().map_or_else(
            || caption.source.find('\n').filter(|_| caption.literal().is_some()),
            |program| literal_break(program.tree().statements()),
        );
        if let Some(at) = breaks {
            findings
                .at(caption.locate(&template.file, at..at + 1), "caption contains a line break")
                .label("expected a single line")
                .help("join the lines; in YAML, `>-` folds them into one");
        }
    }
}

/// Returns the first line break in the text outside of Jinja.
fn literal_break(statements: &[Statement<'_>]) -> Option<usize> {
    statements.iter().find_map(|statement| match statement.kind {
        StatementKind::Text(text) => text.find('\n').map(|at| statement.range.start + at),
        _ => None,
    })
}
