//! What MiniJinja's filters take and return.

use crate::expr::Constant;
use crate::expr::ast::{ArgumentKind, Expr};

use super::infer::TypedArgument;
use super::kinds::Kinds;
use super::scope::tested;
use super::ty::{Length, MappingType, Type};

/// The arguments of a filter.
pub(super) type TypedArguments<'r, 'e, 't> = &'r [TypedArgument<'e, 't>];

/// Returns the arguments that are passed by position.
pub(super) fn positional<'r, 't>(
    arguments: TypedArguments<'r, '_, 't>,
) -> impl Iterator<Item = (&'r Expr<'t>, &'r Type)> {
    let is_positional = |typed: &&TypedArgument<'_, '_>| matches!(typed.argument.kind, ArgumentKind::Positional);
    arguments.iter().filter(is_positional).map(|typed| (&typed.argument.value, &typed.known))
}

/// Returns the argument of a keyword.
pub(super) fn keyword<'r, 't>(arguments: TypedArguments<'r, '_, 't>, name: &str) -> Option<(&'r Expr<'t>, &'r Type)> {
    let has_name = |typed: &&TypedArgument<'_, '_>| match &typed.argument.kind {
        ArgumentKind::Keyword(keyword) => keyword.text == name,
        ArgumentKind::Positional | ArgumentKind::Splat => false,
    };
    arguments.iter().find(has_name).map(|typed| (&typed.argument.value, &typed.known))
}

/// Returns the first argument if it is a constant count of at least one.
fn count(arguments: TypedArguments<'_, '_, '_>) -> Option<u64> {
    let (first, _) = positional(arguments).next()?;
    first.constant()?.as_u64().filter(|count| *count > 0)
}

/// Returns the type of what a filter returns.
pub(super) fn result(name: &str, input: &Type, arguments: TypedArguments<'_, '_, '_>) -> Type {
    let iterations = input.iterations();
    let items = || input.items();
    let some_item = |item: Type| if iterations.least == 0 { item.or_undefined() } else { item };
    match name {
        "upper" | "lower" | "title" | "capitalize" | "trim" | "replace" | "join" | "string" | "safe" | "format"
        | "tojson" | "urlencode" | "number" | "toman" | "rial" | "digits" | "words" | "jalali" | "gregorian" => {
            Type::TEXT
        }
        "length" | "count" => Type::INTEGER,
        "bool" => Type::BOOLEAN,
        "split" | "lines" => Type::list(Type::TEXT, Length::ANY),
        "round" | "abs" => input.clone().only(Kinds::NUMBER),
        "int" => positional(arguments).next().map_or(Type::INTEGER, |(_, default)| Type::INTEGER.join(default)),
        "float" => positional(arguments).next().map_or(Type::NUMBER, |(_, default)| Type::NUMBER.join(default)),
        "default" | "d" => default(input, arguments),
        "first" | "last" | "min" | "max" => some_item(items()),
        "sort" | "list" => Type::list(items(), iterations),
        "unique" => Type::list(items(), Length { least: iterations.least.min(1), ..iterations }),
        "select" | "reject" | "selectattr" | "rejectattr" => {
            Type::list(selected(name, items(), arguments), iterations.up_to())
        }
        "reverse" => reverse(input),
        "map" => map(input, arguments),
        "batch" => batch(input, arguments),
        "slice" => {
            let count = count(arguments).map_or(Length::ANY, |count| Length { least: count, most: Some(count) });
            Type::list(Type::list(Type::UNKNOWN, Length::ANY), count)
        }
        "items" | "dictsort" => match input.as_mapping() {
            Some(mapping) => {
                let pair = Type::list(Type::TEXT.join(&mapping.values()), Length::exactly(2));
                Type::list(pair, mapping.length)
            }
            None => Type::list(Type::list(Type::UNKNOWN, Length::exactly(2)), Length::ANY),
        },
        "groupby" => Type::list(Type::UNKNOWN, Length { least: iterations.least.min(1), ..iterations }),
        "sum" if arguments.is_empty() => Type::NUMBER,
        "attr" => match positional(arguments).next().and_then(|(key, _)| key.constant()).and_then(Constant::as_str) {
            Some(key) => attribute(input, key),
            None => Type::UNKNOWN,
        },
        _ => Type::UNKNOWN,
    }
}

/// Returns what the items can be that a filter selects or does not reject. Of an attribute only a single key is
/// followed.
fn selected(name: &str, item: Type, arguments: TypedArguments<'_, '_, '_>) -> Type {
    let literals: Option<Vec<&str>> = arguments
        .iter()
        .map(|typed| match typed.argument.kind {
            ArgumentKind::Positional => typed.argument.value.constant()?.as_str(),
            ArgumentKind::Keyword(_) | ArgumentKind::Splat => None,
        })
        .collect();
    let is_selected = name.starts_with("select");
    let change = |known: Type, test: Option<&str>| match (test.map(tested), is_selected) {
        (None, true) => truthy(&known),
        (None, false) => known,
        (Some((yes, _)), true) => known.only(yes),
        (Some((_, no)), false) => known.only(no),
    };
    match (name, literals.as_deref()) {
        ("select" | "reject", Some([])) => change(item, None),
        ("select" | "reject", Some([test])) => change(item, Some(test)),
        ("selectattr" | "rejectattr", Some([key])) => item.with_key(key, |value| change(value, None)),
        ("selectattr" | "rejectattr", Some([key, test])) => item.with_key(key, |value| change(value, Some(test))),
        _ => item,
    }
}

fn default(input: &Type, arguments: TypedArguments<'_, '_, '_>) -> Type {
    let mut given = positional(arguments);
    let other = given.next().map_or(Type::TEXT, |(_, known)| known.clone());
    let is_for_false = given.next().and_then(|(value, _)| value.constant()).is_some_and(Constant::is_true);
    let kept = if is_for_false { truthy(input) } else { input.clone().without(Kinds::UNDEFINED) };
    kept.join(&other)
}

fn reverse(input: &Type) -> Type {
    let turned = Kinds::LIST | Kinds::MAPPING;
    if input.kinds.meets(Kinds::OTHER) {
        return Type::UNKNOWN;
    }
    if !input.kinds.meets(turned) {
        return input.clone();
    }
    let list = input.clone().only(turned);
    Type::list(list.items(), list.iterations()).join(&input.clone().without(turned))
}

fn map(input: &Type, arguments: TypedArguments<'_, '_, '_>) -> Type {
    let item = input.items();
    let changed = match (keyword(arguments, "attribute"), positional(arguments).next()) {
        (Some((path, _)), _) => match path.constant().and_then(Constant::as_str) {
            Some(path) => {
                let value = path.split('.').fold(item, |value, key| attribute(&value, key));
                match keyword(arguments, "default") {
                    Some((_, default)) => value.without(Kinds::UNDEFINED).join(default),
                    None => value,
                }
            }
            None => Type::UNKNOWN,
        },
        // A filter with arguments of its own is not followed.
        (None, Some((filter, _))) if arguments.len() == 1 => {
            let filter = filter.constant().and_then(Constant::as_str);
            filter.map_or(Type::UNKNOWN, |filter| result(filter, &item, &[]))
        }
        _ => Type::UNKNOWN,
    };
    Type::list(changed, input.iterations())
}

fn batch(input: &Type, arguments: TypedArguments<'_, '_, '_>) -> Type {
    let Some(count) = count(arguments) else {
        return Type::list(Type::list(Type::UNKNOWN, Length::ANY), input.iterations().up_to());
    };
    let is_filled = arguments.len() > 1;
    let item = if is_filled { Type::UNKNOWN } else { input.items() };
    let row = Length { least: if is_filled { count } else { 1 }, most: Some(count) };
    Type::list(Type::list(item, row), input.iterations().map(|length| length.div_ceil(count)))
}

/// Returns the type of an attribute, without reporting that there is none.
pub(super) fn attribute(value: &Type, name: &str) -> Type {
    if value.kinds.meets(Kinds::OTHER) {
        return Type::UNKNOWN;
    }
    let outside = if value.kinds.meets(!Kinds::MAPPING) { Type::UNDEFINED } else { Type::NEVER };
    if !value.kinds.meets(Kinds::MAPPING) {
        return outside;
    }
    let found = value.as_mapping().map_or_else(
        || Type::JSON.or_undefined(),
        |mapping: &MappingType| mapping.get(name).unwrap_or(Type::UNDEFINED),
    );
    found.join(&outside)
}

/// Returns what a value can be if it counts as true.
pub(super) fn truthy(known: &Type) -> Type {
    let left = known.clone().without(Kinds::UNDEFINED | Kinds::NULL);
    left.with_length(|length| Length { least: length.least.max(1), ..length })
}
