//! Transcripts of a command line, as blocks of the language `console`.
//!
//! ```console
//! $ kenarc check nowhere.yaml
//! [stderr]
//! error: cannot read nowhere.yaml: No such file or directory (os error 2)
//! [exit status 2]
//! ```
//!
//! A command begins with `$ ` and may go on in lines that begin with `> `. What it writes to stdout follows, then what
//! it writes to stderr, then its exit status unless that is 0.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use assert_cmd::Command;

use crate::page::visible;

/// No command may take longer than this, on a busy machine either.
const PATIENCE: Duration = Duration::from_secs(60);

/// Returns the transcript of the same commands as they go now, run by a shell in a folder in which nothing but `kenarc`
/// and the system's own programs can be found.
pub(crate) fn replay(transcript: &str, folder: &Path) -> String {
    let mut lines = transcript.lines().peekable();
    let mut out = String::new();
    while let Some(line) = lines.next() {
        let Some(first) = line.strip_prefix("$ ") else { continue };
        let mut script = first.to_owned();
        let _ = writeln!(out, "{line}");
        while let Some(next) = lines.next_if(|next| next.starts_with('>')) {
            let _ = write!(script, "\n{}", next.strip_prefix("> ").unwrap_or_default());
            let _ = writeln!(out, "{next}");
        }
        out.push_str(&run(&script, folder));
    }
    assert!(!out.is_empty(), "a transcript without a command:\n{transcript}");
    out
}

fn run(script: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_kenarc")).parent().unwrap_or_else(|| panic!("a program in a folder"));
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).current_dir(folder).env_clear().timeout(PATIENCE);
    shell.env("PATH", format!("{}:/usr/bin:/bin", program.display()));
    shell.env("REPOSITORY", env!("CARGO_MANIFEST_DIR"));
    let output = shell.output().unwrap_or_else(|error| panic!("{script}: {error}"));
    let [stdout, stderr] = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(!stderr.contains("panicked"), "{script}: {stderr}");
    let status = output.status.code().unwrap_or_else(|| panic!("killed, or too slow: {script}\n{stdout}\n{stderr}"));
    let mut out = visible(&stdout);
    if !stdout.is_empty() && !stdout.ends_with('\n') {
        out.push_str("\n[no line break at the end]\n");
    }
    if !stderr.is_empty() {
        let _ = writeln!(out, "[stderr]\n{}", visible(stderr.trim_end()));
    }
    if status != 0 {
        let _ = writeln!(out, "[exit status {status}]");
    }
    out
}
