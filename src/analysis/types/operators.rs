//! The types of operators.

use crate::expr::Constant;
use crate::expr::ast::{Argument, BinaryOp, Expr, ExprKind, Name};
use crate::expr::library::{self, Function, Operation, Takes};

use super::contract::Applied;
use super::equality::Compared;
use super::error::{Comparison, Operand, TypeError, TypeErrorKind};
use super::filters::{positional, truthy};
use super::infer::{Inference, is_surely};
use super::kinds::Kinds;
use super::scope::Assumption;
use super::ty::{Length, Type};

/// An operand and its type.
pub(super) type Typed<'e, 't> = (&'e Expr<'t>, &'e Type);

impl<'t> Inference<'t> {
    pub(super) fn negate(&mut self, of: &Expr<'t>) -> Type {
        let known = self.expression(of);
        self.check(of, &known, Operation::Operator(BinaryOp::Sub.symbol()), Takes::Number);
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
        self.operation(op, (left, &left_type), (right, &right_type), whole)
    }

    /// Checks a chain of comparisons, in which an operand can belong to two: `0 < x < 5`
    pub(super) fn chain(&mut self, first: &Expr<'t>, rest: &[(BinaryOp, Expr<'t>)], whole: &Expr<'t>) -> Type {
        let (errors, if_null) = (self.errors.len(), self.if_null.len());
        let (mut left, mut known) = (first, self.expression(first));
        for (op, operand) in rest {
            let right = self.expression(operand);
            self.operation(*op, (left, &known), (operand, &right), whole);
            (left, known) = (operand, right);
        }
        keep_first_at_each_place(&mut self.errors, errors);
        keep_first_at_each_place(&mut self.if_null, if_null);
        Type::BOOLEAN
    }

    /// Checks an operation on values, and returns the type of its result.
    fn operation(&mut self, op: BinaryOp, left: Typed<'_, 't>, right: Typed<'_, 't>, whole: &Expr<'t>) -> Type {
        let count = self.errors.len();
        if let Some(operator) = library::operator(op) {
            for (operand, known) in [left, right] {
                self.check(operand, known, Operation::Operator(op.symbol()), operator.takes);
            }
        }
        let is_refused = self.errors.len() > count;
        match op {
            BinaryOp::Eq | BinaryOp::Ne => {
                self.check_equality(compared(op), Compared::whole(left), Compared::whole(right), whole);
                Type::BOOLEAN
            }
            BinaryOp::In | BinaryOp::NotIn => {
                self.expect_else(left.0, Takes::Value);
                self.expect_else(right.0, Takes::Container);
                if is_surely(right.1, Kinds::NUMBER | Kinds::BOOLEAN | Kinds::NULL) {
                    let operand = self.operand(right.0, right.1);
                    self.report(right.0, right.0, TypeErrorKind::NotContainer(operand));
                } else {
                    self.check_search(Compared::whole(left), right, whole);
                }
                Type::BOOLEAN
            }
            BinaryOp::Concat => Type::TEXT,
            op if op.is_order() => {
                if !is_refused {
                    self.order(op, left, right, whole);
                }
                Type::BOOLEAN
            }
            _ if is_refused => Type::UNKNOWN,
            op => self.arithmetic(op, left, right, whole),
        }
    }

    /// Reports an order between different kinds. MiniJinja orders these by kind: any text is greater than any number.
    fn order(&mut self, op: BinaryOp, left: Typed<'_, 't>, right: Typed<'_, 't>, whole: &Expr<'t>) {
        const COMPARABLE: [Kinds; 5] = [Kinds::NULL, Kinds::NUMBER, Kinds::TEXT, Kinds::LIST, Kinds::MAPPING];
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
        if self.is_of_formatted(op, left, right, whole) {
            return Type::UNKNOWN;
        }
        let both = |kinds: Kinds| a.kinds.meets(kinds) && b.kinds.meets(kinds);
        let either = |kinds: Kinds| {
            a.kinds.meets(kinds) && b.kinds.meets(Kinds::NUMBER) || a.kinds.meets(Kinds::NUMBER) && b.kinds.meets(kinds)
        };
        let mut result = Type::NEVER;
        if both(Kinds::NUMBER) {
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

    /// Reports arithmetic with what a filter for Persian returns: `a * b | toman` multiplies text.
    fn is_of_formatted(&mut self, op: BinaryOp, left: Typed<'_, 't>, right: Typed<'_, 't>, whole: &Expr<'t>) -> bool {
        let ExprKind::Filter { input: Some(input), name, .. } = &right.0.kind else { return false };
        let is_persian = library::filter(name.text).is_some_and(Function::is_persian);
        if !is_persian || !is_surely(left.1, Kinds::NUMBER) {
            return false;
        }
        let text = |range: std::ops::Range<usize>| self.source().get(range).unwrap_or_default().to_owned();
        let (left_text, inside) = (text(left.0.range.clone()), text(input.range.clone()));
        let filter = text(input.range.end..right.0.range.end);
        let meant = format!("({left_text} {} {inside}){filter}", op.symbol());
        self.report(whole, right.0, TypeErrorKind::Formatted { sign: op.symbol(), meant });
        true
    }

    /// Checks a test and its arguments.
    pub(super) fn test(&mut self, of: &Expr<'t>, name: &Name<'t>, arguments: &[Argument<'t>], whole: &Expr<'t>) {
        let known = self.expression(of);
        let arguments_known = self.arguments(arguments);
        if let Some(function) = library::test(name.text) {
            let operation = Operation::Test(function.name);
            self.check_call(Applied { operation, function, input: of, known: &known, arguments: &arguments_known });
            self.check_comparing_test(name.text, Compared::whole((of, &known)), positional(&arguments_known).next());
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

/// Removes the errors from an index on that are at the place of the one before them.
fn keep_first_at_each_place(errors: &mut Vec<TypeError>, from: usize) {
    let mut added = errors.split_off(from);
    added.dedup_by(|error, before| error.location == before.location);
    errors.append(&mut added);
}

/// Returns how `==` and `!=` compare.
fn compared(op: BinaryOp) -> Comparison {
    if op == BinaryOp::Ne { Comparison::Unequal } else { Comparison::Equal }
}

/// Returns whether an expression is the number 0.
fn is_zero(expression: &Expr<'_>) -> bool {
    expression.constant().and_then(Constant::as_f64) == Some(0.0)
}
