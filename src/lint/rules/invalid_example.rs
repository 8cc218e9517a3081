//! An example that does not match the declarations, or that does not render to a valid message.

use std::sync::Arc;

use crate::lint::{Context, Findings, Rule, Severity, explain};
use crate::render::{RenderError, ValueError, Values, render};
use crate::schema::ViolationKind;
use crate::template::Template;

use super::missing_variable;

pub(in crate::lint) static RULE: Rule =
    Rule::context("invalid-example", Severity::Error, include_str!("invalid_example.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    // A part that is missing could be what an example needs.
    if context.is_damaged() {
        return;
    }
    let project_values = context.project_values();
    for example in &template.examples {
        let mut values = project_values.clone();
        // An example that is not a mapping is a violation of the schema.
        if values.add_example(template, example).is_err() || has_other_mistakes(template, &values) {
            continue;
        }
        let Err(mut errors) = render(template, &values) else { continue };
        errors.retain(|error| !is_wrongly_declared(context, error));
        for failure in explain::explain(template, &errors) {
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
            let finding =
                findings.at(own.span, headline).label(own.message.clone()).also(example.key, "in this example");
            let finding = others
                .iter()
                .fold(finding, |finding, label| finding.also_in(&label.file, label.span, label.message.clone()));
            if let Some(help) = failure.help {
                finding.help(help);
            }
        }
    }
}

/// Returns whether a value that is not the example's own does not match its declaration: a default, or a value of the
/// project.
fn has_other_mistakes(template: &Template, values: &Values) -> bool {
    let file = &template.file;
    let others = template.variables.iter().flat_map(|variables| &variables.list).filter_map(|variable| {
        let value = match values.get(&variable.name) {
            Some(given) if Arc::ptr_eq(&given.file, file) => None,
            Some(given) => Some(&given.node),
            None => variable.default(),
        };
        Some((variable, value?))
    });
    others.into_iter().any(|(variable, value)| !variable.mismatches(value).is_empty())
}

/// Returns whether a value is missing of a variable whose declaration is of the wrong type, and could have a default.
fn is_wrongly_declared(context: &Context<'_>, error: &RenderError) -> bool {
    let RenderError::Value(ValueError::Missing { name, .. }) = error else { return false };
    let variables = context.template.as_ref().and_then(|template| template.variables.as_ref());
    let Some(variable) = variables.and_then(|variables| variables.get(name)) else { return false };
    context.violations.iter().any(|violation| {
        matches!(violation.kind, ViolationKind::WrongType { .. }) && violation.span == variable.schema.span
    })
}
