//! Which rows and buttons of a template are in the message whatever the values.

use crate::syntax::{Node, Value};

use super::violation::List;

/// Whether an item of a list is there whatever the values. See `$defs/certain` and `$defs/certain_row` of the schema.
pub(super) fn is_certain(item: &Node<'_>, list: List) -> bool {
    match list {
        List::Buttons => is_unconditional(item),
        List::Rows => is_unconditional(item) && buttons(item).iter().any(is_unconditional),
    }
}

/// Whether neither `for` nor `when` decides about an item.
fn is_unconditional(item: &Node<'_>) -> bool {
    match &item.value {
        Value::Mapping(mapping) => mapping.get("for").is_none() && mapping.get("when").is_none(),
        Value::Sequence(_) => true,
        _ => false,
    }
}

/// The buttons of a row; a row without buttons is left out of the message.
fn buttons<'n, 's>(row: &'n Node<'s>) -> &'n [Node<'s>] {
    let buttons = match &row.value {
        Value::Mapping(mapping) => mapping.get("buttons").and_then(|entry| entry.value.as_sequence()),
        _ => row.as_sequence(),
    };
    buttons.unwrap_or_default()
}
