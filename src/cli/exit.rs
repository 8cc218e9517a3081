//! How the process ends.

use std::io;
use std::process::ExitCode;

use crate::lint::Diagnostic;
use crate::send::journal::JournalError;

/// The exit statuses, as the command line documents them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Clean, rendered, delivered.
    Done = 0,
    /// Findings, or an invalid template, variables or row.
    Findings = 1,
    /// Usage, configuration or I/O.
    Failed = 2,
    /// The API refused.
    Refused = 3,
    /// No answer, or one that says nothing certain.
    Unknown = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command did not do what it was asked to.
#[derive(Debug)]
pub(super) enum Failure {
    /// The template or the variables are wrong.
    Findings(Vec<Diagnostic>),
    /// The configuration is wrong.
    Configuration(Vec<Diagnostic>),
    /// Anything else: what happened and what to do.
    Message {
        /// One sentence.
        message: String,
        /// What to do.
        help: Option<String>,
    },
    /// Output could not be written.
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
