//! The kinds of JSON values, with their names in JSON Schema and their nouns in messages.

use std::fmt;

use crate::syntax::{Node, Value};

/// A kind of JSON value, as the keyword `type` of JSON Schema distinguishes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number without a fraction; also a [`Number`](Self::Number).
    Integer,
    /// Any number.
    Number,
    /// A string.
    String,
    /// A list.
    Array,
    /// A mapping.
    Object,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 7] =
        [Self::Null, Self::Boolean, Self::Integer, Self::Number, Self::String, Self::Array, Self::Object];

    /// Returns the kind of a value. A number is a [`Number`](Self::Number), with or without a fraction. What could
    /// not be read counts as null, as in [`Node::to_json`].
    #[must_use]
    pub const fn of(node: &Node<'_>) -> Self {
        match node.value {
            Value::Null | Value::Invalid => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::String,
            Value::Sequence(_) => Self::Array,
            Value::Mapping(_) => Self::Object,
        }
    }

    /// Returns the name in JSON Schema: `string`, `array`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }

    /// Returns the kind of a name in JSON Schema.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Returns the noun in messages, with its article: "a list". JSON's arrays and objects are YAML's lists and
    /// mappings.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "a list",
            Self::Object => "a mapping",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.noun())
    }
}
