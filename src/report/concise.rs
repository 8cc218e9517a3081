//! One line a finding, as compilers and editors have long agreed: `file:line:column: severity[rule]: summary`.

use std::io::{self, Write};

use crate::lint::Diagnostic;
use crate::source::visible;

pub(super) fn write(diagnostics: &[Diagnostic], out: &mut impl Write) -> io::Result<()> {
    diagnostics.iter().try_for_each(|diagnostic| writeln!(out, "{}", visible(&diagnostic.to_string())))
}
