//! An assignment in a loop whose value is lost at the end of the iteration.

use crate::analysis::assignments::{Destination, lost_assignments};
use crate::lint::{Context, Findings, Rule, Severity};

pub(in crate::lint) static RULE: Rule =
    Rule::context("lost-assignment", Severity::Warning, include_str!("lost_assignment.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    for embedded in template.programs() {
        let Ok(program) = embedded.program else { continue };
        for lost in lost_assignments(program.tree()) {
            let name = lost.name.text;
            let finding = findings
                .at(embedded.locate(&template.file, lost.name.range), format!("the value of `{name}` is lost"))
                .label("has this value only until the end of the iteration")
                .help(format!(
                    "write `{{% set ns = namespace({name}=…) %}}` before the loop, and `ns.{name}` instead of `{name}`"
                ));
            if let Destination::Use(range) = lost.destination {
                finding.also(embedded.locate(&template.file, range), "used here, after the loop");
            }
        }
    }
}
