//! Journals of version 3, which knew conversations of chats only.

use std::fs;

use rusqlite::{Connection, params};

use super::*;

/// The tables of version 3.
const TABLES: &str = "
    CREATE TABLE run (
        number       INTEGER PRIMARY KEY,
        began        INTEGER NOT NULL,
        ended        INTEGER -- NULL if the run was killed
    ) STRICT;
    CREATE TABLE message (
        id           BLOB    NOT NULL CHECK (length(id) = 32),
        conversation TEXT    NOT NULL,
        file         TEXT    NOT NULL,
        line         INTEGER NOT NULL,
        run          INTEGER NOT NULL REFERENCES run,
        state        TEXT    NOT NULL
                             CHECK (state = 'sending' OR state = 'delivered' OR state = 'refused' OR state = 'unknown'),
        status       INTEGER,
        cause        TEXT    CHECK ((cause IS NULL) = (state IN ('sending', 'delivered'))),
        attempts     INTEGER NOT NULL,
        changed      INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE message_index (
        id           BLOB    NOT NULL PRIMARY KEY,
        message      INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    PRAGMA application_id = 0x4b4e524a;
    PRAGMA user_version = 3;
    INSERT INTO run VALUES (1, 1764000000, 1764000060);
";

/// Returns a journal of version 3 with a message in each state: message 1 was delivered, 2 refused, and 3 in flight.
fn old_journal() -> (Folder, std::path::PathBuf) {
    let folder = Folder::empty();
    let path = folder.path("journal");
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(TABLES).unwrap();
    let states = [("delivered", Some(200), None), ("refused", Some(412), Some("restricted")), ("sending", None, None)];
    for (number, (state, status, cause)) in (1..).zip(states) {
        let sql = "INSERT INTO message VALUES (?, ?, 'rows.csv', ?, 1, ?, ?, ?, 1, 1764000000)";
        let bytes = id(number).to_string();
        let bytes: Vec<u8> = (0..32).map(|at| u8::from_str_radix(&bytes[2 * at..2 * at + 2], 16).unwrap()).collect();
        let values = params![bytes, format!("conversation-{number}"), number, state, status, cause];
        connection.execute(sql, values).unwrap();
    }
    connection.close().unwrap();
    (folder, path)
}

fn states(path: &Path) -> Vec<(String, RecipientKind, State)> {
    let mut states: Vec<_> =
        records(path).into_iter().map(|record| (record.recipient_id, record.recipient, record.state)).collect();
    states.sort_by(|one, other| one.0.cmp(&other.0));
    states
}

#[test]
fn an_old_journal_is_read_and_not_changed() {
    let (_folder, path) = old_journal();
    let before = fs::read(&path).unwrap();
    let conversation = |number: u64, state| (format!("conversation-{number}"), RecipientKind::Conversation, state);
    assert_eq!(
        states(&path),
        [conversation(1, State::Delivered), conversation(2, State::Refused), conversation(3, State::Unknown)]
    );
    assert_eq!(Reader::open(&path).unwrap().counts().unwrap().of(State::Delivered), 1);
    assert!(fs::read(&path).unwrap() == before);
}

#[test]
fn a_run_knows_the_messages_of_an_old_journal_and_migrates_it() {
    let (_folder, path) = old_journal();
    let run = Run::begin(&path, NEVER_AGAIN);
    assert_eq!([1, 2, 3].map(|number| run.state(number).unwrap()), [State::Delivered, State::Refused, State::Unknown]);
    for number in 1..=3 {
        assert!(matches!(run.intend(number), Claim::Known(_)), "{number}");
    }
    let recipient = Recipient::new(RecipientKind::BotUser, "conversation-1").unwrap();
    let id = MessageId::of(&recipient, "a text");
    assert_eq!(run.try_intend(Intent { id, recipient, row: row(4) }).unwrap(), Claim::Granted);
    run.journal.settle(id, DELIVERED);
    run.close();
    let kinds = states(&path).into_iter().map(|(id, kind, _)| format!("{kind} {id}")).collect::<Vec<_>>();
    let conversations = [1, 2, 3].map(|number| format!("conversation conversation-{number}"));
    let [first, rest @ ..] = conversations;
    assert_eq!(kinds, [vec![first, "user conversation-1".to_owned()], rest.to_vec()].concat());
    let version: i64 =
        Connection::open(&path).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 4);
}

#[test]
fn a_migrated_journal_has_the_tables_of_a_new_one() {
    let (folder, path) = old_journal();
    Run::begin(&path, NEVER_AGAIN).close();
    let new = folder.path("new");
    Run::begin(&new, NEVER_AGAIN).close();
    let columns = |path: &Path| {
        let connection = Connection::open(path).unwrap();
        let mut select =
            connection.prepare("SELECT name, type, \"notnull\", dflt_value FROM pragma_table_info('message')").unwrap();
        let column = |row: &rusqlite::Row<'_>| {
            Ok(format!(
                "{} {} {} {:?}",
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, i64>(2)?,
                row.get::<_, Option<String>>(3)?
            ))
        };
        select.query_map([], column).unwrap().collect::<Result<Vec<_>, _>>().unwrap()
    };
    assert_eq!(columns(&path), columns(&new));
    let insert = "INSERT INTO message SELECT zeroblob(32), 'c', 'f', 1, 1, 'delivered', 200, NULL, 1, 1, 'nobody'";
    for path in [&path, &new] {
        assert!(Connection::open(path).unwrap().execute(insert, []).is_err(), "{path:?}");
    }
}
