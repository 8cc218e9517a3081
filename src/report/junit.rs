//! JUnit XML, as Jenkins' schema defines it (<https://github.com/jenkinsci/xunit-plugin>, `junit-10.xsd`) and as
//! GitLab and others read it.
//!
//! A file is a test suite and each of its findings a test case: an error is a failed case, a warning a passed one with
//! output, as in the exit status. A file without findings has one case, which passed. Readers identify a case by its
//! name and show one failure per case, so each finding has a unique name that does not depend on its location.

use std::collections::HashMap;
use std::io::{self, Write};

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use crate::lint::{Diagnostic, Severity};
use crate::source::visible;

use super::Report;
use super::plain::plain;

/// The name of the test case of a file without findings.
const CLEAN: &str = "no findings";

pub(super) fn write(report: &Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut findings: HashMap<&str, Vec<&Diagnostic>> = HashMap::new();
    for diagnostic in report.diagnostics {
        findings.entry(diagnostic.file().name()).or_default().push(diagnostic);
    }
    let suites = report.files.iter().map(|file| suite(report, file, &findings.remove(&**file).unwrap_or_default()));
    write_suites(suites, out)
}

/// Writes a document of test suites.
pub(crate) fn write_suites(suites: impl IntoIterator<Item = TestSuite>, out: &mut impl Write) -> io::Result<()> {
    let mut document = quick_junit::Report::new("kenarc");
    document.add_test_suites(suites);
    let xml = document.to_string().map_err(io::Error::other)?;
    // Jenkins' schema does not allow this attribute on the outermost element, which is the first that has it.
    let xml = xml.replacen(" skipped=\"0\"", "", 1);
    out.write_all(xml.as_bytes())
}

fn suite(report: &Report<'_>, file: &str, findings: &[&Diagnostic]) -> TestSuite {
    let path = line(&report.path_of(file));
    let mut suite = TestSuite::new(&path);
    if findings.is_empty() {
        suite.add_test_case(case(CLEAN, &path, TestCaseStatus::success()));
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    for diagnostic in findings {
        let mut name = line(&format!("{}: {}", diagnostic.rule, diagnostic.summary()));
        let number = seen.entry(name.clone()).or_default();
        *number += 1;
        if *number > 1 {
            name = format!("{name} ({number})");
        }
        let details = plain(report, diagnostic);
        suite.add_test_case(match diagnostic.severity {
            Severity::Error => case(&name, &path, failure(diagnostic.rule, &diagnostic.summary(), &details)),
            Severity::Warning => {
                let mut case = case(&name, &path, TestCaseStatus::success());
                case.set_system_out(text(&details));
                case
            }
        });
    }
    suite
}

/// Returns a test case of a file.
pub(crate) fn case(name: &str, path: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(line(name), status);
    case.set_classname(path);
    case
}

/// Returns the status of a failed test case.
pub(crate) fn failure(kind: &str, message: &str, details: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type(kind).set_message(line(message)).set_description(text(details));
    status
}

/// Returns text that XML can contain (XML 1.0 §2.2). U+FFFD replaces other characters, which `quick_junit` partly
/// drops and partly writes. It drops tabs and carriage returns as well.
fn text(text: &str) -> String {
    let text = visible(text).replace("\r\n", "\n").replace('\t', " ");
    let is_invalid = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.replace(is_invalid, "\u{fffd}")
}

/// Returns text for an attribute, in one line: readers replace each line break by a space anyway (XML 1.0 §3.3.3).
pub(crate) fn line(value: &str) -> String {
    text(value).replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn xml(name: &str, details: &str) -> String {
        let mut suite = TestSuite::new("a");
        suite.add_test_case(case(name, "a", failure("rule", "message", details)));
        let mut out = Vec::new();
        write_suites([suite], &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn characters_that_xml_cannot_contain_are_replaced() {
        assert_eq!(text("a\0b\u{fffe}c\u{ffff}"), "a?b\u{fffd}c\u{fffd}");
        assert!(xml("a\u{1b}[31mb", "").contains("name=\"a?[31mb\""));
    }

    #[test]
    fn details_keep_line_breaks_and_attributes_do_not() {
        let xml = xml("one\r\ntwo\tthree", "<a>\r\n& b");
        assert!(xml.contains("name=\"one two three\""), "{xml}");
        assert!(xml.contains(">&lt;a&gt;\n&amp; b</failure>"), "{xml}");
    }

    #[test]
    fn only_suites_count_skipped_tests() {
        let xml = xml("name", "");
        let counts: Vec<bool> = xml.lines().map(|line| line.contains(" skipped=\"0\"")).collect();
        assert_eq!(counts[..3], [false, false, true], "{xml}");
    }
}
