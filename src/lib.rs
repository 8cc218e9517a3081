//! kenarc checks, renders and sends messages of chats and chatbots for Kenar, Divar's add-on platform, from templates in
//! YAML.
//!
//! A template is the body of an API request with Jinja in its strings. [`compile`] returns a template, or everything
//! that is wrong with it, with exact locations; [`render()`] evaluates it with values; a [`Message`] is the JSON to
//! post.
//!
//! ```
//! use kenarc::{SourceFile, Values};
//!
//! let text = r#"
//! variables: { item: { type: string }, url: { type: string } }
//! message: سفارش «{{ item }}» ثبت شد.
//! receiver_buttons: [[{ icon: LOCAL_SHIPPING, caption: پیگیری, open_direct_link: "{{ url }}" }]]
//! "#;
//! let template = kenarc::compile(&SourceFile::new("order.yaml", text))?;
//! let order = serde_json::json!({ "item": "کیف", "url": "https://app.example/orders/7" });
//! let message = kenarc::render(&template, &Values::from_serialize("order 7", &order)?)?;
//! assert!(message.to_json().starts_with(r#"{"type":"TEXT","message":"سفارش «کیف» ثبت شد.","#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Mistakes are returned as diagnostics, and never as a message that the API would refuse:
//!
//! ```
//! use kenarc::SourceFile;
//!
//! let order = SourceFile::new("order.yaml", "mesage: سفارش ثبت شد.\n");
//! let error = kenarc::compile(&order).expect_err("the key is misspelt");
//! let diagnostic = &error.diagnostics()[0];
//! assert_eq!(diagnostic.rule, "unknown-field");
//! assert_eq!(diagnostic.file().slice(diagnostic.span()), "mesage");
//! ```
//!
//! A [`Template`] is compiled once, and can be rendered any number of times, also from several threads. [`check`]
//! returns warnings, too, and a template even if parts of it are broken. Nothing reads a file, the clock, the
//! environment or the network, except [`SourceFile::read`], [`config`], and the modules of the feature `cli`.
//!
//! # Features
//!
//! - `cli`, on by default, adds the command line and what only it needs: `cli`, `rows`, `send` and `serve`.
//! - `full`, a part of `cli`, adds output for terminals: `Full` of [`report::Format`], which draws findings in
//!   their source, and `report::diff`.

// Tests fail by panicking.
#![cfg_attr(test, allow(clippy::expect_used, clippy::panic, clippy::unwrap_used))]

pub mod analysis;
mod cache;
#[cfg(feature = "cli")]
pub mod cli;
pub mod config;
pub mod expr;
pub mod lint;
pub mod message;
pub mod persian;
pub mod references;
pub mod render;
pub mod report;
#[cfg(feature = "cli")]
pub mod rows;
pub mod schema;
#[cfg(feature = "cli")]
pub mod send;
#[cfg(feature = "cli")]
pub mod serve;
pub mod source;
pub mod syntax;
pub mod template;

use std::sync::Arc;

pub use lint::{Applicability, Checked, Checker, Config, Diagnostic, Error, Level, Severity, check};
pub use message::Message;
pub use render::Values;
pub use source::SourceFile;
pub use template::Template;

/// Compiles a template.
///
/// # Errors
/// The errors that [`check`] finds. Warnings are ignored.
pub fn compile(file: &Arc<SourceFile>) -> Result<Template, Error> {
    Checker::default().compile(file)
}

/// Renders a template with values.
///
/// # Errors
/// All errors of the first step that fails: the values that do not match the declarations, then the expressions and
/// statements that fail, then the parts of the message that the API would refuse.
pub fn render(template: &Template, values: &Values) -> Result<Message, Error> {
    lint::render(template, values).map_err(Error::new)
}
