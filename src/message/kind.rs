//! The two kinds of messages, and the fields that tell them apart.

/// The field for media in place of a text, in messages of both kinds.
pub const MEDIA_TOKEN: &str = "media_token";

/// Which API a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// A message in a chat between two users: `POST /v2/open-platform/conversations/{id}/messages`.
    Chat,
    /// A message of a chatbot to its user: `POST /v1/open-platform/chat/bot/…/messages` (Divar's OpenAPI description).
    Chatbot,
}

impl MessageKind {
    /// Both kinds.
    pub const ALL: [Self; 2] = [Self::Chat, Self::Chatbot];

    /// Returns the field for the text.
    #[must_use]
    pub const fn text_field(self) -> &'static str {
        match self {
            Self::Chat => "message",
            Self::Chatbot => "text_message",
        }
    }

    /// Returns whose buttons a message has, in the order of its fields.
    #[must_use]
    pub const fn sides(self) -> &'static [Side] {
        match self {
            Self::Chat => &[Side::Sender, Side::Receiver],
            Self::Chatbot => &[Side::User],
        }
    }

    /// Returns the fields that only messages of this kind have.
    pub fn fields(self) -> impl Iterator<Item = &'static str> {
        [self.text_field()].into_iter().chain(self.sides().iter().map(|side| side.field()))
    }

    /// Returns the noun: "chat message".
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Chat => "chat message",
            Self::Chatbot => "chatbot message",
        }
    }
}

/// Who sees the buttons of a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The user who gave the add-on access to the chat: `sender_buttons`.
    Sender,
    /// The other side of the chat: `receiver_buttons`.
    Receiver,
    /// The user of a chatbot: `buttons`.
    User,
}

impl Side {
    /// All sides.
    pub const ALL: [Self; 3] = [Self::Sender, Self::Receiver, Self::User];

    /// Returns the field for the grid.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Sender => "sender_buttons",
            Self::Receiver => "receiver_buttons",
            Self::User => "buttons",
        }
    }
}
