//! Anchors and the bounded expansion of their aliases.

use std::borrow::Cow;

use super::parse::{MAX_DEPTH, MAX_EXPANDED_NODES};
use super::tree::{Node, Value};

/// The most nodes that all anchors together keep for their aliases. Nested anchors keep their nodes once per level, so
/// anchors within anchors would otherwise take many times the size of the file.
const MAX_KEPT_NODES: usize = 10 * MAX_EXPANDED_NODES;

/// The anchors of a document by the parser's ids, which count from 1.
#[derive(Default)]
pub(super) struct Anchors<'s> {
    anchors: Vec<Anchor<'s>>,
    kept: usize,
    expanded: usize,
    is_exhausted: bool,
}

enum Anchor<'s> {
    /// Its node is being read.
    Open,
    /// Its node, and the node's text if it is a scalar.
    Kept { expanded: Expanded<'s>, text: Option<Cow<'s, str>> },
    /// Its node is too large to be expanded even once.
    TooLarge,
}

/// The node that replaces an alias.
#[derive(Clone)]
pub(super) struct Expanded<'s> {
    pub(super) node: Node<'s>,
    /// The number of its nodes.
    pub(super) nodes: usize,
    /// The depth of its nesting: 0 for a scalar.
    pub(super) height: usize,
}

/// The result of expanding an alias.
pub(super) enum Expansion<'s> {
    Node(Expanded<'s>),
    Key(Cow<'s, str>),
    Cycle,
    TooDeep,
    TooMany { is_first: bool },
}

impl<'s> Anchors<'s> {
    /// Opens the anchor of a collection that begins. Id 0 means that there is no anchor.
    pub(super) fn open(&mut self, id: usize) {
        if id > 0 {
            self.set(id, Anchor::Open);
        }
    }

    /// Defines an anchor whose node has been read.
    pub(super) fn define(
        &mut self,
        id: usize,
        node: &Node<'s>,
        text: Option<&Cow<'s, str>>,
        nodes: usize,
        height: usize,
    ) {
        if id == 0 {
            return;
        }
        if nodes > MAX_EXPANDED_NODES || self.kept + nodes > MAX_KEPT_NODES {
            self.set(id, Anchor::TooLarge);
            return;
        }
        self.kept += nodes;
        let expanded = Expanded { node: node.clone(), nodes, height };
        self.set(id, Anchor::Kept { expanded, text: text.cloned() });
    }

    /// Expands an alias at a depth of nesting.
    pub(super) fn expand(&mut self, id: usize, depth: usize, is_key: bool) -> Expansion<'s> {
        match self.anchors.get(id.wrapping_sub(1)) {
            Some(Anchor::Kept { text: Some(text), expanded }) if is_key => match expanded.node.value {
                Value::Invalid => Expansion::Node(expanded.clone()),
                _ => Expansion::Key(text.clone()),
            },
            Some(Anchor::Kept { expanded, .. }) => {
                if depth + expanded.height > MAX_DEPTH {
                    return Expansion::TooDeep;
                }
                if self.expanded + expanded.nodes > MAX_EXPANDED_NODES {
                    return self.too_many();
                }
                self.expanded += expanded.nodes;
                Expansion::Node(expanded.clone())
            }
            Some(Anchor::TooLarge) => self.too_many(),
            Some(Anchor::Open) | None => Expansion::Cycle,
        }
    }

    fn too_many(&mut self) -> Expansion<'s> {
        let is_first = !self.is_exhausted;
        self.is_exhausted = true;
        Expansion::TooMany { is_first }
    }

    fn set(&mut self, id: usize, anchor: Anchor<'s>) {
        while self.anchors.len() < id {
            self.anchors.push(Anchor::Open);
        }
        self.anchors[id - 1] = anchor;
    }
}
