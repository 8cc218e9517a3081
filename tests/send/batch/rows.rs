//! Rows: their conversations and tokens, the formats of files, stdin, and repeated messages.

use std::io::Write as _;
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use insta::assert_snapshot;

use super::fixture::Batch;
use super::*;
use crate::recorder::{delivered, retry_after};

/// Returns the conversation, the token and the text of each request, in the order of the conversations.
fn received(batch: &Batch) -> Vec<[String; 3]> {
    let requests = batch.server.requests().into_iter();
    let mut requests: Vec<_> = requests
        .map(|request| {
            let token = request.header("x-access-token").unwrap().to_owned();
            [request.conversation.clone(), token, request.text()]
        })
        .collect();
    requests.sort();
    requests
}

fn gzip(text: &str) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn each_row_goes_to_its_conversation_with_its_own_token_or_the_common_one() {
    let rows = "\
{\"conversation_id\":\"c-1\",\"name\":\"سارا\",\"access_token\":\"own-token-nobody-may-see\"}
{\"conversation_id\":\"c-2\",\"name\":\"علی\"}
{\"conversation_id\":\"گفت‌وگو/۳\",\"name\":\"مینا\"}
";
    let batch = Batch::of(rows, |_| delivered());
    let run = batch.send("");
    assert_eq!((run.status, run.stderr.as_str()), (0, "delivered 3 messages in N s\n"));
    let escaped: String = "گفت‌وگو/۳".bytes().map(|byte| format!("%{byte:02X}")).collect();
    assert_eq!(
        received(&batch),
        [
            [escaped.as_str(), SECRETS[1].1, "سلام مینا"],
            ["c-1", "own-token-nobody-may-see", "سلام سارا"],
            ["c-2", SECRETS[1].1, "سلام علی"],
        ]
    );
    assert!(batch.server.requests().iter().all(|request| request.header("x-api-key") == Some(SECRETS[0].1)));
}

#[test]
fn csv_and_compressed_rows_are_sent_alike() {
    let csv = "conversation_id,name,price,access_token\r\n17,سارا,5,t0k-nobody-may-see\r\n\"c,2\",علی,,\r\n";
    let json = row(3) + &row(4);
    let files = [("rows.csv", csv.as_bytes().to_vec()), ("a.csv.gz", gzip(csv)), ("b.jsonl.gz", gzip(&json))];
    for (name, bytes) in files {
        let batch = Batch::of("", |_| delivered());
        batch.folder.write(name, bytes);
        let run = batch.start_as(batch.command(name, "")).end();
        assert_eq!(run.status, 0, "{run}");
        let expected = if name == "b.jsonl.gz" {
            [["c-3", SECRETS[1].1, "سلام کاربر 3"], ["c-4", SECRETS[1].1, "سلام کاربر 4"]]
        } else {
            [["17", "t0k-nobody-may-see", "سلام سارا"], ["c%2C2", SECRETS[1].1, "سلام علی"]]
        };
        assert_eq!(received(&batch), expected, "{name}");
        assert!(batch.folder.path(&format!("{name}.journal")).exists());
    }
}

#[test]
fn rows_from_stdin_are_sent_as_they_come() {
    let batch = Batch::of("", |_| delivered());
    let mut going = batch.start_as(batch.command("-", "--journal rows.jsonl.journal"));
    for number in 1..=3 {
        going.give(row(number));
        // The next one is not written before this one has been delivered.
        batch.wait_for(number as usize);
    }
    // A row that comes in pieces does not keep those before it waiting.
    let (begin, end) = (row(5), row(6));
    going.give(row(4) + &begin[..20]);
    batch.wait_for(4);
    going.give(&begin[20..]);
    thread::sleep(Duration::from_millis(100));
    going.give(end);
    let run = going.end();
    assert_eq!((run.status, run.stderr.as_str()), (0, "delivered 6 messages in N s\n"));
    assert_eq!(batch.arrived().len(), 6);
    // Going on with the same rows sends nothing.
    let mut going = batch.start_as(batch.command("-", "--journal rows.jsonl.journal"));
    going.give(rows(1..=6));
    let run = going.end();
    assert_snapshot!(run.stderr, @r"
    delivered 0 messages in N s
    not sent: 6 messages delivered by an earlier run
    ");
    assert_eq!(batch.server.count(), 6);
}

#[test]
fn a_changed_text_in_a_stream_ends_the_run_before_it_is_sent() {
    let batch = Batch::of("", |_| delivered());
    let send = |rows: String, arguments: &str| {
        let mut going = batch.start_as(batch.command("-", &format!("--journal rows.jsonl.journal {arguments}")));
        going.give(rows);
        going.end()
    };
    // Two messages for one conversation are no change.
    let second = row(2).replace("کاربر 2", "رضا");
    let before = rows(1..=3) + &second;
    assert_eq!(send(before.clone(), "").status, 0);
    let edited = row(3).replace("کاربر 3", "علی");
    let run = send(row(1) + &row(2) + &row(9) + &edited + &row(4), "");
    assert_snapshot!(run, @r"
    exit status 2
    --- stderr
    delivered 1 message in N s
    not sent: 2 messages delivered by an earlier run
    error: 1 message would go to recipients that already got another text: <stdin>:4
     help: the template or the rows have changed since an earlier run with rows.jsonl.journal; restore them, leave these rows out, or send the new texts as well with --allow-changed
    ");
    assert_eq!(batch.server.count(), 5, "the new row before the edited one has been sent");
    assert_eq!(send(before + &row(9) + &row(5), "").status, 0);
    assert_eq!(batch.server.count(), 6);
    assert_eq!(send(edited + &row(4), "--allow-changed").status, 0);
    assert_eq!(batch.server.count(), 8);
}

#[test]
fn rows_with_the_same_message_and_conversation_are_sent_once() {
    let other_text = row(1).replace("کاربر 1", "سارا");
    // What differs is no part of the message.
    let same = row(1).replace('}', ",\"price\":7}");
    let batch = Batch::of([row(1), row(2), row(1), other_text, same].concat(), |_| delivered());
    let run = batch.send("--concurrency 1");
    assert_snapshot!(run, @r"
    exit status 0
    --- stderr
    rows.jsonl:3: not sent: the same message to the same conversation as rows.jsonl:1
    rows.jsonl:5: not sent: the same message to the same conversation as rows.jsonl:1
    delivered 3 messages in N s
    not sent: 2 rows with the same message to the same recipient as another row
    ");
    assert_eq!(batch.server.count(), 3);
    assert_eq!(
        batch.send("").stderr,
        "delivered 0 messages in N s\nnot sent: 5 messages delivered by an earlier run\n"
    );
    assert_eq!(batch.server.count(), 3);
}

#[test]
fn repeated_rows_are_sent_once_even_if_the_first_is_retried() {
    let batch = Batch::of(row(1).repeat(20) + &row(2), |request| match request.number {
        0..3 => retry_after(429, "1"),
        _ => delivered().after(100),
    });
    let run = batch.send("--concurrency 8");
    assert_eq!(run.status, 0, "{run}");
    assert_eq!(batch.arrived(), [("c-1".to_owned(), 1), ("c-2".to_owned(), 1)].into());
    assert!(
        run.stderr.contains("not sent: 19 rows with the same message to the same recipient as another row\n"),
        "{run}"
    );
}

#[test]
fn rows_without_a_conversation_or_a_token_are_rejected() {
    let rows = r#"{"name":"سارا"}
{"conversation_id":"","name":"سارا"}
{"conversation_id":"a b","name":"سارا"}
{"conversation_id":17,"name":"سارا"}
{"conversation_id":"c-5","name":"سارا","access_token":"[redacted]"}
{"conversation_id":"c-6","name":"سارا","access_token":"ory_at_***"}
{"conversation_id":"c-7","name":"سارا","access_token":"nobody-may-see with a space"}
{"conversation_id":"c-8","name":"سارا","access_token":""}
{"conversation_id":"c-9","name":"سارا","access_token":["nobody-may-see"]}
{"conversation_id":"..","name":"سارا","access_token":null}
{"conversation_id":"c-11","name":"سارا"}
"#;
    let batch = Batch::of(rows, |_| delivered());
    assert_snapshot!(batch.send(""), @r"
    exit status 1
    --- stderr
    rows.jsonl:1:1: error[invalid-value]: the row has no `conversation_id`
    rows.jsonl:2:20: error[invalid-value]: invalid `conversation_id`: the id is empty
    rows.jsonl:3:20: error[invalid-value]: invalid `conversation_id`: the id contains U+0020 at position 2; an id contains no spaces, line breaks or control characters
    rows.jsonl:4:20: error[invalid-value]: invalid `conversation_id`: expected a string, found a number
    rows.jsonl:5:55: error[invalid-value]: invalid `access_token`: the token was redacted when the row was rejected; insert it again
    rows.jsonl:6:55: error[invalid-value]: invalid `access_token`: the token was redacted when the row was rejected; insert it again
    rows.jsonl:7:55: error[invalid-value]: invalid `access_token`: the token contains U+0020 at position 15; a key or token is one word of visible ASCII, without quotes and without `Bearer`
    rows.jsonl:8:55: error[invalid-value]: invalid `access_token`: the token is empty
    rows.jsonl:9:55: error[invalid-value]: invalid `access_token`: expected a string, found a list
    rows.jsonl:10:20: error[invalid-value]: invalid `conversation_id`: the id is `.` or `..`, which a URL cannot contain
    rows.jsonl:10:54: error[invalid-value]: invalid `access_token`: expected a string, found null
    delivered 1 message in N s
    rejected 10 rows: nothing was sent
      Fix the rejected rows and send them on their own; --rejects FILE keeps them.
    ");
    assert_eq!(received(&batch).len(), 1);

    let batch =
        Batch::of("{\"conversation_id\":\"c-1\",\"name\":\"سارا\"}\n{\"name\":\"سارا\"}", |_| delivered());
    let mut command = batch.command("rows.jsonl", "");
    command.env_remove("KENAR_ACCESS_TOKEN");
    assert_snapshot!(batch.start_as(command).end(), @r"
    exit status 2
    --- stderr
    error: missing access token: rows.jsonl has no key `access_token`
     help: set KENAR_ACCESS_TOKEN, name a file with --access-token-file, or add the key
    ");
    assert_eq!(batch.server.count(), 0);
}
