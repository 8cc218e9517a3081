//! A name that `variables` does not declare.

use crate::lint::near::nearest;
use crate::lint::{Applicability, Context, Findings, Rule, Severity};
use crate::schema::is_variable_name;

pub(in crate::lint) static RULE: Rule =
    Rule::context("undefined-variable", Severity::Error, include_str!("undefined_variable.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    let Some(variables) = &template.variables else { return };
    for program in template.programs() {
        let locate = program.locator(&template.sources);
        for used in program.free_names().filter(|used| variables.get(used.name).is_none()) {
            let name = used.name;
            let span = locate(used.range.clone());
            let names = variables.names.iter().map(String::as_str).filter(|name| is_variable_name(name));
            let near = nearest(name, names);
            let finding =
                findings.at(span, format!("undefined variable `{name}`")).label("not declared in `variables`");
            if near.is_empty() {
                finding.help(format!("declare it under `variables`: `{name}: {{ type: … }}`"));
            } else {
                finding.suggest(&near, span, Applicability::Unsafe);
            }
        }
    }
}
