//! Batches of messages of chatbots: the columns that say whom each goes to, and the journal.

use insta::assert_snapshot;

use super::fixture::*;
use super::*;
use crate::cli::Run;
use crate::recorder::{Reply, delivered};

const BOT: &str = "variables: { name: { type: string } }\ntext_message: سلام {{ name }}\n";

/// Returns rows for [`BOT`], and a server that answers as the API does.
fn batch(rows: &str) -> Batch {
    let batch = Batch::of(rows, |_| Reply::Answer(200, Vec::new(), r#"{"conversation_id":"018f"}"#.into()));
    batch.folder.write("order.yaml", BOT);
    batch
}

/// Sends without an access token in the environment.
#[track_caller]
fn send_without_token(batch: &Batch, rows: &str, arguments: &str) -> Run {
    let mut command = batch.command(rows, arguments);
    command.env_remove(SECRETS[1].0);
    batch.start_as(command).end()
}

/// Returns the path and the token of each request, sorted.
fn received(batch: &Batch) -> Vec<String> {
    let line = |request: &crate::recorder::RecordedRequest| {
        let path = request.head.split(' ').nth(1).unwrap_or_default().to_owned();
        format!("{path} {}", request.header("authorization").unwrap_or("-"))
    };
    let mut lines: Vec<String> = batch.server.requests().iter().map(line).collect();
    lines.sort();
    lines
}

#[test]
fn rows_go_to_conversations_and_to_users() {
    let batch = batch(
        r#"{"conversation_id":"c-1","name":"سارا"}
{"user_id":"c-1","name":"سارا","access_token":"own-token-nobody-may-see"}
{"user_id":"u-2","name":"علی"}
"#,
    );
    let run = batch.send("--format json");
    assert_eq!(run.status, 0, "{run}");
    assert_eq!(
        received(&batch),
        [
            "/v1/open-platform/chat/bot/conversations/c-1/messages -",
            "/v1/open-platform/chat/bot/users/c-1/messages Bearer own-token-nobody-may-see",
            "/v1/open-platform/chat/bot/users/u-2/messages Bearer token-which-nobody-may-see",
        ]
    );
    let mut ids: Vec<String> = Vec::new();
    for line in run.stdout.lines().filter(|line| line.contains("delivered to")) {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        ids.push(format!("{} {} {}", row["line"], row["conversation_id"], row["user_id"]));
    }
    ids.sort();
    assert_eq!(ids, ["1 \"c-1\" null", "2 null \"c-1\"", "3 null \"u-2\""]);
    // Nothing is sent again.
    assert_eq!(batch.send("").status, 0);
    assert_eq!(batch.server.count(), 3);
    let journal = batch.folder.kenarc(["journal", "rows.jsonl.journal", "--state", "delivered", "--format", "json"]);
    for recipient in [r#""bot_conversation":"c-1""#, r#""user":"c-1""#, r#""user":"u-2""#] {
        assert!(journal.printed().contains(recipient), "{journal}");
    }
}

#[test]
fn conversations_of_chatbots_need_no_token() {
    let batch = batch("");
    batch.folder.write("rows.csv", "conversation_id,name\nc-1,سارا\nc-2,علی\n");
    assert_eq!(send_without_token(&batch, "rows.csv", "").status, 0);
    assert_eq!(batch.server.count(), 2);
    batch.folder.write("users.csv", "user_id,name\nu-1,سارا\n");
    assert_snapshot!(send_without_token(&batch, "users.csv", ""), @r"
    exit status 2
    --- stderr
    error: missing access token: users.csv has no column `access_token`
     help: set KENAR_ACCESS_TOKEN, name a file with --access-token-file, or add the column
    ");
}

#[test]
fn a_row_has_one_recipient() {
    let batch = batch(
        r#"{"conversation_id":"c-1","user_id":"u-1","name":"سارا"}
{"name":"علی"}
{"user_id":"a b","name":"علی"}
"#,
    );
    assert_snapshot!(batch.send(""), @r"
    exit status 1
    --- stderr
    rows.jsonl:1:36: error[invalid-value]: the row has both `conversation_id` and `user_id`
    rows.jsonl:2:1: error[invalid-value]: the row has neither `conversation_id` nor `user_id`
    rows.jsonl:3:12: error[invalid-value]: invalid `user_id`: the id contains U+0020 at position 2; an id contains no spaces, line breaks or control characters
    delivered 0 messages in N s
    rejected 3 rows: nothing was sent
      Fix the rejected rows and send them on their own; --rejects FILE keeps them.
    ");
    batch.folder.write("rows.csv", "name\nسارا\n");
    assert_snapshot!(batch.start_as(batch.command("rows.csv", "")).end(), @r"
    exit status 2
    --- stderr
    error: missing column `conversation_id` or `user_id` in rows.csv
     help: add one: it says to which conversation or user the message of a row goes
    ");
}

#[test]
fn a_changed_text_is_noticed_for_the_same_kind_of_recipient_only() {
    let batch = batch("{\"conversation_id\":\"c-1\",\"name\":\"سارا\"}\n");
    assert_eq!(batch.send("").status, 0);
    batch.folder.write("rows.jsonl", "{\"user_id\":\"c-1\",\"name\":\"مینا\"}\n");
    assert_eq!(batch.send("").status, 0);
    batch.folder.write("rows.jsonl", "{\"conversation_id\":\"c-1\",\"name\":\"مینا\"}\n");
    let run = batch.send("");
    assert!(run.status == 2 && batch.server.count() == 2, "{run}");
}

#[test]
fn user_id_is_a_variable_like_any_other_in_a_chat_message() {
    let batch = Batch::of("{\"conversation_id\":\"c-1\",\"user_id\":\"علی\"}\n", |_| delivered());
    batch.folder.write("order.yaml", "message: سلام {{ user_id }}\n");
    assert_eq!(batch.send("").status, 0);
    assert_eq!(batch.server.requests()[0].text(), "سلام علی");
}
