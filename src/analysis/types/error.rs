//! Type errors: what cannot work, whatever the values are.

use crate::expr::library::{OperandRole, Operation, Takes};
use crate::expr::persian::PersianError;
use crate::expr::printf::FormatError;
use crate::source::Span;

use super::ty::Type;

/// A part of an expression that cannot work.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeError {
    /// The part.
    pub location: Span,
    /// The name in the declaration of the variable whose type is wrong.
    pub declared: Option<Span>,
    /// What is wrong.
    pub kind: TypeErrorKind,
}

/// A comparison for equality.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `in`, which compares with each item.
    In,
}

/// A part of an expression: as it is written, and its type.
#[derive(Clone, Debug, PartialEq)]
pub struct Operand {
    /// The author's text.
    pub text: String,
    /// Its type.
    pub known: Type,
}

/// What is wrong with types.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeErrorKind {
    /// A value in text that is neither a string nor a number.
    NotText(Operand),
    /// A value that is never defined.
    NoValue(Operand),
    /// A number where the name of an icon is expected.
    UnknownIcon(Operand),
    /// `for` over a value without items.
    NotIterable(Operand),
    /// `for a, b in …` over items that are not lists.
    NotUnpackable {
        /// The value that is iterated over.
        items: Operand,
        /// The type of each item.
        item: Type,
    },
    /// An attribute of a value without attributes.
    NoAttributes {
        /// The value.
        of: Operand,
        /// The attribute.
        name: String,
        /// Whether it is an attribute of the value or of its items.
        role: OperandRole,
    },
    /// An attribute that a mapping cannot have; the location is that of its name.
    NoKey {
        /// The mapping.
        of: Operand,
        /// The attribute.
        name: String,
        /// The keys that the mapping can have.
        keys: Vec<String>,
        /// Whether it is an attribute of the value or of its items.
        role: OperandRole,
    },
    /// A call of a method: values have no methods.
    Method {
        /// The value.
        of: Operand,
        /// The method.
        name: String,
    },
    /// `x[…]` of a value without items.
    NoItems(Operand),
    /// `… in x` for a value that contains nothing.
    NotContainer(Operand),
    /// An operator between kinds that it does not take.
    Operator {
        /// The operator's sign.
        sign: &'static str,
        /// The left operand.
        left: Operand,
        /// The right operand.
        right: Operand,
    },
    /// `<` or the like between different kinds, which MiniJinja orders by kind.
    Order {
        /// The operator's sign.
        sign: &'static str,
        /// The left operand.
        left: Operand,
        /// The right operand.
        right: Operand,
    },
    /// An equality of values that are never equal; the location is that of a literal, if there is one.
    NeverEqual {
        /// How they are compared.
        comparison: Comparison,
        /// Whether the value or its items are compared.
        role: OperandRole,
        /// One of the values.
        value: Operand,
        /// The other: the literal, if there is one.
        other: Operand,
    },
    /// A division by the number 0.
    DivisionByZero,
    /// A call of `loop.cycle` without arguments.
    NothingToCycle,
    /// A value of a type that an operation does not take.
    NotTaken {
        /// The operation.
        operation: Operation,
        /// What the operation does with the value.
        takes: Takes,
        /// Whether it does that with the value, with its items, or with an argument.
        role: OperandRole,
        /// The value: its type, or that of its items.
        value: Operand,
    },
    /// A format that does not fit its arguments.
    Format(FormatError),
    /// A filter for Persian fails.
    Persian(PersianError),
    /// An operand of arithmetic that a filter for Persian has made text of.
    Formatted {
        /// The operator's sign.
        sign: &'static str,
        /// The expression in which the filter is applied to the result.
        meant: String,
    },
    /// A number or a date that a filter has written out already, where one is taken.
    WrittenOut {
        /// What the filter takes.
        takes: Takes,
        /// The text.
        value: Operand,
    },
    /// A text that is not declared as a number or a date, where one is taken.
    Unproven {
        /// What the filter takes.
        takes: Takes,
        /// The value.
        value: Operand,
    },
}
