//! The locations of findings, on which all formats must agree.

use kenarc::lint::Diagnostic;
use kenarc::report::{self, Format, Style};
use serde_json::Value;

/// Returns the text that a finding marks.
pub(crate) fn marked(finding: &Diagnostic) -> &str {
    let span = finding.span();
    finding.file().text().get(span.start..span.end).unwrap_or_else(|| panic!("no text of the file: {finding}"))
}

/// Asserts that `full`, `concise` and `json` show each finding at the same place, and that line and column are those of
/// the offset.
pub(crate) fn assert_agreement(findings: &[Diagnostic]) {
    let [full, concise, json] = [Format::Full, Format::Concise, Format::Json].map(|format| written(findings, format));
    let json: Vec<Value> = serde_json::from_str(&json).expect("the format `json` is JSON");
    assert_eq!((json.len(), concise.lines().count()), (findings.len(), findings.len()));
    for ((finding, json), line) in findings.iter().zip(&json).zip(concise.lines()) {
        let (name, text) = (finding.file().name(), finding.file().text());
        let start = assert_point(&json["start"], text);
        let end = assert_point(&json["end"], text);
        assert_eq!((start.offset, end.offset), (finding.span().start, finding.span().end), "{finding}");
        let place = format!("{name}:{}:{}", start.line, start.column);
        let severity = json["severity"].as_str().expect("a severity");
        let prefix = format!("{place}: {severity}[{}]: ", finding.rule);
        assert!(line.starts_with(&prefix), "{line:?} does not begin with {prefix:?}");
        assert!(full.contains(&format!("[{place}]")), "[{place}] is not in\n{full}");
    }
}

fn written(findings: &[Diagnostic], format: Format) -> String {
    let mut out = Vec::new();
    report::write(format, findings, Style { colour: false, width: 100 }, &mut out).expect("memory takes all");
    String::from_utf8(out).expect("a report is text")
}

struct Point {
    offset: usize,
    line: usize,
    column: usize,
}

/// A place as the format `json` gives it.
fn assert_point(point: &Value, text: &str) -> Point {
    let number = |name: &str| usize::try_from(point[name].as_u64().expect("a number")).expect("a small one");
    let (offset, line, column) = (number("offset"), number("line"), number("column"));
    let before = text[..offset].trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let own_line = before.rsplit('\n').next().unwrap_or_default();
    assert_eq!((line, column), (before.matches('\n').count() + 1, own_line.chars().count() + 1), "at {offset}");
    Point { offset, line, column }
}

/// What an expression that fails marks: all of the part that fails, and no more.
mod failing_expressions {
    use kenarc::{SourceFile, check};

    use super::{assert_agreement, marked};

    #[track_caller]
    fn marks(expression: &str, expected: &str) {
        for (before, after) in
            [("message: \"سلام ", "!\"\n"), ("message: |\n  سلام\n  ", "\n"), ("message: >-\n  سلام\n  دوست ", "\n")]
        {
            let text = format!("{before}{expression}{after}examples: {{ one: {{ a: x, list: [1] }} }}\n");
            let findings = check(&SourceFile::new("template.yaml", text.as_str())).diagnostics;
            assert_agreement(&findings);
            let marked: Vec<&str> = findings.iter().map(marked).collect();
            assert_eq!(marked, [expected], "{text}\n{findings:?}");
        }
    }

    #[test]
    fn locates_a_name_an_attribute_and_an_item() {
        marks("{{ list }}", "list");
        marks("{{ a.b }}", "a.b");
        marks("{{ list[7] }}", "list[7]");
    }

    #[test]
    fn locates_a_filter_and_a_call() {
        marks("{{ a | round }}", "round");
        marks("{{ range(0, 1, 0) | join }}", "range(0, 1, 0)");
    }

    #[test]
    fn locates_an_operator() {
        marks("{{ 1 < 2 }}", "1 < 2");
        marks("{{ a + 1 }}", "a + 1");
        marks("{{ 1 + (1 // 0) }}", "1 // 0");
        marks("{{ not a }}", "not a");
    }

    #[test]
    fn locates_an_operand() {
        marks("{{ 1 + (a - 1) }}", "a");
        marks("{{ -a }}", "a");
        marks("{{ 1 + (2 > 1) }}", "2 > 1");
        marks("{{ 'x' if 1 < (a == 'x') < 3 else 'y' }}", "a == 'x'");
    }

    #[test]
    fn locates_a_conditional_expression() {
        marks("{{ list if a else a }}", "list if a else a");
    }
}
