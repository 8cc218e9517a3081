//! A declared variable that is never used.

use std::collections::HashSet;

use crate::expr::{Callee, Program};
use crate::lint::near::{Hyphenated, nearest};
use crate::lint::{Context, Findings, Rule, Severity};
use crate::schema::ViolationKind;
use crate::template::{EmbeddedProgram, Template, Variables};

use super::foreign_placeholder;

pub(in crate::lint) static RULE: Rule =
    Rule::context("unused-variable", Severity::Warning, include_str!("unused_variable.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &context.template else { return };
    let Some(variables) = &template.variables else { return };
    if !is_read_whole(context, template) {
        return;
    }
    let programs = template.programs();
    let used: HashSet<&str> = programs.iter().flat_map(names).collect();
    let hyphenated: Vec<String> = programs.iter().flat_map(hyphenated).collect();
    let undeclared = used.iter().copied().chain(hyphenated.iter().map(String::as_str));
    let meant = misspelt(undeclared, variables);
    let placeholders = foreign_placeholder::names(template);
    // Those of a library can be used elsewhere.
    let own = template.file.own();
    for variable in &variables.list {
        if own.contains(variable.key)
            && !used.contains(&*variable.name)
            && !meant.contains(&*variable.name)
            && !placeholders.contains(&*variable.name)
            && !is_invalid_name(context, &variable.name)
        {
            findings
                .at(variable.key, format!("unused variable `{}`", variable.name))
                .label("declared here but never used")
                .help("use it in an expression, or remove its declaration");
        }
    }
}

/// Returns whether every part of the template could be read, so that no use is overlooked.
fn is_read_whole(context: &Context<'_>, template: &Template) -> bool {
    let is_dropped = |problem: &ViolationKind| matches!(problem, ViolationKind::UnknownField { .. });
    context.syntax_errors.is_empty()
        && context.commented().iter().all(|commented| !commented.has_jinja)
        && template.broken.is_empty()
        && !context.violations.iter().any(|violation| is_dropped(&violation.kind))
}

/// Returns the names that a program takes from outside of itself.
fn names<'p>(program: &'p EmbeddedProgram<'_>) -> impl Iterator<Item = &'p str> {
    let calls = program.program.map(Program::calls).unwrap_or_default();
    let called = calls.iter().filter(|call| call.kind == Callee::Function).map(|call| call.name);
    program.free_names().map(|used| used.name).chain(called)
}

/// Returns the names that are written with hyphens, with `_` in place of these.
fn hyphenated(program: &EmbeddedProgram<'_>) -> Vec<String> {
    let Ok(parsed) = program.program else { return Vec::new() };
    let names = parsed.names().iter();
    names.filter_map(|used| Some(Hyphenated::around(parsed.source(), &used.range)?.name)).collect()
}

/// Returns the variables that an undefined name probably refers to: that is one mistake, not two.
fn misspelt(used: impl Iterator<Item = impl AsRef<str>>, variables: &Variables) -> HashSet<&str> {
    let mut meant = HashSet::new();
    for name in used {
        let name = name.as_ref();
        meant.extend(match variables.get(name) {
            Some(variable) => vec![&*variable.name],
            None => nearest(name, variables.names.iter().map(String::as_str)),
        });
    }
    meant
}

/// Returns whether no expression can use the name.
fn is_invalid_name(context: &Context<'_>, name: &str) -> bool {
    context.violations.iter().any(|violation| violation.kind == ViolationKind::NotName && violation.name == name)
}
