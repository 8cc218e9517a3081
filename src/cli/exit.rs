//! Exit statuses, and why a command fails.

use std::io;
use std::process::ExitCode;

use crate::lint::Diagnostic;
use crate::send::journal::JournalError;

/// The exit statuses, as the command line documents them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// No errors; rendered; delivered.
    Done = 0,
    /// Findings, or invalid input: a template, variables or rows.
    Findings = 1,
    /// Wrong usage, an invalid configuration, or an I/O error.
    Failed = 2,
    /// Refused by the API.
    Refused = 3,
    /// Whether a message was delivered is unknown.
    Unknown = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// The template or the variables are invalid.
    Findings(Vec<Diagnostic>),
    /// The configuration is invalid.
    Configuration(Vec<Diagnostic>),
    /// Any other error.
    Message {
        /// What happened.
        message: String,
        /// What to do.
        help: Option<String>,
    },
    /// The output could not be written.
    Output(io::Error),
}

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self::Message { message: message.into(), help: None }
    }

    pub(super) fn with_help(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Message { message: message.into(), help: Some(help.into()) }
    }
}

impl From<crate::Error> for Failure {
    fn from(error: crate::Error) -> Self {
        Self::Findings(error.into_diagnostics())
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        Self::with_help(error.to_string(), error.help())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
