//! A key that is given twice.

use crate::lint::notation::removal;
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
            if let Some((list, whole)) = merged.zip(removal(file.text(), Span::new(second.start, second_value.end))) {
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
