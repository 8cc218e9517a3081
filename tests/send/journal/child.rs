//! A process of its own that writes a journal, for tests of locks, kills and limits: this test program, started again
//! with only the test below.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::LocalSet;

use super::*;
use crate::cli::PATIENCE;

const FOLDER: &str = "KENARC_TEST_FOLDER";
/// The journal, if it is not in the folder.
const JOURNAL: &str = "KENARC_TEST_JOURNAL";
const MESSAGES: &str = "KENARC_TEST_MESSAGES";

/// The test that a child runs.
const TEST: &str = "journal::child::each_message_that_left_is_recorded";

/// How many messages are in flight at a time.
const IN_FLIGHT: u64 = 64;

/// A process that sends many messages with the journal `journal` in a folder, and notes in the file `left`, one line a
/// message, what leaves.
pub(super) struct Child(std::process::Child);

impl Child {
    /// Starts the process.
    pub(super) fn start(folder: &Folder, messages: u64) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        Self::start_as(&mut command, folder, messages)
    }

    /// Starts the process by a shell script that ends with `"$@"`.
    pub(super) fn start_by(script: &str, folder: &Folder, messages: u64) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", script, "sh"]).arg(std::env::current_exe().unwrap());
        Self::start_as(&mut command, folder, messages)
    }

    fn start_as(command: &mut Command, folder: &Folder, messages: u64) -> Self {
        command.args(["--exact", TEST, "--nocapture", "--test-threads=1"]);
        command.env(FOLDER, folder.path("")).env(MESSAGES, messages.to_string());
        Self(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// Waits until so many messages have left.
    #[track_caller]
    pub(super) fn wait_for(&mut self, messages: usize, folder: &Folder) {
        let began = Instant::now();
        while sent_numbers(folder).len() < messages {
            assert!(began.elapsed() < PATIENCE, "the child is too slow");
            assert!(self.0.try_wait().unwrap().is_none(), "the child has ended before");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Kills the process, which cannot clean up then. It may have ended already.
    pub(super) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// Waits for the process to end, and returns its output.
    pub(super) fn end(self) -> Output {
        self.0.wait_with_output().unwrap()
    }
}

/// Returns the numbers of the messages that left, in order.
pub(super) fn sent_numbers(folder: &Folder) -> Vec<u64> {
    let text = fs::read_to_string(folder.path("left")).unwrap_or_default();
    // The last line may be half written.
    text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')).map(|line| line.parse().unwrap()).collect()
}

/// Sends messages and verifies the journal. In a process that [`Child`] starts, it sends the messages of the parent,
/// which verifies the journal.
#[test]
fn each_message_that_left_is_recorded() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        let folder = PathBuf::from(folder);
        let journal = std::env::var_os(JOURNAL).map_or_else(|| folder.join("journal"), PathBuf::from);
        return run(&folder, &journal, std::env::var(MESSAGES).unwrap().parse().unwrap());
    }
    let folder = Folder::empty();
    run(&folder.path(""), &folder.path("journal"), 500);
    assert_eq!(sent_numbers(&folder).len(), 500);
    assert_eq!(assert_consistent(&folder).len(), 500);
}

/// Sends messages, many at a time. Panics if the journal fails.
fn run(folder: &Path, journal: &Path, messages: u64) {
    let left = OpenOptions::new().create(true).append(true).open(folder.join("left")).unwrap();
    let Run { runtime, journal } = Run::begin(journal, NEVER_AGAIN);
    let journal = Rc::new(journal);
    let lanes = LocalSet::new();
    for lane in 0..IN_FLIGHT {
        let (journal, left) = (Rc::clone(&journal), left.try_clone().unwrap());
        lanes.spawn_local(
            async move { send_all((1 + lane..=messages).step_by(IN_FLIGHT as usize), &journal, left).await },
        );
    }
    runtime.block_on(lanes);
    if let Some(failure) = journal.failure() {
        let later = runtime.block_on(journal.intend(intent(u64::MAX >> 1)));
        assert_eq!(later, Err(failure.clone()));
    }
    let result = runtime.block_on(Rc::into_inner(journal).unwrap().close());
    // On stderr, where the parent looks for it.
    eprintln!("{result:?}");
    result.unwrap();
}

/// Sends messages one after another. Every tenth is refused, every hundredth has no answer.
async fn send_all(numbers: impl Iterator<Item = u64>, journal: &Journal, mut left: File) {
    for number in numbers {
        match journal.intend(intent(number)).await {
            Ok(Claim::Known(_)) => continue,
            Err(_) => return,
            Ok(Claim::Granted) => {}
        }
        left.write_all(format!("{number}\n").as_bytes()).unwrap();
        tokio::task::yield_now().await;
        journal.settle(id(number), outcome(number));
    }
}

/// Returns the outcome of a message of the child process.
pub(super) const fn outcome(number: u64) -> Settled {
    match number {
        _ if number.is_multiple_of(100) => UNKNOWN,
        _ if number.is_multiple_of(10) => REFUSED,
        _ => DELIVERED,
    }
}

/// Asserts that the journal agrees with the messages that left, which must hold at any time. Returns the records.
#[track_caller]
pub(super) fn assert_consistent(folder: &Folder) -> BTreeMap<u64, (State, Option<Cause>)> {
    let records: BTreeMap<_, _> = records(&folder.path("journal"))
        .into_iter()
        .map(|record| (record.row.line, (record.state, record.cause)))
        .collect();
    let left = sent_numbers(folder);
    let once: BTreeSet<_> = left.iter().copied().collect();
    assert_eq!(once.len(), left.len(), "a message left twice");
    for number in once {
        let record = records.get(&number).unwrap_or_else(|| panic!("{number} left and is not recorded"));
        let settled = match outcome(number) {
            Settled::Delivered { .. } => (State::Delivered, None),
            Settled::Refused { cause, .. } => (State::Refused, Some(cause)),
            Settled::Unknown { cause, .. } => (State::Unknown, Some(cause)),
            Settled::NotAccepted => panic!("no child does that"),
        };
        assert!([settled, (State::Unknown, Some(Cause::Interrupted))].contains(record), "{number}: {record:?}");
    }
    records
}
