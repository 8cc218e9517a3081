//! Methods, which values have in other languages, as filters, tests and operators.

use std::iter;
use std::ops::Range;

use crate::expr::Program;
use crate::expr::ast::{Argument, ArgumentKind, Expr, ExprKind, Name};
use crate::schema::is_variable_name;

use super::rewrite::{Replacement, search};
use super::writer::{Binding, Writer, Written};

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
/// Methods that are called one after the other are all written anew. `is_meant`: whether a range of the program is all of
/// it, or its name.
pub(in crate::lint) fn member(program: &Program, is_meant: impl Fn(&Range<usize>) -> bool) -> Option<Replacement> {
    let writer = Writer { program };
    search(program, |expression| {
        let is_here = |member: &Member<'_, '_>| is_meant(&member.whole.range) || is_meant(&member.name.range);
        let member = member_of(expression)?;
        let is_chain = member.is_called && methods_before(expression).any(|before| is_here(&before));
        if !is_here(&member) && !is_chain {
            return None;
        }
        let written = writer.method(member.of, member.arguments, method_called(member.name)?)?;
        Some(written.in_place_of(expression, program))
    })
}

/// Returns whether a method is called on what another method returns, so that the finding about that one speaks of both.
/// `name`: where its name is.
pub(in crate::lint) fn is_continued(program: &Program, name: &Range<usize>) -> bool {
    let is_it = |expression: &Expr<'_>| {
        let member = member_of(expression).filter(|member| member.is_called && member.name.range == *name)?;
        let replacement = || Replacement { range: member.name.range.clone(), text: String::new(), is_same: true };
        methods_before(expression).next().map(|_| replacement())
    };
    search(program, is_it).is_some()
}

/// An attribute of a value, or a call of a method.
struct Member<'e, 'a> {
    whole: &'e Expr<'a>,
    of: &'e Expr<'a>,
    name: &'e Name<'a>,
    arguments: &'e [Argument<'a>],
    is_called: bool,
}

fn member_of<'e, 'a>(whole: &'e Expr<'a>) -> Option<Member<'e, 'a>> {
    match &whole.kind {
        ExprKind::Attribute { of, name } => Some(Member { whole, of, name, arguments: &[], is_called: false }),
        ExprKind::Call { callee, arguments } => match &callee.kind {
            ExprKind::Attribute { of, name } => Some(Member { whole, of, name, arguments, is_called: true }),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the methods that are called on the way to the value of an expression, the last one first.
fn methods_before<'e, 'a>(expression: &'e Expr<'a>) -> impl Iterator<Item = Member<'e, 'a>> {
    let links = iter::successors(receiver_of(expression), |expression| receiver_of(expression));
    // `loop` has methods.
    links.filter_map(member_of).filter(|member| member.is_called && member.of.as_name() != Some("loop"))
}

/// Returns the value of which an expression is a part, or whose method it calls.
fn receiver_of<'e, 'a>(expression: &'e Expr<'a>) -> Option<&'e Expr<'a>> {
    match &expression.kind {
        ExprKind::Item { of, .. } | ExprKind::Slice { of, .. } => Some(of),
        _ => member_of(expression).map(|member| member.of),
    }
}

fn method_called(name: &Name<'_>) -> Option<Method> {
    METHODS.iter().find(|(names, _)| names.contains(&name.text)).map(|(_, method)| *method)
}

/// A value whose method is called, as an operand and as a value of which a part is taken.
struct Receiver {
    operand: String,
    primary: String,
    is_same: bool,
}

/// Returns the value of a string that is written out.
fn literal<'e>(expression: &'e Expr<'_>) -> Option<&'e str> {
    match &expression.kind {
        ExprKind::Literal(constant) => constant.as_str(),
        _ => None,
    }
}

impl Writer<'_> {
    /// Returns what a call of a method is here, with all methods that are called before it.
    fn method(&self, of: &Expr<'_>, arguments: &[Argument<'_>], method: Method) -> Option<Written> {
        let Receiver { operand: value, primary, is_same } = self.receiver(of)?;
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
            (Method::Item, 1) => Written::postfix(format!("{}[{}]", primary, argument(0)?)),
            (Method::Slice, 1 | 2) => {
                let end = argument(1).unwrap_or_default();
                Written::postfix(format!("{}[{}:{end}]", primary, argument(0)?)).guessed()
            }
            (Method::Get, 1 | 2) => {
                let key = literal(&arguments[0].value).filter(|key| is_variable_name(key));
                let item = match key {
                    Some(key) => format!("{primary}.{key}"),
                    None => format!("{}[{}]", primary, argument(0)?),
                };
                match argument(1) {
                    Some(fallback) => Written::filter(format!("{item} | default({fallback})")),
                    None => Written::filter(format!("{item} | default(\"\")")).guessed(),
                }
            }
            (Method::Join, 0 | 1) => self.join(of, &value, arguments),
            (Method::Format, _) => self.format(of, arguments)?,
            _ => return None,
        };
        Some(if is_same { written } else { written.guessed() })
    }

    /// `", ".join(list)`, or `list.join(", ")`
    fn join(&self, of: &Expr<'_>, value: &str, arguments: &[Argument<'_>]) -> Written {
        let Some(argument) = arguments.first().map(|argument| &argument.value) else {
            return Written::filter(format!("{value} | join(\",\")"));
        };
        let argument_text = self.operand(argument);
        let (list, separator, text) = match literal(of) {
            Some(_) => (&*argument_text, of, value),
            None => (value, argument, &*argument_text),
        };
        let written = Written::filter(format!("{list} | join({text})"));
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

    /// Returns the value whose method is called. `None` if it is what an unknown method returns.
    fn receiver(&self, of: &Expr<'_>) -> Option<Receiver> {
        if methods_before(of).next().is_none() && !member_of(of).is_some_and(|member| member.is_called) {
            return Some(Receiver { operand: self.operand(of), primary: self.primary(of), is_same: true });
        }
        let Written { text, binding, is_same } = match member_of(of) {
            Some(member) if member.of.as_name() == Some("loop") => Written::postfix(self.primary(of)),
            Some(member) if member.is_called => {
                self.method(member.of, member.arguments, method_called(member.name)?)?
            }
            _ => {
                let inner = receiver_of(of)?;
                let Receiver { primary, is_same, .. } = self.receiver(inner)?;
                let rest = self.program.slice(&(inner.range.end..of.range.end));
                let written = Written::postfix(format!("{primary}{}", rest.trim_start_matches([')', ' '])));
                if is_same { written } else { written.guessed() }
            }
        };
        let enclosed = format!("({text})");
        let (operand, primary) = match binding {
            Binding::Postfix => (text.clone(), text),
            Binding::Filter => (text, enclosed),
            Binding::Condition => (enclosed.clone(), enclosed),
        };
        Some(Receiver { operand, primary, is_same })
    }
}
