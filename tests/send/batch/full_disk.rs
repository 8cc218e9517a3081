//! Disks that are full in the middle of a run.

use super::fixture::{Batch, has};
use super::*;
use crate::recorder::delivered;

/// Runs the rest of its arguments, which may write no file longer than 400 blocks of 512 bytes.
const LIMITED: &str = r#"trap "" XFSZ; ulimit -f 400; exec "$@""#;

/// Runs the rest of its arguments with the journal on a disk of 512 KiB, which takes a name space of one's own; then
/// the journal is moved to where it belongs.
const SMALL: &str = r#"exec unshare --mount --map-root-user sh -c '
    mkdir disk && mount -t tmpfs -o size=512k tmpfs disk || exit 99
    "$@" --journal disk/rows.jsonl.journal
    status=$?
    cp disk/* . && umount disk && rmdir disk || exit 99
    exit $status' sh "$@""#;

#[track_caller]
fn assert_stops_and_continues(script: &str, problem: &str) {
    let batch = Batch::of(rows(1..=3_000), |_| delivered());
    let run = batch.start_as(batch.command_by(script, "rows.jsonl", "")).end();
    assert_eq!(run.status, 2, "{run}");
    assert!(run.stderr.contains("\nerror: stopped: cannot ") && run.stderr.contains(problem), "{run}");
    let sent = batch.server.count();
    assert!((10..2_900).contains(&sent), "{sent}");
    batch.assert_consistent();
    let run = batch.send("--concurrency 32");
    // What had left, and whose outcome could not be written.
    assert_eq!(run.status, 4, "{run}");
    assert!(run.stderr.contains(" with an unknown outcome in an earlier run\n"), "{run}");
    batch.assert_complete_after_resending_unknown(3_000);
}

#[test]
fn nothing_is_sent_after_the_journal_fails() {
    assert_stops_and_continues(LIMITED, "disk I/O error");
}

#[test]
fn when_the_disk_is_full_nothing_more_is_sent() {
    let mount = "mount -t tmpfs -o size=512k tmpfs /tmp";
    if has("unshare", ["--mount", "--map-root-user", "sh", "-c", mount]) {
        assert_stops_and_continues(SMALL, "the disk is full");
    }
}
