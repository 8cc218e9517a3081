//! From a JSON value to the tree, and to the text that it is written as.

use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::source::Span;

use super::parse::MAX_DEPTH;
use super::scalar::{Origin, ScalarStyle};
use super::tree::{Entry, Key, Mapping, Node, Scalar, Value};

/// Writes a JSON value as text, and returns the text and the tree whose spans point into it, without parsing anything.
///
/// Returns `None` if lists and mappings nest deeper than [`MAX_DEPTH`].
pub(crate) fn print(value: Json) -> Option<(String, Node<'static>)> {
    let mut printer = Printer { text: String::new(), depth: 0 };
    let root = printer.node(value)?;
    Some((printer.text, root))
}

struct Printer {
    text: String,
    depth: usize,
}

impl Printer {
    fn node(&mut self, value: Json) -> Option<Node<'static>> {
        let start = self.text.len();
        let value = match value {
            Json::Null => {
                self.text.push_str("null");
                Value::Null
            }
            Json::Bool(value) => {
                self.text.push_str(if value { "true" } else { "false" });
                Value::Bool(value)
            }
            Json::Number(number) => {
                self.text.push_str(&number.to_string());
                Value::Number(number)
            }
            Json::String(text) => {
                let (text, span) = self.string(text);
                let origin = Origin { span, style: ScalarStyle::DoubleQuoted, indent: 0 };
                Value::String(Scalar { text: text.into(), origin })
            }
            Json::Array(items) => Value::Sequence(self.container('[', items, Self::node, ']')?),
            Json::Object(entries) => {
                let entries = self.container('{', entries, |printer, (key, value)| printer.entry(key, value), '}')?;
                Value::Mapping(Mapping { entries })
            }
        };
        Some(Node { span: Span::new(start, self.text.len()), value })
    }

    fn entry(&mut self, key: String, value: Json) -> Option<Entry<'static>> {
        let (text, span) = self.string(key);
        self.text.push_str(": ");
        Some(Entry { key: Key { text: text.into(), span }, value: self.node(value)? })
    }

    /// Writes the parts of a list or a mapping, each on a line of its own.
    fn container<P, T>(
        &mut self,
        open: char,
        parts: impl IntoIterator<Item = P>,
        mut write: impl FnMut(&mut Self, P) -> Option<T>,
        close: char,
    ) -> Option<Vec<T>> {
        if self.depth == MAX_DEPTH {
            return None;
        }
        self.text.push(open);
        self.depth += 1;
        let mut written = Vec::new();
        for part in parts {
            self.text.push_str(if written.is_empty() { "" } else { "," });
            self.break_line();
            written.push(write(self, part)?);
        }
        self.depth -= 1;
        if !written.is_empty() {
            self.break_line();
        }
        self.text.push(close);
        Some(written)
    }

    fn break_line(&mut self) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n("  ", self.depth));
    }

    /// Writes text in quotes, and returns it with the span of the quotes.
    fn string(&mut self, text: String) -> (String, Span) {
        let start = self.text.len();
        let json = Json::String(text);
        // Writing to a string does not fail.
        let _ = write!(self.text, "{json}");
        let Json::String(text) = json else { return (String::new(), Span::at(start)) };
        (text, Span::new(start, self.text.len()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::print;
    use crate::syntax::{MAX_DEPTH, Node, Value, parse};

    /// The spans of a node and of everything below it.
    fn spans(node: &Node<'_>, found: &mut Vec<(usize, usize)>) {
        found.push((node.span.start, node.span.end));
        match &node.value {
            Value::Sequence(items) => items.iter().for_each(|item| spans(item, found)),
            Value::Mapping(mapping) => {
                for entry in &mapping.entries {
                    found.push((entry.key.span.start, entry.key.span.end));
                    spans(&entry.value, found);
                }
            }
            Value::String(scalar) => found.push((scalar.origin.span.start, scalar.origin.span.end)),
            _ => {}
        }
    }

    #[test]
    fn printed_values_parse_to_the_same_value() {
        let value = json!({
            "text": "سلام \"quoted\"\n\t\\",
            "numbers": [0, -1, 1.5, 1e300, u64::MAX],
            "nested": { "empty list": [], "empty mapping": {}, "null": null, "yes": true },
        });
        let (text, root) = print(value.clone()).unwrap();
        assert_eq!(text, serde_json::to_string_pretty(&value).unwrap());
        assert_eq!(root.to_json(), value);
        let parsed = parse(&text).document.unwrap().root;
        let (mut printed, mut read) = (Vec::new(), Vec::new());
        spans(&root, &mut printed);
        spans(&parsed, &mut read);
        assert_eq!(printed, read);
    }

    #[test]
    fn the_depth_is_limited_as_it_is_for_the_parser() {
        let nested = |depth: usize| (0..depth).fold(Json::Null, |value, _| Json::Array(vec![value]));
        assert!(print(nested(MAX_DEPTH)).is_some());
        assert!(print(nested(MAX_DEPTH + 1)).is_none());
        assert!(parse(&nested(MAX_DEPTH).to_string()).document.is_some());
        assert!(parse(&nested(MAX_DEPTH + 1).to_string()).document.is_none());
    }
}
