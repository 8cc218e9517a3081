//! A rendering that breaks a rule of the request.

use crate::lint::{Failure, Findings, Rule};
use crate::message::{MAX_BUTTONS, MAX_ROWS, DraftErrorKind};
use crate::render::RenderError;
use crate::lint::wording::{one_of, quote};

use super::invalid_link::flaw;

pub(in crate::lint) static RULE: Rule = Rule::failure("invalid-message", include_str!("invalid_message.md"), check);

fn check(failure: &Failure<'_>, findings: &mut Findings<'_>) {
    let RenderError::Message { location, error } = failure.error else { return };
    let side = error.pointer.split('/').nth(1).unwrap_or_default();
    let quoted = |text: &str| quote(&text.into());
    let (message, help) = match &error.kind {
        DraftErrorKind::BlankMessage => {
            ("the message came out blank".to_owned(), "give it text for these values too".to_owned())
        }
        DraftErrorKind::BlankCaption => (
            "this caption came out blank".to_owned(),
            "give it text for these values too, or hide the button with `when`".to_owned(),
        ),
        DraftErrorKind::BlankPostToken => (
            "this post token came out blank".to_owned(),
            "hide the button with `when` where there is no token".to_owned(),
        ),
        DraftErrorKind::NoRows | DraftErrorKind::NoButtons => ("this came out empty".to_owned(), "leave it out".to_owned()),
        DraftErrorKind::TooManyRows { count } => (
            format!("`{side}` came out with {count} rows, and a grid has at most {MAX_ROWS}"),
            "bound the list: `maxItems` in its declaration, or `[:3]` in `for`".to_owned(),
        ),
        DraftErrorKind::TooManyButtons { count } => (
            format!("this row came out with {count} buttons, and a row has at most {MAX_BUTTONS}"),
            "bound the list: `maxItems` in its declaration, or `[:3]` in `for`".to_owned(),
        ),
        DraftErrorKind::UnknownIcon { name } => {
            let near: Vec<String> = failure.template.icons.nearest(name).iter().map(|name| format!("`{name}`")).collect();
            let help = if near.is_empty() {
                "`kenarc icons WORD` finds the names that there are".to_owned()
            } else {
                format!("did you mean {}?", one_of(near))
            };
            (format!("the icon came out as {}, and there is no such icon", quoted(name)), help)
        }
        DraftErrorKind::InvalidLink { link, problem } => (
            format!("the link came out as {}, and {}", quoted(link), flaw(problem)),
            "a link is an absolute https URL, such as https://app.example/reports/7".to_owned(),
        ),
    };
    findings.at(*location, message).says("made here").help(help);
}
