//! Files that are not a journal, or one that cannot be trusted or written. Each is recognized before anything is sent.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use super::*;
use crate::machine::ran_as_ordinary_user;

/// Returns a journal of a clean end, of a few dozen pages.
fn with_journal() -> (Folder, PathBuf) {
    let folder = Folder::empty();
    let output = Child::start(&folder, 500).end();
    assert!(output.status.success(), "{output:?}");
    fs::remove_file(folder.path("left")).unwrap();
    let path = folder.path("journal");
    (folder, path)
}

/// Returns the error for a file, on which a run and `kenarc journal` must agree.
#[track_caller]
fn refused(path: &Path) -> JournalError {
    let seen = Reader::open(path).unwrap_err();
    assert_eq!(Run::try_begin(path, EVERYTHING_AGAIN).err().as_ref(), Some(&seen));
    seen
}

/// Returns files that are not a journal, with the problem and the beginning of the message.
fn no_journals() -> [(&'static str, Vec<u8>, JournalProblem, &'static str); 7] {
    let (_folder, path) = with_journal();
    let whole = fs::read(path).unwrap();
    let marked = |statement: &str| {
        let (_folder, path) = with_journal();
        rusqlite::Connection::open(&path).unwrap().execute_batch(statement).unwrap();
        fs::read(path).unwrap()
    };
    let headless = [&[0; 100], &whole[100..]].concat();
    [
        ("empty", Vec::new(), JournalProblem::Empty, "NAME is empty, which a journal never is"),
        ("text", b"row,state\n1,delivered\n".repeat(100), JournalProblem::NoDatabase, "NAME is not a journal"),
        ("zeros", vec![0; 8192], JournalProblem::NoDatabase, "NAME is not a journal"),
        ("without a head", headless, JournalProblem::NoDatabase, "NAME is not a journal, or its beginning is corrupt"),
        (
            "of others",
            marked("PRAGMA application_id = 0"),
            JournalProblem::Foreign,
            "NAME is the database of another program",
        ),
        (
            "newer",
            marked("PRAGMA user_version = 5"),
            JournalProblem::Newer,
            "the journal NAME was written by a newer version of kenarc",
        ),
        (
            "older",
            marked("PRAGMA user_version = 1"),
            JournalProblem::Older,
            "the journal NAME was written by an older version of kenarc",
        ),
    ]
}

#[test]
fn file_that_is_not_a_journal_is_refused_and_not_changed() {
    for (what, bytes, problem, words) in no_journals() {
        let folder = Folder::with("journal", &bytes);
        let path = folder.path("journal");
        let error = refused(&path);
        assert_eq!(*error.problem(), problem, "{what}");
        let words = words.replace("NAME", &path.display().to_string());
        assert!(error.to_string().starts_with(&words), "{what}: {error}");
        assert!(fs::read(&path).unwrap() == bytes, "{what}: changed");
        assert_eq!(names(&folder), ["journal"], "{what}");
    }
}

#[test]
fn a_folder_or_a_device_is_not_a_journal() {
    let folder = Folder::with("inner/file", "");
    for path in [folder.path("inner"), "/dev/null".into(), "/".into()] {
        assert_eq!(*refused(&path).problem(), JournalProblem::NotAFile, "{path:?}");
    }
}

#[test]
fn journal_in_a_missing_folder_is_not_created() {
    let folder = Folder::with("file", "");
    for path in ["no/journal", "file/journal"] {
        let error = Run::try_begin(&folder.path(path), NEVER_AGAIN).err().unwrap();
        assert_eq!(*error.problem(), JournalProblem::NoFolder, "{path}");
        assert_eq!(*Reader::open(&folder.path(path)).unwrap_err().problem(), JournalProblem::Missing, "{path}");
    }
    assert_eq!(names(&folder), ["file"]);
}

#[test]
fn reader_does_not_create_a_journal() {
    let folder = Folder::empty();
    assert_eq!(*Reader::open(&folder.path("journal")).unwrap_err().problem(), JournalProblem::Missing);
    assert!(names(&folder).is_empty());
}

#[test]
fn names_that_are_special_in_sqlite_are_file_names() {
    let folder = Folder::empty();
    for name in [":memory:", "file:journal?mode=memory"] {
        let run = Run::begin(&folder.path(name), NEVER_AGAIN);
        run.send(1, DELIVERED);
        run.close();
    }
    assert_eq!(names(&folder), [":memory:", "file:journal?mode=memory"]);
}

#[test]
fn truncated_journal_is_refused() {
    let (folder, path) = with_journal();
    let whole = fs::read(&path).unwrap();
    let cuts = [1, 15, 16, 99, 100, 512, 4095, 4096, 4097, 8192, whole.len() / 2, whole.len() - 4096, whole.len() - 1];
    for cut in cuts {
        folder.write("journal", &whole[..cut]);
        let problem = refused(&path).problem().clone();
        assert!(
            matches!(problem, JournalProblem::Empty | JournalProblem::NoDatabase | JournalProblem::Damaged(_)),
            "{cut} of {}: {problem:?}",
            whole.len()
        );
    }
    folder.write("journal", &whole);
    assert_eq!(records(&path).len(), 500);
}

#[test]
fn journal_with_a_corrupt_page_is_refused() {
    let (folder, path) = with_journal();
    let whole = fs::read(&path).unwrap();
    for page in 0..whole.len() / 4096 {
        let mut damaged = whole.clone();
        // The first page begins with a header of 100 bytes, which other tests destroy.
        let begin = if page == 0 { 100 } else { page * 4096 };
        damaged[begin..(page + 1) * 4096].fill(0xa5);
        folder.write("journal", &damaged);
        assert!(matches!(refused(&path).problem(), JournalProblem::Damaged(_)), "page {page}");
    }
}

#[test]
fn record_that_kenarc_does_not_write_is_refused() {
    for statement in [
        "UPDATE message SET state = 'sent'",
        "UPDATE message SET state = 'refused', cause = NULL",
        "UPDATE message SET id = zeroblob(31) WHERE line = 7",
        "DROP TABLE message",
    ] {
        let (_folder, path) = with_journal();
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.pragma_update(None, "ignore_check_constraints", true).unwrap();
        connection.execute_batch(statement).unwrap();
        drop(connection);
        let problem = Run::try_begin(&path, NEVER_AGAIN).err().map(|error| error.problem().clone());
        assert!(matches!(problem, Some(JournalProblem::Damaged(_))), "{statement}: {problem:?}");
    }
}

#[test]
fn read_only_journal_is_refused_by_a_run_and_can_be_read() {
    if ran_as_ordinary_user(&read_only_journal_is_refused_by_a_run_and_can_be_read) {
        return;
    }
    let (folder, path) = with_journal();
    for (name, read_only, writable) in [("journal", 0o400, 0o600), ("", 0o500, 0o700)] {
        let set = |mode| fs::set_permissions(folder.path(name), Permissions::from_mode(mode)).unwrap();
        let problem = |path: &Path| Run::try_begin(path, NEVER_AGAIN).err().map(|error| error.problem().clone());
        set(read_only);
        let (problem_of_run, seen) = (problem(&path), records(&path).len());
        let problem_of_new = name.is_empty().then(|| problem(&folder.path("other"))).flatten();
        set(writable);
        assert_eq!(problem_of_run, Some(JournalProblem::ReadOnly), "{name:?}");
        assert_eq!(seen, 500, "{name:?}");
        assert_eq!(problem_of_new, name.is_empty().then_some(JournalProblem::ReadOnly));
    }
}

#[test]
fn an_unreadable_journal_is_refused() {
    if ran_as_ordinary_user(&an_unreadable_journal_is_refused) {
        return;
    }
    let (_folder, path) = with_journal();
    fs::set_permissions(&path, Permissions::from_mode(0o000)).unwrap();
    assert!(matches!(refused(&path).problem(), JournalProblem::Unusable(_)));
}

#[test]
fn a_read_only_journal_of_a_killed_run_is_reported() {
    if ran_as_ordinary_user(&a_read_only_journal_of_a_killed_run_is_reported) {
        return;
    }
    let folder = Folder::empty();
    let mut child = Child::start(&folder, u64::MAX);
    child.wait_for(100, &folder);
    child.kill();
    fs::set_permissions(folder.path("journal"), Permissions::from_mode(0o400)).unwrap();
    assert_eq!(*refused(&folder.path("journal")).problem(), JournalProblem::ReadOnly);
}

#[test]
fn every_problem_has_a_message_and_help() {
    let (folder, path) = with_journal();
    folder.write("journal", "no journal");
    let error = refused(&path);
    let run = folder.kenarc(["journal", "journal"]);
    assert_eq!(run.status, 2);
    assert_eq!(
        run.stderr,
        format!(
            "error: {}\n help: {}\n",
            error.to_string().replace(&path.display().to_string(), "journal"),
            error.help()
        )
    );
}
