//! Kinds of values.

use std::ops::{BitAnd, BitOr, Not};

use crate::expr::library::Takes;
use crate::persian::TextForm;
use crate::schema::Kind;

/// A set of kinds of values.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u16);

impl Kinds {
    /// No kind.
    pub const NONE: Self = Self(0);
    /// The undefined value: a name or an attribute without a value.
    pub const UNDEFINED: Self = Self(1);
    /// `null` in YAML and JSON, `none` in an expression.
    pub const NULL: Self = Self(1 << 1);
    /// `true` and `false`.
    pub const BOOLEAN: Self = Self(1 << 2);
    /// A number of the JSON Schema type `integer`.
    pub const INTEGER: Self = Self(1 << 3);
    /// Any other number.
    pub const FRACTION: Self = Self(1 << 4);
    /// Text that is a number in ASCII digits.
    pub const NUMERAL: Self = Self(1 << 5);
    /// Text that is a date.
    pub const DATE: Self = Self(1 << 9);
    /// Text that is a date with a time and an offset.
    pub const DATE_TIME: Self = Self(1 << 10);
    /// Any other text.
    pub const WORDS: Self = Self(1 << 11);
    /// A list or another sequence.
    pub const LIST: Self = Self(1 << 6);
    /// A mapping.
    pub const MAPPING: Self = Self(1 << 7);
    /// Values that only expressions have: functions and namespaces.
    pub const OTHER: Self = Self(1 << 8);
    /// All text.
    pub const TEXT: Self = Self(Self::NUMERAL.0 | Self::DATE.0 | Self::DATE_TIME.0 | Self::WORDS.0);
    /// All numbers.
    pub const NUMBER: Self = Self(Self::INTEGER.0 | Self::FRACTION.0);
    /// The kinds of JSON values, which are those of variables.
    pub const JSON: Self =
        Self(Self::NULL.0 | Self::BOOLEAN.0 | Self::NUMBER.0 | Self::TEXT.0 | Self::LIST.0 | Self::MAPPING.0);
    /// Everything.
    pub const ALL: Self = Self(Self::JSON.0 | Self::UNDEFINED.0 | Self::OTHER.0);

    /// Returns the kinds of JSON values that are taken.
    #[must_use]
    pub fn taken(takes: Takes) -> Self {
        match takes {
            Takes::Numeral => return Self::NUMBER | Self::NUMERAL,
            Takes::Date => return Self::NUMBER | Self::DATE | Self::DATE_TIME,
            _ => {}
        }
        let taken = Kind::ALL.into_iter().filter(|kind| takes.includes(*kind));
        taken.fold(Self::NONE, |all, kind| all | Self::from(kind))
    }

    /// Returns the kind if all values of the set have the same kind, and it is one of JSON's.
    #[must_use]
    pub fn single(self) -> Option<Kind> {
        match self {
            Self::NULL => Some(Kind::Null),
            Self::BOOLEAN => Some(Kind::Boolean),
            Self::INTEGER => Some(Kind::Integer),
            Self::FRACTION | Self::NUMBER => Some(Kind::Number),
            text if text.is_within(Self::TEXT) => Some(Kind::String),
            Self::LIST => Some(Kind::Array),
            Self::MAPPING => Some(Kind::Object),
            _ => None,
        }
    }

    /// Returns the kinds that are neither null nor undefined.
    #[must_use]
    pub fn without_absent(self) -> Self {
        self & !(Self::NULL | Self::UNDEFINED)
    }

    /// Returns whether the sets have a kind in common.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        self & other != Self::NONE
    }

    /// Returns whether this is a part of the other set, and not empty.
    #[must_use]
    pub fn is_within(self, other: Self) -> bool {
        self != Self::NONE && self & !other == Self::NONE
    }
}

impl From<TextForm> for Kinds {
    fn from(form: TextForm) -> Self {
        match form {
            TextForm::Number => Self::NUMERAL,
            TextForm::Date => Self::DATE,
            TextForm::DateTime => Self::DATE_TIME,
            TextForm::Other => Self::WORDS,
        }
    }
}

impl From<Kind> for Kinds {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Null => Self::NULL,
            Kind::Boolean => Self::BOOLEAN,
            Kind::Integer => Self::INTEGER,
            Kind::Number => Self::NUMBER,
            Kind::String => Self::TEXT,
            Kind::Array => Self::LIST,
            Kind::Object => Self::MAPPING,
        }
    }
}

impl BitOr for Kinds {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Kinds {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Not for Kinds {
    type Output = Self;

    fn not(self) -> Self {
        Self(Self::ALL.0 & !self.0)
    }
}
