//! A folder with a template and rows, the server that they are sent to, and the runs that send them.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write as _;
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use kenarc::send::journal::{JournalError, Reader, Record, State};

use super::*;
use crate::cli::{Folder, Run, words};
pub(super) use crate::machine::has;
use crate::machine::{kenarc, signal};
use crate::recorder::{RecordedRequest, Recorder, Reply};

/// No run may take longer than this: the longest takes two minutes.
const PATIENCE: Duration = Duration::from_secs(180);

/// Rows and where they go.
pub(super) struct Batch {
    pub(super) folder: Folder,
    pub(super) server: Recorder,
    runs: Cell<usize>,
}

impl Batch {
    /// Rows for [`TEMPLATE`] in `rows.jsonl`, and a server with this script.
    pub(super) fn of(
        rows: impl AsRef<[u8]>,
        script: impl Fn(&RecordedRequest) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let folder = Folder::with("order.yaml", TEMPLATE).and("rows.jsonl", rows);
        Self { folder, server: Recorder::start(script), runs: Cell::new(0) }
    }

    /// Sends `rows.jsonl`, with more arguments.
    #[track_caller]
    pub(super) fn send(&self, arguments: &str) -> Run {
        self.start(arguments).end()
    }

    /// Begins to send `rows.jsonl`, with more arguments.
    pub(super) fn start(&self, arguments: &str) -> Going<'_> {
        self.start_as(self.command("rows.jsonl", arguments))
    }

    /// Returns `kenarc send` as a command, with rows and further arguments.
    pub(super) fn command(&self, rows: &str, arguments: &str) -> Command {
        let mut command = Command::new(kenarc());
        self.complete(&mut command, rows, arguments);
        command
    }

    /// Returns the same command, run by a shell script that ends with `"$@"`.
    pub(super) fn command_by(&self, script: &str, rows: &str, arguments: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script, "sh"]).arg(kenarc());
        self.complete(&mut command, rows, arguments);
        command.env("PATH", std::env::var_os("PATH").unwrap());
        command
    }

    fn complete(&self, command: &mut Command, rows: &str, arguments: &str) {
        command.env_clear().envs(SECRETS).current_dir(self.folder.path(""));
        command.args(["send", "order.yaml", "--batch", rows, "--base-url", &self.server.url()]).args(words(arguments));
    }

    /// Starts a command.
    pub(super) fn start_as(&self, mut command: Command) -> Going<'_> {
        self.runs.set(self.runs.get() + 1);
        let outputs = ["stdout", "stderr"].map(|name| format!("{name}-{}", self.runs.get()));
        let [stdout, stderr] = outputs.each_ref().map(|name| File::create(self.folder.path(name)).unwrap());
        let child = command.stdin(Stdio::piped()).stdout(stdout).stderr(stderr).spawn().unwrap();
        let mut going = Going { batch: self, child, stdin: None, outputs };
        going.stdin = going.child.stdin.take();
        going
    }

    /// Waits until the server has received so many requests.
    #[track_caller]
    pub(super) fn wait_for(&self, requests: usize) {
        wait_until("the requests have arrived", || self.server.count() >= requests);
    }

    /// Returns all records of the journal.
    #[track_caller]
    pub(super) fn records(&self) -> Vec<Record> {
        let mut records = Vec::new();
        let take = |record: &Record| {
            records.push(record.clone());
            Ok::<(), JournalError>(())
        };
        Reader::open(&self.folder.path("rows.jsonl.journal")).unwrap().each(&State::ALL, take).unwrap();
        records
    }

    /// Returns the conversations whose messages are in a state according to the journal.
    #[track_caller]
    pub(super) fn recorded(&self, state: State) -> BTreeSet<String> {
        let records = self.records().into_iter();
        records.filter(|record| record.state == state).map(|record| record.recipient_id).collect()
    }

    /// Returns how often each message may have been delivered, by its conversation.
    pub(super) fn arrived(&self) -> BTreeMap<String, usize> {
        let mut arrived = BTreeMap::new();
        for request in self.server.requests().into_iter().filter(|request| request.may_be_delivered) {
            *arrived.entry(request.conversation).or_default() += 1;
        }
        arrived
    }

    /// Returns the conversations of messages that arrived more than once.
    pub(super) fn duplicates(&self) -> BTreeSet<String> {
        self.arrived().into_iter().filter(|(_, count)| *count > 1).map(|(conversation, _)| conversation).collect()
    }

    /// Asserts what must hold whenever no run is going on, as long as no option asked to send anything again: every
    /// message that arrived is recorded and arrived once, and every message recorded as delivered arrived.
    #[track_caller]
    pub(super) fn assert_consistent(&self) {
        let arrived = self.arrived();
        assert_eq!(self.duplicates(), BTreeSet::new(), "arrived twice");
        if !self.folder.path("rows.jsonl.journal").exists() {
            assert!(arrived.is_empty(), "arrived without a journal: {arrived:?}");
            return;
        }
        let [delivered, unknown] = [State::Delivered, State::Unknown].map(|state| self.recorded(state));
        for conversation in arrived.keys() {
            let is_recorded = delivered.contains(conversation) || unknown.contains(conversation);
            assert!(is_recorded, "{conversation} arrived and is neither delivered nor unknown");
        }
        for conversation in delivered {
            assert!(arrived.contains_key(&conversation), "{conversation} never arrived and is called delivered");
        }
    }

    /// Sends unknown messages again, and asserts that all rows are delivered then, and that only unknown messages
    /// arrived twice.
    #[track_caller]
    pub(super) fn assert_complete_after_resending_unknown(&self, count: usize) {
        self.assert_consistent();
        let unknown = self.recorded(State::Unknown);
        let before = self.server.count();
        assert_eq!(self.send("").status, if unknown.is_empty() { 0 } else { 4 });
        assert_eq!(self.server.count(), before, "sent again without being asked");
        let run = self.send("--resend-unknown");
        assert_eq!(run.status, 0, "{run}");
        assert_eq!(self.arrived().len(), count, "not every message arrived");
        assert_eq!(self.recorded(State::Delivered).len(), count);
        let twice = self.duplicates();
        assert!(twice.is_subset(&unknown), "{twice:?} arrived twice, and unknown were {unknown:?}");
        assert!(self.arrived().values().all(|count| *count <= 2), "{:?}", self.arrived());
        for request in self.server.requests().iter().filter(|request| request.may_be_delivered) {
            let number = request.conversation.strip_prefix("c-").unwrap();
            assert_eq!(request.text(), format!("سلام کاربر {number}"));
        }
    }
}

/// A run that is going on.
pub(super) struct Going<'a> {
    batch: &'a Batch,
    child: Child,
    stdin: Option<ChildStdin>,
    outputs: [String; 2],
}

impl Going<'_> {
    /// Kills it as nothing can be killed that wants to tidy up before. Gives whether it was still going on.
    pub(super) fn kill(mut self) -> bool {
        let was_going_on = self.child.try_wait().unwrap().is_none();
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        was_going_on
    }

    /// Sends it a signal.
    pub(super) fn signal(&self, name: &str) {
        signal(&self.child, name);
    }

    /// Gives it more to read.
    pub(super) fn give(&mut self, text: impl AsRef<[u8]>) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(text.as_ref()).and_then(|()| stdin.flush()).unwrap();
    }

    /// Returns its stderr so far.
    pub(super) fn stderr(&self) -> String {
        self.batch.folder.read(&self.outputs[1])
    }

    /// Waits until it has said something.
    #[track_caller]
    pub(super) fn wait_for(&self, words: &str) {
        wait_until(words, || self.stderr().contains(words));
    }

    /// Waits for its end.
    #[track_caller]
    pub(super) fn end(mut self) -> Run {
        // Rows from stdin end here.
        self.stdin = None;
        let began = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if began.elapsed() > PATIENCE {
                self.child.kill().unwrap();
                self.child.wait().unwrap();
                panic!("it does not end; it has printed:\n{}", self.stderr());
            }
            thread::sleep(Duration::from_millis(2));
        };
        let [stdout, stderr] = self.outputs.each_ref().map(|name| fs::read(self.batch.folder.path(name)).unwrap());
        let run = Run::ended(Output { status, stdout, stderr });
        let [stdout, stderr] =
            [&run.stdout, &run.stderr].map(|said| said.replace(&self.batch.server.url(), "http://SERVER"));
        let run = Run { stdout, stderr: normalized(&stderr), ..run };
        assert!(!run.stdout.contains(SECRET) && !run.stderr.contains(SECRET), "{run}");
        run
    }
}

/// Returns output without what differs in each run.
fn normalized(output: &str) -> String {
    let line = |line: &str| match line.split_once(" in ") {
        Some((delivered, _)) if delivered.starts_with("delivered ") => format!("{delivered} in N s\n"),
        _ => format!("{line}\n"),
    };
    output.lines().map(line).collect()
}

#[track_caller]
pub(super) fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "waited in vain until: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}
