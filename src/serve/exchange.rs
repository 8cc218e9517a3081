//! What happened with one request.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::Serialize;
use serde_json::Value;

use crate::lint::CheckedRequest;
use crate::lint::{Diagnostic, Severity};

use super::arrival::Arrival;

/// A request and what became of it. No key and no token is in any part of it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Which request it is, counted from 1.
    pub number: u64,
    /// When its head had arrived.
    pub at: SystemTime,
    /// What its head says.
    pub arrival: Arrival,
    /// Its body, as far as it arrived.
    pub content: Content,
    /// What there is to say of the body; as in the answer, with warnings.
    pub findings: Vec<Finding>,
    /// The same for people, in the body's text; where that is one line, in the same JSON over several.
    pub diagnostics: Vec<Diagnostic>,
    /// How it ends.
    pub ending: Ending,
    /// What the answer says.
    pub reason: String,
    /// Whether it ends as it does because of [`Faults`](super::Faults).
    pub is_on_purpose: bool,
    /// Whether the message counts as delivered, whatever the client is told.
    pub is_delivered: bool,
    /// How long the answer takes, on purpose.
    pub delay: Option<Duration>,
}

/// The body of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// JSON, with each key once in an object.
    Json(Value),
    /// Anything else, or as much as arrived.
    Text(String),
}

/// How an exchange ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ending {
    /// With an answer of this status.
    Answered(u16),
    /// With an answer that breaks off in the middle.
    Cut,
    /// Without an answer, after the whole request was received.
    Dropped,
    /// Without an answer: the connection broke off before the whole request was here.
    Incomplete,
}

impl fmt::Display for Ending {
    /// The status, or `cut`, `drop`, `incomplete`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered(status) => write!(f, "{status}"),
            Self::Cut => f.write_str("cut"),
            Self::Dropped => f.write_str("drop"),
            Self::Incomplete => f.write_str("incomplete"),
        }
    }
}

/// A finding as an answer and a record carry it.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The rule's id; `kenarc explain` has its page.
    pub rule: &'static str,
    /// Only errors keep a message from being sent.
    pub severity: Severity,
    /// What is there and what belongs there.
    pub message: String,
    /// Which part of the body: a JSON Pointer (RFC 6901), where the body is JSON.
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

impl Finding {
    pub(super) fn new(diagnostic: &Diagnostic, checked: &CheckedRequest) -> Self {
        let position = diagnostic.file().position(diagnostic.span().start);
        Self {
            rule: diagnostic.rule,
            severity: diagnostic.severity,
            message: diagnostic.message.clone(),
            pointer: checked.pointer(diagnostic.span()),
            line: position.line,
            column: position.column,
            help: diagnostic.help.clone(),
        }
    }
}

impl fmt::Display for Finding {
    /// The message and where: `there is no icon `SUPORT` (/sender_buttons/rows/0/buttons/0/icon)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { message, line, column, .. } = self;
        match self.pointer.as_deref() {
            Some("") => f.write_str(message),
            Some(pointer) => write!(f, "{message} ({pointer})"),
            None => write!(f, "{message} (line {line}, column {column})"),
        }
    }
}
