//! All errors of a text, and what can be read of it nevertheless.
//!
//! Each expression and statement is looked at by itself: one that is wrong is replaced, and the rest is parsed again.
//! Replacements are as long as what they replace, so that all ranges remain those of the text.

use std::ops::Range;

use super::diagnose::{Construct, ConstructKind};
use super::error::{Certainty, JinjaError, JinjaErrorKind};
use super::{CallUse, NameUse, Program};

/// The most errors of one text that are reported.
const MAX_ERRORS: usize = 20;

/// The most parts of one text that are replaced.
const MAX_REPLACEMENTS: usize = 40;

/// A program that does not parse.
#[derive(Debug)]
pub struct BrokenProgram {
    /// What is wrong, in order of place; at least one error.
    pub errors: Vec<JinjaError>,
    /// The program without what is wrong, if that parses. Its ranges are those of the whole text.
    pub rest: Option<Program>,
    /// The expressions and statements that are wrong, in bytes of the text.
    replaced: Vec<Range<usize>>,
    /// The words in statements that are wrong, which may bind names.
    hidden: Vec<String>,
}

impl BrokenProgram {
    /// Returns a program of which nothing but its error is known.
    pub(crate) fn unreadable(error: JinjaError) -> Self {
        Self { errors: vec![error], rest: None, replaced: Vec::new(), hidden: Vec::new() }
    }

    /// Finds the other errors of a text. `first`: its first error.
    pub(crate) fn text(source: &str, first: JinjaError) -> Self {
        let mut broken = Self { errors: Vec::new(), rest: None, replaced: Vec::new(), hidden: Vec::new() };
        let mut text = source.to_owned();
        let mut error = first;
        for _ in 0..MAX_REPLACEMENTS {
            let is_replaced = broken.replace(&mut text, &error);
            // Blocks that seem wrong after another error may only be so because of it.
            if broken.errors.is_empty() || !is_about_blocks(&error.kind) {
                broken.errors.push(error);
            }
            if !is_replaced || broken.errors.len() == MAX_ERRORS {
                break;
            }
            match Program::text(&text) {
                Ok(program) => {
                    broken.rest = Some(program);
                    break;
                }
                Err(next) => error = next,
            }
        }
        broken.errors.sort_by_key(|error| error.range.start);
        broken
    }

    /// Returns the uses of names in what can be read, except for names that a statement with an error may bind.
    pub(crate) fn names(&self) -> impl Iterator<Item = &NameUse<'_>> {
        let names = self.rest.as_ref().map(Program::names).unwrap_or_default();
        names.iter().filter(|used| self.is_read(&used.range) && !self.hidden.iter().any(|hidden| hidden == used.name))
    }

    /// Returns the calls in what can be read.
    pub(crate) fn calls(&self) -> impl Iterator<Item = &CallUse<'_>> {
        let calls = self.rest.as_ref().map(Program::calls).unwrap_or_default();
        calls.iter().filter(|call| self.is_read(&call.range))
    }

    fn is_read(&self, range: &Range<usize>) -> bool {
        self.replaced.iter().all(|replaced| range.end <= replaced.start || replaced.end <= range.start)
    }

    /// Replaces what is wrong, by what is meant if that is certain, else by something that does nothing. Returns
    /// whether it could be replaced: where something does not end, there is nothing to go on with.
    fn replace(&mut self, text: &mut String, error: &JinjaError) -> bool {
        if is_about_size(&error.kind) {
            return false;
        }
        let Some(construct) = Construct::around(text, error.range.start) else { return false };
        let Some(close) = construct.close.clone() else {
            // It ends with something else than its delimiter, or not at all.
            let end = error
                .correction
                .as_ref()
                .filter(|correction| correction.certainty == Certainty::Certain)
                .map(|_| error.range.end);
            let Some(broken) = end.map(|end| construct.open.start..end) else { return false };
            self.replaced.push(broken.clone());
            return put(text, broken, "");
        };
        let whole = construct.whole();
        if let Some(correction) =
            error.correction.as_ref().filter(|correction| correction.certainty == Certainty::Certain)
            && whole.start <= error.range.start
            && error.range.end <= whole.end
        {
            let (before, after) = (&text[whole.start..error.range.start], &text[error.range.end..whole.end]);
            let corrected = without_spaces(&format!("{before}{}{after}", correction.text));
            if put(text, error.range.clone(), &correction.text) {
                self.replaced.push(error.range.clone());
                return true;
            }
            if put(text, whole.clone(), &corrected) {
                self.replaced.push(whole);
                return true;
            }
        }
        self.replaced.push(whole.clone());
        let body = construct.body.clone();
        let neutral = match construct.kind {
            ConstructKind::Statement => {
                self.hidden.extend(words(&text[body.clone()]).map(str::to_owned));
                if is_about_blocks(&error.kind) { None } else { neutral(&text[body.clone()]) }
            }
            ConstructKind::Expression | ConstructKind::Bare => None,
        };
        match neutral {
            Some(neutral) => put(text, body.start..close.start, neutral),
            None => put(text, whole, ""),
        }
    }
}

/// Returns whether an error is about a limit, which everything after it exceeds, too.
fn is_about_size(kind: &JinjaErrorKind) -> bool {
    use JinjaErrorKind::{TooDeep, TooLong, TooManyElifs, TooManyTokens};
    matches!(kind, TooDeep | TooLong | TooManyElifs | TooManyTokens)
}

/// Returns whether an error is about which statements there are, not about one of them.
fn is_about_blocks(kind: &JinjaErrorKind) -> bool {
    use JinjaErrorKind::{Misplaced, Unclosed, UnknownStatement};
    matches!(kind, Misplaced { .. } | Unclosed(_) | UnknownStatement(_))
}

/// Puts a text in the place of a range, and spaces after it. Returns whether there is room for it.
fn put(text: &mut String, range: Range<usize>, replacement: &str) -> bool {
    let Some(rest) = range.len().checked_sub(replacement.len()) else { return false };
    text.replace_range(range, &format!("{replacement}{}", " ".repeat(rest)));
    true
}

/// Returns a construct without the white space inside of its delimiters.
fn without_spaces(construct: &str) -> String {
    let Some(end) = construct.len().checked_sub(2).filter(|end| *end >= 2 && construct.is_char_boundary(*end)) else {
        return construct.to_owned();
    };
    format!("{}{}{}", &construct[..2], construct[2..end].trim_ascii(), &construct[end..])
}

/// Returns a statement that keeps the block of another one, and refers to nothing.
fn neutral(statement: &str) -> Option<&'static str> {
    match words(statement).next()? {
        "if" => Some(" if 1 "),
        "elif" => Some(" elif 1 "),
        "for" => Some("for _ in 1"),
        "filter" => Some("filter trim"),
        "with" => Some("with _=1"),
        _ => None,
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_').filter(|word| !word.is_empty())
}
