//! A part of an unquoted text that YAML reads as a comment.

use crate::lint::commented::{Subject, commented_values};
use crate::lint::{Applicability, Context, Edit, Findings, Fix, Rule, Severity};
use crate::source::{SourceFile, Span};
use crate::syntax::{Document, SyntaxError, quote};

pub(in crate::lint) static RULE: Rule =
    Rule::context("accidental-comment", Severity::Error, include_str!("accidental_comment.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for error in context.syntax_errors {
        report_error(error, context.file, findings);
    }
    for commented in context.commented() {
        report(commented.whole(), commented.comment, context.file, findings);
    }
}

/// Reports a comment after which the file cannot be read.
pub(in crate::lint) fn report_error(error: &SyntaxError, file: &SourceFile, findings: &mut Findings<'_>) {
    if let SyntaxError::CommentInText { text, comment } = error {
        report(*text, *comment, file, findings);
    }
}

/// Reports comments that cut a value in a file of values.
pub(in crate::lint) fn report_values(document: &Document<'_>, file: &SourceFile, findings: &mut Findings<'_>) {
    for commented in commented_values(document, file, Subject::Values) {
        report(commented.whole(), commented.comment, file, findings);
    }
}

fn report(text: Span, comment: Span, file: &SourceFile, findings: &mut Findings<'_>) {
    let written = file.slice(text);
    let quoted = quote(written);
    let help = match written.contains(['\n', '\r']) {
        true => "put the whole text in quotes".to_owned(),
        false => format!("write {quoted}"),
    };
    let fix = Fix::new(applicability(file.slice(comment)), "quote the text", vec![Edit::replace(text, quoted)]);
    findings
        .at(comment, "accidental comment")
        .label("in unquoted text, YAML reads ` #` as the start of a comment")
        .help(help)
        .fix(fix);
}

/// Returns whether a comment is certainly meant as text: a number, a Persian hashtag or Jinja directly after the `#`, or
/// the end of Jinja that the text before begins.
fn applicability(comment: &str) -> Applicability {
    let is_text = |next: char| next.is_numeric() || !next.is_ascii() || matches!(next, '{' | '}');
    let is_tight = comment.chars().nth(1).is_some_and(|next| !next.is_whitespace() && is_text(next));
    let is_end = ["}}", "%}", "#}"].iter().any(|end| {
        let before = comment.split(end).next().unwrap_or_default();
        before.len() < comment.len() && !["{{", "{%", "{#"].iter().any(|start| before.contains(start))
    });
    if is_tight || is_end { Applicability::Safe } else { Applicability::Unsafe }
}
