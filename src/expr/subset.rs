//! What MiniJinja has and the template language has not.

use minijinja::machinery::ast::Stmt;

use super::JinjaError;

/// Refuses statements that make no sense in a single text.
pub(super) fn check(statement: &Stmt<'_>) -> Result<(), JinjaError> {
    let all = |bodies: &[&[Stmt<'_>]]| bodies.iter().flat_map(|body| body.iter()).try_for_each(check);
    match statement {
        Stmt::Template(template) => all(&[&template.children]),
        Stmt::ForLoop(each) if each.recursive => Err(unsupported(each.span(), "`recursive` loops")),
        Stmt::ForLoop(each) => all(&[&each.body, &each.else_body]),
        Stmt::IfCond(condition) => all(&[&condition.true_body, &condition.false_body]),
        Stmt::WithBlock(with) => all(&[&with.body]),
        Stmt::SetBlock(set) => all(&[&set.body]),
        Stmt::FilterBlock(filter) => all(&[&filter.body]),
        Stmt::AutoEscape(escape) => Err(unsupported(escape.span(), "`autoescape`")),
        Stmt::Do(call) => Err(unsupported(call.span(), "`do`")),
        Stmt::EmitExpr(_) | Stmt::EmitRaw(_) | Stmt::Set(_) => Ok(()),
    }
}

fn unsupported(span: minijinja::machinery::Span, what: &str) -> JinjaError {
    JinjaError {
        message: format!("{what} cannot be used in a message"),
        range: span.start_offset as usize..span.end_offset as usize,
    }
}
