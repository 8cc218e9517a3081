//! An example that does not match the declarations, or that does not render to a valid message.

use crate::lint::{Context, Findings, Rule, Severity, explain};
use crate::render::{Values, render};
use crate::source::Span;
use crate::template::{EmbeddedProgram, Template, Variable};

use super::{invalid_variable, missing_variable, too_many_buttons, too_many_rows};

pub(in crate::lint) static RULE: Rule =
    Rule::context("invalid-example", Severity::Error, include_str!("invalid_example.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    let texts = texts(template);
    for example in &template.examples {
        let mut values = Values::new();
        // An example that is not a mapping is a violation of the schema.
        if values.add_example(template, example).is_err() || has_wrong_default(template, &values, findings) {
            continue;
        }
        let Err(errors) = render(template, &values) else { continue };
        for failure in explain::explain(template, &errors) {
            // What is wrong with the template whatever the values is said already.
            let span = failure.span();
            if findings.has_other(span, text_around(&texts, span)) || is_counted(template, span, findings) {
                continue;
            }
            let headline = format!("invalid example `{}`: {}", example.name, failure.message);
            if failure.rule == missing_variable::RULE.id {
                findings
                    .at(example.key, headline)
                    .label("no value in this example")
                    .also(failure.span(), failure.labels[0].message.clone())
                    .help("add a value to the example, or declare a `default`");
                continue;
            }
            let (own, others) = (&failure.labels[0], &failure.labels[1..]);
            let finding = findings.at(own.span, headline).label(own.message.clone()).also(example.key, "in this example");
            let finding = others.iter().fold(finding, |finding, label| finding.also(label.span, label.message.clone()));
            if let Some(help) = failure.help {
                finding.help(help);
            }
        }
    }
}

/// The locations of texts and conditions with Jinja, in order.
fn texts(template: &Template) -> Vec<Span> {
    let mut texts: Vec<Span> = template.programs().iter().map(EmbeddedProgram::span).collect();
    texts.sort_unstable();
    texts
}

/// Returns the text that contains a location, or the location itself.
fn text_around(texts: &[Span], place: Span) -> Span {
    let before = texts.partition_point(|text| text.start <= place.start);
    let text = before.checked_sub(1).map(|index| texts[index]);
    text.filter(|text| place.end <= text.end).unwrap_or(place)
}

/// Whether a value would come from a default that does not match its declaration.
fn has_wrong_default(template: &Template, values: &Values, findings: &Findings<'_>) -> bool {
    let variables = template.variables.iter().flat_map(|variables| &variables.list);
    let mut defaults = variables.filter(|variable| values.get(&variable.name).is_none()).filter_map(Variable::default);
    defaults.any(|default| findings.has_inside(&invalid_variable::RULE, default.span))
}

/// Whether a row or a button is one too many where there are too many whatever the values: then another one was told to be it.
fn is_counted(template: &Template, part: Span, findings: &Findings<'_>) -> bool {
    let is_told = |rule: &Rule, parts: &[Span]| {
        parts.contains(&part) && parts.iter().any(|&other| findings.has(rule, other))
    };
    template.grids().any(|grid| {
        let rows: Vec<Span> = grid.rows.iter().map(|row| row.location.span).collect();
        let mut buttons = grid.rows.iter().map(|row| row.buttons.iter().map(|button| button.location.span).collect::<Vec<_>>());
        is_told(&too_many_rows::RULE, &rows) || buttons.any(|buttons| is_told(&too_many_buttons::RULE, &buttons))
    })
}
