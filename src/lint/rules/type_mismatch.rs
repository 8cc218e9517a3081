//! Expressions that cannot work with the declared types.

use crate::analysis::types::{Comparison, Kinds, Operand, Type, TypeError, TypeErrorKind};
use crate::expr::library::{OperandRole, Operation};
use crate::lint::finding::{Finding, Offer};
use crate::lint::foreign;
use crate::lint::near::nearest;
use crate::lint::persian;
use crate::lint::wording::one_of;
use crate::lint::{Applicability, Context, Edit, Findings, Fix, Rule, Severity};
use crate::schema::{Kind, is_variable_name};
use crate::template::Template;

use super::evaluation_error::{FORMAT_MISMATCH, conversion, expected, format_mismatch, instead, instead_of_format};
use super::unknown_function::instead_of_method;

pub(in crate::lint) static RULE: Rule =
    Rule::context("type-mismatch", Severity::Error, include_str!("type_mismatch.md"), check);

/// The most strings that are listed in a message.
const MAX_LISTED: usize = 6;

/// The longest expression that is quoted in a message, in characters.
const MAX_QUOTED: usize = 40;

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for problem in context.type_errors() {
        let offer = context.template.as_ref().and_then(|template| offer(template, problem));
        let span = offer.as_ref().map_or(problem.location, |offer| offer.rewriting.span);
        let finding = findings.at(span, headline(&problem.kind)).label(label(&problem.kind));
        let finding = match offer {
            Some(offer) => finding.rewrite(offer),
            None => advise(finding, problem),
        };
        if let Some(declared) = problem.declared {
            finding.also(declared, "declared here");
        }
    }
}

/// Returns the expression for a method or an attribute that other languages have.
fn offer(template: &Template, problem: &TypeError) -> Option<Offer> {
    if !matches!(problem.kind, TypeErrorKind::Method { .. } | TypeErrorKind::NoAttributes { .. }) {
        return None;
    }
    let span = problem.location;
    template.programs().iter().find_map(|program| {
        let parsed = program.program.ok().filter(|_| program.holds(problem.location))?;
        let locate = program.locator(&template.file);
        let replacement = foreign::member(parsed, |range| locate(range.clone()) == span)?;
        Offer::of(program, &template.file, &replacement)
    })
}

/// Returns what is wrong.
fn headline(kind: &TypeErrorKind) -> String {
    match kind {
        TypeErrorKind::NotText(value) => format!("cannot insert {} into text", name(value)),
        TypeErrorKind::NoValue(value) => format!("undefined value {}", name(value)),
        TypeErrorKind::UnknownIcon(value) => format!("cannot use {} as an icon", name(value)),
        TypeErrorKind::NotIterable(value) => format!("cannot iterate over {}", name(value)),
        TypeErrorKind::NotUnpackable { items, .. } => format!("cannot unpack the items of {}", name(items)),
        TypeErrorKind::NoAttributes { of, name: key, role } => format!("cannot access `{key}` of {}", whose(of, *role)),
        TypeErrorKind::NoKey { name: key, .. } => format!("unknown key `{key}`"),
        TypeErrorKind::Method { name, .. } => format!("unknown method `{name}`"),
        TypeErrorKind::NoItems(value) => format!("cannot index {}", name(value)),
        TypeErrorKind::NotContainer(value) => format!("cannot search in {}", name(value)),
        TypeErrorKind::Operator { sign, .. } => format!("cannot apply `{sign}` to these types"),
        TypeErrorKind::Order { sign, .. } => format!("cannot compare these types with `{sign}`"),
        TypeErrorKind::NeverEqual { comparison, value, role, .. } => match comparison {
            Comparison::Equal => "comparison is always false".to_owned(),
            Comparison::Unequal => "comparison is always true".to_owned(),
            Comparison::In => format!("comparison of {} with this is always false", whose(value, *role)),
        },
        TypeErrorKind::DivisionByZero => "division by zero".to_owned(),
        TypeErrorKind::NothingToCycle => "`loop.cycle` without values".to_owned(),
        TypeErrorKind::NotTaken { operation, role, value, .. } => headline_of(*operation, *role, &name(value)),
        TypeErrorKind::Format(_) => FORMAT_MISMATCH.to_owned(),
        TypeErrorKind::Persian(error) => persian::headline(error),
        TypeErrorKind::Formatted { sign, .. } => format!("cannot apply `{sign}` to formatted text"),
        TypeErrorKind::WrittenOut { takes, value } | TypeErrorKind::Unproven { takes, value } => {
            persian::unproven(*takes, &name(value))
        }
    }
}

/// Returns what was expected and what was found.
pub(super) fn label(kind: &TypeErrorKind) -> String {
    let label = |expected: &str, value: &Operand| format!("expected {expected}, found {}", defined(value));
    match kind {
        TypeErrorKind::NotText(value) => label("a string or a number", value),
        TypeErrorKind::NoValue(_) => "never has a value".to_owned(),
        TypeErrorKind::UnknownIcon(value) => label("the name of an icon", value),
        TypeErrorKind::NotIterable(value) => label(Kind::Array.noun(), value),
        TypeErrorKind::NotUnpackable { item, .. } => format!("expected items that are lists, found {item}"),
        TypeErrorKind::NoAttributes { of, .. } => label(Kind::Object.noun(), of),
        TypeErrorKind::NoKey { of, role, .. } => format!("not declared for {}", whose(of, *role)),
        TypeErrorKind::Method { of, .. } => format!("values have no methods; {} is {}", name(of), defined(of)),
        TypeErrorKind::NoItems(value) => label("a string, a list or a mapping", value),
        TypeErrorKind::NotContainer(value) => label("a string, a list or a mapping", value),
        TypeErrorKind::Operator { sign, left, right } => format!("expected {}, {}", takes(sign), found(left, right)),
        TypeErrorKind::Order { left, right, .. } => {
            format!("expected two values of the same type, {}", found(left, right))
        }
        TypeErrorKind::NeverEqual { value, other, role, .. } => never_equal(value, *role, other),
        TypeErrorKind::DivisionByZero => "expected a divisor other than 0".to_owned(),
        TypeErrorKind::NothingToCycle => "expected at least one value, found none".to_owned(),
        TypeErrorKind::NotTaken { takes, role, value, .. } => expected(*takes, *role, &defined(value).to_string()),
        TypeErrorKind::Format(error) => format_mismatch(*error),
        TypeErrorKind::Persian(error) => persian::label(error),
        TypeErrorKind::Formatted { .. } => "the filter is applied before the operator".to_owned(),
        TypeErrorKind::WrittenOut { takes, value } | TypeErrorKind::Unproven { takes, value } => {
            expected(*takes, OperandRole::Input, &defined(value).to_string())
        }
    }
}

fn advise<'f>(finding: Finding<'f>, problem: &TypeError) -> Finding<'f> {
    let help = match &problem.kind {
        TypeErrorKind::NotText(value) => instead(defined(value).kinds.single()).to_owned(),
        TypeErrorKind::NoValue(value) if value.text.ends_with(']') => {
            "write `[0]` for the first item, or `[-1]` for the last one".to_owned()
        }
        TypeErrorKind::NotIterable(value) if value.known.kinds.meets(Kinds::NUMBER) => {
            format!("write `range({})` to count up to it", value.text)
        }
        TypeErrorKind::NotIterable(value) if value.known.kinds.meets(Kinds::TEXT) => {
            format!("declare a list, or split the string: `{} | split(\",\")`", value.text)
        }
        TypeErrorKind::NotUnpackable { items, .. } if items.known.kinds.meets(Kinds::MAPPING) => {
            format!("iterate over its keys and values: `{} | items`", items.text)
        }
        TypeErrorKind::NoAttributes { of, role: OperandRole::Input, .. } if of.known.kinds.meets(Kinds::LIST) => {
            format!("take one of its items, `{}[0]`, or iterate over them with `for`", of.text)
        }
        TypeErrorKind::NoKey { name, keys, .. } => {
            let near = near_keys(name, keys);
            return match keys.as_slice() {
                _ if !near.is_empty() => finding.suggest(&near, problem.location, Applicability::Unsafe),
                [] => finding,
                keys => {
                    finding.help(format!("use {}, or declare it", one_of(keys.iter().map(|key| format!("`{key}`")))))
                }
            };
        }
        TypeErrorKind::NotTaken { takes, role, value, .. } => {
            let found = defined(value).kinds.single();
            match found.and_then(|found| conversion(*takes, *role, found)) {
                Some(help) => help.to_owned(),
                None => return finding,
            }
        }
        TypeErrorKind::Format(error) => instead_of_format(*error).to_owned(),
        TypeErrorKind::Persian(error) => match persian::help(error) {
            Some(help) => help,
            None => return finding,
        },
        TypeErrorKind::Formatted { meant, .. } => format!("write `{meant}`"),
        TypeErrorKind::WrittenOut { .. } => "remove one of the two filters".to_owned(),
        TypeErrorKind::Unproven { takes, value } => persian::declaration(*takes, value.known.kinds).to_owned(),
        TypeErrorKind::NeverEqual { value, other, .. } => return advise_equality(finding, problem, value, other),
        TypeErrorKind::Method { name, .. } => instead_of_method(name),
        TypeErrorKind::NothingToCycle => {
            "pass the values between which to alternate: `loop.cycle(\"•\", \"◦\")`".to_owned()
        }
        TypeErrorKind::Operator { sign: "+", left, right }
            if left.known.kinds.meets(Kinds::TEXT) || right.known.kinds.meets(Kinds::TEXT) =>
        {
            format!("concatenate with `~`: `{} ~ {}`", left.text, right.text)
        }
        TypeErrorKind::Order { left, right, .. } => match (left.known.kinds, right.known.kinds) {
            (left_kinds, _) if left_kinds.is_within(Kinds::TEXT) => {
                format!("convert it to a number: `{} | int`", left.text)
            }
            (_, right_kinds) if right_kinds.is_within(Kinds::TEXT) => {
                format!("convert it to a number: `{} | int`", right.text)
            }
            _ => return finding,
        },
        _ => return finding,
    };
    finding.help(help)
}

/// Returns the types of two operands: "found an integer and a string".
fn found(left: &Operand, right: &Operand) -> String {
    if left == right {
        format!("found {} on both sides", defined(left))
    } else {
        format!("found {} and {}", defined(left), defined(right))
    }
}

/// Returns why two values are never equal.
fn never_equal(value: &Operand, role: OperandRole, other: &Operand) -> String {
    let (value_type, other_type, is_item) = (defined(value), defined(other), role == OperandRole::Item);
    let whose = whose(value, role);
    let is = if is_item { "are" } else { "is" };
    match value_type.strings().filter(|_| other_type.kinds.is_within(Kinds::TEXT)) {
        Some([only]) => format!("{whose} {is} always `{only}`"),
        Some(strings) if strings.len() <= MAX_LISTED => format!("{whose} can only be {}", quoted(strings)),
        Some(_) => format!("{whose} {is} never this"),
        None => format!("expected {value_type}, found {other_type}"),
    }
}

/// Suggests what to compare a value with.
fn advise_equality<'f>(finding: Finding<'f>, problem: &TypeError, value: &Operand, other: &Operand) -> Finding<'f> {
    let (value_type, other_type) = (defined(value), defined(other));
    if let (Some(strings), Some([written])) = (value_type.strings(), other_type.strings()) {
        let near = nearest(written, strings.iter().map(String::as_str));
        return match near.is_empty() {
            false => finding.suggest(&near, problem.location, Applicability::Unsafe),
            true if strings.len() <= MAX_LISTED => finding.help(format!("compare it with {}", quoted(strings))),
            true => finding,
        };
    }
    let bare = match other_type.strings() {
        Some([text]) if value_type.kinds.is_within(Kinds::NUMBER) => text.parse::<i64>().ok().map(|n| n.to_string()),
        Some([text]) if value_type.kinds == Kinds::BOOLEAN => {
            ["true", "false"].into_iter().find(|word| text.eq_ignore_ascii_case(word)).map(str::to_owned)
        }
        _ => None,
    };
    if let Some(bare) = bare {
        let edit = Edit::replace(problem.location, bare.clone());
        let fix = Fix::safe_edit(format!("write `{bare}`"), edit);
        return finding.help(format!("write `{bare}` without quotes")).fix(fix);
    }
    if other_type.kinds == Kinds::NULL {
        return finding.help(match value.known.kinds.meets(Kinds::UNDEFINED) {
            true => format!("test it with `{} is defined`", value.text),
            false => "remove the comparison, or add `\"null\"` to the `type` of the declaration".to_owned(),
        });
    }
    finding
}

/// Returns strings as alternatives.
fn quoted(strings: &[String]) -> String {
    one_of(strings.iter().map(|string| format!("`{string}`")))
}

/// Returns the declared keys that are similar to an undeclared one.
pub(super) fn near_keys<'k>(name: &str, keys: &'k [String]) -> Vec<&'k str> {
    // A key of other characters cannot be written after a `.`.
    nearest(name, keys.iter().map(String::as_str).filter(|key| is_variable_name(key)))
}

/// Returns the headline about an operation that does not take a value. `value`: the value, quoted.
fn headline_of(operation: Operation, role: OperandRole, value: &str) -> String {
    match (operation, role) {
        (Operation::Filter(filter), OperandRole::Input) => format!("cannot apply the filter `{filter}` to {value}"),
        (Operation::Filter(filter), OperandRole::Item) => {
            format!("cannot apply the filter `{filter}` to the items of {value}")
        }
        (Operation::Filter(filter), OperandRole::Argument) => format!("cannot pass {value} to the filter `{filter}`"),
        (Operation::Test(test), OperandRole::Input) => format!("cannot apply the test `{test}` to {value}"),
        (Operation::Test(test), OperandRole::Item) => {
            format!("cannot apply the test `{test}` to the items of {value}")
        }
        (Operation::Test(test), OperandRole::Argument) => format!("cannot pass {value} to the test `{test}`"),
        (Operation::Function(function), _) => format!("cannot pass {value} to `{function}`"),
        (Operation::Operator("~"), _) => format!("cannot concatenate {value}"),
        (Operation::Operator(sign), _) => format!("cannot apply `{sign}` to {value}"),
        (Operation::In, _) => format!("cannot search for {value} in a string"),
        (Operation::Item, _) => format!("cannot use {value} as an index"),
        (Operation::Slice, _) => format!("cannot slice {value}"),
        (Operation::Bound, _) => format!("cannot use {value} in a slice"),
    }
}

/// Returns what an attribute belongs to.
pub(super) fn whose(of: &Operand, role: OperandRole) -> String {
    match role {
        OperandRole::Item => format!("the items of {}", name(of)),
        OperandRole::Input | OperandRole::Argument => name(of),
    }
}

/// Returns the author's expression if it is short.
pub(super) fn name(value: &Operand) -> String {
    quoted_expression(&value.text)
}

/// Returns an expression in quotes if it is short.
pub(super) fn quoted_expression(text: &str) -> String {
    let is_short = text.chars().count() <= MAX_QUOTED && !text.contains('\n') && !text.is_empty();
    if is_short { format!("`{text}`") } else { "this value".to_owned() }
}

/// Returns the type of a value where it is defined.
fn defined(value: &Operand) -> Type {
    value.known.clone().without(Kinds::UNDEFINED)
}

/// Returns the operands of an operator.
fn takes(sign: &str) -> &'static str {
    match sign {
        "+" => "two numbers, two strings or two lists",
        "*" => "two numbers, or a string or a list and a number",
        _ => "two numbers",
    }
}
