//! The parts of a URL, and which values may stand in them.

use crate::message::parse_link;

/// A place in the URL of `open_direct_link` (RFC 3986 §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Nothing of the URL is there yet.
    Start,
    /// In the scheme, or in the `//` after it: no value may stand here.
    Scheme,
    /// After a value that is a URL's beginning; ends at the first `/`, `?` or `#`.
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

impl Part {
    /// The place after a stretch of literal text.
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

    /// The place after the next delimiter of non-empty text, and the bytes up to there.
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
            // `user@` and `[v6]` belong to the host; only a colon after those begins the port.
            Self::Host => {
                to_next(&[('/', Self::Path), ('?', Self::Query), ('#', Self::Fragment), (':', Self::Port)], Self::Host)
            }
            Self::Port => to_next(&[('/', Self::Path), ('?', Self::Query), ('#', Self::Fragment)], Self::Port),
            Self::Path => to_next(&[('?', Self::Query), ('#', Self::Fragment)], Self::Path),
            Self::Query => to_next(&[('#', Self::Fragment)], Self::Query),
            Self::Fragment => (Self::Fragment, text.len()),
        }
    }

    /// The place after a value.
    #[must_use]
    pub fn after_value(self) -> Self {
        if self == Self::Start { Self::Base } else { self }
    }

    /// Whether a value may stand here, after what is there and before what follows.
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

    /// The values that may stand here, in words.
    #[must_use]
    pub fn takes(self) -> &'static str {
        match self {
            Self::Start | Self::Base => "an absolute https or http URL without query or fragment",
            Self::Scheme => "no value at all",
            Self::Host => "letters, digits, `-` and `.` of a DNS name",
            Self::Port => "digits",
            Self::Path => "no segment that is `.` or `..`",
            Self::Query | Self::Fragment => "any text",
        }
    }

    /// What people call it.
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

/// DNS labels joined by dots (RFC 1034 §3.5).
fn is_host(value: &str) -> bool {
    value.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
}
