//! Placeholders of other template languages, and delimiters that nothing opens.

use std::collections::HashSet;
use std::ops::Range;

use crate::lint::literals::{Literal, Role, texts};
use crate::lint::{Applicability, Edit, Findings, Fix, Rule, Severity, TextContext};
use crate::source::SourceFile;
use crate::template::Template;
use crate::template::visit::TextRole;

pub(in crate::lint) static RULE: Rule =
    Rule::text("foreign-placeholder", Severity::Warning, include_str!("foreign_placeholder.md"), check);

/// The most names in a help.
const MAX_NAMES: usize = 3;

fn check(literal: &Literal<'_>, context: &TextContext<'_>, findings: &mut Findings<'_>) {
    let TextContext { template, file } = context;
    let found = placeholders_of(literal, template);
    let (named, stray): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| found.kind != Kind::Stray);
    if literal.role == Role::Value {
        report_in_value(literal, &named, file, findings);
    } else if named.is_empty() {
        report_stray(literal, &stray, file, findings);
    } else {
        report(template, literal, &named, file, findings);
    }
}

/// Returns the variables to which placeholders of other languages refer.
pub(in crate::lint) fn names(template: &Template) -> HashSet<String> {
    let texts = texts(template).into_iter();
    let found = texts.flat_map(|text| placeholders_of(&text, template));
    found.map(|found| found.root().to_owned()).collect()
}

/// What stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `{name}`, `${name}`, `<%= name %>` and the like.
    Named,
    /// `{{ name }}` or `{% if name %}` in a value.
    Jinja,
    /// `%s`, `{}`: there is no name.
    Unnamed,
    /// `}}`, `%}` or `#}`, and nothing opens it.
    Stray,
}

/// A placeholder or a delimiter in literal text.
#[derive(Clone, Debug)]
struct Placeholder {
    range: Range<usize>,
    kind: Kind,
    /// The name, with attributes; empty if there is none.
    name: String,
}

impl Placeholder {
    /// Returns the name of the variable.
    fn root(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }
}

fn placeholders_of(text: &Literal<'_>, template: &Template) -> Vec<Placeholder> {
    if !text.source.contains(['{', '}', '%']) || text.role == Role::Description {
        return Vec::new();
    }
    let parts = text.unmarked_parts().into_iter();
    let mut found: Vec<_> = parts.flat_map(|part| placeholders(text.source, part)).collect();
    // What programs read may have braces.
    let is_read = text.is_read_by_people();
    let is_prose =
        is_read || matches!(text.role, Role::Request(TextRole::Link | TextRole::PostToken | TextRole::MediaToken));
    found.retain(|found| match text.role == Role::Value {
        // Filters may format a value, or replace a part of it.
        true => found.kind == Kind::Named && is_declared(template, found) || found.kind == Kind::Jinja,
        false => is_prose && found.kind == Kind::Named || is_read || is_declared(template, found),
    });
    found
}

fn is_declared(template: &Template, found: &Placeholder) -> bool {
    template.variables.as_ref().is_some_and(|variables| variables.get(found.root()).is_some())
}

/// Returns what stands in a part of a text.
fn placeholders(text: &str, literal: Range<usize>) -> Vec<Placeholder> {
    let part = text.get(literal.clone()).unwrap_or_default();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = part.get(at..).and_then(|rest| rest.find(['{', '}', '%', '#', '$', '<'])) {
        at += next;
        match placeholder(part, at) {
            Some((length, kind, name)) => {
                let start = literal.start + at;
                found.push(Placeholder { range: start..start + length, kind, name: name.to_owned() });
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

/// Returns the length, the kind and the name of the placeholder at an offset.
fn placeholder(part: &str, at: usize) -> Option<(usize, Kind, &str)> {
    let rest = part.get(at..)?;
    match rest.as_bytes() {
        [b'{', b'{', ..] if let Some(length) = jinja_len(rest, "}}") => Some((length, Kind::Jinja, "")),
        [b'{', b'%', ..] if let Some(length) = jinja_len(rest, "%}") => Some((length, Kind::Jinja, "")),
        [b'}', b'}', ..] | [b'%' | b'#', b'}', ..] => Some((2, Kind::Stray, "")),
        [b'$' | b'#' | b'%', b'{', ..] => in_braces(&rest[1..]).map(|(length, name)| (length + 1, Kind::Named, name)),
        [b'{', b'}', ..] => Some((2, Kind::Unnamed, "")),
        [b'{', ..] => in_braces(rest).map(|(length, name)| (length, Kind::Named, name)),
        [b'<', b'%', ..] => {
            let end = rest.find("%>").filter(|end| *end < LONGEST)?;
            let inside = rest.get(2..end)?.trim_start_matches(['=', '-']).trim_end_matches('-').trim();
            let name = Some(inside).filter(|inside| name_end(inside) == Some(inside.len()));
            Some((end + 2, if name.is_some() { Kind::Named } else { Kind::Unnamed }, name.unwrap_or_default()))
        }
        [b'%', b'(', ..] => {
            let end = 2 + name_end(&rest[2..])?;
            let is_format = matches!(rest.as_bytes().get(end..end + 2), Some([b')', b'a'..=b'z']));
            is_format.then(|| (end + 2, Kind::Named, &rest[2..end]))
        }
        [b'%', b's' | b'd', ..] => {
            let is_word = |character: char| character.is_alphanumeric() || character == '%';
            let is_alone = !part[..at].ends_with(is_word) && !rest[2..].starts_with(is_word);
            is_alone.then_some((2, Kind::Unnamed, ""))
        }
        _ => None,
    }
}

/// Returns the length of an expression or statement at the beginning of a text. Literal text has one only in a value.
fn jinja_len(text: &str, close: &str) -> Option<usize> {
    let end = text.find(close).filter(|end| *end < LONGEST)?;
    let is_empty = text.get(2..end).is_none_or(|inside| inside.trim().is_empty());
    (!is_empty).then_some(end + close.len())
}

/// The most bytes of a placeholder.
const LONGEST: usize = 200;

/// Returns the length of `{name}`, `{ name }`, `{name:,}` or `{name}}` at the beginning of a text, and the name.
pub(in crate::lint) fn in_braces(text: &str) -> Option<(usize, &str)> {
    let inside = text.strip_prefix('{')?.trim_start_matches(' ');
    let name = inside.get(..name_end(inside)?)?;
    let rest = &inside[name.len()..];
    let close = rest.find(['{', '}', '\n']).filter(|close| *close < LONGEST && rest[*close..].starts_with('}'))?;
    let format = rest[..close].trim_matches(' ');
    let is_format = format.is_empty() || format.starts_with([':', '|', '!']) && !format.contains(' ');
    let end = text.len() - rest.len() + close;
    let closing = text[end..].bytes().take_while(|byte| *byte == b'}').count();
    is_format.then_some((end + closing, name))
}

/// Returns where a name with attributes ends, in ASCII letters.
fn name_end(text: &str) -> Option<usize> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.')).unwrap_or(text.len());
    let is_part = |part: &str| part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    text[..end].split('.').all(is_part).then_some(end)
}

fn report(
    template: &Template,
    text: &Literal<'_>,
    found: &[Placeholder],
    file: &SourceFile,
    findings: &mut Findings<'_>,
) {
    let ranges: Vec<Range<usize>> = found.iter().map(|found| found.range.clone()).collect();
    let spans = text.spans(&ranges, file);
    let Some((&first, others)) = spans.split_first() else { return };
    let written = |found: &Placeholder| format!("{{{{ {} }}}}", found.name);
    let mut names: Vec<String> = Vec::new();
    for name in found.iter().filter(|found| found.kind == Kind::Named).map(|found| format!("`{}`", written(found))) {
        if names.len() < MAX_NAMES && !names.contains(&name) {
            names.push(name);
        }
    }
    let finding = findings
        .at(first, format!("placeholder `{}` is not Jinja", file.slice(first)))
        .label("sent as it is written")
        .also_at(others)
        .help(match names.is_empty() {
            true => "write the name of a variable: `{{ name }}`".to_owned(),
            false => format!("write {}", names.join(" and ")),
        });
    if found.iter().all(|found| found.kind == Kind::Named) {
        let is_certain = found.iter().all(|found| is_declared(template, found));
        let applicability = if is_certain { Applicability::Safe } else { Applicability::Unsafe };
        let edits = found.iter().zip(&spans).map(|(found, &span)| Edit::replace(span, written(found))).collect();
        finding.fix(Fix::new(applicability, "write Jinja", edits));
    }
}

/// Reports placeholders in a value, which nothing fills in.
fn report_in_value(text: &Literal<'_>, found: &[Placeholder], file: &SourceFile, findings: &mut Findings<'_>) {
    let ranges: Vec<Range<usize>> = found.iter().map(|found| found.range.clone()).collect();
    let spans = text.spans(&ranges, file);
    let Some((&first, others)) = spans.split_first() else { return };
    findings
        .at(first, format!("placeholder `{}` in a value", file.slice(first)))
        .label("values are not evaluated: sent as it is written")
        .also_at(others)
        .help("put the text itself in its place, or write the expression in the template");
}

fn report_stray(text: &Literal<'_>, found: &[Placeholder], file: &SourceFile, findings: &mut Findings<'_>) {
    let ranges: Vec<Range<usize>> = found.iter().map(|found| found.range.clone()).collect();
    let spans = text.spans(&ranges, file);
    let Some((&first, others)) = spans.split_first() else { return };
    let close = file.slice(first);
    let open = match close {
        "%}" => "{%",
        "#}" => "{#",
        _ => "{{",
    };
    findings
        .at(first, format!("`{close}` without `{open}`"))
        .label("nothing is open here, so this is sent as it is written")
        .also_at(others)
        .help(format!("remove it, or write `{open}` before what it is to close"));
}
