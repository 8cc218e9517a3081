//! The wire types and their exact JSON.
//!
//! Keys stand in the order in which the API document writes them; it is the order of the fields here.

use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use super::icon::Icons;
use super::validate::{self, DraftError};

/// The `data` of an action: any JSON object, its keys in the author's order.
pub type Data = serde_json::Map<String, serde_json::Value>;

/// A message as it was put together, before anyone looked whether it may be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// What both sides of the chat see.
    pub text: String,
    /// What the user who gave the access sees below the text.
    pub sender_buttons: Option<ButtonGrid>,
    /// What the other side sees below the text.
    pub receiver_buttons: Option<ButtonGrid>,
}

impl Draft {
    /// Makes a message of the draft.
    ///
    /// # Errors
    /// Everything in the draft that `schemas/message.schema.json` or [`parse_link`](super::parse_link) does not allow,
    /// at most one error a place.
    pub fn check(self) -> Result<Message, Vec<DraftError>> {
        self.check_with(&Icons::default())
    }

    /// [`check`](Self::check), where a project adds icons.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn check_with(self, icons: &Icons) -> Result<Message, Vec<DraftError>> {
        let errors = validate::errors(&self, icons);
        if errors.is_empty() { Ok(Message(self)) } else { Err(errors) }
    }
}

impl Serialize for Draft {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { text, sender_buttons, receiver_buttons } = self;
        let grids = usize::from(sender_buttons.is_some()) + usize::from(receiver_buttons.is_some());
        let mut request = serializer.serialize_struct("Message", 2 + grids)?;
        request.serialize_field("type", "TEXT")?;
        request.serialize_field("message", text)?;
        if let Some(grid) = sender_buttons {
            request.serialize_field("sender_buttons", grid)?;
        }
        if let Some(grid) = receiver_buttons {
            request.serialize_field("receiver_buttons", grid)?;
        }
        request.end()
    }
}

/// A message that the API's description allows. [`Draft::check`] and [`Draft::check_with`] are the only ways to one.
#[derive(Clone, Debug, PartialEq)]
pub struct Message(Draft);

impl Message {
    /// What both sides of the chat see; never blank.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// What the user who gave the access sees below the text.
    #[must_use]
    pub const fn sender_buttons(&self) -> Option<&ButtonGrid> {
        self.0.sender_buttons.as_ref()
    }

    /// What the other side sees below the text.
    #[must_use]
    pub const fn receiver_buttons(&self) -> Option<&ButtonGrid> {
        self.0.receiver_buttons.as_ref()
    }

    /// The request body on one line, without spaces and without a line break at the end.
    #[must_use]
    #[expect(clippy::expect_used, reason = "every map has strings for keys, and no Serialize here fails")]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a message is JSON")
    }

    /// The request body indented by two spaces, as the API document prints it, without a line break at the end.
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

/// The buttons that one side sees. A [`Message`] has 1 to [`MAX_ROWS`](super::MAX_ROWS) rows in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ButtonGrid {
    /// From top to bottom.
    pub rows: Vec<ButtonRow>,
}

/// Buttons side by side. A [`Message`] has 1 to [`MAX_BUTTONS`](super::MAX_BUTTONS) in a row.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ButtonRow {
    /// In the author's order.
    pub buttons: Vec<Button>,
}

/// One button.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Button {
    /// What a click does.
    pub action: Action,
    /// A name that [`is_known`](Icons::is_known).
    pub icon: String,
    /// The text on the button; never blank in a [`Message`].
    pub caption: String,
}

/// What a click on a button does. The API document shows the first two kinds; the others are in Divar's published
/// description of the same type.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Opens a URL; in a [`Message`] one that [`parse_link`](super::parse_link) reads.
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
        /// The post's token; never blank in a [`Message`].
        post_token: String,
    },
    /// Opens the page on which its owner manages a post.
    OpenPostManagePage {
        /// The post's token; never blank in a [`Message`].
        post_token: String,
    },
}

impl Action {
    /// Which of the five it is.
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

    /// The key on the wire.
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

    /// The kind of a key on the wire.
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
