//! The request body: its types, its exact JSON, and its validation.
//!
//! A [`Draft`] is a message that has not been validated. [`Draft::check`] turns it into a [`Message`], or returns
//! everything that is wrong with it. A [`Message`] is always valid against `schemas/message.schema.json`, except for
//! icons that a project adds ([`Icons`]).
//!
//! This module knows neither templates nor HTTP. A [`DraftError`] is a typed fact; sentences about it are made in
//! `lint`.
//!
//! ```
//! use kenarc::message::{Action, Button, ButtonGrid, ButtonRow, Draft};
//!
//! let report = Button {
//!     action: Action::OpenDirectLink("https://app.example/reports/1024".to_owned()),
//!     icon: Some("CAR_INSPECTED".to_owned()),
//!     caption: "مشاهدهٔ گزارش".to_owned(),
//! };
//! let draft = Draft {
//!     text: "گزارش آماده شد.".to_owned(),
//!     sender_buttons: Some(ButtonGrid { rows: vec![ButtonRow { buttons: vec![report] }] }),
//!     receiver_buttons: None,
//! };
//! let message = draft.check().expect("nothing is wrong with it");
//! assert!(message.to_json().starts_with(r#"{"type":"TEXT","message":"گزارش آماده شد.","#));
//! ```

mod icon;
mod link;
mod text;
mod validate;
mod wire;

#[cfg(test)]
pub(crate) use icon::MISSPELT;
pub use icon::{Icons, MAX_SUGGESTIONS, NotIconName, icons, is_known, is_spelling_of, misspelt, nearest, search};
pub use link::{LinkError, MalformedUrl, validate_link};
pub(crate) use link::{find_forbidden, parse_link};
pub use text::{MAX_POST_TOKEN, is_blank, is_post_token};
#[cfg(test)]
pub(crate) use text::{post_token_pattern, visible_text_pattern};
pub use validate::{DraftError, DraftErrorKind, MAX_BUTTONS, MAX_ROWS};
pub use wire::{Action, ActionKind, Button, ButtonGrid, ButtonRow, Data, Draft, Message};

/// The JSON Schema (2020-12) of the request body: `schemas/message.schema.json`.
pub const SCHEMA: &str = include_str!("../../schemas/message.schema.json");
