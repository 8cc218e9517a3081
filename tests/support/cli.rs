//! The binary, run as a person runs it: in a folder with files, and in an environment with nothing else.

// Each test program that includes this file uses its own part of it.
#![allow(dead_code)]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use assert_cmd::Command;
use tempfile::TempDir;

use crate::machine;

/// No run may take longer than this, whatever its input, even of a debug build on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with files, gone when it is dropped.
pub(crate) struct Folder(TempDir);

impl Folder {
    /// Returns a folder with one file.
    pub(crate) fn with(path: &str, text: impl AsRef<[u8]>) -> Self {
        Self::empty().and(path, text)
    }

    /// Returns an empty folder.
    pub(crate) fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Adds a file, and the folders on the way to it.
    pub(crate) fn and(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        self.write(path, text);
        self
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Reads a file.
    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap()
    }

    /// Returns the path of a file of the folder.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Returns `kenarc` as a command in this folder, with these arguments.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut command = kenarc(self.0.path());
        command.args(arguments);
        command
    }

    /// Runs `kenarc` in this folder.
    pub(crate) fn kenarc<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Run {
        Run::of(&mut self.command(arguments))
    }
}

/// Returns `kenarc` as a command in a folder, with an empty environment.
pub(crate) fn kenarc(folder: &Path) -> Command {
    let mut command = Command::new(machine::kenarc());
    command.current_dir(folder).env_clear().timeout(PATIENCE);
    command
}

/// Runs `kenarc` in the folder of the repository.
pub(crate) fn in_repository<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Run {
    Run::of(kenarc(Path::new(env!("CARGO_MANIFEST_DIR"))).args(arguments))
}

/// Returns the words of a command line.
pub(crate) fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split_whitespace()
}

/// The exit status and the output of a process.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Runs a command to its end.
    #[track_caller]
    pub(crate) fn of(command: &mut Command) -> Self {
        Self::ended(command.output().unwrap())
    }

    /// Returns the exit status and the output of a process that has ended.
    #[track_caller]
    pub(crate) fn ended(output: Output) -> Self {
        let run = Self {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert!(output.status.code().is_some(), "killed, or too slow: {:?}\n{run}", output.status);
        assert!(!run.stderr.contains("panicked"), "{run}");
        run
    }

    /// Returns stdout. The exit status must be 0, and stderr empty.
    #[track_caller]
    pub(crate) fn printed(&self) -> &str {
        assert!(self.status == 0 && self.stderr.is_empty(), "{self}");
        &self.stdout
    }

    /// Returns stdout as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(self.printed()).unwrap()
    }
}

impl fmt::Display for Run {
    /// Writes all of it, as a snapshot contains it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { status, stdout, stderr } = self;
        writeln!(f, "exit status {status}")?;
        for (name, text) in [("stdout", stdout), ("stderr", stderr)] {
            if !text.is_empty() {
                writeln!(f, "--- {name}\n{}", text.trim_end_matches('\n'))?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
