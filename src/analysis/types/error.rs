//! What cannot work, whatever the values are.

use crate::source::Span;

use super::ty::{Kinds, Type};

/// A part of a hole that cannot work.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeError {
    /// The part.
    pub span: Span,
    /// Where the variable is declared whose type it is about.
    pub declared: Option<Span>,
    /// What is wrong.
    pub nonsense: TypeErrorKind,
}

/// A part of an expression: as it is written, and what it can be.
#[derive(Clone, Debug, PartialEq)]
pub struct Operand {
    /// The author's text.
    pub text: String,
    /// What it can be.
    pub known: Type,
}

/// What is wrong with types.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeErrorKind {
    /// A value in text that is neither text nor a number.
    NotText(Operand),
    /// What never has a value, where one must be.
    NoValue(Operand),
    /// A number where the name of an icon belongs.
    UnknownIcon(Operand),
    /// `for` over what has no items.
    NotIterable(Operand),
    /// `for a, b in …` over items that have no parts.
    NotUnpackable {
        /// What is gone through.
        items: Operand,
        /// What each item is.
        item: Type,
    },
    /// An attribute of what has none.
    NoAttributes {
        /// The value.
        of: Operand,
        /// The attribute.
        name: String,
    },
    /// An attribute that a mapping cannot have; the span is its name's.
    NoKey {
        /// The mapping.
        of: Operand,
        /// The attribute.
        name: String,
        /// The keys that it can have.
        keys: Vec<String>,
    },
    /// A call of a method; values have none.
    Method {
        /// The value.
        of: Operand,
        /// The method.
        name: String,
    },
    /// `x[…]` of what has no items.
    NoItems(Operand),
    /// `x[a:b]` of what is neither text nor a list.
    NotSliceable(Operand),
    /// `in` what holds nothing.
    NotContainer(Operand),
    /// `-x` of what is no number.
    NotNegatable(Operand),
    /// An operator between kinds that it does not take.
    Operator {
        /// The operator's sign.
        sign: &'static str,
        /// Its left side.
        left: Operand,
        /// Its right side.
        right: Operand,
    },
    /// `<` and its like between different kinds, which MiniJinja orders by kind.
    Order {
        /// The operator's sign.
        sign: &'static str,
        /// Its left side.
        left: Operand,
        /// Its right side.
        right: Operand,
    },
    /// A filter on a kind that it does not take.
    Filter {
        /// The filter.
        name: String,
        /// What it is given.
        input: Operand,
        /// What it takes.
        takes: Kinds,
    },
}
