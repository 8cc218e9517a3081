//! The output for people and for programs, and the exit status.

use std::process::Command;
use std::thread;
use std::time::Duration;

use insta::assert_snapshot;
use serde_json::Value;

use super::fixture::{Batch, has};
use super::*;
use crate::cli::Run;
use crate::recorder::{RecordedRequest, Reply, delivered, failed};

const BAD_ROW: &str = "{\"conversation_id\":\"c-bad\",\"name\":\"x\"}\n";

/// Conversations with all outcomes, and one that is repeated.
const OF_ALL_OUTCOMES: [&str; 7] = ["a.1", "refuse.2", "forbid.3", "fail.4", "cut.5", "a.6", "a.6"];

/// Returns the reply that the name of the conversation asks for.
fn reply_by_conversation(request: &RecordedRequest) -> Reply {
    match request.conversation.split_once('.').map_or("", |(what, _)| what) {
        "refuse" => failed(412, 9, "message delivery failed due to recipient's restriction"),
        "forbid" => failed(403, 7, "scope is missing"),
        "fail" => failed(500, 13, "internal"),
        "cut" => Reply::CutAnswer,
        _ => delivered(),
    }
}

fn batch(conversations: &[&str], more: &str) -> Batch {
    let row = |conversation: &&str| json!({ "conversation_id": conversation, "name": "سارا" }).to_string() + "\n";
    Batch::of(conversations.iter().map(row).collect::<String>() + more, reply_by_conversation)
}

#[test]
fn the_exit_status_is_that_of_the_most_severe_outcome() {
    for (conversations, more, expected) in [
        (&["a.1"][..], "", 0),
        (&[], "", 0),
        (&["a.1"], BAD_ROW, 1),
        (&["a.1", "refuse.2"], BAD_ROW, 3),
        (&["a.1", "forbid.2"], "", 3),
        (&["a.1", "refuse.2", "cut.3"], BAD_ROW, 4),
        (&["fail.1"], "", 4),
    ] {
        let batch = batch(conversations, more);
        let run = batch.send("");
        assert_eq!(run.status, expected, "{run}");
        // What was left behind keeps its weight.
        assert_eq!(batch.send("").status, expected);
    }
}

#[test]
fn a_run_that_ended_early_is_more_severe_than_rejected_rows_and_less_than_refusals() {
    for (conversations, expected) in [(&["a.1", "a.2"][..], 2), (&["refuse.1", "a.2"], 3), (&["fail.1", "a.2"], 4)] {
        let batch = batch(conversations, BAD_ROW);
        let going = batch.start("--rate 1/h");
        batch.wait_for(1);
        going.wait_for("error[");
        // The first request has been answered, and the second one waits for its time.
        thread::sleep(Duration::from_millis(300));
        going.signal("INT");
        let run = going.end();
        assert_eq!(run.status, expected, "{run}");
    }
}

#[test]
fn full_format_reports_each_row_and_what_to_do() {
    let batch = batch(&OF_ALL_OUTCOMES, BAD_ROW);
    assert_snapshot!(batch.send("--concurrency 1"), @r#"
    exit status 4
    --- stderr
    rows.jsonl:8:35: error[invalid-value]: invalid value for `name`: expected at least 2 characters, found `"x"`
    rows.jsonl:2: 127.0.0.1 refused the message: HTTP 412, FAILED_PRECONDITION: message delivery failed due to recipient's restriction
    rows.jsonl:3: 127.0.0.1 refused the message: HTTP 403, PERMISSION_DENIED: scope is missing
    rows.jsonl:4: outcome unknown: http://SERVER failed: HTTP 500, INTERNAL: internal
    rows.jsonl:5: outcome unknown: the response from http://SERVER (HTTP 200) is incomplete; body (application/json): {"status":0,"message":"s
    rows.jsonl:7: not sent: the same message to the same conversation as rows.jsonl:6
    delivered 2 messages in N s
    refused 1: one side has blocked the other, or one of the two is blacklisted
      Sending again cannot help: leave these rows out.
    refused 1: the API key lacks a permission, or the access token lacks a scope
      Request the permission or the scope, then send them again with --retry-refused.
    unknown 1: the server failed, perhaps after it had accepted the message
      They may have been delivered: look at the conversations. --resend-unknown sends them again, perhaps for the second time.
    unknown 1: the response was not what the API documents
      They may have been delivered: look at the conversations. --resend-unknown sends them again, perhaps for the second time.
    rejected 1 row: nothing was sent
      Fix the rejected rows and send them on their own; --rejects FILE keeps them.
    not sent: 1 row with the same message to the same recipient as another row
    `kenarc journal rows.jsonl.journal` lists the messages that were refused or are unknown
    "#);
    assert_snapshot!(batch.send("--concurrency 1"), @r#"
    exit status 4
    --- stderr
    rows.jsonl:8:35: error[invalid-value]: invalid value for `name`: expected at least 2 characters, found `"x"`
    delivered 0 messages in N s
    rejected 1 row: nothing was sent
      Fix the rejected rows and send them on their own; --rejects FILE keeps them.
    not sent: 3 messages delivered by an earlier run
    not sent: 1 message refused in an earlier run: one side has blocked the other, or one of the two is blacklisted
      Sending again cannot help: leave these rows out.
    not sent: 1 message refused in an earlier run: the API key lacks a permission, or the access token lacks a scope
      Request the permission or the scope, then send them again with --retry-refused.
    not sent: 2 messages with an unknown outcome in an earlier run
      They may have been delivered: look at the conversations. --resend-unknown sends them again, perhaps for the second time.
    `kenarc journal rows.jsonl.journal` lists the messages that were refused or are unknown
    "#);
    assert_snapshot!(batch.send("--concurrency 1 --retry-refused --resend-unknown"), @r#"
    exit status 4
    --- stderr
    rows.jsonl:8:35: error[invalid-value]: invalid value for `name`: expected at least 2 characters, found `"x"`
    rows.jsonl:2: 127.0.0.1 refused the message: HTTP 412, FAILED_PRECONDITION: message delivery failed due to recipient's restriction
    rows.jsonl:3: 127.0.0.1 refused the message: HTTP 403, PERMISSION_DENIED: scope is missing
    rows.jsonl:4: outcome unknown: http://SERVER failed: HTTP 500, INTERNAL: internal
    rows.jsonl:5: outcome unknown: the response from http://SERVER (HTTP 200) is incomplete; body (application/json): {"status":0,"message":"s
    delivered 0 messages in N s
    refused 1: one side has blocked the other, or one of the two is blacklisted
      Sending again cannot help: leave these rows out.
    refused 1: the API key lacks a permission, or the access token lacks a scope
      Request the permission or the scope, then send them again with --retry-refused.
    unknown 1: the server failed, perhaps after it had accepted the message
      They may have been delivered: look at the conversations. --resend-unknown sends them again, perhaps for the second time.
    unknown 1: the response was not what the API documents
      They may have been delivered: look at the conversations. --resend-unknown sends them again, perhaps for the second time.
    rejected 1 row: nothing was sent
      Fix the rejected rows and send them on their own; --rejects FILE keeps them.
    not sent: 3 messages delivered by an earlier run
    `kenarc journal rows.jsonl.journal` lists the messages that were refused or are unknown
    "#);
}

#[test]
fn json_format_has_a_line_for_each_row_and_a_summary() {
    let batch = batch(&OF_ALL_OUTCOMES, BAD_ROW);
    let run = batch.send("--concurrency 1 --format json");
    assert_snapshot!(without_duration(&run), @r#"
    {"file":"rows.jsonl","line":1,"conversation_id":"a.1","outcome":"delivered","status":200,"cause":null,"summary":"delivered to conversation a.1; the API says: sent"}
    {"file":"rows.jsonl","line":2,"conversation_id":"refuse.2","outcome":"refused","status":412,"cause":"restricted","summary":"127.0.0.1 refused the message: HTTP 412, FAILED_PRECONDITION: message delivery failed due to recipient's restriction"}
    {"file":"rows.jsonl","line":3,"conversation_id":"forbid.3","outcome":"refused","status":403,"cause":"forbidden","summary":"127.0.0.1 refused the message: HTTP 403, PERMISSION_DENIED: scope is missing"}
    {"file":"rows.jsonl","line":4,"conversation_id":"fail.4","outcome":"unknown","status":500,"cause":"server-failed","summary":"outcome unknown: http://SERVER failed: HTTP 500, INTERNAL: internal"}
    {"file":"rows.jsonl","line":5,"conversation_id":"cut.5","outcome":"unknown","status":200,"cause":"unexpected-response","summary":"outcome unknown: the response from http://SERVER (HTTP 200) is incomplete; body (application/json): {\"status\":0,\"message\":\"s"}
    {"file":"rows.jsonl","line":6,"conversation_id":"a.6","outcome":"delivered","status":200,"cause":null,"summary":"delivered to conversation a.6; the API says: sent"}
    {"file":"rows.jsonl","line":7,"conversation_id":"a.6","outcome":"repeated","row":"rows.jsonl:6"}
    {"file":"rows.jsonl","line":8,"outcome":"rejected","reasons":["rows.jsonl:8:35: error[invalid-value]: invalid value for `name`: expected at least 2 characters, found `\"x\"`"]}
    {"summary":{"delivered":2,"refused":{"restricted":1,"forbidden":1},"unknown":{"server-failed":1,"unexpected-response":1},"rejected":1,"repeated":1,"before":{"delivered":0,"refused":0,"unknown":0},"seconds":null,"halted":null}}
    "#);
    assert_summary(&run, 8);
    let run = batch.send("--concurrency 1 --format json");
    assert_snapshot!(without_duration(&run), @r#"
    {"file":"rows.jsonl","line":1,"conversation_id":"a.1","outcome":"delivered","before":true,"status":200,"cause":null}
    {"file":"rows.jsonl","line":2,"conversation_id":"refuse.2","outcome":"refused","before":true,"status":412,"cause":"restricted"}
    {"file":"rows.jsonl","line":3,"conversation_id":"forbid.3","outcome":"refused","before":true,"status":403,"cause":"forbidden"}
    {"file":"rows.jsonl","line":4,"conversation_id":"fail.4","outcome":"unknown","before":true,"status":500,"cause":"server-failed"}
    {"file":"rows.jsonl","line":5,"conversation_id":"cut.5","outcome":"unknown","before":true,"status":200,"cause":"unexpected-response"}
    {"file":"rows.jsonl","line":6,"conversation_id":"a.6","outcome":"delivered","before":true,"status":200,"cause":null}
    {"file":"rows.jsonl","line":7,"conversation_id":"a.6","outcome":"delivered","before":true,"status":200,"cause":null}
    {"file":"rows.jsonl","line":8,"outcome":"rejected","reasons":["rows.jsonl:8:35: error[invalid-value]: invalid value for `name`: expected at least 2 characters, found `\"x\"`"]}
    {"summary":{"delivered":0,"refused":{},"unknown":{},"rejected":1,"repeated":0,"before":{"delivered":3,"refused":2,"unknown":2},"seconds":null,"halted":null}}
    "#);
    assert_summary(&run, 8);
}

/// Returns stdout in the order of the rows, without the duration of the run.
fn without_duration(run: &Run) -> String {
    let mut lines: Vec<&str> = run.stdout.lines().collect();
    let mut summary: Value = serde_json::from_str(lines.pop().unwrap()).unwrap();
    lines.sort_by_key(|line| serde_json::from_str::<Value>(line).unwrap()["line"].as_u64());
    assert!(summary["summary"]["seconds"].take().is_f64());
    assert!(run.stderr.is_empty(), "{run}");
    lines.join("\n") + "\n" + &summary.to_string()
}

#[track_caller]
fn assert_summary(run: &Run, rows: usize) {
    let mut lines: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let summary = lines.pop().unwrap()["summary"].take();
    assert_eq!(lines.len(), rows);
    let count = |outcome: &str, before: bool| {
        let is_meant =
            |line: &&Value| line["outcome"] == outcome && line["before"].as_bool().unwrap_or(false) == before;
        lines.iter().filter(is_meant).count() as u64
    };
    let sum = |value: &Value| match value {
        Value::Object(causes) => causes.values().map(|count| count.as_u64().unwrap()).sum(),
        count => count.as_u64().unwrap(),
    };
    for outcome in ["delivered", "refused", "unknown", "rejected", "repeated"] {
        assert_eq!(sum(&summary[outcome]), count(outcome, false), "{outcome}: {run}");
    }
    for outcome in ["delivered", "refused", "unknown"] {
        assert_eq!(sum(&summary["before"][outcome]), count(outcome, true), "{outcome}: {run}");
    }
}

#[test]
fn closed_pipe_does_not_affect_the_run() {
    for (redirection, format) in
        [("2>&1 | head -c 1 >/dev/null", "full"), ("2>/dev/null | head -c 1 >/dev/null", "json")]
    {
        let conversations: Vec<String> = (0..200).map(|number| format!("refuse.{number}")).collect();
        let batch = batch(&conversations.iter().map(String::as_str).collect::<Vec<_>>(), "");
        let script = format!("{{ \"$@\"; echo $? >status; }} {redirection}");
        let arguments = format!("--format {format} --concurrency 2");
        batch.start_as(batch.command_by(&script, "rows.jsonl", &arguments)).end();
        assert_eq!(batch.folder.read("status"), "3\n", "{format}");
        assert_eq!(batch.server.count(), 200);
    }
}

#[test]
fn progress_is_a_line_every_five_seconds_where_there_is_no_terminal() {
    let batch = Batch::of(rows(1..=120), |_| delivered());
    let run = batch.send("--rate 20/s");
    assert_eq!(run.status, 0, "{run}");
    let lines: Vec<&str> = run.stderr.lines().collect();
    let [progress, end] = lines[..] else { panic!("{run}") };
    // All rows have been read by then, but not sent.
    let share = progress.rsplit_once(" (").and_then(|(_, share)| share.strip_suffix(" %)")?.parse::<u32>().ok());
    assert!(share.is_some_and(|share| (50..100).contains(&share)), "{run}");
    assert!(progress.contains(" delivered, "), "{run}");
    assert_eq!(end, "delivered 120 messages in N s");
}

#[test]
fn progress_is_a_bar_on_a_terminal() {
    if !has("script", ["--version"]) {
        return;
    }
    let batch = Batch::of(rows(1..=60), |_| delivered().after(20));
    let mut command = batch.command_by("script -qec \"$*\" /dev/null", "rows.jsonl", "--concurrency 1");
    command.env("TERM", "xterm");
    let run = batch.start_as(command).end();
    assert_eq!(run.status, 0, "{run}");
    assert!(run.stdout.contains(" delivered, ") && run.stdout.contains(" %  "), "{run:?}");
    assert!(run.stdout.contains("delivered 60 messages in "), "{run:?}");
}

#[test]
fn help_of_send_explains_the_exit_statuses_and_resending() {
    let help = Command::new(env!("CARGO_BIN_EXE_kenarc")).args(["send", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for phrase in ["Exit status", "conversation_id", "access_token", "--resend-unknown"] {
        assert!(help.contains(phrase), "{phrase}\n{help}");
    }
}
