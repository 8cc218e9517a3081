//! Assignments in the body of a `for` whose value does not reach the place that uses it.
//!
//! In Jinja the body of a `for` is a scope of its own, which begins anew with each item: a `set` in it changes neither
//! the name outside nor that of the next iteration. Only attributes of a namespace outlive an iteration.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::expr::ast::{BinaryOp, Expr, ExprKind, For, Name, Statement, StatementKind, Target, Tree};
use crate::expr::visit::{Bound, ProgramVisitor, walk_expression, walk_statement, walk_tree};

/// An assignment whose value is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LostAssignment<'a> {
    /// The name that is assigned to.
    pub name: Name<'a>,
    /// Where the value was meant to arrive.
    pub destination: Destination,
}

/// Where a value was meant to arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// The next iteration, as in `set n = n + 1`.
    NextIteration,
    /// A use of the name after the loop.
    Use(Range<usize>),
}

/// Returns the assignments of a program whose value is lost, in the order in which that becomes certain.
#[must_use]
pub(crate) fn lost_assignments<'a>(tree: &Tree<'a>) -> Vec<LostAssignment<'a>> {
    let mut visitor = Assignments { scopes: vec![Scope::default()], ..Assignments::default() };
    walk_tree(&mut visitor, tree);
    visitor.lost
}

#[derive(Default)]
struct Assignments<'a> {
    scopes: Vec<Scope<'a>>,
    /// The assignments that nothing has used so far, by name.
    pending: HashMap<&'a str, Vec<Pending<'a>>>,
    lost: Vec<LostAssignment<'a>>,
}

#[derive(Default)]
struct Scope<'a> {
    is_iteration: bool,
    names: HashSet<&'a str>,
}

/// An assignment in an iteration to a name that exists outside of it.
struct Pending<'a> {
    name: Name<'a>,
    /// The number of scopes around it.
    depth: usize,
}

impl<'a> Assignments<'a> {
    /// Returns whether an assignment here leaves the variable of this name outside of a loop as it is.
    fn hides_outer(&self, name: &str) -> bool {
        // A name that no scope has is a variable of the template.
        let inside = self.scopes.iter().rev().take_while(|scope| !scope.names.contains(name));
        inside.into_iter().any(|scope| scope.is_iteration)
    }

    fn assign(&mut self, name: &Name<'a>, value: Option<&Expr<'a>>) {
        if !self.hides_outer(name.text) {
            return;
        }
        if value.is_some_and(|value| accumulates(value, name.text)) {
            self.lost.push(LostAssignment { name: name.clone(), destination: Destination::NextIteration });
        } else {
            let pending = Pending { name: name.clone(), depth: self.scopes.len() };
            self.pending.entry(name.text).or_default().push(pending);
        }
    }

    fn use_name(&mut self, name: &str, range: &Range<usize>) {
        let depth = self.scopes.len();
        let assigned = self.pending.remove(name).unwrap_or_default();
        let outside = assigned.into_iter().filter(|pending| depth < pending.depth);
        self.lost.extend(
            outside.map(|Pending { name, .. }| LostAssignment { name, destination: Destination::Use(range.clone()) }),
        );
    }
}

impl<'a> ProgramVisitor<'a> for Assignments<'a> {
    fn statement(&mut self, statement: &Statement<'a>) {
        match &statement.kind {
            StatementKind::Set { target: Target::Name(name), value } => {
                self.expression(value);
                self.assign(name, Some(value));
                self.bind(name, Bound::Value(value));
            }
            StatementKind::SetBlock { target: Target::Name(name), .. } => {
                self.assign(name, None);
                walk_statement(self, statement);
            }
            _ => walk_statement(self, statement),
        }
    }

    fn expression(&mut self, expression: &Expr<'a>) {
        if let ExprKind::Name(name) = expression.kind {
            self.use_name(name, &expression.range);
        }
        walk_expression(self, expression);
    }

    fn bind(&mut self, name: &Name<'a>, _: Bound<'_, 'a>) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.names.insert(name.text);
        }
    }

    fn bind_loop(&mut self, _: &For<'a>) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.is_iteration = true;
        }
    }

    fn enter_scope(&mut self) {
        self.scopes.push(Scope::default());
    }

    fn leave_scope(&mut self) {
        self.scopes.pop();
    }
}

/// Returns whether a value is computed from the previous value of a name: `n + 1`, `text ~ x`, `list + [x]`.
fn accumulates(value: &Expr<'_>, name: &str) -> bool {
    match &value.kind {
        ExprKind::Binary { op: BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Concat, left, right } => {
            [left, right].into_iter().any(|operand| operand.as_name() == Some(name) || accumulates(operand, name))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Destination, lost_assignments};
    use crate::expr::Program;

    fn lost(text: &str) -> String {
        let program = Program::text(text).expect(text);
        let lost = lost_assignments(program.tree()).into_iter().map(|lost| match lost.destination {
            Destination::NextIteration => format!("{}: next", lost.name.text),
            Destination::Use(range) => format!("{}: {}", lost.name.text, range.start),
        });
        lost.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn values_that_are_meant_for_another_iteration_or_for_after_the_loop() {
        let cases = [
            ("{% set n = 0 %}{% for x in xs %}{% set n = n + x %}{% endfor %}{{ n }}", "n: next"),
            ("{% for x in xs %}{% set n = n + 1 %}{{ n }}{% endfor %}", "n: next"),
            ("{% set s = '' %}{% for x in xs %}{% if x %}{% set s = s ~ ', ' ~ x %}{% endif %}{% endfor %}", "s: next"),
            ("{% set s = '' %}{% for x in xs %}{% set s = x %}{% endfor %}{{ s }}", "s: 63"),
            ("{% set s = '' %}{% for x in xs %}{% set s %}{{ x }}{% endset %}{% endfor %}{{ s }}", "s: 78"),
        ];
        for (text, expected) in cases {
            assert_eq!(lost(text), expected, "{text}");
        }
    }

    #[test]
    fn values_that_are_used_in_their_iteration() {
        let cases = [
            "{% for x in xs %}{% set n = x + 1 %}{{ n }}{% endfor %}",
            "{% set n = 0 %}{% set n = n + 1 %}{{ n }}",
            "{% set s = '' %}{% for x in xs %}{% set s = x %}{{ s }}{% endfor %}{{ s }}",
            "{% set s = ' a' %}{% for x in xs %}{% set s = s | trim %}{{ s }}{% endfor %}",
            "{% set ns = namespace(n=0) %}{% for x in xs %}{% set ns.n = ns.n + x %}{% endfor %}{{ ns.n }}",
            "{% for x in xs %}{% set n = 0 %}{% if x %}{% set n = n + 1 %}{% endif %}{{ n }}{% endfor %}",
        ];
        for text in cases {
            assert_eq!(lost(text), "", "{text}");
        }
    }
}
