//! A JSON list with one object a finding, each on a line of its own.
//!
//! Offsets are bytes of the file; lines and columns count from 1, columns in Unicode code points. Ends are exclusive.

use std::io::{self, Write};

use serde::Serialize;

use crate::lint::{self, Diagnostic, Fix, Severity};
use crate::source::{SourceFile, Span};

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'a str,
    severity: Severity,
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    labels: Vec<Label<'a>>,
    help: Option<&'a str>,
    fix: Option<FixObject<'a>>,
}

#[derive(Serialize)]
struct Label<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
struct FixObject<'a> {
    title: &'a str,
    edits: Vec<EditObject<'a>>,
}

#[derive(Serialize)]
struct EditObject<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    replacement: &'a str,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    offset: usize,
    line: usize,
    column: usize,
}

impl<'a> Label<'a> {
    fn new(label: &'a lint::Label) -> Self {
        Self { message: &label.message, place: Place::new(&label.file, label.span) }
    }
}

impl<'a> Place<'a> {
    fn new(file: &'a SourceFile, span: Span) -> Self {
        let point = |offset: usize| {
            let position = file.position(offset);
            Point { offset, line: position.line, column: position.column }
        };
        Self { file: file.name(), start: point(span.start), end: point(span.end) }
    }
}

pub(super) fn write(diagnostics: &[Diagnostic], out: &mut impl Write) -> io::Result<()> {
    write!(out, "[")?;
    for (index, diagnostic) in diagnostics.iter().enumerate() {
        write!(out, "{}", if index == 0 { "\n" } else { ",\n" })?;
        serde_json::to_writer(&mut *out, &finding(diagnostic))?;
    }
    writeln!(out, "{}]", if diagnostics.is_empty() { "" } else { "\n" })
}

fn finding(diagnostic: &Diagnostic) -> Finding<'_> {
    Finding {
        rule: diagnostic.rule,
        severity: diagnostic.severity,
        message: &diagnostic.message,
        place: Place::new(diagnostic.file(), diagnostic.span()),
        labels: diagnostic.labels.iter().map(Label::new).collect(),
        help: diagnostic.help.as_deref(),
        fix: diagnostic.fix.as_ref().map(|fix| fix_object(fix, diagnostic.file())),
    }
}

fn fix_object<'a>(fix: &'a Fix, file: &'a SourceFile) -> FixObject<'a> {
    let edits =
        fix.edits.iter().map(|edit| EditObject { place: Place::new(file, edit.span), replacement: &edit.replacement });
    FixObject { title: &fix.title, edits: edits.collect() }
}
