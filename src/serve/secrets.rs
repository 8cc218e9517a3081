//! Masks the key and the token of a request in everything that is reported of it.

use std::borrow::Cow;
use std::sync::Arc;

use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;
use serde_json::Value;

use crate::lint::Diagnostic;
use crate::source::secrets::mask;
use crate::source::{KnownSecrets, SourceFile};

/// The values of the headers that carry secrets.
#[derive(Default)]
pub(super) struct Secrets(KnownSecrets<String>);

impl Secrets {
    /// Collects the secrets of these headers, whether or not they are valid.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let names = ["x-api-key", "x-access-token", AUTHORIZATION.as_str()];
        let values = names.iter().flat_map(|name| headers.get_all(*name));
        let words = values.filter_map(|value| value.to_str().ok()).flat_map(str::split_whitespace);
        Self(KnownSecrets::new(words.map(str::to_owned)))
    }

    /// Replaces each byte of a secret by `*`, so that positions stay valid. Also masks text that looks like a token.
    pub(super) fn hide<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.0.mask(text) {
            Cow::Borrowed(text) => mask(text),
            Cow::Owned(text) => mask(&text).into_owned().into(),
        }
    }

    /// Applies [`hide`](Self::hide) to all strings of a value, including keys.
    pub(super) fn hide_in(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(hidden) = self.hide(text) {
                    *text = hidden;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.hide_in(item)),
            Value::Object(entries) => {
                let all = std::mem::take(entries).into_iter();
                entries.extend(all.map(|(key, mut value)| {
                    self.hide_in(&mut value);
                    (self.hide(&key).into_owned(), value)
                }));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Applies [`hide`](Self::hide) to findings and to the text that they refer to.
    pub(super) fn hide_in_findings(&self, diagnostics: &mut [Diagnostic]) {
        let Some(file) = diagnostics.first().map(|first| Arc::clone(first.file())) else { return };
        let hidden = SourceFile::new(file.name(), self.hide(file.text()));
        for diagnostic in diagnostics {
            diagnostic.fix = None;
            for label in &mut diagnostic.labels {
                label.file = Arc::clone(&hidden);
                label.message = self.hide(&label.message).into_owned();
            }
            diagnostic.message = self.hide(&diagnostic.message).into_owned();
            diagnostic.help = diagnostic.help.take().map(|help| self.hide(&help).into_owned());
        }
    }
}
