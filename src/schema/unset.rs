//! Values that mean the same as no value.
//!
//! Clients with optional fields send those that are not set as `null` or `""`, as the JSON form of Protocol Buffers
//! allows. A body that such a client sent, pasted into a template, means what it means on the wire.

use crate::syntax::{Node, Value};

/// Returns whether a value is `null`. A key of YAML without a value is something else: the author likely forgot it.
pub(crate) fn is_null(node: &Node<'_>) -> bool {
    matches!(node.value, Value::Null) && !node.span.is_empty()
}

/// Returns whether a value is neither `null` nor `""`.
pub(crate) fn is_set(node: &Node<'_>) -> bool {
    let is_empty = matches!(&node.value, Value::String(scalar) if scalar.text.is_empty());
    !is_null(node) && !is_empty
}
