//! The source with the finding marked in it, by miette.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, SourceCode, SpanContents};

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::SourceFile;

use super::Style;

/// How many lines a place may be away from the finding's own to be shown in one piece with it.
const MAX_GAP: usize = 3;

pub(super) fn write(diagnostics: &[Diagnostic], style: Style, out: &mut impl Write) -> io::Result<()> {
    let theme = if style.colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_links(false)
        .with_context_lines(1)
        .tab_width(4);
    for diagnostic in diagnostics {
        let finding = Report::finding(diagnostic);
        let elsewhere = diagnostic.labels.iter().filter(|label| !is_near(label, &diagnostic.labels[0]));
        for report in std::iter::once(finding).chain(elsewhere.map(Report::place)) {
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
    fn finding(diagnostic: &'a Diagnostic) -> Self {
        let own = &diagnostic.labels[0];
        let near = diagnostic.labels.iter().filter(|label| is_near(label, own));
        Self {
            rule: Some(diagnostic.rule),
            severity: match diagnostic.severity {
                Severity::Warning => miette::Severity::Warning,
                Severity::Error => miette::Severity::Error,
            },
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
            source: Source::new(&own.file),
            labels: near.enumerate().map(|(index, label)| marked(label, &label.message, index == 0)).collect(),
        }
    }

    fn place(label: &'a Label) -> Self {
        Self {
            rule: None,
            severity: miette::Severity::Advice,
            message: &label.message,
            help: None,
            source: Source::new(&label.file),
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

/// A file with its name.
#[derive(Debug)]
struct Source<'a> {
    file: &'a SourceFile,
    text: Cow<'a, str>,
}

impl<'a> Source<'a> {
    fn new(file: &'a SourceFile) -> Self {
        Self { file, text: visible(file.text()) }
    }
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
        // It counts columns in bytes; people count characters.
        let column = self.file.position(contents.span().offset()).column - 1;
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

/// The text with a sign in place of each character that would steer the terminal: escapes, overrides of the direction. A
/// sign takes as many bytes as what it stands for, so that places stay where they are.
fn visible(text: &str) -> Cow<'_, str> {
    let steers = |character: char| {
        (character.is_control() && !matches!(character, '\n' | '\t'))
            || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    let mut rest = text.chars();
    let mut shown = String::with_capacity(text.len());
    while let Some(character) = rest.next() {
        shown.push(match character {
            // Before a line feed it is part of the line break; alone it is one.
            '\r' if rest.as_str().starts_with('\n') => '\r',
            '\r' => '\n',
            _ if steers(character) => ['?', '·', char::REPLACEMENT_CHARACTER][character.len_utf8() - 1],
            _ => character,
        });
    }
    Cow::Owned(shown)
}
