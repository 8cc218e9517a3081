//! Comments that are probably meant as text.
//!
//! A `#` after a blank ends a plain scalar (YAML 1.2.2 §6.6): of `message: order #{{ id }}`, only `order` is the value.

use crate::source::Span;

use super::recovery::{Terminators, line_end, text_end};

/// The delimiters of Jinja.
const JINJA: [&str; 6] = ["{{", "}}", "{%", "%}", "{#", "#}"];

/// A plain value with a comment after it on its line, which is probably meant as a part of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CommentedText {
    /// The value as YAML reads it; empty if the comment begins it.
    pub(crate) value: Span,
    /// The comment, as far as it is a part of the text.
    pub(crate) comment: Span,
    /// Whether the comment contains Jinja.
    pub(crate) has_jinja: bool,
}

impl CommentedText {
    /// Returns the text that is probably meant.
    pub(crate) fn whole(&self) -> Span {
        let start = if self.value.is_empty() { self.comment.start } else { self.value.start };
        Span::new(start, self.comment.end)
    }
}

/// Returns the comment after a plain or empty value, if it is probably meant as text.
///
/// `is_flow`: whether the value is inside of brackets.
pub(crate) fn commented_text(source: &str, value: Span, is_flow: bool) -> Option<CommentedText> {
    let rest = source.get(value.end..)?;
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let hash = value.end + blanks;
    if blanks == 0 || source.as_bytes().get(hash) != Some(&b'#') {
        return None;
    }
    let terminators = if is_flow { Terminators::Flow } else { Terminators::Line };
    let comment = Span::new(hash, text_end(source, hash, terminators).0);
    let has_jinja = last_jinja(source, hash, comment.end).is_some();
    let is_text = has_jinja || is_text(source.get(hash..line_end(source, hash))?);
    is_text.then_some(CommentedText { value, comment, has_jinja })
}

/// Returns whether a comment without Jinja is probably meant as text: there is no blank after the `#`, as in a hashtag
/// or a number, and it is not a ruler.
pub(super) fn is_text(comment: &str) -> bool {
    let is_ruler = |next: char| matches!(next, '#' | '-' | '=' | '*' | '~' | '+' | '_' | '/' | '!' | ':');
    comment.chars().nth(1).is_some_and(|next| !next.is_whitespace() && !is_ruler(next))
}

/// Returns the offset of the last delimiter of Jinja between two offsets.
pub(super) fn last_jinja(source: &str, start: usize, end: usize) -> Option<usize> {
    let text = source.get(start..end)?;
    JINJA.iter().filter_map(|delimiter| text.rfind(delimiter)).max().map(|at| start + at)
}
