//! The bodies of requests, checked with the rules that templates are checked with.

use std::sync::Arc;

use crate::message::Icons;
use crate::source::{SourceError, SourceFile, Span};
use crate::syntax::{Node, parse_json};

use super::check::sort;
use super::rule::Check;
use super::rules::json_syntax;
use super::{Context, Diagnostic, Findings, RULES, Severity};

/// The body of a request and everything there is to say of it.
#[derive(Debug)]
pub struct CheckedRequest {
    /// The body, where it is JSON.
    pub body: Option<Node<'static>>,
    /// The findings, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks the body of a request: strict JSON, the structure of `schemas/message.schema.json`, and links. What has no errors may be
/// sent.
///
/// Holes mean nothing in a request. Where one is still there, a warning says so.
///
/// ```
/// use kenarc::message::Icons;
/// use kenarc::{SourceFile, lint};
///
/// let body = SourceFile::new("request", r#"{"type": "TEXT", "mesage": "سلام"}"#);
/// let checked = lint::check_request(&body, &Icons::default().into());
/// let finding = &checked.diagnostics[0];
/// assert_eq!(finding.message, "a request has no field `mesage`");
/// assert_eq!(checked.pointer(finding.span()).as_deref(), Some("/mesage"));
/// ```
#[must_use]
pub fn check_request(file: &Arc<SourceFile>, icons: &Arc<Icons>) -> CheckedRequest {
    let parsed = parse_json(file.text());
    let context = Context::of_request(file, &parsed, icons);
    let mut diagnostics = Vec::new();
    for rule in RULES {
        if let Check::Structure(check) | Check::Request(check) = rule.check {
            check(&context, &mut Findings::new(rule, file, &mut diagnostics));
        }
    }
    sort(&mut diagnostics);
    let body = parsed.document.map(|document| document.root.into_owned());
    CheckedRequest { body, diagnostics }
}

/// Checks bytes that shall be the body of a request, under a name for messages. What is not UTF-8 is no JSON
/// (RFC 8259 §8.1).
#[must_use]
pub fn check_request_bytes(name: &str, bytes: &[u8], icons: &Arc<Icons>) -> CheckedRequest {
    match SourceFile::from_bytes(name, bytes.to_vec()) {
        Ok(file) => check_request(&file, icons),
        Err(SourceError::NotUtf8 { file, span }) => refuse(&file, span, "a byte here is not UTF-8"),
        // Bytes at hand are neither unreadable nor too large.
        Err(error) => refuse(&SourceFile::new(name, ""), Span::at(0), &error.to_string()),
    }
}

fn refuse(file: &Arc<SourceFile>, span: Span, message: &str) -> CheckedRequest {
    let mut diagnostics = Vec::new();
    Findings::new(&json_syntax::RULE, file, &mut diagnostics).at(span, message).help("encode the body as UTF-8");
    CheckedRequest { body: None, diagnostics }
}

impl CheckedRequest {
    /// Whether any finding is an error: then the API refuses the request.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// The JSON Pointer (RFC 6901) to the part of the body that holds a place, where the body is JSON.
    #[must_use]
    pub fn pointer(&self, place: Span) -> Option<String> {
        self.body.as_ref().map(|body| body.pointer_to(place))
    }
}
