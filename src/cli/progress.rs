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

    /// Updates the display if an update is due. `message` says what has been done.
    pub(super) fn update(&self, message: impl FnOnce() -> String) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let between = if self.bar.is_some() { BETWEEN_FRAMES } else { BETWEEN_LINES };
        if !self.is_shown || last.elapsed() < between {
            return;
        }
        *last = Instant::now();
        let read = self.read.load(Ordering::Relaxed);
        match (&self.bar, self.size) {
            (Some(bar), _) => {
                bar.set_position(read);
                bar.set_message(message());
            }
            (None, Some(size)) if size > 0 => self.print(&format!("{} ({} %)", message(), read * 100 / size)),
            (None, _) => self.print(&message()),
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
