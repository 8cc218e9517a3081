//! The results of `kenarc test` as text.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as TextStyle};
use quick_junit::{TestCaseStatus, TestSuite};

use crate::lint::Diagnostic;
use crate::report::plain::plain;
use crate::report::{self, Format, Report, Style, diff, junit};
use crate::source::{SourceFile, visible};

const BAD: TextStyle = AnsiColor::Red.on_default();
const GOOD: TextStyle = AnsiColor::Green.on_default();

/// The format of the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum CasesFormat {
    /// A diff of each example that differs from its snapshot
    Full,
    /// JUnit XML: a suite per template, a test case per example
    Junit,
}

/// The result of one example, or of a stale snapshot.
#[derive(Debug)]
pub(super) struct Case {
    /// The file of the template; for a stale snapshot, its folder.
    pub(super) subject: String,
    /// The name of the example or of the stale snapshot; `None` for the template itself.
    pub(super) name: Option<String>,
    /// The result.
    pub(super) verdict: Verdict,
}

/// The result of an example or of a snapshot.
#[derive(Debug)]
pub(super) enum Verdict {
    /// The rendered example equals its snapshot.
    Unchanged,
    /// The snapshot has been written to this file.
    Written(String),
    /// This stale snapshot has been removed.
    Removed(String),
    /// The rendered example differs from its snapshot.
    Differs {
        /// The file of the snapshot.
        path: String,
        /// The snapshot.
        snapshot: String,
        /// The rendered example.
        rendered: String,
    },
    /// The example has no snapshot.
    Missing,
    /// The snapshot would have the same file as that of this other example.
    Clash(String),
    /// No example belongs to this snapshot.
    Stale(String),
    /// The example cannot be rendered.
    Broken(Vec<Diagnostic>),
}

impl Verdict {
    /// Returns whether the result fails the test.
    pub(super) fn is_failure(&self) -> bool {
        !matches!(self, Self::Unchanged | Self::Written(_) | Self::Removed(_))
    }

    /// Returns the id of a failure for programs.
    fn kind(&self) -> &'static str {
        match self {
            Self::Differs { .. } => "differs",
            Self::Missing => "missing-snapshot",
            Self::Clash(_) => "name-clash",
            Self::Stale(_) => "stale-snapshot",
            Self::Unchanged | Self::Written(_) | Self::Removed(_) | Self::Broken(_) => "",
        }
    }

    /// Returns the result as a message.
    fn message(&self) -> String {
        match self {
            Self::Unchanged => "equals its snapshot".to_owned(),
            Self::Written(path) => format!("wrote {path}"),
            Self::Removed(path) => format!("removed {path}"),
            Self::Differs { path, .. } => format!("differs from {path}"),
            Self::Missing => "no snapshot; write it with --update".to_owned(),
            Self::Clash(other) => format!("has the same snapshot file as `{other}`; rename one of them"),
            Self::Stale(path) => format!("{path} is stale: no example belongs to it; remove it with --update"),
            Self::Broken(_) => "cannot be rendered".to_owned(),
        }
    }
}

/// Writes the results in their order. `report` maps the names of files to paths in the repository.
///
/// # Errors
/// Errors of the writer.
pub(super) fn write_cases(
    format: CasesFormat,
    report: &Report<'_>,
    cases: &[Case],
    style: Style,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        CasesFormat::Full => cases.iter().try_for_each(|case| full_case(case, style, out)),
        CasesFormat::Junit => write_junit(report, cases, out),
    }
}

fn full_case(case: &Case, style: Style, out: &mut impl Write) -> io::Result<()> {
    let title = match &case.name {
        Some(name) => format!("{}, example `{name}`: ", case.subject),
        None => String::new(),
    };
    let (title, message) = (visible(&title).into_owned(), visible(&case.verdict.message()).into_owned());
    match &case.verdict {
        Verdict::Unchanged => Ok(()),
        Verdict::Written(_) => writeln!(out, "{GOOD}✓{GOOD:#} {title}{message}"),
        Verdict::Removed(_) => writeln!(out, "{GOOD}✓{GOOD:#} {message}"),
        Verdict::Stale(_) => writeln!(out, "{BAD}×{BAD:#} {message}"),
        Verdict::Missing | Verdict::Clash(_) => writeln!(out, "{BAD}×{BAD:#} {title}{message}"),
        Verdict::Broken(diagnostics) => report::write(Format::Full, diagnostics, style, out),
        Verdict::Differs { path, snapshot, rendered } => {
            writeln!(out, "{BAD}×{BAD:#} {title}differs from its snapshot")?;
            differences(path, snapshot, rendered, style, out)?;
            writeln!(out)
        }
    }
}

/// Writes a diff that is safe for terminals, with or without colours.
fn differences(path: &str, snapshot: &str, rendered: &str, style: Style, out: &mut impl Write) -> io::Result<()> {
    let source = |name: &str, text: &str| SourceFile::new(visible(name), visible(text));
    diff(&source(path, snapshot), &source("rendered", rendered), style, out)
}

fn write_junit(report: &Report<'_>, cases: &[Case], out: &mut impl Write) -> io::Result<()> {
    let mut suites = Vec::new();
    for cases in cases.chunk_by(|one, next| one.subject == next.subject) {
        let path = junit::line(&report.path_of(&cases[0].subject));
        let mut suite = TestSuite::new(&path);
        for case in cases {
            let is_failure = case.verdict.is_failure();
            let status = if is_failure { failure(report, &case.verdict)? } else { TestCaseStatus::success() };
            suite.add_test_case(junit::case(case.name.as_deref().unwrap_or("compiles"), &path, status));
        }
        suites.push(suite);
    }
    junit::write_suites(suites, out)
}

/// Returns one failure per test case, which is all that readers show.
fn failure(report: &Report<'_>, verdict: &Verdict) -> io::Result<TestCaseStatus> {
    Ok(match verdict {
        Verdict::Broken(diagnostics) => {
            let first = diagnostics.first();
            let details: Vec<String> = diagnostics.iter().map(|diagnostic| plain(report, diagnostic)).collect();
            let message = first.map_or_else(String::new, |first| first.summary().into_owned());
            junit::failure(first.map_or("", |first| first.rule), &message, &details.join("\n\n"))
        }
        Verdict::Differs { path, snapshot, rendered } => {
            let mut diff = Vec::new();
            differences(path, snapshot, rendered, Style { colour: false, width: 0 }, &mut diff)?;
            junit::failure(verdict.kind(), &verdict.message(), &String::from_utf8_lossy(&diff))
        }
        _ => junit::failure(verdict.kind(), &verdict.message(), &verdict.message()),
    })
}
