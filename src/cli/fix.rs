//! `kenarc check --fix` and `--diff`: applies fixes to files, or shows what they would change.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::lint::fix::{Fixed, fix};
use crate::lint::{Applicability, Checked, Diagnostic, counted};
use crate::source::SourceFile;

use super::exit::Failure;
use super::inputs::is_stdin;
use super::output::Terminal;
use super::replace::Bounds;

/// Whether to change files or to show what would change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FixMode {
    Fix,
    Diff,
}

/// Applies the fixes of files.
pub(super) struct Fixer {
    mode: FixMode,
    required: Applicability,
    bounds: Bounds,
}

/// A file before and after its fixes.
pub(super) struct FixedFile {
    is_stdin: bool,
    before: Arc<SourceFile>,
    after: Arc<SourceFile>,
    /// How many fixes were applied.
    count: usize,
    /// How many fixes are left because they are unsafe.
    unsafe_fixes: usize,
    /// Findings that remain although they have fixes, because these do not work.
    refused: Vec<Diagnostic>,
}

impl Fixer {
    /// Returns a fixer that applies fixes that are at least as safe as `required` to these files and folders.
    pub(super) fn new(mode: FixMode, required: Applicability, paths: &[PathBuf]) -> Self {
        Self { mode, required, bounds: Bounds::new(paths) }
    }

    /// Fixes a file, and writes it back if it is on disk. Returns the result of its last check, too.
    pub(super) fn fix(
        &self,
        path: &Path,
        file: &Arc<SourceFile>,
        check: impl Fn(&Arc<SourceFile>) -> Checked,
    ) -> Result<(Checked, FixedFile), Failure> {
        let fixed = fix(file, self.required, check);
        let unsafe_fixes = fixed.unsafe_fixes();
        let Fixed { file: after, count, checked, refused } = fixed;
        let fixed =
            FixedFile { is_stdin: is_stdin(path), before: Arc::clone(file), after, count, unsafe_fixes, refused };
        if self.mode == FixMode::Fix && !fixed.is_stdin && fixed.is_changed() {
            self.bounds.replace(path, fixed.after.text())?;
        }
        Ok((checked, fixed))
    }

    /// Writes the difference to stdout, or the text of stdin after its fixes, whether it changed or not.
    pub(super) fn show(&self, all: &[FixedFile], terminal: &Terminal) -> io::Result<()> {
        let mut out = terminal.raw_stdout();
        for fixed in all {
            match self.mode {
                FixMode::Fix if fixed.is_stdin => out.write_all(fixed.after.text().as_bytes())?,
                FixMode::Diff if fixed.is_changed() => terminal.diff(&fixed.before, &fixed.after, &mut out)?,
                FixMode::Fix | FixMode::Diff => {}
            }
        }
        out.flush()
    }

    /// Writes to stderr what was changed, or would be, and how many unsafe fixes are left.
    pub(super) fn summarize(&self, all: &[FixedFile], terminal: &Terminal) -> io::Result<()> {
        let mut err = terminal.stderr();
        for finding in all.iter().flat_map(|fixed| &fixed.refused) {
            let (name, place) = (finding.file().name(), finding.file().position(finding.span().start));
            writeln!(err, "not fixed: {name}:{place}: {}: the fix does not work here", finding.rule)?;
        }
        let changed = || all.iter().filter(|fixed| fixed.is_changed());
        let is_changed = changed().next().is_some();
        let findings = counted(changed().map(|fixed| fixed.count).sum::<usize>(), "finding");
        let files = counted(changed().count(), "file");
        match self.mode {
            FixMode::Fix if is_changed => writeln!(err, "fixed {findings} in {files}")?,
            FixMode::Diff if is_changed => writeln!(err, "would fix {findings} in {files}")?,
            FixMode::Fix => {}
            FixMode::Diff => writeln!(err, "nothing to fix")?,
        }
        let more = if is_changed { " more" } else { "" };
        match all.iter().map(|fixed| fixed.unsafe_fixes).sum() {
            0 => Ok(()),
            _ if self.required == Applicability::Unsafe => Ok(()),
            1 => writeln!(err, "1{more} fix is available with `--unsafe-fixes`"),
            number => writeln!(err, "{number}{more} fixes are available with `--unsafe-fixes`"),
        }
    }
}

impl FixedFile {
    /// Returns the file after its fixes.
    pub(super) fn after(&self) -> &Arc<SourceFile> {
        &self.after
    }

    /// Returns whether any byte of the file changed.
    pub(super) fn is_changed(&self) -> bool {
        self.before.text() != self.after.text()
    }
}
