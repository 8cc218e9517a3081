//! Comparisons whose result is certain, since the values are never equal.

use crate::expr::ast::{Expr, ExprKind};
use crate::expr::library::{OperandRole, Operation, Takes};

use super::error::{Comparison, TypeErrorKind};
use super::infer::{Inference, is_surely};
use super::kinds::Kinds;
use super::operators::Typed;
use super::ty::Type;

/// One of two values that are compared.
#[derive(Clone, Copy)]
pub(super) struct Compared<'e, 't> {
    pub(super) value: &'e Expr<'t>,
    /// Its type, or that of its items.
    pub(super) known: &'e Type,
    /// Whether the value is compared, or each of its items.
    pub(super) role: OperandRole,
}

impl<'e, 't> Compared<'e, 't> {
    pub(super) fn whole((value, known): Typed<'e, 't>) -> Self {
        Self { value, known, role: OperandRole::Input }
    }

    pub(super) fn items((value, known): Typed<'e, 't>) -> Self {
        Self { value, known, role: OperandRole::Item }
    }

    fn is_literal(self) -> bool {
        self.value.constant().is_some()
    }
}

impl<'t> Inference<'t> {
    /// Reports a comparison of values that are never equal. `whole`: where it is, if neither value is a literal.
    pub(super) fn check_equality(
        &mut self,
        comparison: Comparison,
        left: Compared<'_, 't>,
        right: Compared<'_, 't>,
        whole: &Expr<'t>,
    ) {
        if (left.is_literal() && right.is_literal()) || !are_never_equal(left.known, right.known) {
            return;
        }
        // Under `{% if note %}`, `note == none` is superfluous, and not wrong.
        let (left_type, right_type) = (self.without_conditions_around(left), self.without_conditions_around(right));
        if !are_never_equal(&left_type, &right_type) {
            return;
        }
        let (left, right) = ((left, &left_type), (right, &right_type));
        let ((value, known), (other, other_known)) = if left.0.is_literal() { (right, left) } else { (left, right) };
        // The literal is wrong; otherwise either can be.
        let at = if other.is_literal() { other.value } else { whole };
        let is_word = known.kinds.meets(Kinds::TEXT);
        let range = at.unescaped(self.source()).filter(|_| is_word).unwrap_or_else(|| at.range.clone());
        let kind = TypeErrorKind::NeverEqual {
            comparison,
            role: value.role,
            value: self.operand(value.value, known),
            other: self.operand(other.value, other_known),
        };
        self.report_at(range, value.value, kind);
    }

    fn without_conditions_around(&mut self, compared: Compared<'_, 't>) -> Type {
        match compared.role {
            OperandRole::Item => compared.known.clone(),
            OperandRole::Input | OperandRole::Argument => self.without_conditions(compared.value),
        }
    }

    /// Reports `a in b` that is never true, or an item of a literal list that is never found.
    pub(super) fn check_search(&mut self, item: Compared<'_, 't>, list: Typed<'_, 't>, whole: &Expr<'t>) {
        if list.1.kinds.is_within(Kinds::TEXT) && item.role == OperandRole::Input {
            return self.check(item.value, item.known, Operation::In, Takes::String);
        }
        if let ExprKind::List(items) = &list.0.kind {
            // Each item is compared by itself.
            for other in items {
                let known = self.quietly(other);
                self.check_equality(Comparison::In, item, Compared::whole((other, &known)), other);
            }
        } else if is_surely(list.1, Kinds::LIST | Kinds::MAPPING) && list.1.items().kinds != Kinds::NONE {
            let items = list.1.items();
            self.check_equality(Comparison::In, item, Compared::items((list.0, &items)), whole);
        }
    }
}

/// Returns whether no values of two types are equal. For MiniJinja, `true` equals 1.
fn are_never_equal(a: &Type, b: &Type) -> bool {
    const COMPARABLE: [Kinds; 4] = [Kinds::NULL, Kinds::TEXT, Kinds::LIST, Kinds::MAPPING];
    let can_be = |kinds: Kinds| a.kinds.meets(kinds) && b.kinds.meets(kinds);
    if !is_surely(a, Kinds::JSON) || !is_surely(b, Kinds::JSON) || can_be(Kinds::NUMBER | Kinds::BOOLEAN) {
        return false;
    }
    let shared: Vec<Kinds> = COMPARABLE.into_iter().filter(|kinds| can_be(*kinds)).collect();
    match shared.as_slice() {
        [] => true,
        [Kinds::TEXT] => {
            let strings = a.strings().zip(b.strings());
            strings.is_some_and(|(a, b)| !a.iter().any(|string| b.contains(string)))
        }
        _ => false,
    }
}
