//! What is found out before anything is sent: dry runs, texts that have changed since an earlier run, missing columns.

use insta::assert_snapshot;
use serde_json::Value;

use super::fixture::Batch;
use super::*;
use crate::recorder::{delivered, failed};

const BAD_ROW: &str = "{\"conversation_id\":\"c-bad\",\"name\":\"x\"}\n";

/// The same template with another text.
const EDITED: &str = "variables: { name: { type: string, minLength: 2 } }\nmessage: درود {{ name }}\n";

#[test]
fn a_dry_run_checks_every_row_and_sends_nothing() {
    let batch = Batch::of(rows(1..=3) + &row(1) + BAD_ROW, |_| delivered());
    assert_snapshot!(batch.send("--dry-run"), @r#"
    exit status 1
    --- stderr
    rows.jsonl:5:35: error[invalid-value]: invalid value for `name`: expected at least 2 characters, found `"x"`
    dry run: nothing was sent
    would send 3 messages
    rejected 1 row: nothing was sent
      Fix the rejected rows and send them on their own; --rejects FILE keeps them.
    not sent: 1 row with the same message to the same recipient as another row
    "#);
    assert_eq!(batch.server.count(), 0);
    assert!(!batch.folder.path("rows.jsonl.journal").exists());
    batch.send("");
    assert_eq!(batch.server.count(), 3);
    let journal = || std::fs::read(batch.folder.path("rows.jsonl.journal")).unwrap();
    let before = journal();
    assert_snapshot!(batch.send("--dry-run --rejects bad.jsonl"), @r#"
    exit status 1
    --- stderr
    rows.jsonl:5:35: error[invalid-value]: invalid value for `name`: expected at least 2 characters, found `"x"`
    dry run: nothing was sent
    would send 0 messages
    rejected 1 row: nothing was sent
      Fix the rejected rows and send them on their own.
    not sent: 1 row with the same message to the same recipient as another row
    not sent: 3 messages delivered by an earlier run
    "#);
    assert!(batch.folder.read("bad.jsonl").ends_with(BAD_ROW));
    let run = batch.send("--dry-run --format json");
    let summary: Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
    assert_eq!((&summary["summary"]["would_send"], &summary["summary"]["rejected"]), (&json!(0), &json!(1)), "{run}");
    assert_eq!((batch.server.count(), journal() == before), (3, true));
}

#[test]
fn a_dry_run_needs_what_a_run_needs() {
    let batch = Batch::of(rows(1..=3), |_| delivered());
    for (variable, expected) in [("KENAR_ACCESS_TOKEN", "missing access token"), ("KENAR_API_KEY", "missing API key")] {
        for arguments in ["--dry-run", ""] {
            let mut command = batch.command("rows.jsonl", arguments);
            command.env_remove(variable);
            let run = batch.start_as(command).end();
            assert!(run.status == 2 && run.stderr.contains(expected) && run.stderr.lines().count() == 2, "{run}");
        }
    }
    assert_eq!(batch.server.count(), 0);
}

#[test]
fn a_conversation_gets_no_second_text_by_itself() {
    let batch = Batch::of(rows(1..=7), |_| delivered());
    batch.send("");
    let original = batch.folder.read("order.yaml");
    std::fs::write(batch.folder.path("order.yaml"), EDITED).unwrap();
    for arguments in ["", "--dry-run"] {
        let run = batch.send(arguments);
        assert!(run.status == 2 && run.stderr.contains("7 messages would go to recipients that already"), "{run}");
    }
    assert_snapshot!(batch.send(""), @r"
    exit status 2
    --- stderr
    error: 7 messages would go to recipients that already got another text: rows.jsonl:1, rows.jsonl:2, rows.jsonl:3, rows.jsonl:4, rows.jsonl:5 and 2 more
     help: the template or the rows have changed since an earlier run with rows.jsonl.journal; restore them, leave these rows out, or send the new texts as well with --allow-changed
    ");
    assert_eq!(batch.server.count(), 7);
    // Other rows are not affected.
    std::fs::write(batch.folder.path("rows.jsonl"), rows(8..=9)).unwrap();
    assert_eq!(batch.send("").status, 0);
    assert_eq!(batch.server.count(), 9);
    // With the old text, nothing is new.
    std::fs::write(batch.folder.path("order.yaml"), original).unwrap();
    std::fs::write(batch.folder.path("rows.jsonl"), rows(1..=7)).unwrap();
    assert_eq!(batch.send("").status, 0);
    std::fs::write(batch.folder.path("order.yaml"), EDITED).unwrap();
    assert_eq!(batch.send("--allow-changed").status, 0);
    assert_eq!(batch.server.count(), 16);
}

#[test]
fn several_texts_for_one_conversation_are_not_taken_for_changes() {
    let two = row(1) + &row(1).replace("کاربر", "مریم");
    let batch = Batch::of(row(1), |_| delivered());
    batch.send("");
    std::fs::write(batch.folder.path("rows.jsonl"), two).unwrap();
    let run = batch.send("");
    assert_eq!((run.status, batch.server.count()), (0, 2), "{run}");
}

#[test]
fn a_refused_text_can_be_corrected() {
    let batch = Batch::of(rows(1..=2), |request| match request.number {
        0 | 1 => failed(400, 3, "invalid"),
        _ => delivered(),
    });
    batch.send("");
    std::fs::write(batch.folder.path("order.yaml"), EDITED).unwrap();
    let run = batch.send("");
    assert_eq!((run.status, batch.server.count()), (0, 4), "{run}");
}
