//! From text to a YAML tree in which every node, key and comment has its byte range.
//!
//! [`parse`] reads a document; [`Origin::locate`] leads from an offset inside a scalar's value back to the bytes of the file.
//! [`parse_json`] reads strict JSON into
//! the same tree. This room knows YAML 1.2 and nothing of templates.

mod anchors;
mod build;
mod error;
mod frame;
mod json;
mod json_parser;
mod mapping;
mod parse;
mod place;
mod quoted;
mod recovery;
mod resolve;
mod scalar;
mod tree;

pub use error::SyntaxError;
pub use granit_parser::ErrorKind;
pub use json::TreeJson;
pub use json_parser::{JsonErrorKind, MAX_JSON_DEPTH, parse_json};
pub use parse::{MAX_DEPTH, MAX_EXPANDED_NODES, Parsed, parse};
pub use scalar::{Chomping, Locator, Origin, ScalarStyle};
pub use tree::{Comment, Document, Entry, Key, Mapping, Node, Number, Scalar, Value};
