//! Access tokens taken out of rows that are shown or kept.

use std::ops::Range;

use crate::render::Given;
use crate::rules;

use super::ACCESS_TOKEN;

/// What stands where a token stood. [`is_redacted`] knows it.
pub(super) const REDACTED: &str = "[redacted]";

/// Whether a token is one that was taken out.
#[must_use]
pub fn is_redacted(token: &str) -> bool {
    token.contains(REDACTED) || token.contains('*')
}

/// A row without its token: without `token`, where it could be read, and without what looks like one.
pub(super) fn redact(row: &[u8], token: Option<&Given>) -> Vec<u8> {
    let mut redacted = Vec::with_capacity(row.len());
    for chunk in row.utf8_chunks() {
        redacted.extend_from_slice(redact_text(chunk.valid(), token).as_bytes());
        redacted.extend_from_slice(chunk.invalid());
    }
    redacted
}

/// The same for text.
pub(super) fn redact_text(text: &str, token: Option<&Given>) -> String {
    let value =
        token.and_then(|given| given.node.as_scalar()).map(|scalar| &*scalar.text).filter(|text| !text.is_empty());
    let text = match value {
        Some(value) => {
            let escaped = serde_json::Value::from(value).to_string();
            let escaped = escaped.trim_matches('"');
            text.replace(value, REDACTED).replace(escaped, REDACTED)
        }
        None => without_named(text),
    };
    rules::mask(&text).into_owned()
}

/// JSON that cannot be read, without what stands behind the token's key.
fn without_named(text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(value) = named_value(rest) {
        redacted.push_str(&rest[..value.start]);
        redacted.push_str(REDACTED);
        rest = &rest[value.end..];
    }
    redacted + rest
}

/// What stands behind the first `access_token` and a colon: up to a quote, a comma, a bracket or the end.
fn named_value(text: &str) -> Option<Range<usize>> {
    let name = text.find(ACCESS_TOKEN)? + ACCESS_TOKEN.len();
    let between = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ':' | '\\');
    let start = text.len() - text[name..].trim_start_matches(between).len();
    let length = text[start..].find(['"', '\'', ',', '}', ']', '\\']).unwrap_or(text.len() - start);
    Some(start..start + length)
}
