//! SARIF 2.1.0, the format of static analysis that GitHub's code scanning and others read.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>; "§" below is a section of it. The run says that its
//! columns count UTF-16 code units (§3.14.17), because readers that do not look there expect that. Ends are exclusive
//! (§3.30.8). Byte offsets are of the file as it is on disk (§3.30.11).

use std::collections::HashMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::lint::{self, Rule};
use crate::lint::{Diagnostic, Edit, Fix, Label};
use crate::source::Utf16;
use crate::source::{SourceFile, Span};

use super::Report;
use super::fingerprint::fingerprints;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What relative URIs start from: by convention the root of the repository.
const ROOT: &str = "%SRCROOT%";

/// The name and the version of the fingerprint (§3.27.17). GitHub's uploader adds its own beside it.
const FINGERPRINT: &str = "kenarc/v1";

pub(super) fn write(report: &Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let rules = rules_of(report);
    let mut artifacts = Artifacts { report, known: HashMap::new() };
    let findings = report.diagnostics.iter().zip(fingerprints(report));
    let results: Vec<Value> = findings
        .map(|(diagnostic, fingerprint)| {
            let rule = rules.iter().position(|rule| rule.id == diagnostic.rule);
            result(&mut artifacts, diagnostic, rule, &fingerprint)
        })
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver(&rules) },
            "columnKind": "utf16CodeUnits",
            // YAML has all three (§3.14.18; YAML 1.2.2 §5.4).
            "newlineSequences": ["\r\n", "\n", "\r"],
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

// The tool

/// The rules that found something, in the order of their first finding.
fn rules_of(report: &Report<'_>) -> Vec<&'static Rule> {
    let mut rules: Vec<&Rule> = Vec::new();
    for diagnostic in report.diagnostics {
        if !rules.iter().any(|rule| rule.id == diagnostic.rule) {
            rules.extend(lint::find(diagnostic.rule));
        }
    }
    rules
}

fn driver(rules: &[&Rule]) -> Value {
    let rules: Vec<Value> = rules.iter().map(|rule| descriptor(rule)).collect();
    let mut driver = json!({
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
    });
    // It may not be empty (§3.19.15), and the package has no address yet.
    match env!("CARGO_PKG_HOMEPAGE") {
        "" => {}
        address => driver["informationUri"] = address.into(),
    }
    driver["rules"] = rules.into();
    driver
}

/// A rule (§3.49), with everything that GitHub asks for.
fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.summary() },
        "fullDescription": { "text": reason(rule) },
        "help": { "text": rule.page, "markdown": rule.page },
        "defaultConfiguration": { "level": rule.severity },
    })
}

/// Why there is the rule: what its page says under that heading.
fn reason(rule: &Rule) -> &'static str {
    let after = rule.page.split_once("\n## Why\n").map_or("", |(_, after)| after);
    let reason = after.split("\n## ").next().unwrap_or_default().trim();
    if reason.is_empty() { rule.summary() } else { reason }
}

// Findings

/// A finding (§3.27).
fn result<'a>(
    artifacts: &mut Artifacts<'a, '_>,
    diagnostic: &'a Diagnostic,
    rule: Option<usize>,
    fingerprint: &str,
) -> Value {
    let mut result = json!({ "ruleId": diagnostic.rule });
    if let Some(index) = rule {
        result["ruleIndex"] = index.into();
    }
    let (own, others) = (&diagnostic.labels[..1], &diagnostic.labels[1..]);
    result["level"] = json!(diagnostic.severity);
    result["message"] = json!({ "text": text(diagnostic, others) });
    result["locations"] = own.iter().map(|label| artifacts.location(label)).collect();
    if !others.is_empty() {
        let place = |(label, id): (&'a Label, usize)| {
            let mut place = artifacts.location(label);
            place["id"] = id.into();
            place
        };
        result["relatedLocations"] = others.iter().zip(1..).map(place).collect();
    }
    result["partialFingerprints"] = json!({ FINGERPRINT: fingerprint });
    if let Some(mending) = &diagnostic.fix {
        result["fixes"] = json!([fix(artifacts.of(diagnostic.file()), mending)]);
    }
    result
}

/// The message and the help, then a link to each other place: GitHub shows those that the message links to.
fn text(diagnostic: &Diagnostic, others: &[Label]) -> String {
    let mut lines = vec![plain(&diagnostic.message)];
    lines.extend(diagnostic.help.as_deref().map(plain));
    let links = others.iter().zip(1..).map(|(label, id)| {
        let words = if label.message.is_empty() { "see also" } else { &label.message };
        format!("[{}]({id})", words.replace('[', "\\[").replace(']', "\\]"))
    });
    lines.extend(links);
    lines.join("\n")
}

/// Plain text in which nothing reads as a link (§3.11.6). Braces stay single, though §3.11.5 would have them doubled: no
/// reader undoes that where a message has no arguments, and people would see twice the braces of each hole.
fn plain(text: &str) -> String {
    text.replace("](", "\\](")
}

/// A change (§3.55).
fn fix(artifact: &Artifact<'_>, fix: &Fix) -> Value {
    let replacement = |edit: &Edit| {
        let mut replacement = json!({ "deletedRegion": artifact.lines(edit.span) });
        if !edit.replacement.is_empty() {
            replacement["insertedContent"] = json!({ "text": edit.replacement });
        }
        replacement
    };
    let replacements: Vec<Value> = fix.edits.iter().map(replacement).collect();
    json!({
        "description": { "text": plain(&fix.title) },
        "artifactChanges": [{ "artifactLocation": artifact.location, "replacements": replacements }],
    })
}

// Places

/// The files that a report speaks of.
struct Artifacts<'a, 'r> {
    report: &'r Report<'a>,
    known: HashMap<*const SourceFile, Artifact<'a>>,
}

/// A file (§3.4) and its places.
struct Artifact<'a> {
    location: Value,
    places: Utf16<'a>,
}

impl<'a> Artifacts<'a, '_> {
    fn of(&mut self, file: &'a SourceFile) -> &Artifact<'a> {
        self.known.entry(std::ptr::from_ref(file)).or_insert_with(|| {
            let uri = self.report.paths.uri(file.name());
            // Only a whole URI has a colon: those of a path are encoded.
            let location =
                if uri.contains(':') { json!({ "uri": uri }) } else { json!({ "uri": uri, "uriBaseId": ROOT }) };
            Artifact { location, places: Utf16::new(file) }
        })
    }

    /// A place (§3.28) and the words at it.
    fn location(&mut self, label: &'a Label) -> Value {
        let artifact = self.of(&label.file);
        let physical = json!({ "artifactLocation": artifact.location, "region": artifact.region(label.span) });
        let mut location = json!({ "physicalLocation": physical });
        if !label.message.is_empty() {
            location["message"] = json!({ "text": plain(&label.message) });
        }
        location
    }
}

impl Artifact<'_> {
    /// A range in lines and, on its own (§3.30.4), in bytes.
    fn region(&self, span: Span) -> Value {
        let mut region = self.lines(span);
        region["byteOffset"] = span.start.into();
        region["byteLength"] = span.len().into();
        region
    }

    /// A range in lines alone, as where text is replaced: bytes there would stand for binary content (§3.57.3).
    fn lines(&self, span: Span) -> Value {
        let (start, end) = (self.places.position(span.start), self.places.position(span.end));
        json!({
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        })
    }
}
