//! Where an expression stands.

use std::ops::Range;

use crate::expr::syntax::Expr;

/// The bytes of an expression. MiniJinja lets many begin at the token before them; its ends are right.
pub(crate) fn of(expression: &Expr<'_>, source: &str) -> Range<usize> {
    let end = (expression.span().end_offset as usize).min(source.len());
    let mut start = start(expression, source).min(end);
    // The leftmost name may stand in a bracket that is part of the expression.
    let count = |text: &str, sign: char| text.matches(sign).count();
    while let Some(text) = source.get(start..end).filter(|text| count(text, ')') > count(text, '(')) {
        debug_assert!(!text.is_empty());
        let Some(before) = source[..start].trim_end().strip_suffix('(') else { break };
        start = before.len();
    }
    start..end
}

fn start(expression: &Expr<'_>, source: &str) -> usize {
    let own = expression.span().start_offset as usize;
    let first = match expression {
        Expr::Slice(slice) => &slice.expr,
        Expr::BinOp(binary) => &binary.left,
        Expr::Compare(compare) => &compare.expr,
        Expr::IfExpr(choice) => &choice.true_expr,
        Expr::Test(test) => &test.expr,
        Expr::GetAttr(attribute) => &attribute.expr,
        Expr::GetItem(item) => &item.expr,
        Expr::Call(call) => &call.expr,
        Expr::Filter(filter) => match &filter.expr {
            Some(input) => input,
            None => return own,
        },
        // `a not in b` and `a is not b` are of this kind too.
        Expr::UnaryOp(unary) if !source.get(own..).is_some_and(|text| text.starts_with(['n', '-'])) => &unary.expr,
        _ => return own,
    };
    start(first, source)
}
