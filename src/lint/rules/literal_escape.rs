//! An escape sequence that is sent as it is written.

use std::ops::Range;

use crate::lint::literals::{Literal, Role, escaped};
use crate::lint::{Applicability, Edit, Findings, Fix, Rule, Severity, TextContext};
use crate::source::{SourceFile, Span};
use crate::syntax::ScalarStyle;
use crate::template::visit::TextRole;

pub(in crate::lint) static RULE: Rule =
    Rule::text("literal-escape", Severity::Warning, include_str!("literal_escape.md"), check);

fn check(literal: &Literal<'_>, context: &TextContext<'_>, findings: &mut Findings<'_>) {
    // Data is read by programs, and links and names have rules of their own.
    if !literal.is_read_by_people() || !literal.source.contains('\\') {
        return;
    }
    let parts = literal.unmarked_parts().into_iter();
    let escapes: Vec<Range<usize>> = parts.flat_map(|part| escapes(literal.source, part)).collect();
    if !escapes.is_empty() {
        report(literal, &escapes, context.file, findings);
    }
}

fn report(text: &Literal<'_>, escapes: &[Range<usize>], file: &SourceFile, findings: &mut Findings<'_>) {
    let spans = text.spans(escapes, file);
    let Some((&first, others)) = spans.split_first() else { return };
    let written = |range: &Range<usize>| text.source.get(range.clone()).unwrap_or_default();
    let escape = escapes.first().map(written).unwrap_or_default();
    let is_line_break = |range: &Range<usize>| matches!(written(range), "\\n" | "\\r\\n");
    let is_double = text.origin.style == ScalarStyle::DoubleQuoted;
    let finding = findings
        .at(first, format!("escape sequence `{escape}` in text"))
        .label(match is_double {
            true => "the backslash is escaped itself, so that both are sent",
            false => "sent as it is written: only text in double quotes has escapes",
        })
        .also_at(others);
    if text.role == Role::Request(TextRole::Caption) && escapes.iter().any(is_line_break) {
        finding.help("remove it: a caption is one line");
    } else if is_double {
        let edits = spans.iter().filter(|span| file.slice(**span).starts_with("\\\\"));
        let edits = edits.map(|span| Edit::replace(Span::new(span.start, span.start + 1), "")).collect();
        finding.help("write one backslash instead of two").fix(Fix::new(
            applicability(escapes, text),
            "write one backslash",
            edits,
        ));
    } else if matches!(text.origin.style, ScalarStyle::Literal | ScalarStyle::Folded) {
        finding.help(match escape {
            "\\n" | "\\r\\n" => "begin a new line in its place",
            "\\\"" | "\\'" | "\\/" => "remove the backslash",
            _ => "write the character itself",
        });
    } else if !text.source.contains('\n') {
        let quoted = in_double_quotes(text.source, escapes);
        let edit = Edit::replace(text.span(), quoted.clone());
        let fix = Fix::new(applicability(escapes, text), "write the text in double quotes", vec![edit]);
        finding.help(format!("write {quoted}")).fix(fix);
    } else {
        finding.help("put the text in double quotes");
    }
}

/// Returns how certain it is that a text has escapes: `Hello\nworld` could be a path.
fn applicability(escapes: &[Range<usize>], text: &Literal<'_>) -> Applicability {
    let is_certain = |range: &Range<usize>| {
        let after = text.source.get(range.end..).and_then(|rest| rest.chars().next());
        !after.is_some_and(|after| after.is_ascii_alphanumeric()) || range.len() > 2
    };
    if escapes.iter().all(is_certain) { Applicability::Safe } else { Applicability::Unsafe }
}

/// Returns the text in double quotes, with the escapes as they are.
fn in_double_quotes(text: &str, escapes: &[Range<usize>]) -> String {
    let mut quoted = String::from("\"");
    let mut rest = escapes.iter().peekable();
    for (at, character) in text.char_indices() {
        while rest.next_if(|range| range.end <= at).is_some() {}
        match rest.peek().filter(|range| range.start <= at) {
            Some(_) => quoted.push(character),
            None => quoted.push_str(&escaped(character, ScalarStyle::DoubleQuoted)),
        }
    }
    quoted.push('"');
    quoted
}

/// Returns the escapes in a part of a text.
fn escapes(text: &str, literal: Range<usize>) -> Vec<Range<usize>> {
    let mut escapes = Vec::new();
    let mut at = literal.start;
    while let Some(found) = text.get(at..literal.end).and_then(|rest| rest.find('\\')) {
        let start = at + found;
        let rest = text.get(start..literal.end).unwrap_or_default();
        at = match escape_len(rest).filter(|length| !is_path(text, start, start + length)) {
            Some(length) => {
                escapes.push(start..start + length);
                start + length
            }
            None => start + 1,
        };
    }
    escapes
}

/// Returns the length of the escape sequence that a text begins with.
fn escape_len(text: &str) -> Option<usize> {
    let hex = |start: usize, digits: usize| {
        let is_hex = text.get(start..start + digits)?.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex.then_some(start + digits)
    };
    match text.as_bytes().get(1)? {
        b'r' if text.starts_with("\\r\\n") => Some(4),
        b'n' | b't' | b'"' | b'\'' | b'/' => Some(2),
        b'u' if text.starts_with("\\u{") => {
            let length = text.get(3..)?.find('}').filter(|length| (1..=6).contains(length))?;
            hex(3, length).map(|end| end + 1)
        }
        b'u' => hex(2, 4),
        b'U' => hex(2, 8),
        b'x' => hex(2, 2),
        _ => None,
    }
}

/// Words of LaTeX that begin with `n`.
const LATEX: [&str; 10] = ["ne", "neq", "nu", "nabla", "not", "notin", "neg", "newline", "noindent", "ni"];

/// Returns whether an escape is rather a part of a path or of a formula: `C:\new`, `bin\tools`, `\nabla`.
fn is_path(text: &str, start: usize, end: usize) -> bool {
    let (before, after) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    let head = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let tail = after.split(char::is_whitespace).next().unwrap_or_default();
    let is_drive = head.contains(":\\") || head.starts_with("\\\\") || head.len() == 2 && head.ends_with(':');
    let is_letter = text.as_bytes().get(start + 1).is_some_and(u8::is_ascii_alphabetic) && end - start == 2;
    let word_end = tail.find(|next: char| !next.is_ascii_alphanumeric()).unwrap_or(tail.len());
    let word = &tail[..word_end];
    if is_drive || !is_letter || word.is_empty() || !word.starts_with(|next: char| next.is_ascii_lowercase()) {
        return is_drive;
    }
    // A word in Latin letters follows.
    let name = format!("{}{word}", text.get(start + 1..end).unwrap_or_default());
    let is_after_word =
        head.ends_with(|last: char| last.is_alphanumeric() || matches!(last, '.' | '!' | ':' | '،' | '؟'));
    let is_file = tail.contains(['.', '/', '_', '\\']) && !tail.contains("\\n");
    !is_after_word || is_file || LATEX.contains(&name.as_str()) || name.starts_with('t')
}
