//! Checks the body of a request.

use std::sync::Arc;

use crate::lint::{CheckedRequest, check_request, check_request_bytes};
use crate::lint::{Diagnostic, Severity};
use crate::message::{Icons, MessageKind};
use crate::source::SourceFile;
use crate::syntax::Node;

use super::body::{End, Received};
use super::exchange::{Content, RequestFinding};
use super::secrets::Secrets;
use super::uploads::UploadedFile;

/// The maximum number of errors, and of warnings, that are reported for one body.
const MAX_FINDINGS: usize = 100;

/// The maximum size of a body that is pretty-printed for reports, in bytes: 64 KiB, the maximum size of a message of
/// kenarc.
const MAX_PRETTY_BYTES: usize = 64 << 10;

/// A body and its findings, without secrets.
pub(super) struct CheckedBody {
    pub(super) content: Content,
    pub(super) findings: Vec<RequestFinding>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// How many errors there are, including those that are not reported.
    pub(super) error_count: usize,
}

impl CheckedBody {
    /// Checks the body of a message of this kind. `name` is its name in findings.
    pub(super) fn of_message(
        name: &str,
        received: &Received,
        kind: MessageKind,
        icons: &Arc<Icons>,
        secrets: &Secrets,
    ) -> Self {
        let text = || text(received, secrets);
        if received.end != End::Complete {
            return Self::unchecked(text());
        }
        let mut checked = check_request_bytes(name, &received.bytes, kind, icons);
        let content = match lossless_json(&checked) {
            Some(mut value) => {
                secrets.hide_in(&mut value);
                Content::Json(value)
            }
            None => text(),
        };
        let error_count = checked.diagnostics.iter().filter(|diagnostic| is_error(diagnostic)).count();
        bound(&mut checked.diagnostics);
        secrets.hide_in_findings(&mut checked.diagnostics);
        let findings = checked.diagnostics.iter().map(|diagnostic| RequestFinding::new(diagnostic, &checked));
        let findings = findings.map(|finding| finding.hide(secrets)).collect();
        let diagnostics =
            in_pretty_json(name, &received.bytes, &checked, kind, icons, secrets).unwrap_or(checked.diagnostics);
        Self { content, findings, diagnostics, error_count }
    }

    /// Takes the body of a request for an upload token.
    pub(super) fn of_upload_token(received: &Received, secrets: &Secrets) -> Self {
        let value: Option<serde_json::Value> = serde_json::from_slice(&received.bytes).ok();
        let json = value.filter(|_| received.end == End::Complete).map(|mut value| {
            secrets.hide_in(&mut value);
            Content::Json(value)
        });
        Self::unchecked(json.unwrap_or_else(|| text(received, secrets)))
    }

    /// Takes the form of an upload.
    pub(super) fn of_upload(file: Option<&UploadedFile>) -> Self {
        Self::unchecked(match file {
            Some(UploadedFile { name, bytes }) => Content::File { name: name.clone(), length: bytes.len() },
            // It may be large, and is not text.
            None => Content::Text(String::new()),
        })
    }

    fn unchecked(content: Content) -> Self {
        Self { content, findings: Vec::new(), diagnostics: Vec::new(), error_count: 0 }
    }

    pub(super) fn errors(&self) -> Vec<RequestFinding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error).cloned().collect()
    }

    pub(super) fn warnings(&self) -> Vec<RequestFinding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Warning).cloned().collect()
    }

    /// Drops the findings of a body whose request is refused before its content matters.
    pub(super) fn forget_findings(&mut self) {
        self.findings.clear();
        self.diagnostics.clear();
    }
}

fn text(received: &Received, secrets: &Secrets) -> Content {
    Content::Text(secrets.hide(&String::from_utf8_lossy(&received.bytes)).into_owned())
}

fn is_error(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Error
}

fn bound(diagnostics: &mut Vec<Diagnostic>) {
    let (mut errors, mut warnings) = (0, 0);
    diagnostics.retain(|diagnostic| {
        let count = if is_error(diagnostic) { &mut errors } else { &mut warnings };
        *count += 1;
        *count <= MAX_FINDINGS
    });
}

impl RequestFinding {
    fn hide(self, secrets: &Secrets) -> Self {
        let pointer = self.pointer.map(|pointer| secrets.hide(&pointer).into_owned());
        Self { pointer, ..self }
    }
}

/// Returns the body as JSON. Returns `None` if it is not JSON, or if JSON would lose a duplicate key.
fn lossless_json(checked: &CheckedRequest) -> Option<serde_json::Value> {
    let has_duplicates = checked.diagnostics.iter().any(|diagnostic| diagnostic.rule == "duplicate-key");
    checked.body.as_ref().filter(|_| !has_duplicates).map(Node::to_json)
}

/// Returns the findings in the same JSON, pretty-printed: programs write JSON on one line, which is hard to read in a
/// report. Returns `None` if there are no findings, if the body has several lines, or if it is too long.
fn in_pretty_json(
    name: &str,
    bytes: &[u8],
    checked: &CheckedRequest,
    kind: MessageKind,
    icons: &Arc<Icons>,
    secrets: &Secrets,
) -> Option<Vec<Diagnostic>> {
    let is_one_line = bytes.len() <= MAX_PRETTY_BYTES && !bytes.trim_ascii().contains(&b'\n');
    let value = lossless_json(checked).filter(|_| is_one_line && !checked.diagnostics.is_empty())?;
    let text = serde_json::to_string_pretty(&value).ok()?;
    let mut diagnostics = check_request(&SourceFile::new(name, text), kind, icons).diagnostics;
    bound(&mut diagnostics);
    secrets.hide_in_findings(&mut diagnostics);
    Some(diagnostics)
}
