//! The description of a template, as in `schemas/template.schema.json`.

use crate::message::ActionKind;

use super::kind::Kind;
use super::shape::{
    self, Actions, Counted, Field, ListShape, MappingShape, Names, Presence, Shape, TextRule, UnknownKeys,
};
use super::violation::{Element, List};
use super::{ICON_NAME, MEDIA_TOKEN};

/// A whole template.
pub(super) static TEMPLATE: MappingShape = MappingShape {
    element: Element::Template,
    fields: &[
        Field::optional("type", Shape::Constant("TEXT")).or_null(),
        Field::required("message", Shape::TemplateText(TextRule::NotBlank)),
        Field::optional("sender_buttons", GRID).or_null(),
        Field::optional("receiver_buttons", GRID).or_null(),
        Field::new(MEDIA_TOKEN, Presence::Unsupported, Shape::Constant("")).or_empty(),
        Field::optional("description", Shape::Text(TextRule::Any)),
        Field::optional("variables", Shape::Map(Names::Variables, &Shape::OfKind(&[Kind::Boolean, Kind::Object]))),
        Field::optional("examples", Shape::Map(Names::Any, &Shape::OfKind(&[Kind::Object]))),
    ],
    unknown: UnknownKeys::ExtensionsAllowed,
    actions: Actions::None,
};

const WHEN: Field = Field::optional("when", Shape::OfKind(&[Kind::Boolean, Kind::String]));

const FOR: Field = Field::optional("for", Shape::Text(TextRule::Any));

const GRID: Shape = Shape::ListOrMapping(&ROWS, &WIRE_GRID);

static WIRE_GRID: MappingShape = MappingShape {
    element: Element::Grid,
    fields: &[Field::required("rows", Shape::List(&ROWS)), WHEN],
    unknown: UnknownKeys::RefusedIfComplete,
    actions: Actions::None,
};

static ROWS: ListShape = ListShape {
    list: List::Rows,
    least: 1,
    item: Shape::ListOrMapping(&BUTTONS, &WIRE_ROW),
    counted: Counted::Certain,
};

static WIRE_ROW: MappingShape = MappingShape {
    element: Element::Row,
    fields: &[Field::required("buttons", Shape::List(&BUTTONS)), FOR, WHEN],
    unknown: UnknownKeys::RefusedIfComplete,
    actions: Actions::None,
};

static BUTTONS: ListShape =
    ListShape { list: List::Buttons, least: 1, item: Shape::Mapping(&BUTTON), counted: Counted::Certain };

static BUTTON: MappingShape = MappingShape {
    element: Element::Button,
    fields: &[
        Field::required("icon", Shape::TemplateText(TextRule::Icon)).or_empty(),
        Field::new(ICON_NAME, Presence::SpellingOf("icon"), Shape::TemplateText(TextRule::Icon)).or_empty(),
        Field::required("caption", Shape::TemplateText(TextRule::NotBlank)),
        OPEN_DIRECT_LINK,
        OPEN_SERVER_LINK,
        GET_DYNAMIC_ACTION,
        OPEN_POST_PAGE,
        OPEN_POST_MANAGE_PAGE,
        Field::optional(shape::ACTION, Shape::Mapping(&ACTION)).or_null(),
        WHEN,
        FOR,
    ],
    unknown: UnknownKeys::Refused,
    actions: Actions::KindsOrNested,
};

static ACTION: MappingShape = MappingShape {
    element: Element::Action,
    fields: &[OPEN_DIRECT_LINK, OPEN_SERVER_LINK, GET_DYNAMIC_ACTION, OPEN_POST_PAGE, OPEN_POST_MANAGE_PAGE],
    unknown: UnknownKeys::Refused,
    actions: Actions::Kinds,
};

// Links are analysed together with the Jinja in them.
const OPEN_DIRECT_LINK: Field =
    Field::optional(ActionKind::OpenDirectLink.name(), Shape::Text(TextRule::Any)).or_null();

const OPEN_SERVER_LINK: Field =
    Field::optional(ActionKind::OpenServerLink.name(), Shape::Mapping(&WITH_DATA)).or_null();

const GET_DYNAMIC_ACTION: Field =
    Field::optional(ActionKind::GetDynamicAction.name(), Shape::Mapping(&WITH_DATA)).or_null();

const OPEN_POST_PAGE: Field =
    Field::optional(ActionKind::OpenPostPage.name(), Shape::Mapping(&WITH_POST_TOKEN)).or_null();

const OPEN_POST_MANAGE_PAGE: Field =
    Field::optional(ActionKind::OpenPostManagePage.name(), Shape::Mapping(&WITH_POST_TOKEN)).or_null();

static WITH_DATA: MappingShape = MappingShape {
    element: Element::ActionValue,
    fields: &[Field::new("data", Presence::Implied, Shape::OfKind(&[Kind::Object])).or_null()],
    unknown: UnknownKeys::RefusedIfComplete,
    actions: Actions::None,
};

static WITH_POST_TOKEN: MappingShape = MappingShape {
    element: Element::ActionValue,
    fields: &[Field::required("post_token", Shape::TemplateText(TextRule::PostToken))],
    unknown: UnknownKeys::RefusedIfComplete,
    actions: Actions::None,
};
