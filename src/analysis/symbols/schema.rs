//! Looks up parts of declarations.

use crate::syntax::{Entry, Node};

/// A JSON Schema of a declaration.
pub(super) type Schema<'t> = &'t Node<'static>;

/// The keywords whose schemas apply to the same value.
const BRANCHES: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// Returns the declaration of a property: its key and its schema.
pub(super) fn property<'t>(schema: Schema<'t>, name: &str) -> Option<&'t Entry<'static>> {
    find(schema, &|entries| entries("properties")?.value.as_mapping()?.get(name))
}

/// Returns the declaration of the items of a list.
pub(super) fn items(schema: Schema<'_>) -> Option<Schema<'_>> {
    find(schema, &|entries| entries("items")).map(|entry| &entry.value)
}

type Lookup<'a, 't> = &'a dyn Fn(&str) -> Option<&'t Entry<'static>>;

/// Returns what a schema, or the first of the schemas that apply to the same value, has.
fn find<'t>(
    schema: Schema<'t>,
    look_up: &impl Fn(Lookup<'_, 't>) -> Option<&'t Entry<'static>>,
) -> Option<&'t Entry<'static>> {
    let mapping = schema.as_mapping()?;
    look_up(&|keyword| mapping.get(keyword)).or_else(|| branches(schema).find_map(|branch| find(branch, look_up)))
}

/// Returns the schemas that apply to the same value.
pub(super) fn branches(schema: Schema<'_>) -> impl Iterator<Item = Schema<'_>> {
    let mapping = schema.as_mapping();
    let lists = BRANCHES.into_iter().filter_map(move |keyword| mapping?.get(keyword)?.value.as_sequence());
    lists.flatten()
}

/// Returns the declared properties.
pub(super) fn properties(schema: Schema<'_>) -> &[Entry<'static>] {
    let properties = schema.as_mapping().and_then(|schema| schema.get("properties"));
    properties.and_then(|entry| entry.value.as_mapping()).map(|mapping| mapping.entries.as_slice()).unwrap_or_default()
}
