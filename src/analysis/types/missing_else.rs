//! Conditional expressions without `else`, whose missing value is used.

use crate::expr::Constant;
use crate::expr::ast::{BinaryOp, Expr, ExprKind};
use crate::expr::library::Takes;
use crate::source::Span;

use super::infer::Inference;
use super::kinds::Kinds;
use super::scope::Assumption;
use super::ty::Type;

/// A conditional expression without `else` where a value is needed.
#[derive(Clone, Debug, PartialEq)]
pub struct MissingElse {
    /// The expression.
    pub location: Span,
    /// The type of its value if the condition is true.
    pub value: Type,
    /// What is done with the value.
    pub takes: Takes,
}

impl<'t> Inference<'t> {
    /// Notes the conditional expressions without `else` that an expression can come from, if it has to be defined.
    pub(super) fn expect_else(&mut self, expression: &Expr<'t>, takes: Takes) {
        match &expression.kind {
            ExprKind::If { condition, yes, no } => {
                self.expect_else_under(condition, Assumption::Holds, yes, takes);
                match no {
                    Some(no) => self.expect_else_under(condition, Assumption::Fails, no, takes),
                    None if self.can_fail(condition) => self.report_missing_else(expression, yes, takes),
                    None => {}
                }
            }
            ExprKind::Binary { op: BinaryOp::And, left, right } => {
                self.expect_else(left, takes);
                self.expect_else_under(left, Assumption::Holds, right, takes);
            }
            ExprKind::Binary { op: BinaryOp::Or, left, right } => {
                self.expect_else_under(left, Assumption::Fails, right, takes);
            }
            _ => {}
        }
    }

    fn expect_else_under(&mut self, condition: &Expr<'t>, assumed: Assumption, expression: &Expr<'t>, takes: Takes) {
        let checkpoint = self.scope.checkpoint();
        self.scope.assume(condition, assumed);
        self.expect_else(expression, takes);
        self.scope.restore(checkpoint);
    }

    /// Returns whether a condition is false for some values.
    fn can_fail(&mut self, condition: &Expr<'t>) -> bool {
        let checkpoint = self.scope.checkpoint();
        self.scope.assume(condition, Assumption::Fails);
        let is_possible = self.scope.is_possible_since(checkpoint);
        self.scope.restore(checkpoint);
        is_possible && !condition.constant().is_some_and(Constant::is_true)
    }

    fn report_missing_else(&mut self, expression: &Expr<'t>, yes: &Expr<'t>, takes: Takes) {
        let location = self.locate(expression.range.clone());
        // An operand of two comparisons is needed by both.
        if self.missing_else.last().is_none_or(|before| before.location != location) {
            let value = self.quietly(yes);
            self.missing_else.push(MissingElse { location, value, takes });
        }
    }
}

impl MissingElse {
    /// Returns an empty value that can stand in the place of the missing one.
    #[must_use]
    pub fn empty(&self) -> &'static str {
        let is_of = |kinds: Kinds| self.value.kinds.is_within(kinds | Kinds::UNDEFINED);
        match self.takes {
            Takes::Text | Takes::String | Takes::Query => "\"\"",
            Takes::Items => "[]",
            Takes::Mapping => "{}",
            Takes::Number | Takes::Numeric => "0",
            _ if is_of(Kinds::NUMBER) => "0",
            _ if is_of(Kinds::LIST) => "[]",
            _ if is_of(Kinds::MAPPING) => "{}",
            _ => "\"\"",
        }
    }
}
