//! Secrets in `kenarc.yaml`. They do not belong there, and a report about the file must not repeat them.

use std::sync::Arc;

use crate::source::secrets::secrets;
use crate::source::{SourceFile, Span};
use crate::syntax::Entry;

/// Words in a key that suggest that its value is a secret.
const SECRET_WORDS: [&str; 6] = ["key", "token", "secret", "password", "credential", "authorization"];

/// Returns whether the value of a key is probably a secret.
pub(super) fn is_secret(key: &str) -> bool {
    let key = key.to_lowercase();
    SECRET_WORDS.iter().any(|word| key.contains(word))
}

/// Returns the file with asterisks in place of its secrets, known by their keys or their form; all offsets stay the same.
///
/// `entries` are the top-level entries, as far as the file could be parsed.
pub(super) fn mask(file: &Arc<SourceFile>, entries: &[Entry<'_>]) -> Arc<SourceFile> {
    let values = entries.iter().filter(|entry| is_secret(&entry.key.text)).map(|entry| entry.value.span);
    let found = secrets(file.text()).into_iter().map(|secret| secret.span);
    let spans: Vec<Span> = values.chain(values_by_line(file.text())).chain(found).collect();
    let mut text = file.text().as_bytes().to_vec();
    for at in spans.into_iter().flat_map(Span::range).filter(|&at| !file.text().as_bytes()[at].is_ascii_whitespace()) {
        text[at] = b'*';
    }
    SourceFile::from_bytes(file.name(), text).unwrap_or_else(|_| Arc::clone(file))
}

/// Finds values of top-level keys line by line. The tree contains neither what follows a syntax error nor the second
/// value of a duplicate key.
fn values_by_line(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let (mut start, mut is_inside) = (0, false);
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let value = match line.split_once(':') {
            _ if line.starts_with([' ', '\t', '\r', '\n']) => start,
            Some((key, value)) => {
                is_inside = is_secret(key);
                end - value.len()
            }
            None => start,
        };
        if is_inside {
            spans.push(Span::new(value, end));
        }
        start = end;
    }
    spans
}
