//! Which part of the template made which part of the request.

use crate::message::{DraftError, DraftErrorKind, MAX_BUTTONS, MAX_ROWS, MEDIA_TOKEN};
use crate::source::Span;
use crate::template::{ButtonTemplate, Payload, RowTemplate, Template, Text};

/// The rows and buttons of a request, each with the part of the template that it was made from.
pub(super) struct Provenance<'t> {
    template: &'t Template,
    grids: Vec<(&'static str, Vec<MadeRow<'t>>)>,
}

/// The row of the template that a row of the request was made from, and the buttons that its buttons were made from.
type MadeRow<'t> = (&'t RowTemplate, Vec<&'t ButtonTemplate>);

impl<'t> Provenance<'t> {
    pub(super) fn new(template: &'t Template) -> Self {
        Self { template, grids: Vec::new() }
    }

    /// Begins a grid.
    pub(super) fn open(&mut self, key: &'static str) {
        self.grids.push((key, Vec::new()));
    }

    /// Begins a row.
    pub(super) fn row(&mut self, row: &'t RowTemplate) {
        if let Some((_, rows)) = self.grids.last_mut() {
            rows.push((row, Vec::new()));
        }
    }

    /// Removes the last row, which has no buttons.
    pub(super) fn drop_row(&mut self) {
        if let Some((_, rows)) = self.grids.last_mut() {
            rows.pop();
        }
    }

    /// Adds a button to the last row.
    pub(super) fn button(&mut self, button: &'t ButtonTemplate) {
        if let Some((_, buttons)) = self.grids.last_mut().and_then(|(_, rows)| rows.last_mut()) {
            buttons.push(button);
        }
    }

    /// Returns the part of the template that an error comes from: the first row or button too many, or the part at the
    /// pointer.
    pub(super) fn find(&self, error: &DraftError) -> Span {
        let tokens: Vec<&str> = error.pointer.split('/').skip(1).collect();
        self.part(&tokens, &error.kind).unwrap_or(self.template.span)
    }

    fn part(&self, tokens: &[&str], kind: &DraftErrorKind) -> Option<Span> {
        let (&key, tokens) = tokens.split_first()?;
        if key == self.template.kind.text_field() {
            return self.template.text.as_ref().map(Text::span);
        }
        if key == MEDIA_TOKEN {
            return self.template.media_token.as_ref().map(Text::span);
        }
        let (_, rows) = self.grids.iter().find(|(name, _)| *name == key)?;
        match (tokens, kind) {
            ([_], DraftErrorKind::TooManyRows { .. }) => rows.get(MAX_ROWS).map(|(row, _)| row.span),
            (["rows", index, rest @ ..], _) => {
                let (row, buttons) = rows.get(index.parse::<usize>().ok()?)?;
                in_row(row, buttons, rest, kind)
            }
            _ => None,
        }
    }
}

fn in_row(row: &RowTemplate, buttons: &[&ButtonTemplate], tokens: &[&str], kind: &DraftErrorKind) -> Option<Span> {
    match (tokens, kind) {
        ([_], DraftErrorKind::TooManyButtons { .. }) => buttons.get(MAX_BUTTONS).map(|button| button.span),
        (["buttons", index, rest @ ..], _) => {
            let button = buttons.get(index.parse::<usize>().ok()?)?;
            in_button(button, rest)
        }
        _ => Some(row.span),
    }
}

fn in_button(button: &ButtonTemplate, tokens: &[&str]) -> Option<Span> {
    let part = match tokens.first() {
        Some(&"icon") => button.icon.as_ref().map(Text::span),
        Some(&"caption") => button.caption.as_ref().map(Text::span),
        Some(&"action") => button.actions.first().map(|action| match &action.payload {
            Some(Payload::PostToken(token)) => token.span(),
            _ => action.span,
        }),
        _ => None,
    };
    part.or(Some(button.span))
}
