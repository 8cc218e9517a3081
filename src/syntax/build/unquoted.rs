//! Finds unquoted values that begin with braces, which have to be masked.

use crate::source::Span;
use crate::syntax::recovery::{self, Mask};

use super::Builder;

impl Builder<'_, '_> {
    /// Notes an unquoted value at its opening brace.
    pub(super) fn notice_unquoted(&mut self, span: Span) {
        let is_inside = self.watched.is_some() || self.unquoted.last().is_some_and(|mask| span.start < mask.span.end);
        if !is_inside && recovery::is_opening(self.text, span.start) {
            let mask = recovery::mask(self.source, span.start, self.place());
            self.watched = Some((self.stack.len(), mask.span.end));
            self.unquoted.push(mask);
        }
    }

    /// Returns the mask of an unquoted value that made the parser fail at an offset before it reported the value.
    pub(super) fn unquoted_before(&self, at: usize) -> Option<Mask> {
        let mut place = self.place();
        // In brackets, Jinja also ends the plain text that contains it.
        let Span { start, end } = self.last_plain;
        let gap = self.text.get(end..at).unwrap_or("\n");
        let ends_text = place.is_flow && end == self.cursor && gap.bytes().all(|byte| byte == b' ');
        if ends_text && recovery::is_opening(self.text, at) {
            return Some(recovery::mask(self.source, start, place));
        }
        let mut tokens = recovery::tokens(self.text, self.cursor, at + 1, place.is_flow);
        let mut before = None;
        let token = tokens.find(|token| {
            let is_found = recovery::is_opening(self.text, token.start);
            before = if is_found { before.take() } else { Some((token.start, token.end)) };
            is_found
        })?;
        place.is_flow = token.depth > 0;
        // In brackets, text directly before the braces is part of the value.
        let text = before.filter(|&(_, end)| place.is_flow && end == token.start);
        let text = text.filter(|&(start, _)| recovery::is_text(self.text, start));
        Some(recovery::mask(self.source, text.map_or(token.start, |(start, _)| start), place))
    }
}
