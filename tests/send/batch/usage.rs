//! Mistakes that are found before the first request, so that nothing is sent.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use insta::assert_snapshot;

use super::fixture::Batch;
use super::*;
use crate::cli::Run;
use crate::machine::ran_as_ordinary_user;
use crate::recorder::delivered;

fn batch() -> Batch {
    Batch::of(rows(1..=3), |_| delivered())
}

/// Nothing is sent, and the exit status is 2.
#[track_caller]
fn refused(batch: &Batch, arguments: &str) -> Run {
    let run = batch.send(arguments);
    assert_eq!(run.status, 2, "{run}");
    assert_eq!(batch.server.count(), 0);
    run
}

#[test]
fn option_conversation_conflicts_with_batch() {
    assert_snapshot!(refused(&batch(), "--conversation c-1"), @r"
    exit status 2
    --- stderr
    error: the argument '--batch <ROWS>' cannot be used with '--conversation <ID>'

    Usage: kenarc send --base-url <URL> <--conversation <ID>|--bot-conversation <ID>|--user <ID>|--batch <ROWS>> <TEMPLATE>

    For more information, try '--help'.
    ");
}

#[test]
fn options_of_batches_require_batch() {
    for flag in
        ["--rate 60/m", "--journal j", "--retry-refused", "--resend-unknown", "--concurrency 2", "--format json"]
    {
        let batch = batch();
        let mut arguments = vec!["send", "order.yaml", "--conversation", "c-1"];
        arguments.extend(flag.split(' '));
        let run = batch.folder.kenarc(&arguments);
        let report = format!("error: the argument '--conversation <ID>' cannot be used with '{}", arguments[4]);
        assert!(run.status == 2 && run.stderr.contains(&report), "{flag}: {run}");
        arguments.drain(2..4);
        let run = batch.folder.kenarc(arguments);
        assert!(run.status == 2 && run.stderr.contains("--batch <ROWS>"), "{flag}: {run}");
    }
}

#[test]
fn invalid_rates_and_concurrencies_are_refused() {
    for (flags, report) in [
        ("--rate 60", "invalid rate: expected a number of requests and a unit of time, such as `60/m`"),
        ("--rate 60/d", "invalid unit of time: expected `s`, `m` or `h`"),
        ("--rate 0/s", "invalid rate: expected at least one request"),
        ("--concurrency 0", "expected a number from 1 to 1000"),
        ("--concurrency 1001", "expected a number from 1 to 1000"),
        ("--retries -1", "unexpected argument"),
    ] {
        let run = refused(&batch(), flags);
        assert!(run.stderr.contains(report), "{run}");
    }
}

#[test]
fn rows_from_stdin_require_a_journal() {
    let batch = batch();
    let run = batch.start_as(batch.command("-", "")).end();
    assert_snapshot!(run, @r"
    exit status 2
    --- stderr
    error: rows from stdin require --journal
     help: name a file with --journal: it keeps a later run from sending messages twice
    ");
}

#[test]
fn journal_cannot_be_the_rows() {
    assert_snapshot!(refused(&batch(), "--journal ./rows.jsonl"), @r"
    exit status 2
    --- stderr
    error: ./rows.jsonl cannot be both the rows and the journal
    ");
}

#[test]
fn second_run_with_the_same_journal_does_not_begin() {
    let batch = Batch::of(rows(1..=3), |_| delivered().after(2_000));
    let going = batch.start("");
    batch.wait_for(3);
    assert_snapshot!(batch.send(""), @r"
    exit status 2
    --- stderr
    error: the journal rows.jsonl.journal is in use by another run or by `kenarc journal`
     help: wait until it has ended; two runs at the same time could send a message twice
    ");
    assert_eq!(batch.server.count(), 3);
    assert_eq!(going.end().status, 0);
    assert_eq!(batch.duplicates().len(), 0);
}

#[test]
fn corrupt_or_unwritable_journal_is_refused() {
    let batch = batch();
    assert_eq!(batch.send("").status, 0);
    let whole = fs::read(batch.folder.path("rows.jsonl.journal")).unwrap();
    let refused = |bytes: &[u8], report: &str| {
        batch.folder.write("rows.jsonl.journal", bytes);
        let run = batch.send("");
        assert!(run.status == 2 && run.stderr.contains(report) && run.stderr.contains(" help: "), "{run}");
        assert_eq!(batch.server.count(), 3);
    };
    refused(b"", "error: rows.jsonl.journal is empty, which a journal never is");
    refused(b"conversation_id,name\n", "error: rows.jsonl.journal is not a journal");
    refused(&whole[..whole.len() - 1024], "error: the journal rows.jsonl.journal is damaged");
    let mut damaged = whole.clone();
    damaged[1024..].fill(0x55);
    refused(&damaged, "error: the journal rows.jsonl.journal is damaged");
    let run = batch.send("--journal no-such-folder/journal");
    assert!(run.status == 2 && run.stderr.contains("its folder does not exist"), "{run}");
    assert_eq!(batch.server.count(), 3);
}

#[test]
fn journal_that_is_read_only_is_refused() {
    if ran_as_ordinary_user(&journal_that_is_read_only_is_refused) {
        return;
    }
    let batch = batch();
    assert_eq!(batch.send("").status, 0);
    let journal = batch.folder.path("rows.jsonl.journal");
    fs::set_permissions(&journal, fs::Permissions::from_mode(0o400)).unwrap();
    let run = batch.send("");
    assert!(run.status == 2 && run.stderr.contains("read-only"), "{run}");
    assert_eq!(batch.server.count(), 3);
}

#[test]
fn missing_secrets_are_reported_before_files_are_created() {
    let batch = batch();
    let mut command = batch.command("rows.jsonl", "--rejects bad.jsonl");
    command.env_remove("KENAR_API_KEY");
    let run = batch.start_as(command).end();
    assert!(run.status == 2 && run.stderr.contains("missing API key"), "{run}");
    assert!(!batch.folder.path("rows.jsonl.journal").exists());
}

#[test]
fn run_that_does_not_begin_leaves_no_file_for_rejected_rows() {
    let batch = batch();
    batch.folder.write("rows.csv", "conversation_id,name\nc-1,سارا\n");
    for rows in ["rows.csv", "rows.jsonl"] {
        let run = batch.start_as(batch.command(rows, "--rejects bad --journal no-such-folder/journal")).end();
        assert_eq!(run.status, 2, "{run}");
        let run = batch.start_as(batch.command(rows, "--rejects bad")).end();
        assert_eq!(run.status, 0, "{run}");
    }
}
