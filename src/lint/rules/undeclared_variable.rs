//! A name that `variables` lacks.


use crate::lint::{Facts, Findings, Rule, Severity};
use crate::lint::near::nearest;

pub(in crate::lint) static RULE: Rule =
    Rule::facts("undeclared-variable", Severity::Error, include_str!("undeclared_variable.md"), check);

fn check(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &facts.template else { return };
    let Some(variables) = &template.variables else { return };
    for hole in template.holes() {
        let locate = hole.locator(&template.file);
        for used in hole.free_names().filter(|used| variables.get(used.name).is_none()) {
            let name = used.name;
            let span = locate(used.range.clone());
            let near = nearest(name, variables.names.iter().map(String::as_str));
            let finding = findings.at(span, format!("`variables` declares no `{name}`"));
            if near.is_empty() {
                finding.help(format!("declare it under `variables`: `{name}: {{ type: … }}`"));
            } else {
                finding.suggest(&near, span);
            }
        }
    }
}
