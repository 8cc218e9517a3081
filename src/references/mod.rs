//! References: `{ $ref: "_shared.yaml#/buttons/support" }` stands for the part of a file that it names.
//!
//! A reference is a JSON Reference as in JSON Schema 2020-12 and OpenAPI 3.1: the path of a file, relative to the file
//! that it is written in, and after `#` a JSON Pointer (RFC 6901), percent-encoded (RFC 3986 §3.5). Without a path it names
//! a part of its own file, without a pointer the whole file. Keys beside `$ref` win over those of the part.
//!
//! References are resolved in the tree, before anything else looks at it. The parts keep their spans in one text that is
//! put together from all files ([`SourceFile::origin`](crate::source::SourceFile::origin)), so that everything else works as
//! if they were written where they are referred to. This module returns facts; sentences about them are made in `lint`.

mod error;
mod files;
mod library;
mod resolve;
mod target;

pub use error::{ReferenceError, ReferenceErrorKind};
pub use files::{FileError, Files};
pub(crate) use library::{Library, PartFile};
pub use resolve::Resolved;
pub(crate) use resolve::resolve;

use crate::schema::Kind;
use crate::syntax::{Mapping, Node};

/// The key of a reference.
pub(crate) const REF: &str = "$ref";

/// The most references that lead from one to the next.
pub const MAX_REFERENCE_DEPTH: usize = 16;

/// The most values that the references of a file stand for in total. A text counts as one more for each KiB of it.
pub const MAX_REFERENCED_NODES: usize = 10_000;

/// The largest size of a file and all those that it refers to together, in bytes: 8 MiB.
pub const MAX_REFERENCED_BYTES: usize = 8 << 20;

/// The first character of the names of libraries, which have parts for templates and are no templates themselves.
const LIBRARY_PREFIX: char = '_';

/// Returns whether a mapping in a library is certainly the declaration of a variable: its `type` is one of JSON Schema.
pub(crate) fn is_declaration(mapping: &Mapping<'_>) -> bool {
    let of_type = |node: &Node<'_>| node.as_scalar().is_some_and(|name| Kind::from_name(&name.text).is_some());
    mapping.get("type").is_some_and(|entry| match entry.value.as_sequence() {
        Some(types) => types.iter().all(of_type),
        None => of_type(&entry.value),
    })
}

/// Returns whether a file is a library of parts, by its name.
#[must_use]
pub fn is_library(name: &str) -> bool {
    let name = name.rsplit(std::path::is_separator).next().unwrap_or(name);
    name.starts_with(LIBRARY_PREFIX)
}
