//! Presents the tree to a validator as JSON without a copy.

use std::borrow::Cow;
use std::ptr;
use std::slice;

use jsonschema::JsonType;
use jsonschema::json::{self, Array, Json, NodeIdentity, Object};

use crate::source::Span;

use super::scalar::{Origin, ScalarStyle};
use super::tree::{Entry, Mapping, Node, Number, Scalar, Value};

/// The tree for `jsonschema::options_for::<TreeJson>()`.
///
/// [`Value::Invalid`] is presented as null, since no JSON value is valid against every schema. Callers drop the
/// violations at such a node, which has been reported already.
pub(crate) enum TreeJson {}

impl Json for TreeJson {
    type Node<'a> = &'a Node<'a>;
    type PreparedKey = String;
    type StringBuffer = ();

    // A lookup compares keys one by one, so a pass over the members is cheaper for more than a few.
    const KEYS_PER_LOOKUP: usize = 4;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>(_buffer: &mut (), string: &str, visit: impl FnOnce(Self::Node<'_>) -> T) -> T {
        let origin = Origin { span: Span::at(0), style: ScalarStyle::Plain, indent: 0 };
        let scalar = Scalar { text: Cow::Borrowed(string), origin };
        visit(&Node { span: origin.span, value: Value::String(scalar) })
    }
}

impl<'a> json::Node<'a, TreeJson> for &'a Node<'a> {
    type Object = &'a Mapping<'a>;
    type Array = &'a [Node<'a>];
    type Number = &'a Number;

    fn as_object(&self) -> Option<&'a Mapping<'a>> {
        self.as_mapping()
    }

    fn as_array(&self) -> Option<&'a [Node<'a>]> {
        self.as_sequence()
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        self.as_scalar().map(|scalar| Cow::Borrowed(&*scalar.text))
    }

    fn as_number(&self) -> Option<&'a Number> {
        match &self.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        matches!(self.value, Value::Null | Value::Invalid)
    }

    fn json_type(&self) -> JsonType {
        match self.value {
            Value::Null | Value::Invalid => JsonType::Null,
            Value::Bool(_) => JsonType::Boolean,
            Value::Number(_) => JsonType::Number,
            Value::String(_) => JsonType::String,
            Value::Sequence(_) => JsonType::Array,
            Value::Mapping(_) => JsonType::Object,
        }
    }

    fn equals_value(&self, expected: &serde_json::Value) -> bool {
        // Copies are avoided, since an `enum` may have hundreds of names.
        match &self.value {
            Value::String(scalar) => expected.as_str() == Some(&*scalar.text),
            Value::Bool(value) => expected.as_bool() == Some(*value),
            Value::Null | Value::Invalid => expected.is_null(),
            Value::Number(_) | Value::Sequence(_) | Value::Mapping(_) => json::cmp::equal(&self.to_json(), expected),
        }
    }

    fn to_value(&self) -> Cow<'a, serde_json::Value> {
        Cow::Owned(self.to_json())
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::new(ptr::from_ref::<Node<'_>>(self).addr()))
    }
}

impl<'a> Object<'a, TreeJson> for &'a Mapping<'a> {
    type Node = &'a Node<'a>;
    type MemberName = &'a str;
    type MembersIter = Members<'a>;

    fn len(&self) -> usize {
        self.entries.len()
    }

    fn get(&self, key: &String) -> Option<&'a Node<'a>> {
        Mapping::get(self, key).map(|entry| &entry.value)
    }

    fn members(&self) -> Members<'a> {
        Members(self.entries.iter())
    }
}

/// An iterator over the entries of a mapping as names and values.
pub(crate) struct Members<'a>(slice::Iter<'a, Entry<'a>>);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, &'a Node<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|entry| (&*entry.key.text, &entry.value))
    }
}

impl<'a> Array<'a, TreeJson> for &'a [Node<'a>] {
    type Node = &'a Node<'a>;
    type ElementsIter = slice::Iter<'a, Node<'a>>;

    fn len(&self) -> usize {
        <[Node<'_>]>::len(self)
    }

    fn elements(&self) -> slice::Iter<'a, Node<'a>> {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::TreeJson;
    use crate::syntax::{Document, parse};

    fn document(source: &str) -> Document<'_> {
        parse(source).document.unwrap()
    }

    #[test]
    fn the_tree_is_validated_in_place() {
        let schema = serde_json::json!({
            "type": "object",
            "required": ["a"],
            "propertyNames": { "maxLength": 3 },
            "properties": { "a": { "enum": ["x", 1.0, [true]] }, "b": { "type": "array", "uniqueItems": true } },
            "additionalProperties": false,
        });
        let validator = jsonschema::options_for::<TreeJson>().build(&schema).unwrap();
        let is_valid = |source: &str| validator.is_valid(&document(source).root);
        assert!(is_valid("a: x\nb: [1, 2]\n"));
        assert!(is_valid("a: 1\n"));
        assert!(is_valid("a: [true]\n"));
        assert!(!is_valid("a: y\n"));
        assert!(!is_valid("a: x\nlong: 1\n"));
        assert!(!is_valid("a: x\nb: [{c: 1}, {c: 1.0}]\n"));
        let places: Vec<_> = validator
            .iter_errors(&document("a: y\nb: [1, 1]\n").root)
            .map(|error| error.instance_path().to_string())
            .collect();
        assert_eq!(places, ["/a", "/b"]);
    }
}
