//! A finding as a few lines of plain text, for the places in CI systems that show text.

use crate::lint::{Diagnostic, Label};
use crate::source::visible;

use super::Report;

/// The line of the format `concise`, then the help and the words at the finding's places.
pub(crate) fn plain(report: &Report<'_>, diagnostic: &Diagnostic) -> String {
    let Diagnostic { rule, severity, message, labels, help, .. } = diagnostic;
    let place = |label: &Label| format!("{}:{}", report.path(&label.file), label.file.position(label.span.start));
    let mut lines = vec![format!("{}: {severity}[{rule}]: {message}", place(&labels[0]))];
    lines.extend(help.iter().map(|help| format!("help: {help}")));
    let said = labels.iter().filter(|label| !label.message.is_empty());
    lines.extend(said.map(|label| format!("{}: {}", place(label), label.message)));
    visible(&lines.join("\n")).into_owned()
}
