//! The text outside of holes.

use std::ops::Range;

use minijinja::machinery::ast::Stmt;

use super::Tree;
use super::names::place;

/// Where it stands, in the order of the text.
pub(super) fn literals(tree: &Tree<'_>, source: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    collect(tree.statements(), source, &mut found);
    found
}

fn collect(statements: &[Stmt<'_>], source: &str, found: &mut Vec<Range<usize>>) {
    for statement in statements {
        match statement {
            Stmt::EmitRaw(raw) => found.extend(place(source, raw.raw)),
            Stmt::ForLoop(each) => {
                collect(&each.body, source, found);
                collect(&each.else_body, source, found);
            }
            Stmt::IfCond(condition) => {
                collect(&condition.true_body, source, found);
                collect(&condition.false_body, source, found);
            }
            Stmt::WithBlock(with) => collect(&with.body, source, found),
            Stmt::SetBlock(set) => collect(&set.body, source, found),
            Stmt::FilterBlock(filter) => collect(&filter.body, source, found),
            Stmt::EmitExpr(_) | Stmt::Set(_) | Stmt::Template(_) | Stmt::AutoEscape(_) | Stmt::Do(_) => {}
        }
    }
}
