//! SARIF 2.1.0, the format of static analysis that GitHub's code scanning and others read.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>; "§" below is a section of it. The run states
//! that its columns count UTF-16 code units (§3.14.17), because readers that ignore the statement expect that. Ends
//! are exclusive (§3.30.8). Byte offsets are those of the file on disk (§3.30.11).

mod log;

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use crate::lint::{self, Rule};
use crate::lint::{Diagnostic, Edit, Fix, Label};
use crate::source::Utf16;
use crate::source::{SourceFile, Span};

use super::Report;
use super::fingerprint::fingerprints;
use log::{
    ArtifactChange, ArtifactLocation, Configuration, Descriptor, Driver, Location, Log, Message, PhysicalLocation,
    Region, Replacement, Run, SarifFix, SarifResult, Tool,
};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What relative URIs are relative to: by convention the root of the repository.
const ROOT: &str = "%SRCROOT%";

/// The name and the version of the fingerprint (§3.27.17). GitHub's uploader adds its own beside it.
const FINGERPRINT: &str = "kenarc/v1";

pub(super) fn write(report: &Report<'_>, out: &mut impl Write) -> io::Result<()> {
    let rules = rules_of(report);
    let mut artifacts = Artifacts { report, known: HashMap::new() };
    let findings = report.diagnostics.iter().zip(fingerprints(report));
    let results = findings
        .map(|(diagnostic, fingerprint)| {
            let rule = rules.iter().position(|rule| rule.id == diagnostic.rule);
            result(&mut artifacts, diagnostic, rule, fingerprint)
        })
        .collect();
    let run = Run {
        tool: Tool { driver: driver(&rules) },
        column_kind: "utf16CodeUnits",
        // YAML has all three (§3.14.18; YAML 1.2.2 §5.4).
        newline_sequences: ["\r\n", "\n", "\r"],
        results,
    };
    serde_json::to_writer_pretty(&mut *out, &Log { schema: SCHEMA, version: "2.1.0", runs: [run] })?;
    writeln!(out)
}

/// Returns the rules that found something, in the order of their first finding.
fn rules_of(report: &Report<'_>) -> Vec<&'static Rule> {
    let mut rules: Vec<&Rule> = Vec::new();
    for diagnostic in report.diagnostics {
        if !rules.iter().any(|rule| rule.id == diagnostic.rule) {
            rules.extend(lint::find(diagnostic.rule));
        }
    }
    rules
}

fn driver(rules: &[&'static Rule]) -> Driver {
    Driver {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        // It must not be empty (§3.19.15).
        information_uri: Some(env!("CARGO_PKG_HOMEPAGE")).filter(|address| !address.is_empty()),
        rules: rules.iter().map(|rule| descriptor(rule)).collect(),
    }
}

/// Describes a rule with everything that GitHub asks for.
fn descriptor(rule: &'static Rule) -> Descriptor {
    Descriptor {
        id: rule.id,
        short_description: Message::new(rule.summary()),
        full_description: Message::new(reason(rule)),
        help: Message { text: rule.page.into(), markdown: Some(rule.page) },
        default_configuration: Configuration { level: rule.severity },
    }
}

/// Returns the section "Why" of a rule's page.
fn reason(rule: &Rule) -> &'static str {
    let after = rule.page.split_once("\n## Why\n").map_or("", |(_, after)| after);
    let reason = after.split("\n## ").next().unwrap_or_default().trim();
    if reason.is_empty() { rule.summary() } else { reason }
}

fn result<'a>(
    artifacts: &mut Artifacts<'a, '_>,
    diagnostic: &'a Diagnostic,
    rule: Option<usize>,
    fingerprint: String,
) -> SarifResult<'a> {
    let (own, others) = (&diagnostic.labels[0], &diagnostic.labels[1..]);
    SarifResult {
        rule_id: diagnostic.rule,
        rule_index: rule,
        level: diagnostic.severity,
        message: Message::new(text(diagnostic, others)),
        locations: [artifacts.location(own, None)],
        related_locations: others.iter().zip(1..).map(|(label, id)| artifacts.location(label, Some(id))).collect(),
        partial_fingerprints: BTreeMap::from([(FINGERPRINT, fingerprint)]),
        fixes: diagnostic.fix.iter().map(|fix| artifacts.of(diagnostic.file()).fix(fix)).collect(),
    }
}

/// Returns the message and the help, then a link to each other place: GitHub shows the places that the message links
/// to.
fn text(diagnostic: &Diagnostic, others: &[Label]) -> String {
    let mut lines = vec![plain(&diagnostic.summary())];
    lines.extend(diagnostic.help.as_deref().map(plain));
    let links = others.iter().zip(1..).map(|(label, id)| {
        let message = if label.message.is_empty() { "see also" } else { &label.message };
        format!("[{}]({id})", message.replace('[', "\\[").replace(']', "\\]"))
    });
    lines.extend(links);
    lines.join("\n")
}

/// Returns plain text in which nothing reads as a link (§3.11.6). Braces stay single, although §3.11.5 would have them
/// doubled: no reader undoes that in a message without arguments, and users would see each `{{ … }}` doubled.
fn plain(text: &str) -> String {
    text.replace("](", "\\](")
}

/// The files of a report.
struct Artifacts<'a, 'r> {
    report: &'r Report<'a>,
    known: HashMap<*const SourceFile, Artifact<'a>>,
}

/// A file (§3.4) and its places.
struct Artifact<'a> {
    location: ArtifactLocation,
    places: Utf16<'a>,
}

impl<'a> Artifacts<'a, '_> {
    fn of(&mut self, file: &'a SourceFile) -> &Artifact<'a> {
        self.known.entry(std::ptr::from_ref(file)).or_insert_with(|| {
            let uri = self.report.paths.uri(file.name());
            // Only an absolute URI has a colon: those of a path are percent-encoded.
            let uri_base_id = (!uri.contains(':')).then_some(ROOT);
            Artifact { location: ArtifactLocation { uri, uri_base_id }, places: Utf16::new(file) }
        })
    }

    fn location(&mut self, label: &'a Label, id: Option<usize>) -> Location {
        let artifact = self.of(&label.file);
        Location {
            id,
            physical_location: PhysicalLocation {
                artifact_location: artifact.location.clone(),
                region: artifact.region(label.span),
            },
            message: (!label.message.is_empty()).then(|| Message::new(plain(&label.message))),
        }
    }
}

impl Artifact<'_> {
    /// Returns a range in lines and, independently (§3.30.4), in bytes.
    fn region(&self, span: Span) -> Region {
        Region { byte_offset: Some(span.start), byte_length: Some(span.len()), ..self.lines(span) }
    }

    /// Returns a range in lines only, for a replacement of text: bytes would make it one of binary content (§3.57.3).
    fn lines(&self, span: Span) -> Region {
        let (start, end) = (self.places.position(span.start), self.places.position(span.end));
        Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
            byte_offset: None,
            byte_length: None,
        }
    }

    fn fix<'d>(&self, fix: &'d Fix) -> SarifFix<'d> {
        let replacement = |edit: &'d Edit| Replacement {
            deleted_region: self.lines(edit.span),
            inserted_content: (!edit.replacement.is_empty()).then(|| Message::new(&*edit.replacement)),
        };
        SarifFix {
            description: Message::new(plain(&fix.title)),
            artifact_changes: [ArtifactChange {
                artifact_location: self.location.clone(),
                replacements: fix.edits.iter().map(replacement).collect(),
            }],
        }
    }
}
