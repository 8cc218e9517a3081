//! Comparisons whose result is certain, since the values are never equal.

use crate::expr::ast::{Expr, ExprKind};
use crate::expr::library::{OperandRole, Operation, Takes};

use super::error::{Comparison, TypeErrorKind};
use super::infer::{Inference, is_surely};
use super::kinds::Kinds;
use super::operators::Typed;
use super::ty::Type;

impl<'t> Inference<'t> {
    /// Reports a comparison of values that are never equal, whatever the conditions around it: under `{% if note %}`,
    /// `note == none` is superfluous, and not wrong. `whole`: where it is, if neither value is a literal.
    pub(super) fn check_equality(
        &mut self,
        comparison: Comparison,
        a: Typed<'_, 't>,
        b: Typed<'_, 't>,
        whole: &Expr<'t>,
    ) {
        if !are_never_equal(a.1, b.1) {
            return;
        }
        let (first, second) = (self.without_conditions(a.0), self.without_conditions(b.0));
        self.check_certain_equality(comparison, (a.0, &first), (b.0, &second), whole);
    }

    /// Reports a comparison of values that are never equal.
    pub(super) fn check_certain_equality(
        &mut self,
        comparison: Comparison,
        a: Typed<'_, 't>,
        b: Typed<'_, 't>,
        whole: &Expr<'t>,
    ) {
        let is_literal = |expression: &Expr<'_>| expression.constant().is_some();
        if (is_literal(a.0) && is_literal(b.0)) || !are_never_equal(a.1, b.1) {
            return;
        }
        let (value, other) = if is_literal(a.0) { (b, a) } else { (a, b) };
        // The literal is wrong; otherwise either can be.
        let at = if is_literal(other.0) { other.0 } else { whole };
        let is_word = value.1.kinds.meets(Kinds::TEXT);
        let range = at.unescaped(self.source()).filter(|_| is_word).unwrap_or_else(|| at.range.clone());
        let kind = TypeErrorKind::NeverEqual {
            comparison,
            role: OperandRole::Input,
            value: self.operand(value.0, value.1),
            other: self.operand(other.0, other.1),
        };
        self.report_at(range, value.0, kind);
    }

    /// Reports `a in b` that is never true, or an item of a literal list that is never found.
    pub(super) fn check_search(&mut self, item: Typed<'_, 't>, list: Typed<'_, 't>, whole: &Expr<'t>) {
        if list.1.kinds == Kinds::TEXT {
            return self.check(item.0, item.1, Operation::In, Takes::String);
        }
        if let ExprKind::List(items) = &list.0.kind {
            // Each item is compared by itself.
            for other in items {
                let known = self.quietly(other);
                self.check_equality(Comparison::In, item, (other, &known), other);
            }
        } else if is_surely(list.1, Kinds::LIST | Kinds::MAPPING) && list.1.items().kinds != Kinds::NONE {
            self.check_equality(Comparison::In, item, (list.0, &list.1.items()), whole);
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
