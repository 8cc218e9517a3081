//! Keywords and formats in declarations that JSON Schema does not have.

use std::rc::Rc;

use crate::source::Span;
use crate::syntax::{Entry, Mapping, Node, Value};

/// What the value of a keyword has schemas in.
#[derive(Clone, Copy)]
enum Holds {
    /// Nothing: the value is a scalar or a list.
    NoSchema,
    /// Nothing, but the value can be a mapping.
    AnyValue,
    /// The value is a schema.
    Schema,
    /// The value is a list of schemas.
    List,
    /// The value is a mapping of any keys to schemas.
    Map,
}

impl Holds {
    /// Returns whether a value is of the right kind.
    fn fit(self, value: &Node<'_>) -> bool {
        match self {
            Self::NoSchema => value.as_mapping().is_none(),
            Self::AnyValue => true,
            Self::Schema => matches!(value.value, Value::Mapping(_) | Value::Bool(_)),
            Self::List => value.as_sequence().is_some(),
            Self::Map => value.as_mapping().is_some(),
        }
    }
}

/// The keywords of JSON Schema 2020-12 (Core §8 and §10, Unevaluated Locations §11, Validation §6 to §9), and where the
/// schemas inside of their values are. The most usual ones are first.
const KEYWORDS: &[(&str, Holds)] = &[
    ("type", Holds::NoSchema),
    ("enum", Holds::NoSchema),
    ("const", Holds::AnyValue),
    ("default", Holds::AnyValue),
    ("examples", Holds::NoSchema),
    ("title", Holds::NoSchema),
    ("description", Holds::NoSchema),
    ("format", Holds::NoSchema),
    ("pattern", Holds::NoSchema),
    ("minimum", Holds::NoSchema),
    ("maximum", Holds::NoSchema),
    ("minLength", Holds::NoSchema),
    ("maxLength", Holds::NoSchema),
    ("minItems", Holds::NoSchema),
    ("maxItems", Holds::NoSchema),
    ("minProperties", Holds::NoSchema),
    ("maxProperties", Holds::NoSchema),
    ("minContains", Holds::NoSchema),
    ("maxContains", Holds::NoSchema),
    ("exclusiveMinimum", Holds::NoSchema),
    ("exclusiveMaximum", Holds::NoSchema),
    ("multipleOf", Holds::NoSchema),
    ("uniqueItems", Holds::NoSchema),
    ("items", Holds::Schema),
    ("prefixItems", Holds::List),
    ("contains", Holds::Schema),
    ("unevaluatedItems", Holds::Schema),
    ("required", Holds::NoSchema),
    ("properties", Holds::Map),
    ("patternProperties", Holds::Map),
    ("additionalProperties", Holds::Schema),
    ("unevaluatedProperties", Holds::Schema),
    ("propertyNames", Holds::Schema),
    ("dependentRequired", Holds::AnyValue),
    ("dependentSchemas", Holds::Map),
    ("allOf", Holds::List),
    ("anyOf", Holds::List),
    ("oneOf", Holds::List),
    ("not", Holds::Schema),
    ("if", Holds::Schema),
    ("then", Holds::Schema),
    ("else", Holds::Schema),
    ("deprecated", Holds::NoSchema),
    ("readOnly", Holds::NoSchema),
    ("writeOnly", Holds::NoSchema),
    ("contentEncoding", Holds::NoSchema),
    ("contentMediaType", Holds::NoSchema),
    ("contentSchema", Holds::Schema),
    ("$ref", Holds::NoSchema),
    ("$defs", Holds::Map),
    ("$id", Holds::NoSchema),
    ("$schema", Holds::NoSchema),
    ("$anchor", Holds::NoSchema),
    ("$comment", Holds::NoSchema),
    ("$dynamicRef", Holds::NoSchema),
    ("$dynamicAnchor", Holds::NoSchema),
    ("$vocabulary", Holds::NoSchema),
    // The meta-schema keeps the former name of `$defs`.
    ("definitions", Holds::Map),
];

/// The formats of JSON Schema 2020-12 (Validation §7.3), the most usual ones first.
pub(crate) const FORMATS: [&str; 19] = [
    "date",
    "date-time",
    "time",
    "uri",
    "email",
    "uuid",
    "duration",
    "hostname",
    "ipv4",
    "ipv6",
    "iri",
    "regex",
    "uri-reference",
    "iri-reference",
    "uri-template",
    "idn-email",
    "idn-hostname",
    "json-pointer",
    "relative-json-pointer",
];

/// What JSON Schema does not have in a declaration.
#[derive(Default)]
pub(crate) struct UnknownNames<'t> {
    /// The keywords.
    pub keywords: Vec<UnknownKeyword<'t>>,
    /// The values of `format`.
    pub formats: Vec<&'t Node<'static>>,
}

/// An unknown keyword.
pub(crate) struct UnknownKeyword<'t> {
    /// The keyword with its value.
    pub entry: &'t Entry<'static>,
    /// The schema that has it.
    pub schema: Rc<Schema<'t>>,
}

/// What the other keywords of a schema say.
pub(crate) struct Schema<'t> {
    /// The keywords and their values.
    pub mapping: &'t Mapping<'static>,
    /// The known keywords of the schema.
    pub given: Vec<&'static str>,
    /// Whether it is inside of another one.
    pub is_inner: bool,
}

/// A part of a schema that a keyword does not allow.
#[derive(Clone, Copy)]
pub(crate) struct WrongPart<'t> {
    /// The keywords of the schema that has it.
    pub schema: &'t Mapping<'static>,
    /// The keyword with its value; of a schema in a mapping of schemas, its key.
    pub entry: &'t Entry<'static>,
    /// The value, or the item of it that is wrong.
    pub value: &'t Node<'static>,
    /// Whether a schema is expected there.
    pub is_schema: bool,
}

/// Returns the innermost part of a schema that contains a location. Of a list that has scalars only, it is the list.
pub(crate) fn part_at<'t>(node: &'t Node<'static>, place: Span) -> Option<WrongPart<'t>> {
    let holds = |node: &Node<'_>| node.span.contains(place);
    let schema = node.as_mapping()?;
    let entry = schema.entries.iter().find(|entry| holds(&entry.value))?;
    let part = |value, is_schema| WrongPart { schema, entry, value, is_schema };
    let value = &entry.value;
    let item = || {
        let items = value.as_sequence().filter(|items| items.iter().any(|item| !is_scalar(item)))?;
        items.iter().find(|item| holds(item))
    };
    let found = match known(&entry.key.text).map(|(_, holds)| holds) {
        Some(Holds::Schema) => part_at(value, place).unwrap_or(part(value, true)),
        Some(Holds::List) => match item() {
            Some(item) => part_at(item, place).unwrap_or(part(item, true)),
            None => part(value, false),
        },
        Some(Holds::Map) => match value.as_mapping().and_then(|map| map.entries.iter().find(|one| holds(&one.value))) {
            Some(entry) => part_at(&entry.value, place).unwrap_or(WrongPart {
                schema,
                entry,
                value: &entry.value,
                is_schema: true,
            }),
            None => part(value, false),
        },
        _ => part(value.as_sequence().and_then(|items| items.iter().find(|item| holds(item))).unwrap_or(value), false),
    };
    Some(found)
}

fn is_scalar(node: &Node<'_>) -> bool {
    !matches!(node.value, Value::Sequence(_) | Value::Mapping(_))
}

/// Returns the names of the keywords that a value could belong to, the most usual ones first.
///
/// The value of a keyword that is longer than a few characters is not examined: nothing else is called like it.
pub(crate) fn names_for(value: &Node<'_>) -> impl Iterator<Item = &'static str> {
    let is_short = |name: &str| name.len() < 5;
    KEYWORDS.iter().filter(move |(name, holds)| !is_short(name) || holds.fit(value)).map(|(name, _)| *name)
}

/// Returns the keywords and formats of a schema, and of the schemas inside of it, that JSON Schema does not have. Keys
/// and formats that begin with `x-` are annotations of the author.
#[must_use]
pub(crate) fn unknown<'t>(schema: &'t Node<'static>) -> UnknownNames<'t> {
    let mut found = UnknownNames::default();
    collect(schema, false, &mut found);
    found
}

fn collect<'t>(node: &'t Node<'static>, is_inner: bool, found: &mut UnknownNames<'t>) {
    let Some(mapping) = node.as_mapping() else { return };
    let mut schema = None;
    for entry in &mapping.entries {
        let (key, value) = (&*entry.key.text, &entry.value);
        match known(key).map(|(_, holds)| holds) {
            None if key.starts_with("x-") => {}
            None => {
                let schema = Rc::clone(schema.get_or_insert_with(|| Rc::new(Schema::of(mapping, is_inner))));
                found.keywords.push(UnknownKeyword { entry, schema });
            }
            Some(_) if key == "format" => {
                let is_unknown = |name: &str| !FORMATS.contains(&name) && !name.starts_with("x-");
                found
                    .formats
                    .extend(Some(value).filter(|value| value.as_scalar().is_some_and(|name| is_unknown(&name.text))));
            }
            Some(Holds::NoSchema | Holds::AnyValue) => {}
            Some(Holds::Schema) => collect(value, true, found),
            Some(Holds::List) => {
                value.as_sequence().unwrap_or_default().iter().for_each(|item| collect(item, true, found));
            }
            Some(Holds::Map) => {
                let entries = value.as_mapping().map(|map| map.entries.as_slice()).unwrap_or_default();
                entries.iter().for_each(|entry| collect(&entry.value, true, found));
            }
        }
    }
}

fn known(key: &str) -> Option<(&'static str, Holds)> {
    KEYWORDS.iter().copied().find(|(name, _)| *name == key)
}

impl<'t> Schema<'t> {
    fn of(mapping: &'t Mapping<'static>, is_inner: bool) -> Self {
        let given = mapping.entries.iter().filter_map(|entry| known(&entry.key.text)).map(|(name, _)| name).collect();
        Self { mapping, given, is_inner }
    }

    /// Returns the type, if there is a single one beside `null`.
    pub(crate) fn kind(&self) -> Option<&'t str> {
        match self.types().into_iter().filter(|name| *name != "null").collect::<Vec<_>>().as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Returns whether `type` lists `null`.
    pub(crate) fn allows_null(&self) -> bool {
        self.types().contains(&"null")
    }

    fn types(&self) -> Vec<&'t str> {
        let Some(entry) = self.mapping.get("type") else { return Vec::new() };
        let types = entry.value.as_sequence().unwrap_or(std::slice::from_ref(&entry.value));
        types.iter().filter_map(Node::as_scalar).map(|name| &*name.text).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{UnknownNames, unknown};
    use crate::syntax::parse;

    #[test]
    fn keywords_are_looked_for_where_schemas_are() {
        let text = "
a: 1
x-a: { b: 1 }
items: { c: 1, items: { d: 1 } }
prefixItems: [{ e: 1 }, true]
properties: { f: { g: 1 }, type: { h: 1 } }
patternProperties: { ^i: { j: 1 } }
additionalProperties: { k: 1 }
allOf: [{ l: 1 }]
if: { m: 1 }
$defs: { n: { o: 1 } }
enum: [{ p: 1 }]
const: { q: 1, format: w }
format: x-own
contains: { format: v }
propertyNames: { format: date-time }
default: { r: 1 }
examples: [{ s: 1 }]
dependentRequired: { t: [u] }
not: v
";
        let document = parse(text).document.expect("YAML");
        let root = document.root.into_owned();
        let UnknownNames { keywords, formats } = unknown(&root);
        let names: Vec<_> = formats.iter().filter_map(|format| Some(&*format.as_scalar()?.text)).collect();
        assert_eq!(names, ["v"]);
        let keys: Vec<&str> = keywords.iter().map(|unknown| &*unknown.entry.key.text).collect();
        assert_eq!(keys, ["a", "c", "d", "e", "g", "h", "j", "k", "l", "m", "o"]);
    }
}
