//! What a run would do: finds out before anything is sent.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::lint::counted;
use crate::rows::{Renderer, Rows};
use crate::send::batch::Job;
use crate::send::journal::{Compared, Comparison, Policy};

use super::batch::{self, Batch};
use super::exit::{Exit, Failure};
use super::job_template::JobTemplate;
use super::output::Terminal;
use super::progress::Progress;
use super::send_batch::BatchFormat;
use super::summary::Summary;

/// What decides which messages a run sends.
pub(super) struct Plan<'a> {
    pub(super) journal: &'a Path,
    pub(super) policy: Policy,
    /// Whether recipients that already got another text get a new one.
    pub(super) allows_changed: bool,
}

impl Plan<'_> {
    /// Checks that no recipient gets a second text because the template or the rows were edited after an earlier run.
    /// Reads all rows if an earlier run has sent something. Those of a stream are sent as they arrive: then this returns
    /// what is to check them.
    ///
    /// # Errors
    /// If there are such recipients; nothing has been sent then. Also if the rows or the journal cannot be read.
    pub(super) fn refuse_changed(
        &self,
        batch: &Batch,
        job_template: &JobTemplate,
    ) -> Result<Option<StreamCheck>, Failure> {
        let mut comparison = Comparison::with(self.journal)?;
        if !comparison.has_sent() {
            return Ok(None);
        }
        if !fs::metadata(&batch.path).is_ok_and(|metadata| metadata.is_file()) {
            let comparison = comparison.for_stream()?;
            return Ok(Some(StreamCheck { comparison, journal: self.journal.to_owned() }));
        }
        let mut rows = Rows::open(&batch.path)?;
        let renderer = batch.renderer();
        job_template.each(batch.threads, &mut rows, &renderer, |ready, _| {
            ready.iter().try_for_each(|job| {
                comparison.add(job.id, job.request.recipient(), job.row.line).map_err(Failure::from)
            })
        })?;
        match comparison.finish()? {
            compared if compared.changed > 0 => Err(changed(&compared, batch.rows.name(), self.journal)),
            _ => Ok(None),
        }
    }

    /// Reads and renders all rows, and reports what a run would do with them. Nothing is sent, and the journal stays as
    /// it is.
    ///
    /// # Errors
    /// If the rows or the journal cannot be read.
    pub(super) fn dry_run(
        &self,
        batch: Batch,
        job_template: &JobTemplate,
        format: BatchFormat,
        terminal: &Terminal,
    ) -> Result<Exit, Failure> {
        let mut comparison = Comparison::with(self.journal)?;
        let summary = Summary::new(format, Arc::new(Progress::new(&batch.rows)), batch.rejects.is_some());
        let Batch { template, common, mut rows, mut rejects, threads, extra, .. } = batch;
        let name = Arc::clone(rows.name());
        let renderer = Renderer::new(&template, common, &rows).with_extra_columns(extra);
        job_template.each(threads, &mut rows, &renderer, |ready, rejected| {
            batch::keep(&rejected, rejects.as_mut())?;
            summary.reject(&rejected);
            ready.iter().try_for_each(|job| {
                comparison.add(job.id, job.request.recipient(), job.row.line).map_err(Failure::from)
            })
        })?;
        if let Some(rejects) = rejects {
            rejects.finish()?;
        }
        let compared = comparison.finish()?;
        let is_refused = compared.changed > 0 && !self.allows_changed;
        summary.finish_dry_run(&compared, self.policy, terminal);
        if is_refused {
            terminal.fail(changed(&compared, &name, self.journal));
        }
        Ok(summary.exit(is_refused))
    }
}

/// Checks the messages of a stream as they arrive.
pub(super) struct StreamCheck {
    comparison: Comparison,
    journal: PathBuf,
}

impl StreamCheck {
    /// Takes out the first message that would be another text for its recipient than an earlier run has sent, and those
    /// after it. The text that was sent may still come in a stream in another order, but nobody knows that it will.
    ///
    /// # Errors
    /// What is wrong with the message, or why it cannot be compared.
    pub(super) fn admit(&mut self, jobs: &mut Vec<Job>) -> Result<(), Failure> {
        for index in 0..jobs.len() {
            let Job { id, row, request, .. } = &jobs[index];
            let is_changed = self.comparison.add_from_stream(*id, request.recipient(), row.line);
            if !matches!(is_changed, Ok(false)) {
                let compared = Compared { changed: 1, changed_lines: vec![row.line], ..Compared::default() };
                let failure =
                    is_changed.err().map_or_else(|| changed(&compared, &row.file, &self.journal), Failure::from);
                jobs.truncate(index);
                return Err(failure);
            }
        }
        Ok(())
    }
}

/// Says which messages have changed since an earlier run.
fn changed(compared: &Compared, rows: &str, journal: &Path) -> Failure {
    let lines = compared.changed_lines.iter().map(|line| format!("{rows}:{line}"));
    let mut named = lines.collect::<Vec<_>>().join(", ");
    let more = compared.changed - compared.changed_lines.len() as u64;
    if more > 0 {
        named += &format!(" and {more} more");
    }
    Failure::with_help(
        format!(
            "{} would go to recipients that already got another text: {named}",
            counted(compared.changed, "message"),
        ),
        format!(
            "the template or the rows have changed since an earlier run with {}; restore them, leave these rows out, or \
             send the new texts as well with --allow-changed",
            journal.display()
        ),
    )
}
