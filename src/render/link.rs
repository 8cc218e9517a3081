//! Inserts values into a link, each escaped for the part of the URL in which it is.
//!
//! This is what Go's html/template does for HTML: literal text is the author's and is left alone; a value cannot
//! change anything beyond its own place.

use std::ops::Range;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::analysis::links::UrlPart;

use super::eval::{EvaluationError, VALUE_MARK};

/// All but the unreserved characters of RFC 3986 §2.3.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Makes a link from a text in which every value is marked with a [`VALUE_MARK`].
pub(super) fn assemble(marked: &str) -> Result<String, EvaluationError> {
    let mut link = Link { text: String::with_capacity(marked.len()), part: UrlPart::Start, values: Vec::new() };
    let mut rest = marked;
    while let Some((literal, framed)) = rest.split_once(VALUE_MARK) {
        link.literal(literal);
        let (value, after) = unframe(framed).unwrap_or((framed, ""));
        link.value(value, after)?;
        rest = after;
    }
    link.literal(rest);
    link.refuse_dot_segments()?;
    Ok(link.text)
}

/// Splits a marked value, without its mark, from the text that follows it.
fn unframe(framed: &str) -> Option<(&str, &str)> {
    let (length, rest) = framed.split_once(':')?;
    rest.split_at_checked(length.parse().ok()?)
}

struct Link {
    text: String,
    part: UrlPart,
    /// Where values are in the path.
    values: Vec<Range<usize>>,
}

impl Link {
    fn literal(&mut self, text: &str) {
        self.part = self.part.after(text);
        self.text.push_str(text);
    }

    /// Adds a value that other text follows.
    fn value(&mut self, value: &str, following: &str) -> Result<(), EvaluationError> {
        match self.part {
            // The value is the whole link, which the validation of the message checks.
            UrlPart::Start if following.is_empty() => self.text.push_str(value),
            part if !part.accepts(value) => return Err(refuse(part, value)),
            UrlPart::Start | UrlPart::Base => {
                self.part = UrlPart::Start.after(value);
                self.text.push_str(value);
            }
            UrlPart::Scheme | UrlPart::Host | UrlPart::Port => self.text.push_str(value),
            UrlPart::Path | UrlPart::Query | UrlPart::Fragment => {
                let start = self.text.len();
                self.text.extend(utf8_percent_encode(value, COMPONENT));
                if self.part == UrlPart::Path {
                    self.values.push(start..self.text.len());
                }
            }
        }
        Ok(())
    }

    /// Refuses a value that makes a segment `.` or `..`, which would remove the segments before it (RFC 3986 §5.2.4).
    /// Encoding the dots does not help, since the URL standard reads `%2e` as a dot there.
    fn refuse_dot_segments(&self) -> Result<(), EvaluationError> {
        let mut start = 0;
        for segment in self.text.split(['/', '?', '#']) {
            let end = start + segment.len();
            let is_dots = matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
            let is_made = self.values.iter().any(|value| !value.is_empty() && start <= value.start && value.end <= end);
            if is_dots && is_made {
                return Err(refuse(UrlPart::Path, segment));
            }
            start = end + 1;
        }
        Ok(())
    }
}

fn refuse(part: UrlPart, value: &str) -> EvaluationError {
    EvaluationError::Link { value: value.to_owned(), part: part.name(), allowed: part.takes() }
}

#[cfg(test)]
mod tests {
    use super::{VALUE_MARK, assemble};

    /// Returns a link in which the texts between brackets are values.
    fn link(text: &str) -> Option<String> {
        let mut marked = String::new();
        for part in text.split_inclusive(['[', ']']) {
            match part.strip_suffix(']') {
                Some(value) => marked.push_str(&format!("{VALUE_MARK}{}:{value}", value.len())),
                None => marked.push_str(part.trim_end_matches('[')),
            }
        }
        assemble(&marked).ok()
    }

    #[test]
    fn values_are_escaped_for_their_part_of_the_url() {
        let cases = [
            ("[https://a.example/b?c]", Some("https://a.example/b?c")),
            ("[https://a.example]/b", Some("https://a.example/b")),
            ("[https://a.example/b/]c/[d/e]", Some("https://a.example/b/c/d%2Fe")),
            ("[https://a.example?b]/c", None),
            ("ht[tps]://a.example", None),
            ("https://[shop].example/", Some("https://shop.example/")),
            ("https://[a/b].example/", None),
            ("https://a.example:[80]/", Some("https://a.example:80/")),
            ("https://a.example:[80x]/", None),
            ("https://a.example/[b c/d?e#f%]", Some("https://a.example/b%20c%2Fd%3Fe%23f%25")),
            ("https://a.example/[..]/b", None),
            ("https://a.example/.[.]/b", None),
            ("https://a.example/%2e[.]/b", None),
            ("https://a.example/../[b]", Some("https://a.example/../b")),
            ("https://a.example/[..].txt", Some("https://a.example/...txt")),
            ("https://a.example?q=[a&b=c]", Some("https://a.example?q=a%26b%3Dc")),
            ("https://a.example#[a b]", Some("https://a.example#a%20b")),
            ("https://a.example?q=[سمند]", Some("https://a.example?q=%D8%B3%D9%85%D9%86%D8%AF")),
        ];
        for (text, expected) in cases {
            assert_eq!(link(text).as_deref(), expected, "{text}");
        }
    }
}
