//! A declared variable that nothing uses.

use std::collections::HashSet;

use crate::lint::{Context, Findings, Rule, Severity};
use crate::expr::{Callee, Program};
use crate::schema::ViolationKind;
use crate::template::{EmbeddedProgram, Template, Variables};
use crate::lint::near::nearest;

pub(in crate::lint) static RULE: Rule =
    Rule::context("unused-variable", Severity::Warning, include_str!("unused_variable.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    let Some(variables) = &template.variables else { return };
    if !is_read_whole(context, template) {
        return;
    }
    let holes = template.programs();
    let used: HashSet<&str> = holes.iter().flat_map(names).collect();
    let meant = misspelt(&used, variables);
    for variable in &variables.list {
        if !used.contains(&*variable.name) && !meant.contains(&*variable.name) && !is_no_name(context, &variable.name) {
            findings
                .at(variable.key, format!("nothing uses the variable `{}`", variable.name))
                .help("use it in a hole, a `when` or a `for`, or take its declaration away");
        }
    }
}

/// Whether no use can hide in a part that could not be read.
fn is_read_whole(context: &Context<'_>, template: &Template) -> bool {
    let is_dropped = |problem: &ViolationKind| matches!(problem, ViolationKind::UnknownField { .. });
    context.syntax_errors.is_empty()
        && template.broken.is_empty()
        && !context.violations.iter().any(|violation| is_dropped(&violation.kind))
}

/// The names that a hole takes from outside of itself.
fn names<'h>(hole: &'h EmbeddedProgram<'_>) -> impl Iterator<Item = &'h str> {
    let calls = hole.program.map(Program::calls).unwrap_or_default();
    let called = calls.iter().filter(|call| call.kind == Callee::Function).map(|call| call.name);
    hole.free_names().map(|used| used.name).chain(called)
}

/// The variables that are likely meant where an undeclared name is used: that is one mistake, not two.
fn misspelt<'v>(used: &HashSet<&str>, variables: &'v Variables) -> HashSet<&'v str> {
    let undeclared = used.iter().filter(|name| variables.get(name).is_none());
    undeclared.flat_map(|name| nearest(name, variables.names.iter().map(String::as_str))).collect()
}

/// Whether no hole can use the name, whatever it says.
fn is_no_name(context: &Context<'_>, name: &str) -> bool {
    context.violations.iter().any(|violation| violation.kind == ViolationKind::NotName && violation.name == name)
}
