//! Limits on the size of a program, which keep the parser and every walk over its tree from exhausting the stack.

use std::ops::Range;

use minijinja::machinery::{Token, Tokenizer};

use super::{JinjaError, JinjaErrorKind, ProgramKind, syntax_config};

/// The most tokens between `{{` or `{%` and the end of it: the parser, the code generator and every walk over the tree
/// recurse once for each operator of a chain.
pub(super) const MAX_TOKENS: usize = 400;

/// The most `elif` in one text: each nests in the one before.
pub(super) const MAX_ELIFS: usize = 100;

/// No shorter text can exceed a limit.
const SHORTEST: usize = 400;

/// The longest text with Jinja in it, in bytes. A message holds 64 KiB, and MiniJinja counts lines and columns in 16
/// bits.
const MAX_BYTES: usize = 64_000;

/// Rejects programs that are too long to be parsed safely.
pub(super) fn check(source: &str, kind: ProgramKind) -> Result<(), JinjaError> {
    if source.len() < SHORTEST {
        return Ok(());
    }
    if source.len() > MAX_BYTES {
        return Err(JinjaError { kind: JinjaErrorKind::TooLong, range: 0..0, correction: None });
    }
    let (mut length, mut elifs) = (0, 0);
    for (token, range) in tokens(source, kind) {
        match token {
            Token::VariableStart | Token::BlockStart | Token::TemplateData(_) => length = 0,
            Token::Ident("elif") => elifs += 1,
            _ => {}
        }
        length += 1;
        if length > MAX_TOKENS {
            return Err(JinjaError { kind: JinjaErrorKind::TooManyTokens, range, correction: None });
        }
        if elifs > MAX_ELIFS {
            return Err(JinjaError { kind: JinjaErrorKind::TooManyElifs, range, correction: None });
        }
    }
    Ok(())
}

/// Returns the tokens before the end of the text or the first error of the tokenizer.
pub(super) fn tokens(source: &str, kind: ProgramKind) -> impl Iterator<Item = (Token<'_>, Range<usize>)> {
    let mut tokenizer = Tokenizer::new(source, "", kind == ProgramKind::Expression, syntax_config());
    std::iter::from_fn(move || tokenizer.next_token().ok().flatten())
        .map(|(token, span)| (token, span.start_offset as usize..span.end_offset as usize))
}

#[cfg(test)]
mod tests {
    use crate::expr::{JinjaErrorKind, Program};

    fn error(text: &str) -> Option<JinjaErrorKind> {
        Program::text(text).err().map(|error| error.kind)
    }

    #[test]
    fn a_limit_may_be_reached_and_not_exceeded() {
        let sum = |tokens: usize| format!("{{{{ a{} }}}}", "+a".repeat((tokens - 1) / 2));
        let elifs = |count: usize| format!("{{% if a %}}{}{{% endif %}}", "{% elif a %}".repeat(count));
        let long = |length: usize| format!("{{{{ a }}}}{}", "x".repeat(length - "{{ a }}".len()));
        let cases = [
            // The delimiters count, too.
            (sum(397), None),
            (sum(399), Some(JinjaErrorKind::TooManyTokens)),
            (elifs(100), None),
            (elifs(101), Some(JinjaErrorKind::TooManyElifs)),
            (long(64_000), None),
            (long(64_001), Some(JinjaErrorKind::TooLong)),
        ];
        for (text, expected) in cases {
            assert_eq!(error(&text), expected, "{:.40}… of {} bytes", text, text.len());
        }
    }

    #[test]
    fn each_expression_is_counted_by_itself() {
        let text = format!("{{{{ a{0} }}}} {{{{ a{0} }}}}", "+a".repeat(150));
        assert_eq!(error(&text), None);
    }
}
