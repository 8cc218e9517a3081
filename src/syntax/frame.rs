//! Lists and mappings while they are being read.

use std::mem;

use crate::source::Span;

use super::error::SyntaxError;
use super::mapping::{self, Merge};
use super::tree::{Entry, Key, Node, Value};

/// A list or mapping whose end has not been read.
pub(super) struct Frame<'s> {
    pub(super) body: Body<'s>,
    /// The offset of the opening event, of a list in a block its first `-`.
    pub(super) opened: usize,
    /// The offset of the bracket if there is one, else of the first item or key.
    pub(super) start: usize,
    /// The end of the last token inside.
    pub(super) end: usize,
    /// Whether it has brackets.
    pub(super) is_bracketed: bool,
    /// Whether its tag is wrong, which has been reported.
    pub(super) is_invalid: bool,
    /// The parser's id of its anchor; 0 if there is none.
    pub(super) anchor: usize,
    /// The number of nodes so far, including itself.
    pub(super) nodes: usize,
    /// The depth of nesting so far.
    pub(super) height: usize,
}

pub(super) enum Body<'s> {
    Sequence(Vec<Node<'s>>),
    Mapping { entries: Vec<Entry<'s>>, merges: Vec<Merge>, slot: Slot<'s> },
}

/// What a mapping expects next.
pub(super) enum Slot<'s> {
    /// A key.
    Key,
    /// The value of this key.
    Value(Key<'s>),
    /// The value of a merge key.
    Merge(Key<'s>),
    /// A value to drop, because its key is invalid.
    Dropped,
}

/// Whether the value of a key is merged into the mapping.
#[derive(Clone, Copy)]
pub(super) enum KeyKind {
    Ordinary,
    /// `<<`
    Merge,
}

impl<'s> Frame<'s> {
    pub(super) fn new(body: Body<'s>, opened: Span, is_bracketed: bool) -> Self {
        // A block mapping begins with its first key, which has not been read.
        let has_start = is_bracketed || matches!(body, Body::Sequence(_));
        Self {
            body,
            opened: opened.start,
            start: if has_start { opened.start } else { usize::MAX },
            end: opened.end,
            is_bracketed,
            is_invalid: false,
            anchor: 0,
            nodes: 1,
            height: 1,
        }
    }

    /// Returns whether it is a mapping that expects a key.
    pub(super) fn expects_key(&self) -> bool {
        matches!(&self.body, Body::Mapping { slot: Slot::Key, .. })
    }

    /// Returns where a list in a block begins, if it has no items yet.
    pub(super) fn empty_list(&self) -> Option<usize> {
        let is_empty = matches!(&self.body, Body::Sequence(items) if items.is_empty());
        (is_empty && !self.is_bracketed).then_some(self.opened)
    }

    /// Extends the collection to a token inside of it.
    pub(super) fn reach(&mut self, token: Span) {
        self.start = self.start.min(token.start);
        self.end = self.end.max(token.end);
    }

    /// Adds a scalar as the next key.
    pub(super) fn key(&mut self, key: Key<'s>, kind: KeyKind) {
        if let Body::Mapping { slot, .. } = &mut self.body {
            *slot = match kind {
                KeyKind::Ordinary => Slot::Value(key),
                KeyKind::Merge => Slot::Merge(key),
            };
        }
    }

    /// Adds a node that is not a scalar key. `token` is where it is written.
    pub(super) fn push(&mut self, node: Node<'s>, token: Span, errors: &mut Vec<SyntaxError>) {
        match &mut self.body {
            Body::Sequence(items) => items.push(node),
            Body::Mapping { entries, merges, slot } => match mem::replace(slot, Slot::Key) {
                Slot::Value(key) => entries.push(Entry { key, value: node }),
                Slot::Merge(key) => {
                    merges.push((entries.len(), token));
                    entries.push(Entry { key, value: node });
                }
                Slot::Dropped => {}
                Slot::Key => {
                    if !matches!(node.value, Value::Invalid) {
                        errors.push(SyntaxError::ComplexKey { span: token });
                    }
                    *slot = Slot::Dropped;
                }
            },
        }
    }

    /// Returns the finished node. `end` is the end of a closing bracket.
    pub(super) fn finish(self, end: usize, errors: &mut Vec<SyntaxError>) -> Node<'s> {
        let start = if self.start == usize::MAX { self.opened } else { self.start };
        let end = if self.is_bracketed { end } else { self.end.max(start) };
        let value = match self.body {
            Body::Sequence(items) => Value::Sequence(items),
            Body::Mapping { entries, merges, .. } => Value::Mapping(mapping::finish(entries, &merges, errors)),
        };
        Node { span: Span::new(start, end), value: if self.is_invalid { Value::Invalid } else { value } }
    }
}

impl Body<'_> {
    pub(super) fn mapping() -> Self {
        Self::Mapping { entries: Vec::new(), merges: Vec::new(), slot: Slot::Key }
    }
}
