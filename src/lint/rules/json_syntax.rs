//! A request that is not JSON.

use crate::lint::{Context, Findings, Rule, Severity};
use crate::source::Span;
use crate::syntax::{JsonErrorKind, MAX_JSON_DEPTH, SyntaxError};

pub(in crate::lint) static RULE: Rule = Rule::request("json-syntax", Severity::Error, include_str!("json_syntax.md"), check);

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for error in context.syntax_errors {
        if let SyntaxError::Json { problem, span } = error {
            let (message, help) = words(*problem, context.file.slice(*span), before(context, *span));
            let finding = findings.at(*span, message);
            if !help.is_empty() {
                finding.help(help);
            }
        }
    }
}

/// The text before a place.
fn before<'f>(context: &'f Context<'_>, place: Span) -> &'f str {
    context.file.slice(Span::new(0, place.start))
}

/// What is wrong, and what to do.
fn words(problem: JsonErrorKind, written: &str, before: &str) -> (String, &'static str) {
    let (message, help) = match problem {
        JsonErrorKind::Empty => ("the request has no body", "post the message as JSON: {\"type\": \"TEXT\", \"message\": \"…\"}"),
        JsonErrorKind::ByteOrderMark => {
            ("JSON does not begin with a byte-order mark", "encode the body as UTF-8 without a mark (`utf-8`, not `utf-8-sig`)")
        }
        JsonErrorKind::NoValue | JsonErrorKind::NoKey | JsonErrorKind::Number => return (unexpected(problem, written), hint(written, before)),
        JsonErrorKind::TrailingComma => ("a comma stands before the end of a list or an object", "leave it out"),
        JsonErrorKind::NoColon => ("a `:` is missing after this key", ""),
        JsonErrorKind::NoComma { close } => {
            let message = format!("a `,` or a `{close}` is missing before this");
            return (message, "a `\"` inside of text is written `\\\"`");
        }
        JsonErrorKind::Unclosed => ("a bracket is opened here and never closed", "did the whole body arrive?"),
        JsonErrorKind::UnclosedText => ("a quote is opened here and never closed", "did the whole body arrive?"),
        JsonErrorKind::ControlCharacter(character) => return (control(character), "let a JSON library write the body"),
        JsonErrorKind::Escape => ("JSON has no such escape", "write `\\\\` for a backslash"),
        JsonErrorKind::LoneSurrogate => (
            "this is half of a pair of escapes that stand for one character",
            "was the text cut in the middle of a character?",
        ),
        JsonErrorKind::NumberRange => ("this number is too large for JSON's readers", "send it as text"),
        JsonErrorKind::TextAfter => ("the body goes on after the end of its value", "post one object and nothing after it"),
        JsonErrorKind::TooDeep => {
            return (format!("lists and objects nest more than {MAX_JSON_DEPTH} deep here"), "");
        }
    };
    (message.to_owned(), help)
}

/// What is expected where something else stands.
fn unexpected(problem: JsonErrorKind, written: &str) -> String {
    match (problem, written) {
        (JsonErrorKind::NoValue, "") => "a value is expected here, and the body ends".to_owned(),
        (JsonErrorKind::NoKey, written) => format!("a key in double quotes is expected here, and this is `{written}`"),
        (JsonErrorKind::Number, written) => format!("`{written}` is no number of JSON"),
        (_, written) => format!("`{written}` is no value of JSON"),
    }
}

/// What programs in other languages commonly write in place of JSON.
fn hint(written: &str, before: &str) -> &'static str {
    match written {
        "'" => "text stands in double quotes; Python's `json.dumps` writes them, `str` does not",
        "None" | "nil" | "undefined" | "NULL" => "JSON writes `null`; what is not there is better left out",
        "True" | "False" => "JSON writes `true` and `false`; Python's `json.dumps` does, `str` does not",
        "NaN" | "Infinity" | "-Infinity" => "JSON has no such number; leave it out, or send it as text",
        "/" | "#" => "JSON has no comments",
        "`" | "\u{201c}" | "\u{201d}" | "«" => "text stands in straight double quotes: \"…\"",
        "" => "did the whole body arrive?",
        _ if before.is_empty() => "post the message as JSON, not as a form: {\"type\": \"TEXT\", \"message\": \"…\"}",
        _ if written.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '-' | '+' | '.')) => {
            "write a number as 12, -0.5 or 1e6, or put it in quotes as text"
        }
        _ => "put text in double quotes",
    }
}

fn control(character: char) -> String {
    match character {
        '\n' | '\r' => "a line break stands in text; JSON writes it as `\\n`".to_owned(),
        '\t' => "a tab stands in text; JSON writes it as `\\t`".to_owned(),
        other => format!("the control character U+{:04X} stands in text unescaped", u32::from(other)),
    }
}
