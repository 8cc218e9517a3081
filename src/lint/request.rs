//! Checks the bodies of requests with the rules that check templates.

use std::sync::Arc;

use crate::message::{Icons, MessageKind};
use crate::source::{SourceError, SourceFile, Span};
use crate::syntax::{Node, parse_json};

use super::checker::sort;
use super::rule::Check;
use super::rules::json_syntax;
use super::violations::report_violations;
use super::{Context, Diagnostic, Findings, RULES, Severity};

/// The body of a request and its diagnostics.
#[derive(Debug)]
pub struct CheckedRequest {
    /// The body, if it is JSON.
    pub body: Option<Node<'static>>,
    /// The findings, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks the body of a request for a message of this kind: strict JSON, the structure of `schemas/message.schema.json`, and links. A body without
/// errors can be sent.
///
/// Jinja has no meaning in a request: a warning reports it.
///
/// ```
/// use kenarc::message::{Icons, MessageKind};
/// use kenarc::{SourceFile, lint};
///
/// let body = SourceFile::new("request", r#"{"type": "TEXT", "mesage": "سلام"}"#);
/// let checked = lint::check_request(&body, MessageKind::Chat, &Icons::default().into());
/// let finding = &checked.diagnostics[0];
/// assert_eq!(finding.message, "unknown field `mesage`");
/// assert_eq!(checked.pointer(finding.span()).as_deref(), Some("/mesage"));
/// ```
#[must_use]
pub fn check_request(file: &Arc<SourceFile>, kind: MessageKind, icons: &Arc<Icons>) -> CheckedRequest {
    let parsed = parse_json(file.text());
    let context = Context::of_request(file, &parsed, kind, icons);
    let mut diagnostics = Vec::new();
    report_violations(&context, &mut diagnostics);
    for rule in RULES {
        if let Check::Structure(check) | Check::Request(check) = rule.check {
            check(&context, &mut Findings::new(rule, file, &mut diagnostics));
        }
    }
    sort(&mut diagnostics);
    let body = parsed.document.map(|document| document.root.into_owned());
    CheckedRequest { body, diagnostics }
}

/// Checks bytes as the body of a request for a message of this kind; `name` is the name of the file in diagnostics. Bytes that are not UTF-8 are
/// not JSON (RFC 8259 §8.1).
#[must_use]
pub fn check_request_bytes(name: &str, bytes: &[u8], kind: MessageKind, icons: &Arc<Icons>) -> CheckedRequest {
    match SourceFile::from_bytes(name, bytes.to_vec()) {
        Ok(file) => check_request(&file, kind, icons),
        Err(SourceError::NotUtf8 { file, span }) => refuse(&file, span, "invalid UTF-8", "this byte is not UTF-8"),
        Err(SourceError::Utf16 { file }) => {
            refuse(&file, Span::at(0), "wrong encoding", "this body is UTF-16, not UTF-8")
        }
        // Bytes in memory are neither unreadable nor too large.
        Err(error) => refuse(&SourceFile::new(name, ""), Span::at(0), &error.to_string(), ""),
    }
}

fn refuse(file: &Arc<SourceFile>, span: Span, headline: &str, label: &str) -> CheckedRequest {
    let mut diagnostics = Vec::new();
    let mut findings = Findings::new(&json_syntax::RULE, file, &mut diagnostics);
    findings.at(span, headline).label(label).help("encode the body as UTF-8");
    CheckedRequest { body: None, diagnostics }
}

impl CheckedRequest {
    /// Returns whether a finding is an error, so that the API would refuse the request.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Returns the JSON Pointer (RFC 6901) to the part of the body that contains a location, if the body is JSON.
    #[must_use]
    pub fn pointer(&self, place: Span) -> Option<String> {
        self.body.as_ref().map(|body| body.pointer_to(place))
    }
}
