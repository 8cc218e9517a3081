//! Values that are declared to be null at times, where null fails.

use crate::analysis::types::{Kinds, Operand, TypeErrorKind};
use crate::expr::library::{OperandRole, Takes};
use crate::lint::{Context, Findings, Rule, Severity};
use crate::schema::Kind;

use super::evaluation_error::conversion;
use super::type_mismatch::{label, name};

pub(in crate::lint) static RULE: Rule =
    Rule::context("may-be-null", Severity::Warning, include_str!("may_be_null.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for problem in context.declared_types().map(|types| types.if_null.as_slice()).unwrap_or_default() {
        let Some((value, takes, role)) = operand(&problem.kind) else { continue };
        let headline = match role {
            OperandRole::Item => format!("items of {} can be null", name(value)),
            OperandRole::Input | OperandRole::Argument => format!("{} can be null", name(value)),
        };
        let mut finding = findings.at(problem.location, headline).label(label(&problem.kind));
        if let Some(help) = conversion(takes, role, Kind::Null) {
            finding = finding.help(help);
        }
        if let Some(declared) = problem.declared {
            finding.also(declared, "declared here");
        }
    }
}

/// Returns the value that can be null, and what is done with it.
fn operand(kind: &TypeErrorKind) -> Option<(&Operand, Takes, OperandRole)> {
    match kind {
        TypeErrorKind::NotText(value) => Some((value, Takes::Text, OperandRole::Input)),
        TypeErrorKind::NotIterable(value) => Some((value, Takes::Items, OperandRole::Input)),
        TypeErrorKind::NotTaken { takes, role, value, .. } => Some((value, *takes, *role)),
        _ => None,
    }
    .filter(|(value, ..)| value.known.kinds.meets(Kinds::NULL))
}
