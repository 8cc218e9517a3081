//! A request and how the server responded.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde_json::Value;

use crate::lint::CheckedRequest;
use crate::lint::{Diagnostic, Severity};

use super::head::RequestHead;

/// A request and how the server responded. It contains neither key nor token.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The number of the request, from 1.
    pub number: u64,
    /// When its headers had arrived.
    pub at: SystemTime,
    /// The request line and the headers.
    pub head: RequestHead,
    /// The body, as far as it arrived.
    pub content: Content,
    /// The findings in the body: those of the response, plus warnings.
    pub findings: Vec<RequestFinding>,
    /// The same findings for human-readable reports. If the body is one line, they refer to the same JSON,
    /// pretty-printed.
    pub diagnostics: Vec<Diagnostic>,
    /// How the exchange ends.
    pub ending: Ending,
    /// The message of the response.
    pub reason: String,
    /// Whether the response is an injected fault ([`Faults`](super::Faults)).
    pub is_injected: bool,
    /// Whether the message counts as delivered, whatever the response says.
    pub is_delivered: bool,
    /// The injected delay of the response.
    pub delay: Option<Duration>,
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// JSON without duplicate keys.
    Json(Value),
    /// A form with a file.
    File {
        /// The name of the file.
        name: String,
        /// Its length, in bytes.
        length: usize,
    },
    /// Anything else, or an incomplete body.
    Text(String),
}

/// How an exchange ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// With a response of this status.
    Answered(u16),
    /// With a response that is cut off in the middle.
    Cut,
    /// Without a response, after the whole request was received.
    Dropped,
    /// Without a response: the connection was closed before the whole request was received.
    Incomplete,
}

impl fmt::Display for Ending {
    /// Returns the status, or `cut`, `drop`, `incomplete`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered(status) => write!(f, "{status}"),
            Self::Cut => f.write_str("cut"),
            Self::Dropped => f.write_str("drop"),
            Self::Incomplete => f.write_str("incomplete"),
        }
    }
}

/// A finding, as in responses and records.
#[derive(Clone, Debug, Serialize)]
pub struct RequestFinding {
    /// The rule's id; `kenarc explain` shows its page.
    pub rule: &'static str,
    /// Only errors make a request invalid.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The part of the body, as a JSON Pointer (RFC 6901), if the body is JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The line of the body as it was sent, from 1.
    pub line: usize,
    /// The column, from 1, in Unicode code points.
    pub column: usize,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl RequestFinding {
    pub(super) fn new(diagnostic: &Diagnostic, checked: &CheckedRequest) -> Self {
        let position = diagnostic.file().position(diagnostic.span().start);
        Self {
            rule: diagnostic.rule,
            severity: diagnostic.severity,
            message: diagnostic.summary().into_owned(),
            pointer: checked.pointer(diagnostic.span()),
            line: position.line,
            column: position.column,
            help: diagnostic.help.clone(),
        }
    }
}

impl fmt::Display for RequestFinding {
    /// Returns the message and the location: `there is no icon `SUPORT` (/sender_buttons/rows/0/buttons/0/icon)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { message, line, column, .. } = self;
        match self.pointer.as_deref() {
            Some("") => f.write_str(message),
            Some(pointer) => write!(f, "{message} ({pointer})"),
            None => write!(f, "{message} (line {line}, column {column})"),
        }
    }
}
