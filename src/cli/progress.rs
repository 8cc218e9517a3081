//! How far a long run is: a bar on a terminal, a line now and then elsewhere.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::rows::Rows;

use super::output::Terminal;

/// How often a line is written where there is no terminal.
const BETWEEN_LINES: Duration = Duration::from_secs(5);

/// How often the bar is drawn.
const BETWEEN_FRAMES: Duration = Duration::from_millis(100);

/// What people see while rows are worked on, on stderr.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    is_shown: bool,
    /// Bytes of the rows that have been read, and how many there are.
    read: Arc<AtomicU64>,
    size: Option<u64>,
    last: Mutex<Instant>,
}

impl Progress {
    pub(super) fn new(rows: &Rows) -> Self {
        let bar = io::stderr().is_terminal().then(|| bar(rows.size()));
        Self { bar, is_shown: true, read: rows.bytes_read(), size: rows.size(), last: Mutex::new(Instant::now()) }
    }

    /// The same where results go to stdout: on a terminal they show themselves how far it is.
    pub(super) fn beside_results(rows: &Rows) -> Self {
        if io::stdout().is_terminal() {
            let last = Mutex::new(Instant::now());
            return Self { bar: None, is_shown: false, read: rows.bytes_read(), size: None, last };
        }
        Self::new(rows)
    }

    /// Shows how far it is, if it is time to. `words`: what has been done.
    pub(super) fn show(&self, words: impl FnOnce() -> String) {
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
                bar.set_message(words());
            }
            (None, Some(size)) if size > 0 => self.say(&format!("{} ({} %)", words(), read * 100 / size)),
            (None, _) => self.say(&words()),
        }
    }

    /// Says something that stays.
    pub(super) fn say(&self, line: &str) {
        // In one piece: others write too. Nobody is left to be told that stderr cannot be written.
        let line = format!("{line}\n");
        let write = || drop(Terminal::new().stderr().write_all(line.as_bytes()));
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Takes the bar away.
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
