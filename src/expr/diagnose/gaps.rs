//! What is missing in a construct: an operand, an operator, a bracket, or the braces around one of several expressions.

use std::ops::Range;

use super::super::error::{Certainty, JinjaErrorKind, Side};
use super::construct::ConstructKind;
use super::lexemes::LexemeKind;
use super::parts::{KEYWORDS, Mistake, Parts, plain};

/// Operators that need an operand on both sides.
const BINARY: [&str; 20] =
    ["|", "+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", ">", "<=", ">=", "and", "or", "in", "is", "if"];

impl Parts<'_> {
    /// Returns what is wrong with the brackets: one that is not closed, or one that closes nothing.
    pub(super) fn brackets(&self) -> Option<Mistake> {
        let mut open: Vec<usize> = Vec::new();
        for (index, lexeme) in self.lexemes.iter().enumerate() {
            let opening = match self.text(index) {
                "(" | "[" | "{" => {
                    open.push(index);
                    continue;
                }
                ")" => "(",
                "]" => "[",
                "}" => "{",
                _ => continue,
            };
            match open.pop() {
                None => return Some(plain(JinjaErrorKind::Unopened(opening_of(opening)), lexeme.range.clone())),
                Some(last) if self.text(last) != opening => return Some(self.unclosed(last)),
                Some(_) => {}
            }
        }
        open.last().map(|&last| self.unclosed(last))
    }

    fn unclosed(&self, index: usize) -> Mistake {
        let opening = match self.text(index) {
            "(" => "(",
            "[" => "[",
            _ => "{",
        };
        plain(JinjaErrorKind::UnclosedDelimiter(opening), self.range(index..index + 1))
    }

    /// Returns the operator at the beginning or the end that lacks an operand.
    pub(super) fn dangling(&self) -> Option<Mistake> {
        let keyword = usize::from(self.construct.kind == ConstructKind::Statement);
        let last = self.lexemes.len().checked_sub(1).filter(|last| *last >= keyword)?;
        let is_operator = |index: usize| BINARY.contains(&self.text(index));
        let no_operand = |index: usize, side| Mistake {
            kind: JinjaErrorKind::NoOperand { operator: self.text(index).to_owned(), side },
            range: self.range(index..index + 1),
            replacement: (self.text(index) == "|").then(String::new),
            certainty: Certainty::Guess,
        };
        let ends = is_operator(last) || ["not", "else", "."].contains(&self.text(last));
        let begins = is_operator(keyword) && !["-", "+", "if"].contains(&self.text(keyword));
        if ends { Some(no_operand(last, Side::Right)) } else { begins.then(|| no_operand(keyword, Side::Left)) }
    }

    /// Returns the expressions between commas.
    pub(super) fn several(&self) -> Option<Mistake> {
        let is_comma = |index: &usize| self.depths[*index] == 0 && self.text(*index) == ",";
        let commas: Vec<usize> = (0..self.lexemes.len()).filter(is_comma).collect();
        if commas.is_empty() || self.construct.kind != ConstructKind::Expression {
            return None;
        }
        let bounds = std::iter::once(None).chain(commas.iter().copied().map(Some));
        let ends = commas.iter().copied().chain([self.lexemes.len()]);
        let parts = bounds.zip(ends).map(|(before, end)| before.map_or(0, |before| before + 1)..end);
        let parts: Vec<Range<usize>> = parts.filter(|part| !part.is_empty()).collect();
        let parts = parts.into_iter().map(|part| format!("{{{{ {} }}}}", &self.source[self.range(part)]));
        let replacement = parts.collect::<Vec<_>>().join(", ");
        Some(Mistake {
            kind: JinjaErrorKind::Several,
            range: self.construct.whole(),
            replacement: Some(replacement),
            certainty: Certainty::Guess,
        })
    }

    /// Returns two operands without an operator between them.
    pub(super) fn neighbours(&self) -> Option<Mistake> {
        let first = usize::from(self.construct.kind == ConstructKind::Statement);
        let is_operand = |index: usize| match self.lexemes[index].kind {
            LexemeKind::Word => !KEYWORDS.contains(&self.text(index)),
            LexemeKind::Number | LexemeKind::String => true,
            _ => false,
        };
        let index = (first + 1..self.lexemes.len()).find(|&index| {
            let is_after = is_operand(index - 1) || [")", "]", "}"].contains(&self.text(index - 1));
            is_operand(index) && is_after
        })?;
        Some(plain(JinjaErrorKind::NoOperator(self.text(index).to_owned()), self.range(index..index + 1)))
    }
}

fn opening_of(bracket: &str) -> char {
    match bracket {
        "(" => ')',
        "[" => ']',
        _ => '}',
    }
}
