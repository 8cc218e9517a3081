//! A value for a name that is not declared.

use crate::lint::{Applicability, Failure, Findings, Rule};
use crate::render::{RenderError, ValueError};
use crate::lint::near::nearest;

pub(in crate::lint) static RULE: Rule = Rule::failure("unknown-variable", include_str!("unknown_variable.md"), check);

fn check(failure: &Failure<'_>, findings: &mut Findings<'_>) {
    let RenderError::Value(ValueError::Unknown { name, file, span }) = failure.error else { return };
    let Some(variables) = &failure.template.variables else { return };
    let near = nearest(name, variables.names.iter().map(String::as_str));
    let finding = findings.elsewhere(file, *span, format!("the template declares no variable `{name}`"));
    if near.is_empty() {
        let names: Vec<String> = variables.names.iter().map(String::as_str).map(|name| format!("`{name}`")).collect();
        finding.help(format!("it declares {}", names.join(", ")));
    } else {
        finding.suggest(&near, *span, Applicability::Unsafe);
    }
}
