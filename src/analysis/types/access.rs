//! Attributes, items and slices.

use std::ops::Range;

use minijinja::Value;

use crate::expr::syntax::{Expr, GetAttr, GetItem, Slice, Spanned};

use super::error::{TypeError, TypeErrorKind};
use super::filters::attribute;
use super::infer::{Inference, is_surely};
use super::range;
use super::ty::{Kinds, Length, Mapping, Type};

impl<'t> Inference<'t> {
    pub(super) fn slice(&mut self, slice: &Slice<'t>) -> Type {
        let known = self.expression(&slice.expr);
        for bound in slice.start.iter().chain(&slice.stop).chain(&slice.step) {
            self.expression(bound);
        }
        if is_surely(&known, Kinds::NUMBER | Kinds::BOOLEAN | Kinds::MAPPING) {
            let operand = self.operand(&slice.expr, &known);
            self.report(&slice.expr, &slice.expr, TypeErrorKind::NotSliceable(operand));
            return Type::UNKNOWN;
        }
        if known.kinds.meets(Kinds::OTHER) {
            return Type::UNKNOWN;
        }
        let text = known.clone().only(Kinds::TEXT);
        // Of null MiniJinja gives an empty list.
        let list = known.without(Kinds::TEXT | Kinds::MAPPING);
        if list.kinds == Kinds::NONE {
            return text;
        }
        Type::list(list.items(), sliced(slice, list.iterations())).join(&text)
    }

    pub(super) fn attribute(&mut self, access: &Spanned<GetAttr<'t>>, whole: &Expr<'t>) -> Type {
        let of = self.expression(&access.expr);
        let end = access.span().end_offset as usize;
        let name = end.saturating_sub(access.name.len())..end;
        self.key(&access.expr, &of, access.name, whole, name)
    }

    pub(super) fn item(&mut self, access: &GetItem<'t>, whole: &Expr<'t>) -> Type {
        let of = self.expression(&access.expr);
        let key = self.expression(&access.subscript_expr);
        let constant = access.subscript_expr.as_const();
        if let Some(name) = constant.as_ref().and_then(Value::as_str) {
            let range = range::of(&access.subscript_expr, self.site.source());
            return self.key(&access.expr, &of, name, whole, range);
        }
        if is_surely(&of, Kinds::NUMBER | Kinds::BOOLEAN | Kinds::NULL) {
            let operand = self.operand(&access.expr, &of);
            self.report(whole, &access.expr, TypeErrorKind::NoItems(operand));
            return Type::UNKNOWN;
        }
        if of.kinds.meets(Kinds::OTHER) || key.kinds.meets(Kinds::OTHER) {
            return Type::UNKNOWN;
        }
        if of.kinds == Kinds::NONE {
            return Type::NEVER;
        }
        let mut result = Type::UNDEFINED;
        if of.kinds.meets(Kinds::TEXT) {
            result = result.join(&Type::TEXT);
        }
        if of.kinds.meets(Kinds::LIST) {
            let list = of.clone().only(Kinds::LIST);
            let index = constant.as_ref().and_then(Value::as_i64);
            let needed = index.map(|index| index.unsigned_abs() + u64::from(index >= 0));
            let length = list.iterations();
            let is_there = needed.is_some_and(|needed| needed <= length.least);
            let is_beyond = needed.zip(length.most).is_some_and(|(needed, most)| needed > most);
            result = match is_there && of.kinds == Kinds::LIST {
                true => list.items(),
                false if is_beyond => result,
                false => result.join(&list.items()),
            };
        }
        if of.kinds.meets(Kinds::MAPPING) && key.kinds.meets(Kinds::TEXT) {
            result = result.join(&of.as_mapping().map_or(Type::JSON, Mapping::values));
        }
        result
    }

    /// A value's attribute; `range` is where its name stands.
    fn key(&mut self, of: &Expr<'t>, known: &Type, name: &str, whole: &Expr<'t>, range: Range<usize>) -> Type {
        if is_surely(known, Kinds::JSON & !Kinds::MAPPING) {
            let nonsense = TypeErrorKind::NoAttributes { of: self.operand(of, known), name: name.to_owned() };
            self.report(whole, of, nonsense);
            return Type::UNKNOWN;
        }
        let lacks_key = known.as_mapping().filter(|mapping| mapping.get(name).is_none());
        if let Some(mapping) = lacks_key.filter(|_| is_surely(known, Kinds::JSON)) {
            let keys = mapping.keys.iter().map(|(key, _)| key.clone()).collect();
            let of_operand = self.operand(of, known);
            let declared = self.scope.declaration(of);
            let nonsense = TypeErrorKind::NoKey { of: of_operand, name: name.to_owned(), keys };
            self.problems.push(TypeError { span: self.site.locate(range), declared, nonsense });
            return Type::UNKNOWN;
        }
        self.scope.narrowed(whole, attribute(known, name))
    }
}

/// How many items a slice leaves.
fn sliced(slice: &Slice<'_>, whole: Length) -> Length {
    let number = |bound: &Option<Expr<'_>>, absent: i64| match bound {
        None => Some(absent),
        Some(bound) => match bound.as_const() {
            Some(value) if value.is_none() => Some(absent),
            Some(value) => value.as_i64(),
            None => None,
        },
    };
    let bounds = number(&slice.start, 0).zip(number(&slice.stop, i64::MAX)).zip(number(&slice.step, 1));
    match bounds {
        // The one slice that gives fewer items of more.
        Some(((start, stop), _)) if start < 0 && (0..i64::MAX).contains(&stop) => {
            let most = start.unsigned_abs().min(stop.unsigned_abs());
            Length { least: 0, most: Some(whole.most.map_or(most, |whole| whole.min(most))) }
        }
        Some(((start, stop), step)) if step > 0 => whole.map(|length| {
            let place = |bound: i64| match bound {
                0.. => length.min(bound.unsigned_abs()),
                _ => length.saturating_sub(bound.unsigned_abs()),
            };
            place(stop).saturating_sub(place(start)).div_ceil(step.unsigned_abs())
        }),
        _ => whole.up_to(),
    }
}
