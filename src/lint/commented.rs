//! Values that are sent, and that a comment cuts.

use crate::message::{ActionKind, MEDIA_TOKEN, Side};
use crate::source::{SourceFile, Span};
use crate::syntax::{CommentedText, Document, Node, ScalarStyle, Value, commented_text};

use super::suppression::is_directive;

/// What a document contains.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// A template.
    Template,
    /// Values by the names of variables.
    Values,
}

/// Returns the comments of a document that are probably meant as a part of the value before them.
pub(super) fn commented_values(document: &Document<'_>, file: &SourceFile, subject: Subject) -> Vec<CommentedText> {
    // Few comments follow something on their line.
    let mut comments = document.comments.iter().map(|comment| comment.span.start);
    if !comments.any(|start| is_after_something(file.text(), start)) {
        return Vec::new();
    }
    let mut values = Values { file, brackets: Vec::new(), found: Vec::new() };
    values.add_brackets(&document.root);
    values.brackets.sort_unstable();
    let mut end = 0;
    values.brackets.retain(|brackets| {
        let is_outermost = brackets.end > end;
        end = end.max(brackets.end);
        is_outermost
    });
    let level = match subject {
        Subject::Template => Level::Template,
        Subject::Values => Level::Values,
    };
    values.look(&document.root, level);
    let mut found = values.found;
    // An alias has the span of its anchor.
    found.sort_unstable_by_key(|commented: &CommentedText| commented.comment);
    found.dedup();
    found
}

fn is_after_something(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default().trim_end_matches([' ', '\t']);
    !before.is_empty() && !before.ends_with(['\n', '\r'])
}

/// What a part of a template is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Template,
    /// Grids, rows, buttons and actions.
    Buttons,
    /// Declarations by name.
    Variables,
    Declaration,
    /// The name of an icon, which never contains a `#`.
    Icon,
    /// Text, and any values that are sent.
    Values,
}

impl Level {
    /// Returns what the value of a key is; `None` if it is not sent.
    fn below(self, key: &str) -> Option<Self> {
        Some(match (self, key) {
            (Self::Template, "message" | "text_message" | MEDIA_TOKEN | "examples") => Self::Values,
            (Self::Template, key) if Side::ALL.iter().any(|side| side.field() == key) => Self::Buttons,
            (Self::Template, "variables") => Self::Variables,
            (Self::Buttons, "icon" | "icon_name") => Self::Icon,
            (Self::Buttons, "caption" | "open_direct_link" | "post_token" | "data") => Self::Values,
            (Self::Buttons, "rows" | "buttons" | "action") => Self::Buttons,
            (Self::Buttons, key) => ActionKind::from_name(key).map(|_| Self::Buttons)?,
            (Self::Variables, _) => Self::Declaration,
            (Self::Declaration, "default" | "const" | "enum" | "examples") | (Self::Values, _) => Self::Values,
            _ => return None,
        })
    }
}

struct Values<'f> {
    file: &'f SourceFile,
    /// Lists and mappings in brackets that are in no other ones.
    brackets: Vec<Span>,
    found: Vec<CommentedText>,
}

impl Values<'_> {
    /// Adds the outermost brackets. What an alias stands for is where its anchor is.
    fn add_brackets(&mut self, node: &Node<'_>) {
        match &node.value {
            Value::Sequence(_) | Value::Mapping(_) if self.file.slice(node.span).starts_with(['{', '[']) => {
                self.brackets.push(node.span);
            }
            Value::Sequence(items) => items.iter().for_each(|item| self.add_brackets(item)),
            Value::Mapping(mapping) => mapping.entries.iter().for_each(|entry| self.add_brackets(&entry.value)),
            _ => {}
        }
    }

    fn is_in_brackets(&self, value: Span) -> bool {
        let after = self.brackets.partition_point(|brackets| brackets.start <= value.start);
        after.checked_sub(1).is_some_and(|index| value.end <= self.brackets[index].end)
    }

    fn look(&mut self, node: &Node<'_>, level: Level) {
        match &node.value {
            Value::Sequence(items) => items.iter().for_each(|item| self.look(item, level)),
            Value::Mapping(mapping) => {
                for entry in &mapping.entries {
                    if let Some(level) = level.below(&entry.key.text) {
                        self.look(&entry.value, level);
                    }
                }
            }
            _ if matches!(level, Level::Icon | Level::Values) => {
                let is_flow = self.is_in_brackets(node.span);
                self.found.extend(commented(node, level, is_flow, self.file));
            }
            _ => {}
        }
    }
}

/// Returns the comment after a scalar if it is probably meant as a part of it.
fn commented(node: &Node<'_>, level: Level, is_flow: bool, file: &SourceFile) -> Option<CommentedText> {
    let is_plain = match &node.value {
        Value::String(scalar) => scalar.origin.style == ScalarStyle::Plain,
        _ => !file.slice(node.span).starts_with(['"', '\'', '|', '>']),
    };
    let commented = commented_text(file.text(), node.span, is_flow).filter(|_| is_plain)?;
    let comment = file.slice(commented.comment);
    // Nobody numbers a number, but many note what it is.
    let is_text = node.span.is_empty() || node.as_scalar().is_some() && level != Level::Icon;
    let is_meant = match commented.has_jinja {
        true => node.as_scalar().is_some() || !comment.starts_with("# "),
        false => is_text && !is_directive(comment),
    };
    is_meant.then_some(commented)
}
