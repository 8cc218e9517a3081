//! A fast path: parses JSON to a tree without the positions of its parts.
//!
//! A valid row needs no positions; an invalid one is parsed again by the parser with positions.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use crate::source::Span;
use crate::syntax::{Entry, Key, MAX_DEPTH, Mapping, Node, Number, Origin, Scalar, ScalarStyle, Value};

/// Parses JSON. All nodes have the span of the whole text.
///
/// # Errors
/// If the text is not JSON, or needs the parser with positions: duplicate keys, numbers beyond 64 bits, too much
/// nesting, very large objects.
pub(super) fn read(text: &str) -> Result<Node<'static>, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    let node = NodeReader { span: Span::new(0, text.len()), depth: 0 }.deserialize(&mut json)?;
    json.end()?;
    Ok(node)
}

/// The maximum number of keys in an object. Duplicates are found by comparing all of them.
const MAX_KEYS: usize = 100;

#[derive(Clone, Copy)]
struct NodeReader {
    span: Span,
    depth: usize,
}

impl NodeReader {
    fn node(self, value: Value<'static>) -> Node<'static> {
        Node { span: self.span, value }
    }

    fn text(self, text: String) -> Scalar<'static> {
        Scalar { text: Cow::Owned(text), origin: self.origin() }
    }

    fn origin(self) -> Origin {
        Origin { span: self.span, style: ScalarStyle::Plain, indent: 0 }
    }

    fn inside<E: Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom("too much nesting"));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for NodeReader {
    type Value = Node<'static>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NodeReader {
    type Value = Node<'static>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(self.node(Value::Null))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(self.node(Value::Bool(value)))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(self.node(Value::Number(value.into())))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(self.node(Value::Number(value.into())))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        // An integer beyond 64 bits arrives as `f64` too, and would lose digits.
        let is_exact = value.fract() != 0.0 || value.abs() < 9e15;
        let number = Number::from_f64(value).filter(|_| is_exact);
        number.map(|number| self.node(Value::Number(number))).ok_or_else(|| E::custom("a number beyond 64 bits"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.node(Value::String(self.text(text.to_owned()))))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(self.node(Value::String(self.text(text))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let (inside, mut nodes) = (self.inside()?, Vec::new());
        while let Some(node) = items.next_element_seed(inside)? {
            nodes.push(node);
        }
        Ok(self.node(Value::Sequence(nodes)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let (inside, mut mapping) = (self.inside()?, Mapping::default());
        while let Some(text) = members.next_key::<String>()? {
            if mapping.entries.len() == MAX_KEYS || mapping.get(&text).is_some() {
                return Err(A::Error::custom("a duplicate key, or too many keys"));
            }
            let key = Key { text: Cow::Owned(text), span: self.span };
            mapping.entries.push(Entry { key, value: members.next_value_seed(inside)? });
        }
        Ok(self.node(Value::Mapping(mapping)))
    }
}
