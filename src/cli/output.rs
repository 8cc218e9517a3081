//! Where output goes: results to stdout, words for people to stderr.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style as TextStyle};
use terminal_size::{Width, terminal_size_of};

use crate::lint::Severity;
use crate::report::{self, Case, CasesFormat, Format, Report, Style};
use crate::source::SourceFile;

use super::exit::{Exit, Failure};

/// The width of lines without a terminal, in columns.
const DEFAULT_WIDTH: usize = 100;

const ERROR: TextStyle = AnsiColor::Red.on_default().bold();
const HELP: TextStyle = AnsiColor::Cyan.on_default().bold();

/// The two output streams of the process.
pub(super) struct Terminal {}

impl Terminal {
    pub(super) fn new() -> Self {
        Self {}
    }

    /// Stdout, buffered. Colours are taken out where they do not belong.
    pub(super) fn stdout(&self) -> impl Write + use<> {
        io::BufWriter::with_capacity(64 << 10, AutoStream::auto(io::stdout()))
    }

    /// Stdout as it is, for what must arrive byte for byte.
    pub(super) fn raw_stdout(&self) -> impl Write + use<> {
        io::BufWriter::with_capacity(64 << 10, io::stdout().lock())
    }

    /// Stderr.
    pub(super) fn stderr(&self) -> impl Write + use<> {
        AutoStream::auto(io::stderr())
    }

    fn style(&self, choice: ColorChoice) -> Style {
        Style { colour: choice != ColorChoice::Never, width: width() }
    }

    /// Writes findings to stdout. What programs read arrives byte for byte.
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

    /// Writes findings to stderr, where stdout has something else.
    pub(super) fn findings_aside<'a>(&self, format: Format, report: impl Into<Report<'a>>) -> io::Result<()> {
        let style = self.style(AutoStream::choice(&io::stderr()));
        report::write(format, report, style, &mut self.stderr())
    }

    /// Writes what changes in a file to stdout, in colour where stdout takes it.
    pub(super) fn diff(&self, before: &SourceFile, after: &SourceFile, out: &mut impl Write) -> io::Result<()> {
        report::diff(before, after, AutoStream::choice(&io::stdout()) != ColorChoice::Never, out)
    }

    /// Writes what came of examples to stdout. What programs read arrives byte for byte.
    pub(super) fn cases(&self, format: CasesFormat, report: &Report<'_>, cases: &[Case]) -> io::Result<()> {
        let style = self.style(AutoStream::choice(&io::stdout()));
        if format == CasesFormat::Full {
            let mut out = self.stdout();
            report::write_cases(format, report, cases, style, &mut out)?;
            return out.flush();
        }
        let mut out = self.raw_stdout();
        report::write_cases(format, report, cases, style, &mut out)?;
        out.flush()
    }

    /// Says why a command failed. A reader that has gone away is no failure.
    pub(super) fn fail(&self, failure: Failure) -> Exit {
        let (exit, result) = match failure {
            Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return Exit::Done,
            Failure::Output(error) => {
                (Exit::Failed, self.error(&format!("the output cannot be written: {error}"), None))
            }
            Failure::Message { message, help } => (Exit::Failed, self.error(&message, help.as_deref())),
            Failure::Configuration(diagnostics) => (Exit::Failed, self.findings_aside(Format::Full, &diagnostics)),
            Failure::Findings(diagnostics) => {
                let result = self.findings_aside(Format::Full, &diagnostics);
                let has_errors = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
                (if has_errors { Exit::Findings } else { Exit::Done }, result)
            }
        };
        // Nobody is left to be told that stderr cannot be written.
        drop(result);
        exit
    }

    /// `error: …` and what to do, on stderr.
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
    exported.or_else(reported).unwrap_or(DEFAULT_WIDTH)
}
