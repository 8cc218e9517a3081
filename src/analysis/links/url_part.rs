//! The parts of a URL, and the values that they accept.

use crate::message::parse_link;

/// A part of the URL of `open_direct_link` (RFC 3986 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UrlPart {
    /// Before anything of the URL.
    Start,
    /// In the scheme, or in the `//` after it: no value is accepted here.
    Scheme,
    /// After a value that is the beginning of a URL; ends at the first `/`, `?` or `#`.
    Base,
    /// In the host.
    Host,
    /// In the port.
    Port,
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In the fragment.
    Fragment,
}

impl UrlPart {
    /// Returns the part after literal text.
    #[must_use]
    pub fn after(self, text: &str) -> Self {
        let mut part = self;
        let mut rest = text;
        while !rest.is_empty() {
            let (next, consumed) = part.step(rest);
            rest = &rest[consumed..];
            part = next;
        }
        part
    }

    /// Returns the part after the next delimiter of non-empty text, and the number of bytes up to there.
    fn step(self, text: &str) -> (Self, usize) {
        let to_next = |ends: &[(char, Self)], part: Self| {
            let found = text.find(|c| ends.iter().any(|(end, _)| *end == c));
            found.map_or((part, text.len()), |at| {
                let next = ends.iter().find(|(end, _)| text[at..].starts_with(*end)).map_or(part, |(_, next)| *next);
                (next, at + 1)
            })
        };
        match self {
            Self::Start | Self::Scheme => match text.find("//") {
                Some(at) => (Self::Host, at + 2),
                None => (Self::Scheme, text.len()),
            },
            Self::Base => to_next(&[('/', Self::Path), ('?', Self::Query), ('#', Self::Fragment)], Self::Base),
            // `user@` and `[v6]` belong to the host.
            Self::Host => {
                to_next(&[('/', Self::Path), ('?', Self::Query), ('#', Self::Fragment), (':', Self::Port)], Self::Host)
            }
            Self::Port => to_next(&[('/', Self::Path), ('?', Self::Query), ('#', Self::Fragment)], Self::Port),
            Self::Path => to_next(&[('?', Self::Query), ('#', Self::Fragment)], Self::Path),
            Self::Query => to_next(&[('#', Self::Fragment)], Self::Query),
            Self::Fragment => (Self::Fragment, text.len()),
        }
    }

    /// Returns the part after a value.
    #[must_use]
    pub fn after_value(self) -> Self {
        if self == Self::Start { Self::Base } else { self }
    }

    /// Returns whether a value is accepted here, with other text before and after it.
    #[must_use]
    pub fn accepts(self, value: &str) -> bool {
        match self {
            Self::Start | Self::Base => {
                parse_link(value).is_ok_and(|url| url.query().is_none() && url.fragment().is_none())
            }
            Self::Scheme => false,
            Self::Host => is_host(value),
            Self::Port => !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()),
            Self::Path | Self::Query | Self::Fragment => true,
        }
    }

    /// Describes the values that are accepted here.
    #[must_use]
    pub fn takes(self) -> &'static str {
        match self {
            Self::Start | Self::Base => "an absolute https or http URL without query or fragment",
            Self::Scheme => "no expression",
            Self::Host => "letters, digits, `-` and `.` of a DNS name",
            Self::Port => "digits",
            Self::Path => "a segment other than `.` and `..`",
            Self::Query | Self::Fragment => "any text",
        }
    }

    /// Returns its human-readable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "beginning",
            Self::Scheme => "scheme",
            Self::Base => "base URL",
            Self::Host => "host",
            Self::Port => "port",
            Self::Path => "path",
            Self::Query => "query",
            Self::Fragment => "fragment",
        }
    }
}

/// Returns whether a value consists of DNS labels joined by dots (RFC 1034 §3.5).
fn is_host(value: &str) -> bool {
    value.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}

#[cfg(test)]
mod tests {
    use super::UrlPart;

    #[test]
    fn literal_text_determines_the_part_that_follows() {
        let cases = [
            ("", "beginning"),
            ("ht", "scheme"),
            ("https:", "scheme"),
            ("https:/", "scheme"),
            ("https://", "host"),
            ("https://a.b", "host"),
            ("https://a:", "port"),
            ("https://a:8", "port"),
            ("https://a/", "path"),
            ("https://a:8/b/c", "path"),
            ("https://a?", "query"),
            ("https://a/b?c=d/e:f", "query"),
            ("https://a#", "fragment"),
            ("https://a/b?c#d?e/", "fragment"),
        ];
        for (text, expected) in cases {
            assert_eq!(UrlPart::Start.after(text).name(), expected, "{text}");
            let split: UrlPart = text.chars().fold(UrlPart::Start, |part, c| part.after(c.encode_utf8(&mut [0; 4])));
            // `//` is one delimiter, which only a single text can show.
            if !text.contains("//") {
                assert_eq!(split.name(), expected, "{text}, one character at a time");
            }
        }
        assert_eq!(UrlPart::Start.after_value().after("/a").name(), "path");
        assert_eq!(UrlPart::Start.after_value().after(".example:80").name(), "base URL");
    }

    #[test]
    fn each_part_accepts_its_own_values() {
        let cases = [
            (UrlPart::Start, "https://a.example", true),
            (UrlPart::Start, "https://a.example?b", false),
            (UrlPart::Start, "a.example", false),
            (UrlPart::Scheme, "https", false),
            (UrlPart::Host, "a-b.example", true),
            (UrlPart::Host, "a..b", false),
            (UrlPart::Host, "-a", false),
            (UrlPart::Host, "a/b", false),
            (UrlPart::Host, "", false),
            (UrlPart::Port, "80", true),
            (UrlPart::Port, "", false),
            (UrlPart::Port, "+80", false),
            (UrlPart::Path, "a/b", true),
            (UrlPart::Query, "a&b", true),
        ];
        for (part, value, expected) in cases {
            assert_eq!(part.accepts(value), expected, "{value} in the {}", part.name());
        }
    }
}
