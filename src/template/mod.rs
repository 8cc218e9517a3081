//! A template: both forms of a grid, mixed freely, as one typed shape in which every part has its span.
//!
//! Reading is tolerant. What is broken is left out (the schema's violations say what is wrong with it) or, where a hole does
//! not compile, kept as a typed error; its neighbours stay whole.

mod embedded;
mod read;
mod text;
mod variables;

use std::sync::Arc;

use crate::message::{ActionKind, Icons};
use crate::source::{SourceFile, Span};
use crate::syntax::Node;

pub use embedded::EmbeddedProgram;
pub use read::read;
pub use text::{Body, Condition, Repeat, Text};
pub use variables::{DeclarationError, Mismatch, Variable, Variables};

/// A template as it is written.
#[derive(Debug)]
pub struct Template {
    /// The file it was read from.
    pub file: Arc<SourceFile>,
    /// The whole document.
    pub span: Span,
    /// `message`
    pub message: Option<Text>,
    /// `sender_buttons`
    pub sender_buttons: Option<Grid>,
    /// `receiver_buttons`
    pub receiver_buttons: Option<Grid>,
    /// `variables`; without it any name may be used.
    pub variables: Option<Variables>,
    /// `examples`, in the author's order.
    pub examples: Vec<Example>,
    /// The names that its icons may have.
    pub icons: Arc<Icons>,
    /// Parts that could not be read. A template with any cannot be rendered.
    pub broken: Vec<Span>,
}

/// The buttons of one side.
#[derive(Debug)]
pub struct Grid {
    /// The value of `sender_buttons` or `receiver_buttons`.
    pub span: Span,
    /// Shown only where this is true.
    pub when: Option<Condition>,
    /// The rows, without those that could not be read.
    pub rows: Vec<Row>,
}

/// A row of buttons.
#[derive(Debug)]
pub struct Row {
    /// The row.
    pub span: Span,
    /// Kept only where this is true.
    pub when: Option<Condition>,
    /// Repeated for each item.
    pub repeat: Option<Repeat>,
    /// The buttons, without those that could not be read.
    pub buttons: Vec<Button>,
}

/// A button.
#[derive(Debug)]
pub struct Button {
    /// The button.
    pub span: Span,
    /// Kept only where this is true.
    pub when: Option<Condition>,
    /// Repeated for each item.
    pub repeat: Option<Repeat>,
    /// What a click does. The language wants exactly one.
    pub actions: Vec<Action>,
    /// `icon`
    pub icon: Option<Text>,
    /// The icon's key, where it is spelt [`ICON_NAME`](crate::schema::ICON_NAME).
    pub icon_name: Option<Span>,
    /// `caption`
    pub caption: Option<Text>,
}

/// What a click does.
#[derive(Debug)]
pub struct Action {
    /// Which of the five.
    pub kind: ActionKind,
    /// Its key.
    pub key: Span,
    /// Its value.
    pub span: Span,
    /// What it carries; nothing where that could not be read.
    pub payload: Option<Payload>,
}

/// What an action carries.
#[derive(Debug)]
pub enum Payload {
    /// `open_direct_link`: a URL.
    Link(Text),
    /// `open_server_link`, `get_dynamic_action`: what Divar hands back to the add-on.
    Data(Vec<(String, Data)>),
    /// `open_post_page`, `open_post_manage_page`: the token of a post.
    PostToken(Text),
}

/// A value inside `data`.
#[derive(Debug)]
pub enum Data {
    /// A boolean, a number or null, sent as it is.
    Plain(serde_json::Value),
    /// Text, perhaps with holes.
    Text(Text),
    /// A list.
    List(Vec<Data>),
    /// A mapping in the author's order.
    Map(Vec<(String, Data)>),
}

/// A named set of variables.
#[derive(Debug)]
pub struct Example {
    /// Its name.
    pub name: String,
    /// The name in the file.
    pub key: Span,
    /// The values.
    pub values: Node<'static>,
}

impl Template {
    /// The grids that there are.
    pub fn grids(&self) -> impl Iterator<Item = &Grid> {
        self.sender_buttons.iter().chain(&self.receiver_buttons)
    }

    /// All buttons, in the order of the file's keys `sender_buttons`, `receiver_buttons`.
    pub fn buttons(&self) -> impl Iterator<Item = &Button> {
        self.grids().flat_map(|grid| &grid.rows).flat_map(|row| &row.buttons)
    }

    /// The links that buttons open.
    pub fn links(&self) -> impl Iterator<Item = &Text> {
        let payloads = self.buttons().flat_map(|button| &button.actions).filter_map(|action| action.payload.as_ref());
        payloads.filter_map(|payload| match payload {
            Payload::Link(text) => Some(text),
            Payload::Data(_) | Payload::PostToken(_) => None,
        })
    }

    /// The JSON Schema (2020-12) of a set of values for this template: what a file of variables or a row must meet.
    #[must_use]
    pub fn variables_schema(&self) -> serde_json::Value {
        let declared = self.variables.iter().flat_map(|variables| &variables.list);
        let required = declared.clone().filter(|variable| variable.default().is_none());
        let required: Vec<&str> = required.map(|variable| variable.name.as_str()).collect();
        let properties: serde_json::Map<String, serde_json::Value> =
            declared.map(|variable| (variable.name.clone(), variable.schema.to_json())).collect();
        serde_json::json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": self.variables.is_none(),
        })
    }
}
