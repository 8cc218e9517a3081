//! Finds plain text that a comment cuts, and after which the file cannot be read.

use crate::source::Span;
use crate::syntax::comment::commented_text;
use crate::syntax::recovery::{self, Mask, ValuePosition};

use super::Builder;

impl Builder<'_, '_> {
    /// Returns the mask of a text that a comment cuts, and that made the parser fail at an offset.
    pub(super) fn commented_before(&self, at: usize) -> Option<Mask> {
        let Span { start, end } = self.last_plain;
        // The parser may have reported the text, or hold it back.
        let from = if end == self.cursor { start } else { self.cursor };
        // An open bracket is reported where it is opened.
        let to = at.max(recovery::line_end(self.text, from)) + 1;
        let place = self.place();
        // The plain text before a token, or the sign after which it would be: where it begins, and its last line.
        let mut text: Option<(usize, Span)> = None;
        for token in recovery::tokens(self.text, from, to, place.is_flow) {
            let line = Span::new(token.start, token.end);
            match self.text.as_bytes().get(token.start)? {
                b' ' | b'\t' | b'\r' | b'\n' => {}
                b':' | b'-' | b',' | b'[' if line.len() == 1 => text = Some((token.end, Span::at(token.end))),
                b'#' => {
                    let is_flow = token.depth > 0;
                    let cut = text.and_then(|(start, line)| Some((start, commented_text(self.source, line, is_flow)?)));
                    if let Some((start, found)) = cut
                        && found.comment.start == token.start
                    {
                        let start = if found.value.is_empty() { token.start } else { start };
                        let place = ValuePosition { is_flow, ..place };
                        return Some(recovery::commented(self.source, start, token.start, place));
                    }
                }
                _ if recovery::is_text(self.text, token.start) => {
                    let start = text.filter(|(_, line)| !line.is_empty()).map_or(token.start, |(start, _)| start);
                    text = Some((start, line));
                }
                _ => text = None,
            }
        }
        None
    }
}
