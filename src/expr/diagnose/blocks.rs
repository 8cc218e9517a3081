//! Mistakes in the structure of statements: unknown ones, and blocks that are not closed or closed by another end.

use std::ops::Range;

use minijinja::machinery::Token;

use super::super::ProgramKind;
use super::super::error::{Certainty, JinjaErrorKind, OpenBlock};
use super::super::limits;
use super::parts::{Mistake, plain};

/// The statements with a body, by their keywords and the keywords of their ends.
const BLOCKS: [(&str, &str); 6] = [
    ("if", "endif"),
    ("for", "endfor"),
    ("with", "endwith"),
    ("set", "endset"),
    ("filter", "endfilter"),
    ("autoescape", "endautoescape"),
];

/// The word with which other languages close a block.
const END: &str = "end";

/// Keywords that other languages have for those of Jinja.
const KEYWORDS: [(&str, &str); 6] = [
    ("elseif", "elif"),
    ("elsif", "elif"),
    ("elif:", "elif"),
    ("fi", "endif"),
    ("endforeach", "endfor"),
    ("done", "endfor"),
];

/// Statements of Jinja, as they may be written in another case.
const STATEMENTS: [&str; 12] =
    ["if", "elif", "else", "endif", "for", "endfor", "set", "endset", "with", "endwith", "filter", "endfilter"];

/// Returns what is wrong with the statements of a text up to the one at which the parser gave up. `at`: the token.
pub(super) fn mistake(source: &str, at: &Range<usize>) -> Option<Mistake> {
    let mut open: Vec<OpenBlock> = Vec::new();
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
        let (keyword, range) = (*keyword, keyword_range.clone());
        let is_here = range == *at;
        if let Some((block, _)) = BLOCKS.iter().find(|(block, _)| *block == keyword) {
            let is_assignment = |rest: &str| rest.split("%}").next().is_some_and(|statement| statement.contains('='));
            if !(keyword == "set" && is_assignment(&source[range.end..])) {
                open.push(OpenBlock { keyword: block, range });
            }
        } else if open.last().is_some_and(|block| closes(keyword, block)) {
            open.pop();
        } else if is_here && is_end_or_part(keyword) {
            return Some(misplaced(source, keyword, range, open));
        } else if is_here && keyword != "do" {
            return Some(unknown(keyword, range));
        }
    }
    let is_end = is_outside && at.end >= end && source[end..].trim().is_empty();
    open.pop().filter(|_| is_end).map(unclosed)
}

fn closes(keyword: &str, block: &OpenBlock) -> bool {
    BLOCKS.contains(&(block.keyword, keyword))
}

fn is_end_or_part(keyword: &str) -> bool {
    matches!(keyword, "else" | "elif") || keyword == END || BLOCKS.iter().any(|(_, end)| *end == keyword)
}

/// Returns the mistake of a block that is not closed.
fn unclosed(block: OpenBlock) -> Mistake {
    plain(JinjaErrorKind::Unclosed(block.keyword), block.range)
}

/// Returns what is wrong with a statement that closes or continues no block, or another one.
fn misplaced(source: &str, found: &str, range: Range<usize>, mut open: Vec<OpenBlock>) -> Mistake {
    let innermost = open.pop();
    // An end that belongs to a block further out shows that the innermost one lacks its own.
    if let Some(block) = innermost.clone().filter(|_| open.iter().any(|outer| closes(found, outer))) {
        return unclosed(block);
    }
    let closing = innermost.as_ref().and_then(|block| BLOCKS.iter().find(|(keyword, _)| *keyword == block.keyword));
    let closing = closing.filter(|_| found.starts_with(END)).map(|(_, end)| (*end).to_owned());
    let kind = JinjaErrorKind::Misplaced { found: found.to_owned(), open: innermost };
    Mistake { kind, range: with_name(source, found, range), replacement: closing, certainty: Certainty::Certain }
}

/// Returns the range of `end if` for that of `end`.
fn with_name(source: &str, found: &str, range: Range<usize>) -> Range<usize> {
    let rest = &source[range.end..];
    let name = rest.trim_ascii_start();
    let length = name.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(name.len());
    let is_name = found == END && BLOCKS.iter().any(|(block, _)| *block == &name[..length]);
    let end = if is_name { range.end + (rest.len() - name.len()) + length } else { range.end };
    range.start..end
}

/// Returns the mistake of a statement that the language does not have.
fn unknown(keyword: &str, range: Range<usize>) -> Mistake {
    let kind = JinjaErrorKind::UnknownStatement(keyword.to_owned());
    let lower = keyword.to_lowercase();
    let other = KEYWORDS.iter().find(|(written, _)| *written == lower).map(|(_, jinja)| *jinja);
    let replacement = other.or_else(|| STATEMENTS.iter().copied().find(|statement| *statement == lower));
    Mistake { kind, range, replacement: replacement.map(str::to_owned), certainty: Certainty::Certain }
}
