//! A Code Quality report for GitLab: an array of objects.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>, a subset of what Code Climate
//! defines (<https://github.com/codeclimate/platform/blob/master/spec/analyzers/SPEC.md>). Lines and columns count
//! from 1, columns in characters, and ends are inclusive.

use std::io::{self, Write};

use serde::Serialize;

use crate::lint::{Diagnostic, Severity};
use crate::source::{self, SourceFile};

use super::Report;
use super::fingerprint::fingerprints;

#[derive(Serialize)]
struct Violation<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    positions: Positions,
}

#[derive(Serialize)]
struct Positions {
    begin: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
}

impl Position {
    fn new(file: &SourceFile, offset: usize) -> Self {
        let source::Position { line, column } = file.position(offset);
        Self { line, column }
    }
}

pub(super) fn write(report: &Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let findings = report.diagnostics.iter().zip(fingerprints(report));
    let violations: Vec<_> =
        findings.map(|(diagnostic, fingerprint)| violation(report, diagnostic, fingerprint)).collect();
    serde_json::to_writer_pretty(&mut *out, &violations)?;
    writeln!(out)
}

fn violation<'a>(report: &Report<'_>, diagnostic: &'a Diagnostic, fingerprint: String) -> Violation<'a> {
    let (file, span) = (diagnostic.file(), diagnostic.span());
    let description = match &diagnostic.help {
        None => diagnostic.summary().into_owned(),
        Some(help) => format!("{}; {help}", diagnostic.summary()),
    };
    Violation {
        description,
        check_name: diagnostic.rule,
        fingerprint,
        // One of `info`, `minor`, `major`, `critical` and `blocker`.
        severity: match diagnostic.severity {
            Severity::Warning => "minor",
            Severity::Error => "critical",
        },
        location: Location {
            path: report.path(file),
            positions: Positions {
                begin: Position::new(file, span.start),
                end: Position::new(file, span.end.saturating_sub(1).max(span.start)),
            },
        },
    }
}
