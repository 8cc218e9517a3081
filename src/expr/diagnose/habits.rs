//! Operators, keywords and characters that other languages and keyboards have where Jinja has something else.

use std::ops::Range;

use super::super::error::{Certainty, JinjaErrorKind};
use super::characters;
use super::construct::ConstructKind;
use super::lexemes::LexemeKind;
use super::parts::{KEYWORDS, Mistake, Parts, STATEMENTS};

/// Operators that are written in another way: as they are written, in Jinja, and whether anything else can be meant.
const OPERATORS: [(&str, &str, Certainty); 12] = [
    ("&&", "and", Certainty::Certain),
    ("||", "or", Certainty::Certain),
    ("&", "and", Certainty::Guess),
    ("?:", "or", Certainty::Certain),
    ("===", "==", Certainty::Certain),
    ("!==", "!=", Certainty::Certain),
    ("<>", "!=", Certainty::Certain),
    ("=<", "<=", Certainty::Certain),
    ("|>", "|", Certainty::Certain),
    ("?.", ".", Certainty::Guess),
    ("->", ".", Certainty::Certain),
    ("::", ".", Certainty::Guess),
];

impl<'s> Parts<'s> {
    /// Returns the first mistake that is known from other languages or keyboards.
    pub(super) fn habit(&self) -> Option<Mistake> {
        self.statement_in_braces()
            .or_else(|| self.statement_with_sign())
            .or_else(|| (0..self.lexemes.len()).find_map(|index| self.habit_at(index)))
    }

    fn habit_at(&self, index: usize) -> Option<Mistake> {
        match self.lexemes[index].kind {
            LexemeKind::Sign => self.sign(index),
            LexemeKind::Word => self.word(index),
            LexemeKind::Other => characters::unexpected(self, index),
            LexemeKind::Number => self.grouped_number(index),
            LexemeKind::String | LexemeKind::UnclosedString => None,
        }
    }

    fn sign(&self, index: usize) -> Option<Mistake> {
        let sign = self.text(index);
        if let Some(mistake) = self.sign_of_output(index) {
            return Some(mistake);
        }
        if let Some((written, jinja, certainty)) = OPERATORS.iter().find(|(written, ..)| *written == sign) {
            let (around, replacement) = self.with_operands(index, jinja);
            return Some(self.foreign_at(around, written, jinja, Some(replacement), *certainty));
        }
        let next = self.lexemes.get(index + 1);
        let is_last = next.is_none();
        match sign {
            "!" if self.is_operand_before(index) && !self.is_operand_after(index) => {
                Some(self.foreign(index..index + 1, "", Some(String::new()), Certainty::Certain))
            }
            "!" => Some(self.negation(index)),
            "=>" if self.is_in_braces(index) => {
                Some(self.foreign(index..index + 1, ":", Some(":".to_owned()), Certainty::Certain))
            }
            "=>" => Some(self.foreign(index..index + 1, "", None, Certainty::Guess)),
            "=" if self.depths[index] == 0 && self.is_condition() => {
                Some(self.foreign(index..index + 1, "==", Some("==".to_owned()), Certainty::Certain))
            }
            "=" if self.depths[index] == 0 && self.construct.kind == ConstructKind::Expression => {
                Some(self.foreign(index..index + 1, "==", Some("==".to_owned()), Certainty::Guess))
            }
            "?" => Some(self.conditional(index)),
            "??" => Some(self.fallback(index)),
            "++" | "--" if is_last && index > 0 => {
                let jinja = if sign == "++" { "+ 1" } else { "- 1" };
                Some(self.foreign(index..index + 1, jinja, Some(jinja.to_owned()), Certainty::Guess))
            }
            "+=" | "-=" | "*=" | "/=" if index == 2 && self.is_word(0, "set") => {
                let name = self.text(1);
                let replacement = format!("{name} = {name} {}", &sign[..1]);
                Some(self.foreign(1..index + 1, "=", Some(replacement), Certainty::Certain))
            }
            "$" | "@" if next.is_some_and(|next| next.kind == LexemeKind::Word && self.is_joined(index)) => {
                let name = self.text(index + 1);
                Some(self.foreign(index..index + 2, "", Some(name.to_owned()), Certainty::Certain))
            }
            "${" if self.lexemes.get(index + 2).is_some() && self.text(index + 2) == "}" => {
                let name = self.text(index + 1);
                Some(self.foreign(index..index + 3, "", Some(name.to_owned()), Certainty::Certain))
            }
            "." if !self.is_operand_before(index) && next.is_some_and(|next| next.kind == LexemeKind::Word) => {
                Some(self.path(index))
            }
            ":" if self.depths[index] == 0 => self.colon(index),
            ";" if is_last => Some(self.foreign(index..index + 1, "", Some(String::new()), Certainty::Certain)),
            "`" => self.backticks(index),
            _ => None,
        }
    }

    fn word(&self, index: usize) -> Option<Mistake> {
        let word = self.text(index);
        let lower = word.to_lowercase();
        let is_statement = self.construct.kind == ConstructKind::Statement;
        let is_attribute = index > 0 && [".", "|"].contains(&self.text(index - 1));
        match word {
            "then" | "do" if is_statement && index > 0 && index + 1 == self.lexemes.len() => {
                Some(self.foreign(index..index + 1, "%}", Some(String::new()), Certainty::Certain))
            }
            "contains" if self.is_operand_before(index) && self.is_operand_after(index) => Some(self.contains(index)),
            "of" if self.is_word(0, "for") && index >= 2 => {
                Some(self.foreign(index..index + 1, "in", Some("in".to_owned()), Certainty::Certain))
            }
            "if" if is_statement && index == 1 && self.is_word(0, "else") => {
                Some(self.foreign(0..2, "elif", Some("elif".to_owned()), Certainty::Certain))
            }
            "f" if self.lexemes.get(index + 1).is_some_and(|next| next.kind == LexemeKind::String)
                && self.is_joined(index) =>
            {
                Some(self.foreign(index..index + 2, "\"…\" ~ …", None, Certainty::Guess))
            }
            _ if lower != word && !is_attribute => {
                let keyword = KEYWORDS.iter().find(|keyword| **keyword == lower && (index > 0 || lower == "not"))?;
                Some(self.foreign(index..index + 1, keyword, Some((*keyword).to_owned()), Certainty::Certain))
            }
            _ => None,
        }
    }

    /// Returns the number of which an item separator makes several: `1,000`.
    fn grouped_number(&self, index: usize) -> Option<Mistake> {
        let is_group = |at: usize| {
            self.lexemes.get(at + 1).is_some_and(|part| part.kind == LexemeKind::Number && part.range.len() == 3)
                && [",", "،", "٬"].contains(&self.text(at))
                && self.is_joined(at - 1)
                && self.is_joined(at)
        };
        let mut end = index + 1;
        while self.depths[index] == 0 && self.lexemes.len() > end + 1 && is_group(end) {
            end += 2;
        }
        (end > index + 1).then(|| {
            let range = self.range(index..end);
            let digits = self.source[range].chars().filter(char::is_ascii_digit).collect();
            self.foreign(index..end, "", Some(digits), Certainty::Certain)
        })
    }

    /// `!x`
    fn negation(&self, index: usize) -> Mistake {
        let is_comparison = |at: usize| ["==", "!=", "<", ">", "<=", ">=", "in", "is"].contains(&self.text(at));
        let certainty = Certainty::if_true(!(index + 1..self.lexemes.len()).any(is_comparison));
        let (around, replacement) = self.with_operands(index, "not");
        self.foreign_at(around, "!", "not", Some(replacement), certainty)
    }

    /// `{{= x }}` and `{{& x }}`, which print a value in other languages.
    fn sign_of_output(&self, index: usize) -> Option<Mistake> {
        let is_first = index == 0
            && self.construct.kind == ConstructKind::Expression
            && self.lexemes[0].range.start == self.construct.open.end;
        let is_output = is_first && ["=", "&"].contains(&self.text(0)) && self.is_operand_after(0);
        is_output.then(|| self.foreign(0..1, "", Some(String::new()), Certainty::Certain))
    }

    /// `list contains item`
    fn contains(&self, index: usize) -> Mistake {
        let is_bound =
            |at: &usize| ["and", "or", "not"].contains(&self.text(*at)) && self.depths[*at] == self.depths[index];
        let start = self.start_of_operand(index);
        let start = (start..index).rev().find(is_bound).map_or(start, |at| at + 1);
        let end = self.end_of_operand(index);
        let end = (index + 1..end).find(is_bound).unwrap_or(end);
        let part = |lexemes: Range<usize>| &self.source[self.range(lexemes)];
        let replacement =
            (start < index && index + 1 < end).then(|| format!("{} in {}", part(index + 1..end), part(start..index)));
        self.foreign_at(start.min(index)..end.max(index + 1), "contains", "in", replacement, Certainty::Certain)
    }

    /// `condition ? yes : no`
    fn conditional(&self, index: usize) -> Mistake {
        let jinja = "… if … else …";
        let depth = self.depths[index];
        let mut nested = 0;
        let end = self.end_of_operand(index);
        let colon = (index + 1..end).find(|&at| {
            match self.text(at) {
                "?" => nested += 1,
                ":" if self.depths[at] == depth && nested > 0 => nested -= 1,
                ":" if self.depths[at] == depth => return true,
                _ => {}
            }
            false
        });
        let start = self.start_of_operand(index);
        match colon {
            Some(colon) if start < index && index + 1 < colon && colon + 1 < end => {
                let part = |lexemes: Range<usize>| &self.source[self.range(lexemes)];
                let (condition, yes, no) = (part(start..index), part(index + 1..colon), part(colon + 1..end));
                self.foreign_at(
                    start..end,
                    "?",
                    jinja,
                    Some(format!("{yes} if {condition} else {no}")),
                    Certainty::Certain,
                )
            }
            _ => self.foreign(index..index + 1, jinja, None, Certainty::Guess),
        }
    }

    /// `value ?? other`
    fn fallback(&self, index: usize) -> Mistake {
        let end = self.end_of_operand(index);
        let other = (index + 1 < end).then(|| &self.source[self.range(index + 1..end)]);
        let replacement = other.map(|other| format!("| default({other})"));
        let last = if other.is_some() { end } else { index + 1 };
        self.foreign_at(index..last, "??", "| default(…)", replacement, Certainty::Guess)
    }

    /// `.name`, as in the templates of Go
    fn path(&self, index: usize) -> Mistake {
        let is_root = |at: usize| {
            ["Values", "Data", "this", "self"].contains(&self.text(at))
                && self.lexemes.get(at + 1).is_some_and(|_| self.text(at + 1) == ".")
        };
        let end = if is_root(index + 1) && self.lexemes.len() > index + 3 { index + 4 } else { index + 2 };
        let name = self.text(end - 1);
        self.foreign(index..end, "", Some(name.to_owned()), Certainty::Certain)
    }

    /// The argument of a filter after a colon, as in Django and Liquid, or a colon after a statement, as in Python.
    fn colon(&self, index: usize) -> Option<Mistake> {
        if index + 1 == self.lexemes.len() && self.construct.kind == ConstructKind::Statement {
            return Some(self.foreign(index..index + 1, "%}", Some(String::new()), Certainty::Certain));
        }
        if index == 2 && self.is_word(0, "for") {
            let (around, replacement) = self.with_operands(index, "in");
            return Some(self.foreign_at(around, ":", "in", Some(replacement), Certainty::Certain));
        }
        let is_filter = index >= 2 && self.lexemes[index - 1].kind == LexemeKind::Word && self.text(index - 2) == "|";
        if !is_filter {
            return None;
        }
        let filter = self.text(index - 1);
        let is_end = |at: usize| self.depths[at] == 0 && ["|", "if", "else", "and", "or"].contains(&self.text(at));
        let end = (index + 1..self.lexemes.len()).find(|&at| is_end(at)).unwrap_or(self.lexemes.len());
        let arguments = (index + 1 < end).then(|| &self.source[self.range(index + 1..end)]);
        Some(Mistake {
            kind: JinjaErrorKind::ColonArgument(filter.to_owned()),
            range: self.range(index - 1..end.max(index + 1)),
            replacement: arguments.map(|arguments| format!("{filter}({arguments})")),
            certainty: Certainty::Certain,
        })
    }

    /// A string in the quotes of JavaScript or Go.
    fn backticks(&self, index: usize) -> Option<Mistake> {
        let end = (index + 1..self.lexemes.len()).find(|&at| self.text(at) == "`")? + 1;
        let range = self.range(index..end);
        let text = &self.source[range.start + 1..range.end - 1];
        let replacement = (!text.contains(['"', '\\', '$'])).then(|| format!("\"{text}\""));
        Some(self.foreign_at(index..end, "`", "\"", replacement, Certainty::Certain))
    }

    /// `{{ if x }}`, `{{#if x}}`, `{{/if}}` and `{{ end }}`
    fn statement_in_braces(&self) -> Option<Mistake> {
        if self.construct.kind != ConstructKind::Expression {
            return None;
        }
        let sign = self.lexemes.first().map(|_| self.text(0)).filter(|sign| ["#", "/"].contains(sign)).unwrap_or("");
        let first = usize::from(!sign.is_empty());
        let keyword = self.lexemes.get(first).map(|_| self.text(first))?;
        let rest = self.source[self.lexemes[first].range.end..self.construct.body.end].trim();
        let statement = match (sign, keyword) {
            ("/", "if" | "for" | "with") => format!("end{keyword}"),
            ("/", "each") => "endfor".to_owned(),
            ("/", _) => return None,
            (_, "each" | "foreach" | "range") if !rest.is_empty() && !rest.starts_with(['(', '|', '.', '[']) => {
                format!("for item in {rest}")
            }
            _ if STATEMENTS.contains(&keyword) => format!("{keyword} {rest}").trim().to_owned(),
            _ => return None,
        };
        let certainty = Certainty::if_true(!matches!(keyword, "each" | "foreach" | "range" | "end"));
        Some(Mistake {
            kind: JinjaErrorKind::StatementInBraces(format!("{sign}{keyword}")),
            range: self.construct.whole(),
            replacement: Some(self.delimited("{%", &statement, "%}")),
            certainty,
        })
    }

    /// `{% /if %}` and `{% #if x %}`
    fn statement_with_sign(&self) -> Option<Mistake> {
        let sign = self.text(0);
        let keyword = STATEMENTS.iter().find(|keyword| **keyword == self.text(1))?;
        let statement = match sign {
            "/" => format!("end{keyword}"),
            "#" => (*keyword).to_owned(),
            _ => return None,
        };
        (self.construct.kind == ConstructKind::Statement)
            .then(|| self.foreign(0..2, "", Some(statement), Certainty::Certain))
    }
}
