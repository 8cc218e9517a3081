//! The progress of a long run: a bar on a terminal, otherwise an occasional line.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::rows::Rows;

use super::output::Terminal;

/// How often a line is written if stderr is not a terminal.
const BETWEEN_LINES: Duration = Duration::from_secs(5);

/// How often the bar is redrawn.
const BETWEEN_FRAMES: Duration = Duration::from_millis(100);

/// The progress display on stderr while rows are processed.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    is_shown: bool,
    /// How many bytes of the rows have been read, and how many there are.
    read: Arc<AtomicU64>,
    size: Option<u64>,
    last: Mutex<Instant>,
}

/// How far a run has come.
pub(super) struct Done {
    /// How many rows are done.
    pub(super) rows: u64,
    /// How many rows have been read.
    pub(super) of: u64,
    /// What has been done.
    pub(super) message: String,
}

impl Progress {
    pub(super) fn new(rows: &Rows) -> Self {
        let bar = io::stderr().is_terminal().then(|| bar(rows.size()));
        Self { bar, is_shown: true, read: rows.bytes_read(), size: rows.size(), last: Mutex::new(Instant::now()) }
    }

    /// Like [`new`](Self::new), for a command whose results go to stdout: on a terminal they show the progress
    /// themselves.
    pub(super) fn beside_results(rows: &Rows) -> Self {
        if io::stdout().is_terminal() {
            let last = Mutex::new(Instant::now());
            return Self { bar: None, is_shown: false, read: rows.bytes_read(), size: None, last };
        }
        Self::new(rows)
    }

    /// Updates the display if an update is due. `done` says how many of the rows that have been read are done, and what
    /// has been done.
    pub(super) fn update(&self, done: impl FnOnce() -> Done) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let between = if self.bar.is_some() { BETWEEN_FRAMES } else { BETWEEN_LINES };
        if !self.is_shown || last.elapsed() < between {
            return;
        }
        *last = Instant::now();
        let Done { rows, of, message } = done();
        // A small file is read at once, long before its rows are done.
        let read = self.read.load(Ordering::Relaxed);
        let position = u64::try_from(u128::from(read) * u128::from(rows) / u128::from(of.max(1))).unwrap_or(read);
        match (&self.bar, self.size) {
            (Some(bar), _) => {
                bar.set_position(position);
                bar.set_message(message);
            }
            (None, Some(size)) if size > 0 => self.print(&format!("{message} ({} %)", position * 100 / size)),
            (None, _) => self.print(&message),
        }
    }

    /// Prints a line that stays above the bar.
    pub(super) fn print(&self, line: &str) {
        // In one write, because others write too. If stderr is closed, nobody can be told.
        let line = format!("{line}\n");
        let write = || drop(Terminal::new().stderr().write_all(line.as_bytes()));
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Removes the bar.
    pub(super) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(size: Option<u64>) -> ProgressBar {
    let (bar, template) = match size {
        Some(size) => (ProgressBar::new(size), "{bar:30} {percent:>3} %  {msg}  {eta} left"),
        None => (ProgressBar::new_spinner(), "{spinner} {msg}  {elapsed}"),
    };
    bar.enable_steady_tick(BETWEEN_FRAMES);
    bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
}
