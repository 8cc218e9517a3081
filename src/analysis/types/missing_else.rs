//! Conditional expressions without `else`, whose missing value is used.

use crate::expr::Constant;
use crate::expr::ast::{BinaryOp, Expr, ExprKind};
use crate::expr::library::Takes;
use crate::source::Span;

use super::infer::{Inference, is_surely};
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
    /// What it is if the condition is false.
    pub otherwise: Otherwise,
    /// What is done with the value.
    pub takes: Takes,
}

/// What a conditional expression without `else` is if its condition is false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otherwise {
    /// Undefined, as `"x" if condition` is.
    Undefined,
    /// False, as `condition and "x"` is.
    False,
}

impl<'t> Inference<'t> {
    /// Notes the conditional expressions without `else` that an expression can come from, if it has to be defined.
    pub(super) fn expect_else(&mut self, expression: &Expr<'t>, takes: Takes) {
        match &expression.kind {
            ExprKind::If { condition, yes, no } => {
                self.expect_else_under(condition, Assumption::Holds, yes, takes);
                match no {
                    Some(no) => self.expect_else_under(condition, Assumption::Fails, no, takes),
                    None if self.can_fail(condition) => {
                        self.report_missing_else(expression, yes, takes, Otherwise::Undefined);
                    }
                    None => {}
                }
            }
            // `condition and value` is false if the condition is.
            ExprKind::Binary { op: BinaryOp::And, left, right } if self.is_refused_if_false(left, takes) => {
                self.report_missing_else(expression, right, takes, Otherwise::False);
            }
            ExprKind::Binary { op: BinaryOp::And, left, right } => {
                self.expect_else(left, takes);
                self.expect_else_under(left, Assumption::Holds, right, takes);
            }
            ExprKind::Binary { op: BinaryOp::Or, left, right } => {
                self.expect_else_under(left, Assumption::Fails, right, takes);
            }
            ExprKind::Name(name) => {
                let missing = self.scope.missing_else(name).to_vec();
                missing.into_iter().for_each(|missing| self.add_missing_else(MissingElse { takes, ..missing }));
            }
            _ => {}
        }
    }

    /// Returns the conditional expressions without `else` that a value which is assigned can come from.
    pub(super) fn missing_else_of(&mut self, value: &Expr<'t>) -> Vec<MissingElse> {
        let before = std::mem::take(&mut self.missing_else);
        self.expect_else(value, Takes::Value);
        std::mem::replace(&mut self.missing_else, before)
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

    /// Returns whether a condition is a boolean that can be false, where none is taken.
    fn is_refused_if_false(&mut self, condition: &Expr<'t>, takes: Takes) -> bool {
        let is_boolean = |known: &Type| known.kinds.meets(Kinds::BOOLEAN) && is_surely(known, Kinds::BOOLEAN);
        !matches!(takes, Takes::Anything | Takes::Value)
            && !Kinds::taken(takes).meets(Kinds::BOOLEAN)
            && is_boolean(&self.quietly(condition))
            && self.can_fail(condition)
    }

    fn report_missing_else(&mut self, expression: &Expr<'t>, yes: &Expr<'t>, takes: Takes, otherwise: Otherwise) {
        let location = self.locate(expression.range.clone());
        let value = self.quietly(yes);
        self.add_missing_else(MissingElse { location, value, otherwise, takes });
    }

    /// Notes a conditional expression, once. An operand of two comparisons is needed by both, and a name by each use.
    fn add_missing_else(&mut self, missing: MissingElse) {
        if self.missing_else.iter().all(|before| before.location != missing.location) {
            self.missing_else.push(missing);
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
