//! A broken construct in parts, and what all checks of it ask.

use std::ops::Range;

use super::super::error::{Certainty, JinjaErrorKind};
use super::construct::{Construct, ConstructKind};
use super::lexemes::{Lexeme, LexemeKind, lexemes};

/// A mistake in a construct.
#[derive(Debug)]
pub(super) struct Mistake {
    pub(super) kind: JinjaErrorKind,
    /// Where, in bytes of the text.
    pub(super) range: Range<usize>,
    /// What takes the place of the range, if that is known.
    pub(super) replacement: Option<String>,
    /// Whether anything else can be meant.
    pub(super) certainty: Certainty,
}

pub(super) fn plain(kind: JinjaErrorKind, range: Range<usize>) -> Mistake {
    Mistake { kind, range, replacement: None, certainty: Certainty::Guess }
}

/// A construct and its lexemes.
pub(super) struct Parts<'s> {
    pub(super) source: &'s str,
    pub(super) construct: &'s Construct,
    pub(super) lexemes: Vec<Lexeme>,
    /// The number of brackets around each lexeme.
    pub(super) depths: Vec<usize>,
}

/// Keywords of expressions.
pub(super) const KEYWORDS: [&str; 7] = ["and", "or", "not", "in", "is", "if", "else"];

/// Statements, as other languages write them between the braces of an expression.
pub(super) const STATEMENTS: [&str; 11] =
    ["if", "elif", "else", "endif", "for", "endfor", "set", "end", "elseif", "elsif", "with"];

/// Signs that follow an operand, and end one.
const BINARY_SIGNS: [&str; 18] =
    [")", "]", "}", ".", ",", ":", "|", "*", "/", "//", "%", "**", "~", "==", "!=", "=", "<", ">"];

impl<'s> Parts<'s> {
    pub(super) fn new(source: &'s str, construct: &'s Construct) -> Self {
        let lexemes = lexemes(source, construct.body.clone());
        let mut depth = 0_usize;
        let depths = lexemes.iter().map(|lexeme| match &source[lexeme.range.clone()] {
            "(" | "[" | "{" | "${" => {
                depth += 1;
                depth - 1
            }
            ")" | "]" | "}" => {
                depth = depth.saturating_sub(1);
                depth
            }
            _ => depth,
        });
        let depths = depths.collect();
        Self { source, construct, lexemes, depths }
    }

    /// Returns a text with delimiters around it that trim as those of the construct do.
    pub(super) fn delimited(&self, open: &str, text: &str, close: &str) -> String {
        let opening = &self.source[self.construct.open.clone()];
        let closing = self.construct.close.clone().map_or("", |close| &self.source[close]);
        let before = opening.get(2..).unwrap_or_default();
        let after = closing.get(..closing.len().saturating_sub(2)).unwrap_or_default();
        format!("{open}{before} {text} {after}{close}")
    }

    pub(super) fn text(&self, index: usize) -> &'s str {
        self.lexemes.get(index).map_or("", |lexeme| &self.source[lexeme.range.clone()])
    }

    /// Returns the bytes of several lexemes. `lexemes`: not empty.
    pub(super) fn range(&self, lexemes: Range<usize>) -> Range<usize> {
        self.lexemes[lexemes.start].range.start..self.lexemes[lexemes.end - 1].range.end
    }

    pub(super) fn foreign(
        &self,
        lexemes: Range<usize>,
        jinja: &'static str,
        replacement: Option<String>,
        certainty: Certainty,
    ) -> Mistake {
        let written = &self.source[self.range(lexemes.clone())];
        self.foreign_at(lexemes, written, jinja, replacement, certainty)
    }

    pub(super) fn foreign_at(
        &self,
        lexemes: Range<usize>,
        written: &str,
        jinja: &'static str,
        replacement: Option<String>,
        certainty: Certainty,
    ) -> Mistake {
        let kind = JinjaErrorKind::Foreign { written: written.to_owned(), jinja };
        Mistake { kind, range: self.range(lexemes), replacement, certainty }
    }

    pub(super) fn is_word(&self, index: usize, word: &str) -> bool {
        self.text(index) == word
    }

    /// Returns whether nothing is between a lexeme and the next one.
    pub(super) fn is_joined(&self, index: usize) -> bool {
        self.lexemes.get(index + 1).is_some_and(|next| next.range.start == self.lexemes[index].range.end)
    }

    /// Returns whether the construct asks whether something is true.
    pub(super) fn is_condition(&self) -> bool {
        match self.construct.kind {
            ConstructKind::Bare => true,
            ConstructKind::Statement => ["if", "elif"].contains(&self.text(0)),
            ConstructKind::Expression => false,
        }
    }

    /// Returns whether a lexeme follows the end of an operand.
    pub(super) fn is_operand_before(&self, index: usize) -> bool {
        let Some(before) = index.checked_sub(1) else { return false };
        let is_keyword = |text: &str| KEYWORDS.contains(&text) || before == 0 && STATEMENTS.contains(&text);
        match self.lexemes[before].kind {
            LexemeKind::Word => {
                self.construct.kind == ConstructKind::Expression && before == 0 || !is_keyword(self.text(before))
            }
            LexemeKind::Number | LexemeKind::String | LexemeKind::Other => true,
            LexemeKind::UnclosedString => false,
            LexemeKind::Sign => [")", "]", "}"].contains(&self.text(before)),
        }
    }

    /// Returns whether a lexeme precedes the begin of an operand.
    pub(super) fn is_operand_after(&self, index: usize) -> bool {
        self.lexemes.get(index + 1).is_some_and(|next| match next.kind {
            LexemeKind::Word => !KEYWORDS.contains(&self.text(index + 1)) || self.is_word(index + 1, "not"),
            LexemeKind::Sign => !BINARY_SIGNS.contains(&self.text(index + 1)),
            _ => true,
        })
    }

    /// Returns whether the innermost brackets around a lexeme are braces.
    pub(super) fn is_in_braces(&self, index: usize) -> bool {
        let is_around =
            |at: &usize| self.depths[*at] + 1 == self.depths[index] && ["(", "[", "{"].contains(&self.text(*at));
        (0..index).rev().find(is_around).is_some_and(|at| self.is_word(at, "{"))
    }

    /// Returns an operator in the place of another one. An operator of words needs white space around it: what it
    /// touches is part of what is replaced.
    pub(super) fn with_operands(&self, index: usize, operator: &str) -> (Range<usize>, String) {
        let is_word = operator.starts_with(|first: char| first.is_ascii_alphabetic());
        let before = is_word && index > 0 && self.is_joined(index - 1);
        let after = is_word && self.is_joined(index);
        let left = if before { format!("{} ", self.text(index - 1)) } else { String::new() };
        let right = if after { format!(" {}", self.text(index + 1)) } else { String::new() };
        (index - usize::from(before)..index + 1 + usize::from(after), format!("{left}{operator}{right}"))
    }

    /// Returns the first lexeme of the expression that ends before an operator of low precedence.
    pub(super) fn start_of_operand(&self, index: usize) -> usize {
        let depth = self.depths[index];
        let first = usize::from(self.construct.kind == ConstructKind::Statement);
        let is_bound = |at: &usize| {
            self.depths[*at] < depth
                || self.depths[*at] == depth
                    && [",", "=", "(", "[", "if", "else", "in"].contains(&self.text(*at))
                    && !self.closes_before(*at, index)
        };
        (first..index).rev().find(is_bound).map_or(first, |at| at + 1)
    }

    /// Returns whether a bracket that opens at the depth of an operator is closed before it.
    pub(super) fn closes_before(&self, opening: usize, index: usize) -> bool {
        let is_opening = ["(", "["].contains(&self.text(opening));
        is_opening
            && (opening + 1..index)
                .any(|at| self.depths[at] == self.depths[opening] && [")", "]"].contains(&self.text(at)))
    }

    /// Returns the lexeme after the expression that follows an operator of low precedence.
    pub(super) fn end_of_operand(&self, index: usize) -> usize {
        let depth = self.depths[index];
        let is_bound = |at: &usize| {
            let text = self.text(*at);
            self.depths[*at] < depth || self.depths[*at] == depth && [",", "if", "else"].contains(&text)
        };
        (index + 1..self.lexemes.len()).find(is_bound).unwrap_or(self.lexemes.len())
    }
}
