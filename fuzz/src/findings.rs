//! What holds for findings of every kind.

use kenarc::Diagnostic;
use kenarc::lint::Label;
use kenarc::report::{self, Format, Style};

/// Asserts that findings mark whole characters, and that all formats can report them.
pub fn assert_reportable(findings: &[Diagnostic]) {
    for finding in findings {
        assert!(finding.labels.iter().all(is_whole), "{finding:?}");
        let text = finding.file().text();
        for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
            assert!(text.get(edit.span.range()).is_some(), "{finding:?}");
        }
    }
    const FORMATS: [Format; 7] =
        [Format::Full, Format::Concise, Format::Json, Format::Sarif, Format::Junit, Format::Gitlab, Format::Github];
    for format in FORMATS {
        let written = report::write(format, findings, Style::default(), &mut Vec::new());
        assert!(written.is_ok(), "{written:?}");
    }
}

fn is_whole(label: &Label) -> bool {
    let (text, span) = (label.file.text(), label.span);
    span.start <= span.end && text.is_char_boundary(span.start) && text.is_char_boundary(span.end)
}
