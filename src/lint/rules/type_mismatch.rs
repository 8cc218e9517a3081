//! What the declared types prove to be nonsense.

use crate::lint::{Facts, Findings, Rule, Severity};
use crate::analysis::types::{Kinds, Nonsense, Operand, Type, TypeProblem};
use crate::lint::finding::Finding;
use crate::lint::near::nearest;
use crate::lint::wording::one_of;

use super::hole_failed::instead;

pub(in crate::lint) static RULE: Rule = Rule::facts("type-mismatch", Severity::Error, include_str!("type_mismatch.md"), check);

/// The longest expression that is quoted in a sentence, in characters.
const MAX_QUOTED: usize = 40;

fn check(facts: &Facts<'_>, findings: &mut Findings<'_>) {
    // Where nothing is declared, nothing is proven.
    if facts.template.as_ref().is_none_or(|template| template.variables.is_none()) {
        return;
    }
    for problem in &facts.types().problems {
        let finding = findings.at(problem.span, message(&problem.nonsense));
        let finding = advise(finding, problem);
        if let Some(declared) = problem.declared {
            finding.also(declared, "declared here");
        }
    }
}

fn message(nonsense: &Nonsense) -> String {
    match nonsense {
        Nonsense::NotText(value) => format!("only text or a number can stand in text, and {}", is(value)),
        Nonsense::NoValue(value) => format!("{} never has a value", name(value)),
        Nonsense::NoIcon(value) => format!("{}, and an icon is text", is(value)),
        Nonsense::NotIterable(value) => format!("{}, and `for` goes through a list", is(value)),
        Nonsense::NotUnpackable { items, item } => {
            format!("going through {} yields {item}, which cannot be taken apart into several names", name(items))
        }
        Nonsense::NoAttributes { of, name } => {
            format!("{}, and only a mapping has attributes such as `{name}`", is(of))
        }
        Nonsense::NoKey { of, name: key, .. } => format!("{} is declared to have no `{key}`", name(of)),
        Nonsense::Method { of, name } => format!("{}, and values have no methods such as `{name}()`", is(of)),
        Nonsense::NoItems(value) => format!("{}, and only text, a list or a mapping has items", is(value)),
        Nonsense::NotSliceable(value) => format!("{}, and only text or a list can be cut", is(value)),
        Nonsense::NotContainer(value) => format!("{}, and `in` looks into text, a list or a mapping", is(value)),
        Nonsense::NotNegatable(value) => format!("{}, and `-` takes a number", is(value)),
        Nonsense::Operator { sign, left, right } => {
            format!("{}, and `{sign}` takes {}", are(left, right), takes(sign))
        }
        Nonsense::Order { sign, left, right } => {
            format!("{}, and `{sign}` compares values of one kind", are(left, right))
        }
        Nonsense::Filter { name, input, takes } => {
            format!("{}, and the filter `{name}` takes {}", is(input), Type::of(*takes))
        }
    }
}

fn advise<'f>(finding: Finding<'f>, problem: &TypeProblem) -> Finding<'f> {
    let help = match &problem.nonsense {
        Nonsense::NotText(value) => instead(&told(value).to_string()).to_owned(),
        Nonsense::NoValue(value) if value.text.ends_with(']') => "the first item is `[0]`, the last one `[-1]`".to_owned(),
        Nonsense::NotIterable(value) if value.known.kinds.meets(Kinds::NUMBER) => {
            format!("`range({})` counts up to it", value.text)
        }
        Nonsense::NotIterable(value) if value.known.kinds.meets(Kinds::TEXT) => {
            format!("declare a list, or split the text: `{} | split(\",\")`", value.text)
        }
        Nonsense::NotUnpackable { items, .. } if items.known.kinds.meets(Kinds::MAPPING) => {
            format!("go through its keys and values: `{} | items`", items.text)
        }
        Nonsense::NoAttributes { of, .. } if of.known.kinds.meets(Kinds::LIST) => {
            format!("take one of its items, `{}[0]`, or go through them with `for`", of.text)
        }
        Nonsense::NoKey { name, keys, .. } => {
            let near = nearest(name, keys.iter().map(String::as_str));
            return match keys.as_slice() {
                _ if !near.is_empty() => finding.suggest(&near, problem.span),
                [] => finding,
                keys => finding.help(format!("it can have {}", one_of(keys.iter().map(|key| format!("`{key}`"))))),
            };
        }
        Nonsense::Method { of, name } => format!("filters do such things: `{} | {name}`", of.text),
        Nonsense::Operator { sign: "+", left, right }
            if left.known.kinds.meets(Kinds::TEXT) || right.known.kinds.meets(Kinds::TEXT) =>
        {
            format!("put text together with `~`: `{} ~ {}`", left.text, right.text)
        }
        Nonsense::Order { left, right, .. } => match (left.known.kinds, right.known.kinds) {
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
