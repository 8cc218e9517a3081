//! What became of the rows of a run: told as it happens, and summed up at the end.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::json;

use crate::rows::Rejected;
use crate::send::Outcome;
use crate::send::delivery::{Event, Halt, Letter, MAX_DENIED};
use crate::send::journal::{Cause, Known, Settled, State};
use crate::source::visible;

use super::deliver::Format;
use super::exit::Exit;
use super::fix::counted;
use super::output::Terminal;
use super::progress::Progress;

/// Counts and tells what becomes of rows.
pub(super) struct Tally {
    format: Format,
    progress: Arc<Progress>,
    /// Whether rejected rows are kept.
    has_rejects: bool,
    count: Mutex<Count>,
    began: Instant,
}

/// How many rows ended how.
#[derive(Default)]
struct Count {
    delivered: u64,
    refused: BTreeMap<Cause, u64>,
    unknown: BTreeMap<Cause, u64>,
    /// By runs before this one, and not sent again.
    before: BTreeMap<State, u64>,
    /// The same message as another row of this run.
    repeated: u64,
    rejected: u64,
}

impl Count {
    fn refused(&self) -> u64 {
        self.refused.values().sum()
    }

    fn unknown(&self) -> u64 {
        self.unknown.values().sum()
    }

    fn before(&self, state: State) -> u64 {
        self.before.get(&state).copied().unwrap_or(0)
    }
}

impl Tally {
    pub(super) fn new(format: Format, progress: Arc<Progress>, has_rejects: bool) -> Self {
        Self { format, progress, has_rejects, count: Mutex::default(), began: Instant::now() }
    }

    /// Takes note of what happened to a letter.
    pub(super) fn note(&self, event: &Event<'_>) {
        match event {
            Event::Sent { letter, outcome } => self.sent(letter, outcome),
            Event::Known { letter, known } => self.known(letter, known),
            Event::Pause { letter, outcome, wait } => {
                let summary = outcome.explain_setback(&letter.request);
                self.progress.say(&format!("{}; all wait {:.0} s", visible(&summary), wait.as_secs_f64().ceil()));
            }
        }
        self.progress.show(|| self.so_far());
    }

    fn sent(&self, letter: &Letter, outcome: &Outcome) {
        let (word, status, cause) = match Settled::of(outcome) {
            Settled::Delivered { status } => {
                self.count().delivered += 1;
                ("delivered", Some(status), None)
            }
            Settled::Refused { status, cause } => {
                *self.count().refused.entry(cause).or_default() += 1;
                ("refused", Some(status), Some(cause))
            }
            Settled::Unknown { status, cause } => {
                *self.count().unknown.entry(cause).or_default() += 1;
                ("unknown", status, Some(cause))
            }
            // It is sent again.
            Settled::NotAccepted => return,
        };
        let summary = || outcome.explain(&letter.request).summary;
        self.tell(letter, word, || json!({ "status": status, "cause": cause.map(Cause::word), "summary": summary() }));
        if cause.is_some() && self.format == Format::Full {
            self.progress.say(&visible(&format!("{}: {}", letter.row, summary())));
        }
    }

    fn known(&self, letter: &Letter, known: &Known) {
        if known.is_of_this_run {
            self.count().repeated += 1;
            self.tell(letter, "repeated", || json!({ "row": known.row.to_string() }));
            if self.format == Format::Full {
                let (this, first) = (&letter.row, &known.row);
                self.progress
                    .say(&visible(&format!("{this}: not sent: the same message to the same conversation as {first}")));
            }
            return;
        }
        *self.count().before.entry(known.state).or_default() += 1;
        self.tell(
            letter,
            known.state.word(),
            || json!({ "before": true, "status": known.status, "cause": known.cause.map(Cause::word) }),
        );
    }

    /// Takes note of rows that make no message.
    pub(super) fn reject(&self, rejected: &[Rejected]) {
        self.count().rejected += rejected.len() as u64;
        for row in rejected {
            let reasons: Vec<String> = row.sentences().collect();
            match self.format {
                Format::Full => reasons.iter().for_each(|reason| self.progress.say(reason)),
                Format::Json => self.write(&json!({
                    "file": &*row.name, "line": row.row.line, "outcome": "rejected", "reasons": reasons,
                })),
            }
        }
    }

    /// Writes an object about a letter, where programs read.
    fn tell(&self, letter: &Letter, outcome: &str, more: impl FnOnce() -> serde_json::Value) {
        if self.format == Format::Full {
            return;
        }
        let Letter { row, request, .. } = letter;
        let mut object = json!({
            "file": &*row.file,
            "line": row.line,
            "conversation_id": request.conversation().as_str(),
            "outcome": outcome,
        });
        if let (Some(object), serde_json::Value::Object(more)) = (object.as_object_mut(), more()) {
            object.extend(more);
        }
        self.write(&object);
    }

    fn write(&self, object: &serde_json::Value) {
        // A reader that has gone away must not keep outcomes from the journal.
        let _ = writeln!(io::stdout(), "{object}");
    }

    fn so_far(&self) -> String {
        let count = self.count();
        let rate = count.delivered as f64 / self.began.elapsed().as_secs_f64().max(0.001);
        let mut words = format!("{} delivered, {rate:.0} a second", count.delivered);
        for (number, word) in [(count.refused(), "refused"), (count.unknown(), "unknown"), (count.rejected, "rejected")]
        {
            if number > 0 {
                words += &format!(", {number} {word}");
            }
        }
        words
    }

    /// Says how the run ended, by cause, and what to do. Nobody is left to be told that it cannot be written: how the process
    /// ends must not depend on it.
    pub(super) fn summarize(&self, halt: Option<&Halt>, journal: &Path, terminal: &Terminal) {
        let count = self.count();
        if self.format == Format::Json {
            self.write(&self.summary(&count, halt));
        } else {
            let _ = self.write_count(&count, &mut terminal.stderr());
            if count.unknown() + count.refused() + count.before(State::Unknown) + count.before(State::Refused) > 0 {
                let _ = writeln!(
                    terminal.stderr(),
                    "`kenarc journal {}` lists what was refused and what is unknown",
                    journal.display()
                );
            }
        }
        if let Some(halt) = halt {
            let (message, mut help) = words(halt);
            if self.has_rejects && count.rejected > 0 {
                help += " The same rows are rejected again: name another file for --rejects.";
            }
            let _ = terminal.error(&message, Some(&help));
        }
    }

    fn write_count(&self, count: &Count, out: &mut impl Write) -> io::Result<()> {
        let seconds = self.began.elapsed().as_secs_f64();
        writeln!(out, "delivered {} in {seconds:.1} s", counted(count.delivered as usize, "message"))?;
        for (causes, word) in [(&count.refused, "refused"), (&count.unknown, "unknown")] {
            for (cause, number) in causes {
                writeln!(out, "{word} {number}: {}", cause.meaning())?;
                writeln!(out, "  {}", cause.help())?;
            }
        }
        if count.rejected > 0 {
            writeln!(out, "rejected {}: no request was made of them", counted(count.rejected as usize, "row"))?;
            let keep = if self.has_rejects { "" } else { ": --rejects FILE keeps them" };
            writeln!(out, "  Mend them and run them alone{keep}.")?;
        }
        if count.repeated > 0 {
            let rows = counted(count.repeated as usize, "row");
            writeln!(out, "not sent: {rows} with the same message to the same conversation as another")?;
        }
        if count.before(State::Delivered) > 0 {
            writeln!(out, "not sent: {} that were delivered before", count.before(State::Delivered))?;
        }
        if count.before(State::Refused) > 0 {
            writeln!(out, "not sent: {} that were refused before", count.before(State::Refused))?;
            writeln!(out, "  --retry-refused sends them again.")?;
        }
        if count.before(State::Unknown) > 0 {
            writeln!(out, "not sent: {} that may have been delivered before", count.before(State::Unknown))?;
            writeln!(out, "  Look into the conversations; --resend-unknown sends them again, perhaps a second time.")?;
        }
        Ok(())
    }

    fn summary(&self, count: &Count, halt: Option<&Halt>) -> serde_json::Value {
        let by_cause = |causes: &BTreeMap<Cause, u64>| {
            causes
                .iter()
                .map(|(cause, count)| (cause.word().to_owned(), (*count).into()))
                .collect::<serde_json::Map<_, _>>()
        };
        json!({ "summary": {
            "delivered": count.delivered,
            "refused": by_cause(&count.refused),
            "unknown": by_cause(&count.unknown),
            "rejected": count.rejected,
            "repeated": count.repeated,
            "before": {
                "delivered": count.before(State::Delivered),
                "refused": count.before(State::Refused),
                "unknown": count.before(State::Unknown),
            },
            "seconds": self.began.elapsed().as_secs_f64(),
            "halted": halt.map(|halt| words(halt).0),
        }})
    }

    /// The exit status: the gravest of what there is.
    pub(super) fn exit(&self, is_unfinished: bool) -> Exit {
        let count = self.count();
        match () {
            () if count.unknown() + count.before(State::Unknown) > 0 => Exit::Unknown,
            () if count.refused() + count.before(State::Refused) > 0 => Exit::Refused,
            () if is_unfinished => Exit::Failed,
            () if count.rejected > 0 => Exit::Findings,
            () => Exit::Done,
        }
    }

    fn count(&self) -> MutexGuard<'_, Count> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a run ended early, and what to do.
fn words(halt: &Halt) -> (String, String) {
    let again = "Run the same command again to go on: what was delivered is not sent again.";
    match halt {
        Halt::Stopped => ("stopped before all rows were sent".to_owned(), again.to_owned()),
        Halt::Limited { retry_after } => {
            let asks =
                retry_after.map_or(String::new(), |wait| format!(", and the API asks to wait {} s", wait.as_secs()));
            (
                format!("stopped: the app's daily quota seems to be used up{asks}"),
                format!("Kenar's panel shows the limits. {again}"),
            )
        }
        Halt::Unreachable { summary } => (format!("stopped: {}", visible(summary)), again.to_owned()),
        Halt::Denied { status } => (
            format!("stopped: {MAX_DENIED} messages in a row were refused with HTTP {status}"),
            "Renew the token or correct the key and its permissions; then run the same command with --retry-refused."
                .to_owned(),
        ),
        Halt::Doubtful { count } => (
            format!("stopped: the outcome of {count} messages in a row is unknown"),
            "Look into some of the conversations, and see that the server is well. Run the same command again to go on: \
             neither what was delivered nor what is unknown is sent again."
                .to_owned(),
        ),
        Halt::Journal(error) => (format!("stopped: {error}"), error.help().to_owned()),
    }
}
