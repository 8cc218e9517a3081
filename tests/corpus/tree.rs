//! A template as a tree. The composer makes it; the writer turns it into text and records where each part is.

use std::fmt::Display;
use std::ops::Range;

/// A place in the text, in bytes.
pub(crate) type Place = Range<usize>;

/// A part of a template.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) role: Role,
    pub(crate) content: Content,
    /// The name of its YAML anchor, where it has one.
    pub(crate) anchor: Option<&'static str>,
    /// Whether a tag says what it is.
    pub(crate) is_tagged: bool,
    /// Where it stands, quotes included.
    pub(crate) place: Place,
    pub(crate) form: Form,
}

/// What a part is in the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Template,
    Type,
    Message,
    /// The token of media.
    Media,
    /// A field of the request that is not set: `null` or `""`.
    Unset,
    Description,
    Variables,
    Declaration,
    Examples,
    Example,
    Grid,
    Rows,
    Row,
    Buttons,
    Button,
    Action,
    Icon,
    Caption,
    Link,
    /// What stands under `open_server_link` and `get_dynamic_action`.
    Request,
    /// What stands under `open_post_page` and `open_post_manage_page`.
    Post,
    Token,
    Data,
    When,
    For,
    Note,
    /// A value of `data`, of an example or of a declaration.
    Value,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Map(Vec<Entry>),
    List(Vec<Part>),
    Text(Vec<Piece>),
    /// A number, a boolean or null.
    Bare(String),
    /// Another part, by the name of its anchor.
    Alias(&'static str),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    /// Where the key stands, quotes included.
    pub(crate) key_place: Place,
    pub(crate) value: Part,
    /// Where the whole entry stands.
    pub(crate) place: Place,
}

/// A stretch of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) mark: Mark,
    pub(crate) place: Place,
}

/// What a stretch of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Text that is shown in a message, outside of Jinja.
    Words,
    /// `{{`, with a blank.
    Open,
    /// `}}`, with a blank.
    Close,
    /// A declared variable that is used.
    Use(&'static str),
    Filter,
    Test,
    Function,
    /// An attribute of a mapping that can have no others.
    Attribute,
    /// Anything else.
    Other,
}

/// How a part is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Form {
    Block,
    Flow,
    Plain,
    Single,
    Double,
    Literal,
    Folded,
}

impl Part {
    pub(crate) fn new(role: Role, content: Content) -> Self {
        Self { role, content, anchor: None, is_tagged: false, place: 0..0, form: Form::Plain }
    }

    pub(crate) fn map(role: Role, entries: Vec<Entry>) -> Self {
        Self::new(role, Content::Map(entries))
    }

    pub(crate) fn list(role: Role, items: Vec<Self>) -> Self {
        Self::new(role, Content::List(items))
    }

    pub(crate) fn text(role: Role, pieces: Vec<Piece>) -> Self {
        Self::new(role, Content::Text(pieces))
    }

    pub(crate) fn word(role: Role, text: impl Into<String>) -> Self {
        Self::text(role, vec![Piece::new(Mark::Other, text)])
    }

    pub(crate) fn bare(value: impl Display) -> Self {
        Self::new(Role::Value, Content::Bare(format!("{value}")))
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.content {
            Content::Map(entries) => entries,
            _ => &[],
        }
    }

    pub(crate) fn items(&self) -> &[Self] {
        match &self.content {
            Content::List(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn pieces(&self) -> &[Piece] {
        match &self.content {
            Content::Text(pieces) => pieces,
            _ => &[],
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Returns the text, if it has no Jinja.
    pub(crate) fn literal(&self) -> Option<String> {
        let pieces = self.pieces();
        let is_literal = pieces.iter().all(|piece| matches!(piece.mark, Mark::Words | Mark::Other));
        let text: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
        (is_literal && !pieces.is_empty() && !text.contains("{%") && !text.contains("{#")).then_some(text)
    }

    /// This part and all parts in it, in the order of the text.
    pub(crate) fn all(&self) -> Vec<&Self> {
        let mut all = vec![self];
        all.extend(self.entries().iter().flat_map(|entry| entry.value.all()));
        all.extend(self.items().iter().flat_map(Self::all));
        all
    }
}

impl Entry {
    pub(crate) fn new(key: impl Into<String>, value: Part) -> Self {
        Self { key: key.into(), key_place: 0..0, value, place: 0..0 }
    }
}

impl Piece {
    pub(crate) fn new(mark: Mark, text: impl Into<String>) -> Self {
        Self { text: text.into(), mark, place: 0..0 }
    }
}
