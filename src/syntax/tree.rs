//! The syntax tree: YAML's data model with positions.

use std::borrow::Cow;

use crate::source::Span;

use super::scalar::Origin;

/// A YAML document.
#[derive(Clone, Debug)]
pub struct Document<'s> {
    /// The top node.
    pub root: Node<'s>,
    /// All comments, in order.
    pub comments: Vec<Comment>,
}

/// A comment, from `#` to the end of the line, without the line break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The bytes, including `#`.
    pub span: Span,
}

/// A value and its span. The expansion of an alias has the span of its anchor, where its text is.
#[derive(Clone, Debug)]
pub struct Node<'s> {
    /// The bytes, including quotes, brackets and the header of a block scalar, but not anchor and tag. A block
    /// mapping extends from its first key, a block list from its first `-`, to the end of its last value; a block
    /// scalar to the end of its last line with text. The range of an empty value is empty, after the `:` or `-` that
    /// it belongs to.
    pub span: Span,
    /// The value.
    pub value: Value<'s>,
}

/// A value of YAML's core schema (YAML 1.2.2 §10.3).
#[derive(Clone, Debug)]
pub enum Value<'s> {
    /// `null`, `~`, or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer or a finite float.
    Number(Number),
    /// Text.
    String(Scalar<'s>),
    /// A list.
    Sequence(Vec<Node<'s>>),
    /// Keys and values, in the author's order, merge keys resolved.
    Mapping(Mapping<'s>),
    /// A value that could not be read, and has been reported as a [`SyntaxError`](super::SyntaxError). Nothing
    /// further is reported about it.
    Invalid,
}

/// A number that JSON can represent.
pub type Number = serde_json::Number;

/// Text and how it is written.
#[derive(Clone, Debug)]
pub struct Scalar<'s> {
    /// The text: unquoted, unescaped, folded.
    pub text: Cow<'s, str>,
    /// How it is written, to map the text back to the file.
    pub origin: Origin,
}

/// The entries of a mapping, each key once.
#[derive(Clone, Debug, Default)]
pub struct Mapping<'s> {
    /// In the author's order.
    pub entries: Vec<Entry<'s>>,
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Entry<'s> {
    /// The key.
    pub key: Key<'s>,
    /// The value.
    pub value: Node<'s>,
}

/// A key. Any scalar is used as its text, as in JSON.
#[derive(Clone, Debug)]
pub struct Key<'s> {
    /// The text.
    pub text: Cow<'s, str>,
    /// The bytes, including quotes; the alias, if it is one.
    pub span: Span,
}

impl<'s> Mapping<'s> {
    /// Returns the entry of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Entry<'s>> {
        self.entries.iter().find(|entry| entry.key.text == key)
    }
}

impl<'s> Node<'s> {
    /// Returns the mapping, if the node is one.
    #[must_use]
    pub fn as_mapping(&self) -> Option<&Mapping<'s>> {
        match &self.value {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// Returns the items, if the node is a list.
    #[must_use]
    pub fn as_sequence(&self) -> Option<&[Self]> {
        match &self.value {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the scalar, if the node is text.
    #[must_use]
    pub fn as_scalar(&self) -> Option<&Scalar<'s>> {
        match &self.value {
            Value::String(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// Returns the node at a JSON Pointer (RFC 6901) below this one.
    #[must_use]
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        pointer.split('/').skip(1).try_fold(self, |node, token| node.child(token))
    }

    /// Returns the part that a token of a JSON Pointer names.
    #[must_use]
    pub fn child(&self, token: &str) -> Option<&Self> {
        match &self.value {
            Value::Mapping(mapping) => mapping.get(&unescape_token(token)).map(|entry| &entry.value),
            Value::Sequence(items) => items.get(index(token)?),
            _ => None,
        }
    }

    /// Returns the JSON Pointer (RFC 6901) to the innermost part that contains a span; for a key, to its value.
    #[must_use]
    pub fn pointer_to(&self, place: Span) -> String {
        let holds = |span: Span| span.contains(place);
        let (token, child) = match &self.value {
            Value::Mapping(mapping) => {
                let Some(entry) = mapping.entries.iter().find(|Entry { key, value }| holds(key.span.cover(value.span)))
                else {
                    return String::new();
                };
                (escape_token(&entry.key.text), &entry.value)
            }
            Value::Sequence(items) => {
                let Some(index) = items.iter().position(|item| holds(item.span)) else { return String::new() };
                (index.to_string(), &items[index])
            }
            _ => return String::new(),
        };
        format!("/{token}{}", child.pointer_to(place))
    }

    /// Returns the value as JSON; an [invalid](Value::Invalid) value is null.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null | Value::Invalid => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Number(number) => serde_json::Value::Number(number.clone()),
            Value::String(scalar) => serde_json::Value::String(scalar.text.to_string()),
            Value::Sequence(items) => items.iter().map(Self::to_json).collect(),
            Value::Mapping(mapping) => {
                mapping.entries.iter().map(|Entry { key, value }| (key.text.to_string(), value.to_json())).collect()
            }
        }
    }

    /// Returns the number of nodes, with [further ones](further_nodes) for long texts; of more than `most`, a larger
    /// number than that.
    pub(crate) fn count(&self, most: usize) -> usize {
        let mut total = 1;
        match &self.value {
            Value::String(scalar) => total += further_nodes(&scalar.text),
            Value::Sequence(items) => {
                for item in items {
                    if total > most {
                        break;
                    }
                    total += item.count(most - total);
                }
            }
            Value::Mapping(mapping) => {
                for Entry { key, value } in &mapping.entries {
                    if total > most {
                        break;
                    }
                    total += further_nodes(&key.text) + value.count(most - total);
                }
            }
            _ => {}
        }
        total
    }

    /// Returns the node with owned text.
    #[must_use]
    pub fn into_owned(self) -> Node<'static> {
        self.moved(0)
    }

    /// Returns the node with owned text, for a text in which it is `distance` bytes further back.
    pub(crate) fn moved(self, distance: usize) -> Node<'static> {
        let value = match self.value {
            Value::Null => Value::Null,
            Value::Invalid => Value::Invalid,
            Value::Bool(value) => Value::Bool(value),
            Value::Number(number) => Value::Number(number),
            Value::String(Scalar { text, origin }) => {
                let origin = Origin { span: origin.span.moved(distance), ..origin };
                Value::String(Scalar { text: Cow::Owned(text.into_owned()), origin })
            }
            Value::Sequence(items) => Value::Sequence(items.into_iter().map(|item| item.moved(distance)).collect()),
            Value::Mapping(mapping) => {
                let entry = |Entry { key, value }: Entry<'s>| Entry {
                    key: Key { text: Cow::Owned(key.text.into_owned()), span: key.span.moved(distance) },
                    value: value.moved(distance),
                };
                Value::Mapping(Mapping { entries: mapping.entries.into_iter().map(entry).collect() })
            }
        };
        Node { span: self.span.moved(distance), value }
    }
}

/// Returns how many nodes a text counts as in limits, beside its own: one for each KiB.
pub(crate) const fn further_nodes(text: &str) -> usize {
    text.len() >> 10
}

/// Returns the index that a token of a JSON Pointer is (RFC 6901 §4): without a sign or leading zeros.
fn index(token: &str) -> Option<usize> {
    let is_index = token.bytes().all(|byte| byte.is_ascii_digit()) && (token == "0" || !token.starts_with('0'));
    token.parse().ok().filter(|_| is_index)
}

/// Encodes a token of a JSON Pointer (RFC 6901 §3).
pub(crate) fn escape_token(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// Decodes a token of a JSON Pointer (RFC 6901 §4).
pub(crate) fn unescape_token(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}
