//! A finding as a few lines of plain text, for the places in CI systems that show text.

use crate::lint::{Diagnostic, Label};
use crate::source::visible;

use super::Report;

/// Returns the line of the format `concise`, then the help and the labels of related locations.
pub(crate) fn plain(report: &Report<'_>, diagnostic: &Diagnostic) -> String {
    let Diagnostic { rule, severity, labels, help, .. } = diagnostic;
    let place = |label: &Label| format!("{}:{}", report.path(&label.file), label.file.position(label.span.start));
    let mut lines = vec![format!("{}: {severity}[{rule}]: {}", place(&labels[0]), diagnostic.summary())];
    lines.extend(help.iter().map(|help| format!("help: {help}")));
    let related = labels[1..].iter().filter(|label| !label.message.is_empty());
    lines.extend(related.map(|label| format!("{}: {}", place(label), label.message)));
    visible(&lines.join("\n")).into_owned()
}
