//! The rules, which turn what is known about a template or a request into diagnostics.
//!
//! The other modules return typed facts, so that all sentences about a template are written here, in one voice.

mod checker;
mod commented;
mod config;
mod context;
mod declaration;
mod diagnostic;
mod error;
mod explain;
mod finding;
pub mod fix;
mod foreign;
mod library;
mod literals;
mod misplaced_buttons;
mod near;
mod notation;
mod older_body;
mod origin;
mod persian;
mod project_values;
mod redact;
mod request;
mod rule;
mod rules;
mod scalars;
mod serialize;
mod supersede;
mod suppression;
mod typos;
mod violations;
mod wording;
mod wrong_parts;

pub use checker::{Checked, Checker, check};
pub use config::{Config, Level};
pub use context::Context;
pub use diagnostic::{Applicability, Diagnostic, Edit, Fix, Label, Severity};
pub use error::Error;
pub use explain::{ColumnKind, Columns, columns, render, syntax, unreadable, unusable_row, values_file, values_texts};
use finding::Findings;
pub use library::Part;
pub(crate) use near::nearest;
pub use project_values::unused_values;
pub use request::{CheckedRequest, check_request, check_request_bytes};
pub use rule::Rule;
use rule::{RenderFailure, TextContext};
pub use rules::unused_part::ReferencedParts;
pub use rules::{RULES, find, near_ids};
#[cfg(feature = "cli")]
pub(crate) use wording::counted;
pub(crate) use wording::one_of;
