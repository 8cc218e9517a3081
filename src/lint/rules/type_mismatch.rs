//! What the declared types prove to be nonsense.

use crate::lint::{Applicability, Context, Findings, Rule, Severity};
use crate::analysis::types::{Kinds, TypeErrorKind, Operand, Type, TypeError};
use crate::lint::finding::Finding;
use crate::lint::near::nearest;
use crate::lint::wording::one_of;

use super::evaluation_error::instead;

pub(in crate::lint) static RULE: Rule = Rule::context("type-mismatch", Severity::Error, include_str!("type_mismatch.md"), check);

/// The longest expression that is quoted in a sentence, in characters.
const MAX_QUOTED: usize = 40;

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    // Where nothing is declared, nothing is proven.
    if context.template.as_ref().is_none_or(|template| template.variables.is_none()) {
        return;
    }
    for problem in &context.types().errors {
        let finding = findings.at(problem.location, message(&problem.kind));
        let finding = advise(finding, problem);
        if let Some(declared) = problem.declared {
            finding.also(declared, "declared here");
        }
    }
}

fn message(nonsense: &TypeErrorKind) -> String {
    match nonsense {
        TypeErrorKind::NotText(value) => format!("only text or a number can stand in text, and {}", is(value)),
        TypeErrorKind::NoValue(value) => format!("{} never has a value", name(value)),
        TypeErrorKind::UnknownIcon(value) => format!("{}, and an icon is text", is(value)),
        TypeErrorKind::NotIterable(value) => format!("{}, and `for` goes through a list", is(value)),
        TypeErrorKind::NotUnpackable { items, item } => {
            format!("going through {} yields {item}, which cannot be taken apart into several names", name(items))
        }
        TypeErrorKind::NoAttributes { of, name } => {
            format!("{}, and only a mapping has attributes such as `{name}`", is(of))
        }
        TypeErrorKind::NoKey { of, name: key, .. } => format!("{} is declared to have no `{key}`", name(of)),
        TypeErrorKind::Method { of, name } => format!("{}, and values have no methods such as `{name}()`", is(of)),
        TypeErrorKind::NoItems(value) => format!("{}, and only text, a list or a mapping has items", is(value)),
        TypeErrorKind::NotSliceable(value) => format!("{}, and only text or a list can be cut", is(value)),
        TypeErrorKind::NotContainer(value) => format!("{}, and `in` looks into text, a list or a mapping", is(value)),
        TypeErrorKind::NotNegatable(value) => format!("{}, and `-` takes a number", is(value)),
        TypeErrorKind::Operator { sign, left, right } => {
            format!("{}, and `{sign}` takes {}", are(left, right), takes(sign))
        }
        TypeErrorKind::Order { sign, left, right } => {
            format!("{}, and `{sign}` compares values of one kind", are(left, right))
        }
        TypeErrorKind::Filter { name, input, takes } => {
            format!("{}, and the filter `{name}` takes {}", is(input), Type::of(*takes))
        }
    }
}

fn advise<'f>(finding: Finding<'f>, problem: &TypeError) -> Finding<'f> {
    let help = match &problem.kind {
        TypeErrorKind::NotText(value) => instead(&told(value).to_string()).to_owned(),
        TypeErrorKind::NoValue(value) if value.text.ends_with(']') => "the first item is `[0]`, the last one `[-1]`".to_owned(),
        TypeErrorKind::NotIterable(value) if value.known.kinds.meets(Kinds::NUMBER) => {
            format!("`range({})` counts up to it", value.text)
        }
        TypeErrorKind::NotIterable(value) if value.known.kinds.meets(Kinds::TEXT) => {
            format!("declare a list, or split the text: `{} | split(\",\")`", value.text)
        }
        TypeErrorKind::NotUnpackable { items, .. } if items.known.kinds.meets(Kinds::MAPPING) => {
            format!("go through its keys and values: `{} | items`", items.text)
        }
        TypeErrorKind::NoAttributes { of, .. } if of.known.kinds.meets(Kinds::LIST) => {
            format!("take one of its items, `{}[0]`, or go through them with `for`", of.text)
        }
        TypeErrorKind::NoKey { name, keys, .. } => {
            let near = nearest(name, keys.iter().map(String::as_str));
            return match keys.as_slice() {
                _ if !near.is_empty() => finding.suggest(&near, problem.location, Applicability::Unsafe),
                [] => finding,
                keys => finding.help(format!("it can have {}", one_of(keys.iter().map(|key| format!("`{key}`"))))),
            };
        }
        TypeErrorKind::Method { of, name } => format!("filters do such things: `{} | {name}`", of.text),
        TypeErrorKind::Operator { sign: "+", left, right }
            if left.known.kinds.meets(Kinds::TEXT) || right.known.kinds.meets(Kinds::TEXT) =>
        {
            format!("put text together with `~`: `{} ~ {}`", left.text, right.text)
        }
        TypeErrorKind::Order { left, right, .. } => match (left.known.kinds, right.known.kinds) {
            (Kinds::TEXT, _) => format!("read the number first: `{} | int`", left.text),
            (_, Kinds::TEXT) => format!("read the number first: `{} | int`", right.text),
            _ => return finding,
        },
        _ => return finding,
    };
    finding.help(help)
}

/// "`price` is an integer"
fn is(value: &Operand) -> String {
    format!("{} is {}", name(value), told(value))
}

/// "`price` is an integer and `unit` is text"
fn are(left: &Operand, right: &Operand) -> String {
    if left == right { is(left) } else { format!("{} and {}", is(left), is(right)) }
}

/// The author's words where they are few.
fn name(value: &Operand) -> String {
    let is_short = value.text.chars().count() <= MAX_QUOTED && !value.text.contains('\n') && !value.text.is_empty();
    if is_short { format!("`{}`", value.text) } else { "this".to_owned() }
}

/// What it is where it is anything.
fn told(value: &Operand) -> Type {
    value.known.clone().without(Kinds::UNDEFINED)
}

fn takes(sign: &str) -> &'static str {
    match sign {
        "+" => "two numbers, two texts or two lists",
        "*" => "two numbers, or text or a list and how often",
        _ => "two numbers",
    }
}
