//! The API key and the user's access token, in a type that does not print them.

use std::cmp::Reverse;
use std::fmt;
use std::sync::Arc;

use hyper::header::{HeaderValue, InvalidHeaderValue};
use thiserror::Error;

/// The environment variable that holds the API key.
pub const API_KEY_VARIABLE: &str = "KENAR_API_KEY";

/// The environment variable that holds the user's access token.
pub const ACCESS_TOKEN_VARIABLE: &str = "KENAR_ACCESS_TOKEN";

/// The longest secret that is taken, in bytes: 8 KiB, which is also where common servers stop reading a header line.
pub const MAX_SECRET_BYTES: usize = 8 << 10;

/// What stands in every output where a secret would stand.
pub(super) const REDACTED: &str = "[redacted]";

/// The two secrets that a request carries.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The app's key, sent as `x-api-key`.
    pub api_key: Secret,
    /// The user's token, sent as [`Api`](super::Api) says.
    pub access_token: Secret,
}

impl Credentials {
    /// Replaces each secret in `text` by `[redacted]`: a server may send back what it was sent.
    pub(super) fn redact(&self, text: &str) -> String {
        let mut secrets = [&self.api_key, &self.access_token];
        // The longer first: where one holds the other, masking the shorter would leave the rest of the longer.
        secrets.sort_by_key(|secret| Reverse(secret.0.len()));
        secrets.into_iter().fold(text.to_owned(), |text, secret| secret.redact(text))
    }
}

/// A key or a token: usable as the value of an HTTP header, printed as `[redacted]`, never serialised.
#[derive(Clone)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Below this length a secret is not looked for in a server's words: masking every `a` would say nothing.
    const SHORTEST_TO_REDACT: usize = 6;

    /// A secret from the environment or from a file; the one line break that ends a file is not part of it.
    ///
    /// # Errors
    /// [`SecretError`] when it is empty, longer than [`MAX_SECRET_BYTES`], or holds anything but visible ASCII
    /// (RFC 9110 §5.5 allows more in a header, but keys and tokens do not need it, and a space or a line break in
    /// one is a mistake in the file). No error shows the secret.
    pub fn new(text: &str) -> Result<Self, SecretError> {
        let text = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
        if text.is_empty() {
            return Err(SecretError::Empty);
        }
        if text.len() > MAX_SECRET_BYTES {
            return Err(SecretError::TooLong);
        }
        match text.chars().zip(1..).find(|(character, _)| !character.is_ascii_graphic()) {
            None => Ok(Self(text.into())),
            Some((character, position)) => Err(SecretError::Unusable { character, position }),
        }
    }

    /// The value of the header that carries the secret after `prefix`, marked so that HTTP libraries do not log it.
    pub(super) fn header_value(&self, prefix: &str) -> Result<HeaderValue, InvalidHeaderValue> {
        let mut value = HeaderValue::from_str(&format!("{prefix}{}", self.0))?;
        value.set_sensitive(true);
        Ok(value)
    }

    fn redact(&self, text: String) -> String {
        let findable = self.0.len() >= Self::SHORTEST_TO_REDACT && text.contains(&*self.0);
        if findable { text.replace(&*self.0, REDACTED) } else { text }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// Why a text cannot be a [`Secret`]. The caller says which secret and where it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SecretError {
    /// No text, or only a line break.
    #[error("is empty")]
    Empty,
    /// More than [`MAX_SECRET_BYTES`].
    #[error("is longer than 8 KiB, which no key or token is")]
    TooLong,
    /// A character that no key or token has.
    #[error(
        "has U+{:04X} as character {position}; a key or token is one word of visible ASCII, given without quotes and \
         without `Bearer`", u32::from(*character)
    )]
    Unusable {
        /// The character that is not visible ASCII; so never a part of a real secret.
        character: char,
        /// Where it stands, in characters from 1.
        position: usize,
    },
}
