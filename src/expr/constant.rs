//! Values that are written in an expression.

use std::fmt;

use minijinja::value::{Value, ValueKind};

/// A constant of an expression. It compares with others as it would in an expression: `1 == 1.0`, and any text is
/// greater than any number.
#[derive(Clone, PartialEq, PartialOrd)]
pub struct Constant(Value);

/// The kind of a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstantKind {
    /// `none`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number without a fraction.
    Integer,
    /// Any other number.
    Float,
    /// A string.
    Text,
    /// A list or a tuple.
    List,
    /// A mapping.
    Mapping,
}

impl Constant {
    pub(super) fn new(value: Value) -> Self {
        Self(value)
    }

    pub(crate) fn value(&self) -> &Value {
        &self.0
    }

    /// Returns the kind of the value.
    #[must_use]
    pub fn kind(&self) -> ConstantKind {
        match self.0.kind() {
            ValueKind::Bool => ConstantKind::Boolean,
            ValueKind::Number if self.0.is_integer() => ConstantKind::Integer,
            ValueKind::Number => ConstantKind::Float,
            ValueKind::String => ConstantKind::Text,
            ValueKind::Seq | ValueKind::Iterable => ConstantKind::List,
            ValueKind::Map => ConstantKind::Mapping,
            _ => ConstantKind::Null,
        }
    }

    /// Returns whether it counts as true in a condition.
    #[must_use]
    pub fn is_true(&self) -> bool {
        self.0.is_true()
    }

    /// Returns whether it is `none`.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Returns whether it is a number.
    #[must_use]
    pub fn is_number(&self) -> bool {
        self.0.kind() == ValueKind::Number
    }

    /// Returns the value if it is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_str()
    }

    /// Returns the value if it is an integer of up to 64 bits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        self.0.as_i64()
    }

    /// Returns the value if it is an integer of up to 64 bits that is not negative.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        u64::try_from(self.0.clone()).ok()
    }

    /// Returns the value if it is a number.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        if self.is_number() { f64::try_from(self.0.clone()).ok() } else { None }
    }

    /// Returns the items if the value is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<Vec<Self>> {
        if self.kind() != ConstantKind::List {
            return None;
        }
        Some(self.0.try_iter().ok()?.map(Self).collect())
    }

    /// Returns what the value becomes in text; `None` if it is neither a string nor a number.
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        match self.0.kind() {
            ValueKind::String => self.0.as_str().map(str::to_owned),
            ValueKind::Number => Some(self.0.to_string()),
            _ => None,
        }
    }

    /// Returns the value as JSON; `null` for what JSON cannot represent.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(&self.0).unwrap_or_default()
    }
}

impl From<i64> for Constant {
    fn from(number: i64) -> Self {
        Self(number.into())
    }
}

impl From<f64> for Constant {
    fn from(number: f64) -> Self {
        Self(number.into())
    }
}

impl fmt::Debug for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
