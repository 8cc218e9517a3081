//! A key that is given twice.

use crate::lint::{Applicability, Context, Edit, Findings, Fix, Rule, Severity};
use crate::schema::{ICON_NAME, Violation};
use crate::source::{SourceFile, Span};
use crate::syntax::SyntaxError;

pub(in crate::lint) static RULE: Rule =
    Rule::structure("duplicate-key", Severity::Error, include_str!("duplicate_key.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for error in context.syntax_errors {
        report(error, context.file, findings);
    }
}

/// Reports a field that is given under both of its spellings.
pub(in crate::lint) fn report_spellings(violation: &Violation, first: Span, findings: &mut Findings<'_>) {
    let name = &violation.name;
    findings
        .at(violation.span, format!("duplicate field `{name}`"))
        .label("given again here")
        .also(first, "first given here")
        .help(format!("remove `{ICON_NAME}`, which is a deprecated spelling of `{name}`"));
}

pub(in crate::lint) fn report(error: &SyntaxError, file: &SourceFile, findings: &mut Findings<'_>) {
    match error {
        SyntaxError::DuplicateKey { key, first, second } => {
            findings
                .at(*second, format!("duplicate key `{key}`"))
                .label("given again here")
                .also(*first, "first given here")
                .help("remove one of the two");
        }
        SyntaxError::RepeatedMerge { first, first_value, second, second_value } => {
            let merged = items(file.slice(*first_value)).zip(items(file.slice(*second_value)));
            let merged = merged.map(|(first, second)| format!("[{first}, {second}]"));
            let finding = findings
                .at(*second, "duplicate key `<<`")
                .label("given again here")
                .also(*first, "first given here")
                .help(match &merged {
                    Some(list) => format!("merge both with one key: `<<: {list}`"),
                    None => "merge a list with one key: `<<: [*a, *b]`".to_owned(),
                });
            if let Some((list, whole)) = merged.zip(entry(file.text(), Span::new(second.start, second_value.end))) {
                let edits = vec![Edit::replace(*first_value, list), Edit::replace(whole, "")];
                finding.fix(Fix::new(Applicability::Safe, "merge a list", edits));
            }
        }
        _ => {}
    }
}

/// Returns what a merge key merges as the items of a list in brackets: the alias, or the items of its list. `None` if
/// it is written in several lines.
fn items(value: &str) -> Option<&str> {
    let items = value.strip_prefix('[').and_then(|list| list.strip_suffix(']')).map_or(value, str::trim);
    (!items.is_empty() && !items.contains(['\n', '\r', '#'])).then_some(items)
}

/// Returns the bytes of an entry that is not the first of its mapping: its line, or in braces also the comma before it.
/// `None` if something else is in the line of a block.
fn entry(text: &str, entry: Span) -> Option<Span> {
    let before = text.get(..entry.start)?.trim_end_matches([' ', '\t']);
    let after = text.get(entry.end..)?;
    let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
    if before.trim_end().ends_with(',') {
        return Some(Span::new(before.trim_end().len() - 1, entry.end));
    }
    let is_last = after[blanks..].is_empty() || after[blanks..].starts_with(['\n', '\r']);
    let line_break = if before.ends_with("\r\n") { 2 } else { usize::from(before.ends_with(['\n', '\r'])) };
    (is_last && line_break > 0).then(|| Span::new(before.len() - line_break, entry.end + blanks))
}
