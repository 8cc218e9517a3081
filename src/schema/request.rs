//! The description of a request's body, as in `schemas/message.schema.json`.
//!
//! It requires what the API document describes. [`ViolationKind::verdict`](super::ViolationKind) says what the API takes
//! nevertheless.

use crate::message::ActionKind;

use super::kind::Kind;
use super::shape::{self, Actions, Counted, Field, ListShape, MappingShape, Presence, Shape, TextRule, UnknownKeys};
use super::violation::{Element, List};
use super::{ICON_NAME, MEDIA_TOKEN};

/// The body of a request.
pub(super) static REQUEST: MappingShape = MappingShape {
    element: Element::Request,
    fields: &[
        Field::required("type", Shape::Constant("TEXT")).or_empty(),
        Field::required("message", Shape::Text(TextRule::NotBlank)),
        Field::optional("sender_buttons", Shape::Mapping(&GRID)).or_null(),
        Field::optional("receiver_buttons", Shape::Mapping(&GRID)).or_null(),
        Field::new(MEDIA_TOKEN, Presence::Unsupported, Shape::Constant("")).or_empty(),
    ],
    unknown: UnknownKeys::Refused,
    actions: Actions::None,
};

static GRID: MappingShape = MappingShape {
    element: Element::Grid,
    fields: &[Field::optional("rows", Shape::List(&ROWS)).or_null()],
    unknown: UnknownKeys::Refused,
    actions: Actions::None,
};

static ROWS: ListShape = ListShape { list: List::Rows, least: 0, item: Shape::Mapping(&ROW), counted: Counted::All };

static ROW: MappingShape = MappingShape {
    element: Element::Row,
    fields: &[Field::required("buttons", Shape::List(&BUTTONS)).or_null()],
    unknown: UnknownKeys::Refused,
    actions: Actions::None,
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
};

static WITH_DATA: MappingShape = MappingShape {
    element: Element::ActionValue,
    fields: &[Field::new("data", Presence::Implied, Shape::OfKind(&[Kind::Object])).or_null()],
    unknown: UnknownKeys::RefusedIfComplete,
    actions: Actions::None,
};

static WITH_POST_TOKEN: MappingShape = MappingShape {
    element: Element::ActionValue,
    fields: &[Field::required("post_token", Shape::Text(TextRule::PostToken))],
    unknown: UnknownKeys::Refused,
    actions: Actions::None,
};
