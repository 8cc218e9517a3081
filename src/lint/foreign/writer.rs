//! Writes expressions anew, with the author's own operands.

use crate::expr::Program;
use crate::expr::ast::{Argument, ArgumentKind, Expr, ExprKind};

use super::rewrite::Replacement;

/// Writes expressions, with the author's own operands.
pub(super) struct Writer<'p> {
    pub(super) program: &'p Program,
}

impl Writer<'_> {
    pub(super) fn filter(&self, value: &str, name: &str, arguments: &[Argument<'_>]) -> String {
        match arguments {
            [] => format!("{value} | {name}"),
            _ => format!("{value} | {name}({})", self.arguments(arguments)),
        }
    }

    pub(super) fn arguments(&self, arguments: &[Argument<'_>]) -> String {
        let written = arguments.iter().map(|argument| match &argument.kind {
            ArgumentKind::Keyword(name) => format!("{}={}", name.text, self.program.slice(&argument.value.range)),
            _ => self.program.slice(&argument.value.range).to_owned(),
        });
        written.collect::<Vec<_>>().join(", ")
    }

    /// Returns an expression as it is written, in parentheses if an operator could take it apart.
    pub(super) fn operand(&self, expression: &Expr<'_>) -> String {
        match expression.kind {
            ExprKind::Filter { .. } => self.program.slice(&expression.range).to_owned(),
            _ => self.primary(expression),
        }
    }

    /// Returns an expression as it is written, in parentheses if an attribute or an item of it cannot be written.
    pub(super) fn primary(&self, expression: &Expr<'_>) -> String {
        let written = self.program.slice(&expression.range);
        match expression.kind {
            ExprKind::Literal(_)
            | ExprKind::Name(_)
            | ExprKind::Attribute { .. }
            | ExprKind::Item { .. }
            | ExprKind::Slice { .. }
            | ExprKind::Call { .. }
            | ExprKind::Map(_) => written.to_owned(),
            ExprKind::List(_) if written.starts_with('[') => written.to_owned(),
            _ => format!("({written})"),
        }
    }
}

/// An expression that is written here.
pub(super) struct Written {
    pub(super) text: String,
    pub(super) binding: Binding,
    /// Whether it means the same.
    pub(super) is_same: bool,
}

/// How tightly an expression holds together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Binding {
    /// It is a value by itself: `a[0]`
    Postfix,
    /// Only attributes, items and calls bind more tightly: `a | b`
    Filter,
    /// Operators bind more tightly: `a is b`
    Condition,
}

impl Written {
    pub(super) fn postfix(text: String) -> Self {
        Self { text, binding: Binding::Postfix, is_same: true }
    }

    pub(super) fn filter(text: String) -> Self {
        Self { text, binding: Binding::Filter, is_same: true }
    }

    pub(super) fn condition(text: String) -> Self {
        Self { text, binding: Binding::Condition, is_same: true }
    }

    /// Says that it may differ in details.
    pub(super) fn guessed(self) -> Self {
        Self { is_same: false, ..self }
    }

    /// Puts it in the place of an expression, in parentheses if what is around would take it apart.
    pub(super) fn in_place_of(self, expression: &Expr<'_>, program: &Program) -> Replacement {
        let range = expression.range.clone();
        let (before, after) = (&program.source()[..range.start], &program.source()[range.end..]);
        let is_apart = match self.binding {
            Binding::Postfix => true,
            Binding::Filter => !after.starts_with(['.', '[', '(']),
            Binding::Condition => is_end(after) && is_beginning(before),
        };
        let text = if is_apart { self.text } else { format!("({})", self.text) };
        Replacement { range, text, is_same: self.is_same }
    }
}

/// Returns whether an expression begins after a text.
fn is_beginning(before: &str) -> bool {
    let before = before.trim_end();
    let word = before.rsplit(|character: char| !character.is_ascii_alphanumeric()).next().unwrap_or_default();
    before.is_empty()
        || ["{{", "{{-", "(", "[", ","].iter().any(|sign| before.ends_with(sign))
        || ["if", "elif", "and", "or", "not", "else"].contains(&word)
}

/// Returns whether an expression ends before a text.
fn is_end(after: &str) -> bool {
    let after = after.trim_start();
    let word = after.split(|character: char| !character.is_ascii_alphanumeric()).next().unwrap_or_default();
    after.is_empty()
        || ["}}", "-}}", "%}", "-%}", ")", "]", ","].iter().any(|sign| after.starts_with(sign))
        || ["if", "and", "or", "else"].contains(&word)
}
