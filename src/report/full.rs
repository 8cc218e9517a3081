//! The source with each finding marked in it, drawn by miette.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, SourceCode, SpanContents};

use crate::lint::{Diagnostic, Label, Severity};
use crate::source::SourceFile;
use crate::source::visible;

use super::Style;

/// The most findings of one file that are shown; the rest is counted. Each takes several lines.
const MAX_SHOWN: usize = 500;

/// How many bytes of a long line are shown on either side of a label.
const MAX_BESIDE: usize = 400;

/// How many bytes of a label are marked.
const MAX_MARKED: usize = 4_000;

/// How many lines a label may be away from the finding's own to be shown in the same excerpt.
const MAX_GAP: usize = 3;

pub(super) fn write(diagnostics: &[Diagnostic], style: Style, out: &mut impl Write) -> io::Result<()> {
    let theme = if style.colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_links(false)
        .with_context_lines(1)
        .tab_width(4);
    // Each file is made visible once, however many findings it has.
    let mut texts = Texts::new();
    for label in diagnostics.iter().flat_map(|diagnostic| &diagnostic.labels) {
        texts.entry(Arc::as_ptr(&label.file)).or_insert_with(|| visible(label.file.text()));
    }
    for of_file in diagnostics.chunk_by(|one, next| Arc::ptr_eq(one.file(), next.file())) {
        let (shown, rest) = of_file.split_at(of_file.len().min(MAX_SHOWN));
        write_findings(shown, &handler, &texts, out)?;
        if !rest.is_empty() {
            let (count, name) = (rest.len(), of_file[0].file().name());
            writeln!(out, "and {count} more in {}: `--format concise` lists them all\n", visible(name))?;
        }
    }
    Ok(())
}

/// The text of each file, made visible.
type Texts<'a> = HashMap<*const SourceFile, Cow<'a, str>>;

fn write_findings(
    diagnostics: &[Diagnostic],
    handler: &GraphicalReportHandler,
    texts: &Texts<'_>,
    out: &mut impl Write,
) -> io::Result<()> {
    for diagnostic in diagnostics {
        let source = |label: &Label| texts.get(&Arc::as_ptr(&label.file)).map_or("", |text| text);
        let (own, others) = (&diagnostic.labels[0], &diagnostic.labels[1..]);
        let (near, far): (Vec<&Label>, Vec<&Label>) = others.iter().partition(|label| is_near(label, own));
        let finding = MietteReport::finding(diagnostic, &near, source(own));
        let labels = far.into_iter().map(|label| MietteReport::far_label(label, source(label)));
        for report in std::iter::once(finding).chain(labels) {
            let mut text = String::new();
            handler.render_report(&mut text, &report).map_err(io::Error::other)?;
            for line in text.trim_matches('\n').lines() {
                writeln!(out, "{}", line.trim_end())?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Returns whether a label is shown in the same excerpt as the finding's own.
fn is_near(label: &Label, own: &Label) -> bool {
    let lines = |label: &Label| {
        let line = |offset| label.file.position(offset).line;
        (line(label.span.start), line(label.span.end))
    };
    let ((start, end), (own_start, own_end)) = (lines(label), lines(own));
    // miette cannot draw columns beyond 65,535, and nobody reads a line of that length.
    let is_beside = label.span.start.abs_diff(own.span.start) <= MAX_MARKED;
    Arc::ptr_eq(&label.file, &own.file) && is_beside && start <= own_end + MAX_GAP && own_start <= end + MAX_GAP
}

/// A finding, or one of its labels that is far from its own, as a diagnostic of miette.
#[derive(Debug)]
struct MietteReport<'a> {
    rule: Option<&'static str>,
    severity: miette::Severity,
    message: &'a str,
    help: Option<&'a str>,
    source: SourceText<'a>,
    labels: Vec<LabeledSpan>,
}

impl<'a> MietteReport<'a> {
    fn finding(diagnostic: &'a Diagnostic, near: &[&Label], text: &'a str) -> Self {
        let own = &diagnostic.labels[0];
        let own_label = LabeledSpan::new_primary_with_span(text_of(own), marked(own));
        let near = near.iter().map(|label| LabeledSpan::new_with_span(text_of(label), marked(label)));
        Self {
            rule: Some(diagnostic.rule),
            severity: match diagnostic.severity {
                Severity::Warning => miette::Severity::Warning,
                Severity::Error => miette::Severity::Error,
            },
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            source: SourceText { file: &own.file, text },
            labels: std::iter::once(own_label).chain(near).collect(),
        }
    }

    fn far_label(label: &'a Label, text: &'a str) -> Self {
        Self {
            rule: None,
            severity: miette::Severity::Advice,
            message: &label.message,
            help: None,
            source: SourceText { file: &label.file, text },
            labels: vec![LabeledSpan::new_primary_with_span(None, marked(label))],
        }
    }
}

fn text_of(label: &Label) -> Option<String> {
    (!label.message.is_empty()).then(|| visible(&label.message).into_owned())
}

/// Returns the offset and the length of the part of a label that is marked.
fn marked(label: &Label) -> (usize, usize) {
    let text = label.file.text();
    let end = text.floor_char_boundary(label.span.end.min(label.span.start + MAX_MARKED));
    (label.span.start, end - label.span.start)
}

impl fmt::Display for MietteReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&visible(self.message))
    }
}

impl std::error::Error for MietteReport<'_> {}

impl miette::Diagnostic for MietteReport<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.rule.map(|rule| Box::new(rule) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.map(|help| Box::new(visible(help)) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

/// A file and its text, made visible.
#[derive(Debug)]
struct SourceText<'a> {
    file: &'a SourceFile,
    text: &'a str,
}

impl SourceCode for SourceText<'_> {
    fn read_span<'a>(
        &'a self,
        span: &miette::SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        if end > self.text.len() {
            return Err(MietteError::OutOfBounds);
        }
        // miette asks for no lines around the label to write the heading.
        let (first, last) = match (lines_before, lines_after) {
            (0, 0) => (start, end),
            _ => (self.lines_before(start, lines_before), self.lines_after(end, lines_after)),
        };
        let data = &self.text.as_bytes()[first..last];
        let position = self.file.position(first);
        // miette would count lines from the top of the file, and join labels that are far apart.
        let lines = data.iter().filter(|byte| **byte == b'\n').count();
        Ok(Box::new(miette::MietteSpanContents::new_named(
            self.file.name().to_owned(),
            data,
            (first, last - first).into(),
            position.line - 1,
            position.column - 1,
            lines,
        )))
    }
}

impl SourceText<'_> {
    /// Returns the start of the line `count` lines before an offset, but not more than [`MAX_BESIDE`] bytes before it.
    fn lines_before(&self, offset: usize, count: usize) -> usize {
        let floor = self.text.floor_char_boundary(offset.saturating_sub(MAX_BESIDE));
        let breaks = self.text[floor..offset].rmatch_indices('\n').map(|(at, _)| floor + at + 1);
        let mut begins = breaks.take(count + 1);
        match (begins.by_ref().take(count).last(), begins.next()) {
            (_, Some(begin)) => begin,
            // No further line begins here: this is the first of the file, or it is too long to be shown as a whole.
            (Some(begin), None) if floor > 0 => begin,
            _ => floor,
        }
    }

    /// Returns the end of the line `count` lines after an offset, but not more than [`MAX_BESIDE`] bytes after it.
    fn lines_after(&self, offset: usize, count: usize) -> usize {
        let ceiling = self.text.ceil_char_boundary(offset.saturating_add(MAX_BESIDE).min(self.text.len()));
        let breaks = self.text[offset..ceiling].match_indices('\n').map(|(at, _)| offset + at + 1);
        let mut ends = breaks.take(count + 1);
        match (ends.by_ref().take(count).last(), ends.next()) {
            (_, Some(end)) => end,
            (Some(end), None) if ceiling < self.text.len() => end,
            _ => ceiling,
        }
    }
}
