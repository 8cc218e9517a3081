//! Why a reference cannot be resolved.

use std::sync::Arc;

use crate::schema::Kind;
use crate::source::Span;

use super::files::FileError;

/// A reference that stands for nothing.
#[derive(Clone, Debug)]
pub struct ReferenceError {
    /// The value of `$ref`, or the key beside it that is wrong.
    pub span: Span,
    /// The part that it names, as far as there is one.
    pub target: Option<Span>,
    /// What is wrong.
    pub kind: ReferenceErrorKind,
}

/// What is wrong with a reference.
#[derive(Clone, Debug)]
pub enum ReferenceErrorKind {
    /// The value of `$ref` is not a string.
    NotText {
        /// What it is.
        found: Kind,
    },
    /// The value of `$ref` is a URL.
    Url,
    /// The pointer is not empty and does not begin with `/` (RFC 6901 §3), or is wrongly encoded.
    InvalidPointer {
        /// The pointer.
        pointer: String,
    },
    /// The file cannot be read.
    File {
        /// Its path, as it is written.
        path: String,
        /// Why not.
        error: Arc<FileError>,
    },
    /// The file has no such part.
    MissingPart {
        /// The first token of the pointer that names nothing.
        token: String,
        /// The tokens that exist in its place, each with the pointer that it makes of the written one.
        present: Vec<(String, String)>,
    },
    /// The part refers to itself.
    Cycle,
    /// More than [`MAX_REFERENCE_DEPTH`](super::MAX_REFERENCE_DEPTH) references lead from one to the next.
    TooDeep,
    /// The references of the file stand for more than [`MAX_REFERENCED_NODES`](super::MAX_REFERENCED_NODES) values, or the
    /// files that they name are larger than [`MAX_REFERENCED_BYTES`](super::MAX_REFERENCED_BYTES).
    TooLarge,
    /// A key beside the `$ref` of a part that has no keys.
    KeysBesideValue {
        /// The key.
        key: String,
        /// What the part is.
        found: Kind,
    },
}
