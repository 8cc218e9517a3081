//! HTML in text, which readers see as it is written.

use std::ops::Range;

use crate::lint::literals::{Literal, Role, escaped};
use crate::lint::{Applicability, Edit, Findings, Fix, Rule, Severity, TextContext};
use crate::source::characters::{invisible, named};
use crate::source::{SourceFile, Span};
use crate::syntax::{Origin, ScalarStyle};
use crate::template::visit::TextRole;

pub(in crate::lint) static RULE: Rule =
    Rule::text("html-markup", Severity::Warning, include_str!("html_markup.md"), check);

/// Names of character references (HTML Living Standard §13.5) that people write in plain text.
const ENTITIES: [(&str, char); 24] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{a0}'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("shy", '\u{ad}'),
    ("zwnj", '\u{200c}'),
    ("zwj", '\u{200d}'),
    ("lrm", '\u{200e}'),
    ("rlm", '\u{200f}'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("bull", '•'),
    ("middot", '·'),
    ("times", '×'),
];

/// The names of elements for text.
const ELEMENTS: [&str; 31] = [
    "a",
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "center",
    "code",
    "div",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "img",
    "ins",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "u",
    "ul",
];

fn check(literal: &Literal<'_>, context: &TextContext<'_>, findings: &mut Findings<'_>) {
    let is_read = literal.is_read_by_people();
    if !literal.source.contains(['&', '<']) || !is_read && literal.role != Role::Request(TextRole::Link) {
        return;
    }
    let parts = literal.unmarked_parts();
    let found: Vec<Entity> = parts.iter().flat_map(|part| entities(literal.source, part)).collect();
    report_entities(literal, &found, context.file, findings);
    if is_read {
        let found: Vec<Range<usize>> = parts.iter().flat_map(|part| tags(literal.source, part)).collect();
        report_tags(literal, &found, context, findings);
    }
}

/// A character reference.
struct Entity {
    range: Range<usize>,
    character: char,
}

fn entities(text: &str, literal: &Range<usize>) -> Vec<Entity> {
    let part = text.get(literal.clone()).unwrap_or_default();
    let found = part.match_indices('&').filter_map(|(at, _)| {
        let name = part.get(at + 1..)?.split(';').next().filter(|name| name.len() <= 8)?;
        let start = literal.start + at;
        let range = start..start + name.len() + 2;
        let character = character(name).filter(|_| range.end <= literal.end)?;
        Some(Entity { range, character })
    });
    found.collect()
}

/// Returns the character that a name or a number stands for: `nbsp`, `#8204`, `#x200c`.
fn character(name: &str) -> Option<char> {
    let code = match name.strip_prefix('#') {
        None => return ENTITIES.iter().find(|(known, _)| *known == name).map(|(_, character)| *character),
        Some(digits) => match digits.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => digits.parse().ok()?,
        },
    };
    char::from_u32(code)
}

fn report_entities(text: &Literal<'_>, found: &[Entity], file: &SourceFile, findings: &mut Findings<'_>) {
    let ranges: Vec<Range<usize>> = found.iter().map(|entity| entity.range.clone()).collect();
    let spans = text.spans(&ranges, file);
    let (Some((&first, others)), Some(Entity { character, .. })) = (spans.split_first(), found.first()) else { return };
    let edits: Vec<Edit> = found
        .iter()
        .zip(&spans)
        .filter(|(entity, span)| can_replace(entity.character, **span, text.origin))
        .map(|(entity, &span)| Edit::replace(span, escaped(entity.character, text.origin.style)))
        .collect();
    let finding = findings
        .at(first, format!("HTML entity `{}` in text", file.slice(first)))
        .label("sent as it is written")
        .also_at(others)
        .help(match invisible(*character) {
            Some(_) => format!("write the character itself: {}", named(*character)),
            None => format!("write {}", named(*character)),
        });
    if edits.len() == spans.len() {
        finding.fix(Fix::new(Applicability::Safe, "write the characters", edits));
    }
}

/// Returns whether a character can stand in a scalar without changing how YAML reads it.
fn can_replace(character: char, span: Span, origin: Origin) -> bool {
    let is_special = character.is_control() || matches!(character, '#' | ':' | ',' | '[' | ']' | '{' | '}');
    // At the ends, a blank is not part of a plain scalar, and a sign may be an indicator.
    let is_at_end = span.start == origin.span.start || span.end == origin.span.end;
    let is_lost = character.is_whitespace() || character.is_ascii_punctuation();
    !is_special && (origin.style != ScalarStyle::Plain || !is_at_end || !is_lost)
}

fn tags(text: &str, literal: &Range<usize>) -> Vec<Range<usize>> {
    let part = text.get(literal.clone()).unwrap_or_default();
    // What is not closed here is not closed later.
    let end = part.rfind('>').map_or(0, |end| end + 1);
    let opened = part.get(..end).unwrap_or_default().match_indices('<');
    let tags = opened.filter_map(|(at, _)| {
        let length = tag_len(part.get(at..end)?)?;
        Some(literal.start + at..literal.start + at + length)
    });
    tags.collect()
}

/// Returns the length of the tag that a text begins with.
fn tag_len(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('<')?;
    let inside = inside.strip_prefix('/').unwrap_or(inside);
    let name_end = inside.find(|next: char| !next.is_ascii_alphanumeric())?;
    let (name, rest) = inside.split_at(name_end);
    if !ELEMENTS.iter().any(|element| element.eq_ignore_ascii_case(name)) {
        return None;
    }
    let end = rest.find(['<', '>']).filter(|end| rest[*end..].starts_with('>'))?;
    let attributes = rest[..end].trim_end_matches('/');
    let is_tag = attributes.is_empty() || attributes.starts_with(char::is_whitespace);
    is_tag.then_some(text.len() - rest.len() + end + 1)
}

fn report_tags(text: &Literal<'_>, found: &[Range<usize>], context: &TextContext<'_>, findings: &mut Findings<'_>) {
    let spans = text.spans(found, context.file);
    let Some((&first, others)) = spans.split_first() else { return };
    let tag = context.file.slice(first);
    let is_line_break = tag.get(1..3).is_some_and(|name| name.eq_ignore_ascii_case("br"));
    findings
        .at(first, format!("HTML tag `{tag}` in text"))
        .label("sent as it is written: messages are plain text")
        .also_at(others)
        .help(match (is_line_break, text.role) {
            (true, Role::Value) => "begin a new line in its place, in a text after `|`".to_owned(),
            (true, Role::Request(TextRole::Message)) => {
                format!("begin a new line in its place, in a text after `{}: |`", context.template.kind.text_field())
            }
            _ => "remove it".to_owned(),
        });
}
