//! Finds secrets in text by their form, and masks them.

use std::borrow::Cow;
use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Span;

/// A token or key that permits whoever knows it to use the API.
#[derive(Clone, Copy)]
pub(crate) struct FoundSecret {
    pub(crate) span: Span,
    pub(crate) kind: SecretKind,
}

/// What a secret seems to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SecretKind {
    /// `ory_at_…`
    AccessToken,
    /// `ory_rt_…`
    RefreshToken,
    /// `eyJ….….…`
    JsonWebToken,
    /// The value after a name such as `x-api-key`.
    Named(&'static str),
}

impl SecretKind {
    pub(crate) fn noun(self) -> String {
        match self {
            Self::AccessToken => "a Divar access token".to_owned(),
            Self::RefreshToken => "a Divar refresh token".to_owned(),
            Self::JsonWebToken => "a JSON Web Token".to_owned(),
            Self::Named(name) => format!("the value of an {name}"),
        }
    }

    /// Returns the prefix that all secrets of the kind have; empty if they have none.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::AccessToken => ACCESS_TOKEN,
            Self::RefreshToken => REFRESH_TOKEN,
            Self::JsonWebToken => JSON_WEB_TOKEN,
            Self::Named(_) => "",
        }
    }
}

const ACCESS_TOKEN: &str = "ory_at_";
const REFRESH_TOKEN: &str = "ory_rt_";
/// Base64url of `{"`, with which the header of a JSON Web Token begins (RFC 7515 §3.1).
const JSON_WEB_TOKEN: &str = "eyJ";

/// The minimum length of a secret, in bytes.
const SHORTEST: usize = 20;

/// Names of keys and headers whose values are secrets, in lower case and without separators, each with its noun.
const NAMES: [(&str, &str); 3] =
    [("apikey", "API key"), ("accesstoken", "access token"), ("authorization", "authorization header")];

/// The most values of names that are searched for in the rest of the text.
const MAX_REPEATED: usize = 100;

/// The maximum length of a name with its separators, in characters.
const LONGEST_NAME: usize = 24;

/// Returns all secrets of a text, in order, without overlaps.
pub(crate) fn secrets(text: &str) -> Vec<FoundSecret> {
    let mut found = if [ACCESS_TOKEN, REFRESH_TOKEN, JSON_WEB_TOKEN].iter().any(|prefix| text.contains(prefix)) {
        tokens(text)
    } else {
        Vec::new()
    };
    let separators = text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b':' | b'='));
    let values: Vec<FoundSecret> = separators.filter_map(|(at, _)| named(text, at)).collect();
    let (mut again, mut seen) = (Vec::new(), HashSet::new());
    for secret in &values {
        let value = &text[secret.span.range()];
        if seen.len() == MAX_REPEATED || !seen.insert(value) {
            continue;
        }
        again.extend(
            text.match_indices(value).map(|(at, _)| FoundSecret { span: Span::new(at, at + value.len()), ..*secret }),
        );
    }
    // The sort is stable: a token keeps its own kind, whatever the name before it.
    found.extend(values);
    found.extend(again);
    found.sort_by_key(|secret| secret.span.start);
    found.dedup_by(|next, kept| next.span.start < kept.span.end);
    found
}

/// Returns the text with each byte of its secrets replaced by an asterisk, so that offsets stay the same.
pub(crate) fn mask(text: &str) -> Cow<'_, str> {
    let found = secrets(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut masked = String::with_capacity(text.len());
    for secret in found {
        let shown = secret.span.start + secret.kind.prefix().len();
        masked.push_str(&text[masked.len()..shown]);
        masked.extend(std::iter::repeat_n('*', secret.span.end - shown));
    }
    masked.push_str(&text[masked.len()..]);
    Cow::Owned(masked)
}

/// Returns the access tokens, refresh tokens and JSON Web Tokens of a text, in order.
fn tokens(text: &str) -> Vec<FoundSecret> {
    let mut found = Vec::new();
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let mut start = 0;
    for run in text.as_bytes().chunk_by(|&one, &next| is_part(one) == is_part(next)) {
        if is_part(run[0]) {
            found.extend(token(text, Span::new(start, start + run.len())));
        }
        start += run.len();
    }
    found
}

/// Returns the token in a run of letters, digits, `_`, `-` and `.`.
fn token(text: &str, run: Span) -> Option<FoundSecret> {
    let written = text.get(run.range())?;
    // A dot at the end ends a sentence.
    let written = written.trim_end_matches('.');
    for (prefix, kind) in [(ACCESS_TOKEN, SecretKind::AccessToken), (REFRESH_TOKEN, SecretKind::RefreshToken)] {
        if let Some(at) = written.find(prefix) {
            let secret = &written[at + prefix.len()..];
            let span = Span::new(run.start + at, run.start + written.len());
            return (span.len() >= SHORTEST && !is_placeholder(secret)).then_some(FoundSecret { span, kind });
        }
    }
    let at = written.find(JSON_WEB_TOKEN)?;
    let mut parts = written[at..].splitn(4, '.');
    let (header, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let length = header.len() + 1 + payload.len() + 1 + signature.len();
    let span = Span::new(run.start + at, run.start + at + length);
    (!payload.is_empty() && is_header(header)).then_some(FoundSecret { span, kind: SecretKind::JsonWebToken })
}

/// Returns whether a token is a placeholder: `ory_at_YOUR_ACCESS_TOKEN`, `ory_at_xxxxxxxxxxxxxxxx`.
fn is_placeholder(secret: &str) -> bool {
    let is_name = !secret.bytes().any(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let first = secret.bytes().next();
    is_name || secret.bytes().all(|byte| Some(byte) == first)
}

/// Returns whether a text is the header of a JSON Web Token: a JSON object in base64url that names an algorithm
/// (RFC 7515 §4.1.1).
fn is_header(encoded: &str) -> bool {
    let decoded = URL_SAFE_NO_PAD.decode(encoded).ok();
    let json: Option<serde_json::Value> = decoded.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    json.is_some_and(|header| header.get("alg").is_some())
}

/// Returns the value after the `:` or `=` at an offset, if it looks like a secret and the name before it is one of the
/// [`NAMES`].
fn named(text: &str, at: usize) -> Option<FoundSecret> {
    let name = name_before(text, at)?;
    let value = text.get(at + 1..)?.trim_start_matches([' ', '"', '\'', '`']);
    let value = match value.split_once(' ') {
        Some((scheme, value)) if scheme.eq_ignore_ascii_case("bearer") => value.trim_start(),
        _ => value,
    };
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '+' | '/' | '~');
    let length = value.find(|c| !is_part(c)).unwrap_or(value.len());
    let start = text.len() - value.len();
    let value = value[..length].trim_end_matches('.');
    is_opaque(value).then(|| FoundSecret { span: Span::new(start, start + value.len()), kind: SecretKind::Named(name) })
}

/// Returns which of the [`NAMES`] ends before an offset: `x-api-key`, `"access_token"`, `API key`.
fn name_before(text: &str, at: usize) -> Option<&'static str> {
    let before = text.get(..at)?.trim_end_matches([' ', '"', '\'', '`']);
    // A fast path: most keys end in other letters.
    if !before.ends_with(['y', 'Y', 'n', 'N']) {
        return None;
    }
    let is_part = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ');
    let letters = before.chars().rev().take_while(is_part).take(LONGEST_NAME).filter(char::is_ascii_alphanumeric);
    let reversed: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    let is_name =
        |name: &str| name.bytes().rev().zip(reversed.bytes()).filter(|(one, other)| one == other).count() == name.len();
    NAMES.iter().find(|(name, _)| reversed.len() >= name.len() && is_name(name)).map(|(_, noun)| *noun)
}

/// Returns whether a text looks generated: long, with digits and letters mixed.
fn is_opaque(value: &str) -> bool {
    let is_turn = |pair: &[u8]| {
        let [one, next] = pair else { return false };
        one.is_ascii_digit() && next.is_ascii_alphabetic() || one.is_ascii_alphabetic() && next.is_ascii_digit()
    };
    value.len() >= SHORTEST && value.as_bytes().windows(2).filter(|pair| is_turn(pair)).count() >= 3
}
