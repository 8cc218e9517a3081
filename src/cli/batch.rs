//! The options of `render` and `send` for rows.

use std::fs;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread;

use clap::Args;

use crate::lint::Config;
use crate::render::Values;
use crate::rows::{ExtraColumns, HeaderError, Rejected, Rejects, RejectsError, Renderer, RowColumns, Rows, RowsError};
use crate::template::Template;

use super::exit::Failure;
use super::inputs::Inputs;
use super::output::Terminal;

/// The options for rows instead of one set of variables.
#[derive(Args)]
pub(super) struct BatchArguments {
    /// Read variables from rows, one message per row: JSON Lines or CSV with a header, optionally compressed with gzip;
    /// `-` for stdin. The values of a row take precedence over other variables
    #[arg(long, value_name = "ROWS")]
    batch: Option<PathBuf>,
    /// Ignore columns (in JSON Lines: keys) that the template does not declare
    #[arg(long, requires = "batch")]
    ignore_extra_columns: bool,
    /// Write rejected rows to a file, with the reasons
    #[arg(long, value_name = "FILE", requires = "batch")]
    rejects: Option<PathBuf>,
    /// The number of rendering threads [default: one per processor]
    #[arg(long, value_name = "N", requires = "batch")]
    threads: Option<NonZeroUsize>,
}

/// Opened rows, and the template to render them with.
pub(super) struct Batch {
    pub(super) template: Template,
    pub(super) common: Values,
    pub(super) rows: Rows,
    pub(super) path: PathBuf,
    pub(super) rejects: Option<Rejects>,
    pub(super) threads: usize,
    pub(super) extra: ExtraColumns,
    /// The columns, as far as they are known: those of the header, or the keys of the first object.
    pub(super) columns: Option<RowColumns>,
}

impl Batch {
    /// Returns the renderer of the rows.
    pub(super) fn renderer(&self) -> Renderer<'_> {
        Renderer::new(&self.template, self.common.clone(), &self.rows).with_extra_columns(self.extra)
    }
}

impl BatchArguments {
    /// Opens the rows if `--batch` is given. Reads no further than the header and the first row.
    pub(super) fn open(&self, inputs: &Inputs, config: &Config, terminal: &Terminal) -> Result<Option<Batch>, Failure> {
        let Some(path) = &self.batch else { return Ok(None) };
        let (template, common) = inputs.read(Some(path), config, terminal)?;
        let mut rows = Rows::open(path)?;
        let threads = self.threads.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
        let extra = if self.ignore_extra_columns { ExtraColumns::Ignored } else { ExtraColumns::Refused };
        let first = if rows.header().is_none() { rows.peek()?.cloned() } else { None };
        let mut batch =
            Batch { template, common, rows, path: path.clone(), rejects: None, threads, extra, columns: None };
        let renderer = batch.renderer();
        let columns = renderer.columns(first.as_ref());
        let wrong = columns.as_ref().map(|columns| renderer.check(columns)).unwrap_or_default();
        if !wrong.is_empty() {
            return Err(Failure::Findings(wrong));
        }
        batch.columns = columns;
        batch.rejects = self.rejects.as_deref().map(|path| Rejects::create(path, &batch.rows)).transpose()?;
        Ok(Some(batch))
    }
}

/// Returns whether two paths refer to the same file.
pub(super) fn is_same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).ok();
    real(one).is_some_and(|one| Some(one) == real(other))
}

/// Writes rejected rows to the file, if there is one.
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
                    io::ErrorKind::NotFound => "check the path",
                    io::ErrorKind::PermissionDenied => "check the permissions of the file",
                    _ => "name a file of rows, or `-` for stdin",
                };
                Self::with_help(format!("cannot read {error}"), help)
            }
            RowsError::Unreadable { name, line: Some(line), error } => Self::with_help(
                format!("cannot read {name} beyond line {line}: {error}"),
                "the rows before it were processed; check whether the file is complete",
            ),
            RowsError::Array { name } => Self::with_help(
                format!("{name} is a JSON array: expected one JSON object per line"),
                format!("convert it with `jq -c '.[]' {name}`"),
            ),
            RowsError::Header { error: header, .. } => {
                let help = match header {
                    HeaderError::Spreadsheet => "in the spreadsheet program, save it as \"CSV UTF-8\"",
                    HeaderError::Utf16 => "save it as UTF-8; Excel calls that \"CSV UTF-8\"",
                    HeaderError::NotUtf8 => {
                        "save it as UTF-8; Excel calls that \"CSV UTF-8\", and writes \"CSV\" in Windows-1256 on a Persian \
                         system"
                    }
                    HeaderError::Missing
                    | HeaderError::TooLong
                    | HeaderError::Nameless(_)
                    | HeaderError::Repeated(_) => {
                        "name each column once in the first line of CSV; JSON Lines begin with `{`"
                    }
                };
                Self::with_help(format!("{error}"), help)
            }
        }
    }
}

impl From<RejectsError> for Failure {
    fn from(error: RejectsError) -> Self {
        match error {
            RejectsError::Exists(_) => {
                Self::with_help(error.to_string(), "name another file, or remove this one if its rows have been sent")
            }
            RejectsError::Unwritable { .. } => Self::new(format!("cannot write {error}")),
        }
    }
}
