//! The descriptions of templates, as in `schemas/template.schema.json`.

use crate::message::{ActionKind, MEDIA_TOKEN, MessageKind, Side};

use super::ICON_NAME;
use super::kind::Kind;
use super::shape::{
    self, Actions, Counted, Field, ListShape, MappingShape, Names, Presence, Shape, TextRule, UnknownKeys,
};
use super::violation::{Element, List};

/// A whole template of a chat message.
pub(super) static CHAT: MappingShape = MappingShape {
    element: Element::Template,
    fields: &[
        TYPE,
        text(MessageKind::Chat, Presence::RequiredWithoutMedia),
        MEDIA,
        grid(Side::Sender),
        grid(Side::Receiver),
        DESCRIPTION,
        VARIABLES,
        EXAMPLES,
    ],
    unknown: UnknownKeys::ExtensionsAllowed,
    actions: Actions::None,
    message: Some(MessageKind::Chat),
};

/// A whole template of a chatbot message.
pub(super) static CHATBOT: MappingShape = MappingShape {
    element: Element::Template,
    fields: &[
        TYPE,
        text(MessageKind::Chatbot, Presence::RequiredWithoutMedia),
        MEDIA,
        grid(Side::User),
        DESCRIPTION,
        VARIABLES,
        EXAMPLES,
    ],
    unknown: UnknownKeys::ExtensionsAllowed,
    actions: Actions::None,
    message: Some(MessageKind::Chatbot),
};

/// A whole template with keys of both kinds of messages. That is its mistake; the values of its keys can have others.
pub(super) static MIXED: MappingShape = MappingShape {
    element: Element::Template,
    fields: &[
        TYPE,
        text(MessageKind::Chat, Presence::Optional).or_empty(),
        text(MessageKind::Chatbot, Presence::Optional).or_empty(),
        MEDIA,
        grid(Side::Sender),
        grid(Side::Receiver),
        grid(Side::User),
        DESCRIPTION,
        VARIABLES,
        EXAMPLES,
    ],
    unknown: UnknownKeys::ExtensionsAllowed,
    actions: Actions::None,
    message: None,
};

const TYPE: Field = Field::optional("type", Shape::Constant("TEXT")).or_null();

const MEDIA: Field = Field::optional(MEDIA_TOKEN, Shape::TemplateText(TextRule::MediaToken)).or_empty();

const DESCRIPTION: Field = Field::optional("description", Shape::Text(TextRule::Any));

const VARIABLES: Field =
    Field::optional("variables", Shape::Map(Names::Variables, &Shape::OfKind(&[Kind::Boolean, Kind::Object])));

const EXAMPLES: Field = Field::optional("examples", Shape::Map(Names::Any, &Shape::OfKind(&[Kind::Object])));

const fn text(kind: MessageKind, presence: Presence) -> Field {
    Field::new(kind.text_field(), presence, Shape::TemplateText(TextRule::NotBlank))
}

const fn grid(side: Side) -> Field {
    Field::optional(side.field(), GRID).or_null()
}

const WHEN: Field = Field::optional("when", Shape::OfKind(&[Kind::Boolean, Kind::String]));

const FOR: Field = Field::optional("for", Shape::Text(TextRule::Any));

const GRID: Shape = Shape::ListOrMapping(&ROWS, &WIRE_GRID);

static WIRE_GRID: MappingShape = MappingShape {
    element: Element::Grid,
    fields: &[Field::required("rows", Shape::List(&ROWS)), WHEN],
    unknown: UnknownKeys::RefusedIfComplete,
    actions: Actions::None,
    message: None,
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
    message: None,
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
    message: None,
};

static ACTION: MappingShape = MappingShape {
    element: Element::Action,
    fields: &[OPEN_DIRECT_LINK, OPEN_SERVER_LINK, GET_DYNAMIC_ACTION, OPEN_POST_PAGE, OPEN_POST_MANAGE_PAGE],
    unknown: UnknownKeys::Refused,
    actions: Actions::Kinds,
    message: None,
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
    message: None,
};

static WITH_POST_TOKEN: MappingShape = MappingShape {
    element: Element::ActionValue,
    fields: &[Field::required("post_token", Shape::TemplateText(TextRule::PostToken))],
    unknown: UnknownKeys::RefusedIfComplete,
    actions: Actions::None,
    message: None,
};
