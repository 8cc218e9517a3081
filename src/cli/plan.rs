//! What a run would do: finds out before anything is sent.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use crate::lint::counted;
use crate::rows::{Renderer, Rows};
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
    /// Whether conversations that already got another text get a new one.
    pub(super) allows_changed: bool,
}

impl Plan<'_> {
    /// Checks that no conversation gets a second text because the template or the rows were edited after an earlier run.
    /// Reads all rows if an earlier run has sent something.
    ///
    /// # Errors
    /// If there are such conversations; nothing has been sent then. Also if the rows or the journal cannot be read.
    pub(super) fn refuse_changed(
        &self,
        batch: &Batch,
        job_template: &JobTemplate,
        terminal: &Terminal,
    ) -> Result<(), Failure> {
        let mut comparison = Comparison::with(self.journal)?;
        if !comparison.has_sent() {
            return Ok(());
        }
        if !fs::metadata(&batch.path).is_ok_and(|metadata| metadata.is_file()) {
            let note = "note: rows from a stream are sent as they arrive, without a search for texts that have changed \
                        since an earlier run";
            let _ = writeln!(terminal.stderr(), "{note}");
            return Ok(());
        }
        let mut rows = Rows::open(&batch.path)?;
        let renderer = batch.renderer();
        job_template.each(batch.threads, &mut rows, &renderer, |ready, _| {
            ready.iter().try_for_each(|job| {
                comparison.add(job.id, job.request.recipient(), job.row.line).map_err(Failure::from)
            })
        })?;
        match comparison.finish()? {
            compared if compared.changed > 0 => Err(self.changed(&compared, &batch.path)),
            _ => Ok(()),
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
        let Batch { template, common, mut rows, mut rejects, threads, extra, path, .. } = batch;
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
            terminal.fail(self.changed(&compared, &path));
        }
        Ok(summary.exit(is_refused))
    }

    /// Says which messages have changed since an earlier run.
    fn changed(&self, compared: &Compared, rows: &Path) -> Failure {
        let lines = compared.changed_lines.iter().map(|line| format!("{}:{line}", rows.display()));
        let mut named = lines.collect::<Vec<_>>().join(", ");
        let more = compared.changed - compared.changed_lines.len() as u64;
        if more > 0 {
            named += &format!(" and {more} more");
        }
        Failure::with_help(
            format!(
                "{} would go to conversations that already got another text: {named}",
                counted(compared.changed, "message"),
            ),
            format!(
                "the template or the rows have changed since an earlier run with {}; restore them, leave these rows out, \
                 or send the new texts as well with --allow-changed",
                self.journal.display()
            ),
        )
    }
}
