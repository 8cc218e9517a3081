//! What `render` and `send` have in common where they take rows.

use std::fs;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use clap::Args;

use crate::lint::Config;
use crate::render::Values;
use crate::rows::{Rejected, Rejects, RejectsError, Renderer, Rows, RowsError};
use crate::template::Template;

use super::exit::Failure;
use super::inputs::Inputs;

/// Rows instead of one set of variables.
#[derive(Args)]
pub(super) struct BatchArguments {
    /// Take variables from rows, one message a row: JSON Lines or CSV with a header, also compressed by gzip; `-` for stdin. A row
    /// wins over variables that are given otherwise
    #[arg(long, value_name = "ROWS")]
    batch: Option<PathBuf>,
    /// Keep rows that make no message in a file, with the reasons, to be mended and run alone
    #[arg(long, value_name = "FILE", requires = "batch")]
    rejects: Option<PathBuf>,
    /// How many threads render [default: one for each processor]
    #[arg(long, value_name = "N", requires = "batch")]
    threads: Option<NonZeroUsize>,
}

/// Rows, and what is to be made of them.
pub(super) struct Batch {
    pub(super) template: Template,
    pub(super) common: Values,
    pub(super) rows: Rows,
    pub(super) path: PathBuf,
    pub(super) rejects: Option<Rejects>,
    pub(super) threads: usize,
}

impl BatchArguments {
    /// Opens the rows, where rows are given. Nothing is read of them but a header.
    pub(super) fn open(&self, inputs: &Inputs, config: &Config) -> Result<Option<Batch>, Failure> {
        let Some(path) = &self.batch else { return Ok(None) };
        let (template, common) = inputs.read(Some(path), config)?;
        let rows = Rows::open(path)?;
        let threads = self.threads.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
        let wrong = Renderer::new(&template, common.clone(), &rows).check_header();
        if !wrong.is_empty() {
            return Err(Failure::Findings(wrong));
        }
        let rejects = self.rejects.as_deref().map(|path| Rejects::create(path, &rows)).transpose()?;
        Ok(Some(Batch { template, common, rows, path: path.clone(), rejects, threads }))
    }
}

/// Whether two paths lead to one file.
pub(super) fn is_same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).ok();
    real(one).is_some_and(|one| Some(one) == real(other))
}

/// Keeps bad rows, where that is asked for.
pub(super) fn keep(rejected: &[Rejected], rejects: Option<&mut Rejects>) -> Result<(), RejectsError> {
    match rejects {
        Some(rejects) if !rejected.is_empty() => {
            rejected.iter().try_for_each(|rejected| rejects.add(rejected))?;
            rejects.flush()
        }
        _ => Ok(()),
    }
}

impl From<RowsError> for Failure {
    fn from(error: RowsError) -> Self {
        match &error {
            RowsError::Unreadable { line: None, error: reason, .. } => {
                let help = match reason.kind() {
                    io::ErrorKind::NotFound => "is the path right?",
                    io::ErrorKind::PermissionDenied => "may you read it?",
                    _ => "name a file of rows, or `-` for stdin",
                };
                Self::with_help(format!("cannot read {error}"), help)
            }
            RowsError::Unreadable { name, line: Some(line), error } => Self::with_help(
                format!("{name} can be read only up to line {line}: {error}"),
                "the rows before it are done; is the file whole?",
            ),
            RowsError::Array { name } => Self::with_help(
                format!("{name} is a JSON array, and rows are one JSON object a line"),
                format!("`jq -c '.[]' {name}` makes lines of it"),
            ),
            RowsError::Header { .. } => Self::with_help(
                format!("{error}"),
                "the first line of CSV names the columns, each once; JSON Lines begin with `{`",
            ),
        }
    }
}

impl From<RejectsError> for Failure {
    fn from(error: RejectsError) -> Self {
        match error {
            RejectsError::Exists(_) => Self::with_help(
                format!("{error}, and the rows in it would be lost"),
                "name another file, or remove it if its rows are done",
            ),
            RejectsError::Unwritable { .. } => Self::new(format!("cannot write {error}")),
        }
    }
}
