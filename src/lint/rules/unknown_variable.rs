//! A value for a variable that is not declared.

use crate::lint::near::nearest;
use crate::lint::wording::one_of;
use crate::lint::{Applicability, Findings, RenderFailure, Rule};
use crate::render::{RenderError, ValueError};

pub(in crate::lint) static RULE: Rule = Rule::failure("unknown-variable", include_str!("unknown_variable.md"), check);

fn check(failure: &RenderFailure<'_>, findings: &mut Findings<'_>) {
    let RenderError::Value(ValueError::Unknown { name, file, span }) = failure.error else { return };
    let Some(variables) = &failure.template.variables else { return };
    let near = nearest(name, variables.names.iter().map(String::as_str));
    let finding =
        findings.elsewhere(file, *span, format!("unknown variable `{name}`")).label("not declared by the template");
    if variables.names.is_empty() {
        finding.help("remove it, or declare it under `variables`");
    } else if near.is_empty() {
        let names = one_of(variables.names.iter().map(|name| format!("`{name}`")));
        finding.help(format!("remove it, or use {names}"));
    } else {
        finding.suggest(&near, *span, Applicability::Unsafe);
    }
}
