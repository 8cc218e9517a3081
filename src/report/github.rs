//! Workflow commands of GitHub Actions, one per finding:
//! `::error file=…,line=…,col=…,endLine=…,endColumn=…,title=…::message`.
//!
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>. The documentation says that
//! columns count from 1, but not in which unit: they are characters here, as in `concise`, and the end is exclusive.
//! Columns are left out if a finding spans several lines: annotations "only support `start_column` and `end_column` on
//! the same line" (<https://docs.github.com/rest/checks/runs>), and the runner drops them with a warning.

use std::fmt;
use std::io::{self, Write};

use crate::lint::{Diagnostic, Severity};

use super::Report;
use super::plain::plain;

pub(super) fn write(report: &Report<'_>, out: &mut impl Write) -> io::Result<()> {
    report.diagnostics.iter().try_for_each(|diagnostic| command(report, diagnostic, out))
}

fn command(report: &Report<'_>, diagnostic: &Diagnostic, out: &mut impl Write) -> io::Result<()> {
    let (file, span) = (diagnostic.file(), diagnostic.span());
    let (start, end) = (file.position(span.start), file.position(span.end));
    let name = match diagnostic.severity {
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    write!(out, "::{name} file={},line={}", Property(&report.path(file)), start.line)?;
    if start.line == end.line {
        write!(out, ",col={},endLine={},endColumn={}", start.column, end.line, end.column)?;
    } else {
        // The line of the last byte: a finding may end at the start of the next line.
        write!(out, ",endLine={}", file.position(span.end - 1).line)?;
    }
    // The log shows the message only, so it begins with the location.
    writeln!(out, ",title={}::{}", Property(diagnostic.rule), Data(&plain(report, diagnostic)))
}

/// A command's message.
struct Data<'a>(&'a str);

impl fmt::Display for Data<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escape(self.0, &['%', '\r', '\n'], f)
    }
}

/// The value of a property of a command.
struct Property<'a>(&'a str);

impl fmt::Display for Property<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escape(self.0, &['%', '\r', '\n', ':', ','], f)
    }
}

/// Escapes characters as the toolkit does; the runner decodes exactly these
/// (<https://github.com/actions/toolkit>, `packages/core/src/command.ts`).
fn escape(text: &str, special: &[char], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut rest = text;
    while let Some(at) = rest.find(special) {
        let (before, after) = rest.split_at(at);
        write!(f, "{before}%{:02X}", after.as_bytes()[0])?;
        rest = &after[1..];
    }
    f.write_str(rest)
}
