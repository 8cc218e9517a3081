//! Removes secrets whose values are known from text: in output and in what a server sends back.

use std::borrow::Cow;
use std::cmp::Reverse;

/// The replacement of a secret.
pub(crate) const REDACTED: &str = "[redacted]";

/// The minimum length of a secret that is searched for, in bytes. Replacing every `test` would make text unreadable.
const MIN_BYTES: usize = 6;

/// Secrets to be removed from text.
#[derive(Default)]
pub(crate) struct KnownSecrets<S>(Vec<S>);

impl<S: AsRef<str> + PartialEq> KnownSecrets<S> {
    pub(crate) fn new(values: impl IntoIterator<Item = S>) -> Self {
        let mut secrets: Vec<S> = values.into_iter().filter(|value| value.as_ref().len() >= MIN_BYTES).collect();
        // Longer ones first: if one contains the other, replacing the shorter one first would leave the rest of the
        // longer one.
        secrets.sort_by_key(|secret| Reverse(secret.as_ref().len()));
        secrets.dedup();
        Self(secrets)
    }

    /// Replaces each secret by [`REDACTED`].
    pub(crate) fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.replace(text, |_| REDACTED.to_owned())
    }

    /// Replaces each byte of a secret by `*`, so that positions stay valid.
    pub(crate) fn mask<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.replace(text, |secret| "*".repeat(secret.len()))
    }

    fn replace<'t>(&self, text: &'t str, replacement: impl Fn(&str) -> String) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        for secret in self.0.iter().map(AsRef::as_ref) {
            if text.contains(secret) {
                text = text.replace(secret, &replacement(secret)).into();
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::KnownSecrets;

    #[test]
    fn longer_secrets_are_replaced_first_and_very_short_ones_never() {
        let secrets = KnownSecrets::new(["secret-1", "secret-12345", "test"]);
        assert_eq!(secrets.redact("a test: secret-12345, secret-1"), "a test: [redacted], [redacted]");
        assert_eq!(secrets.mask("a test: secret-12345, secret-1"), "a test: ************, ********");
        assert!(matches!(secrets.mask("nothing"), Cow::Borrowed("nothing")));
    }
}
