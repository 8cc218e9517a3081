//! Text from outside, made safe to show.

use std::fmt;

use crate::source::is_directional_control;

use super::secret::Credentials;

/// Text from a server, a certificate or the operating system, made safe to print on one line.
///
/// It contains no control characters, bidirectional controls or line breaks and none of our secrets, and its length is
/// bounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SanitizedText(String);

impl SanitizedText {
    /// The maximum length, in characters. Longer text is cut and ends in `…`.
    pub const MAX_CHARS: usize = 300;

    /// Sanitizes `text`. Returns `None` if nothing visible is left.
    pub(super) fn new(text: &str, secrets: &Credentials) -> Option<Self> {
        let printable: String = text
            .chars()
            .map(|character| if character.is_whitespace() { ' ' } else { character })
            .filter(|&character| !character.is_control() && !is_directional_control(character))
            .collect();
        let one_line = printable.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        // Secrets are redacted after control characters, which could split one, and before the text is cut, which could
        // halve one.
        let safe = secrets.redact(&one_line);
        match safe.char_indices().nth(Self::MAX_CHARS) {
            _ if safe.is_empty() => None,
            None => Some(Self(safe)),
            Some((end, _)) => Some(Self(format!("{}…", &safe[..end]))),
        }
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SanitizedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
