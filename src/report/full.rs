//! The source with the finding marked in it, by miette.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, SourceCode, SpanContents};

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::SourceFile;

use super::Style;
use super::visible::visible;

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
    let mut texts: HashMap<*const SourceFile, Cow<'_, str>> = HashMap::new();
    for label in diagnostics.iter().flat_map(|diagnostic| &diagnostic.labels) {
        texts.entry(Arc::as_ptr(&label.file)).or_insert_with(|| visible(label.file.text()));
    }
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
    let span = (label.span.start, label.span.len());
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
        let contents = self.text.read_span(span, lines_before, lines_after)?;
        // miette counts lines from the top of the file, and so joins places that are far apart.
        let lines = contents.data().iter().filter(|byte| **byte == b'\n').count();
        // It counts columns in bytes; people count characters. Without lines around, the column is for the heading.
        let column = match (lines_before, lines_after) {
            (0, 0) => self.file.position(contents.span().offset()).column - 1,
            _ => contents.column(),
        };
        Ok(Box::new(miette::MietteSpanContents::new_named(
            self.file.name().to_owned(),
            contents.data(),
            *contents.span(),
            contents.line(),
            column,
            lines,
        )))
    }
}
