//! The schema of the request, and what it finds in a draft.

use std::sync::LazyLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, ValidationError, Validator};
use serde_json::Value;

use super::icon::Icons;
use super::link::{LinkProblem, parse_link};
use super::wire::{Action, Draft};

/// The JSON Schema (2020-12) of the request: `schemas/message.schema.json`.
pub const SCHEMA: &str = include_str!("../../schemas/message.schema.json");

/// The most rows in a grid (API document, `ButtonGrid`).
pub const MAX_ROWS: usize = 3;

/// The most buttons in a row (API document, `ButtonRow`).
pub const MAX_BUTTONS: usize = 3;

/// Something in a draft that may not be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where: a JSON Pointer (RFC 6901) into the request, such as `/sender_buttons/rows/0/buttons/1/caption`.
    pub pointer: String,
    /// What is wrong there.
    pub problem: Problem,
}

/// What can be wrong with a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The message's text [`is_blank`](super::is_blank).
    BlankMessage,
    /// A caption [`is_blank`](super::is_blank).
    BlankCaption,
    /// A post token [`is_blank`](super::is_blank).
    BlankPostToken,
    /// A grid without rows; the pointer leads to its `rows`.
    NoRows,
    /// A row without buttons; the pointer leads to its `buttons`.
    NoButtons,
    /// More than [`MAX_ROWS`]; the pointer leads to the grid's `rows`.
    TooManyRows {
        /// How many there are.
        count: usize,
    },
    /// More than [`MAX_BUTTONS`]; the pointer leads to the row's `buttons`.
    TooManyButtons {
        /// How many there are.
        count: usize,
    },
    /// An icon that is not [known](Icons::is_known).
    UnknownIcon {
        /// The name as it came out.
        name: String,
    },
    /// A link that no button may open.
    InvalidLink {
        /// The link as it came out.
        link: String,
        /// Why not.
        problem: LinkProblem,
    },
    /// The schema asks for more than this code knows of. No draft gets here unless someone changes the one and not the
    /// other.
    Unforeseen {
        /// The schema's keyword.
        keyword: String,
    },
}

static VALIDATOR: LazyLock<Validator> = LazyLock::new(build_validator);

/// Takes about 2 ms, most of it for the meta-schema; a process pays it once, and only if it renders.
#[expect(clippy::expect_used, reason = "the schema is part of the program, and every test of a draft builds it")]
fn build_validator() -> Validator {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema of the request is JSON");
    jsonschema::draft202012::options()
        // Linear time, whatever the text.
        .with_pattern_options(PatternOptions::regex())
        .build(&schema)
        .expect("the schema of the request is a schema")
}

/// Everything that is wrong with a draft, at most one violation a place.
pub(super) fn violations(draft: &Draft, icons: &Icons) -> Vec<Violation> {
    // The URL parser sees all that the schema's pattern for links sees, and says more of it: it goes first.
    let mut violations: Vec<Violation> = invalid_links(draft).collect();
    let request = to_value(draft);
    if VALIDATOR.is_valid(&request) {
        return violations;
    }
    for error in VALIDATOR.iter_errors(&request) {
        let pointer = error.instance_path().as_str();
        let problem = problem(&error);
        let is_extra = matches!(&problem, Problem::UnknownIcon { name } if icons.is_extra(name));
        if !is_extra && violations.iter().all(|violation| violation.pointer != pointer) {
            violations.push(Violation { pointer: pointer.to_owned(), problem });
        }
    }
    violations
}

#[expect(clippy::expect_used, reason = "every map has strings for keys, and no Serialize of the wire types fails")]
fn to_value(draft: &Draft) -> Value {
    serde_json::to_value(draft).expect("a draft is JSON")
}

fn invalid_links(draft: &Draft) -> impl Iterator<Item = Violation> {
    draft.buttons().filter_map(|(pointer, button)| {
        let Action::OpenDirectLink(link) = &button.action else { return None };
        let problem = parse_link(link).err()?;
        let pointer = format!("{pointer}/action/{}", button.action.kind());
        Some(Violation { pointer, problem: Problem::InvalidLink { link: link.clone(), problem } })
    })
}

/// What a violation of the schema means: the keyword says what is wrong, the last step of the path says with what.
fn problem(error: &ValidationError<'_>) -> Problem {
    use ValidationErrorKind as Kind;

    let pointer = error.instance_path().as_str();
    let part = pointer.rsplit('/').next().unwrap_or_default();
    let count = error.instance().as_array().map_or(0, Vec::len);
    match (error.kind(), part) {
        (Kind::Pattern { .. }, "message") => Problem::BlankMessage,
        (Kind::Pattern { .. }, "caption") => Problem::BlankCaption,
        (Kind::Pattern { .. }, "post_token") => Problem::BlankPostToken,
        (Kind::MinItems { .. }, "rows") => Problem::NoRows,
        (Kind::MinItems { .. }, "buttons") => Problem::NoButtons,
        (Kind::MaxItems { .. }, "rows") => Problem::TooManyRows { count },
        (Kind::MaxItems { .. }, "buttons") => Problem::TooManyButtons { count },
        (Kind::Enum { .. }, "icon") => {
            Problem::UnknownIcon { name: error.instance().as_str().unwrap_or_default().to_owned() }
        }
        (kind, _) => Problem::Unforeseen { keyword: kind.keyword().to_owned() },
    }
}
