//! The types of the request body, and their exact JSON.
//!
//! Keys are written in the order of the API document, which is the order of the fields here.

use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::icon::Icons;
use super::kind::{MEDIA_TOKEN, MessageKind, Side};
use super::validate::{self, DraftError};

/// The `data` of an action: any JSON object, with its keys in the author's order.
pub type Data = serde_json::Map<String, serde_json::Value>;

/// A message that has not been validated.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// What the message says.
    pub content: Content,
    /// The buttons, and with them the kind of the message.
    pub buttons: Buttons,
}

/// What a message says: a text or media, but not both (Divar's OpenAPI description, `media_token`).
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// A text.
    Text(String),
    /// The token of an uploaded file.
    Media(String),
}

/// The buttons of a message, which differ between the two kinds of messages.
#[derive(Clone, Debug, PartialEq)]
pub enum Buttons {
    /// Those of a chat message. Both sides of the chat see the same content, but each its own buttons.
    Chat {
        /// The buttons of the user who gave the add-on access.
        sender: Option<ButtonGrid>,
        /// The buttons of the other side.
        receiver: Option<ButtonGrid>,
    },
    /// Those of a chatbot message.
    Chatbot(Option<ButtonGrid>),
}

impl Buttons {
    /// Returns the buttons of a side.
    #[must_use]
    pub const fn get(&self, side: Side) -> Option<&ButtonGrid> {
        match (self, side) {
            (Self::Chat { sender, .. }, Side::Sender) => sender.as_ref(),
            (Self::Chat { receiver, .. }, Side::Receiver) => receiver.as_ref(),
            (Self::Chatbot(buttons), Side::User) => buttons.as_ref(),
            _ => None,
        }
    }
}

impl Draft {
    /// Creates a draft without buttons.
    #[must_use]
    pub const fn new(kind: MessageKind, content: Content) -> Self {
        let buttons = match kind {
            MessageKind::Chat => Buttons::Chat { sender: None, receiver: None },
            MessageKind::Chatbot => Buttons::Chatbot(None),
        };
        Self { content, buttons }
    }

    /// Returns the kind of the message.
    #[must_use]
    pub const fn kind(&self) -> MessageKind {
        match self.buttons {
            Buttons::Chat { .. } => MessageKind::Chat,
            Buttons::Chatbot(_) => MessageKind::Chatbot,
        }
    }

    /// Returns the grids that the message has, in the order of its fields.
    pub(super) fn grids(&self) -> impl Iterator<Item = (Side, &ButtonGrid)> {
        self.kind().sides().iter().filter_map(|&side| Some((side, self.buttons.get(side)?)))
    }

    /// Validates the draft.
    ///
    /// # Errors
    /// Everything in the draft that `schemas/message.schema.json` or [`validate_link`](super::validate_link) does not
    /// allow, with at most one error per part.
    pub fn check(self) -> Result<Message, Vec<DraftError>> {
        self.check_with(&Icons::default())
    }

    /// Validates the draft with the icons of a project.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn check_with(self, icons: &Icons) -> Result<Message, Vec<DraftError>> {
        let errors = validate::errors(&self, icons);
        if errors.is_empty() { Ok(Message(self)) } else { Err(errors) }
    }
}

impl Serialize for Draft {
    /// Writes the request body. Only the text of a chat has a `type`: the API document knows no other content, and in
    /// Divar's OpenAPI description no message has one.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let kind = self.kind();
        let mut request = serializer.serialize_map(None)?;
        match &self.content {
            Content::Text(text) => {
                if kind == MessageKind::Chat {
                    request.serialize_entry("type", "TEXT")?;
                }
                request.serialize_entry(kind.text_field(), text)?;
            }
            Content::Media(token) => request.serialize_entry(MEDIA_TOKEN, token)?,
        }
        for (side, grid) in self.grids() {
            request.serialize_entry(side.field(), grid)?;
        }
        request.end()
    }
}

/// A valid message. Only [`Draft::check`] and [`Draft::check_with`] create one.
#[derive(Clone, Debug, PartialEq)]
pub struct Message(Draft);

impl Message {
    /// Returns the kind of the message.
    #[must_use]
    pub const fn kind(&self) -> MessageKind {
        self.0.kind()
    }

    /// Returns what the message says. Its text is never blank, and its token one that
    /// [`is_media_token`](super::is_media_token) accepts.
    #[must_use]
    pub const fn content(&self) -> &Content {
        &self.0.content
    }

    /// Returns the text, unless the message has media in place of it.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self.content() {
            Content::Text(text) => Some(text),
            Content::Media(_) => None,
        }
    }

    /// Returns the buttons of a side.
    #[must_use]
    pub const fn buttons(&self, side: Side) -> Option<&ButtonGrid> {
        self.0.buttons.get(side)
    }

    /// Returns the request body on one line, without spaces or a final line break.
    #[must_use]
    #[expect(clippy::expect_used, reason = "every map has strings for keys, and no Serialize here fails")]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a message is JSON")
    }

    /// Returns the request body indented by two spaces, as in the API document, without a final line break.
    #[must_use]
    #[expect(clippy::expect_used, reason = "every map has strings for keys, and no Serialize here fails")]
    pub fn to_json_pretty(&self) -> String {
        serde_json::to_string_pretty(self).expect("a message is JSON")
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// The buttons of one side. In a [`Message`] it has 1 to [`MAX_ROWS`](super::MAX_ROWS) rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ButtonGrid {
    /// The rows from top to bottom.
    pub rows: Vec<ButtonRow>,
}

/// A row of buttons. In a [`Message`] it has 1 to [`MAX_BUTTONS`](super::MAX_BUTTONS) buttons.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ButtonRow {
    /// The buttons in the author's order.
    pub buttons: Vec<Button>,
}

/// A button.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Button {
    /// What a tap does.
    pub action: Action,
    /// The name of the icon, if there is one; in a [`Message`] a [known](Icons::is_known) one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// The text on the button; in a [`Message`] it is not blank.
    pub caption: String,
}

/// What a tap on a button does. The API document shows the first two kinds; the others are in Divar's published
/// description of the type.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Opens a URL; in a [`Message`] one that [`validate_link`](super::validate_link) accepts.
    OpenDirectLink(String),
    /// Divar asks the add-on's server for the URL to open.
    OpenServerLink {
        /// What Divar hands to the server as `extra_data`.
        data: Data,
    },
    /// Divar asks the add-on's server which action to take.
    GetDynamicAction {
        /// What Divar hands to the server.
        data: Data,
    },
    /// Opens the public page of a post.
    OpenPostPage {
        /// The post's token; in a [`Message`] one that [`is_post_token`](super::is_post_token) accepts.
        post_token: String,
    },
    /// Opens the page on which its owner manages a post.
    OpenPostManagePage {
        /// The post's token; in a [`Message`] one that [`is_post_token`](super::is_post_token) accepts.
        post_token: String,
    },
}

impl Action {
    /// Returns the kind of the action.
    #[must_use]
    pub const fn kind(&self) -> ActionKind {
        match self {
            Self::OpenDirectLink(_) => ActionKind::OpenDirectLink,
            Self::OpenServerLink { .. } => ActionKind::OpenServerLink,
            Self::GetDynamicAction { .. } => ActionKind::GetDynamicAction,
            Self::OpenPostPage { .. } => ActionKind::OpenPostPage,
            Self::OpenPostManagePage { .. } => ActionKind::OpenPostManagePage,
        }
    }
}

/// The five kinds of [`Action`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActionKind {
    /// `open_direct_link`
    OpenDirectLink,
    /// `open_server_link`
    OpenServerLink,
    /// `get_dynamic_action`
    GetDynamicAction,
    /// `open_post_page`
    OpenPostPage,
    /// `open_post_manage_page`
    OpenPostManagePage,
}

impl ActionKind {
    /// All kinds, the ones of the API document first.
    pub const ALL: [Self; 5] = [
        Self::OpenDirectLink,
        Self::OpenServerLink,
        Self::GetDynamicAction,
        Self::OpenPostPage,
        Self::OpenPostManagePage,
    ];

    /// Returns the key of the action in a request.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenDirectLink => "open_direct_link",
            Self::OpenServerLink => "open_server_link",
            Self::GetDynamicAction => "get_dynamic_action",
            Self::OpenPostPage => "open_post_page",
            Self::OpenPostManagePage => "open_post_manage_page",
        }
    }

    /// Returns the kind of the action with a key.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for ActionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
