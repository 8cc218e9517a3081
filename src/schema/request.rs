//! The description of a request's body, as in `schemas/message.schema.json`.

use crate::message::ActionKind;

use super::kind::Kind;
use super::shape::{self, Actions, Counted, Field, ListShape, MappingShape, Shape, TextRule, UnknownKeys};
use super::violation::{Element, List};

/// The body of a request.
pub(super) static REQUEST: MappingShape = MappingShape {
    element: Element::Request,
    fields: &[
        Field::required("type", Shape::Constant("TEXT")),
        Field::required("message", Shape::Text(TextRule::NotBlank)),
        Field::optional("sender_buttons", Shape::Mapping(&GRID)),
        Field::optional("receiver_buttons", Shape::Mapping(&GRID)),
    ],
    unknown: UnknownKeys::Refused,
    actions: Actions::None,
};

static GRID: MappingShape = MappingShape {
    element: Element::Grid,
    fields: &[Field::required("rows", Shape::List(&ROWS))],
    unknown: UnknownKeys::Refused,
    actions: Actions::None,
};

static ROWS: ListShape = ListShape { list: List::Rows, item: Shape::Mapping(&ROW), counted: Counted::All };

static ROW: MappingShape = MappingShape {
    element: Element::Row,
    fields: &[Field::required("buttons", Shape::List(&BUTTONS))],
    unknown: UnknownKeys::Refused,
    actions: Actions::None,
};

static BUTTONS: ListShape = ListShape { list: List::Buttons, item: Shape::Mapping(&BUTTON), counted: Counted::All };

static BUTTON: MappingShape = MappingShape {
    element: Element::Button,
    fields: &[
        Field::optional(shape::ACTION, Shape::Mapping(&ACTION)),
        Field::required("icon", Shape::Text(TextRule::Icon)),
        Field::required("caption", Shape::Text(TextRule::NotBlank)),
    ],
    unknown: UnknownKeys::Refused,
    actions: Actions::Nested,
};

static ACTION: MappingShape = MappingShape {
    element: Element::Action,
    fields: &[
        Field::optional(ActionKind::OpenDirectLink.name(), Shape::Text(TextRule::Link)),
        Field::optional(ActionKind::OpenServerLink.name(), Shape::Mapping(&WITH_DATA)),
        Field::optional(ActionKind::GetDynamicAction.name(), Shape::Mapping(&WITH_DATA)),
        Field::optional(ActionKind::OpenPostPage.name(), Shape::Mapping(&WITH_POST_TOKEN)),
        Field::optional(ActionKind::OpenPostManagePage.name(), Shape::Mapping(&WITH_POST_TOKEN)),
    ],
    unknown: UnknownKeys::Refused,
    actions: Actions::Kinds,
};

static WITH_DATA: MappingShape = MappingShape {
    element: Element::ActionValue,
    fields: &[Field::required("data", Shape::OfKind(&[Kind::Object]))],
    unknown: UnknownKeys::Refused,
    actions: Actions::None,
};

static WITH_POST_TOKEN: MappingShape = MappingShape {
    element: Element::ActionValue,
    fields: &[Field::required("post_token", Shape::Text(TextRule::PostToken))],
    unknown: UnknownKeys::Refused,
    actions: Actions::None,
};
