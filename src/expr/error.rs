//! Syntax errors of programs.

use std::ops::Range;

use minijinja::machinery::Token;
use thiserror::Error;

use super::ProgramKind;
use super::limits::{self, MAX_ELIFS, MAX_TOKENS};

/// The first error in a program.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{kind}")]
pub struct JinjaError {
    /// What is wrong.
    pub kind: JinjaErrorKind,
    /// Where, in bytes of the text.
    pub range: Range<usize>,
}

/// What is wrong with a program.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum JinjaErrorKind {
    /// The text is longer than a message can be.
    #[error("text with Jinja is limited to 64,000 bytes")]
    TooLong,
    /// One expression or statement has too many tokens.
    #[error("more than {MAX_TOKENS} tokens in one expression or statement")]
    TooManyTokens,
    /// One text has too many `elif`.
    #[error("more than {MAX_ELIFS} `elif` in one text")]
    TooManyElifs,
    /// A statement that makes no sense in a single message: `autoescape`, `do`, `recursive`.
    #[error("`{0}` is not supported in a message")]
    Unsupported(&'static str),
    /// A statement that the language does not have: its keyword.
    #[error("unknown statement `{0}`")]
    UnknownStatement(String),
    /// The text ends inside of a block: the keyword of its statement.
    #[error("`{{% {0} %}}` is never closed")]
    Unclosed(&'static str),
    /// A `for` of a row or a button that is not `NAME in EXPRESSION`.
    #[error("expected `NAME in EXPRESSION`")]
    NotForIn,
    /// A `for` of a row or a button whose name is a word of the expression language.
    #[error("`{0}` is a reserved word")]
    ReservedName(String),
    /// Any other syntax error, in MiniJinja's words. It has no type for these; the text is printed and never parsed.
    #[error("{0}")]
    Syntax(String),
}

/// The statements with a body, by their keywords and the keywords of their ends.
const BLOCKS: [(&str, &str); 6] = [
    ("if", "endif"),
    ("for", "endfor"),
    ("with", "endwith"),
    ("set", "endset"),
    ("filter", "endfilter"),
    ("autoescape", "endautoescape"),
];

/// Converts an error of the parser. Errors of the tokenizer have no range: they are after the
/// last token.
pub(super) fn of_parser(error: &minijinja::Error, source: &str, kind: ProgramKind) -> JinjaError {
    let range = error.range().unwrap_or_else(|| {
        let end = limits::tokens(source, kind).last().map_or(0, |(_, range)| range.end);
        let rest = &source[end..];
        let start = end + (rest.len() - rest.trim_start().len());
        start..source.len()
    });
    let known = if kind == ProgramKind::Text { of_statement(source, &range) } else { None };
    let syntax = || error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    JinjaError { kind: known.unwrap_or_else(|| JinjaErrorKind::Syntax(syntax())), range }
}

/// Returns the error about an unknown or unclosed statement, if it is one. `at`: the token at which the parser gave
/// up.
fn of_statement(source: &str, at: &Range<usize>) -> Option<JinjaErrorKind> {
    let mut open = Vec::new();
    let mut tokens = limits::tokens(source, ProgramKind::Text).peekable();
    let mut end = 0;
    let mut is_outside = true;
    while let Some((token, range)) = tokens.next() {
        end = range.end;
        is_outside = matches!(token, Token::TemplateData(_) | Token::VariableEnd | Token::BlockEnd);
        if !matches!(token, Token::BlockStart) {
            continue;
        }
        let Some((Token::Ident(keyword), keyword_range)) = tokens.peek() else { continue };
        let (keyword, is_here) = (*keyword, keyword_range == at);
        if let Some((block, _)) = BLOCKS.iter().find(|(block, _)| *block == keyword) {
            let is_assignment = |rest: &str| rest.split("%}").next().is_some_and(|statement| statement.contains('='));
            if !(keyword == "set" && is_assignment(&source[keyword_range.end..])) {
                open.push(*block);
            }
        } else if open.last().is_some_and(|block| BLOCKS.contains(&(*block, keyword))) {
            open.pop();
        } else if is_here && !matches!(keyword, "else" | "elif" | "do") {
            return Some(JinjaErrorKind::UnknownStatement(keyword.to_owned()));
        }
    }
    let is_end = is_outside && at.end >= end && source[end..].trim().is_empty();
    open.pop().filter(|_| is_end).map(JinjaErrorKind::Unclosed)
}

#[cfg(test)]
mod tests {
    use crate::expr::Program;

    /// The message of the error with the part of the text at which it is.
    fn error(text: &str) -> String {
        let error = Program::text(text).expect_err(text);
        format!("{error} at `{}`", &text[error.range.clone()])
    }

    #[test]
    fn statements_that_templates_do_not_have() {
        let cases = [
            ("{% include 'a' %}", "unknown statement `include` at `include`"),
            ("{% macro a() %}{% endmacro %}", "unknown statement `macro` at `macro`"),
            ("a{% endif %}", "unknown statement `endif` at `endif`"),
            ("{% if a %}{% endfor %}", "unknown statement `endfor` at `endfor`"),
            ("{% do a() %}", "`do` is not supported in a message at `do a()`"),
            (
                "{% autoescape true %}{% endautoescape %}",
                "`autoescape` is not supported in a message at `autoescape true %}{% endautoescape`",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(error(text), expected, "{text}");
        }
    }

    #[test]
    fn blocks_that_are_not_closed() {
        let cases = [
            ("{% if a %}b", "`{% if %}` is never closed at `b`"),
            ("{% for a in b %}{% if a %}{% endif %}", "`{% for %}` is never closed at `%}`"),
            ("{% set a %}b", "`{% set %}` is never closed at `b`"),
            ("{% set a = 1 %}{% filter upper %}b", "`{% filter %}` is never closed at `b`"),
        ];
        for (text, expected) in cases {
            assert_eq!(error(text), expected, "{text}");
        }
    }

    #[test]
    fn other_errors_are_told_in_the_words_of_the_parser() {
        let cases = [
            ("{{ a | }}", "unexpected end of variable block, expected identifier at `}}`"),
            ("{% if a b %}c{% endif %}", "unexpected identifier, expected end of block at `b`"),
            ("{% if a %}{{ b", "unexpected end of input, expected end of variable block at `b`"),
        ];
        for (text, expected) in cases {
            assert_eq!(error(text), expected, "{text}");
        }
    }
}
