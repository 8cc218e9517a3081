//! Disks that are full, before a run or in the middle of it.

use std::process::Command;

use super::child::{assert_consistent, sent_numbers};
use super::*;
use crate::machine::can;

const MESSAGES: u64 = 3_000;

/// Runs the rest of its arguments, which may write no file longer than so many blocks of 512 bytes.
const LIMITED: &str = r#"trap "" XFSZ; ulimit -f "$BLOCKS"; exec "$@""#;

/// Runs the rest of its arguments with the journal on a disk of 512 KiB, and leaves the journal in the folder. What is
/// to be done to the disk before stands in `FIRST`.
const SMALL: &str = r#"
    cd "$KENARC_TEST_FOLDER" && mkdir disk && mount -t tmpfs -o size=512k tmpfs disk || exit 99
    [ ! -e journal ] || cp journal* disk || exit 99
    eval "$FIRST"
    KENARC_TEST_JOURNAL="$PWD/disk/journal" "$@"
    status=$?
    rm -f disk/filler; cp disk/* . 2>/dev/null; umount disk && rmdir disk || exit 99
    exit $status
"#;

/// Goes on without limits, and sees that nothing was lost and nothing is repeated.
#[track_caller]
fn assert_continues(folder: &Folder) {
    let before = assert_consistent(folder).len();
    let output = Child::start(folder, MESSAGES).end();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(assert_consistent(folder).len() as u64, MESSAGES);
    assert!(before > 0 && before < MESSAGES as usize, "{before}");
}

#[test]
fn a_run_that_cannot_write_any_more_sends_nothing_more() {
    let folder = Folder::empty();
    let output = Child::start_by(&LIMITED.replace("$BLOCKS", "400"), &folder, MESSAGES).end();
    assert!(!output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("Failed(\"disk I/O error"), "{output:?}");
    assert!(!sent_numbers(&folder).is_empty());
    assert_continues(&folder);
}

#[test]
fn a_run_that_cannot_write_at_all_does_not_begin() {
    for blocks in ["0", "1", "4"] {
        let folder = Folder::empty();
        let output = Child::start_by(&LIMITED.replace("$BLOCKS", blocks), &folder, MESSAGES).end();
        assert!(!output.status.success(), "{output:?}");
        assert!(sent_numbers(&folder).is_empty(), "{blocks}");
    }
}

#[test]
fn when_the_disk_is_full_in_the_middle_nothing_more_is_sent() {
    let Some(script) = on_a_small_disk(":") else { return };
    let folder = Folder::empty();
    let output = Child::start_by(&script, &folder, MESSAGES).end();
    assert_eq!(output.status.code(), Some(101), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("Full"), "{output:?}");
    assert!(!sent_numbers(&folder).is_empty());
    assert_continues(&folder);
}

#[test]
fn when_the_disk_is_full_at_the_beginning_nothing_is_sent() {
    const FILL: &str = "cat /dev/zero > disk/filler 2>/dev/null";
    let Some(script) = on_a_small_disk(FILL) else { return };
    let full = |output: &std::process::Output| {
        assert_eq!(output.status.code(), Some(101), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("Full"), "{output:?}");
    };
    // No journal yet.
    let folder = Folder::empty();
    full(&Child::start_by(&script, &folder, MESSAGES).end());
    assert!(sent_numbers(&folder).is_empty());
    assert_eq!(names(&folder), ["left"]);
    // One of an earlier run.
    let run = Run::begin(&folder.path("journal"), NEVER_AGAIN);
    run.send(1, DELIVERED);
    run.close();
    full(&Child::start_by(&script, &folder, MESSAGES).end());
    assert!(sent_numbers(&folder).is_empty());
    assert_eq!(records(&folder.path("journal")).len(), 1);
}

/// Returns the script that runs a child on a small disk, which takes a name space of one's own; some systems give none.
fn on_a_small_disk(first: &str) -> Option<String> {
    let unshare = "unshare --mount --map-root-user";
    let probe = format!("{unshare} sh -c 'mount -t tmpfs -o size=512k tmpfs /tmp'");
    let has_disk = Command::new("sh").args(["-c", &probe]).output().unwrap().status.success();
    if !can("mount a disk in a name space of one's own", has_disk) {
        return None;
    }
    let script = SMALL.replace("$FIRST", first).replace('\'', "'\\''");
    Some(format!("exec {unshare} sh -c '{script}' sh \"$@\""))
}
