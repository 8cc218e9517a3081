//! How entries are written next to those of a mapping: in JSON or YAML, in braces or in lines of their own.

use serde_json::Value as Json;

use crate::source::{SourceFile, Span};
use crate::syntax::line_start;

/// How the entries of a mapping are written.
pub(super) struct Notation {
    is_json: bool,
    /// What separates two entries.
    separator: String,
}

impl Notation {
    /// Returns the notation of the mapping with a key.
    pub(super) fn around(file: &SourceFile, key: Span) -> Self {
        let text = file.text();
        let is_json = file.slice(key).starts_with('"');
        let line = line_start(text, key.start);
        let before = text.get(line..key.start).unwrap_or_default().trim_start_matches('\u{feff}');
        // A key in a line of its own, or the first one of an item.
        let is_line = !is_json && before.chars().all(|character| matches!(character, ' ' | '-'));
        let separator = match is_line {
            true => {
                let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
                format!("{line_break}{}", " ".repeat(before.len()))
            }
            false => ", ".to_owned(),
        };
        Self { is_json, separator }
    }

    /// Returns a value of one line.
    pub(super) fn value(&self, value: &Json) -> String {
        match value {
            Json::String(text) if !self.is_json && is_plain(text) => text.clone(),
            Json::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| self.value(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Json::Object(entries) if entries.is_empty() => "{}".to_owned(),
            Json::Object(entries) => {
                let entries: Vec<String> = entries.iter().map(|(key, value)| self.entry(key, value)).collect();
                format!("{{ {} }}", entries.join(", "))
            }
            _ => value.to_string(),
        }
    }

    /// Returns an entry with a value of one line.
    pub(super) fn entry(&self, key: &str, value: &Json) -> String {
        format!("{}: {}", self.value(&key.into()), self.value(value))
    }

    /// Returns what is written between two entries.
    pub(super) fn separator(&self) -> &str {
        &self.separator
    }
}

/// Returns whether a text needs no quotes: it is a word that is nothing else in YAML.
fn is_plain(text: &str) -> bool {
    let is_word = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '$')
        && text.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '$'));
    let is_other = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(&&*text.to_lowercase());
    is_word && !is_other
}

/// Returns the bytes of an entry to delete, or of an item in brackets: with the comma before or after it, or with its
/// whole line. `None` if something else is in the line of a block, or if nothing else is in the braces.
pub(super) fn removal(text: &str, entry: Span) -> Option<Span> {
    let before = text.get(..entry.start)?.trim_end_matches([' ', '\t']);
    let after = text.get(entry.end..)?;
    let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
    if before.trim_end().ends_with(',') {
        return Some(Span::new(before.trim_end().len() - 1, entry.end));
    }
    if before.trim_end().ends_with(['{', '[']) {
        let rest = after.trim_start().strip_prefix(',')?.trim_start_matches([' ', '\t']);
        return Some(Span::new(entry.start, text.len() - rest.len()));
    }
    let is_last = after[blanks..].is_empty() || after[blanks..].starts_with(['\n', '\r']);
    let line_break = if before.ends_with("\r\n") { 2 } else { usize::from(before.ends_with(['\n', '\r'])) };
    (is_last && line_break > 0).then(|| Span::new(before.len() - line_break, entry.end + blanks))
}
