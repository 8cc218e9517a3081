//! An example that does not meet the declarations, or renders to no valid message.

use crate::diagnostic::Severity;
use crate::render::{Values, render};

use super::{Facts, Findings, Rule};
use super::{explain, missing_variable};

pub(super) static RULE: Rule =
    Rule::facts("invalid-example", Severity::Error, include_str!("invalid_example.md"), check);

fn check(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &facts.template else { return };
    for example in &template.examples {
        let mut values = Values::new();
        if values.add_example(template, example).is_err() {
            // The structure's own finding.
            continue;
        }
        let Err(errors) = render(template, &values) else { continue };
        for failure in explain(template, &errors) {
            // What is wrong with the template whatever the values is said already.
            if findings.has_other(failure.span()) {
                continue;
            }
            let message = format!("with the example `{}`, {}", example.name, failure.message);
            if failure.rule == missing_variable::RULE.id {
                findings
                    .at(example.key, message)
                    .also(failure.span(), failure.labels[0].message.clone())
                    .help("give it here, or declare a `default`");
                continue;
            }
            let (own, others) = (&failure.labels[0], &failure.labels[1..]);
            let finding = findings.at(own.span, message).says(own.message.clone()).also(example.key, "this example");
            let finding = others.iter().fold(finding, |finding, label| finding.also(label.span, label.message.clone()));
            if let Some(help) = failure.help {
                finding.help(help);
            }
        }
    }
}
