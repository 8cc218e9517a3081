//! The descriptions of the bodies of requests, as in `schemas/message.schema.json`.
//!
//! It requires what the API document describes. [`ViolationKind::verdict`](super::ViolationKind) says what the API takes
//! nevertheless.

use crate::message::{ActionKind, MEDIA_TOKEN, MessageKind, Side};

use super::ICON_NAME;
use super::kind::Kind;
use super::shape::{self, Actions, Counted, Field, ListShape, MappingShape, Presence, Shape, TextRule, UnknownKeys};
use super::violation::{Element, List};

/// The body of a request for a chat message.
pub(super) static CHAT: MappingShape = MappingShape {
    element: Element::Request,
    fields: &[
        Field::new("type", Presence::RequiredWithoutMedia, TYPE).or_empty(),
        text(MessageKind::Chat),
        MEDIA,
        grid(Side::Sender),
        grid(Side::Receiver),
    ],
    unknown: UnknownKeys::Refused,
    actions: Actions::None,
    message: Some(MessageKind::Chat),
};

/// The body of a request for a chatbot message.
pub(super) static CHATBOT: MappingShape = MappingShape {
    element: Element::Request,
    fields: &[Field::optional("type", TYPE).or_empty(), text(MessageKind::Chatbot), MEDIA, grid(Side::User)],
    unknown: UnknownKeys::Refused,
    actions: Actions::None,
    message: Some(MessageKind::Chatbot),
};

const TYPE: Shape = Shape::Constant("TEXT");

const MEDIA: Field = Field::optional(MEDIA_TOKEN, Shape::Text(TextRule::MediaToken)).or_empty();

const fn text(kind: MessageKind) -> Field {
    Field::new(kind.text_field(), Presence::RequiredWithoutMedia, Shape::Text(TextRule::NotBlank))
}

const fn grid(side: Side) -> Field {
    Field::optional(side.field(), Shape::Mapping(&GRID)).or_null()
}

static GRID: MappingShape = MappingShape {
    element: Element::Grid,
    fields: &[Field::optional("rows", Shape::List(&ROWS)).or_null()],
    unknown: UnknownKeys::Refused,
    actions: Actions::None,
    message: None,
};

static ROWS: ListShape = ListShape { list: List::Rows, least: 0, item: Shape::Mapping(&ROW), counted: Counted::All };

static ROW: MappingShape = MappingShape {
    element: Element::Row,
    fields: &[Field::required("buttons", Shape::List(&BUTTONS)).or_null()],
    unknown: UnknownKeys::Refused,
    actions: Actions::None,
    message: None,
};

static BUTTONS: ListShape =
    ListShape { list: List::Buttons, least: 1, item: Shape::Mapping(&BUTTON), counted: Counted::All };

static BUTTON: MappingShape = MappingShape {
    element: Element::Button,
    fields: &[
        Field::optional(shape::ACTION, Shape::Mapping(&ACTION)).or_null(),
        Field::required("icon", Shape::Text(TextRule::Icon)).or_empty(),
        Field::new(ICON_NAME, Presence::SpellingOf("icon"), Shape::Text(TextRule::Icon)).or_empty(),
        Field::required("caption", Shape::Text(TextRule::NotBlank)).or_empty(),
    ],
    unknown: UnknownKeys::Refused,
    actions: Actions::Nested,
    message: None,
};

static ACTION: MappingShape = MappingShape {
    element: Element::Action,
    fields: &[
        Field::optional(ActionKind::OpenDirectLink.name(), Shape::Text(TextRule::Link)).or_null(),
        Field::optional(ActionKind::OpenServerLink.name(), Shape::Mapping(&WITH_DATA)).or_null(),
        Field::optional(ActionKind::GetDynamicAction.name(), Shape::Mapping(&WITH_DATA)).or_null(),
        Field::optional(ActionKind::OpenPostPage.name(), Shape::Mapping(&WITH_POST_TOKEN)).or_null(),
        Field::optional(ActionKind::OpenPostManagePage.name(), Shape::Mapping(&WITH_POST_TOKEN)).or_null(),
    ],
    unknown: UnknownKeys::Refused,
    actions: Actions::Kinds,
    message: None,
};

static WITH_DATA: MappingShape = MappingShape {
    element: Element::ActionValue,
    fields: &[Field::new("data", Presence::Implied, Shape::OfKind(&[Kind::Object])).or_null()],
    unknown: UnknownKeys::RefusedIfComplete,
    actions: Actions::None,
    message: None,
};

static WITH_POST_TOKEN: MappingShape = MappingShape {
    element: Element::ActionValue,
    fields: &[Field::required("post_token", Shape::Text(TextRule::PostToken))],
    unknown: UnknownKeys::Refused,
    actions: Actions::None,
    message: None,
};
