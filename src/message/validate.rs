//! Validation of a message before it is sent.
//!
//! It rejects what `schemas/message.schema.json` does not allow. It works on the types, because building the
//! validator of the schema would take longer than rendering a message. A property test compares the two on random
//! messages.

use std::fmt::Display;

use super::icon::Icons;
use super::kind::MEDIA_TOKEN;
use super::link::{LinkError, validate_link};
use super::text::{is_blank, is_media_token, is_post_token};
use super::wire::{Action, Button, ButtonGrid, ButtonRow, Content, Draft};

/// The most rows in a grid (API document, `ButtonGrid`).
pub const MAX_ROWS: usize = 3;

/// The most buttons in a row (API document, `ButtonRow`).
pub const MAX_BUTTONS: usize = 3;

/// An invalid part of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftError {
    /// The part, as a JSON Pointer (RFC 6901) into the request, such as `/sender_buttons/rows/0/buttons/1/caption`.
    pub pointer: String,
    /// What is wrong there.
    pub kind: DraftErrorKind,
}

/// What can be wrong with a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftErrorKind {
    /// The text of the message [is blank](super::is_blank).
    BlankMessage,
    /// A media token [is blank](super::is_blank).
    BlankMediaToken,
    /// A text is not [a media token](super::is_media_token).
    InvalidMediaToken {
        /// The text in the draft.
        token: String,
    },
    /// A caption [is blank](super::is_blank).
    BlankCaption,
    /// A post token [is blank](super::is_blank).
    BlankPostToken,
    /// A text is not [the token of a post](super::is_post_token).
    InvalidPostToken {
        /// The text in the draft.
        token: String,
    },
    /// A grid has no rows; the pointer leads to its `rows`.
    NoRows,
    /// A row has no buttons; the pointer leads to its `buttons`.
    NoButtons,
    /// A grid has more than [`MAX_ROWS`] rows; the pointer leads to its `rows`.
    TooManyRows {
        /// How many there are.
        count: usize,
    },
    /// A row has more than [`MAX_BUTTONS`] buttons; the pointer leads to its `buttons`.
    TooManyButtons {
        /// How many there are.
        count: usize,
    },
    /// An icon is not [known](Icons::is_known).
    UnknownIcon {
        /// The name in the draft.
        name: String,
    },
    /// A link is invalid.
    InvalidLink {
        /// The link in the draft.
        link: String,
        /// Why it is invalid.
        problem: LinkError,
    },
}

/// Returns everything that is wrong with a draft, in the order of its JSON, with at most one error per part.
pub(super) fn errors(draft: &Draft, icons: &Icons) -> Vec<DraftError> {
    let mut validation = Validation { icons, errors: Vec::new() };
    validation.content(draft);
    for (side, grid) in draft.grids() {
        validation.grid(&format_args!("/{}", side.field()), grid);
    }
    validation.errors
}

/// The errors that have been found. Pointers are formatted only if something is wrong.
struct Validation<'a> {
    icons: &'a Icons,
    errors: Vec<DraftError>,
}

impl Validation<'_> {
    fn require(&mut self, holds: bool, otherwise: impl FnOnce() -> (String, DraftErrorKind)) {
        if !holds {
            let (pointer, kind) = otherwise();
            self.errors.push(DraftError { pointer, kind });
        }
    }

    fn content(&mut self, draft: &Draft) {
        match &draft.content {
            Content::Text(text) => self
                .require(!is_blank(text), || (format!("/{}", draft.kind().text_field()), DraftErrorKind::BlankMessage)),
            Content::Media(token) => self.require(is_media_token(token), || {
                let kind = match is_blank(token) {
                    true => DraftErrorKind::BlankMediaToken,
                    false => DraftErrorKind::InvalidMediaToken { token: token.clone() },
                };
                (format!("/{MEDIA_TOKEN}"), kind)
            }),
        }
    }

    fn grid(&mut self, place: &dyn Display, ButtonGrid { rows }: &ButtonGrid) {
        let count = rows.len();
        self.require(count > 0, || (format!("{place}/rows"), DraftErrorKind::NoRows));
        self.require(count <= MAX_ROWS, || (format!("{place}/rows"), DraftErrorKind::TooManyRows { count }));
        for (index, row) in rows.iter().enumerate() {
            self.row(&format_args!("{place}/rows/{index}"), row);
        }
    }

    fn row(&mut self, place: &dyn Display, ButtonRow { buttons }: &ButtonRow) {
        let count = buttons.len();
        self.require(count > 0, || (format!("{place}/buttons"), DraftErrorKind::NoButtons));
        self.require(count <= MAX_BUTTONS, || (format!("{place}/buttons"), DraftErrorKind::TooManyButtons { count }));
        for (index, button) in buttons.iter().enumerate() {
            self.button(&format_args!("{place}/buttons/{index}"), button);
        }
    }

    fn button(&mut self, place: &dyn Display, Button { action, icon, caption }: &Button) {
        self.action(place, action);
        if let Some(name) = icon.as_ref().filter(|name| !self.icons.is_known(name)) {
            let kind = DraftErrorKind::UnknownIcon { name: name.clone() };
            self.errors.push(DraftError { pointer: format!("{place}/icon"), kind });
        }
        self.require(!is_blank(caption), || (format!("{place}/caption"), DraftErrorKind::BlankCaption));
    }

    fn action(&mut self, button: &dyn Display, action: &Action) {
        let name = action.kind().name();
        match action {
            Action::OpenDirectLink(link) => {
                if let Err(problem) = validate_link(link) {
                    let kind = DraftErrorKind::InvalidLink { link: link.clone(), problem };
                    self.errors.push(DraftError { pointer: format!("{button}/action/{name}"), kind });
                }
            }
            Action::OpenPostPage { post_token } | Action::OpenPostManagePage { post_token } => {
                self.require(is_post_token(post_token), || {
                    let kind = match is_blank(post_token) {
                        true => DraftErrorKind::BlankPostToken,
                        false => DraftErrorKind::InvalidPostToken { token: post_token.clone() },
                    };
                    (format!("{button}/action/{name}/post_token"), kind)
                });
            }
            // The data can be any object.
            Action::OpenServerLink { .. } | Action::GetDynamicAction { .. } => {}
        }
    }
}
