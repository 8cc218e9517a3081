//! Expressions of other languages, as they are written here.

use std::ops::Range;

use crate::expr::ast::{Argument, ArgumentKind, Expr, ExprKind, Name};
use crate::expr::visit::{ProgramVisitor, walk_expression, walk_tree};
use crate::expr::{Program, library};
use crate::schema::is_variable_name;

use super::Instead;
use super::names;

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

/// What a method is here.
#[derive(Clone, Copy)]
enum Method {
    /// A filter without arguments.
    Filter(&'static str),
    /// A filter that takes the same arguments.
    FilterOf(&'static str),
    /// A filter that does nearly the same.
    Similar(&'static str),
    /// A test that takes the same argument.
    Test(&'static str),
    /// `argument in value`
    In,
    /// `value[argument]`
    Item,
    /// `value[from:to]`
    Slice,
    /// `value.key | default(fallback)`
    Get,
    /// `list | join(separator)`, where either can be the value.
    Join,
    /// `"… {} …".format(value)`
    Format,
}

/// Methods, by what other languages call them.
const METHODS: &[(&[&str], Method)] = &[
    (&["strip", "trim"], Method::Filter("trim")),
    (&["lstrip", "rstrip", "trimStart", "trimEnd", "trimLeft", "trimRight"], Method::Similar("trim")),
    (&["lower", "toLowerCase", "toLocaleLowerCase", "downcase", "casefold"], Method::Filter("lower")),
    (&["upper", "toUpperCase", "toLocaleUpperCase", "upcase"], Method::Filter("upper")),
    (&["length", "size", "len", "count"], Method::Filter("length")),
    (&["title"], Method::Filter("title")),
    (&["capitalize"], Method::Filter("capitalize")),
    (&["items", "entries", "iteritems"], Method::Filter("items")),
    (&["keys", "toList", "to_a", "toArray"], Method::Filter("list")),
    (&["splitlines", "lines"], Method::Filter("lines")),
    (&["sort", "sorted"], Method::Filter("sort")),
    (&["reverse", "reversed"], Method::Filter("reverse")),
    (&["first"], Method::Filter("first")),
    (&["last"], Method::Filter("last")),
    (&["unique", "uniq", "distinct"], Method::Filter("unique")),
    (&["sum"], Method::Filter("sum")),
    (&["min"], Method::Filter("min")),
    (&["max"], Method::Filter("max")),
    (&["abs"], Method::Filter("abs")),
    (&["toString", "to_s"], Method::Filter("string")),
    (&["to_i", "toInt"], Method::Filter("int")),
    (&["to_f", "toFloat"], Method::Filter("float")),
    (&["split"], Method::FilterOf("split")),
    (&["replace", "replaceAll"], Method::FilterOf("replace")),
    (&["round"], Method::FilterOf("round")),
    (&["toFixed"], Method::Similar("round")),
    (&["startswith", "startsWith", "start_with"], Method::Test("startingwith")),
    (&["endswith", "endsWith", "end_with"], Method::Test("endingwith")),
    (&["includes", "contains", "has", "has_key", "hasOwnProperty", "include"], Method::In),
    (&["at", "charAt"], Method::Item),
    (&["slice", "substring"], Method::Slice),
    (&["get", "fetch"], Method::Get),
    (&["join"], Method::Join),
    (&["format"], Method::Format),
];

/// Returns what to write in the place of a method that is called, or of an attribute that is a method elsewhere.
/// `is_meant`: whether a range of the program is all of it, or its name.
pub(in crate::lint) fn member(program: &Program, is_meant: impl Fn(&Range<usize>) -> bool) -> Option<Replacement> {
    search(program, |expression| {
        let (of, name, arguments) = member_of(expression)?;
        if !is_meant(&expression.range) && !is_meant(&name.range) {
            return None;
        }
        let (_, method) = METHODS.iter().find(|(names, _)| names.contains(&name.text))?;
        let written = Writer { program }.method(of, arguments, *method)?;
        Some(written.in_place_of(expression, program))
    })
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

/// Returns a conditional expression with an empty text for when its condition is false, which it lacks. `is_meant`:
/// whether a range of the program is all of it.
pub(in crate::lint) fn with_else(program: &Program, is_meant: impl Fn(&Range<usize>) -> bool) -> Option<Replacement> {
    search(program, |expression| match &expression.kind {
        ExprKind::If { no: None, .. } if is_meant(&expression.range) => {
            let text = format!("{} else \"\"", program.slice(&expression.range));
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
fn search(program: &Program, find: impl FnMut(&Expr<'_>) -> Option<Replacement>) -> Option<Replacement> {
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

/// Returns the value, the name and the arguments of a method call, or of an attribute.
fn member_of<'e, 'a>(expression: &'e Expr<'a>) -> Option<(&'e Expr<'a>, &'e Name<'a>, &'e [Argument<'a>])> {
    match &expression.kind {
        ExprKind::Attribute { of, name } => Some((of, name, &[])),
        ExprKind::Call { callee, arguments } => match &callee.kind {
            ExprKind::Attribute { of, name } => Some((of, name, arguments)),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the value of a string that is written out.
fn literal<'e>(expression: &'e Expr<'_>) -> Option<&'e str> {
    match &expression.kind {
        ExprKind::Literal(constant) => constant.as_str(),
        _ => None,
    }
}

/// Writes expressions, with the author's own operands.
struct Writer<'p> {
    program: &'p Program,
}

impl Writer<'_> {
    fn method(&self, of: &Expr<'_>, arguments: &[Argument<'_>], method: Method) -> Option<Written> {
        let value = self.operand(of);
        let argument = |index: usize| arguments.get(index).map(|argument| self.operand(&argument.value));
        let is_positional = arguments.iter().all(|argument| matches!(argument.kind, ArgumentKind::Positional));
        if !is_positional {
            return None;
        }
        let written = match (method, arguments.len()) {
            (Method::Filter(name), 0) => Written::filter(self.filter(&value, name, &[])),
            (Method::FilterOf("replace"), 2) | (Method::FilterOf("split" | "round"), 0..=2) => {
                let Method::FilterOf(name) = method else { return None };
                Written::filter(self.filter(&value, name, arguments))
            }
            (Method::Similar(name), 0..=1) => Written::filter(self.filter(&value, name, arguments)).guessed(),
            (Method::Test(name), 1) => Written::condition(format!("{value} is {name}({})", argument(0)?)),
            (Method::In, 1) => Written::condition(format!("{} in {value}", argument(0)?)),
            (Method::Item, 1) => Written::postfix(format!("{}[{}]", self.primary(of), argument(0)?)),
            (Method::Slice, 1 | 2) => {
                let end = argument(1).unwrap_or_default();
                Written::postfix(format!("{}[{}:{end}]", self.primary(of), argument(0)?)).guessed()
            }
            (Method::Get, 1 | 2) => {
                let key = literal(&arguments[0].value).filter(|key| is_variable_name(key));
                let item = match key {
                    Some(key) => format!("{}.{key}", self.primary(of)),
                    None => format!("{}[{}]", self.primary(of), argument(0)?),
                };
                match argument(1) {
                    Some(fallback) => Written::filter(format!("{item} | default({fallback})")),
                    None => Written::filter(format!("{item} | default(\"\")")).guessed(),
                }
            }
            (Method::Join, 0 | 1) => self.join(of, arguments),
            (Method::Format, _) => self.format(of, arguments)?,
            _ => return None,
        };
        Some(written)
    }

    /// `", ".join(list)`, or `list.join(", ")`
    fn join(&self, of: &Expr<'_>, arguments: &[Argument<'_>]) -> Written {
        let Some(argument) = arguments.first().map(|argument| &argument.value) else {
            return Written::filter(format!("{} | join(\",\")", self.operand(of)));
        };
        let is_list = literal(of).is_some();
        let (list, separator) = if is_list { (argument, of) } else { (of, argument) };
        let written = Written::filter(format!("{} | join({})", self.operand(list), self.operand(separator)));
        if literal(separator).is_some() { written } else { written.guessed() }
    }

    /// `"… {} …".format(value)`, where nothing is said about how the values are formatted.
    fn format(&self, of: &Expr<'_>, arguments: &[Argument<'_>]) -> Option<Written> {
        let text = literal(of).filter(|text| !text.contains(['"', '\\', '\n']))?;
        let pieces: Vec<&str> = text.split("{}").collect();
        if pieces.len() != arguments.len() + 1 || pieces.iter().any(|piece| piece.contains(['{', '}'])) {
            return None;
        }
        let values = arguments.iter().map(|argument| Some(self.operand(&argument.value))).chain([None]);
        let quoted = |piece: &str| (!piece.is_empty()).then(|| format!("\"{piece}\""));
        let parts: Vec<String> =
            pieces.iter().zip(values).flat_map(|(piece, value)| [quoted(piece), value]).flatten().collect();
        Some(Written::condition(parts.join(" ~ ")))
    }

    fn filter(&self, value: &str, name: &str, arguments: &[Argument<'_>]) -> String {
        match arguments {
            [] => format!("{value} | {name}"),
            _ => format!("{value} | {name}({})", self.arguments(arguments)),
        }
    }

    fn arguments(&self, arguments: &[Argument<'_>]) -> String {
        let written = arguments.iter().map(|argument| match &argument.kind {
            ArgumentKind::Keyword(name) => format!("{}={}", name.text, self.program.slice(&argument.value.range)),
            _ => self.program.slice(&argument.value.range).to_owned(),
        });
        written.collect::<Vec<_>>().join(", ")
    }

    /// Returns an expression as it is written, in parentheses if an operator could take it apart.
    fn operand(&self, expression: &Expr<'_>) -> String {
        match expression.kind {
            ExprKind::Filter { .. } => self.program.slice(&expression.range).to_owned(),
            _ => self.primary(expression),
        }
    }

    /// Returns an expression as it is written, in parentheses if an attribute or an item of it cannot be written.
    fn primary(&self, expression: &Expr<'_>) -> String {
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
struct Written {
    text: String,
    binding: Binding,
    is_same: bool,
}

/// How tightly an expression holds together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Binding {
    /// It is a value by itself: `a[0]`
    Postfix,
    /// Only attributes, items and calls bind more tightly: `a | b`
    Filter,
    /// Operators bind more tightly: `a is b`
    Condition,
}

impl Written {
    fn postfix(text: String) -> Self {
        Self { text, binding: Binding::Postfix, is_same: true }
    }

    fn filter(text: String) -> Self {
        Self { text, binding: Binding::Filter, is_same: true }
    }

    fn condition(text: String) -> Self {
        Self { text, binding: Binding::Condition, is_same: true }
    }

    /// Says that it may differ in details.
    fn guessed(self) -> Self {
        Self { is_same: false, ..self }
    }

    /// Puts it in the place of an expression, in parentheses if what is around would take it apart.
    fn in_place_of(self, expression: &Expr<'_>, program: &Program) -> Replacement {
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
