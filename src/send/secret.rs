//! The API key and the user's access token, as a type that never prints them.

use std::fmt;
use std::sync::Arc;

use reqwest::header::{HeaderValue, InvalidHeaderValue};
use thiserror::Error;

use crate::source::{KnownSecrets, REDACTED};

/// The environment variable that holds the API key.
pub const API_KEY_VARIABLE: &str = "KENAR_API_KEY";

/// The environment variable that holds the user's access token.
pub const ACCESS_TOKEN_VARIABLE: &str = "KENAR_ACCESS_TOKEN";

/// The maximum length of a secret, in bytes: 8 KiB, the limit of common servers for a header line.
pub const MAX_SECRET_BYTES: usize = 8 << 10;

/// The two secrets of a request.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The app's key, sent as `x-api-key`.
    pub api_key: Secret,
    /// The user's token, sent as [`Api`](super::Api) says; `None` for a request that needs the key alone.
    pub access_token: Option<Secret>,
}

impl Credentials {
    /// Replaces each secret in `text` by `[redacted]`, because a server may echo the request.
    pub(super) fn redact(&self, text: &str) -> String {
        let secrets = [Some(&self.api_key), self.access_token.as_ref()].into_iter().flatten();
        KnownSecrets::new(secrets.map(|secret| &*secret.0)).redact(text).into_owned()
    }
}

/// A key or a token: valid as an HTTP header value, printed as `[redacted]`, never serialised.
#[derive(Clone)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Creates a secret from the text of a variable or a file. A line break at the end of a file is not part of it.
    ///
    /// # Errors
    /// [`SecretError`] if it is empty, longer than [`MAX_SECRET_BYTES`], or contains anything but visible ASCII. (RFC
    /// 9110 §5.5 allows more in a header, but keys and tokens do not need it, and a space or a line break is a
    /// mistake.) No error contains the secret.
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

    /// Returns the header value with the secret after `prefix`, marked as sensitive so that HTTP libraries do not log
    /// it.
    pub(super) fn header_value(&self, prefix: &str) -> Result<HeaderValue, InvalidHeaderValue> {
        let mut value = HeaderValue::from_str(&format!("{prefix}{}", self.0))?;
        value.set_sensitive(true);
        Ok(value)
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

/// Why a text is not a [`Secret`]. The caller prepends which secret it is and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SecretError {
    /// The text is empty, or only a line break.
    #[error("is empty")]
    Empty,
    /// More than [`MAX_SECRET_BYTES`].
    #[error("is longer than 8 KiB, which no key or token is")]
    TooLong,
    /// A character that a key or token cannot contain.
    #[error(
        "contains U+{:04X} at position {position}; a key or token is one word of visible ASCII, without quotes and \
         without `Bearer`", u32::from(*character)
    )]
    Unusable {
        /// The character. It is not visible ASCII, so it is never part of a real secret.
        character: char,
        /// Its position, in characters from 1.
        position: usize,
    },
}
