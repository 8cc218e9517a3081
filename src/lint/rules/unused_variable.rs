//! A declared variable that nothing uses.

use std::collections::HashSet;

use crate::lint::{Facts, Findings, Rule, Severity};
use crate::expr::{Callee, Program};
use crate::schema::Problem;
use crate::template::{Hole, Template, Variables};
use crate::lint::near::nearest;

pub(in crate::lint) static RULE: Rule =
    Rule::facts("unused-variable", Severity::Warning, include_str!("unused_variable.md"), check);

fn check(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    let Some(template) = &facts.template else { return };
    let Some(variables) = &template.variables else { return };
    if !is_read_whole(facts, template) {
        return;
    }
    let holes = template.holes();
    let used: HashSet<&str> = holes.iter().flat_map(names).collect();
    let meant = misspelt(&used, variables);
    for variable in &variables.list {
        if !used.contains(&*variable.name) && !meant.contains(&*variable.name) && !is_no_name(facts, &variable.name) {
            findings
                .at(variable.key, format!("nothing uses the variable `{}`", variable.name))
                .help("use it in a hole, a `when` or a `for`, or take its declaration away");
        }
    }
}

/// Whether no use can hide in a part that could not be read.
fn is_read_whole(facts: &Facts<'_>, template: &Template) -> bool {
    let is_dropped = |problem: &Problem| matches!(problem, Problem::UnknownField { .. });
    facts.syntax_errors.is_empty()
        && template.broken.is_empty()
        && !facts.misfits.iter().any(|misfit| is_dropped(&misfit.problem))
}

/// The names that a hole takes from outside of itself.
fn names<'h>(hole: &'h Hole<'_>) -> impl Iterator<Item = &'h str> {
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
fn is_no_name(facts: &Facts<'_>, name: &str) -> bool {
    facts.misfits.iter().any(|misfit| misfit.problem == Problem::NotName && misfit.name == name)
}
