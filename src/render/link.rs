//! Puts values into a link, each escaped for the place in the URL where it stands.
//!
//! As Go's html/template does for HTML: the literal parts are the author's and are left alone; a value can fill its place
//! and nothing beyond it.

use std::ops::Range;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::analysis::links::Part;

use super::eval::{EvaluationError, VALUE_MARK};

/// All but the unreserved characters of RFC 3986 §2.3.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A link from text in which every value stands behind a [`VALUE_MARK`].
pub(super) fn assemble(marked: &str) -> Result<String, EvaluationError> {
    let mut link = Link { text: String::with_capacity(marked.len()), part: Part::Start, values: Vec::new() };
    let mut rest = marked;
    while let Some((literal, framed)) = rest.split_once(VALUE_MARK) {
        link.literal(literal);
        let (value, after) = unframe(framed).unwrap_or((framed, ""));
        link.value(value, after.is_empty())?;
        rest = after;
    }
    link.literal(rest);
    link.refuse_dot_segments()?;
    Ok(link.text)
}

/// The value of a frame and what follows it.
fn unframe(framed: &str) -> Option<(&str, &str)> {
    let (length, rest) = framed.split_once(':')?;
    rest.split_at_checked(length.parse().ok()?)
}

struct Link {
    text: String,
    part: Part,
    /// Where in the path values stand.
    values: Vec<Range<usize>>,
}

impl Link {
    fn literal(&mut self, text: &str) {
        self.part = self.part.after(text);
        self.text.push_str(text);
    }

    fn value(&mut self, value: &str, is_last: bool) -> Result<(), EvaluationError> {
        match self.part {
            // Nothing else in the link: a whole URL, which the message's own check looks at.
            Part::Start if is_last => self.text.push_str(value),
            part if !part.accepts(value) => return Err(refuse(part, value)),
            Part::Start | Part::Base => {
                self.part = Part::Start.after(value);
                self.text.push_str(value);
            }
            Part::Scheme | Part::Host | Part::Port => self.text.push_str(value),
            Part::Path | Part::Query | Part::Fragment => {
                let start = self.text.len();
                self.text.extend(utf8_percent_encode(value, COMPONENT));
                if self.part == Part::Path {
                    self.values.push(start..self.text.len());
                }
            }
        }
        Ok(())
    }

    /// A value that makes a segment `.` or `..` would take away the segments before it (RFC 3986 §5.2.4); encoding the dots
    /// does not help, since the URL standard reads `%2e` as a dot there.
    fn refuse_dot_segments(&self) -> Result<(), EvaluationError> {
        let mut start = 0;
        for segment in self.text.split(['/', '?', '#']) {
            let end = start + segment.len();
            let is_dots = matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
            let is_made = self.values.iter().any(|value| !value.is_empty() && start <= value.start && value.end <= end);
            if is_dots && is_made {
                return Err(refuse(Part::Path, segment));
            }
            start = end + 1;
        }
        Ok(())
    }
}

fn refuse(part: Part, value: &str) -> EvaluationError {
    EvaluationError::Link { value: value.to_owned(), part: part.name(), allowed: part.takes() }
}
