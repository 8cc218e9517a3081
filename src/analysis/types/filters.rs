//! What MiniJinja's filters take and give.

use crate::expr::syntax::{CallArg, Expr};

use super::ty::{Kinds, Length, Mapping, Type};

/// The arguments of a filter with their types.
pub(super) struct Arguments<'e, 'a> {
    pub(super) list: Vec<(&'e CallArg<'a>, Type)>,
}

impl Arguments<'_, '_> {
    fn positional(&self) -> impl Iterator<Item = (&Expr<'_>, &Type)> {
        self.list.iter().filter_map(|(argument, known)| match argument {
            CallArg::Pos(value) => Some((value, known)),
            _ => None,
        })
    }

    fn named(&self, name: &str) -> Option<(&Expr<'_>, &Type)> {
        self.list.iter().find_map(|(argument, known)| match argument {
            CallArg::Kwarg(key, value) if *key == name => Some((value, known)),
            _ => None,
        })
    }

    fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// A count that is written out.
    fn count(&self) -> Option<u64> {
        let (first, _) = self.positional().next()?;
        u64::try_from(first.as_const()?).ok().filter(|count| *count > 0)
    }
}

/// What a filter cannot take, and what belongs there instead.
pub(super) fn refuses(name: &str) -> Option<(Kinds, Kinds)> {
    let scalar = Kinds::NUMBER | Kinds::BOOLEAN;
    let text_or_list = Kinds::TEXT | Kinds::LIST;
    Some(match name {
        // These write a list as Rust would; nobody wants to read that in a chat.
        "upper" | "lower" | "title" | "capitalize" | "trim" | "replace" => (Kinds::LIST | Kinds::MAPPING, Kinds::TEXT),
        "split" | "lines" => (Kinds::JSON & !Kinds::TEXT, Kinds::TEXT),
        "round" | "abs" => (Kinds::JSON & !Kinds::NUMBER, Kinds::NUMBER),
        "int" | "float" => (Kinds::LIST | Kinds::MAPPING, Kinds::TEXT | Kinds::NUMBER),
        "items" | "dictsort" => (Kinds::JSON & !Kinds::MAPPING, Kinds::MAPPING),
        "length" | "count" => (scalar | Kinds::NULL, text_or_list | Kinds::MAPPING),
        "first" => (scalar | Kinds::NULL, text_or_list),
        "last" => (scalar | Kinds::NULL | Kinds::MAPPING, text_or_list),
        "reverse" => (scalar, text_or_list),
        "join" | "min" | "max" | "sort" | "list" | "batch" | "slice" | "sum" | "select" | "reject" | "selectattr"
        | "rejectattr" | "map" | "groupby" | "unique" | "zip" => (scalar, Kinds::LIST),
        _ => return None,
    })
}

/// Whether a filter takes what has no value for an empty list, and so may work where it is given one.
pub(super) fn takes_nothing(name: &str) -> bool {
    matches!(name, "join" | "groupby" | "zip" | "reverse")
}

/// The type of what a filter gives.
pub(super) fn result(name: &str, input: &Type, arguments: &Arguments<'_, '_>) -> Type {
    let iterations = input.iterations();
    let items = || input.items();
    let some_item = |item: Type| if iterations.least == 0 { item.or_undefined() } else { item };
    match name {
        "upper" | "lower" | "title" | "capitalize" | "trim" | "replace" | "join" | "string" | "safe" | "format"
        | "tojson" | "urlencode" => Type::TEXT,
        "length" | "count" => Type::INTEGER,
        "bool" => Type::BOOLEAN,
        "split" | "lines" => Type::list(Type::TEXT, Length::ANY),
        "round" | "abs" => input.clone().only(Kinds::NUMBER),
        "int" => arguments.positional().next().map_or(Type::INTEGER, |(_, default)| Type::INTEGER.join(default)),
        "float" => arguments.positional().next().map_or(Type::NUMBER, |(_, default)| Type::NUMBER.join(default)),
        "default" | "d" => default(input, arguments),
        "first" | "last" | "min" | "max" => some_item(items()),
        "sort" | "list" => Type::list(items(), iterations),
        "unique" => Type::list(items(), Length { least: iterations.least.min(1), ..iterations }),
        "select" | "reject" | "selectattr" | "rejectattr" => Type::list(items(), iterations.up_to()),
        "reverse" => reverse(input),
        "map" => map(input, arguments),
        "batch" => batch(input, arguments),
        "slice" => {
            let count = arguments.count().map_or(Length::ANY, |count| Length { least: count, most: Some(count) });
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
        "attr" => match arguments.positional().next().and_then(|(key, _)| key.as_const()) {
            Some(key) if key.as_str().is_some() => attribute(input, key.as_str().unwrap_or_default()),
            _ => Type::UNKNOWN,
        },
        _ => Type::UNKNOWN,
    }
}

fn default(input: &Type, arguments: &Arguments<'_, '_>) -> Type {
    let mut given = arguments.positional();
    let other = given.next().map_or(Type::TEXT, |(_, known)| known.clone());
    let is_for_false = given.next().and_then(|(value, _)| value.as_const()).is_some_and(|value| value.is_true());
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

fn map(input: &Type, arguments: &Arguments<'_, '_>) -> Type {
    let item = input.items();
    let changed = match (arguments.named("attribute"), arguments.positional().next()) {
        (Some((path, _)), _) => match path.as_const().as_ref().and_then(|path| path.as_str()) {
            Some(path) => {
                let value = path.split('.').fold(item, |value, key| attribute(&value, key));
                match arguments.named("default") {
                    Some((_, default)) => value.without(Kinds::UNDEFINED).join(default),
                    None => value,
                }
            }
            None => Type::UNKNOWN,
        },
        // A filter with arguments of its own is left alone.
        (None, Some((filter, _))) if arguments.list.len() == 1 => filter
            .as_const()
            .as_ref()
            .and_then(|filter| filter.as_str())
            .map_or(Type::UNKNOWN, |filter| result(filter, &item, &Arguments { list: Vec::new() })),
        _ => Type::UNKNOWN,
    };
    Type::list(changed, input.iterations())
}

fn batch(input: &Type, arguments: &Arguments<'_, '_>) -> Type {
    let Some(count) = arguments.count() else {
        return Type::list(Type::list(Type::UNKNOWN, Length::ANY), input.iterations().up_to());
    };
    let is_filled = arguments.list.len() > 1;
    let item = if is_filled { Type::UNKNOWN } else { input.items() };
    let row = Length { least: if is_filled { count } else { 1 }, most: Some(count) };
    Type::list(Type::list(item, row), input.iterations().map(|length| length.div_ceil(count)))
}

/// The type of an attribute, without a word about one that cannot be.
pub(super) fn attribute(value: &Type, name: &str) -> Type {
    if value.kinds.meets(Kinds::OTHER) {
        return Type::UNKNOWN;
    }
    let outside = if value.kinds.meets(!Kinds::MAPPING) { Type::UNDEFINED } else { Type::NEVER };
    if !value.kinds.meets(Kinds::MAPPING) {
        return outside;
    }
    let found = value
        .as_mapping()
        .map_or_else(|| Type::JSON.or_undefined(), |mapping: &Mapping| mapping.get(name).unwrap_or(Type::UNDEFINED));
    found.join(&outside)
}

/// What is left where the value counts as true.
pub(super) fn truthy(known: &Type) -> Type {
    let left = known.clone().without(Kinds::UNDEFINED | Kinds::NULL);
    left.with_length(|length| Length { least: length.least.max(1), ..length })
}
