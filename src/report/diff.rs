//! What changes in a file, as a unified diff.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use crate::source::SourceFile;
use crate::source::visible;

const NAMES: Style = Style::new().bold();
const PLACE: Style = AnsiColor::Cyan.on_default();
const GONE: Style = AnsiColor::Red.on_default();
const NEW: Style = AnsiColor::Green.on_default();
const SAME: Style = Style::new();

/// Writes what changes from one text of a file to another, for people in colour, for `patch -p0` byte for byte without.
///
/// # Errors
/// The writer's.
pub fn diff(before: &SourceFile, after: &SourceFile, is_coloured: bool, out: &mut impl Write) -> io::Result<()> {
    let (old, new) = (lines(before), lines(after));
    let diff = TextDiff::from_slices(&old, &new);
    let mut line = |style: Style, sign: &str, text: &str| {
        let text = text.strip_suffix('\n').unwrap_or(text);
        if is_coloured {
            let text = text.strip_suffix('\r').unwrap_or(text);
            writeln!(out, "{style}{sign}{}{style:#}", visible(text))
        } else {
            writeln!(out, "{sign}{text}")
        }
    };
    line(NAMES, "--- ", before.name())?;
    line(NAMES, "+++ ", after.name())?;
    for hunk in diff.unified_diff().iter_hunks() {
        line(PLACE, "", &hunk.header().to_string())?;
        for change in hunk.iter_changes() {
            let (style, sign) = match change.tag() {
                ChangeTag::Delete => (GONE, "-"),
                ChangeTag::Insert => (NEW, "+"),
                ChangeTag::Equal => (SAME, " "),
            };
            line(style, sign, change.value())?;
            if !change.value().ends_with('\n') {
                line(SAME, "\\ No newline at end of file", "")?;
            }
        }
    }
    Ok(())
}

/// The lines with their breaks, as `patch` counts them.
fn lines(file: &SourceFile) -> Vec<&str> {
    file.text().split_inclusive('\n').collect()
}
