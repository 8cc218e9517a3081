//! Reports what happens to the rows of a batch: each as it happens, and all of them in a summary at the end.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::json;

use crate::rows::{CONVERSATION_ID, Rejected, USER_ID};
use crate::send::batch::{BatchEvent, Halt, Job, MAX_DENIED};
use crate::send::journal::{Cause, Compared, Known, Policy, Settled, State};
use crate::send::{Outcome, RecipientKind};
use crate::source::visible;

use super::exit::Exit;
use super::output::Terminal;
use super::progress::{Done, Progress};
use super::send_batch::BatchFormat;
use crate::lint::counted;

/// Counts and reports the outcomes of rows.
pub(super) struct Summary {
    format: BatchFormat,
    progress: Arc<Progress>,
    /// Whether rejected rows are kept in a file.
    has_rejects: bool,
    counts: Mutex<RowCounts>,
    began: Instant,
}

/// How many rows ended how.
#[derive(Default)]
struct RowCounts {
    delivered: u64,
    refused: BTreeMap<Cause, u64>,
    unknown: BTreeMap<Cause, u64>,
    /// Messages that an earlier run has sent, and that are not sent again.
    before: BTreeMap<(State, Option<Cause>), u64>,
    /// Rows with the same message and recipient as another row of this run.
    repeated: u64,
    rejected: u64,
    /// Rows that have been read, whatever became of them.
    read: u64,
}

impl RowCounts {
    fn refused(&self) -> u64 {
        self.refused.values().sum()
    }

    fn unknown(&self) -> u64 {
        self.unknown.values().sum()
    }

    fn before(&self, state: State) -> u64 {
        self.before.iter().filter(|((other, _), _)| *other == state).map(|(_, count)| count).sum()
    }

    /// Returns how many messages an earlier run left in a state, by cause.
    fn before_by_cause(&self, state: State) -> impl Iterator<Item = (Cause, u64)> {
        let of_state = self.before.iter().filter(move |((other, _), _)| *other == state);
        of_state.filter_map(|((_, cause), count)| Some(((*cause)?, *count)))
    }

    /// Returns how many rows are done.
    fn done(&self) -> u64 {
        let before: u64 = self.before.values().sum();
        self.delivered + self.refused() + self.unknown() + self.repeated + self.rejected + before
    }
}

impl Summary {
    pub(super) fn new(format: BatchFormat, progress: Arc<Progress>, has_rejects: bool) -> Self {
        Self { format, progress, has_rejects, counts: Mutex::default(), began: Instant::now() }
    }

    /// Counts and reports an event.
    pub(super) fn record(&self, event: &BatchEvent<'_>) {
        match event {
            BatchEvent::Sent { job, outcome } => self.sent(job, outcome),
            BatchEvent::Known { job, known } => self.known(job, known),
            BatchEvent::Pause { job, outcome, wait } => {
                let what = outcome.explain_retry(&job.request);
                self.progress.print(&format!("{}; pausing for {:.0} s", visible(&what), wait.as_secs_f64().ceil()));
            }
        }
        self.progress.update(|| self.so_far());
    }

    fn sent(&self, job: &Job, outcome: &Outcome) {
        let (state, status, cause) = match Settled::of(outcome) {
            Settled::Delivered { status } => {
                self.counts().delivered += 1;
                (State::Delivered, Some(status), None)
            }
            Settled::Refused { status, cause } => {
                *self.counts().refused.entry(cause).or_default() += 1;
                (State::Refused, Some(status), Some(cause))
            }
            Settled::Unknown { status, cause } => {
                *self.counts().unknown.entry(cause).or_default() += 1;
                (State::Unknown, status, Some(cause))
            }
            // It is sent again.
            Settled::NotAccepted => return,
        };
        let what = || outcome.explain(&job.request).summary;
        self.write_row(
            job,
            state.name(),
            || json!({ "status": status, "cause": cause.map(Cause::name), "summary": what() }),
        );
        if cause.is_some() && self.format == BatchFormat::Full {
            self.progress.print(&visible(&format!("{}: {}", job.row, what())));
        }
    }

    fn known(&self, job: &Job, known: &Known) {
        if known.is_of_this_run {
            self.counts().repeated += 1;
            self.write_row(job, "repeated", || json!({ "row": known.row.to_string() }));
            if self.format == BatchFormat::Full {
                let (this, first) = (&job.row, &known.row);
                let line = format!(
                    "{this}: not sent: the same message to the same {} as {first}",
                    job.request.recipient().kind
                );
                self.progress.print(&visible(&line));
            }
            return;
        }
        *self.counts().before.entry((known.state, known.cause)).or_default() += 1;
        self.write_row(
            job,
            known.state.name(),
            || json!({ "before": true, "status": known.status, "cause": known.cause.map(Cause::name) }),
        );
    }

    /// Counts rows that have been read.
    pub(super) fn read(&self, rows: usize) {
        self.counts().read += rows as u64;
    }

    /// Counts and reports rows for which no message could be made.
    pub(super) fn reject(&self, rejected: &[Rejected]) {
        self.counts().rejected += rejected.len() as u64;
        for row in rejected {
            let reasons: Vec<String> = row.sentences().collect();
            match self.format {
                BatchFormat::Full => reasons.iter().for_each(|reason| self.progress.print(reason)),
                BatchFormat::Json => self.write(&json!({
                    "file": &*row.name, "line": row.row.line, "outcome": "rejected", "reasons": reasons,
                })),
            }
        }
    }

    /// Writes an object about a row, in the format `json`.
    fn write_row(&self, job: &Job, outcome: &str, more: impl FnOnce() -> serde_json::Value) {
        if self.format == BatchFormat::Full {
            return;
        }
        let Job { row, request, .. } = job;
        let mut object = json!({
            "file": &*row.file,
            "line": row.line,
            column(request.recipient().kind): request.recipient().id.as_str(),
            "outcome": outcome,
        });
        if let (Some(object), serde_json::Value::Object(more)) = (object.as_object_mut(), more()) {
            object.extend(more);
        }
        self.write(&object);
    }

    fn write(&self, object: &serde_json::Value) {
        // A closed pipe must not keep outcomes from the journal.
        let _ = writeln!(io::stdout(), "{object}");
    }

    fn so_far(&self) -> Done {
        let counts = self.counts();
        let rate = counts.delivered as f64 / self.began.elapsed().as_secs_f64().max(0.001);
        let mut text = format!("{} delivered, {rate:.0} a second", counts.delivered);
        for (count, state) in
            [(counts.refused(), "refused"), (counts.unknown(), "unknown"), (counts.rejected, "rejected")]
        {
            if count > 0 {
                text += &format!(", {count} {state}");
            }
        }
        Done { rows: counts.done(), of: counts.read, message: text }
    }

    /// Writes how the run ended, by cause, and what to do. Errors are ignored: if stderr is closed, nobody can be told,
    /// and the exit status must not depend on it.
    pub(super) fn finish(&self, halt: Option<&Halt>, journal: &Path, terminal: &Terminal) {
        let counts = self.counts();
        if self.format == BatchFormat::Json {
            self.write(&self.to_json(&counts, halt));
        } else {
            let _ = self.write_counts(&counts, &mut terminal.stderr());
            if counts.unknown() + counts.refused() + counts.before(State::Unknown) + counts.before(State::Refused) > 0 {
                let journal = journal.display();
                let _ = writeln!(
                    terminal.stderr(),
                    "`kenarc journal {journal}` lists the messages that were refused or are unknown"
                );
            }
        }
        if let Some(halt) = halt {
            let (message, mut help) = explain(halt);
            if self.has_rejects && counts.rejected > 0 {
                help += " The same rows will be rejected again: name another file for --rejects.";
            }
            let _ = terminal.error(&message, Some(&help));
        }
    }

    /// Writes what a run would do with the rows.
    pub(super) fn finish_dry_run(&self, compared: &Compared, policy: Policy, terminal: &Terminal) {
        self.progress.finish();
        let mut counts = self.counts();
        counts.repeated = compared.repeated;
        let mut would_send = compared.new;
        for (&(state, cause), &count) in &compared.recorded {
            match policy.permits(state) {
                true => would_send += count,
                false => *counts.before.entry((state, cause)).or_default() += count,
            }
        }
        if self.format == BatchFormat::Json {
            let mut object = self.to_json(&counts, None);
            if let Some(summary) = object["summary"].as_object_mut() {
                summary.insert("would_send".to_owned(), would_send.into());
                summary.insert("changed".to_owned(), compared.changed.into());
            }
            self.write(&object);
        } else {
            let out = &mut terminal.stderr();
            let _ = writeln!(out, "dry run: nothing was sent\nwould send {}", messages(would_send))
                .and_then(|()| self.write_rest(&counts, out));
        }
    }

    fn write_counts(&self, counts: &RowCounts, out: &mut impl Write) -> io::Result<()> {
        let seconds = self.began.elapsed().as_secs_f64();
        writeln!(out, "delivered {} in {seconds:.1} s", messages(counts.delivered))?;
        self.write_rest(counts, out)
    }

    /// Writes all counts but that of delivered messages.
    fn write_rest(&self, counts: &RowCounts, out: &mut impl Write) -> io::Result<()> {
        for (causes, state) in [(&counts.refused, "refused"), (&counts.unknown, "unknown")] {
            for (cause, count) in causes {
                writeln!(out, "{state} {count}: {}", cause.description())?;
                writeln!(out, "  {}", cause.help())?;
            }
        }
        if counts.rejected > 0 {
            writeln!(out, "rejected {}: nothing was sent", rows(counts.rejected))?;
            let keep = if self.has_rejects { "" } else { "; --rejects FILE keeps them" };
            writeln!(out, "  Fix the rejected rows and send them on their own{keep}.")?;
        }
        if counts.repeated > 0 {
            writeln!(
                out,
                "not sent: {} with the same message to the same recipient as another row",
                rows(counts.repeated)
            )?;
        }
        let before = |state| messages(counts.before(state));
        if counts.before(State::Delivered) > 0 {
            writeln!(out, "not sent: {} delivered by an earlier run", before(State::Delivered))?;
        }
        for (cause, count) in counts.before_by_cause(State::Refused) {
            writeln!(out, "not sent: {} refused in an earlier run: {}", messages(count), cause.description())?;
            writeln!(out, "  {}", cause.help())?;
        }
        if counts.before(State::Unknown) > 0 {
            writeln!(out, "not sent: {} with an unknown outcome in an earlier run", before(State::Unknown))?;
            writeln!(out, "  {}", Cause::Interrupted.help())?;
        }
        Ok(())
    }

    fn to_json(&self, counts: &RowCounts, halt: Option<&Halt>) -> serde_json::Value {
        let by_cause = |causes: &BTreeMap<Cause, u64>| {
            causes
                .iter()
                .map(|(cause, count)| (cause.name().to_owned(), (*count).into()))
                .collect::<serde_json::Map<_, _>>()
        };
        json!({ "summary": {
            "delivered": counts.delivered,
            "refused": by_cause(&counts.refused),
            "unknown": by_cause(&counts.unknown),
            "rejected": counts.rejected,
            "repeated": counts.repeated,
            "before": {
                "delivered": counts.before(State::Delivered),
                "refused": counts.before(State::Refused),
                "unknown": counts.before(State::Unknown),
            },
            "seconds": self.began.elapsed().as_secs_f64(),
            "halted": halt.map(|halt| explain(halt).0),
        }})
    }

    /// Returns the exit status: that of the gravest outcome.
    pub(super) fn exit(&self, is_unfinished: bool) -> Exit {
        let counts = self.counts();
        match () {
            () if counts.unknown() + counts.before(State::Unknown) > 0 => Exit::Unknown,
            () if counts.refused() + counts.before(State::Refused) > 0 => Exit::Refused,
            () if is_unfinished => Exit::Failed,
            () if counts.rejected > 0 => Exit::Findings,
            () => Exit::Done,
        }
    }

    fn counts(&self) -> MutexGuard<'_, RowCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn messages(count: u64) -> String {
    counted(count as usize, "message")
}

fn rows(count: u64) -> String {
    counted(count as usize, "row")
}

/// Explains why a run ended early, and what to do.
fn explain(halt: &Halt) -> (String, String) {
    let again = "Run the same command again to continue: delivered messages are not sent again.";
    match halt {
        Halt::Stopped => ("stopped before all rows were sent".to_owned(), again.to_owned()),
        Halt::Limited { retry_after } => {
            let wait =
                retry_after.map_or_else(String::new, |wait| format!(", and the API asks to wait {} s", wait.as_secs()));
            (
                format!("stopped: the app's daily quota seems to be used up{wait}"),
                format!("Kenar's panel shows the limits. {again}"),
            )
        }
        Halt::Unreachable { summary } => (format!("stopped: {}", visible(summary)), again.to_owned()),
        Halt::Denied { status } => (
            format!("stopped: {MAX_DENIED} messages in a row were refused with HTTP {status}"),
            "Renew the token, or correct the key or its permissions; then run the same command with --retry-refused."
                .to_owned(),
        ),
        Halt::TooManyUnknown { count } => (
            format!("stopped: the outcomes of {count} messages in a row are unknown"),
            "Look at some of the conversations, and check the server. Run the same command again to continue: neither \
             delivered nor unknown messages are sent again."
                .to_owned(),
        ),
        Halt::Journal(error) => (format!("stopped: {error}"), error.help().to_owned()),
    }
}

/// Returns the column with the id of a recipient.
const fn column(kind: RecipientKind) -> &'static str {
    match kind {
        RecipientKind::Conversation | RecipientKind::BotConversation => CONVERSATION_ID,
        RecipientKind::BotUser => USER_ID,
    }
}
