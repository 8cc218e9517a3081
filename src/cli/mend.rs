//! `kenarc check --fix` and `--diff`: what becomes of files that can be mended.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::lint::Diagnostic;
use crate::lint::fix::{Fixed, fix};
use crate::lint::{self, Config};
use crate::source::SourceFile;

use super::exit::Failure;
use super::inputs::is_stdin;
use super::output::Terminal;
use super::replace::Bounds;

/// Whether to change files or to show what would change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Fix,
    Diff,
}

/// Mends files.
pub(super) struct Mender {
    mode: Mode,
    bounds: Bounds,
}

/// A file and what it is after its fixes.
pub(super) struct Mended {
    is_stdin: bool,
    before: Arc<SourceFile>,
    after: Arc<SourceFile>,
    /// How many findings were mended.
    count: usize,
    /// Those that were not, since the file could not have been read after it.
    refused: Vec<Diagnostic>,
}

impl Mender {
    /// `paths`: the files and folders that are to be mended.
    pub(super) fn new(mode: Mode, paths: &[PathBuf]) -> Self {
        Self { mode, bounds: Bounds::new(paths) }
    }

    /// Mends a file, and writes it where it is one on disk. Beside it, what there is to say of it then.
    pub(super) fn mend(
        &self,
        path: &Path,
        file: &Arc<SourceFile>,
        config: &Config,
    ) -> Result<(Vec<Diagnostic>, Mended), Failure> {
        let Fixed { file: after, count, checked, refused } = fix(file, |file| lint::check_with(file, config));
        let mended = Mended { is_stdin: is_stdin(path), before: Arc::clone(file), after, count, refused };
        if self.mode == Mode::Fix && !mended.is_stdin && mended.is_changed() {
            self.bounds.replace(path, mended.after.text())?;
        }
        Ok((checked.diagnostics, mended))
    }

    /// Writes to stdout what changes, or the mended text of stdin, be it changed or not.
    pub(super) fn show(&self, all: &[Mended], terminal: &Terminal) -> io::Result<()> {
        let mut out = terminal.raw_stdout();
        for mended in all {
            match self.mode {
                Mode::Fix if mended.is_stdin => out.write_all(mended.after.text().as_bytes())?,
                Mode::Diff if mended.is_changed() => terminal.diff(&mended.before, &mended.after, &mut out)?,
                Mode::Fix | Mode::Diff => {}
            }
        }
        out.flush()
    }

    /// Says what was done, or would be.
    pub(super) fn summarize(&self, all: &[Mended], terminal: &Terminal) -> io::Result<()> {
        let mut err = terminal.stderr();
        for finding in all.iter().flat_map(|mended| &mended.refused) {
            let (name, place) = (finding.file().name(), finding.file().position(finding.span().start));
            writeln!(err, "not fixed: {name}:{place}: {}, since the file could not be read after it", finding.rule)?;
        }
        let changed = || all.iter().filter(|mended| mended.is_changed());
        let findings = counted(changed().map(|mended| mended.count).sum(), "finding");
        let files = counted(changed().count(), "file");
        match self.mode {
            Mode::Fix if changed().next().is_none() => Ok(()),
            Mode::Diff if changed().next().is_none() => writeln!(err, "nothing to fix"),
            Mode::Fix => writeln!(err, "fixed {findings} in {files}"),
            Mode::Diff => writeln!(err, "would fix {findings} in {files}"),
        }
    }
}

impl Mended {
    /// Whether any byte is another.
    pub(super) fn is_changed(&self) -> bool {
        self.before.text() != self.after.text()
    }
}

/// "1 file", "2 files"
pub(super) fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
