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
//! use kenarc::message::{Action, Button, ButtonGrid, ButtonRow, Buttons, Content, Draft};
//!
//! let report = Button {
//!     action: Action::OpenDirectLink("https://app.example/reports/1024".to_owned()),
//!     icon: Some("CAR_INSPECTED".to_owned()),
//!     caption: "مشاهدهٔ گزارش".to_owned(),
//! };
//! let draft = Draft {
//!     content: Content::Text("گزارش آماده شد.".to_owned()),
//!     buttons: Buttons::Chat {
//!         sender: Some(ButtonGrid { rows: vec![ButtonRow { buttons: vec![report] }] }),
//!         receiver: None,
//!     },
//! };
//! let message = draft.check().expect("nothing is wrong with it");
//! assert!(message.to_json().starts_with(r#"{"type":"TEXT","message":"گزارش آماده شد.","#));
//! ```

mod icon;
mod kind;
mod link;
mod text;
mod validate;
mod wire;

#[cfg(test)]
pub(crate) use icon::MISSPELT;
pub use icon::{Icons, MAX_SUGGESTIONS, NotIconName, icons, is_known, is_spelling_of, misspelt, nearest, search};
pub use kind::{MEDIA_TOKEN, MessageKind, Side};
pub use link::{LinkError, MalformedUrl, validate_link};
pub(crate) use link::{find_forbidden, parse_link};
pub use text::{MAX_MEDIA_TOKEN, MAX_POST_TOKEN, is_blank, is_media_token, is_post_token};
#[cfg(test)]
pub(crate) use text::{media_token_pattern, post_token_pattern, visible_text_pattern};
pub use validate::{DraftError, DraftErrorKind, MAX_BUTTONS, MAX_ROWS};
pub use wire::{Action, ActionKind, Button, ButtonGrid, ButtonRow, Buttons, Content, Data, Draft, Message};

/// The JSON Schema (2020-12) of the request body: `schemas/message.schema.json`.
pub const SCHEMA: &str = include_str!("../../schemas/message.schema.json");
