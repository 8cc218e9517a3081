//! A JSON list with one object a finding, each on a line of its own: what [`Diagnostic`] serializes to.

use std::io::{self, Write};

use crate::lint::Diagnostic;

pub(super) fn write(diagnostics: &[Diagnostic], out: &mut impl Write) -> io::Result<()> {
    write!(out, "[")?;
    for (index, diagnostic) in diagnostics.iter().enumerate() {
        write!(out, "{}", if index == 0 { "\n" } else { ",\n" })?;
        serde_json::to_writer(&mut *out, diagnostic)?;
    }
    writeln!(out, "{}]", if diagnostics.is_empty() { "" } else { "\n" })
}
