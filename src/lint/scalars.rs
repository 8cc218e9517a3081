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

/// Returns all keys and values in a node. The expansion of an alias is included each time.
pub(super) fn leaves<'n, 's>(node: &'n Node<'s>, visit: &mut impl FnMut(Leaf<'n, 's>)) {
    match &node.value {
        Value::Sequence(items) => items.iter().for_each(|item| leaves(item, visit)),
        Value::Mapping(mapping) => {
            for entry in &mapping.entries {
                visit(Leaf::Key(&entry.key));
                leaves(&entry.value, visit);
            }
        }
        _ => visit(Leaf::Value(node)),
    }
}
