//! kenarc compiles chat messages for Kenar, Divar's add-on platform, from YAML templates.
//!
//! A template is the body of the API's request with holes in it. [`compile`] reads one, or says everything that is wrong
//! with it, each at its exact place; [`render()`] fills the holes; a [`Message`] is the JSON to post.
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
//! What is wrong comes back as findings, never as a message that the API would refuse:
//!
//! ```
//! use kenarc::SourceFile;
//!
//! let order = SourceFile::new("order.yaml", "mesage: سفارش ثبت شد.\n");
//! let error = kenarc::compile(&order).expect_err("the key is misspelt");
//! let finding = &error.diagnostics()[0];
//! assert_eq!(finding.rule, "unknown-field");
//! assert_eq!(finding.file().slice(finding.span()), "mesage");
//! ```
//!
//! A [`Template`] is compiled once and rendered as often as needed, from several threads if need be. [`check`] gives the
//! warnings too, with a template that is whole but for its mistakes. Nothing here reads a file, the clock, the environment or
//! the network, unless it is asked to by name ([`SourceFile::read`], and `send` with the feature `cli`).
//!
//! # Features
//!
//! `cli`, on by default, adds what the command needs: `cli`, `rows`, `send` and `serve`. Without it this is a small library.
//! `full`, a part of `cli`, adds [`report::Format`]'s `Full`, which draws findings in the source.

// That is how a test fails.
#![cfg_attr(test, allow(clippy::expect_used, clippy::panic, clippy::unwrap_used))]

pub mod analysis;
#[cfg(feature = "cli")]
pub mod cli;
pub mod config;
pub mod expr;
pub mod lint;
pub mod message;
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

use std::fmt;
use std::sync::Arc;

pub use lint::{Checked, Config, Diagnostic, Level, Severity, check};
pub use message::Message;
pub use render::Values;
pub use source::SourceFile;
pub use template::Template;

/// Compiles a template that [`check`] finds no error in.
///
/// # Errors
/// The errors that it finds; warnings do not stand in the way.
pub fn compile(file: &Arc<SourceFile>) -> Result<Template, Error> {
    compile_with(file, &Config::default())
}

/// Compiles a template as a project wants it.
///
/// # Errors
/// As [`compile`]; an error that the project or a comment ignores stands in the way only where the template cannot be rendered
/// for it.
pub fn compile_with(file: &Arc<SourceFile>, config: &Config) -> Result<Template, Error> {
    lint::compile_with(file, config).map_err(|diagnostics| Error { diagnostics })
}

/// Renders a template with values.
///
/// # Errors
/// Everything that is wrong: all values that do not fit the declarations, else all holes that fail, else all parts of the
/// message that may not be sent.
pub fn render(template: &Template, values: &Values) -> Result<Message, Error> {
    lint::render(template, values).map_err(|diagnostics| Error { diagnostics })
}

/// Why there is no template or no message.
#[derive(Clone, Debug)]
pub struct Error {
    diagnostics: Vec<Diagnostic>,
}

impl Error {
    /// What is wrong, in the order of the text; every one is an error.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// What is wrong, to keep.
    #[must_use]
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }
}

impl fmt::Display for Error {
    /// One line a finding: `file:line:column: error[rule]: message`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.diagnostics.iter().enumerate() {
            write!(f, "{}{diagnostic}", if index == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
