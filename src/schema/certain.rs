//! Determines which rows and buttons of a template are in every message, regardless of the values.

use crate::syntax::{Node, Value};

use super::violation::List;

/// Returns whether an item of a list is in every message. See `$defs/certain` and `$defs/certain_row` of the schema.
pub(super) fn is_certain(item: &Node<'_>, list: List) -> bool {
    match list {
        List::Buttons => is_unconditional(item),
        List::Rows => is_unconditional(item) && buttons(item).iter().any(is_unconditional),
    }
}

/// Returns whether an item has neither `for` nor `when`.
fn is_unconditional(item: &Node<'_>) -> bool {
    match &item.value {
        Value::Mapping(mapping) => mapping.get("for").is_none() && mapping.get("when").is_none(),
        Value::Sequence(_) => true,
        _ => false,
    }
}

/// Returns the buttons of a row. A row without buttons is omitted from the message.
fn buttons<'n, 's>(row: &'n Node<'s>) -> &'n [Node<'s>] {
    let buttons = match &row.value {
        Value::Mapping(mapping) => mapping.get("buttons").and_then(|entry| entry.value.as_sequence()),
        _ => row.as_sequence(),
    };
    buttons.unwrap_or_default()
}
