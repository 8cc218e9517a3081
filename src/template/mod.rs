//! A template: both forms of a grid, mixed freely, as one typed shape in which every part knows where it is written.
//!
//! Reading is tolerant. A broken part is left out, or, if its Jinja does not parse, kept as a typed error; the parts
//! around it stay whole. The schema's violations say what is wrong with the structure.

mod embedded;
mod fast_path;
mod read;
mod text;
mod validators;
mod variables;
pub mod visit;

use std::sync::Arc;

use crate::message::{ActionKind, Icons, MessageKind, Side};
use crate::references::{Library, resolve};
use crate::schema::{ListItem, Row};
use crate::source::{SourceFile, Span};
use crate::syntax::{Node, parse_file};

pub use embedded::{EmbeddedProgram, Rewriting};
pub(crate) use read::read;
pub(crate) use text::sent_text;
pub use text::{Condition, Repeat, Text, TextBody};
pub(crate) use validators::Validators;
pub(crate) use variables::as_declared;
pub use variables::{DeclarationError, Mismatch, Variable, Variables};

/// A template as it is written.
#[derive(Debug)]
pub struct Template {
    /// The file it is read from.
    pub file: Arc<SourceFile>,
    /// The whole document in the main file.
    pub span: Span,
    /// Which API it is for.
    pub kind: MessageKind,
    /// `message` or `text_message`.
    pub text: Option<Text>,
    /// `media_token`, which a message can have in place of a text.
    pub media_token: Option<Text>,
    /// `sender_buttons`, `receiver_buttons` and `buttons`, in the order of the request.
    pub grids: Vec<GridTemplate>,
    /// `variables`; without it any name may be used.
    pub variables: Option<Variables>,
    /// `examples`, in the author's order.
    pub examples: Vec<Example>,
    /// The icons that its buttons may have.
    pub icons: Arc<Icons>,
    /// The parts that could not be read. A template with any cannot be rendered.
    pub broken: Vec<Span>,
}

/// Identifies a program of a template: a text with Jinja in it, or the expression of a `when` or `for`.
///
/// A part of the file that is read twice, through a YAML alias, has two programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgramId(u32);

/// The buttons of one side.
#[derive(Debug)]
pub struct GridTemplate {
    /// Whose buttons they are.
    pub side: Side,
    /// The value of the key.
    pub span: Span,
    /// Shown only if this is true.
    pub when: Option<Condition>,
    /// The rows, without those that could not be read.
    pub rows: Vec<RowTemplate>,
}

/// A row of buttons.
#[derive(Debug)]
pub struct RowTemplate {
    /// The row.
    pub span: Span,
    /// Kept only if this is true.
    pub when: Option<Condition>,
    /// Repeated for each item.
    pub repeat: Option<Repeat>,
    /// The buttons, without those that could not be read.
    pub buttons: Vec<ButtonTemplate>,
}

impl ListItem for RowTemplate {
    fn is_unconditional(&self) -> bool {
        self.repeat.is_none() && self.when.is_none()
    }
}

impl Row for RowTemplate {
    type Button = ButtonTemplate;

    fn buttons(&self) -> &[ButtonTemplate] {
        &self.buttons
    }
}

/// A button.
#[derive(Debug)]
pub struct ButtonTemplate {
    /// The button.
    pub span: Span,
    /// Kept only if this is true.
    pub when: Option<Condition>,
    /// Repeated for each item.
    pub repeat: Option<Repeat>,
    /// What a tap does. A button must have exactly one action.
    pub actions: Vec<ActionTemplate>,
    /// `icon`; a button can do without.
    pub icon: Option<Text>,
    /// `caption`
    pub caption: Option<Text>,
}

impl ListItem for ButtonTemplate {
    fn is_unconditional(&self) -> bool {
        self.repeat.is_none() && self.when.is_none()
    }
}

/// What a tap on a button does.
#[derive(Debug)]
pub struct ActionTemplate {
    /// Which of the five.
    pub kind: ActionKind,
    /// Its key, in the file of its value.
    pub key: Span,
    /// Its value.
    pub span: Span,
    /// What it carries; `None` if that could not be read.
    pub payload: Option<Payload>,
}

/// What an action carries.
#[derive(Debug)]
pub enum Payload {
    /// `open_direct_link`: a URL.
    Link(Text),
    /// `open_server_link`, `get_dynamic_action`: what Divar hands back to the add-on.
    Data(Vec<(String, DataTemplate)>),
    /// `open_post_page`, `open_post_manage_page`: the token of a post.
    PostToken(Text),
}

/// A value inside of `data`.
#[derive(Debug)]
pub enum DataTemplate {
    /// A boolean, a number or null, sent as it is.
    Plain(serde_json::Value),
    /// A text.
    Text(Text),
    /// A list.
    List(Vec<DataTemplate>),
    /// A mapping in the author's order.
    Map(Vec<(String, DataTemplate)>),
}

/// A named set of values.
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
    /// Reads a template from a file of YAML, as far as it can be read; `None` if the file has no document.
    #[must_use]
    pub fn parse(file: &Arc<SourceFile>) -> Option<Self> {
        let resolved = resolve(file, parse_file(file), &Library::default());
        resolved.parsed.document.map(|document| read(&document, &resolved.file, &Arc::default()))
    }

    /// Returns the grid of a side.
    #[must_use]
    pub fn grid(&self, side: Side) -> Option<&GridTemplate> {
        self.grids.iter().find(|grid| grid.side == side)
    }

    /// Returns all buttons, in the order of the request.
    pub fn buttons(&self) -> impl Iterator<Item = &ButtonTemplate> {
        self.grids.iter().flat_map(|grid| &grid.rows).flat_map(|row| &row.buttons)
    }

    /// Returns the URLs that buttons open.
    pub fn links(&self) -> impl Iterator<Item = &Text> {
        let payloads = self.buttons().flat_map(|button| &button.actions).filter_map(|action| action.payload.as_ref());
        payloads.filter_map(|payload| match payload {
            Payload::Link(text) => Some(text),
            Payload::Data(_) | Payload::PostToken(_) => None,
        })
    }

    /// Returns the JSON Schema (2020-12) of the values for this template, which every file of values and every row
    /// must meet.
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
