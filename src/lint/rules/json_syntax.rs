//! A request, or a template in a file for JSON, that is not JSON.

use crate::lint::{Context, Edit, Findings, Fix, Rule, Severity};
use crate::source::Span;
use crate::syntax::{JsonErrorKind, MAX_JSON_DEPTH, SyntaxError};

pub(in crate::lint) static RULE: Rule =
    Rule::structure("json-syntax", Severity::Error, include_str!("json_syntax.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for error in context.syntax_errors {
        if let SyntaxError::Json { problem, span } = error {
            report(*problem, *span, context, findings);
        }
    }
}

fn report(problem: JsonErrorKind, span: Span, context: &Context<'_>, findings: &mut Findings<'_>) {
    let written = context.file.slice(span);
    let problem = if is_comment(problem, written) { JsonErrorKind::Comment } else { problem };
    let whole = if context.is_request() { "body" } else { "file" };
    let finding =
        findings.at(span, headline(problem, written).replace("body", whole)).label(label(problem, written, whole));
    if !context.is_request()
        && let Some(Edit { span: place, replacement }) = edit(problem, span, context.file.text())
    {
        let help = match (problem, &*replacement) {
            (JsonErrorKind::NoComma { .. }, _) => "add a comma after what is before it".to_owned(),
            (JsonErrorKind::TrailingComma, _) => "remove the comma".to_owned(),
            (_, "") => "remove the comment".to_owned(),
            (_, written) => format!("write `{written}`"),
        };
        let fix = Fix::safe_edit(help.clone(), Edit { span: place, replacement });
        finding.help(help).fix(fix);
    } else if let Some(help) = help(problem, written, before(context, span)) {
        finding.help(match problem {
            _ if context.is_request() => help.to_owned(),
            JsonErrorKind::Empty => "write the template as JSON: `{\"message\": \"…\"}`".to_owned(),
            _ => help.replace("the body", "the file"),
        });
    }
}

/// Returns the change that makes JSON of a slip.
fn edit(problem: JsonErrorKind, span: Span, text: &str) -> Option<Edit> {
    let written = text.get(span.range())?;
    match problem {
        JsonErrorKind::TrailingComma => Some(Edit::delete(span)),
        JsonErrorKind::Comment if written.len() > 1 => Some(Edit::delete(with_line(text, span))),
        JsonErrorKind::NoComma { .. } => {
            let before = text.get(..span.start)?;
            let is_next_line = before.trim_end_matches([' ', '\t']).ends_with(['\n', '\r']);
            let is_behind_text = before.trim_end().ends_with(['"', '\'']);
            (is_next_line || !is_behind_text).then(|| Edit::replace(Span::at(before.trim_end().len()), ","))
        }
        JsonErrorKind::NoKey | JsonErrorKind::NoValue if is_quoted(written) => {
            let inside = written.get(1..written.len() - 1)?;
            Some(Edit::replace(span, serde_json::Value::from(inside).to_string()))
        }
        JsonErrorKind::NoKey if written.starts_with(|first: char| first.is_alphabetic() || first == '_') => {
            Some(Edit::replace(span, format!("\"{written}\"")))
        }
        JsonErrorKind::NoValue => {
            let literal = match written {
                "True" => "true",
                "False" => "false",
                "None" | "nil" | "undefined" | "NULL" => "null",
                _ => return word(written).map(|text| Edit::replace(span, text)),
            };
            Some(Edit::replace(span, literal))
        }
        _ => None,
    }
}

/// Returns a word in double quotes.
fn word(written: &str) -> Option<String> {
    let is_word = written.starts_with(char::is_alphabetic) && !matches!(written, "NaN" | "Infinity");
    is_word.then(|| serde_json::Value::from(written).to_string())
}

/// Returns a comment with its line, if nothing else is there, or with the blanks before it.
fn with_line(text: &str, comment: Span) -> Span {
    let before = text.get(..comment.start).unwrap_or_default().trim_end_matches([' ', '\t']);
    let after = text.get(comment.end..).unwrap_or_default();
    let rest = after.trim_start_matches([' ', '\t']);
    let line_break = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with(['\n', '\r'])) };
    let is_alone = before.is_empty() || before.ends_with(['\n', '\r']);
    match is_alone && line_break > 0 {
        true => Span::new(before.len(), text.len() - rest.len() + line_break),
        false => Span::new(before.len(), comment.end),
    }
}

/// Returns whether something is in single quotes.
fn is_quoted(written: &str) -> bool {
    written.len() > 1 && written.starts_with('\'') && written.ends_with('\'')
}

/// Returns whether a comment stands where something else could end.
fn is_comment(problem: JsonErrorKind, written: &str) -> bool {
    let is_end = matches!(problem, JsonErrorKind::NoComma { .. } | JsonErrorKind::TextAfter | JsonErrorKind::NoColon);
    is_end && matches!(written, "/" | "#")
}

/// Returns the text before a location.
fn before<'f>(context: &'f Context<'_>, place: Span) -> &'f str {
    context.file.slice(Span::new(0, place.start))
}

/// Returns what is wrong.
fn headline(problem: JsonErrorKind, written: &str) -> String {
    let headline = match problem {
        JsonErrorKind::Empty => "empty body",
        JsonErrorKind::ByteOrderMark => "byte-order mark in JSON",
        JsonErrorKind::NoValue if written.is_empty() => "unexpected end of JSON",
        JsonErrorKind::NoValue => "invalid JSON value",
        JsonErrorKind::NoKey => "invalid JSON key",
        JsonErrorKind::Number => "invalid JSON number",
        JsonErrorKind::TrailingComma => "trailing comma in JSON",
        JsonErrorKind::Comment => "comment in JSON",
        JsonErrorKind::NoColon => "missing `:` in JSON",
        JsonErrorKind::NoComma { close } => return format!("missing `,` or `{close}` in JSON"),
        JsonErrorKind::Unclosed => "unclosed bracket in JSON",
        JsonErrorKind::UnclosedText => "unclosed string in JSON",
        JsonErrorKind::ControlCharacter('\n' | '\r') => "line break in a JSON string",
        JsonErrorKind::ControlCharacter('\t') => "tab in a JSON string",
        JsonErrorKind::ControlCharacter(_) => "control character in a JSON string",
        JsonErrorKind::Escape => "invalid escape in a JSON string",
        JsonErrorKind::LoneSurrogate => "unpaired surrogate in a JSON string",
        JsonErrorKind::NumberRange => "JSON number out of range",
        JsonErrorKind::TextAfter => "text after the JSON value",
        JsonErrorKind::TooDeep => "JSON nests too deeply",
    };
    headline.to_owned()
}

/// Returns what was found and what was expected.
fn label(problem: JsonErrorKind, written: &str, whole: &str) -> String {
    let label = match problem {
        JsonErrorKind::Empty => "expected a JSON object",
        JsonErrorKind::ByteOrderMark => "expected the JSON value",
        JsonErrorKind::NoValue if written.is_empty() => "expected a value",
        JsonErrorKind::NoValue if is_quoted(written) => "expected double quotes",
        JsonErrorKind::NoKey if is_quoted(written) => "expected double quotes",
        JsonErrorKind::NoValue => return format!("expected a value, found `{written}`"),
        JsonErrorKind::NoKey => return format!("expected a key in double quotes, found `{written}`"),
        JsonErrorKind::Number => return format!("expected a number such as 12, -0.5 or 1e6, found `{written}`"),
        JsonErrorKind::TrailingComma => "no item follows this comma",
        JsonErrorKind::Comment => "JSON has no comments",
        JsonErrorKind::NoColon => "expected `:` after this key",
        JsonErrorKind::NoComma { close } => return format!("expected `,` or `{close}` before this"),
        JsonErrorKind::Unclosed | JsonErrorKind::UnclosedText => "opened here and never closed",
        JsonErrorKind::ControlCharacter('\n' | '\r') => "expected `\\n`",
        JsonErrorKind::ControlCharacter('\t') => "expected `\\t`",
        JsonErrorKind::ControlCharacter(other) => {
            return format!("expected the escape `\\u{:04x}`", u32::from(other));
        }
        JsonErrorKind::Escape => "not an escape of JSON",
        JsonErrorKind::LoneSurrogate => "expected a pair of escapes",
        JsonErrorKind::NumberRange => "too large for common JSON parsers",
        JsonErrorKind::TextAfter => return format!("expected the end of the {whole}"),
        JsonErrorKind::TooDeep => return format!("expected at most {MAX_JSON_DEPTH} nested lists and objects"),
    };
    label.to_owned()
}

/// Returns what to do.
fn help(problem: JsonErrorKind, written: &str, before: &str) -> Option<&'static str> {
    Some(match problem {
        JsonErrorKind::Empty => "send the message as JSON: `{\"type\": \"TEXT\", \"message\": \"…\"}`",
        JsonErrorKind::ByteOrderMark => "encode the body as UTF-8 without a byte-order mark (`utf-8`, not `utf-8-sig`)",
        JsonErrorKind::NoValue | JsonErrorKind::NoKey | JsonErrorKind::Number => hint(written, before),
        JsonErrorKind::TrailingComma => "remove the comma",
        JsonErrorKind::Comment => "remove the comment",
        JsonErrorKind::NoColon => "write `\"key\": value`",
        JsonErrorKind::NoComma { .. } => "add it, or write a `\"` inside a string as `\\\"`",
        JsonErrorKind::Unclosed => "close the bracket, or check whether the body was truncated",
        JsonErrorKind::UnclosedText => "close the string, or check whether the body was truncated",
        JsonErrorKind::ControlCharacter(_) => "encode the body with a JSON library",
        JsonErrorKind::Escape => "write `\\\\` for a backslash",
        JsonErrorKind::LoneSurrogate => "check whether the text was cut in the middle of a character",
        JsonErrorKind::NumberRange => "send it as a string",
        JsonErrorKind::TextAfter => "send one object and nothing after it",
        JsonErrorKind::TooDeep => return None,
    })
}

/// Returns how to write in JSON what programs in other languages commonly write.
fn hint(written: &str, before: &str) -> &'static str {
    match written {
        "'" => "use double quotes; in Python, call `json.dumps` instead of `str`",
        "None" | "nil" | "undefined" | "NULL" => "write `null`, or leave the key out",
        "True" | "False" => "write `true` or `false`; in Python, call `json.dumps` instead of `str`",
        "NaN" | "Infinity" | "-Infinity" => "leave it out, or send it as a string",
        "/" | "#" => "remove the comment: JSON has none",
        "`" | "\u{201c}" | "\u{201d}" | "«" => "use straight double quotes: `\"…\"`",
        "" => "check whether the body was truncated",
        _ if before.is_empty() => "send the message as JSON, not as a form: `{\"type\": \"TEXT\", \"message\": \"…\"}`",
        _ if written.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '-' | '+' | '.')) => {
            "write a JSON number, or put it in double quotes as a string"
        }
        _ => "put text in double quotes",
    }
}
