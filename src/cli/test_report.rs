//! What came of the examples of templates, as text.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as TextStyle};
use quick_junit::{TestCaseStatus, TestSuite};

use crate::lint::Diagnostic;
use crate::source::SourceFile;
use crate::source::visible;

use super::diff::diff;
use super::plain::plain;
use super::{Report, Style, full, junit};

const BAD: TextStyle = AnsiColor::Red.on_default();
const GOOD: TextStyle = AnsiColor::Green.on_default();

/// How cases are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum CasesFormat {
    /// A diff for each that differs, for people.
    Full,
    /// JUnit's XML: a suite a template, a test an example.
    Junit,
}

/// What came of one example, or of a file that is stored where examples are.
#[derive(Debug)]
pub(crate) struct Case {
    /// The template's file; for a stale file the folder that it is in.
    pub(crate) subject: String,
    /// The example's name, the stale file's, or nothing where the template itself is meant.
    pub(crate) name: Option<String>,
    /// What came of it.
    pub(crate) verdict: Verdict,
}

/// What came of an example.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It is rendered as it is stored.
    AsStored,
    /// It was not, and is now stored in this file.
    Stored(String),
    /// Nobody needed this stored file, and it is gone.
    Removed(String),
    /// It is rendered otherwise than it is stored.
    Differs {
        /// The file that it is stored in.
        path: String,
        /// What is stored.
        stored: String,
        /// What is rendered.
        rendered: String,
    },
    /// It is not stored.
    NotStored,
    /// It would be stored in the file of this other example.
    Clash(String),
    /// There is nothing that this stored file belongs to.
    Stale(String),
    /// There is no message.
    Broken(Vec<Diagnostic>),
}

impl Verdict {
    /// Whether it fails the test.
    pub(crate) fn is_failure(&self) -> bool {
        !matches!(self, Self::AsStored | Self::Stored(_) | Self::Removed(_))
    }

    /// A failure's id for programs.
    fn kind(&self) -> &'static str {
        match self {
            Self::Differs { .. } => "differs",
            Self::NotStored => "not-stored",
            Self::Clash(_) => "clash",
            Self::Stale(_) => "stale",
            Self::AsStored | Self::Stored(_) | Self::Removed(_) | Self::Broken(_) => "",
        }
    }

    /// In a few words.
    fn words(&self) -> String {
        match self {
            Self::AsStored => "as stored".to_owned(),
            Self::Stored(path) => format!("stored in {path}"),
            Self::Removed(path) => format!("removed {path}"),
            Self::Differs { path, .. } => format!("differs from {path}"),
            Self::NotStored => "not stored yet: run with --update".to_owned(),
            Self::Clash(other) => format!("would be stored in the same file as `{other}`: rename one of them"),
            Self::Stale(path) => format!("{path} is stale: no example is stored there; --update removes it"),
            Self::Broken(_) => "no message".to_owned(),
        }
    }
}

/// Writes the cases, in the order in which they come; of a [`Report`] its names of files count.
///
/// # Errors
/// The writer's.
pub(crate) fn write_cases(
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
    let (title, words) = (visible(&title).into_owned(), visible(&case.verdict.words()).into_owned());
    match &case.verdict {
        Verdict::AsStored => Ok(()),
        Verdict::Stored(_) => writeln!(out, "{GOOD}✓{GOOD:#} {title}{words}"),
        Verdict::Removed(_) => writeln!(out, "{GOOD}✓{GOOD:#} {words}"),
        Verdict::Stale(_) => writeln!(out, "{BAD}×{BAD:#} {words}"),
        Verdict::NotStored | Verdict::Clash(_) => writeln!(out, "{BAD}×{BAD:#} {title}{words}"),
        Verdict::Broken(diagnostics) => full::write(diagnostics, style, out),
        Verdict::Differs { path, stored, rendered } => {
            writeln!(out, "{BAD}×{BAD:#} {title}differs from what is stored")?;
            differences(path, stored, rendered, style, out)?;
            writeln!(out)
        }
    }
}

/// A diff that is safe to show, in whatever colour.
fn differences(path: &str, stored: &str, rendered: &str, style: Style, out: &mut impl Write) -> io::Result<()> {
    let source = |name: &str, text: &str| SourceFile::new(visible(name), visible(text));
    diff(&source(path, stored), &source("rendered", rendered), style, out)
}

fn write_junit(report: &Report<'_>, cases: &[Case], out: &mut impl Write) -> io::Result<()> {
    let mut suites = Vec::new();
    for cases in cases.chunk_by(|one, next| one.subject == next.subject) {
        let path = junit::line(&report.paths.path(&cases[0].subject));
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
            let message = first.map_or("", |first| &first.message);
            junit::failure(first.map_or("", |first| first.rule), message, &details.join("\n\n"))
        }
        Verdict::Differs { path, stored, rendered } => {
            let mut diff = Vec::new();
            differences(path, stored, rendered, Style { colour: false, width: 0 }, &mut diff)?;
            junit::failure(verdict.kind(), &verdict.words(), &String::from_utf8_lossy(&diff))
        }
        _ => junit::failure(verdict.kind(), &verdict.words(), &verdict.words()),
    })
}
