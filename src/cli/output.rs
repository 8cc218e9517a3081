//! Output: results go to stdout, human-readable messages to stderr.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style as TextStyle};
use terminal_size::{Width, terminal_size_of};

use crate::lint::Severity;
use crate::report::{self, Format, Report, Style};
use crate::source::SourceFile;

use super::exit::{Exit, Failure};
use super::test_report::{self, Case, CasesFormat};

/// The width of lines without a terminal, in columns.
const DEFAULT_WIDTH: usize = 100;

/// The least width of lines, in columns: in fewer, no message is readable.
const MIN_WIDTH: usize = 40;

const ERROR: TextStyle = AnsiColor::Red.on_default().bold();
const HELP: TextStyle = AnsiColor::Cyan.on_default().bold();

/// The two output streams of the process.
pub(super) struct Terminal {}

impl Terminal {
    pub(super) fn new() -> Self {
        Self {}
    }

    /// Returns buffered stdout without colours, unless it takes them.
    pub(super) fn stdout(&self) -> impl Write + use<> {
        io::BufWriter::with_capacity(64 << 10, AutoStream::auto(io::stdout()))
    }

    /// Returns buffered stdout that passes on every byte.
    pub(super) fn raw_stdout(&self) -> impl Write + use<> {
        io::BufWriter::with_capacity(64 << 10, io::stdout().lock())
    }

    /// Returns stderr without colours, unless it takes them.
    pub(super) fn stderr(&self) -> impl Write + use<> {
        AutoStream::auto(io::stderr())
    }

    fn style(&self, choice: ColorChoice) -> Style {
        Style { colour: choice != ColorChoice::Never, width: width() }
    }

    /// Writes findings to stdout. Formats for programs arrive byte for byte.
    pub(super) fn findings<'a>(&self, format: Format, report: impl Into<Report<'a>>) -> io::Result<()> {
        let style = self.style(AutoStream::choice(&io::stdout()));
        if format == Format::Full {
            let mut out = self.stdout();
            report::write(format, report, style, &mut out)?;
            return out.flush();
        }
        let mut out = self.raw_stdout();
        report::write(format, report, style, &mut out)?;
        out.flush()
    }

    /// Writes findings to stderr, if stdout has another result.
    pub(super) fn findings_aside<'a>(&self, format: Format, report: impl Into<Report<'a>>) -> io::Result<()> {
        let style = self.style(AutoStream::choice(&io::stderr()));
        report::write(format, report, style, &mut self.stderr())
    }

    /// Writes the changes of a file to `out`, in colour if stdout takes it.
    pub(super) fn diff(&self, before: &SourceFile, after: &SourceFile, out: &mut impl Write) -> io::Result<()> {
        report::diff(before, after, self.style(AutoStream::choice(&io::stdout())), out)
    }

    /// Writes the results of examples to stdout. Formats for programs arrive byte for byte.
    pub(super) fn cases(&self, format: CasesFormat, report: &Report<'_>, cases: &[Case]) -> io::Result<()> {
        let style = self.style(AutoStream::choice(&io::stdout()));
        if format == CasesFormat::Full {
            let mut out = self.stdout();
            test_report::write_cases(format, report, cases, style, &mut out)?;
            return out.flush();
        }
        let mut out = self.raw_stdout();
        test_report::write_cases(format, report, cases, style, &mut out)?;
        out.flush()
    }

    /// Reports why a command failed, and returns its exit status. A closed pipe is no failure.
    pub(super) fn fail(&self, failure: Failure) -> Exit {
        let (exit, result) = match failure {
            Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return Exit::Done,
            Failure::Output(error) => (Exit::Failed, self.error(&format!("cannot write the output: {error}"), None)),
            Failure::Message { message, help } => (Exit::Failed, self.error(&message, help.as_deref())),
            Failure::Configuration(diagnostics) => (Exit::Failed, self.findings_aside(Format::Full, &diagnostics)),
            Failure::Findings(diagnostics) => {
                let result = self.findings_aside(Format::Full, &diagnostics);
                let has_errors = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
                (if has_errors { Exit::Findings } else { Exit::Done }, result)
            }
        };
        // An error of stderr itself cannot be reported.
        drop(result);
        exit
    }

    /// Writes `error: …` and what to do to stderr.
    pub(super) fn error(&self, message: &str, help: Option<&str>) -> io::Result<()> {
        let mut err = self.stderr();
        writeln!(err, "{ERROR}error:{ERROR:#} {message}")?;
        match help {
            Some(help) => writeln!(err, " {HELP}help:{HELP:#} {help}"),
            None => Ok(()),
        }
    }
}

/// Returns the width of the terminal in columns: `COLUMNS`, if it is exported, otherwise what the terminal reports.
fn width() -> usize {
    let is_terminal = io::stdout().is_terminal() || io::stderr().is_terminal();
    let exported = std::env::var("COLUMNS").ok().filter(|_| is_terminal).and_then(|columns| columns.parse().ok());
    let reported = || {
        let size = terminal_size_of(io::stdout()).or_else(|| terminal_size_of(io::stderr()));
        size.map(|(Width(columns), _)| usize::from(columns))
    };
    exported.or_else(reported).unwrap_or(DEFAULT_WIDTH).max(MIN_WIDTH)
}
