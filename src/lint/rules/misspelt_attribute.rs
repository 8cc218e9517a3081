//! Attributes that a declaration allows, but that are similar to one that it lists.

use crate::analysis::types::TypeErrorKind;
use crate::lint::{Applicability, Context, Findings, Rule, Severity};

use super::type_mismatch::{near_keys, whose};

pub(in crate::lint) static RULE: Rule =
    Rule::context("misspelt-attribute", Severity::Warning, include_str!("misspelt_attribute.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for problem in context.declared_types().map(|types| types.undeclared.as_slice()).unwrap_or_default() {
        let TypeErrorKind::NoKey { of, name, keys, role } = &problem.kind else { continue };
        let near = near_keys(name, keys);
        if near.is_empty() {
            continue;
        }
        let finding = findings
            .at(problem.location, format!("misspelt attribute `{name}`"))
            .label(format!("not declared for {}", whose(of, *role)))
            .suggest(&near, problem.location, Applicability::Unsafe);
        if let Some(declared) = problem.declared {
            finding.also(declared, "declared here");
        }
    }
}
