//! Numbers that readers see as they are, in digits and without separators that Persians do not read.

use std::ops::Range;

use crate::expr::ast::{BinaryOp, Expr, ExprKind};
use crate::template::ProgramId;

use super::infer::Inference;
use super::kinds::Kinds;
use super::scope::{Assumption, Origin};
use super::ty::Type;

/// A number that becomes text as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BareNumber {
    /// The program.
    pub program: ProgramId,
    /// The expression, in bytes of the program's text.
    pub range: Range<usize>,
}

impl<'t> Inference<'t> {
    /// Notes the bare numbers in a value that becomes text.
    pub(super) fn show(&mut self, expression: &Expr<'t>, known: &Type) {
        let numbers = match self.is_bare_number(expression, known) {
            true => vec![expression.range.clone()],
            false => self.shown_in(expression, known),
        };
        if let (Some(shown), Some(program)) = (&mut self.shown_numbers, &self.program) {
            shown.extend(numbers.into_iter().map(|range| BareNumber { program: program.id, range }));
        }
    }

    /// Returns the bare numbers in a value that is not a number itself: in text that `~` puts together, and in the
    /// branches of a condition.
    pub(super) fn shown_in(&mut self, expression: &Expr<'t>, known: &Type) -> Vec<Range<usize>> {
        let mut numbers = Vec::new();
        if self.shown_numbers.is_some() && !known.kinds.without_absent().is_within(Kinds::NUMBER) {
            self.collect_shown(expression, &mut numbers);
        }
        numbers
    }

    fn collect_shown(&mut self, expression: &Expr<'t>, numbers: &mut Vec<Range<usize>>) {
        match &expression.kind {
            ExprKind::Binary { op: BinaryOp::Concat, left, right } => {
                self.collect_part(left, numbers);
                self.collect_part(right, numbers);
            }
            // A number to the left of `or` decides with its value, which a formatted one does not have.
            ExprKind::Binary { op: BinaryOp::Or, left, right } => {
                self.collect_under(left, Assumption::Fails, right, numbers);
            }
            ExprKind::If { condition, yes, no } => {
                self.collect_under(condition, Assumption::Holds, yes, numbers);
                if let Some(no) = no {
                    self.collect_under(condition, Assumption::Fails, no, numbers);
                }
            }
            ExprKind::Name(name) => {
                let bound = self.scope.bound(name);
                numbers.extend(bound.map(|bound| bound.numbers.clone()).unwrap_or_default());
            }
            _ => {}
        }
    }

    fn collect_under(
        &mut self,
        condition: &Expr<'t>,
        assumed: Assumption,
        expression: &Expr<'t>,
        numbers: &mut Vec<Range<usize>>,
    ) {
        let checkpoint = self.scope.checkpoint();
        self.scope.assume(condition, assumed);
        self.collect_part(expression, numbers);
        self.scope.restore(checkpoint);
    }

    fn collect_part(&mut self, expression: &Expr<'t>, numbers: &mut Vec<Range<usize>>) {
        let is_composed = matches!(
            expression.kind,
            ExprKind::If { .. } | ExprKind::Binary { op: BinaryOp::Concat | BinaryOp::Or, .. }
        );
        // The parts of what is composed are examined one by one, so that none of them is inferred over and over.
        if !is_composed {
            let known = self.quietly(expression);
            if self.is_bare_number(expression, &known) {
                return numbers.push(expression.range.clone());
            }
        }
        self.collect_shown(expression, numbers);
    }

    fn is_bare_number(&self, expression: &Expr<'t>, known: &Type) -> bool {
        let kinds = known.kinds.without_absent();
        kinds.meets(Kinds::NUMBER) && kinds.is_within(Kinds::NUMBER) && self.origin(expression) == Origin::Declared
    }

    /// Returns where a value comes from.
    pub(super) fn origin(&self, expression: &Expr<'t>) -> Origin {
        if self.is_of_variable(expression) { Origin::Declared } else { Origin::Template }
    }

    fn is_of_variable(&self, expression: &Expr<'t>) -> bool {
        match &expression.kind {
            ExprKind::Name(name) => self.scope.bound(name).is_none_or(|bound| bound.origin == Origin::Declared),
            ExprKind::Attribute { of, .. }
            | ExprKind::Item { of, .. }
            | ExprKind::Slice { of, .. }
            | ExprKind::Negate(of) => self.is_of_variable(of),
            ExprKind::Binary { left, right, .. } => self.is_of_variable(left) || self.is_of_variable(right),
            ExprKind::If { yes, no, .. } => {
                self.is_of_variable(yes) || no.as_ref().is_some_and(|no| self.is_of_variable(no))
            }
            ExprKind::Filter { input: Some(input), name, .. } => {
                !matches!(name.text, "length" | "count") && self.is_of_variable(input)
            }
            ExprKind::List(items) => items.iter().any(|item| self.is_of_variable(item)),
            _ => false,
        }
    }
}
