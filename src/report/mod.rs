//! Findings as text: one file a format.

mod concise;
mod full;
mod json;
mod visible;

use std::io::{self, Write};

use crate::diagnostic::Diagnostic;

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Format {
    /// The source with the finding marked in it, for people.
    Full,
    /// One line a finding: `file:line:column: severity[rule]: message`.
    Concise,
    /// A list of objects, for programs.
    Json,
}

/// How the `full` format is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether to colour it.
    pub colour: bool,
    /// Columns to wrap words at.
    pub width: usize,
}

/// Writes findings in a format.
///
/// # Errors
/// The writer's.
pub fn write(format: Format, diagnostics: &[Diagnostic], style: Style, out: &mut impl Write) -> io::Result<()> {
    match format {
        Format::Full => full::write(diagnostics, style, out),
        Format::Concise => concise::write(diagnostics, out),
        Format::Json => json::write(diagnostics, out),
    }
}
