//! Errors at which the parser gives up, and the place that each is about.

use granit_parser::{ErrorKind, ScanError};

use crate::source::Span;
use crate::syntax::error::{InvalidYaml, SyntaxError};
use crate::syntax::place;
use crate::syntax::quoted::underindented;
use crate::syntax::recovery::{self, ValuePosition};

use super::{Builder, Step, too_deep};

impl Builder<'_, '_> {
    /// Ends the pass with an error of the parser.
    pub(super) fn fail(&mut self, error: &ScanError) -> Step {
        let at = error.marker().byte_offset().unwrap_or(self.source.len());
        // The parser may have failed after a quoted scalar that it should have ended earlier.
        let is_flow = self.place().is_flow;
        let quotes = recovery::tokens(self.text, self.cursor, at + 1, is_flow).filter(|token| token.depth == 0);
        let mut underindented = quotes.filter_map(|token| self.underindented(Span::new(token.start, token.end)));
        match underindented.next().filter(|(_, line)| *line <= at) {
            Some((kind, line)) => self.stop(&kind, line),
            None => self.stop(error.kind(), at),
        }
    }

    /// Returns the error in the indentation of a token that may be a quoted scalar, and the offset of the line.
    pub(super) fn underindented(&self, token: Span) -> Option<(ErrorKind, usize)> {
        let bytes = self.text.as_bytes().get(token.range())?;
        if !bytes.starts_with(b"\"") && !bytes.starts_with(b"'") || !bytes.contains(&b'\n') && !bytes.contains(&b'\r') {
            return None;
        }
        let ValuePosition { parent, is_flow, .. } = self.place();
        if is_flow { None } else { underindented(self.text, token, parent?) }
    }

    /// Ends the pass with an error that the parser reports at an offset.
    pub(super) fn stop(&mut self, kind: &ErrorKind, at: usize) -> Step {
        if self.unquoted.is_empty() {
            self.unquoted.extend(self.unquoted_before(at).or_else(|| self.commented_before(at)));
        }
        self.errors.push(match kind {
            ErrorKind::RecursionLimitExceeded => too_deep(place::token(self.source, at)),
            kind => {
                let (kind, span) = self.explain(kind, at);
                SyntaxError::Invalid { kind: InvalidYaml::new(kind), span }
            }
        });
        Step::Abandon
    }

    /// Returns an error with its span. The parser reports it at an offset.
    fn explain(&self, kind: &ErrorKind, at: usize) -> (ErrorKind, Span) {
        if matches!(kind, ErrorKind::InvalidQuotedScalarIndent | ErrorKind::DocumentIndicatorInQuotedScalar) {
            // It is reported on a later line, but is probably about a quote that is not closed on its own line.
            let mut tokens = recovery::tokens(self.text, self.cursor, at + 1, self.place().is_flow);
            let is_quote = |start| matches!(self.text.as_bytes().get(start), Some(b'"' | b'\''));
            if let Some(quote) = tokens.find(|token| is_quote(token.start) && at <= token.end) {
                let is_closed = quote.end < self.text.len();
                let kind = if is_closed { kind } else { &ErrorKind::UnclosedQuotedScalar };
                return (kind.clone(), place::error(self.source, &ErrorKind::UnclosedQuotedScalar, quote.start));
            }
        }
        let is_trailing =
            matches!(kind, ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar);
        if is_trailing && let Some(quote) = self.quote_over_lines(at) {
            // The quote that seems to close it probably opens the next text.
            let kind = ErrorKind::UnclosedQuotedScalar;
            return (kind.clone(), place::error(self.source, &kind, quote));
        }
        (kind.clone(), place::error(self.source, kind, at))
    }

    /// Returns the beginning of the quoted scalar that ends before an offset, if it has several lines.
    fn quote_over_lines(&self, at: usize) -> Option<usize> {
        let tokens = recovery::tokens(self.text, self.cursor, at, self.place().is_flow);
        let is_quote = |start| matches!(self.text.as_bytes().get(start), Some(b'"' | b'\''));
        let quote = tokens.filter(|token| is_quote(token.start) && token.end <= at).last()?;
        self.text.get(quote.start..quote.end)?.contains(['\n', '\r']).then_some(quote.start)
    }
}
