//! What is wrong with a program that does not parse, where, and what to write instead.
//!
//! MiniJinja says where it gave up. That is often behind the mistake, and rarely says what the author meant. So the
//! expression or statement in which it gave up is read again, for what other languages and keyboards have there.

mod blocks;
mod characters;
mod construct;
mod gaps;
mod habits;
mod lexemes;
mod parts;

use std::ops::Range;

use minijinja::machinery::{parse, parse_expr};

use super::error::{Certainty, Correction, JinjaError, JinjaErrorKind};
use super::limits::{self, MAX_TOKENS};
use super::{ProgramKind, syntax_config};

pub(super) use construct::{Construct, ConstructKind};
use lexemes::LexemeKind;
use parts::{Mistake, Parts, plain};

/// MiniJinja's description of a program that nests too deeply. It has no type for it.
const TOO_DEEP: &str = "template exceeds maximum recursion limits";

/// MiniJinja's names of delimiters and tokens, and how kenarc writes them.
const TOKENS: [(&str, &str); 13] = [
    ("unexpected end of comment", "`{#` is never closed"),
    ("unexpected end of string", "string is never closed"),
    ("unexpected end of raw block", "`{% raw %}` is never closed"),
    ("unknown end of block", "unexpected `%}`"),
    ("start of variable block", "`{{`"),
    ("start of block", "`{%`"),
    ("end of variable block", "`}}`"),
    ("end of block", "`%}`"),
    ("end of input", "end of text"),
    ("expected identifier or integer", "expected a name or an index"),
    ("expected identifier", "expected a name"),
    ("expected in", "expected `in`"),
    ("unexpected input after expression", "unexpected text after the expression"),
];

/// The kinds of tokens that MiniJinja names instead of showing them.
const KINDS: [&str; 5] = ["identifier", "string", "integer", "float", "character"];

/// The most mistakes of one expression that are corrected together.
const MAX_MISTAKES: usize = 8;

/// The longest expression or statement that is corrected, in bytes.
const MAX_CORRECTED: usize = 2_000;

/// Converts an error of the parser or of the tokenizer.
pub(super) fn of_parser(error: &minijinja::Error, source: &str, kind: ProgramKind) -> JinjaError {
    let at = place(error, source, kind);
    if error.detail() == Some(TOO_DEEP) {
        return JinjaError { kind: JinjaErrorKind::TooDeep, range: at, correction: None };
    }
    let construct = match kind {
        ProgramKind::Text => Construct::around(source, at.start),
        ProgramKind::Expression => Some(Construct::bare(source)),
    };
    let structure = if kind == ProgramKind::Text { blocks::mistake(source, &at) } else { None };
    // A statement in the delimiters of an expression is what ends or begins the block that seems wrong.
    let habit = match (structure, &construct) {
        (Some(structure), Some(construct)) => Some(of_statement(structure, source, construct)),
        (Some(structure), None) => Some(structure),
        (None, construct) => construct.as_ref().and_then(|construct| of_construct(source, construct)),
    };
    match (habit, construct) {
        (Some(habit), Some(construct)) => corrected(habit, source, &construct),
        (Some(Mistake { kind, range, .. }), None) => JinjaError { kind, range, correction: None },
        (None, _) => {
            let kind = JinjaErrorKind::Syntax(described(error, &source[at.clone()]));
            JinjaError { kind, range: at, correction: None }
        }
    }
}

/// Returns the error about a construct that parses, but means something else. `range`: a part of it; `kind`: what is
/// wrong, if nothing more is known.
pub(super) fn of_construct_at(source: &str, range: Range<usize>, kind: JinjaErrorKind) -> JinjaError {
    let construct = Construct::around(source, range.start);
    let habit = construct.as_ref().and_then(|construct| of_construct(source, construct));
    match (habit, construct) {
        (Some(habit), Some(construct)) => corrected(habit, source, &construct),
        _ => JinjaError { kind, range, correction: None },
    }
}

/// Returns where MiniJinja gave up: a token, or all that its tokenizer could not read.
fn place(error: &minijinja::Error, source: &str, kind: ProgramKind) -> Range<usize> {
    let end = limits::tokens(source, kind).last().map_or(0, |(_, range)| range.end);
    let reported = error.range().filter(|range| range.start < end);
    let Range { start, end } = reported.unwrap_or_else(|| of_rest(error.range(), source, end));
    // MiniJinja gives one byte of a character that it does not expect.
    source.floor_char_boundary(start)..source.ceil_char_boundary(end)
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

/// Returns MiniJinja's description of a syntax error, with tokens instead of their names.
fn described(error: &minijinja::Error, token: &str) -> String {
    let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    let named = KINDS.iter().find_map(|kind| detail.strip_prefix(&format!("unexpected {kind}")));
    let detail = match named.filter(|_| !token.is_empty() && !token.contains('\n')) {
        Some(rest) => format!("unexpected `{token}`{rest}"),
        None => detail,
    };
    TOKENS.into_iter().fold(detail, |detail, (name, written)| detail.replace(name, written))
}

/// Returns the mistake of a statement, which may be a value: `{% name %}`.
fn of_statement(structure: Mistake, source: &str, construct: &Construct) -> Mistake {
    let JinjaErrorKind::UnknownStatement(keyword) = &structure.kind else { return structure };
    let body = source[construct.body.clone()].trim();
    if structure.replacement.is_some() || construct.kind != ConstructKind::Statement || construct.close.is_none() {
        return structure;
    }
    let parts = Parts::new(source, construct);
    let whole = |replacement| Mistake {
        kind: JinjaErrorKind::UnknownStatement(keyword.clone()),
        range: construct.whole(),
        replacement: Some(replacement),
        certainty: Certainty::Guess,
    };
    if parts.text(1) == "=" {
        return whole(parts.delimited("{%", &format!("set {body}"), "%}"));
    }
    let is_value = [".", "|", "["].contains(&parts.text(1));
    if is_value { whole(parts.delimited("{{", body, "}}")) } else { structure }
}

/// Returns the mistake in an expression or a statement.
fn of_construct(source: &str, construct: &Construct) -> Option<Mistake> {
    let parts = Parts::new(source, construct);
    if let Some(nested) = &construct.nested {
        let written = "{{ … }}".to_owned();
        let inner = source[nested.start + 2..nested.end - 2].trim_matches(['-', '+']).trim().to_owned();
        let kind = JinjaErrorKind::Foreign { written, jinja: "" };
        return Some(Mistake { kind, range: nested.clone(), replacement: Some(inner), certainty: Certainty::Certain });
    }
    if construct.close.is_none() {
        return Some(unclosed(&parts));
    }
    if let Some(string) = parts.lexemes.iter().find(|lexeme| lexeme.kind == LexemeKind::UnclosedString) {
        let quote = if source[string.range.clone()].starts_with('"') { "\"" } else { "'" };
        let kind = JinjaErrorKind::UnclosedDelimiter(quote);
        return Some(plain(kind, string.range.start..string.range.start + 1));
    }
    if parts.lexemes.is_empty() {
        return Some(plain(JinjaErrorKind::Missing, construct.whole()));
    }
    let is_single = construct.kind == ConstructKind::Statement && parts.lexemes.len() == 1;
    if is_single && ["if", "elif", "for", "set", "filter"].contains(&parts.text(0)) {
        return Some(plain(JinjaErrorKind::Missing, construct.whole()));
    }
    triple(&parts)
        .or_else(|| parts.habit())
        .or_else(|| parts.brackets())
        .or_else(|| parts.dangling())
        .or_else(|| parts.several())
        .or_else(|| parts.neighbours())
}

/// Returns the mistake of a construct that is not closed: it may end with a part of the delimiter.
fn unclosed(parts: &Parts<'_>) -> Mistake {
    let (construct, source) = (parts.construct, parts.source);
    let (opening, closing) = match construct.kind {
        ConstructKind::Expression => ("{{", "}}"),
        _ => ("{%", "%}"),
    };
    let line_end = source[construct.body.clone()].find('\n').map_or(construct.body.end, |at| construct.body.start + at);
    let before_end = |index: &usize| parts.lexemes[*index].range.start < line_end;
    let is_end = |index: &usize| parts.depths[*index] == 0 && parts.text(*index) == "}";
    let Some(index) = (0..parts.lexemes.len()).take_while(before_end).find(is_end) else {
        return plain(JinjaErrorKind::UnclosedDelimiter(opening), construct.open.start..construct.open.start + 2);
    };
    let end = if parts.is_joined(index) && parts.text(index + 1) == "}" { index + 2 } else { index + 1 };
    let start = if index > 0 && parts.text(index - 1) == "%" { index - 1 } else { index };
    let range = parts.range(start..end);
    let kind = JinjaErrorKind::Foreign { written: source[range.clone()].to_owned(), jinja: closing };
    Mistake { kind, range, replacement: Some(closing.to_owned()), certainty: Certainty::Certain }
}

/// `{{{ x }}}`, as in Handlebars
fn triple(parts: &Parts<'_>) -> Option<Mistake> {
    let body = &parts.source[parts.construct.body.clone()];
    let inner = body.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))?;
    let is_triple = parts.construct.kind == ConstructKind::Expression && !inner.contains([':', '{', '}']);
    is_triple.then(|| Mistake {
        kind: JinjaErrorKind::Foreign { written: "{{{ … }}}".to_owned(), jinja: "{{ … }}" },
        range: parts.construct.whole(),
        replacement: Some(parts.delimited("{{", inner.trim(), "}}")),
        certainty: Certainty::Certain,
    })
}

/// Returns the error for a mistake, with its correction if the expression or statement parses with it. If it has
/// several mistakes, all of it is corrected.
fn corrected(first: Mistake, source: &str, construct: &Construct) -> JinjaError {
    let Mistake { kind, range, replacement, certainty } = first;
    let without = |kind, range| JinjaError { kind, range, correction: None };
    let whole = construct.whole();
    let Some(replacement) = replacement.filter(|_| whole.len() <= MAX_CORRECTED) else { return without(kind, range) };
    let is_inside = whole.start <= range.start && range.end <= whole.end;
    if !is_inside && construct.close.is_some() {
        return without(kind, range);
    }
    let end = whole.end.max(range.end).min(source.len());
    let text = format!("{}{replacement}{}", &source[whole.start..range.start], &source[range.end..end]);
    let text = if construct.close.is_none() { up_to_end(&text, &replacement, range.start - whole.start) } else { text };
    if parses(&text, construct.kind) {
        return JinjaError { kind, range, correction: Some(Correction { text: replacement, certainty }) };
    }
    match remaining(text, construct.kind) {
        Some((text, rest)) if construct.close.is_some() => {
            let correction = Correction { text, certainty: certainty.and(rest) };
            JinjaError { kind, range: whole, correction: Some(correction) }
        }
        _ => without(kind, range),
    }
}

/// Returns a text up to the end of the replacement that closes it.
fn up_to_end(text: &str, replacement: &str, start: usize) -> String {
    text[..start + replacement.len()].to_owned()
}

/// Corrects the mistakes that are left in an expression or a statement. Returns it, and whether anything else can be
/// meant.
fn remaining(mut text: String, kind: ConstructKind) -> Option<(String, Certainty)> {
    let mut all = Certainty::Certain;
    for _ in 0..MAX_MISTAKES {
        let construct = match kind {
            ConstructKind::Bare => Construct::bare(&text),
            _ => Construct::around(&text, 0)?,
        };
        let Mistake { range, replacement, certainty, .. } = of_construct(&text, &construct)?;
        all = all.and(certainty);
        let replacement = replacement?;
        text.replace_range(range, &replacement);
        if parses(&text, kind) {
            return Some((text, all));
        }
    }
    None
}

/// Returns whether an expression or a statement parses by itself.
fn parses(text: &str, kind: ConstructKind) -> bool {
    let is_expression = kind == ConstructKind::Bare;
    let kind = if is_expression { ProgramKind::Expression } else { ProgramKind::Text };
    if limits::tokens(text, kind).take(MAX_TOKENS + 1).count() > MAX_TOKENS {
        return false;
    }
    if is_expression {
        return parse_expr(text).is_ok();
    }
    let is_text = |text: &str| parse(text, "", syntax_config()).is_ok();
    let inner = text.strip_prefix("{%").unwrap_or_default().trim_start_matches(['-', '+']).trim_ascii_start();
    let keyword = inner.split(|character: char| !character.is_ascii_alphabetic()).next().unwrap_or_default();
    match keyword {
        "if" | "for" | "with" | "filter" => is_text(&format!("{text}{{% end{keyword} %}}")),
        "set" => is_text(text) || is_text(&format!("{text}{{% endset %}}")),
        "elif" | "else" => is_text(&format!("{{% if a %}}{text}{{% endif %}}")),
        "endif" => is_text(&format!("{{% if a %}}{text}")),
        "endfor" => is_text(&format!("{{% for a in b %}}{text}")),
        "endwith" => is_text(&format!("{{% with a = b %}}{text}")),
        "endset" => is_text(&format!("{{% set a %}}{text}")),
        "endfilter" => is_text(&format!("{{% filter upper %}}{text}")),
        _ => is_text(text),
    }
}

#[cfg(test)]
mod tests;
