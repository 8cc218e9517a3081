//! Findings as text: one file per format.

mod concise;
#[cfg(feature = "full")]
mod diff;
mod fingerprint;
#[cfg(feature = "full")]
mod full;
mod github;
mod gitlab;
mod json;
pub(crate) mod junit;
mod paths;
pub(crate) mod plain;
mod sarif;

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{self, Write};
use std::path::Path;

use crate::lint::Diagnostic;
use crate::source::SourceFile;

#[cfg(feature = "full")]
pub use diff::diff;

use paths::Paths;

/// The format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The source with each finding marked in it, for terminals.
    #[cfg(feature = "full")]
    Full,
    /// One line per finding: `file:line:column: severity[rule]: summary`.
    Concise,
    /// A JSON array with one object per finding.
    Json,
    /// Workflow commands, which GitHub Actions shows as annotations.
    Github,
    /// A Code Quality report, which GitLab shows in merge requests.
    Gitlab,
    /// SARIF 2.1.0, for GitHub code scanning and other tools.
    Sarif,
    /// JUnit XML, for Jenkins and others: a suite per file, a test case per finding; only errors fail.
    Junit,
}

/// How text for terminals is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Whether to use colours.
    pub colour: bool,
    /// The width of lines in columns; words are wrapped there.
    pub width: usize,
}

impl Default for Style {
    /// No colour, and 100 columns.
    fn default() -> Self {
        Self { colour: false, width: 100 }
    }
}

/// What to report: findings, and the files that were checked.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    diagnostics: &'a [Diagnostic],
    /// The names of the files, each once.
    files: Vec<Cow<'a, str>>,
    paths: Paths,
}

impl<'a> Report<'a> {
    /// Makes a report of findings, which keeps their order.
    #[must_use]
    pub fn new(diagnostics: &'a [Diagnostic]) -> Self {
        Self { diagnostics, files: Vec::new(), paths: Paths::default() }.with_files([])
    }

    /// Sets the names of all checked files, including those without findings. The report keeps their order.
    #[must_use]
    pub fn with_files(mut self, names: impl IntoIterator<Item = String>) -> Self {
        let found_in = self.diagnostics.iter().map(|diagnostic| Cow::Borrowed(diagnostic.file().name()));
        let mut seen = HashSet::new();
        self.files =
            names.into_iter().map(Cow::Owned).chain(found_in).filter(|name| seen.insert(name.clone())).collect();
        self
    }

    /// Sets the folder that the names of files are relative to, and the root of the repository: the formats for CI
    /// systems name files by their paths from the root. Both are absolute, and the root contains the folder.
    #[must_use]
    pub fn in_repository(mut self, here: &Path, root: &Path) -> Self {
        self.paths = Paths { here: here.to_owned(), root: root.to_owned() };
        self
    }

    /// Maps the name of a file to its name in the formats for CI systems.
    pub(crate) fn path_of(&self, name: &str) -> String {
        self.paths.path(name)
    }

    /// Returns the name of a file in the formats for CI systems.
    fn path(&self, file: &SourceFile) -> String {
        self.path_of(file.name())
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
/// Errors of the writer.
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
