//! The changes of a file as a unified diff.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as TextStyle};
use similar::{ChangeTag, TextDiff};

use crate::source::SourceFile;
use crate::source::visible;

use super::Style;

const FILE: TextStyle = TextStyle::new().bold();
const HUNK: TextStyle = AnsiColor::Cyan.on_default();
const DELETED: TextStyle = AnsiColor::Red.on_default();
const INSERTED: TextStyle = AnsiColor::Green.on_default();
const EQUAL: TextStyle = TextStyle::new();

/// Writes the changes from one text of a file to another. With colours the text is made safe for terminals; without,
/// it is byte for byte what `patch -p0` reads.
///
/// # Errors
/// Errors of the writer.
pub fn diff(before: &SourceFile, after: &SourceFile, style: Style, out: &mut impl Write) -> io::Result<()> {
    let (old, new) = (lines(before), lines(after));
    let diff = TextDiff::from_slices(&old, &new);
    let mut line = |color: TextStyle, sign: &str, text: &str| {
        let text = text.strip_suffix('\n').unwrap_or(text);
        if style.colour {
            let text = text.strip_suffix('\r').unwrap_or(text);
            writeln!(out, "{color}{sign}{}{color:#}", visible(text))
        } else {
            writeln!(out, "{sign}{text}")
        }
    };
    line(FILE, "--- ", before.name())?;
    line(FILE, "+++ ", after.name())?;
    for hunk in diff.unified_diff().iter_hunks() {
        line(HUNK, "", &hunk.header().to_string())?;
        for change in hunk.iter_changes() {
            let (color, sign) = match change.tag() {
                ChangeTag::Delete => (DELETED, "-"),
                ChangeTag::Insert => (INSERTED, "+"),
                ChangeTag::Equal => (EQUAL, " "),
            };
            line(color, sign, change.value())?;
            if !change.value().ends_with('\n') {
                line(EQUAL, "\\ No newline at end of file", "")?;
            }
        }
    }
    Ok(())
}

/// Splits a file into lines with their line feeds, as `patch` does.
fn lines(file: &SourceFile) -> Vec<&str> {
    file.text().split_inclusive('\n').collect()
}
