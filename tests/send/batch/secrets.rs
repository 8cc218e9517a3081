//! No output and no file contains a key or a token.

use std::fs;

use kenarc::SourceFile;
use kenarc::message::{Content, Draft, MessageKind};
use kenarc::render::Values;
use kenarc::rows::{Renderer, Rows};
use kenarc::send::batch::{BatchEvent, Job};
use kenarc::send::journal::{MessageId, RowLocation};
use kenarc::send::{Api, ConnectError, Credentials, Endpoint, Outcome, Recipient, RecipientKind, Request, Secret};

use super::fixture::Batch;
use super::*;
use crate::recorder::{RecordedRequest, Reply, delivered};

/// Returns a reply that contains the whole request.
fn echo(request: &RecordedRequest) -> Reply {
    let said = request.head.replace(['\r', '\n'], " ");
    let Reply::Answer(_, _, sent) = delivered() else { panic!() };
    let json = |code: i32| json!({ "code": code, "message": said }).to_string();
    let location = format!("https://{}.example/?{said}", request.header("x-access-token").unwrap());
    match request.number {
        number if number >= 60 => delivered(),
        number => match number % 8 {
            0 => Reply::Answer(400, vec![("X-Echo", said.clone())], json(3)),
            1 => Reply::Answer(401, Vec::new(), json(16)),
            2 => Reply::Answer(500, Vec::new(), json(13)),
            3 => Reply::Answer(200, Vec::new(), said),
            4 => Reply::Answer(403, vec![("Content-Type", said.clone())], said),
            5 => Reply::Answer(302, vec![("Location", location)], said),
            6 => Reply::Answer(429, vec![("Retry-After", "0".to_owned())], json(8)),
            _ => Reply::Answer(200, Vec::new(), sent.replace("sent", &said)),
        },
    }
}

/// Rows with tokens of their own; some are bad, and have their token where it does not belong.
fn with_tokens() -> String {
    let token = |number: u64| format!("own-token-{number}-which-nobody-may-see");
    let row = |number: u64| {
        let (token, name) = (token(number), format!("کاربر {number}"));
        match number % 10 {
            1 => {
                json!({ "conversation_id": format!("c-{number}"), "access_token": token, "name": token, "price": token })
            }
            2 => json!({ "conversation_id": token.clone() + " ", "access_token": token, "name": name }),
            3 => json!({ "access_token": token, "name": name }),
            4 => {
                let token = token.clone() + "\n\n";
                json!({ "conversation_id": format!("c-{number}"), "access_token": token, "name": name })
            }
            5 => json!({ "conversation_id": format!("c-{number}"), "access_token": [token], "name": name }),
            _ => json!({ "conversation_id": format!("c-{number}"), "access_token": token, "name": name }),
        }
        .to_string()
            + "\n"
    };
    let cut = |number: u64| row(number).replace("}\n", "\n");
    (1..=60).map(row).chain((66..70).map(cut)).chain((71..=90).map(super::row)).collect()
}

/// Every file that the runs left.
#[track_caller]
fn no_file_holds_a_secret(batch: &Batch, expected: &[&str]) {
    let mut looked_into = Vec::new();
    for entry in fs::read_dir(batch.folder.path("")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !["rows.jsonl", "rows.csv"].contains(&&*name) {
            let bytes = fs::read(batch.folder.path(&name)).unwrap();
            assert!(!String::from_utf8_lossy(&bytes).contains(SECRET), "{name} holds a secret");
            looked_into.push(name);
        }
    }
    for name in expected {
        assert!(looked_into.iter().any(|looked| looked == name), "{name} is not in {looked_into:?}");
    }
}

#[test]
fn no_output_and_no_file_contains_a_secret_even_if_the_server_echoes_it() {
    for format in ["full", "json"] {
        let batch = Batch::of(with_tokens(), echo);
        let run = batch.send(&format!("--rejects bad.jsonl --format {format}"));
        assert_eq!(run.status, 4, "{run}");
        assert!((run.stderr + &run.stdout).contains("[redacted]"));
        batch.send("--retry-refused --resend-unknown");
        no_file_holds_a_secret(&batch, &["bad.jsonl", "rows.jsonl.journal", "stdout-1", "stderr-1"]);
    }
}

#[test]
fn rejected_csv_rows_contain_no_secret() {
    let batch = Batch::of("", echo);
    batch.folder.write(
        "rows.csv",
        "conversation_id,access_token,name\n\
         a b,own-nobody-may-see,سارا\n\
         c-2,own-nobody-may-see,own-nobody-may-see,more\n\
         c-3,own nobody-may-see,سارا\n\
         own nobody-may-see,own nobody-may-see,x\n\
         c-4,own-nobody-may-see,سارا\n",
    );
    let run = batch.start_as(batch.command("rows.csv", "--rejects bad.csv")).end();
    assert_eq!(run.status, 3, "{run}");
    no_file_holds_a_secret(&batch, &["bad.csv", "rows.csv.journal"]);
}

#[test]
fn files_of_a_killed_run_contain_no_secret() {
    let batch = Batch::of(with_tokens(), |_| Reply::Silence);
    let going = batch.start("");
    batch.wait_for(8);
    assert!(going.kill());
    no_file_holds_a_secret(&batch, &["rows.jsonl.journal", "rows.jsonl.journal-wal"]);
}

#[test]
fn debug_output_of_types_contains_no_secret() {
    let secret = || Secret::new(SECRETS[0].1).unwrap();
    let conversation = Recipient::new(RecipientKind::Conversation, "c-1").unwrap();
    let message = Draft::new(MessageKind::Chat, Content::Text("سلام".to_owned())).check().unwrap();
    let request = Request::new(&Endpoint::new(Api::Classic, None), &conversation, &message).unwrap();
    let outcome = Outcome::NotSent { error: ConnectError::Connection(None) };
    let job = Job {
        id: MessageId::of(&conversation, "{}"),
        row: RowLocation { file: "rows.jsonl".into(), line: 1 },
        request,
        access_token: Some(secret()),
    };
    let event = BatchEvent::Sent { job: &job, outcome: &outcome };
    let credentials = Credentials { api_key: secret(), access_token: Some(secret()) };
    let mut printed = format!("{event:?} {credentials:?} {credentials:#?} {}", secret());

    let template = kenarc::compile(&SourceFile::new("order.yaml", TEMPLATE)).unwrap();
    let text = "{\"conversation_id\":\"c-1\",\"name\":\"سارا\",\"access_token\":\"own-nobody-may-see\"}\n";
    for text in [text.to_owned(), text.replace("سارا", "x"), text.replace('}', "")] {
        let mut rows = Rows::new("rows.jsonl", None, Box::new(std::io::Cursor::new(text)), None).unwrap();
        let row = rows.next_row().unwrap().unwrap();
        printed += &format!("{row:?} ");
        printed += &format!("{:?}", Renderer::new(&template, Values::new(), &rows).render(row));
    }
    assert!(!printed.contains(SECRET), "{printed}");
    assert!(printed.contains("[redacted]"));
}
