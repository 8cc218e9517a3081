//! All keys and values of a tree as they are written.

use crate::source::{SourceFile, Span};
use crate::syntax::{Key, Node, Origin, ScalarStyle, Value};

/// A key, or a value that is neither a list nor a mapping.
pub(super) enum Leaf<'n, 's> {
    /// A key.
    Key(&'n Key<'s>),
    /// A value.
    Value(&'n Node<'s>),
}

impl Leaf<'_, '_> {
    pub(super) fn span(&self) -> Span {
        match self {
            Self::Key(key) => key.span,
            Self::Value(node) => node.span,
        }
    }

    /// Returns the text and how it is written, if it is text.
    pub(super) fn text(&self, file: &SourceFile) -> Option<(&str, Origin)> {
        match self {
            Self::Key(key) => {
                let style = match file.slice(key.span).as_bytes() {
                    [b'"', .., b'"'] => ScalarStyle::DoubleQuoted,
                    [b'\'', .., b'\''] => ScalarStyle::SingleQuoted,
                    _ => ScalarStyle::Plain,
                };
                Some((&key.text, Origin { span: key.span, style, indent: 0 }))
            }
            Self::Value(node) => node.as_scalar().map(|scalar| (&*scalar.text, scalar.origin)),
        }
    }
}

/// Visits all keys and values in a node. The expansion of an alias is included each time.
pub(super) fn leaves<'n, 's>(node: &'n Node<'s>, visit: &mut impl FnMut(Leaf<'n, 's>)) {
    leaves_except(node, &|_| false, visit);
}

/// Visits all keys and values in a node, except for the values of some keys.
pub(super) fn leaves_except<'n, 's>(
    node: &'n Node<'s>,
    is_excepted: &impl Fn(&Key<'s>) -> bool,
    visit: &mut impl FnMut(Leaf<'n, 's>),
) {
    match &node.value {
        Value::Sequence(items) => items.iter().for_each(|item| leaves_except(item, is_excepted, visit)),
        Value::Mapping(mapping) => {
            for entry in &mapping.entries {
                visit(Leaf::Key(&entry.key));
                if !is_excepted(&entry.key) {
                    leaves_except(&entry.value, is_excepted, visit);
                }
            }
        }
        _ => visit(Leaf::Value(node)),
    }
}
