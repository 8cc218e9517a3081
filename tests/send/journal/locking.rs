//! Two runs on one journal.

use super::*;

#[test]
fn a_second_process_is_refused_while_the_first_runs() {
    let folder = Folder::empty();
    let journal = folder.path("journal");
    let mut child = Child::start(&folder, u64::MAX);
    child.wait_for(1, &folder);
    let error = Run::try_begin(&journal, NEVER_AGAIN).err().unwrap();
    assert_eq!(*error.problem(), JournalProblem::InUse);
    assert!(error.to_string().starts_with("the journal "), "{error}");
    assert_eq!(*Reader::open(&journal).unwrap_err().problem(), JournalProblem::InUse);
    let run = folder.kenarc(["journal", "journal"]);
    assert!(run.status == 2 && run.stderr.contains("is in use by another run"), "{run}");
    child.wait_for(child::sent_numbers(&folder).len() + 100, &folder);

    child.kill();
    Run::begin(&journal, NEVER_AGAIN).close();
}

#[test]
fn a_second_run_in_the_same_process_is_refused_too() {
    let folder = Folder::empty();
    let journal = folder.path("journal");
    let first = Run::begin(&journal, NEVER_AGAIN);
    first.send(1, DELIVERED);
    assert_eq!(*Run::try_begin(&journal, NEVER_AGAIN).err().unwrap().problem(), JournalProblem::InUse);
    // Nor does having tried loosen the lock for a process that comes then.
    let run = folder.kenarc(["journal", "journal"]);
    assert!(run.status == 2 && run.stderr.contains("is in use by another run"), "{run}");
    first.send(2, DELIVERED);
    first.close();
    assert_eq!(Reader::open(&journal).unwrap().counts().unwrap().of(State::Delivered), 2);
}

#[test]
fn concurrent_processes_create_one_journal_and_one_of_them_runs() {
    let folder = Folder::empty();
    let children: Vec<_> = (0..4).map(|_| Child::start(&folder, 2_000)).collect();
    let outputs: Vec<_> = children.into_iter().map(Child::end).collect();
    assert!(outputs.iter().any(|output| output.status.success()), "{outputs:?}");
    for output in outputs.iter().filter(|output| !output.status.success()) {
        assert!(String::from_utf8_lossy(&output.stderr).contains("InUse"), "{output:?}");
    }
    let left = child::sent_numbers(&folder);
    assert_eq!(left.len(), 2_000, "each message once");
    assert_eq!(names(&folder), ["journal", "left"]);
}

#[test]
fn several_readers_can_open_a_journal() {
    let folder = Folder::empty();
    let journal = folder.path("journal");
    let run = Run::begin(&journal, NEVER_AGAIN);
    run.send(1, DELIVERED);
    run.close();
    let _first = Reader::open(&journal).unwrap();
    let _second = Reader::open(&journal).unwrap();
    assert_eq!(folder.kenarc(["journal", "journal"]).status, 0);
}
