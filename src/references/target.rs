//! What the value of a `$ref` names.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::syntax::{Node, Value, escape_token, unescape_token};

use super::REF;
use super::error::ReferenceErrorKind;

/// A reference as it is written.
pub(super) struct Target<'r> {
    /// The path of the file, decoded; empty for the file that the reference is in.
    pub(super) path: Cow<'r, str>,
    /// The path as it is written.
    pub(super) written_path: &'r str,
    /// The JSON Pointer, decoded.
    pub(super) pointer: String,
}

impl<'r> Target<'r> {
    /// Parses the value of a `$ref`.
    pub(super) fn parse(text: &'r str) -> Result<Self, ReferenceErrorKind> {
        let (path, pointer) = text.split_once('#').unwrap_or((text, ""));
        if has_scheme(path) || path.starts_with("//") {
            return Err(ReferenceErrorKind::Url);
        }
        let invalid = || ReferenceErrorKind::InvalidPointer { pointer: pointer.to_owned() };
        let decoded = percent_decode_str(pointer).decode_utf8().map_err(|_| invalid())?;
        if !decoded.is_empty() && !decoded.starts_with('/') {
            return Err(invalid());
        }
        // A path that is not encoded is taken as it is.
        let written_path = path;
        let path = percent_decode_str(path).decode_utf8().unwrap_or(Cow::Borrowed(path));
        Ok(Self { path, written_path, pointer: decoded.into_owned() })
    }

    /// Finds the part of a tree that the pointer names.
    pub(super) fn find<'n, 's>(&self, root: &'n Node<'s>) -> Result<&'n Node<'s>, ReferenceErrorKind> {
        let tokens: Vec<&str> = self.pointer.split('/').skip(1).collect();
        let mut node = root;
        for (index, token) in tokens.iter().enumerate() {
            node = node.child(token).ok_or_else(|| self.missing(node, &tokens, index))?;
        }
        Ok(node)
    }

    fn missing(&self, node: &Node<'_>, tokens: &[&str], index: usize) -> ReferenceErrorKind {
        let corrected = |name: String| {
            let mut tokens: Vec<String> = tokens.iter().map(|token| (*token).to_owned()).collect();
            tokens[index] = escape_token(&name);
            (name, format!("/{}", tokens.join("/")))
        };
        let present = match &node.value {
            // What a reference stands for is a part of another place.
            Value::Mapping(mapping) if mapping.get(REF).is_some() => Vec::new(),
            Value::Mapping(mapping) => mapping.entries.iter().map(|entry| entry.key.text.to_string()).collect(),
            Value::Sequence(items) => (0..items.len()).map(|index| index.to_string()).collect(),
            _ => Vec::new(),
        };
        ReferenceErrorKind::MissingPart {
            token: unescape_token(tokens[index]),
            present: present.into_iter().map(corrected).collect(),
        }
    }
}

/// Returns whether a text begins with the scheme of a URL (RFC 3986 §3.1) and `//`, or with another scheme of several
/// letters. A single letter is a Windows drive.
fn has_scheme(text: &str) -> bool {
    let Some((scheme, _)) = text.split_once(':') else { return false };
    scheme.len() > 1
        && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}
