//! The structure of templates and requests, and violations of it.
//!
//! `schemas/template.schema.json` and `schemas/message.schema.json` describe the structure for editors and other
//! programs. kenarc itself checks documents against a description in Rust, which needs no set-up and results in typed
//! facts with exact spans. `tests/corpus/agreement.rs` compares the two, and `docs/design/parser.md` explains why
//! there are two.
//!
//! This module returns facts: a span, a kind, typed values. Sentences about them are made in `lint`.

mod certain;
mod check;
#[cfg(test)]
#[expect(clippy::expect_used, clippy::panic, reason = "that is how a test fails")]
mod generate;
mod kind;
mod request;
mod shape;
mod template;
mod text;
mod violation;

use crate::syntax::Document;

pub(crate) use certain::{ListItem, Row};
pub use kind::Kind;
pub(crate) use shape::ACTION;
pub use text::has_jinja;
pub(crate) use text::is_variable_name;
pub use violation::{Element, List, Violation, ViolationKind};

/// The spelling of `icon` that Divar has deprecated.
pub const ICON_NAME: &str = "icon_name";

/// The JSON Schema (2020-12) of a template: `schemas/template.schema.json`.
pub const SCHEMA: &str = include_str!("../../schemas/template.schema.json");

/// What a document is meant to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// A template.
    Template,
    /// The body of a request.
    Request,
}

/// Returns everything in a document that its schema does not allow. Parts that could not be read are skipped, since
/// they have been reported as [`SyntaxError`](crate::syntax::SyntaxError)s.
///
/// A document without violations is valid against the JSON Schema of its kind. One with violations is invalid, except
/// for links of a request, which [`validate_link`](crate::message::validate_link) examines more closely than a JSON
/// Schema can.
#[must_use]
pub fn violations(document: &Document<'_>, kind: DocumentKind) -> Vec<Violation> {
    check::check(
        &document.root,
        match kind {
            DocumentKind::Template => &template::TEMPLATE,
            DocumentKind::Request => &request::REQUEST,
        },
    )
}
