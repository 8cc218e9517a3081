//! How documents are described: static data that [`check`](super::check::check()) interprets.

use crate::message::{ActionKind, MEDIA_TOKEN, MessageKind};
use crate::syntax::{Entry, Mapping, Node};

use super::kind::Kind;
use super::unset;
use super::violation::{Element, List};

/// The key under which a button has its action as on the wire.
pub(crate) const ACTION: &str = "action";

/// The shape that a value must have.
pub(super) enum Shape {
    /// This string and nothing else.
    Constant(&'static str),
    /// A value of one of these kinds, whatever is in it.
    OfKind(&'static [Kind]),
    /// A string.
    Text(TextRule),
    /// A string of a template. The rule holds unless the string has Jinja, which only rendering evaluates.
    TemplateText(TextRule),
    /// A list.
    List(&'static ListShape),
    /// A mapping with fixed keys.
    Mapping(&'static MappingShape),
    /// Either of the two.
    ListOrMapping(&'static ListShape, &'static MappingShape),
    /// A mapping of names to values of one shape.
    Map(Names, &'static Shape),
}

/// What a string must be.
#[derive(Clone, Copy)]
pub(super) enum TextRule {
    /// Anything.
    Any,
    /// Not [blank](crate::message::is_blank).
    NotBlank,
    /// A published icon, or one that the API document misspells.
    Icon,
    /// [The token of a post](crate::message::is_post_token).
    PostToken,
    /// [The token of media](crate::message::is_media_token).
    MediaToken,
    /// A link that [`validate_link`](crate::message::validate_link) accepts.
    Link,
}

/// What the keys of a mapping without fixed keys must be.
#[derive(Clone, Copy)]
pub(super) enum Names {
    /// Anything.
    Any,
    /// Names that an expression can use.
    Variables,
}

/// A list.
pub(super) struct ListShape {
    pub(super) list: List,
    /// The fewest items: 0 or 1.
    pub(super) least: usize,
    pub(super) item: Shape,
    pub(super) counted: Counted,
}

/// Which items of a list count towards its limit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    /// All.
    All,
    /// Those that are there whatever the values of the template's variables.
    Certain,
}

/// A mapping with fixed keys.
pub(super) struct MappingShape {
    pub(super) element: Element,
    pub(super) fields: &'static [Field],
    pub(super) unknown: UnknownKeys,
    pub(super) actions: Actions,
    /// The kind of the message that the mapping is. A message has a text or media, but not both.
    pub(super) message: Option<MessageKind>,
}

/// A key of a mapping.
pub(super) struct Field {
    pub(super) key: &'static str,
    pub(super) presence: Presence,
    /// The values that mean the same as leaving the key out.
    pub(super) unset: Unset,
    pub(super) shape: Shape,
}

/// The values with which clients serialize a field that is not set. They mean the same as leaving it out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unset {
    /// None: the field is of templates only, or required.
    Never,
    /// `null`.
    Null,
    /// `null` and `""`.
    NullOrEmpty,
}

/// Whether a key must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// It may be left out.
    Optional,
    /// It must be there, under this key or a deprecated spelling of it.
    Required,
    /// It may be left out of an empty mapping. Next to unknown keys, which likely belong into it, it must be there.
    Implied,
    /// It must be there in a message without media.
    RequiredWithoutMedia,
    /// A deprecated spelling of the required key given here. In a template, the two must not both be there.
    SpellingOf(&'static str),
}

/// How unknown keys of a mapping are reported.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum UnknownKeys {
    /// Each is a violation.
    Refused,
    /// Each is a violation unless a required key is missing. Then one of them is likely that key, misspelt, and the
    /// missing key is the only violation.
    RefusedIfComplete,
    /// Those that begin with `x-` are allowed.
    ExtensionsAllowed,
}

/// Which keys of a mapping are actions. If any are, exactly one must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Actions {
    /// None.
    None,
    /// The kinds of actions. In a mapping of nothing else, an unknown key is a misspelt action.
    Kinds,
    /// `action`.
    Nested,
    /// The kinds of actions and `action`.
    KindsOrNested,
}

impl Field {
    pub(super) const fn new(key: &'static str, presence: Presence, shape: Shape) -> Self {
        Self { key, presence, unset: Unset::Never, shape }
    }

    pub(super) const fn required(key: &'static str, shape: Shape) -> Self {
        Self::new(key, Presence::Required, shape)
    }

    pub(super) const fn optional(key: &'static str, shape: Shape) -> Self {
        Self::new(key, Presence::Optional, shape)
    }

    /// Allows `null`, which means the same as leaving the key out.
    pub(super) const fn or_null(self) -> Self {
        Self { unset: Unset::Null, ..self }
    }

    /// Allows `null` and `""`, which mean the same as leaving the key out.
    pub(super) const fn or_empty(self) -> Self {
        Self { unset: Unset::NullOrEmpty, ..self }
    }

    /// Returns whether the field has a value.
    pub(super) fn is_set(&self, value: &Node<'_>) -> bool {
        match self.unset {
            Unset::Never => true,
            Unset::Null => !unset::is_null(value),
            Unset::NullOrEmpty => unset::is_set(value),
        }
    }
}

impl MappingShape {
    /// Returns an entry with a key, if it has a value.
    pub(super) fn get<'n, 's>(&self, mapping: &'n Mapping<'s>, key: &str) -> Option<&'n Entry<'s>> {
        mapping.get(key).filter(|entry| self.is_set(mapping, entry))
    }

    /// Returns whether an entry of a mapping has a value. Clients send the text of a message with media as `""`.
    pub(super) fn is_set(&self, mapping: &Mapping<'_>, entry: &Entry<'_>) -> bool {
        let is_text = self.message.is_some_and(|kind| entry.key.text == kind.text_field());
        let field = self.fields.iter().find(|field| field.key == entry.key.text);
        let is_set = field.is_none_or(|field| field.is_set(&entry.value));
        is_set && (!is_text || unset::is_set(&entry.value) || !self.has_media(mapping))
    }

    /// Returns whether a mapping is a message with media.
    fn has_media(&self, mapping: &Mapping<'_>) -> bool {
        self.message.is_some() && mapping.get(MEDIA_TOKEN).is_some_and(|entry| unset::is_set(&entry.value))
    }

    /// Returns whether the mapping may have a key.
    pub(super) fn allows(&self, key: &str) -> bool {
        let is_extension = || self.unknown == UnknownKeys::ExtensionsAllowed && key.starts_with("x-");
        self.fields.iter().any(|field| field.key == key) || is_extension()
    }

    /// Returns the keys that a mapping must have, each with its deprecated spelling if it has one.
    pub(super) fn required(
        &self,
        mapping: &Mapping<'_>,
    ) -> impl Iterator<Item = (&'static Field, Option<&'static Field>)> {
        let is_empty = mapping.entries.iter().all(|entry| self.allows(&entry.key.text));
        let has_media = self.has_media(mapping);
        let required = self.fields.iter().filter(move |field| match field.presence {
            Presence::Required => true,
            Presence::RequiredWithoutMedia => !has_media,
            Presence::Implied => !is_empty,
            Presence::Optional | Presence::SpellingOf(_) => false,
        });
        required
            .map(|field| (field, self.fields.iter().find(|other| other.presence == Presence::SpellingOf(field.key))))
    }

    /// Returns a key and its deprecated spellings.
    pub(super) fn spellings(&self, key: &str) -> impl Iterator<Item = &'static str> {
        let is_spelling =
            move |field: &&Field| field.key == key || matches!(field.presence, Presence::SpellingOf(of) if of == key);
        self.fields.iter().filter(is_spelling).map(|field| field.key)
    }

    /// Returns the keys that the mapping may have, without deprecated ones.
    pub(super) fn current_keys(&self) -> impl Iterator<Item = &'static str> {
        let is_current = |field: &&Field| !matches!(field.presence, Presence::SpellingOf(_));
        let current = self.fields.iter().filter(is_current);
        current.map(|field| field.key)
    }
}

impl Actions {
    /// Returns whether a key is an action.
    pub(super) fn have(self, key: &str) -> bool {
        match self {
            Self::None => false,
            Self::Kinds => ActionKind::from_name(key).is_some(),
            Self::Nested => key == ACTION,
            Self::KindsOrNested => key == ACTION || ActionKind::from_name(key).is_some(),
        }
    }
}
