//! From a JSON Schema to the type of the values that it allows.
//!
//! A keyword that is not read here allows fewer values, never more, so ignoring it is safe: what is true of all values
//! of a larger type is true of all values of a smaller one.

use crate::schema::Kind;
use crate::syntax::{Entry, Mapping, Node, Value};

use super::kinds::Kinds;
use super::ty::{Length, MappingType, Type};

/// Returns the type of the values that a schema allows.
pub(crate) fn type_of(schema: &Node<'_>) -> Type {
    let Some(entries) = schema.as_mapping() else { return Type::JSON };
    let field = |name: &str| entries.get(name).map(|entry| &entry.value);
    let mut known = declared(entries);
    if let Some(value) = field("const") {
        known = known.meet(&literal(value));
    }
    if let Some(values) = field("enum").and_then(Node::as_sequence) {
        known = known.meet(&any(values, literal));
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(branches) = field(key).and_then(Node::as_sequence) {
            known = known.meet(&any(branches, type_of));
        }
    }
    for branch in field("allOf").and_then(Node::as_sequence).unwrap_or_default() {
        known = known.meet(&type_of(branch));
    }
    // A schema that allows nothing is a mistake in the declaration, not in the expressions.
    if known.kinds == Kinds::NONE { Type::JSON } else { known }
}

/// Returns the type that `type` and the keywords about lists and mappings describe.
fn declared(entries: &Mapping<'_>) -> Type {
    let kinds = match entries.get("type").map(|entry| &entry.value.value) {
        Some(Value::String(only)) => kind(&only.text),
        Some(Value::Sequence(several)) => {
            several.iter().filter_map(Node::as_scalar).fold(Kinds::NONE, |all, scalar| all | kind(&scalar.text))
        }
        _ => Kinds::JSON,
    };
    let text = text(entries);
    list(entries)
        .join(&mapping(entries))
        .join(&Type::JSON.without(Kinds::LIST | Kinds::MAPPING))
        .only(kinds & (!Kinds::TEXT | text))
}

/// Returns the texts that `format` and `pattern` allow.
fn text(entries: &Mapping<'_>) -> Kinds {
    let field = |name: &str| entries.get(name).and_then(|entry| entry.value.as_scalar()).map(|scalar| &*scalar.text);
    match (field("format"), field("pattern")) {
        (Some("date"), _) => Kinds::DATE,
        (Some("date-time"), _) => Kinds::DATE_TIME,
        (_, Some(pattern)) if is_of_digits(pattern) => Kinds::NUMERAL,
        _ => Kinds::TEXT,
    }
}

/// Returns whether a pattern is one of digits, such as `^[0-9]{4,10}$` or `^[1-9]\d*$`. Of a pattern with anything else
/// in it, that is not known.
fn is_of_digits(pattern: &str) -> bool {
    let Some(mut rest) = pattern.strip_prefix('^').and_then(|pattern| pattern.strip_suffix('$')) else { return false };
    let mut has_digit = false;
    while !rest.is_empty() {
        let atom = match rest.strip_prefix('[').and_then(|class| class.split_once(']')) {
            Some((class, after)) if is_class_of_digits(class) => after,
            _ => match rest.strip_prefix("\\d").or_else(|| rest.strip_prefix(|c: char| c.is_ascii_digit())) {
                Some(after) => after,
                None => return false,
            },
        };
        let counted = atom.strip_prefix('{').and_then(|bounds| bounds.split_once('}'));
        let (is_optional, after) = match counted {
            Some((bounds, after)) if is_digits(bounds.split(',')) => (bounds.starts_with(['0', ',']), after),
            _ => (atom.starts_with(['*', '?']), atom.strip_prefix(['*', '?', '+']).unwrap_or(atom)),
        };
        has_digit |= !is_optional;
        rest = after;
    }
    has_digit
}

/// Returns whether a class has digits and ranges of digits only: `0-45-9`.
fn is_class_of_digits(class: &str) -> bool {
    let parts: Vec<&str> = class.split('-').collect();
    let is_between = |index: usize| index > 0 && index + 1 < parts.len();
    let is_part = |(index, part): (usize, &&str)| part.len() > usize::from(is_between(index));
    parts.iter().enumerate().all(is_part) && is_digits(parts.iter().copied())
}

fn is_digits<'t>(mut parts: impl Iterator<Item = &'t str>) -> bool {
    parts.all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
}

fn kind(name: &str) -> Kinds {
    Kind::from_name(name).map_or(Kinds::JSON, Kinds::from)
}

fn list(entries: &Mapping<'_>) -> Type {
    let field = |name: &str| entries.get(name).map(|entry| &entry.value);
    let first = field("prefixItems").and_then(Node::as_sequence).unwrap_or_default();
    let bound = |name: &str| field(name).and_then(count);
    let mut most = bound("maxItems");
    let mut item = any(first, type_of);
    match field("items") {
        Some(Node { value: Value::Bool(false), .. }) => {
            most = Some(most.map_or(first.len() as u64, |most| most.min(first.len() as u64)));
        }
        Some(items) => item = item.join(&type_of(items)),
        None => item = Type::JSON,
    }
    Type::list(item, Length { least: bound("minItems").unwrap_or(0), most })
}

fn mapping(entries: &Mapping<'_>) -> Type {
    let field = |name: &str| entries.get(name).map(|entry| &entry.value);
    let required = field("required").and_then(Node::as_sequence).unwrap_or_default();
    let is_required = |name: &str| required.iter().filter_map(Node::as_scalar).any(|scalar| scalar.text == name);
    let properties = field("properties").and_then(Node::as_mapping);
    let property = |entry: &Entry<'_>| {
        let value = type_of(&entry.value);
        let name = entry.key.text.to_string();
        let value = if is_required(&name) { value } else { value.or_undefined() };
        (name, value)
    };
    let keys: Vec<(String, Type)> =
        properties.map(|properties| properties.entries.iter().map(property).collect()).unwrap_or_default();
    let rest = match field("additionalProperties") {
        _ if field("patternProperties").is_some() => Some(Type::JSON),
        Some(Node { value: Value::Bool(false), .. }) => None,
        Some(others) => Some(type_of(others)),
        None => Some(Type::JSON),
    };
    let bound = |name: &str| field(name).and_then(count);
    let all = rest.is_none().then_some(keys.len() as u64);
    let length = Length {
        least: bound("minProperties").unwrap_or(0).max(required.len() as u64),
        most: bound("maxProperties").into_iter().chain(all).min(),
    };
    Type::mapping(MappingType { keys, rest, length })
}

fn count(node: &Node<'_>) -> Option<u64> {
    match &node.value {
        Value::Number(number) => number.as_u64(),
        _ => None,
    }
}

/// Returns the type of a single value.
fn literal(node: &Node<'_>) -> Type {
    match &node.value {
        Value::Null => Type::NULL,
        Value::Bool(_) => Type::BOOLEAN,
        Value::Number(number) if number.is_f64() => Type::NUMBER,
        Value::Number(_) => Type::INTEGER,
        Value::String(scalar) => Type::string(&scalar.text),
        Value::Sequence(items) => Type::list(any(items, literal), Length::exactly(items.len())),
        Value::Mapping(entries) => {
            let key = |entry: &Entry<'_>| (entry.key.text.to_string(), literal(&entry.value));
            let keys: Vec<(String, Type)> = entries.entries.iter().map(key).collect();
            let length = Length::exactly(keys.len());
            Type::mapping(MappingType { keys, rest: None, length })
        }
        Value::Invalid => Type::JSON,
    }
}

fn any(nodes: &[Node<'_>], read: impl Fn(&Node<'_>) -> Type) -> Type {
    nodes.iter().fold(Type::NEVER, |all, node| all.join(&read(node)))
}
