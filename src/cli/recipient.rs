//! `--conversation`, `--bot-conversation` and `--user`: whom `kenarc send` sends one message to.

use clap::Args;

use crate::message::MessageKind;
use crate::send::{Recipient, RecipientId, RecipientKind};

use super::exit::Failure;

/// Whom to send to. With `--batch`, rows say it.
#[derive(Args)]
#[group(required = true, multiple = false, args = ["conversation", "bot_conversation", "user", "batch"])]
pub(super) struct RecipientArguments {
    /// The conversation to send a chat message to; rows have their own in the column `conversation_id`
    #[arg(long, value_name = "ID", conflicts_with_all = OF_BATCHES)]
    conversation: Option<RecipientId>,
    /// The conversation to send a chatbot message to; rows have their own in the column `conversation_id`
    #[arg(long, value_name = "ID", conflicts_with_all = OF_BATCHES)]
    bot_conversation: Option<RecipientId>,
    /// The user to send a chatbot message to; rows have their own in the column `user_id`
    #[arg(long, value_name = "ID", conflicts_with_all = OF_BATCHES)]
    user: Option<RecipientId>,
}

/// The options that require `--batch`. `requires` alone is not enough: clap ignores it if the required option conflicts
/// with another one.
const OF_BATCHES: [&str; 11] = [
    "batch",
    "ignore_extra_columns",
    "rejects",
    "threads",
    "rate",
    "concurrency",
    "journal",
    "retry_refused",
    "resend_unknown",
    "allow_changed",
    "format",
];

impl RecipientArguments {
    /// Returns the recipient of a message of a kind.
    pub(super) fn of(&self, message: MessageKind) -> Result<Recipient, Failure> {
        let given = [
            (RecipientKind::Conversation, &self.conversation, "--conversation"),
            (RecipientKind::BotConversation, &self.bot_conversation, "--bot-conversation"),
            (RecipientKind::BotUser, &self.user, "--user"),
        ];
        let given = given.into_iter().find_map(|(kind, id, option)| Some((kind, id.clone()?, option)));
        match (given, message) {
            (Some((kind, id, _)), message) if kind.message_kind() == message => Ok(Recipient { kind, id }),
            (Some((kind, _, option)), message) => Err(Failure::with_help(
                format!("{option} is for a {}, and this template is a {}", kind.message_kind().noun(), message.noun()),
                match message {
                    MessageKind::Chat => {
                        "use --conversation ID; a template with `text_message` or `buttons` is a chatbot message"
                    }
                    MessageKind::Chatbot => {
                        "use --bot-conversation ID, or --user ID; a template with `message` is a chat message"
                    }
                },
            )),
            // Unreachable: clap requires one of the options.
            (None, _) => Err(Failure::new("missing --conversation, --bot-conversation or --user")),
        }
    }
}
