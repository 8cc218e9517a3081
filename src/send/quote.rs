//! Other people's words, made safe to show.

use std::fmt;

use crate::source::is_directional_control;

use super::secret::Credentials;

/// Text that came from outside (a server, a certificate, the operating system), made safe to print on one line: no
/// control characters, no directional overrides, no line breaks, none of our secrets, and of bounded length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote(String);

impl Quote {
    /// The longest quote, in characters.
    pub const MAX_CHARS: usize = 300;

    /// The beginning of `text`; `None` where nothing of it can be seen.
    pub(super) fn of(text: &str, secrets: &Credentials) -> Option<Self> {
        let printable: String = text
            .chars()
            .map(|character| if character.is_whitespace() { ' ' } else { character })
            .filter(|&character| !character.is_control() && !is_directional_control(character))
            .collect();
        let one_line = printable.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        // Only now: a control character in the middle of a secret must not hide it, nor the cut halve it.
        let safe = secrets.redact(&one_line);
        match safe.char_indices().nth(Self::MAX_CHARS) {
            _ if safe.is_empty() => None,
            None => Some(Self(safe)),
            Some((end, _)) => Some(Self(format!("{}…", &safe[..end]))),
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Quote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
