//! The body of a request, read and checked.

use std::sync::Arc;

use crate::lint::{CheckedRequest, check_request, check_request_bytes};
use crate::lint::{Diagnostic, Severity};
use crate::message::Icons;
use crate::source::SourceFile;
use crate::syntax::Node;

use super::body::{End, Received};
use super::exchange::{Content, Finding};
use super::secrets::Secrets;

/// The most errors that are told of one body, and the most warnings: nobody reads more.
const MAX_FINDINGS: usize = 100;

/// The longest body that is laid out anew for people, in bytes: 64 KiB, as long as a message of kenarc can be.
const MAX_LEGIBLE: usize = 64 << 10;

/// What is in a body and what there is to say of it, without secrets.
pub(super) struct Reading {
    pub(super) content: Content,
    pub(super) findings: Vec<Finding>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// How many errors there are, told or not.
    pub(super) error_count: usize,
}

impl Reading {
    /// Reads a body, which findings call by a name.
    pub(super) fn of(name: &str, received: &Received, icons: &Arc<Icons>, secrets: &Secrets) -> Self {
        let text = || Content::Text(secrets.hide(&String::from_utf8_lossy(&received.bytes)).into_owned());
        if received.end != End::Whole {
            return Self { content: text(), findings: Vec::new(), diagnostics: Vec::new(), error_count: 0 };
        }
        let mut checked = check_request_bytes(name, &received.bytes, icons);
        let content = match faithful(&checked) {
            Some(mut value) => {
                secrets.hide_in(&mut value);
                Content::Json(value)
            }
            None => text(),
        };
        let error_count = checked.diagnostics.iter().filter(|diagnostic| is_error(diagnostic)).count();
        bound(&mut checked.diagnostics);
        secrets.hide_in_findings(&mut checked.diagnostics);
        let findings = checked.diagnostics.iter().map(|diagnostic| Finding::new(diagnostic, &checked));
        let findings = findings.map(|finding| finding.hide(secrets)).collect();
        let diagnostics = legible(name, &received.bytes, &checked, icons, secrets).unwrap_or(checked.diagnostics);
        Self { content, findings, diagnostics, error_count }
    }

    pub(super) fn errors(&self) -> Vec<Finding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error).cloned().collect()
    }

    /// Of a body that nobody has asked for nothing is said.
    pub(super) fn forget_findings(&mut self) {
        self.findings.clear();
        self.diagnostics.clear();
    }
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

impl Finding {
    fn hide(self, secrets: &Secrets) -> Self {
        let pointer = self.pointer.map(|pointer| secrets.hide(&pointer).into_owned());
        Self { pointer, ..self }
    }
}

/// The body as JSON, where that is all that was in it: not where a key was given twice.
fn faithful(checked: &CheckedRequest) -> Option<serde_json::Value> {
    let has_duplicates = checked.diagnostics.iter().any(|diagnostic| diagnostic.rule == "duplicate-key");
    checked.body.as_ref().filter(|_| !has_duplicates).map(Node::to_json)
}

/// The findings in the same JSON over several lines: programs write it on one, where nobody sees what is marked. Nothing where there
/// are none, or several lines already, or where it is too long.
fn legible(
    name: &str,
    bytes: &[u8],
    checked: &CheckedRequest,
    icons: &Arc<Icons>,
    secrets: &Secrets,
) -> Option<Vec<Diagnostic>> {
    let is_one_line = bytes.len() <= MAX_LEGIBLE && !bytes.trim_ascii().contains(&b'\n');
    let value = faithful(checked).filter(|_| is_one_line && !checked.diagnostics.is_empty())?;
    let text = serde_json::to_string_pretty(&value).ok()?;
    let mut diagnostics = check_request(&SourceFile::new(name, text), icons).diagnostics;
    bound(&mut diagnostics);
    secrets.hide_in_findings(&mut diagnostics);
    Some(diagnostics)
}
