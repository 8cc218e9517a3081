//! Operators.

use crate::expr::syntax::{BinOp, BinOpKind, Compare, CompareOpKind, Expr, UnaryOp, UnaryOpKind};

use super::error::{Operand, TypeErrorKind};
use super::filters::truthy;
use super::infer::{Inference, is_surely};
use super::ty::{Kinds, Length, Type};

/// An expression and its type.
type Side<'e, 't> = (&'e Expr<'t>, &'e Type);

impl<'t> Inference<'t> {
    pub(super) fn unary(&mut self, unary: &UnaryOp<'t>, whole: &Expr<'t>) -> Type {
        let known = self.expression(&unary.expr);
        if matches!(unary.op, UnaryOpKind::Not) {
            return Type::BOOLEAN;
        }
        if is_surely(&known, Kinds::JSON & !Kinds::NUMBER) {
            let operand = self.operand(&unary.expr, &known);
            self.report(whole, &unary.expr, TypeErrorKind::NotNegatable(operand));
        }
        Type::of(known.kinds & Kinds::NUMBER)
    }

    pub(super) fn binary(&mut self, binary: &BinOp<'t>, whole: &Expr<'t>) -> Type {
        let left = self.expression(&binary.left);
        match binary.op {
            BinOpKind::ScAnd => {
                return left.join(&self.under(&binary.left, true, &binary.right));
            }
            BinOpKind::ScOr => {
                return truthy(&left).join(&self.under(&binary.left, false, &binary.right));
            }
            _ => {}
        }
        let right = self.expression(&binary.right);
        let sides = ((&binary.left, &left), (&binary.right, &right));
        match binary.op {
            BinOpKind::Concat => Type::TEXT,
            BinOpKind::Eq | BinOpKind::Ne => Type::BOOLEAN,
            BinOpKind::In => {
                if is_surely(&right, Kinds::NUMBER | Kinds::BOOLEAN | Kinds::NULL) {
                    let operand = self.operand(&binary.right, &right);
                    self.report(&binary.right, &binary.right, TypeErrorKind::NotContainer(operand));
                }
                Type::BOOLEAN
            }
            BinOpKind::Lt | BinOpKind::Lte | BinOpKind::Gt | BinOpKind::Gte => {
                self.order(sign(binary.op), sides.0, sides.1, whole);
                Type::BOOLEAN
            }
            op => self.arithmetic(op, sides.0, sides.1, whole),
        }
    }

    /// `0 < x < 5`
    pub(super) fn chain(&mut self, chain: &Compare<'t>, whole: &Expr<'t>) -> Type {
        let (mut left, mut known) = (&chain.expr, self.expression(&chain.expr));
        for op in &chain.ops {
            let right = self.expression(&op.expr);
            if let Some(sign) = order_sign(op.op) {
                self.order(sign, (left, &known), (&op.expr, &right), whole);
            }
            (left, known) = (&op.expr, right);
        }
        Type::BOOLEAN
    }

    /// MiniJinja orders values of different kinds by kind: any text is greater than any number.
    fn order(&mut self, sign: &'static str, left: Side<'_, 't>, right: Side<'_, 't>, whole: &Expr<'t>) {
        const COMPARABLE: [Kinds; 6] =
            [Kinds::NULL, Kinds::BOOLEAN, Kinds::NUMBER, Kinds::TEXT, Kinds::LIST, Kinds::MAPPING];
        let can_be = |kinds: &Kinds| left.1.kinds.meets(*kinds) && right.1.kinds.meets(*kinds);
        if is_surely(left.1, Kinds::JSON) && is_surely(right.1, Kinds::JSON) && !COMPARABLE.iter().any(can_be) {
            self.report_sides(whole, left, right, |left, right| TypeErrorKind::Order { sign, left, right });
        }
    }

    fn arithmetic(&mut self, op: BinOpKind, left: Side<'_, 't>, right: Side<'_, 't>, whole: &Expr<'t>) -> Type {
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
            let is_fraction =
                (a.kinds | b.kinds).meets(Kinds::FRACTION) || matches!(op, BinOpKind::Div | BinOpKind::Pow);
            result = if is_fraction { Type::NUMBER } else { Type::INTEGER };
        }
        if matches!(op, BinOpKind::Add) && both(Kinds::TEXT) || matches!(op, BinOpKind::Mul) && either(Kinds::TEXT) {
            result = result.join(&Type::TEXT);
        }
        if matches!(op, BinOpKind::Add) && both(Kinds::LIST) {
            let (a, b) = (a.clone().only(Kinds::LIST), b.clone().only(Kinds::LIST));
            let (x, y) = (a.iterations(), b.iterations());
            let length = Length { least: x.least + y.least, most: x.most.zip(y.most).map(|(x, y)| x + y) };
            result = result.join(&Type::list(a.items().join(&b.items()), length));
        }
        if matches!(op, BinOpKind::Mul) && either(Kinds::LIST) {
            result = result.join(&Type::list(Type::UNKNOWN, Length::ANY));
        }
        if result == Type::NEVER && is_surely(a, Kinds::JSON) && is_surely(b, Kinds::JSON) {
            let sign = sign(op);
            self.report_sides(whole, left, right, |left, right| TypeErrorKind::Operator { sign, left, right });
            return Type::UNKNOWN;
        }
        result
    }

    fn report_sides(
        &mut self,
        whole: &Expr<'t>,
        left: Side<'_, 't>,
        right: Side<'_, 't>,
        nonsense: impl FnOnce(Operand, Operand) -> TypeErrorKind,
    ) {
        let about = if self.scope.declaration(left.0).is_some() { left.0 } else { right.0 };
        let (left, right) = (self.operand(left.0, left.1), self.operand(right.0, right.1));
        self.report(whole, about, nonsense(left, right));
    }
}

fn sign(op: BinOpKind) -> &'static str {
    match op {
        BinOpKind::Eq => "==",
        BinOpKind::Ne => "!=",
        BinOpKind::Lt => "<",
        BinOpKind::Lte => "<=",
        BinOpKind::Gt => ">",
        BinOpKind::Gte => ">=",
        BinOpKind::ScAnd => "and",
        BinOpKind::ScOr => "or",
        BinOpKind::Add => "+",
        BinOpKind::Sub => "-",
        BinOpKind::Mul => "*",
        BinOpKind::Div => "/",
        BinOpKind::FloorDiv => "//",
        BinOpKind::Rem => "%",
        BinOpKind::Pow => "**",
        BinOpKind::Concat => "~",
        BinOpKind::In => "in",
    }
}

fn order_sign(op: CompareOpKind) -> Option<&'static str> {
    match op {
        CompareOpKind::Lt => Some("<"),
        CompareOpKind::Lte => Some("<="),
        CompareOpKind::Gt => Some(">"),
        CompareOpKind::Gte => Some(">="),
        CompareOpKind::Eq | CompareOpKind::Ne | CompareOpKind::In | CompareOpKind::NotIn => None,
    }
}
