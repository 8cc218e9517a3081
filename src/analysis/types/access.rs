//! The types of attributes, items and slices.

use std::ops::Range;

use crate::expr::Constant;
use crate::expr::ast::{Expr, Name, SliceBounds};
use crate::expr::library::{OperandRole, Operation, Takes};

use super::error::{TypeError, TypeErrorKind};
use super::filters::attribute;
use super::infer::{Inference, is_surely};
use super::kinds::Kinds;
use super::ty::{Length, MappingType, Type};

impl<'t> Inference<'t> {
    pub(super) fn slice(&mut self, of: &Expr<'t>, bounds: &SliceBounds<'t>) -> Type {
        let known = self.expression(of);
        for bound in bounds.iter() {
            let known = self.expression(bound);
            if !known.kinds.meets(Kinds::NULL) {
                self.check(bound, &known, Operation::Bound, Takes::Number);
            }
        }
        let count = self.errors.len();
        self.check(of, &known, Operation::Slice, Takes::Sequence);
        if self.errors.len() > count {
            return Type::UNKNOWN;
        }
        if known.kinds.meets(Kinds::OTHER) {
            return Type::UNKNOWN;
        }
        let text = known.clone().only(Kinds::TEXT);
        let list = known.only(Kinds::LIST);
        if list.kinds == Kinds::NONE {
            return text;
        }
        Type::list(list.items(), sliced(bounds, list.iterations())).join(&text)
    }

    pub(super) fn attribute(&mut self, of: &Expr<'t>, name: &Name<'t>, whole: &Expr<'t>) -> Type {
        let known = self.expression(of);
        self.expect_else(of, Takes::Mapping);
        self.key(of, &known, name.text, whole, &name.range)
    }

    pub(super) fn item(&mut self, of: &Expr<'t>, key: &Expr<'t>, whole: &Expr<'t>) -> Type {
        let known = self.expression(of);
        self.expect_else(of, Takes::Value);
        let key_type = self.expression(key);
        if let Some(name) = key.constant().and_then(Constant::as_str) {
            return self.key(of, &known, name, whole, &key.range);
        }
        if is_surely(&known, Kinds::NUMBER | Kinds::BOOLEAN | Kinds::NULL) {
            let operand = self.operand(of, &known);
            self.report(whole, of, TypeErrorKind::NoItems(operand));
            return Type::UNKNOWN;
        }
        if is_surely(&known, Kinds::TEXT | Kinds::LIST) && is_surely(&key_type, Kinds::BOOLEAN) {
            self.check(key, &key_type, Operation::Item, Takes::Number);
            return Type::UNKNOWN;
        }
        if known.kinds.meets(Kinds::OTHER) || key_type.kinds.meets(Kinds::OTHER) {
            return Type::UNKNOWN;
        }
        if known.kinds == Kinds::NONE {
            return Type::NEVER;
        }
        let mut result = Type::UNDEFINED;
        if known.kinds.meets(Kinds::TEXT) {
            result = result.join(&Type::TEXT);
        }
        if known.kinds.meets(Kinds::LIST) {
            let list = known.clone().only(Kinds::LIST);
            let index = key.constant().and_then(Constant::as_i64);
            let needed = index.map(|index| index.unsigned_abs() + u64::from(index >= 0));
            let length = list.iterations();
            let is_there = needed.is_some_and(|needed| needed <= length.least);
            let is_beyond = needed.zip(length.most).is_some_and(|(needed, most)| needed > most);
            result = match is_there && known.kinds == Kinds::LIST {
                true => list.items(),
                false if is_beyond => result,
                false => result.join(&list.items()),
            };
        }
        if known.kinds.meets(Kinds::MAPPING) {
            let values = known.as_mapping().map_or(Type::JSON, MappingType::values);
            // Only a mapping that is written in an expression can have keys that are not strings.
            if key_type.kinds.meets(Kinds::TEXT) || values.kinds.meets(Kinds::OTHER) {
                result = result.join(&values);
            }
        }
        result
    }

    /// Returns the type of an attribute. `range`: where its name is.
    fn key(&mut self, of: &Expr<'t>, known: &Type, name: &str, whole: &Expr<'t>, range: &Range<usize>) -> Type {
        if is_surely(known, Kinds::JSON & !Kinds::MAPPING) {
            let role = OperandRole::Input;
            let kind = TypeErrorKind::NoAttributes { of: self.operand(of, known), name: name.to_owned(), role };
            self.report(whole, of, kind);
            return Type::UNKNOWN;
        }
        if self.lacks_key(of, known, name, range, OperandRole::Input) {
            return Type::UNKNOWN;
        }
        self.scope.narrowed(whole, attribute(known, name))
    }
}

impl<'t> Inference<'t> {
    /// Reports a key that is not declared, and returns whether no value of the type has it. `role`: whether the type is that of
    /// the expression `of`, or of its items. `range`: where the key is.
    pub(super) fn lacks_key(
        &mut self,
        of: &Expr<'t>,
        known: &Type,
        name: &str,
        range: &Range<usize>,
        role: OperandRole,
    ) -> bool {
        let is_undeclared = |mapping: &&MappingType| !mapping.keys.iter().any(|(key, _)| key == name);
        let mapping = known.as_mapping().filter(is_undeclared).filter(|_| is_surely(known, Kinds::JSON));
        let Some(mapping) = mapping.filter(|mapping| mapping.rest.as_ref().is_none_or(|rest| *rest == Type::JSON))
        else {
            return false;
        };
        let is_allowed = mapping.rest.is_some();
        let keys = mapping.keys.iter().map(|(key, _)| key.clone()).collect();
        let kind = TypeErrorKind::NoKey { of: self.operand(of, known), name: name.to_owned(), keys, role };
        let (location, declared) = (self.locate(range.clone()), self.scope.declaration(of));
        let errors = if is_allowed { &mut self.undeclared } else { &mut self.errors };
        errors.push(TypeError { location, declared, kind });
        !is_allowed
    }
}

/// Returns how many items a slice leaves.
fn sliced(bounds: &SliceBounds<'_>, whole: Length) -> Length {
    let number = |bound: &Option<Box<Expr<'_>>>, absent: i64| match bound {
        None => Some(absent),
        Some(bound) => match bound.constant()? {
            value if value.is_none() => Some(absent),
            value => value.as_i64(),
        },
    };
    let bounds = number(&bounds.start, 0).zip(number(&bounds.stop, i64::MAX)).zip(number(&bounds.step, 1));
    match bounds {
        // The only slice of which a longer list can have a shorter one.
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
