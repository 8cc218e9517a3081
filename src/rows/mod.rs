//! Rows: one set of variables per message, read from a file as a stream.
//!
//! ```text
//! file, stdin, gzip ─▶ Rows ─▶ Row ─▶ Renderer ─▶ RenderedRow: a message, its recipient, its token
//!                                         └─────▶ Rejects: rows for which no message could be made
//! ```
//!
//! Rows are streamed, so memory does not grow with their number. An invalid row does not affect the next one. Some
//! columns are [reserved](reserved()): a template can use them only if it declares them.

mod csv;
mod in_order;
mod json;
mod read;
mod record;
mod redact;
mod rejects;
mod stream;

use crate::message::MessageKind;

pub use csv::{Header, HeaderError};
pub use in_order::in_order;
pub use read::{Row, RowText, Rows, RowsError};
pub use record::{ExtraColumns, Rejected, RenderedRow, Renderer, RowColumns};
pub use redact::is_redacted;
pub use rejects::{Rejects, RejectsError};
pub use stream::TextForm;

/// The column with the conversation that a row's message is sent to.
pub const CONVERSATION_ID: &str = "conversation_id";

/// The column with the user that a row's chatbot message is sent to, in place of a conversation.
pub const USER_ID: &str = "user_id";

/// The column with the access token, if it differs by row.
pub const ACCESS_TOKEN: &str = "access_token";

/// Returns the reserved columns of rows for messages of a kind.
#[must_use]
pub const fn reserved(kind: MessageKind) -> &'static [&'static str] {
    match kind {
        MessageKind::Chat => &[CONVERSATION_ID, ACCESS_TOKEN],
        MessageKind::Chatbot => &[CONVERSATION_ID, USER_ID, ACCESS_TOKEN],
    }
}

/// The column of a CSV file of rejects with the reasons for the rejection. It is ignored when rows are read.
pub const REASON: &str = "kenarc_error";

/// The maximum size of a row, in bytes: 1 MiB, as for every file that kenarc reads.
pub const MAX_ROW_BYTES: usize = crate::source::MAX_FILE_BYTES;

/// The format of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFormat {
    /// One JSON object per line (<https://jsonlines.org>). Blank lines are skipped, and so are lines that begin with
    /// `#`, as no JSON does.
    JsonLines,
    /// Comma-separated values with a header (RFC 4180). If the header contains semicolons or tabs and no comma, those
    /// are the separators.
    Csv {
        /// The separator between two cells.
        separator: u8,
    },
}
