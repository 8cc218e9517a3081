//! Findings as text: one file a format.

#[cfg(feature = "cli")]
mod cases;
mod concise;
#[cfg(feature = "full")]
mod diff;
mod fingerprint;
#[cfg(feature = "full")]
mod full;
mod github;
mod gitlab;
mod json;
mod junit;
mod paths;
mod plain;
mod sarif;

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{self, Write};
use std::path::Path;

use crate::lint::Diagnostic;
use crate::source::SourceFile;

#[cfg(feature = "cli")]
pub(crate) use cases::{Case, CasesFormat, Verdict, write_cases};
#[cfg(feature = "full")]
pub use diff::diff;

use paths::Paths;

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Format {
    /// The source with the finding marked in it, for people.
    #[cfg(feature = "full")]
    Full,
    /// One line a finding: `file:line:column: severity[rule]: message`.
    Concise,
    /// A list of objects, for programs.
    Json,
    /// Workflow commands, which GitHub Actions shows beside the lines of a change.
    Github,
    /// A Code Quality report, which GitLab shows in merge requests.
    Gitlab,
    /// SARIF 2.1.0, for GitHub's code scanning and other readers of static analysis.
    Sarif,
    /// JUnit's XML, for Jenkins and others: a suite a file, a test a finding; only errors fail it.
    Junit,
}

/// How the `full` format is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether to colour it.
    pub colour: bool,
    /// Columns to wrap words at.
    pub width: usize,
}

/// What there is to report. Findings alone are a report too.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    diagnostics: &'a [Diagnostic],
    /// Names of files, each once.
    files: Vec<Cow<'a, str>>,
    paths: Paths,
}

impl<'a> Report<'a> {
    /// A report of findings, in the order in which they will stand.
    #[must_use]
    pub fn new(diagnostics: &'a [Diagnostic]) -> Self {
        Self { diagnostics, files: Vec::new(), paths: Paths::default() }.with_files([])
    }

    /// Names the files that were looked at, the clean ones too, in the order in which they will stand.
    #[must_use]
    pub fn with_files(mut self, names: impl IntoIterator<Item = String>) -> Self {
        let found_in = self.diagnostics.iter().map(|diagnostic| Cow::Borrowed(diagnostic.file().name()));
        let mut seen = HashSet::new();
        self.files =
            names.into_iter().map(Cow::Owned).chain(found_in).filter(|name| seen.insert(name.clone())).collect();
        self
    }

    /// Says which folder the files' names start from, and which folder is the repository's root: the formats for CI systems
    /// call files by their paths from there. Both are absolute, the root holds the folder.
    #[must_use]
    pub fn in_repository(mut self, here: &Path, root: &Path) -> Self {
        self.paths = Paths { here: here.to_owned(), root: root.to_owned() };
        self
    }

    /// What the formats for CI systems call a file.
    fn path(&self, file: &SourceFile) -> String {
        self.paths.path(file.name())
    }
}

impl<'a> From<&'a [Diagnostic]> for Report<'a> {
    fn from(diagnostics: &'a [Diagnostic]) -> Self {
        Self::new(diagnostics)
    }
}

impl<'a> From<&'a Vec<Diagnostic>> for Report<'a> {
    fn from(diagnostics: &'a Vec<Diagnostic>) -> Self {
        Self::new(diagnostics)
    }
}

/// Writes a report in a format.
///
/// # Errors
/// The writer's.
#[cfg_attr(not(feature = "full"), expect(unused_variables, reason = "only `full` has a style"))]
pub fn write<'a>(format: Format, report: impl Into<Report<'a>>, style: Style, out: &mut impl Write) -> io::Result<()> {
    let report = report.into();
    match format {
        #[cfg(feature = "full")]
        Format::Full => full::write(report.diagnostics, style, out),
        Format::Concise => concise::write(report.diagnostics, out),
        Format::Json => json::write(report.diagnostics, out),
        Format::Github => github::write(&report, out),
        Format::Gitlab => gitlab::write(&report, out),
        Format::Sarif => sarif::write(&report, out),
        Format::Junit => junit::write(&report, out),
    }
}
