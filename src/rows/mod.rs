//! Rows: sets of variables, one a message, as many as there are.
//!
//! ```text
//! file, stdin, gzip ─▶ Rows ─▶ Row ─▶ Renderer ─▶ Record: a message, its conversation, its token
//!                                         └─────▶ Rejects              (what cannot be read, or makes no message)
//! ```
//!
//! Rows are read one after the other and are held no longer than they are needed, so memory does not grow with their
//! number. What is wrong with a row is the row's own affair: the next one begins where it ends. Two columns are reserved,
//! [`CONVERSATION_ID`] and [`ACCESS_TOKEN`]: a template sees them only where it declares them.

mod csv;
mod in_order;
mod json;
mod read;
mod record;
mod redact;
mod rejects;

pub use csv::{Header, HeaderError};
pub use in_order::in_order;
pub use read::{Row, RowText, Rows, RowsError};
pub use record::{Record, Rejected, Renderer};
pub use redact::is_redacted;
pub use rejects::{Rejects, RejectsError};

/// The column of the conversation that a row's message goes to.
pub const CONVERSATION_ID: &str = "conversation_id";

/// The column of the access token, where it differs by row.
pub const ACCESS_TOKEN: &str = "access_token";

/// The column in which rejected rows of CSV say why they were rejected; nothing reads it.
pub const REASON: &str = "kenarc_error";

/// The longest row that is read, in bytes: 1 MiB, as of every file that kenarc reads.
pub const MAX_ROW_BYTES: usize = crate::source::MAX_FILE_BYTES;

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A JSON object a line (<https://jsonlines.org>). Blank lines, and lines that begin with `#`, which no JSON does, are
    /// passed over.
    JsonLines,
    /// Comma-separated values with a header (RFC 4180). Where the header has semicolons or tabs and no comma, those
    /// separate.
    Csv {
        /// What stands between two cells.
        separator: u8,
    },
}
