//! Rejected rows among very many good ones.

use std::collections::BTreeMap;

use super::fixture::Batch;
use super::*;
use crate::recorder::{delivered, retry_after};

/// A way in which a row is bad.
struct Bad {
    /// The row of a number.
    row: fn(u64) -> String,
    /// What is said of it, after the file and the line.
    report: &'static str,
}

const BAD: [Bad; 10] = [
    Bad {
        row: |number| format!(r#"{{"conversation_id":"c-{number}","name":"کاربر {number}""#),
        report: "error[invalid-value]: invalid JSON: EOF while parsing an object",
    },
    Bad {
        row: |number| format!(r#"{{"conversation_id":"c-{number}","name":"x"}}"#),
        report: "error[invalid-value]: invalid value for `name`: expected at least 2 characters",
    },
    Bad {
        row: |number| format!(r#"{{"conversation_id":"c-{number}","name":"کاربر {number}","price":"ده"}}"#),
        report: "error[invalid-value]: invalid value for `price`: expected an integer",
    },
    Bad {
        row: |number| format!(r#"{{"conversation_id":"c-{number}"}}"#),
        report: "error[missing-variable]: missing variable `name`",
    },
    Bad {
        row: |number| format!(r#"{{"conversation_id":"c-{number}","name":"کاربر {number}","nmae":"x"}}"#),
        report: "error[unknown-variable]: unknown variable `nmae`",
    },
    Bad {
        row: |number| format!(r#"{{"conversation_id":"c-{number}","name":"کاربر {number}","name":"x"}}"#),
        report: "error[duplicate-key]: duplicate key `name`",
    },
    Bad {
        row: |number| format!(r#"["c-{number}"]"#),
        report: "error[invalid-value]: values are not a mapping: expected a mapping of names to values, found a list",
    },
    Bad {
        row: |number| {
            format!(r#"{{"conversation_id":"c-{number}","name":"کاربر {number}","url":"ftp://app.example/"}}"#)
        },
        report: "error[invalid-message]: invalid link: rendered as",
    },
    Bad { row: |number| format!(r#"{{"name":"کاربر {number}"}}"#), report: "the row has no `conversation_id`" },
    Bad {
        row: |number| {
            format!(r#"{{"conversation_id":"c-{number}","name":"کاربر {number}","access_token":"[redacted]"}}"#)
        },
        report: "invalid `access_token`: the token was redacted when the row was rejected; insert it again",
    },
];

/// Every tenth row is bad, in one way after the other.
fn bad(number: u64) -> Option<&'static Bad> {
    number.is_multiple_of(10).then(|| &BAD[(number / 10 % 10) as usize])
}

/// What a person does who reads why a row was rejected.
fn fixed(reason: &str, row: &str) -> String {
    let number: String = row.chars().filter(char::is_ascii_digit).collect();
    match BAD.iter().position(|bad| reason.contains(bad.report)).unwrap_or_else(|| panic!("{reason}")) {
        0 => format!("{row}}}"),
        1 => row.replace(":\"x\"", &format!(":\"کاربر {number}\"")),
        2 => row.replace(",\"price\":\"ده\"", ",\"price\":10"),
        3 => row.replace('}', &format!(",\"name\":\"کاربر {number}\"}}")),
        4 => row.replace(",\"nmae\":\"x\"", ""),
        5 => row.replace(",\"name\":\"x\"", ""),
        6 => format!("{{\"conversation_id\":\"c-{number}\",\"name\":\"کاربر {number}\"}}"),
        7 => row.replace("ftp://", "https://"),
        8 => row.replace('{', &format!("{{\"conversation_id\":\"c-{number}\",")),
        _ => row.replace("[redacted]", "renewed-token-nobody-may-see"),
    }
}

#[test]
fn rejected_rows_are_reported_kept_and_delivered_once_they_are_fixed() {
    let count = 10_000;
    let row = |number| bad(number).map_or_else(|| row(number), |bad| (bad.row)(number) + "\n");
    let batch = Batch::of((1..=count).map(row).collect::<String>(), |_| delivered());
    let run = batch.send("--rejects bad.jsonl --concurrency 64");
    assert_eq!(run.status, 1, "{}", run.stderr.lines().rev().take(5).collect::<String>());
    assert_eq!((batch.arrived().len(), batch.duplicates().len()), (9_000, 0));
    batch.assert_consistent();

    // Each is report with its line and its own cause, once.
    let mut report = BTreeMap::new();
    for line in run.stderr.lines().filter(|line| line.contains(": error[")) {
        let number: u64 = line.split(':').nth(1).unwrap().parse().unwrap();
        let bad = bad(number).unwrap_or_else(|| panic!("{line}"));
        assert!(line.starts_with("rows.jsonl:") && line.contains(bad.report), "{line}");
        *report.entry(number).or_insert(0) += 1;
    }
    assert_eq!(report.len(), 1_000);
    assert!(report.values().all(|times| *times == 1));
    assert!(run.stderr.contains("\nrejected 1000 rows: nothing was sent\n"), "{run}");

    let mut reason = "";
    let mut all_fixed = String::new();
    let kept = batch.folder.read("bad.jsonl");
    for line in kept.lines() {
        match line.strip_prefix("# ") {
            Some(report) => reason = report,
            None => all_fixed += &(fixed(reason, line) + "\n"),
        }
    }
    batch.folder.write("fixed.jsonl", all_fixed);
    let run = batch.start_as(batch.command("fixed.jsonl", "--rejects still-bad.jsonl --concurrency 64")).end();
    assert_eq!((run.status, run.stderr.as_str()), (0, "delivered 1000 messages in N s\n"));
    assert!(!batch.folder.path("still-bad.jsonl").exists());
    assert_eq!((batch.arrived().len(), batch.duplicates().len()), (10_000, 0));
    let requests = batch.server.requests();
    assert!(requests.iter().all(|request| request.text() == format!("سلام کاربر {}", &request.conversation[2..])));
    let renewed =
        requests.iter().filter(|request| request.header("x-access-token") == Some("renewed-token-nobody-may-see"));
    assert_eq!(renewed.count(), 100);
}

#[test]
fn continued_run_rejects_the_same_rows_again() {
    let bad = "{\"conversation_id\":\"c-9\",\"name\":\"x\"}\n";
    let batch = Batch::of(row(1) + bad + &row(2), |request| match request.number {
        1 => retry_after(429, "1000"),
        _ => delivered(),
    });
    let run = batch.send("--rejects bad.jsonl --concurrency 1");
    assert_eq!(run.status, 2, "{run}");
    let help = "The same rows will be rejected again: name another file for --rejects.\n";
    assert!(run.stderr.ends_with(help), "{run}");
    let run = batch.send("--rejects bad.jsonl");
    insta::assert_snapshot!(run, @r"
    exit status 2
    --- stderr
    error: bad.jsonl exists already
     help: name another file, or remove this one if its rows have been sent
    ");
    let run = batch.send("--rejects again.jsonl");
    assert_eq!(run.status, 1, "{run}");
    assert_eq!(batch.folder.read("again.jsonl"), batch.folder.read("bad.jsonl"));
    assert_eq!(batch.arrived().len(), 2);
}
