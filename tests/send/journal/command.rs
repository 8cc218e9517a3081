//! `kenarc journal`

use insta::assert_snapshot;
use serde_json::json;

use super::*;
use crate::cli::{Run as Ran, words};

/// Returns a folder with the journal of two runs, which is the same whenever it is made.
fn folder() -> Folder {
    let folder = Folder::empty();
    let path = folder.path("orders.journal");
    let run = Run::begin(&path, NEVER_AGAIN);
    for number in 2..=40 {
        run.send(number, DELIVERED);
    }
    let refused = |status, cause| Settled::Refused { status, cause };
    run.send(41, REFUSED);
    run.send(52, REFUSED);
    run.send(43, refused(404, Cause::NotFound));
    run.send(144, Settled::Unknown { status: Some(502), cause: Cause::ServerFailed });
    run.send(45, UNKNOWN);
    run.close();
    let run = Run::begin(&path, EVERYTHING_AGAIN);
    run.send(45, UNKNOWN);
    assert_eq!(run.intend(46), Claim::Granted);
    run.close();
    at_fixed_times(&path);
    folder
}

fn at_fixed_times(path: &Path) {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection
        .execute_batch(
            "UPDATE message SET changed = 1790000000 + line;
             UPDATE run SET began = 1790000000 + 3600 * number, ended = 1790000900 + 3600 * number;",
        )
        .unwrap();
}

fn show(folder: &Folder, arguments: &str) -> Ran {
    folder.kenarc(["journal", "orders.journal"].into_iter().chain(words(arguments)))
}

#[test]
fn the_table_counts_and_lists_unknown_and_refused_messages_with_advice() {
    assert_snapshot!(show(&folder(), ""), @r"
    exit status 4
    --- stdout
    orders.journal: 2 runs, the last of which began 2026-09-21T16:13:20Z and ended 2026-09-21T16:28:20Z
      delivered      39
      refused         3  restricted 2, not-found 1
      unknown         3  timed-out 1, server-failed 1, interrupted 1

    unknown, interrupted: the run ended before a response arrived
      help: They may have been delivered: look at the conversations. --resend-unknown sends them again, perhaps for the second time.
      2026-09-21T14:14:06Z  no reply   rows.csv:46       conversation-46

    unknown, server-failed: the server failed, perhaps after it had accepted the message
      help: They may have been delivered: look at the conversations. --resend-unknown sends them again, perhaps for the second time.
      2026-09-21T14:15:44Z  HTTP 502   rows.csv:144      conversation-144

    unknown, timed-out: no response arrived in time
      help: They may have been delivered: look at the conversations. --resend-unknown sends them again, perhaps for the second time.
      2026-09-21T14:14:05Z  no reply   rows.csv:45       conversation-45

    refused, not-found: the token can access no such conversation or user, or the server has no such path
      help: Correct the ids (a corrected row is a new message), or --api and --base-url, then send them again with --retry-refused.
      2026-09-21T14:14:03Z  HTTP 404   rows.csv:43       conversation-43

    refused, restricted: one side has blocked the other, or one of the two is blacklisted
      help: Sending again cannot help: leave these rows out.
      2026-09-21T14:14:01Z  HTTP 412   rows.csv:41       conversation-41
      2026-09-21T14:14:12Z  HTTP 412   rows.csv:52       conversation-52
    ");
}

#[test]
fn the_format_json_is_one_object() {
    let run = show(&folder(), "--format json");
    assert_snapshot!(run, @r#"
    exit status 4
    --- stdout
    {"journal":"orders.journal","runs":{"count":2,"last_began":"2026-09-21T16:13:20Z","last_ended":"2026-09-21T16:28:20Z"},"counts":{"delivered":39,"refused":3,"unknown":3,"causes":{"interrupted":1,"not-found":1,"restricted":2,"server-failed":1,"timed-out":1}},"messages":[
    {"state":"unknown","cause":"interrupted","status":null,"file":"rows.csv","line":46,"conversation":"conversation-46","attempts":1,"changed":"2026-09-21T14:14:06Z"},
    {"state":"unknown","cause":"server-failed","status":502,"file":"rows.csv","line":144,"conversation":"conversation-144","attempts":1,"changed":"2026-09-21T14:15:44Z"},
    {"state":"unknown","cause":"timed-out","status":null,"file":"rows.csv","line":45,"conversation":"conversation-45","attempts":2,"changed":"2026-09-21T14:14:05Z"},
    {"state":"refused","cause":"not-found","status":404,"file":"rows.csv","line":43,"conversation":"conversation-43","attempts":1,"changed":"2026-09-21T14:14:03Z"},
    {"state":"refused","cause":"restricted","status":412,"file":"rows.csv","line":41,"conversation":"conversation-41","attempts":1,"changed":"2026-09-21T14:14:01Z"},
    {"state":"refused","cause":"restricted","status":412,"file":"rows.csv","line":52,"conversation":"conversation-52","attempts":1,"changed":"2026-09-21T14:14:12Z"}
    ]}
    "#);
    let object: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(object["counts"]["unknown"], json!(3));
    assert_eq!(object["messages"].as_array().unwrap().len(), 6);
}

#[test]
fn the_option_state_chooses_the_listed_messages() {
    let folder = folder();
    let count = |arguments| {
        let run = show(&folder, &format!("--format json {arguments}"));
        let object: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        // What is counted, and the exit status, are the whole journal's.
        assert_eq!((object["counts"]["delivered"].as_u64(), run.status), (Some(39), 4));
        object["messages"].as_array().unwrap().len()
    };
    let counts =
        ["--state unknown", "--state refused", "--state delivered", "--state refused --state delivered"].map(count);
    assert_eq!(counts, [3, 3, 39, 42]);
    assert!(
        show(&folder, "--state delivered")
            .stdout
            .contains("\ndelivered\n  2026-09-21T14:13:22Z  HTTP 200   rows.csv:2 ")
    );
    let run = show(&folder, "--state sent");
    assert!(run.status == 2 && run.stderr.contains("[possible values: unknown, refused, delivered]"), "{run}");
}

#[test]
fn the_exit_status_is_that_of_the_worst_recorded_outcome() {
    for (settled, expected) in [
        (&[][..], 0),
        (&[DELIVERED], 0),
        (&[DELIVERED, Settled::NotAccepted], 0),
        (&[DELIVERED, REFUSED], 3),
        (&[DELIVERED, REFUSED, UNKNOWN], 4),
    ] {
        let folder = Folder::empty();
        let run = Run::begin(&folder.path("orders.journal"), NEVER_AGAIN);
        for (number, settled) in settled.iter().enumerate() {
            run.send(number as u64, *settled);
        }
        run.close();
        for format in ["table", "json"] {
            let run = show(&folder, &format!("--format {format}"));
            assert!(run.status == expected && run.stderr.is_empty(), "{run}");
        }
    }
}

#[test]
fn text_in_a_journal_cannot_control_the_terminal() {
    let folder = Folder::empty();
    let path = folder.path("orders.journal");
    let run = Run::begin(&path, NEVER_AGAIN);
    let places = [("ردیف‌ها.csv", "گفت‌وگو-۷"), ("a\u{1b}[31m\n\u{202e}b.csv", "plain")];
    for (line, (file, conversation)) in places.into_iter().enumerate() {
        let recipient = Recipient::new(RecipientKind::Conversation, conversation).unwrap();
        let id = MessageId::of(&recipient, "");
        let row = RowLocation { file: file.into(), line: line as u64 };
        let claim = run.try_intend(Intent { id, recipient, row }).unwrap();
        assert_eq!(claim, Claim::Granted);
        run.journal.settle(id, REFUSED);
    }
    run.close();
    at_fixed_times(&path);
    let table = show(&folder, "").stdout;
    let rows: Vec<_> = table.lines().rev().take(2).collect();
    assert_eq!(
        rows,
        [
            "  2026-09-21T14:13:20Z  HTTP 412   \u{2068}ردیف\u{200c}ها.csv:0\u{2069}   \u{2068}گفت\u{200c}وگو-۷\u{2069}",
            "  2026-09-21T14:13:21Z  HTTP 412   a\u{fffd}[31m\u{fffd}\u{fffd}b.csv:1   plain",
        ]
    );
    // Programs get what is there.
    let json: serde_json::Value = serde_json::from_str(&show(&folder, "--format json").stdout).unwrap();
    assert_eq!(json["messages"][0]["file"], places[1].0);
}

#[test]
fn closed_pipe_is_not_an_error() {
    let folder = folder();
    let script = format!("{} journal orders.journal --state delivered | head -n 1", env!("CARGO_BIN_EXE_kenarc"));
    let output = std::process::Command::new("sh").args(["-c", &script]).current_dir(folder.path("")).output().unwrap();
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn missing_journal_is_an_error() {
    let folder = Folder::with("orders.journal", "no journal");
    assert_snapshot!(show(&folder, ""), @r"
    exit status 2
    --- stderr
    error: orders.journal is not a journal, or its beginning is corrupt
     help: name the right file, or restore this one from a backup, with the file `-wal` beside it if there is one; with a new journal every message counts as new and is sent
    ");
    assert_snapshot!(folder.kenarc(["journal", "other.journal"]), @r"
    exit status 2
    --- stderr
    error: the journal other.journal does not exist
     help: check the path; `kenarc send --batch … --journal FILE` creates a journal
    ");
    assert_eq!(names(&folder), ["orders.journal"]);
}

#[test]
fn colours_follow_the_option() {
    let folder = folder();
    assert!(!show(&folder, "").stdout.contains('\u{1b}'));
    assert!(show(&folder, "--color always").stdout.contains("\u{1b}[1munknown, timed-out\u{1b}[0m"));
    assert!(!show(&folder, "--color always --format json").stdout.contains('\u{1b}'));
}
