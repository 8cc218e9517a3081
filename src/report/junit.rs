//! JUnit's XML, as Jenkins' schema has it
//! (<https://github.com/jenkinsci/xunit-plugin>, `junit-10.xsd`), and GitLab and others read it.
//!
//! A file is a test suite, each finding in it a test: one that failed for an error, one that passed with output for a
//! warning, as the exit status has it. A clean file has one test, that passed. Readers know a test again by its name and
//! show one failure of it, so each finding has a name of its own, which does not change with its place.

use std::collections::HashMap;
use std::io::{self, Write};

use crate::lint::{Diagnostic, Severity};
use crate::source::visible;

use super::Report;
use super::plain::plain;
use super::xml::{Attribute, Text};

/// The test of a file without findings.
const CLEAN: &str = "no findings";

pub(super) fn write(report: &Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut findings: HashMap<&str, Vec<&Diagnostic>> = HashMap::new();
    for diagnostic in report.diagnostics {
        findings.entry(diagnostic.file().name()).or_default().push(diagnostic);
    }
    let suites: Vec<(&str, Vec<&Diagnostic>)> =
        report.files.iter().map(|file| (&**file, findings.remove(&**file).unwrap_or_default())).collect();
    let tests: usize = suites.iter().map(|(_, findings)| findings.len().max(1)).sum();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="kenarc" tests="{tests}" failures="{}" errors="0">"#,
        failures(report.diagnostics)
    )?;
    for (file, findings) in suites {
        suite(report, file, &findings, out)?;
    }
    writeln!(out, "</testsuites>")
}

fn suite(report: &Report<'_>, file: &str, findings: &[&Diagnostic], out: &mut impl Write) -> io::Result<()> {
    let path = report.paths.path(file);
    let (path, tests) = (Attribute(&path), findings.len().max(1));
    let failures = failures(findings.iter().copied());
    writeln!(out, r#"  <testsuite name="{path}" tests="{tests}" failures="{failures}" errors="0">"#)?;
    if findings.is_empty() {
        writeln!(out, r#"    <testcase name="{CLEAN}" classname="{path}"/>"#)?;
    }
    let mut alike: HashMap<String, usize> = HashMap::new();
    for diagnostic in findings {
        let Diagnostic { rule, severity, message, .. } = diagnostic;
        let mut name = visible(&format!("{rule}: {message}")).into_owned();
        let number = alike.entry(name.clone()).or_default();
        *number += 1;
        if *number > 1 {
            name = format!("{name} ({number})");
        }
        let (message, text) = (visible(message), plain(report, diagnostic));
        let (name, message, text) = (Attribute(&name), Attribute(&message), Text(&text));
        writeln!(out, r#"    <testcase name="{name}" classname="{path}">"#)?;
        match severity {
            Severity::Warning => writeln!(out, "      <system-out>{text}</system-out>")?,
            Severity::Error => {
                writeln!(out, r#"      <failure type="{rule}" message="{message}">{text}</failure>"#)?;
            }
        }
        writeln!(out, "    </testcase>")?;
    }
    writeln!(out, "  </testsuite>")
}

fn failures<'a>(findings: impl IntoIterator<Item = &'a Diagnostic>) -> usize {
    findings.into_iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count()
}
