//! Redacts access tokens in rows that are shown or kept.

use crate::render::Given;
use crate::source::REDACTED;
use crate::source::secrets::mask;

use super::ACCESS_TOKEN;

/// Returns whether a token is the replacement of a redacted one.
#[must_use]
pub fn is_redacted(token: &str) -> bool {
    token.contains(REDACTED) || token.contains('*')
}

/// Redacts the tokens in a row: `token`, if it could be parsed, and text that looks like one.
pub(super) fn redact(row: &[u8], token: Option<&Given>) -> Vec<u8> {
    let mut redacted = Vec::with_capacity(row.len());
    for chunk in row.utf8_chunks() {
        redacted.extend_from_slice(redact_text(chunk.valid(), token).as_bytes());
        redacted.extend_from_slice(chunk.invalid());
    }
    redacted
}

/// Like [`redact`], for text.
pub(super) fn redact_text(text: &str, token: Option<&Given>) -> String {
    // Even if the token could be parsed: it may be escaped in the text, as in `\u0020`.
    mask(&without_named(&without_value(text, token), |_| true)).into_owned()
}

/// Like [`redact`], for a message about a row.
pub(super) fn redact_sentence(sentence: &str, token: Option<&Given>) -> String {
    let sentence = without_value(sentence, token);
    // No value follows a name that the message itself quotes.
    let sentence = match value(token) {
        Some(_) => sentence,
        None => without_named(&sentence, |rest| !rest.starts_with('`')),
    };
    mask(&sentence).into_owned()
}

fn value(token: Option<&Given>) -> Option<&str> {
    token.and_then(|given| given.node.as_scalar()).map(|scalar| &*scalar.text).filter(|text| !text.is_empty())
}

/// Redacts a parsed token, in plain and in JSON-escaped form.
fn without_value(text: &str, token: Option<&Given>) -> String {
    let Some(value) = value(token) else { return text.to_owned() };
    let escaped = serde_json::Value::from(value).to_string();
    text.replace(value, REDACTED).replace(escaped.trim_matches('"'), REDACTED)
}

/// Redacts the value of the key of the token in JSON, even if that is invalid. `is_key` decides by the text after a
/// name whether it is a key.
fn without_named(text: &str, is_key: impl Fn(&str) -> bool) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(ACCESS_TOKEN) {
        let (before, after) = rest.split_at(at + ACCESS_TOKEN.len());
        redacted.push_str(before);
        rest = after;
        if is_key(after) {
            let (between, value) = after.split_at(after.len() - value_and_rest(after).len());
            let (end, quote) = if between.ends_with(QUOTES) {
                (end_of_string(between, value), "")
            } else {
                (end_of_bare(value), "\"")
            };
            let (value, after) = value.split_at(end);
            redacted.push_str(between);
            match value {
                "" | "null" => redacted.push_str(value),
                _ => redacted.extend([quote, REDACTED, quote]),
            }
            rest = after;
        }
    }
    redacted + rest
}

const QUOTES: [char; 2] = ['"', '\''];

/// Returns the text from the value of a key on, without its opening quote. In JSON within JSON, quotes are escaped.
fn value_and_rest(text: &str) -> &str {
    let text = text.trim_start_matches(['\\', '"', '\'']);
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == ':');
    let quoted = text.trim_start_matches('\\');
    quoted.strip_prefix(QUOTES).unwrap_or(text)
}

/// Returns the end of a string whose opening quote ends `begin`.
fn end_of_string(begin: &str, text: &str) -> usize {
    let is_inside_json = begin.ends_with(r#"\""#);
    let mut is_escaped = false;
    let is_end = |c: char| {
        let is_end = begin.ends_with(c) && !is_escaped || is_inside_json && c == '\\';
        is_escaped = c == '\\' && !is_escaped;
        is_end
    };
    text.find(is_end).unwrap_or(text.len())
}

/// Returns the end of a value without quotes: after its closing bracket, or before the next separator.
fn end_of_bare(text: &str) -> usize {
    if !text.starts_with(['[', '{']) {
        let is_end = |c: char| c.is_whitespace() || matches!(c, ',' | '}' | ']' | '"' | '\'');
        return text.find(is_end).unwrap_or(text.len());
    }
    let mut depth = 0;
    let is_end = |c: char| {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            _ => {}
        }
        depth == 0
    };
    text.find(is_end).map_or(text.len(), |at| at + 1)
}
