//! Parses YAML into a tree in which every node, key and comment has its byte range.
//!
//! [`parse`] parses a document. [`Origin::locate`] maps an offset in a scalar's value back to the bytes of the file.
//! [`parse_json`] parses strict JSON into the same tree. This module knows YAML 1.2, but not templates.
//! `docs/design/parser.md` explains why kenarc has its own parser.

mod anchors;
mod build;
mod comment;
mod damage;
mod error;
mod file;
mod flow;
mod frame;
mod json_parser;
mod mapping;
mod parse;
mod place;
mod print;
mod quoted;
mod recovery;
mod resolve;
mod scalar;
mod tree;

pub(crate) use comment::{CommentedText, commented_text};
pub use error::{InvalidYaml, SyntaxError};
pub(crate) use file::{is_json, parse_file};
pub use json_parser::{JsonErrorKind, MAX_JSON_DEPTH, parse_json};
pub use parse::{MAX_DEPTH, MAX_EXPANDED_NODES, Parsed, parse};
pub(crate) use print::print;
pub(crate) use recovery::line_start;
pub use scalar::{Chomping, Locator, Origin, ScalarStyle};
pub(crate) use scalar::{INDICATORS, quote};
pub use tree::{Comment, Document, Entry, Key, Mapping, Node, Number, Scalar, Value};
pub(crate) use tree::{escape_token, unescape_token};
