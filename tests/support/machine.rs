//! What a test needs of the machine that it runs on.
//!
//! With `CI` set, a machine must have everything that some test needs: a test without it fails. Elsewhere the test is
//! left out and says so.

// Every test program that includes this file uses its own part of it.
#![allow(dead_code)]
#![allow(clippy::expect_used, clippy::print_stderr)]

use std::any::type_name_of_val;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command};

/// A user to whom the permissions of files apply, and who owns nothing.
const NOBODY: u32 = 65534;

/// Names the program under test to a test that runs as somebody else.
const PROGRAM: &str = "KENARC_UNDER_TEST";

/// Returns the path of the program under test.
pub(crate) fn kenarc() -> PathBuf {
    std::env::var_os(PROGRAM).map_or_else(|| env!("CARGO_BIN_EXE_kenarc").into(), PathBuf::from)
}

/// Returns whether the machine can do what a test needs.
#[track_caller]
pub(crate) fn can(what: &str, is_possible: bool) -> bool {
    assert!(is_possible || std::env::var_os("CI").is_none(), "CI is set, and this machine cannot {what}");
    if !is_possible {
        eprintln!("skipped: this machine cannot {what}");
    }
    is_possible
}

/// Returns whether a program can be run: with these arguments, it must succeed.
#[track_caller]
pub(crate) fn has(program: &str, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> bool {
    let output = Command::new(program).args(arguments).output();
    can(&format!("run {program}"), output.is_ok_and(|output| output.status.success()))
}

/// Sends a signal, such as `INT`, to a process.
#[track_caller]
pub(crate) fn signal(process: &Child, name: &str) {
    let mut kill = Command::new("kill");
    kill.args(["-s", name, &process.id().to_string()]);
    assert!(kill.status().expect("`kill` runs everywhere").success());
}

/// Runs the calling test again as an ordinary user if this one is root, to whom the permissions of files do not apply.
/// Returns whether it did, and so whether the caller is done.
#[track_caller]
pub(crate) fn ran_as_ordinary_user(test: &impl Fn()) -> bool {
    let id = Command::new("id").arg("-u").output().expect("`id` runs everywhere");
    if id.stdout.trim_ascii() != b"0" {
        return false;
    }
    // The folder of the build may be one that nobody else can enter.
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("a folder of one's own");
    // This process must not open the copy for writing: another thread could start a process meanwhile, which would
    // inherit the open file, and a file that is open for writing cannot be executed ("text file busy").
    let copy = |program: PathBuf, name: &str| {
        let path = folder.path().join(name);
        let status = Command::new("cp").args([&program, &path]).status().expect("`cp` runs everywhere");
        assert!(status.success(), "no copy of {}", program.display());
        path
    };
    let (_, name) = type_name_of_val(test).split_once("::").expect("a function is in a crate");
    let mut command = Command::new(copy(std::env::current_exe().expect("a test is a program"), "tests"));
    command.uid(NOBODY).gid(NOBODY).current_dir("/").env(PROGRAM, copy(kenarc(), "kenarc"));
    let output = command.args([name, "--exact", "--nocapture"]).output().expect("root may become anybody");
    let [stdout, stderr] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success() && stdout.contains("1 passed"), "{name} as another user:\n{stdout}\n{stderr}");
    true
}
