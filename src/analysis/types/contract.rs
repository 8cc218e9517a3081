//! Whether the types of values fit the contracts of functions and operators (see [`library`]).

use crate::expr::Constant;
use crate::expr::ast::{ArgumentKind, Expr};
use crate::expr::library::{self, Function, OperandRole, Operation, Takes};
use crate::expr::printf::{self, FormatField};

use super::equality::Compared;
use super::error::{Comparison, TypeError, TypeErrorKind};
use super::filters::{TypedArguments, attribute, keyword, positional};
use super::infer::{Inference, is_surely};
use super::kinds::Kinds;
use super::ty::Type;

/// What a function or an operator is applied to.
#[derive(Clone, Copy)]
pub(super) struct Applied<'r, 'e, 't> {
    pub(super) operation: Operation,
    pub(super) function: &'static Function,
    /// The value before it, and its type.
    pub(super) input: &'r Expr<'t>,
    pub(super) known: &'r Type,
    pub(super) arguments: TypedArguments<'r, 'e, 't>,
}

impl Applied<'_, '_, '_> {
    /// Returns what the function takes as items. `sum` begins with 0, to which only numbers can be added, if it is not
    /// given another start.
    fn items_taken(&self) -> Takes {
        let has_splat = self.arguments.iter().any(|typed| matches!(typed.argument.kind, ArgumentKind::Splat));
        let start = positional(self.arguments).nth(1).or_else(|| keyword(self.arguments, "start"));
        match self.function.items {
            Takes::Addend if !has_splat && start.is_none_or(|(_, start)| is_surely(start, Kinds::NUMBER)) => {
                Takes::Number
            }
            takes => takes,
        }
    }
}

impl<'t> Inference<'t> {
    /// Reports what a filter or a test does not take, and returns whether it takes everything.
    pub(super) fn check_call(&mut self, call: Applied<'_, '_, 't>) -> bool {
        let count = self.errors.len();
        let has_default = keyword(call.arguments, "default").is_some() || !call.arguments.is_empty();
        if let Some(filter) = call.function.persian {
            self.check_persian(call, filter);
        }
        if self.errors.len() > count {
            return false;
        }
        let is_converted = call.function.input == Takes::Numeric && has_default;
        if !(is_converted && call.known.kinds.meets(Kinds::NULL)) {
            self.check(call.input, call.known, call.operation, call.function.input);
        }
        if self.errors.len() == count {
            self.check_items(call);
        }
        self.check_arguments(call);
        self.errors.len() == count
    }

    /// Reports a value that an operation does not take.
    pub(super) fn check(&mut self, value: &Expr<'t>, known: &Type, operation: Operation, takes: Takes) {
        self.check_operand(value, known, (operation, takes, OperandRole::Input));
    }

    /// Notes that an expression fails if it is null.
    pub(super) fn report_null(&mut self, at: &Expr<'t>, kind: TypeErrorKind) {
        let location = self.locate(at.range.clone());
        let declared = self.scope.declaration(at);
        self.if_null.push(TypeError { location, declared, kind });
    }

    fn check_operand(&mut self, value: &Expr<'t>, known: &Type, refusal: (Operation, Takes, OperandRole)) {
        if refusal.1 != Takes::Anything && refusal.2 != OperandRole::Item {
            self.expect_else(value, refusal.1);
        }
        if is_refused(known, refusal.1) {
            let kind = self.not_taken(value, known, refusal);
            self.report(value, value, kind);
        } else if is_null_refused(known, refusal.1) {
            let kind = self.not_taken(value, known, refusal);
            self.report_null(value, kind);
        }
    }

    fn not_taken(
        &self,
        value: &Expr<'t>,
        known: &Type,
        (operation, takes, role): (Operation, Takes, OperandRole),
    ) -> TypeErrorKind {
        TypeErrorKind::NotTaken { operation, takes, role, value: self.operand(value, known) }
    }

    fn check_arguments(&mut self, call: Applied<'_, '_, 't>) {
        if call.function.input == Takes::Format {
            self.check_format(call);
        }
        for (index, (argument, known)) in positional(call.arguments).enumerate() {
            self.check_passed(call, argument, known, call.function.positional(index));
        }
        for typed in call.arguments {
            if let ArgumentKind::Keyword(name) = &typed.argument.kind
                && let Some(takes) = call.function.keyword(name.text)
            {
                self.check_passed(call, &typed.argument.value, &typed.known, takes);
            }
        }
    }

    fn check_passed(&mut self, call: Applied<'_, '_, 't>, argument: &Expr<'t>, known: &Type, takes: Takes) {
        match takes {
            Takes::Attribute => self.check_attributes(call, argument),
            takes => self.check_argument(argument, known, call.operation, takes),
        }
    }

    /// Reports an argument that an operation does not take. `none` stands for one that is not given.
    pub(super) fn check_argument(&mut self, argument: &Expr<'t>, known: &Type, operation: Operation, takes: Takes) {
        if !(takes.is_optional() && known.kinds.meets(Kinds::NULL)) {
            self.check_operand(argument, known, (operation, takes, OperandRole::Argument));
        }
    }

    /// Reports attributes that the items are not declared to have.
    fn check_attributes(&mut self, call: Applied<'_, '_, 't>, names: &Expr<'t>) {
        let Some(text) = names.constant().and_then(Constant::as_str) else { return };
        let inside = names.unescaped(self.source());
        let separator = if call.function.name == "sort" { "," } else { "\n" };
        let mut start = 0;
        for path in text.split(separator) {
            let mut known = call.known.items();
            let mut at = start + (path.len() - path.trim_start().len());
            for key in path.trim().split('.') {
                let place = inside.as_ref().map(|inside| inside.start + at..inside.start + at + key.len());
                let range = place.unwrap_or_else(|| names.range.clone());
                if key.parse::<usize>().is_ok() || self.lacks_key(call.input, &known, key, &range, OperandRole::Item) {
                    break;
                }
                if is_surely(&known, Kinds::JSON & !Kinds::MAPPING) {
                    let (of, name) = (self.operand(call.input, &known), key.to_owned());
                    let role = OperandRole::Item;
                    self.report_at(range, call.input, TypeErrorKind::NoAttributes { of, name, role });
                    break;
                }
                known = attribute(&known, key);
                at += key.len() + 1;
            }
            start += path.len() + separator.len();
        }
    }

    /// Reports items that a function does not take, or that the filter that it applies to them does not take.
    fn check_items(&mut self, call: Applied<'_, '_, 't>) {
        let (operation, takes) = match call.function.applied() {
            Some((index, takes)) => {
                let name = positional(call.arguments).nth(index).and_then(|(name, _)| name.constant()?.as_str());
                let is_filter = takes == Takes::Filter;
                let Some(applied) = name.and_then(if is_filter { library::filter } else { library::test }) else {
                    return;
                };
                let operation = if is_filter { Operation::Filter(applied.name) } else { Operation::Test(applied.name) };
                (operation, applied.input)
            }
            None => (call.operation, call.items_taken()),
        };
        let test_arguments = call.function.applied().map_or(0, |(index, _)| index + 1);
        let parameters = || call.function.parameters.iter().map(|(_, takes)| *takes);
        let place = parameters().position(|takes| takes == Takes::Attribute);
        let name = place.and_then(|place| positional(call.arguments).nth(place));
        let item = match name.or_else(|| keyword(call.arguments, "attribute")) {
            Some((name, _)) => match name.constant().and_then(Constant::as_str) {
                Some(path) => path.split('.').fold(call.known.items(), |value, key| attribute(&value, key)),
                None => return,
            },
            None => call.known.items(),
        };
        if let Operation::Test(name) = operation {
            let compared = positional(call.arguments).nth(test_arguments);
            self.check_comparing_test(name, Compared::items((call.input, &item)), compared);
        }
        if takes != Takes::Value && item.kinds != Kinds::NONE {
            self.check_operand(call.input, &item, (operation, takes, OperandRole::Item));
        }
    }

    /// Reports a test for equality that never succeeds.
    pub(super) fn check_comparing_test(
        &mut self,
        name: &str,
        value: Compared<'_, 't>,
        compared: Option<(&Expr<'t>, &Type)>,
    ) {
        let Some(other) = compared else { return };
        match name {
            "eq" | "equalto" | "==" => {
                self.check_equality(Comparison::Equal, value, Compared::whole(other), other.0);
            }
            "ne" | "!=" => self.check_equality(Comparison::Unequal, value, Compared::whole(other), other.0),
            "in" => self.check_search(value, other, other.0),
            _ => {}
        }
    }

    /// Reports a literal format that does not fit its arguments.
    fn check_format(&mut self, call: Applied<'_, '_, 't>) {
        let is_splat = call.arguments.iter().any(|typed| matches!(typed.argument.kind, ArgumentKind::Splat));
        let Some(format) = call.input.constant().and_then(Constant::as_str).filter(|_| !is_splat) else { return };
        let given: Vec<(&Expr<'t>, &Type)> = positional(call.arguments).collect();
        let count = given.len() + usize::from(given.len() < call.arguments.len());
        match printf::fields_for(format, count) {
            Err(error) => self.report(call.input, call.input, TypeErrorKind::Format(error)),
            Ok(fields) => {
                let is_positional = |(field, _): &(&FormatField<'_>, _)| field.key.is_none();
                for (field, (argument, known)) in fields.iter().zip(given).filter(is_positional) {
                    let takes = if field.is_number() { Takes::Number } else { Takes::Text };
                    self.check_operand(argument, known, (call.operation, takes, OperandRole::Argument));
                }
            }
        }
    }
}

/// Returns whether no value of a type is taken.
pub(super) fn is_refused(known: &Type, takes: Takes) -> bool {
    !matches!(takes, Takes::Anything | Takes::Value) && is_surely(known, Kinds::JSON & !Kinds::taken(takes))
}

/// Returns whether null is the only value of a declared type that is not taken.
pub(super) fn is_null_refused(known: &Type, takes: Takes) -> bool {
    let others = known.kinds & !(Kinds::NULL | Kinds::UNDEFINED);
    let taken = Kinds::taken(takes);
    known.kinds.meets(Kinds::NULL) && !taken.meets(Kinds::NULL) && others.is_within(taken)
}
