//! The source with the finding marked in it, by miette.

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

/// The most findings of one file that are shown; the rest are counted. Nobody reads more, and each takes several lines.
const MAX_SHOWN: usize = 500;

/// How many bytes of a long line are shown on either side of a place.
const MAX_BESIDE: usize = 400;

/// How many bytes of a place are marked.
const MAX_MARKED: usize = 4_000;

/// How many lines a place may be away from the finding's own to be shown in one piece with it.
const MAX_GAP: usize = 3;

pub(super) fn write(diagnostics: &[Diagnostic], style: Style, out: &mut impl Write) -> io::Result<()> {
    let theme = if style.colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_links(false)
        .with_context_lines(1)
        .tab_width(4);
    // Each file is made visible once, however much there is to say of it.
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
        let finding = Report::finding(diagnostic, &near, source(own));
        let places = far.into_iter().map(|label| Report::place(label, source(label)));
        for report in std::iter::once(finding).chain(places) {
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

/// Whether a place is shown in one piece with the finding's own.
fn is_near(label: &Label, own: &Label) -> bool {
    let lines = |label: &Label| {
        let line = |offset| label.file.position(offset).line;
        (line(label.span.start), line(label.span.end))
    };
    let ((start, end), (own_start, own_end)) = (lines(label), lines(own));
    Arc::ptr_eq(&label.file, &own.file) && start <= own_end + MAX_GAP && own_start <= end + MAX_GAP
}

/// A finding as miette wants it, or one of its places that is far from its own.
#[derive(Debug)]
struct Report<'a> {
    rule: Option<&'static str>,
    severity: miette::Severity,
    message: &'a str,
    help: Option<&'a str>,
    source: Source<'a>,
    labels: Vec<LabeledSpan>,
}

impl<'a> Report<'a> {
    fn finding(diagnostic: &'a Diagnostic, near: &[&Label], text: &'a str) -> Self {
        let own = &diagnostic.labels[0];
        let labels = std::iter::once(marked(own, &own.message, true));
        Self {
            rule: Some(diagnostic.rule),
            severity: match diagnostic.severity {
                Severity::Warning => miette::Severity::Warning,
                Severity::Error => miette::Severity::Error,
            },
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            source: Source { file: &own.file, text },
            labels: labels.chain(near.iter().map(|label| marked(label, &label.message, false))).collect(),
        }
    }

    fn place(label: &'a Label, text: &'a str) -> Self {
        Self {
            rule: None,
            severity: miette::Severity::Advice,
            message: &label.message,
            help: None,
            source: Source { file: &label.file, text },
            labels: vec![marked(label, "", true)],
        }
    }
}

fn marked(label: &Label, message: &str, is_primary: bool) -> LabeledSpan {
    let message = (!message.is_empty()).then(|| visible(message).into_owned());
    let text = label.file.text();
    let end = text.floor_char_boundary(label.span.end.min(label.span.start + MAX_MARKED));
    let span = (label.span.start, end - label.span.start);
    if is_primary {
        LabeledSpan::new_primary_with_span(message, span)
    } else {
        LabeledSpan::new_with_span(message, span)
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&visible(self.message))
    }
}

impl std::error::Error for Report<'_> {}

impl miette::Diagnostic for Report<'_> {
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
struct Source<'a> {
    file: &'a SourceFile,
    text: &'a str,
}

impl SourceCode for Source<'_> {
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
        // Without lines around it is asked for the heading.
        let (first, last) = match (lines_before, lines_after) {
            (0, 0) => (start, end),
            _ => (self.lines_before(start, lines_before), self.lines_after(end, lines_after)),
        };
        let data = &self.text.as_bytes()[first..last];
        let position = self.file.position(first);
        // miette would count lines from the top of the file, and so join places that are far apart.
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

impl Source<'_> {
    /// Where the line of an offset begins, or a line up to `count` before it; not too far away.
    fn lines_before(&self, offset: usize, count: usize) -> usize {
        let floor = self.text.floor_char_boundary(offset.saturating_sub(MAX_BESIDE));
        let breaks = self.text[floor..offset].rmatch_indices('\n').map(|(at, _)| floor + at + 1);
        let mut begins = breaks.take(count + 1);
        match (begins.by_ref().take(count).last(), begins.next()) {
            (_, Some(begin)) => begin,
            // No further line begins here: the first of the file, or one that is too long to be shown whole.
            (Some(begin), None) if floor > 0 => begin,
            _ => floor,
        }
    }

    /// Where the line of an offset ends, or a line up to `count` after it; not too far away.
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
