//! Determines which rows and buttons of a template are in every message, regardless of the values.
//!
//! `$defs/certain` and `$defs/certain_row` of the schema define the same.

use crate::syntax::{Node, Value};

/// A row or a button, as it is written or as it was read.
pub(crate) trait ListItem {
    /// Returns whether the item has neither `for` nor `when`.
    fn is_unconditional(&self) -> bool;
}

/// A row, as it is written or as it was read.
pub(crate) trait Row: ListItem {
    /// A button of the row.
    type Button: ListItem;

    /// Returns the buttons of the row.
    fn buttons(&self) -> &[Self::Button];

    /// Returns whether the row is in every message. A row without buttons is omitted from the message.
    fn is_certain(&self) -> bool {
        self.is_unconditional() && self.buttons().iter().any(ListItem::is_unconditional)
    }
}

impl ListItem for Node<'_> {
    fn is_unconditional(&self) -> bool {
        match &self.value {
            Value::Mapping(mapping) => mapping.get("for").is_none() && mapping.get("when").is_none(),
            Value::Sequence(_) => true,
            _ => false,
        }
    }
}

impl Row for Node<'_> {
    type Button = Self;

    fn buttons(&self) -> &[Self] {
        let buttons = match &self.value {
            Value::Mapping(mapping) => mapping.get("buttons").and_then(|entry| entry.value.as_sequence()),
            _ => self.as_sequence(),
        };
        buttons.unwrap_or_default()
    }
}
