//! A suppression comment that suppresses nothing.

use crate::lint::suppression::{Directive, Suppressions};
use crate::lint::{Applicability, Edit, Findings, Fix, Rule, Severity, find, near_ids};
use crate::source::{SourceFile, Span};

pub(in crate::lint) static RULE: Rule =
    Rule::suppressions("unused-suppression", Severity::Warning, include_str!("unused_suppression.md"), check);

fn check(suppressions: &Suppressions<'_>, findings: &mut Findings<'_>) {
    // Those of other files can ignore findings about other parts.
    let own = suppressions.file.own();
    for directive in suppressions.directives.iter().filter(|directive| own.contains(directive.comment)) {
        match &directive.ids {
            None => {
                findings
                    .at(directive.comment, "invalid suppression comment")
                    .label("expected `# kenarc: ignore[rule-id]`")
                    .help("write `# kenarc: ignore[rule-id]`, with commas between several ids");
            }
            Some(ids) => {
                let is_unused = |index: &usize| !ids[*index].is_used && !is_about_project(ids[*index].text);
                for index in (0..ids.len()).filter(is_unused) {
                    unused(suppressions, directive, index, findings);
                }
            }
        }
    }
}

/// Returns whether a rule looks at a whole project, of which a file alone knows nothing.
fn is_about_project(id: &str) -> bool {
    find(id).is_some_and(Rule::needs_project)
}

fn unused(suppressions: &Suppressions<'_>, directive: &Directive<'_>, index: usize, findings: &mut Findings<'_>) {
    let Some(id) = directive.ids.as_ref().and_then(|ids| ids.get(index)) else { return };
    let fix = without(directive, index, suppressions.file);
    if find(id.text).is_none() {
        let near = near_ids(id.text);
        let finding = findings.at(id.span, format!("unknown rule `{}`", id.text)).label("no rule has this id");
        if near.is_empty() {
            finding.help("remove it; `kenarc explain` lists all rules").fix(fix);
        } else {
            finding.suggest(&near, id.span, Applicability::Safe);
        }
    } else if id.text == RULE.id {
        findings
            .at(id.span, format!("unused suppression of `{}`", id.text))
            .label("comments cannot suppress this rule")
            .help(format!("turn the rule off: `kenarc check --ignore {}`", id.text))
            .fix(fix);
    } else if suppressions.is_certain {
        findings
            .at(id.span, format!("unused suppression of `{}`", id.text))
            .label(format!("the rule finds nothing in line {}", directive.line))
            .help("remove it, or move it to the end of the line of the finding or to the line above")
            .fix(fix);
    }
}

const COMMENT: &str = "remove the comment";
const ID: &str = "remove the id";

/// Removes an id, and with the last one the whole comment.
fn without(directive: &Directive<'_>, index: usize, file: &SourceFile) -> Fix {
    let ids = directive.ids.as_deref().unwrap_or_default();
    match (ids, index) {
        ([only], _) => {
            let edit = Edit::delete(whole(directive, file.text()));
            // A reason that the author has written after the brackets would be lost.
            let has_reason = !file.slice(Span::new(only.span.end, directive.comment.end)).trim_end().ends_with(']');
            if has_reason { Fix::unsafe_edit(COMMENT, edit) } else { Fix::safe_edit(COMMENT, edit) }
        }
        (_, 0) => Fix::safe_edit(ID, Edit::delete(Span::new(ids[0].span.start, ids[1].span.start))),
        _ => Fix::safe_edit(ID, Edit::delete(Span::new(ids[index - 1].span.end, ids[index].span.end))),
    }
}

/// Returns the range of the comment with the white space before it, or its line if it is alone there.
fn whole(directive: &Directive<'_>, text: &str) -> Span {
    let Span { start, end } = directive.comment;
    let start = text[..start].trim_end_matches([' ', '\t']).len();
    let line_break = ["\r\n", "\n", "\r"].into_iter().find(|line_break| text[end..].starts_with(line_break));
    let end = end + line_break.filter(|_| directive.is_alone).map_or(0, str::len);
    Span::new(start, end)
}
