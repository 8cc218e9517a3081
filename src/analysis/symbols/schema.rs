//! Looks up parts of declarations.

use crate::syntax::{Key, Node};
use crate::template::Variable;

/// The keywords whose schemas apply to the same value.
const BRANCHES: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// A JSON Schema of a declaration.
#[derive(Clone, Copy)]
pub(super) struct Schema<'t> {
    pub(super) node: &'t Node<'static>,
}

impl<'t> Schema<'t> {
    /// Returns the schema of a variable.
    pub(super) fn of(variable: &'t Variable) -> Self {
        Self { node: &variable.schema }
    }

    /// Returns the value of a keyword.
    pub(super) fn keyword(self, keyword: &str) -> Option<&'t Node<'static>> {
        Some(&self.node.as_mapping()?.get(keyword)?.value)
    }

    /// Returns the items of a keyword that has a list.
    pub(super) fn list(self, keyword: &str) -> &'t [Node<'static>] {
        self.keyword(keyword).and_then(Node::as_sequence).unwrap_or_default()
    }

    /// Returns the schemas that apply to the same value.
    pub(super) fn branches(self) -> impl Iterator<Item = Self> {
        BRANCHES.into_iter().flat_map(move |keyword| self.list(keyword)).map(move |node| Self { node })
    }

    /// Returns the properties that it declares itself.
    pub(super) fn properties(self) -> impl Iterator<Item = (&'t Key<'static>, Self)> {
        let properties = self.keyword("properties").and_then(Node::as_mapping);
        let entries = properties.map(|mapping| mapping.entries.as_slice()).unwrap_or_default();
        entries.iter().map(move |entry| (&entry.key, Self { node: &entry.value }))
    }

    /// Returns the declaration of a property: its key and its schema.
    pub(super) fn property(self, name: &str) -> Option<(&'t Key<'static>, Self)> {
        let own = self.properties().find(|(key, _)| key.text == name);
        own.or_else(|| self.branches().find_map(|branch| branch.property(name)))
    }

    /// Returns the declaration of the items of a list.
    pub(super) fn items(self) -> Option<Self> {
        let own = self.keyword("items").map(|node| Self { node });
        own.or_else(|| self.branches().find_map(Self::items))
    }
}
