//! Syntax errors of programs.

use std::ops::Range;

use minijinja::machinery::Token;
use thiserror::Error;

use crate::message::is_blank;

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
    /// Blocks or brackets nest more deeply than MiniJinja parses.
    #[error("blocks or brackets nest too deeply")]
    TooDeep,
    /// A statement that makes no sense in a single message: `autoescape`, `do`, `recursive`.
    #[error("`{0}` is not supported in a message")]
    Unsupported(&'static str),
    /// A statement that the language does not have: its keyword.
    #[error("unknown statement `{0}`")]
    UnknownStatement(String),
    /// A statement that is valid only inside of a block, or only in another one. `end` alone closes no block.
    #[error("{}", misplaced(found, *open))]
    Misplaced {
        /// The keyword of the statement.
        found: String,
        /// The keyword of the innermost open block.
        open: Option<&'static str>,
    },
    /// An operator or a keyword of another language.
    #[error("expected `{jinja}`, found `{written}`")]
    Foreign {
        /// What is written.
        written: &'static str,
        /// What Jinja has instead.
        jinja: &'static str,
    },
    /// A character outside of ASCII in an expression, but not in a string.
    #[error("unexpected {}", shown(*.0))]
    NotAscii(char),
    /// The text ends inside of a block: the keyword of its statement.
    #[error("`{{% {0} %}}` is never closed")]
    Unclosed(&'static str),
    /// A `for` of a row or a button that is not `NAME in EXPRESSION`.
    #[error("expected `NAME in EXPRESSION`")]
    NotForIn,
    /// A `for` of a row or a button whose name is a word of the expression language.
    #[error("`{0}` is a reserved word")]
    ReservedName(String),
    /// Any other syntax error, in MiniJinja's words, except for its names of delimiters. It has no type for these.
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

/// Operators and keywords of other languages, and what Jinja has instead.
const FOREIGN: [(&str, &str); 7] =
    [("&&", "and"), ("||", "or"), ("!", "not"), ("=", "=="), ("===", "=="), ("!==", "!="), ("?", "… if … else …")];

/// MiniJinja's descriptions of delimiters and of the ends of texts, and how kenarc writes them.
const DELIMITERS: [(&str, &str); 9] = [
    ("unexpected end of comment", "`{#` is never closed"),
    ("unexpected end of string", "string is never closed"),
    ("unexpected end of raw block", "`{% raw %}` is never closed"),
    ("unknown end of block", "unexpected `%}`"),
    ("start of variable block", "`{{`"),
    ("start of block", "`{%`"),
    ("end of variable block", "`}}`"),
    ("end of block", "`%}`"),
    ("end of input", "end of text"),
];

/// MiniJinja's description of a program that nests too deeply. It has no type for it.
const TOO_DEEP: &str = "template exceeds maximum recursion limits";

/// The word with which other languages close a block.
const END: &str = "end";

/// Returns a character as it is, or its code point if it is invisible.
fn shown(character: char) -> String {
    if is_blank(character.encode_utf8(&mut [0; 4])) {
        format!("character U+{:04X}", u32::from(character))
    } else {
        format!("`{character}`")
    }
}

/// Returns what is wrong with a statement that closes or continues a block.
fn misplaced(found: &str, open: Option<&str>) -> String {
    let opened = BLOCKS.iter().find(|(_, end)| *end == found).map_or("if", |(block, _)| block);
    match open {
        Some(open) if found.starts_with("end") => format!("expected `{{% end{open} %}}`, found `{{% {found} %}}`"),
        Some(open) => format!("unexpected `{{% {found} %}}` in `{{% {open} %}}`"),
        None => format!("`{{% {found} %}}` without `{{% {opened} %}}`"),
    }
}

/// Converts an error of the parser or of the tokenizer.
pub(super) fn of_parser(error: &minijinja::Error, source: &str, kind: ProgramKind) -> JinjaError {
    let end = limits::tokens(source, kind).last().map_or(0, |(_, range)| range.end);
    let reported = error.range().filter(|range| range.start < end);
    let is_of_tokenizer = reported.is_none();
    let Range { start, end } = reported.unwrap_or_else(|| of_rest(error.range(), source, end));
    // MiniJinja gives one byte of a character that it does not expect.
    let range = source.floor_char_boundary(start)..source.ceil_char_boundary(end);
    if let Some((kind, range)) = of_operator(source, &range) {
        return JinjaError { kind, range };
    }
    let first = source[range.start..].chars().next();
    if let Some(character) = first.filter(|character| is_of_tokenizer && !character.is_ascii()) {
        return JinjaError { kind: JinjaErrorKind::NotAscii(character), range };
    }
    if error.detail() == Some(TOO_DEEP) {
        return JinjaError { kind: JinjaErrorKind::TooDeep, range };
    }
    let known = if kind == ProgramKind::Text { of_statement(source, &range) } else { None };
    JinjaError { kind: known.unwrap_or_else(|| JinjaErrorKind::Syntax(plain_detail(error))), range }
}

/// Returns the place of an error of the tokenizer, which is after the last token. MiniJinja gives the end of a string
/// or a comment that is not closed, and of a character its first byte.
///
/// `end`: the end of the last token.
fn of_rest(reported: Option<Range<usize>>, source: &str, end: usize) -> Range<usize> {
    let rest = source[end..].trim_ascii_start();
    let start = source.len() - rest.len();
    let first = rest.chars().next().map_or(0, char::len_utf8);
    let last = reported.map_or(source.len(), |range| range.start.min(source.len()));
    start..last.max(start + first)
}

/// Returns the error about an operator or a keyword of another language, with its place, if it is one.
fn of_operator(source: &str, at: &Range<usize>) -> Option<(JinjaErrorKind, Range<usize>)> {
    let (before, after) = source.split_at(at.start);
    let is_operator = |character: char| matches!(character, '&' | '|' | '=' | '!' | '?');
    let length = after.len() - after.trim_start_matches(is_operator).len();
    if length > 0 {
        let range = before.trim_end_matches(is_operator).len()..at.start + length;
        let (written, jinja) = FOREIGN.into_iter().find(|(written, _)| *written == &source[range.clone()])?;
        return Some((JinjaErrorKind::Foreign { written, jinja }, range));
    }
    let start = before.trim_end().strip_suffix("else")?.len();
    let is_else_if = &source[at.clone()] == "if";
    is_else_if.then_some((JinjaErrorKind::Foreign { written: "else if", jinja: "elif" }, start..at.end))
}

/// Returns MiniJinja's description of a syntax error, with delimiters instead of their names.
fn plain_detail(error: &minijinja::Error) -> String {
    let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    DELIMITERS.into_iter().fold(detail, |detail, (name, written)| detail.replace(name, written))
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
        } else if is_here
            && (keyword == END || is_part_of_block(keyword) || BLOCKS.iter().any(|(_, end)| *end == keyword))
        {
            return Some(JinjaErrorKind::Misplaced { found: keyword.to_owned(), open: open.pop() });
        } else if is_here && keyword != "do" {
            return Some(JinjaErrorKind::UnknownStatement(keyword.to_owned()));
        }
    }
    let is_end = is_outside && at.end >= end && source[end..].trim().is_empty();
    open.pop().filter(|_| is_end).map(JinjaErrorKind::Unclosed)
}

/// Returns whether a statement continues a block.
fn is_part_of_block(keyword: &str) -> bool {
    matches!(keyword, "else" | "elif")
}

#[cfg(test)]
mod tests {
    use crate::expr::Program;

    /// Returns the message of the error, and the text at its location.
    fn error(text: &str) -> String {
        let error = Program::text(text).expect_err(text);
        format!("{error} at `{}`", &text[error.range.clone()])
    }

    #[test]
    fn unsupported_statements_are_classified() {
        let cases = [
            ("{% include 'a' %}", "unknown statement `include` at `include`"),
            ("{% macro a() %}{% endmacro %}", "unknown statement `macro` at `macro`"),
            ("a{% endif %}", "`{% endif %}` without `{% if %}` at `endif`"),
            ("{% if a %}{% endfor %}", "expected `{% endif %}`, found `{% endfor %}` at `endfor`"),
            ("{% else %}", "`{% else %}` without `{% if %}` at `else`"),
            ("{% elif a %}", "`{% elif %}` without `{% if %}` at `elif`"),
            ("{% if a %}{% else %}{% else %}{% endif %}", "unexpected `{% else %}` in `{% if %}` at `else`"),
            ("{% endset %}", "`{% endset %}` without `{% set %}` at `endset`"),
            ("{% for a in b %}{% if a %}{% endif %}{% end %}", "expected `{% endfor %}`, found `{% end %}` at `end`"),
            ("{% end %}", "`{% end %}` without `{% if %}` at `end`"),
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
    fn unclosed_blocks_are_classified() {
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
    fn programs_that_nest_too_deeply_are_classified() {
        let blocks = format!("{}{}", "{% if a %}".repeat(200), "{% endif %}".repeat(200));
        let brackets = format!("{{{{ {}a{} }}}}", "(".repeat(100), ")".repeat(100));
        for text in [blocks, brackets] {
            assert_eq!(Program::text(&text).expect_err(&text).kind, super::JinjaErrorKind::TooDeep, "{text}");
        }
    }

    #[test]
    fn unclassified_errors_keep_the_message_of_the_parser() {
        let cases = [
            ("{{ a | }}", "unexpected `}}`, expected identifier at `}}`"),
            ("{% if a b %}c{% endif %}", "unexpected identifier, expected `%}` at `b`"),
            ("{% if a %}{{ b", "unexpected end of text, expected `}}` at `b`"),
            ("a {# b", "`{#` is never closed at `{# b`"),
            ("{{ 'b }}", "string is never closed at `'b }}`"),
            ("{% raw %}b", "`{% raw %}` is never closed at `{% raw %}b`"),
            ("{% %}", "unexpected `%}`, expected statement at `%}`"),
        ];
        for (text, expected) in cases {
            assert_eq!(error(text), expected, "{text}");
        }
    }

    #[test]
    fn operators_and_characters_of_other_languages_are_classified() {
        let cases = [
            ("{{ a && b }}", "expected `and`, found `&&` at `&&`"),
            ("{{ a || b }}", "expected `or`, found `||` at `||`"),
            ("{{ !a }}", "expected `not`, found `!` at `!`"),
            ("{{ a ? b : c }}", "expected `… if … else …`, found `?` at `?`"),
            ("{{ a === b }}", "expected `==`, found `===` at `===`"),
            ("{{ a !== b }}", "expected `!=`, found `!==` at `!==`"),
            ("{% if a = b %}c{% endif %}", "expected `==`, found `=` at `=`"),
            ("{% if a %}b{% else if c %}d{% endif %}", "expected `elif`, found `else if` at `else if`"),
            ("{{ a * ۱۲ }}", "unexpected `۱` at `۱`"),
            ("{{ قیمت }}", "unexpected `ق` at `ق`"),
            ("{{ a\u{200C} }}", "unexpected character U+200C at `\u{200C}`"),
            ("{{ a\u{A0}}}", "unexpected character U+00A0 at `\u{A0}`"),
        ];
        for (text, expected) in cases {
            assert_eq!(error(text), expected, "{text}");
        }
    }
}
