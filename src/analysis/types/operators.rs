//! The types of operators.

use crate::expr::Constant;
use crate::expr::ast::{Argument, BinaryOp, Expr, Name};
use crate::expr::library::{self, Operation, Takes};

use super::contract::Applied;
use super::error::{Comparison, Operand, TypeErrorKind};
use super::filters::{positional, truthy};
use super::infer::{Inference, is_surely};
use super::kinds::Kinds;
use super::scope::Assumption;
use super::ty::{Length, Type};

/// An operand and its type.
pub(super) type Typed<'e, 't> = (&'e Expr<'t>, &'e Type);

impl<'t> Inference<'t> {
    pub(super) fn negate(&mut self, of: &Expr<'t>, whole: &Expr<'t>) -> Type {
        let known = self.expression(of);
        if is_surely(&known, Kinds::JSON & !Kinds::NUMBER) {
            let operand = self.operand(of, &known);
            self.report(whole, of, TypeErrorKind::NotNegatable(operand));
        }
        Type::of(known.kinds & Kinds::NUMBER)
    }

    pub(super) fn binary(&mut self, op: BinaryOp, left: &Expr<'t>, right: &Expr<'t>, whole: &Expr<'t>) -> Type {
        let left_type = self.expression(left);
        match op {
            BinaryOp::And => return left_type.join(&self.under(left, Assumption::Holds, right)),
            BinaryOp::Or => return truthy(&left_type).join(&self.under(left, Assumption::Fails, right)),
            _ => {}
        }
        let right_type = self.expression(right);
        let operands = ((left, &left_type), (right, &right_type));
        match op {
            BinaryOp::Concat => {
                for (operand, known) in [operands.0, operands.1] {
                    self.check(operand, known, Operation::Concat, Takes::Text);
                }
                Type::TEXT
            }
            BinaryOp::Eq | BinaryOp::Ne => {
                self.check_equality(compared(op), operands.0, operands.1, whole);
                Type::BOOLEAN
            }
            BinaryOp::In | BinaryOp::NotIn => {
                if is_surely(&right_type, Kinds::NUMBER | Kinds::BOOLEAN | Kinds::NULL) {
                    let operand = self.operand(right, &right_type);
                    self.report(right, right, TypeErrorKind::NotContainer(operand));
                } else {
                    self.check_search(operands.0, operands.1, whole);
                }
                Type::BOOLEAN
            }
            op if op.is_order() => {
                self.order(op, operands.0, operands.1, whole);
                Type::BOOLEAN
            }
            op => self.arithmetic(op, operands.0, operands.1, whole),
        }
    }

    /// Checks a chain of comparisons: `0 < x < 5`
    pub(super) fn chain(&mut self, first: &Expr<'t>, rest: &[(BinaryOp, Expr<'t>)], whole: &Expr<'t>) -> Type {
        let (mut left, mut known) = (first, self.expression(first));
        for (op, operand) in rest {
            let right = self.expression(operand);
            match op {
                BinaryOp::Eq | BinaryOp::Ne => {
                    self.check_equality(compared(*op), (left, &known), (operand, &right), whole);
                }
                op if op.is_order() => self.order(*op, (left, &known), (operand, &right), whole),
                _ => {}
            }
            (left, known) = (operand, right);
        }
        Type::BOOLEAN
    }

    /// Reports an order between different kinds. MiniJinja orders these by kind: any text is greater than any number.
    fn order(&mut self, op: BinaryOp, left: Typed<'_, 't>, right: Typed<'_, 't>, whole: &Expr<'t>) {
        const COMPARABLE: [Kinds; 6] =
            [Kinds::NULL, Kinds::BOOLEAN, Kinds::NUMBER, Kinds::TEXT, Kinds::LIST, Kinds::MAPPING];
        let can_be = |kinds: &Kinds| left.1.kinds.meets(*kinds) && right.1.kinds.meets(*kinds);
        if is_surely(left.1, Kinds::JSON) && is_surely(right.1, Kinds::JSON) && !COMPARABLE.iter().any(can_be) {
            let sign = op.symbol();
            self.report_operands(whole, left, right, |left, right| TypeErrorKind::Order { sign, left, right });
        }
    }

    fn arithmetic(&mut self, op: BinaryOp, left: Typed<'_, 't>, right: Typed<'_, 't>, whole: &Expr<'t>) -> Type {
        let (a, b) = (left.1, right.1);
        if (a.kinds | b.kinds).meets(Kinds::OTHER) {
            return Type::UNKNOWN;
        }
        // `true` counts as 1.
        let countable = Kinds::NUMBER | Kinds::BOOLEAN;
        let both = |kinds: Kinds| a.kinds.meets(kinds) && b.kinds.meets(kinds);
        let either = |kinds: Kinds| {
            a.kinds.meets(kinds) && b.kinds.meets(countable) || a.kinds.meets(countable) && b.kinds.meets(kinds)
        };
        let mut result = Type::NEVER;
        if both(countable) {
            let is_fraction = (a.kinds | b.kinds).meets(Kinds::FRACTION) || matches!(op, BinaryOp::Div | BinaryOp::Pow);
            result = if is_fraction { Type::NUMBER } else { Type::INTEGER };
        }
        if op == BinaryOp::Add && both(Kinds::TEXT) || op == BinaryOp::Mul && either(Kinds::TEXT) {
            result = result.join(&Type::TEXT);
        }
        if op == BinaryOp::Add && both(Kinds::LIST) {
            let (a, b) = (a.clone().only(Kinds::LIST), b.clone().only(Kinds::LIST));
            let (x, y) = (a.iterations(), b.iterations());
            let length = Length { least: x.least + y.least, most: x.most.zip(y.most).map(|(x, y)| x + y) };
            result = result.join(&Type::list(a.items().join(&b.items()), length));
        }
        if op == BinaryOp::Mul && either(Kinds::LIST) {
            result = result.join(&Type::list(Type::UNKNOWN, Length::ANY));
        }
        if result == Type::NEVER && is_surely(a, Kinds::JSON) && is_surely(b, Kinds::JSON) {
            let sign = op.symbol();
            self.report_operands(whole, left, right, |left, right| TypeErrorKind::Operator { sign, left, right });
            return Type::UNKNOWN;
        }
        let divides = matches!(op, BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::Rem);
        if divides && is_zero(right.0) {
            self.report(whole, whole, TypeErrorKind::DivisionByZero);
        }
        result
    }

    /// Checks a test and its arguments.
    pub(super) fn test(&mut self, of: &Expr<'t>, name: &Name<'t>, arguments: &[Argument<'t>], whole: &Expr<'t>) {
        let known = self.expression(of);
        let arguments_known = self.arguments(arguments);
        if let Some(function) = library::test(name.text) {
            let operation = Operation::Test(function.name);
            self.check_call(Applied { operation, function, input: of, known: &known, arguments: &arguments_known });
            self.check_comparing_test(name.text, (of, &known), positional(&arguments_known).next());
        }
        let divides = name.text == "divisibleby" && is_surely(&known, Kinds::NUMBER | Kinds::BOOLEAN);
        if divides && arguments.first().is_some_and(|divisor| is_zero(&divisor.value)) {
            self.report(whole, whole, TypeErrorKind::DivisionByZero);
        }
    }

    fn report_operands(
        &mut self,
        whole: &Expr<'t>,
        left: Typed<'_, 't>,
        right: Typed<'_, 't>,
        kind: impl FnOnce(Operand, Operand) -> TypeErrorKind,
    ) {
        let about = if self.scope.declaration(left.0).is_some() { left.0 } else { right.0 };
        let (left, right) = (self.operand(left.0, left.1), self.operand(right.0, right.1));
        self.report(whole, about, kind(left, right));
    }
}

/// Returns how `==` and `!=` compare.
fn compared(op: BinaryOp) -> Comparison {
    if op == BinaryOp::Ne { Comparison::Unequal } else { Comparison::Equal }
}

/// Returns whether an expression is the number 0.
fn is_zero(expression: &Expr<'_>) -> bool {
    expression.constant().and_then(Constant::as_f64) == Some(0.0)
}
