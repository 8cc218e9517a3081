//! Expressions of other languages, as they are written here.

use std::ops::Range;

use crate::expr::ast::{ArgumentKind, BinaryOp, Expr, ExprKind};
use crate::expr::visit::{ProgramVisitor, walk_expression, walk_tree};
use crate::expr::{Program, library};

use super::Instead;
use super::names;
use super::writer::{Writer, Written};

/// What to write in the place of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lint) struct Replacement {
    /// The expression, in bytes of the program's text.
    pub(in crate::lint) range: Range<usize>,
    /// What is written there.
    pub(in crate::lint) text: String,
    /// Whether it means the same.
    pub(in crate::lint) is_same: bool,
}

/// Returns what to write in the place of a call of a function. `name`: its name.
pub(in crate::lint) fn call(program: &Program, name: &Range<usize>) -> Option<Replacement> {
    search(program, |expression| {
        let ExprKind::Call { callee, arguments } = &expression.kind else { return None };
        let [first, rest @ ..] = arguments.as_slice() else { return None };
        if callee.range != *name || !matches!(first.kind, ArgumentKind::Positional) {
            return None;
        }
        let (writer, name) = (Writer { program }, program.slice(name));
        let filter = match names::for_function(name) {
            Some(Instead::Name(filter)) => filter,
            Some(Instead::Written(written)) if rest.is_empty() && ["… is defined", "not …"].contains(&written) => {
                let written = Written::condition(written.replace('…', &writer.operand(&first.value)));
                return Some(written.in_place_of(expression, program));
            }
            Some(_) => return None,
            None => name,
        };
        if library::filter(filter).is_none() || filter == "format" {
            return None;
        }
        let value = match filter {
            "min" | "max" if !rest.is_empty() => format!("[{}]", writer.arguments(arguments)),
            _ => writer.operand(&first.value),
        };
        let rest =
            if value.starts_with('[') && !rest.is_empty() && ["min", "max"].contains(&filter) { &[] } else { rest };
        Some(Written::filter(writer.filter(&value, filter, rest)).in_place_of(expression, program))
    })
}

/// Returns what to write in the place of a test. `name`: its name.
pub(in crate::lint) fn test(program: &Program, name: &Range<usize>) -> Option<Replacement> {
    search(program, |expression| {
        let (negated, test) = match &expression.kind {
            ExprKind::Not(test) if expression.range == test.range => (true, &**test),
            _ => (false, expression),
        };
        let ExprKind::Test { of, name: test_name, arguments } = &test.kind else { return None };
        let is_meant = test_name.range == *name && arguments.is_empty();
        let written = names::for_test(test_name.text).filter(|_| is_meant)?;
        let Instead::Written("not …") = written else { return None };
        let operand = Writer { program }.operand(of);
        let text = if negated { operand } else { format!("not {operand}") };
        Some(Written::condition(text).in_place_of(expression, program))
    })
}

/// Returns what to write in the place of a filter with its value. `name`: its name.
pub(in crate::lint) fn filter(program: &Program, name: &Range<usize>) -> Option<Replacement> {
    search(program, |expression| {
        let ExprKind::Filter { input: Some(input), name: filter, arguments } = &expression.kind else { return None };
        if filter.range == *name
            && arguments.is_empty()
            && let Some(Instead::Remove(_)) = names::for_filter(filter.text)
        {
            let text = Writer { program }.operand(input);
            return Some(Replacement { range: expression.range.clone(), text, is_same: true });
        }
        let [argument] = arguments.as_slice() else { return None };
        if filter.range != *name || !matches!(argument.kind, ArgumentKind::Positional) {
            return None;
        }
        let writer = Writer { program };
        let argument = writer.operand(&argument.value);
        let operator = |sign| Written::condition(format!("{} {sign} {argument}", writer.operand(input)));
        let keyed = |filter| format!("{} | {filter}(attribute={argument})", writer.operand(input));
        let written = match filter.text {
            "truncate" | "truncatechars" | "limit" => {
                Written::postfix(format!("{}[:{argument}]", writer.primary(input))).guessed()
            }
            "default_if_none" | "default_if_empty" | "if_empty" | "ifempty" | "coalesce" | "fallback" => {
                Written::filter(format!("{} | default({argument}, true)", writer.operand(input))).guessed()
            }
            "pluck" | "column" => Written::filter(keyed("map")),
            "sort_by" => Written::filter(keyed("sort")),
            "plus" | "add" => operator("+"),
            "minus" | "subtract" => operator("-"),
            "times" | "multiply" => operator("*"),
            "modulo" | "mod" => operator("%"),
            "divided_by" | "divide" => operator("//").guessed(),
            "append" | "concat" => operator("~"),
            "prepend" => Written::condition(format!("{argument} ~ {}", writer.operand(input))),
            _ => return None,
        };
        Some(written.in_place_of(expression, program))
    })
}

/// Returns an expression with a filter applied to it. `is_same`: whether nothing else can be meant.
pub(in crate::lint) fn filtered(
    program: &Program,
    range: &Range<usize>,
    filter: &str,
    is_same: bool,
) -> Option<Replacement> {
    search(program, |expression| {
        let text = (expression.range == *range).then(|| Writer { program }.operand(expression))?;
        Some(Replacement { range: range.clone(), text: format!("{text} | {filter}"), is_same })
    })
}

/// Returns a conditional expression with a value for when its condition is false, which it lacks: for `value if condition`
/// and for `condition and value`. `is_meant`: whether a range of the program is all of it.
pub(in crate::lint) fn with_else(
    program: &Program,
    otherwise: &str,
    is_meant: impl Fn(&Range<usize>) -> bool,
) -> Option<Replacement> {
    search(program, |expression| match &expression.kind {
        ExprKind::If { no: None, .. } if is_meant(&expression.range) => {
            let text = format!("{} else {otherwise}", program.slice(&expression.range));
            Some(Replacement { range: expression.range.clone(), text, is_same: false })
        }
        ExprKind::Binary { op: BinaryOp::And, left, right } if is_meant(&expression.range) => {
            let part = |part: &Expr<'_>| match &part.kind {
                ExprKind::If { .. } => format!("({})", program.slice(&part.range)),
                _ => program.slice(&part.range).to_owned(),
            };
            let text = format!("{} if {} else {otherwise}", part(right), part(left));
            let before = program.source().get(..expression.range.start).unwrap_or_default().trim_end();
            let after = program.source().get(expression.range.end..).unwrap_or_default().trim_start();
            let is_alone = ["{{", "{{-", "(", ","].iter().any(|sign| before.ends_with(sign))
                && ["}}", "-}}", ")", ","].iter().any(|sign| after.starts_with(sign));
            let text = if is_alone { text } else { format!("({text})") };
            Some(Replacement { range: expression.range.clone(), text, is_same: false })
        }
        _ => None,
    })
}

/// Returns the value that is called as if it was a function, without parentheses. `name`: its name.
pub(in crate::lint) fn uncalled(program: &Program, name: &Range<usize>) -> Option<Replacement> {
    search(program, |expression| match &expression.kind {
        ExprKind::Call { callee, arguments } if callee.range == *name && arguments.is_empty() => {
            let text = program.slice(name).to_owned();
            Some(Replacement { range: expression.range.clone(), text, is_same: true })
        }
        _ => None,
    })
}

/// Returns the attribute of `loop` for one of `forloop`, which Django and Liquid have. `name`: where that is.
pub(in crate::lint) fn loop_member(program: &Program, name: &Range<usize>) -> Option<Replacement> {
    search(program, |expression| {
        let ExprKind::Attribute { of, name: attribute } = &expression.kind else { return None };
        let here = match attribute.text {
            "counter" | "index" => "index",
            "counter0" | "index0" => "index0",
            "revcounter" | "rindex" => "revindex",
            "revcounter0" | "rindex0" => "revindex0",
            "first" => "first",
            "last" => "last",
            "length" => "length",
            _ => return None,
        };
        let text = format!("loop.{here}");
        (of.range == *name).then(|| Replacement { range: expression.range.clone(), text, is_same: true })
    })
}

/// Returns the first replacement that a function finds for an expression of a program.
pub(super) fn search(program: &Program, find: impl FnMut(&Expr<'_>) -> Option<Replacement>) -> Option<Replacement> {
    struct Search<F>(F, Option<Replacement>);
    impl<'a, F: FnMut(&Expr<'_>) -> Option<Replacement>> ProgramVisitor<'a> for Search<F> {
        fn expression(&mut self, expression: &Expr<'a>) {
            if self.1.is_none() {
                self.1 = (self.0)(expression);
                walk_expression(self, expression);
            }
        }
    }
    let mut search = Search(find, None);
    walk_tree(&mut search, program.tree());
    search.1
}
