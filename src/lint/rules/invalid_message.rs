//! A rendered message that the API would refuse.

use crate::lint::wording::{one_of, quote};
use crate::lint::{Findings, RenderFailure, Rule};
use crate::message::{DraftErrorKind, MAX_BUTTONS, MAX_ROWS};
use crate::render::RenderError;

use super::invalid_link::flaw;
use super::invalid_media_token::MEDIA_TOKEN;
use super::invalid_post_token::POST_TOKEN;

pub(in crate::lint) static RULE: Rule = Rule::failure("invalid-message", include_str!("invalid_message.md"), check);

fn check(failure: &RenderFailure<'_>, findings: &mut Findings<'_>) {
    let RenderError::Message { location, error } = failure.error else { return };
    let side = error.pointer.split('/').nth(1).unwrap_or_default();
    let quoted = |text: &str| quote(&text.into());
    let limit_list = || "limit the list with `maxItems` in its declaration, or with `[:3]` in `for`".to_owned();
    let add_text = "add text that does not depend on these values";
    let (headline, label, help) = match &error.kind {
        DraftErrorKind::BlankMessage => {
            ("message is blank".to_owned(), "rendered without visible text".to_owned(), add_text.to_owned())
        }
        DraftErrorKind::BlankMediaToken => (
            "media token is blank".to_owned(),
            "rendered without visible text".to_owned(),
            "give the media token that `kenarc upload` prints".to_owned(),
        ),
        DraftErrorKind::InvalidMediaToken { token } => (
            "invalid media token".to_owned(),
            format!("rendered as {}: expected {MEDIA_TOKEN}", quoted(token)),
            "give the media token that `kenarc upload` prints".to_owned(),
        ),
        DraftErrorKind::BlankCaption => (
            "caption is blank".to_owned(),
            "rendered without visible text".to_owned(),
            format!("{add_text}, or hide the button with `when`"),
        ),
        DraftErrorKind::BlankPostToken => (
            "post token is blank".to_owned(),
            "rendered without visible text".to_owned(),
            "hide the button with `when` if there is no token".to_owned(),
        ),
        DraftErrorKind::InvalidPostToken { token } => (
            "invalid post token".to_owned(),
            format!("rendered as {}: expected {POST_TOKEN}", quoted(token)),
            "give the last part of the post's address on divar.ir, such as `wXyZ1234`".to_owned(),
        ),
        DraftErrorKind::NoRows => {
            ("grid has no rows".to_owned(), "rendered without rows".to_owned(), "remove the grid".to_owned())
        }
        DraftErrorKind::NoButtons => {
            ("row has no buttons".to_owned(), "rendered without buttons".to_owned(), "remove the row".to_owned())
        }
        DraftErrorKind::TooManyRows { count } => (
            format!("too many rows in `{side}`"),
            format!("expected at most {MAX_ROWS} rows, rendered {count}"),
            limit_list(),
        ),
        DraftErrorKind::TooManyButtons { count } => (
            "too many buttons in a row".to_owned(),
            format!("expected at most {MAX_BUTTONS} buttons, rendered {count}"),
            limit_list(),
        ),
        DraftErrorKind::UnknownIcon { name } => {
            let near: Vec<String> =
                failure.template.icons.nearest(name).iter().map(|name| format!("`{name}`")).collect();
            let help = if near.is_empty() {
                "find a name with `kenarc icons WORD`".to_owned()
            } else {
                format!("use {}", one_of(near))
            };
            ("unknown icon".to_owned(), format!("rendered as {}", quoted(name)), help)
        }
        DraftErrorKind::InvalidLink { link, problem } => (
            "invalid link".to_owned(),
            format!("rendered as {}: {}", quoted(link), flaw(problem)),
            "give values that make an absolute https URL, such as `https://app.example/reports/7`".to_owned(),
        ),
    };
    findings.at(*location, headline).label(label).help(help);
}
