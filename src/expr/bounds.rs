//! Errors of the expression language with their place, and the bound that keeps it from exhausting the stack.

use std::ops::Range;

use minijinja::machinery::{Token, Tokenizer};

use super::{JinjaError, syntax_config};

/// The most tokens between one `{{`/`{%` and its end: the parser, the code generator and every walk over the tree go one
/// call deeper for each operator of a chain.
const MAX_TOKENS: usize = 400;

/// The most `elif` in one text: each nests in the one before.
const MAX_ELIFS: usize = 100;

/// No text shorter than this can pass a bound.
const SHORTEST: usize = 400;

/// The longest text with holes, in bytes. A message holds 64 KiB, and MiniJinja counts lines and columns in 16 bits.
const MAX_BYTES: usize = 64_000;

/// Refuses what is too long to be parsed safely.
pub(super) fn check(source: &str, is_expression: bool) -> Result<(), JinjaError> {
    if source.len() < SHORTEST {
        return Ok(());
    }
    if source.len() > MAX_BYTES {
        return Err(JinjaError { message: "text with holes has at most 64,000 bytes".to_owned(), range: 0..0 });
    }
    let (mut in_hole, mut elifs) = (0, 0);
    for (token, range) in tokens(source, is_expression) {
        match token {
            Token::VariableStart | Token::BlockStart | Token::TemplateData(_) => in_hole = 0,
            Token::Ident("elif") => elifs += 1,
            _ => {}
        }
        in_hole += 1;
        if in_hole > MAX_TOKENS {
            return Err(JinjaError { message: format!("more than {MAX_TOKENS} words and signs in one hole"), range });
        }
        if elifs > MAX_ELIFS {
            return Err(JinjaError { message: format!("more than {MAX_ELIFS} `elif`"), range });
        }
    }
    Ok(())
}

/// The tokens up to the end or the first that is none.
fn tokens(source: &str, is_expression: bool) -> impl Iterator<Item = (Token<'_>, Range<usize>)> {
    let mut tokenizer = Tokenizer::new(source, "", is_expression, syntax_config());
    std::iter::from_fn(move || tokenizer.next_token().ok().flatten())
        .map(|(token, span)| (token, span.start_offset as usize..span.end_offset as usize))
}

/// An error of the parser with its place. The tokenizer's errors carry none: they stand after the last whole token.
pub(super) fn locate(error: &minijinja::Error, source: &str, is_expression: bool) -> JinjaError {
    let message = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    let range = error.range().unwrap_or_else(|| {
        let end = tokens(source, is_expression).last().map_or(0, |(_, range)| range.end);
        let rest = &source[end..];
        let start = end + (rest.len() - rest.trim_start().len());
        start..source.len()
    });
    JinjaError { message, range }
}
