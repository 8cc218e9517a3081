//! Runs that are killed.

use std::time::Duration;

use super::child::{assert_consistent, sent_numbers};
use super::*;

#[test]
fn killed_runs_lose_nothing_and_repeat_nothing() {
    const MESSAGES: u64 = 6_000;
    let folder = Folder::empty();
    for kill in 1_u64.. {
        let mut child = Child::start(&folder, MESSAGES);
        if kill > 8 {
            let output = child.end();
            assert!(output.status.success(), "{output:?}");
            break;
        }
        // In the middle of a group, of a checkpoint, of the opening: wherever it happens to be.
        child.wait_for(sent_numbers(&folder).len() + 100, &folder);
        std::thread::sleep(Duration::from_micros(kill * 1_700));
        child.kill();
        assert_consistent(&folder);
    }
    assert_eq!(names(&folder), ["journal", "left"]);
    let records = assert_consistent(&folder);
    assert_eq!(records.len() as u64, MESSAGES);
    // At most what was in flight at each kill.
    let interrupted = records.values().filter(|(_, cause)| *cause == Some(Cause::Interrupted)).count();
    assert!(interrupted <= 8 * 64, "{interrupted}");
}

#[test]
fn runs_killed_at_begin_or_end_leave_a_usable_journal() {
    const MESSAGES: u64 = 300;
    for lives in 1..=4 {
        let folder = Folder::empty();
        for life in 0..6 {
            let child = Child::start(&folder, MESSAGES * life.min(1));
            std::thread::sleep(Duration::from_millis(lives * 5 + life * 11));
            child.kill();
            // Killed before there was a journal, nothing was sent.
            if folder.path("journal").exists() || !sent_numbers(&folder).is_empty() {
                assert_consistent(&folder);
            }
        }
        let output = Child::start(&folder, MESSAGES).end();
        assert!(output.status.success(), "{output:?}");
        assert_eq!(assert_consistent(&folder).len() as u64, MESSAGES);
    }
}

#[test]
fn reader_does_not_change_the_journal_of_a_killed_run() {
    let folder = Folder::empty();
    let mut child = Child::start(&folder, u64::MAX);
    child.wait_for(500, &folder);
    child.kill();
    let bytes = || ["journal", "journal-wal"].map(|name| std::fs::read(folder.path(name)).unwrap());
    let before = bytes();
    let shown = assert_consistent(&folder);
    assert!(shown.len() >= 500 && shown.values().any(|(_, cause)| *cause == Some(Cause::Interrupted)), "{shown:?}");
    assert!(bytes() == before, "looking has changed the journal");
    assert_eq!(names(&folder), ["journal", "journal-wal", "left"]);

    Run::begin(&folder.path("journal"), NEVER_AGAIN).close();
    assert_eq!(assert_consistent(&folder), shown);
    assert_eq!(names(&folder), ["journal", "left"]);
}

#[test]
fn missing_wal_of_a_killed_run_is_an_error() {
    let folder = Folder::empty();
    let mut child = Child::start(&folder, u64::MAX);
    child.wait_for(100, &folder);
    child.kill();
    let (journal, wal) = (folder.path("journal"), folder.path("journal-wal"));
    std::fs::rename(&wal, folder.path("aside")).unwrap();
    for _ in 0..2 {
        assert_eq!(*Run::try_begin(&journal, NEVER_AGAIN).err().unwrap().problem(), JournalProblem::WalMissing);
        assert_eq!(*Reader::open(&journal).unwrap_err().problem(), JournalProblem::WalMissing);
    }
    std::fs::rename(folder.path("aside"), &wal).unwrap();
    assert_consistent(&folder);

    std::fs::rename(&journal, folder.path("aside")).unwrap();
    assert_eq!(*Run::try_begin(&journal, NEVER_AGAIN).err().unwrap().problem(), JournalProblem::OnlyWal);
    std::fs::rename(folder.path("aside"), &journal).unwrap();
    assert_consistent(&folder);
}
