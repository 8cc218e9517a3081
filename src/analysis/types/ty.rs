//! Types: sets of values, as far as they can be told apart.

use std::sync::Arc;

use crate::persian::TextForm;

use super::kinds::Kinds;

/// A set of values: their kinds, and what is known about the lists and the mappings among them.
#[derive(Clone, PartialEq)]
pub struct Type {
    /// The kinds.
    pub kinds: Kinds,
    list: Option<Arc<ListType>>,
    mapping: Option<Arc<MappingType>>,
    /// All strings among the values, if they are known.
    strings: Option<Arc<Vec<String>>>,
}

/// What is known about a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListType {
    /// Its items.
    pub item: Type,
    /// How many it has.
    pub length: Length,
}

/// How many items there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Length {
    /// The smallest number.
    pub least: u64,
    /// The largest number; `None` if there is no bound.
    pub most: Option<u64>,
}

/// What is known about a mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct MappingType {
    /// The values by their keys.
    pub keys: Vec<(String, Type)>,
    /// The values of all other keys; `None` if there are no others.
    pub rest: Option<Type>,
    /// How many keys it has.
    pub length: Length,
}

impl Length {
    /// Any number.
    pub const ANY: Self = Self { least: 0, most: None };

    /// Returns the bounds of exactly this number.
    #[must_use]
    pub fn exactly(count: usize) -> Self {
        Self { least: count as u64, most: Some(count as u64) }
    }

    /// Returns the bounds with no lower bound.
    #[must_use]
    pub fn up_to(self) -> Self {
        Self { least: 0, ..self }
    }

    /// Returns the bounds after a change that is monotonic: a longer list never becomes shorter than a shorter one.
    #[must_use]
    pub fn map(self, change: impl Fn(u64) -> u64) -> Self {
        /// More items than any list has.
        const ENDLESS: u64 = 1 << 40;
        let most = change(self.most.unwrap_or(ENDLESS));
        Self { least: change(self.least), most: (most < ENDLESS / 2).then_some(most) }
    }

    fn join(self, other: Self) -> Self {
        Self { least: self.least.min(other.least), most: self.most.zip(other.most).map(|(a, b)| a.max(b)) }
    }

    fn meet(self, other: Self) -> Self {
        let most = [self.most, other.most].into_iter().flatten().min();
        Self { least: self.least.max(other.least), most }
    }
}

/// The most keys of two mappings, or strings of two types, that are compared one by one. Of more nothing is known.
const MAX_KEYS: usize = 500;

impl MappingType {
    fn is_comparable(&self, other: &Self) -> bool {
        self.keys.len() + other.keys.len() <= MAX_KEYS
    }

    /// Returns the type of a key's value; `None` if the mapping cannot have the key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Type> {
        let declared = self.keys.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone());
        declared.or_else(|| Some(self.rest.as_ref()?.clone().or_undefined()))
    }

    /// Returns the type of any of the values.
    #[must_use]
    pub fn values(&self) -> Type {
        let rest = self.rest.clone().unwrap_or(Type::NEVER);
        let values = self.keys.iter().fold(rest, |values, (_, value)| values.join(value));
        values.without(Kinds::UNDEFINED)
    }

    fn zip(&self, other: &Self, combine: impl Fn(&Type, &Type) -> Type, absent: &Type) -> Vec<(String, Type)> {
        let value = |mapping: &Self, key: &str| mapping.get(key).unwrap_or_else(|| absent.clone());
        let added = other.keys.iter().filter(|(name, _)| !self.keys.iter().any(|(known, _)| known == name));
        let names = self.keys.iter().chain(added).map(|(name, _)| name);
        names.map(|name| (name.clone(), combine(&value(self, name), &value(other, name)))).collect()
    }
}

/// Returns the strings of two lists; `None` if there are too many to compare.
fn union(a: &[String], b: &[String]) -> Option<Arc<Vec<String>>> {
    if a.len() + b.len() > MAX_KEYS {
        return None;
    }
    let added = b.iter().filter(|string| !a.contains(string));
    Some(Arc::new(a.iter().chain(added).cloned().collect()))
}

impl Type {
    /// No value: the expression is never reached.
    pub const NEVER: Self = Self::of(Kinds::NONE);
    /// Any value, also of those that only expressions have.
    pub const UNKNOWN: Self = Self::of(Kinds::ALL);
    /// Any value that JSON has.
    pub const JSON: Self = Self::of(Kinds::JSON);
    /// `null`.
    pub const NULL: Self = Self::of(Kinds::NULL);
    /// A boolean.
    pub const BOOLEAN: Self = Self::of(Kinds::BOOLEAN);
    /// An integer.
    pub const INTEGER: Self = Self::of(Kinds::INTEGER);
    /// A number.
    pub const NUMBER: Self = Self::of(Kinds::NUMBER);
    /// Text.
    pub const TEXT: Self = Self::of(Kinds::TEXT);
    /// An undefined value.
    pub const UNDEFINED: Self = Self::of(Kinds::UNDEFINED);

    /// Creates the type of all values of some kinds.
    #[must_use]
    pub const fn of(kinds: Kinds) -> Self {
        Self { kinds, list: None, mapping: None, strings: None }
    }

    /// Creates the type of a list.
    #[must_use]
    pub fn list(item: Self, length: Length) -> Self {
        Self { list: Some(Arc::new(ListType { item, length })), ..Self::of(Kinds::LIST) }
    }

    /// Creates the type of a mapping.
    #[must_use]
    pub fn mapping(mapping: MappingType) -> Self {
        Self { mapping: Some(Arc::new(mapping)), ..Self::of(Kinds::MAPPING) }
    }

    /// Creates the type of a single string.
    #[must_use]
    pub fn string(text: &str) -> Self {
        Self { strings: Some(Arc::new(vec![text.to_owned()])), ..Self::of(TextForm::of(text).into()) }
    }

    /// Returns all strings among the values, if they are known.
    #[must_use]
    pub fn strings(&self) -> Option<&[String]> {
        self.strings.as_deref().filter(|_| self.kinds.meets(Kinds::TEXT)).map(Vec::as_slice)
    }

    /// Returns what is known about the lists among the values.
    #[must_use]
    pub fn as_list(&self) -> Option<&ListType> {
        self.list.as_deref().filter(|_| self.kinds.meets(Kinds::LIST))
    }

    /// Returns what is known about the mappings among the values.
    #[must_use]
    pub fn as_mapping(&self) -> Option<&MappingType> {
        self.mapping.as_deref().filter(|_| self.kinds.meets(Kinds::MAPPING))
    }

    /// Returns the values of some kinds.
    #[must_use]
    pub fn only(mut self, kinds: Kinds) -> Self {
        self.kinds = self.kinds & kinds;
        self
    }

    /// Returns the values that are not of some kinds.
    #[must_use]
    pub fn without(self, kinds: Kinds) -> Self {
        self.only(!kinds)
    }

    /// Adds the undefined value.
    #[must_use]
    pub fn or_undefined(mut self) -> Self {
        self.kinds = self.kinds | Kinds::UNDEFINED;
        self
    }

    /// Changes the bounds of the lists among the values. If no list has such a length, there are none left.
    #[must_use]
    pub fn with_length(mut self, change: impl FnOnce(Length) -> Length) -> Self {
        if self.kinds.meets(Kinds::LIST) {
            let list = self.list.as_deref();
            let (item, length) = list.map_or((Self::UNKNOWN, Length::ANY), |list| (list.item.clone(), list.length));
            let length = change(length);
            if length.most.is_some_and(|most| most < length.least) {
                return self.without(Kinds::LIST);
            }
            self.list = Some(Arc::new(ListType { item, length }));
        }
        self
    }

    /// Changes the type of the value of a key, if the mappings among the values can have it.
    #[must_use]
    pub fn with_key(mut self, key: &str, change: impl FnOnce(Self) -> Self) -> Self {
        let Some(mapping) = self.as_mapping() else { return self };
        let Some(place) = mapping.keys.iter().position(|(name, _)| name == key) else { return self };
        let mut mapping = mapping.clone();
        let value = &mut mapping.keys[place].1;
        *value = change(std::mem::replace(value, Self::NEVER));
        self.mapping = Some(Arc::new(mapping));
        self
    }

    /// Returns the values that are in one type or the other.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        // If only one of the types has lists, all that is known about them remains.
        let list = match (self.kinds.meets(Kinds::LIST), other.kinds.meets(Kinds::LIST)) {
            (true, true) => self
                .list
                .as_ref()
                .zip(other.list.as_ref())
                .map(|(a, b)| Arc::new(ListType { item: a.item.join(&b.item), length: a.length.join(b.length) })),
            (true, false) => self.list.clone(),
            (false, _) => other.list.clone(),
        };
        let mapping = match (self.kinds.meets(Kinds::MAPPING), other.kinds.meets(Kinds::MAPPING)) {
            (true, true) => {
                self.mapping.as_ref().zip(other.mapping.as_ref()).filter(|(a, b)| a.is_comparable(b)).map(|(a, b)| {
                    let rest = match (&a.rest, &b.rest) {
                        (Some(a), Some(b)) => Some(a.join(b)),
                        (one, other) => one.clone().or_else(|| other.clone()),
                    };
                    let keys = a.zip(b, Self::join, &Self::UNDEFINED);
                    Arc::new(MappingType { keys, rest, length: a.length.join(b.length) })
                })
            }
            (true, false) => self.mapping.clone(),
            (false, _) => other.mapping.clone(),
        };
        let strings = match (self.kinds.meets(Kinds::TEXT), other.kinds.meets(Kinds::TEXT)) {
            (true, true) => self.strings.as_ref().zip(other.strings.as_ref()).and_then(|(a, b)| union(a, b)),
            (true, false) => self.strings.clone(),
            (false, _) => other.strings.clone(),
        };
        Self { kinds: self.kinds | other.kinds, list, mapping, strings }
    }

    /// Returns the values that are in both types.
    #[must_use]
    pub fn meet(&self, other: &Self) -> Self {
        let list = match (&self.list, &other.list) {
            (Some(a), Some(b)) => {
                Some(Arc::new(ListType { item: a.item.meet(&b.item), length: a.length.meet(b.length) }))
            }
            (one, other) => one.clone().or_else(|| other.clone()),
        };
        let mapping = match (&self.mapping, &other.mapping) {
            (Some(a), Some(b)) if a.is_comparable(b) => {
                let rest = a.rest.as_ref().zip(b.rest.as_ref()).map(|(a, b)| a.meet(b));
                let keys = a.zip(b, Self::meet, &Self::UNDEFINED);
                Some(Arc::new(MappingType { keys, rest, length: a.length.meet(b.length) }))
            }
            (one, other) => one.clone().or_else(|| other.clone()),
        };
        let strings = match (&self.strings, &other.strings) {
            (Some(a), Some(b)) => Some(Arc::new(a.iter().filter(|string| b.contains(string)).cloned().collect())),
            (one, other) => one.clone().or_else(|| other.clone()),
        };
        Self { kinds: self.kinds & other.kinds, list, mapping, strings }
    }

    /// Returns the type of what an iteration yields: the items of a list, the keys of a mapping, the characters of
    /// text.
    #[must_use]
    pub fn items(&self) -> Self {
        if self.kinds.meets(Kinds::OTHER) {
            return Self::UNKNOWN;
        }
        let characters = if self.kinds.meets(Kinds::TEXT | Kinds::MAPPING) { Self::TEXT } else { Self::NEVER };
        match self.as_list() {
            Some(list) => characters.join(&list.item),
            None if self.kinds.meets(Kinds::LIST) => Self::UNKNOWN,
            None => characters,
        }
    }

    /// Returns how many times an iteration yields something.
    #[must_use]
    pub fn iterations(&self) -> Length {
        let nothing = Kinds::NULL | Kinds::UNDEFINED;
        let (list, mapping) = (self.kinds.meets(Kinds::LIST), self.kinds.meets(Kinds::MAPPING));
        let length = match (list, mapping) {
            _ if self.kinds.meets(Kinds::OTHER | Kinds::TEXT) => Length::ANY,
            (true, false) => self.list.as_ref().map_or(Length::ANY, |list| list.length),
            (false, true) => self.mapping.as_ref().map_or(Length::ANY, |mapping| mapping.length),
            (true, true) => {
                let both = self.list.as_ref().zip(self.mapping.as_ref());
                both.map_or(Length::ANY, |(list, mapping)| list.length.join(mapping.length))
            }
            (false, false) => Length::exactly(0),
        };
        if self.kinds.meets(nothing) { length.up_to() } else { length }
    }
}

#[cfg(test)]
mod tests {
    use super::{Length, MappingType, Type};
    use crate::analysis::types::Kinds;

    fn list(item: Type, least: u64, most: Option<u64>) -> Type {
        Type::list(item, Length { least, most })
    }

    fn mapping(keys: &[(&str, Type)], rest: Option<Type>) -> Type {
        let keys = keys.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        Type::mapping(MappingType { keys, rest, length: Length::ANY })
    }

    #[test]
    fn the_union_of_types_has_the_values_of_either() {
        let cases = [
            (Type::TEXT, Type::INTEGER, "a string or an integer"),
            (Type::INTEGER, Type::NUMBER, "a number"),
            (Type::NEVER, Type::NULL, "null"),
            (list(Type::TEXT, 1, Some(2)), list(Type::NULL, 3, Some(4)), "a list (1 to 4, each a string or null)"),
            (list(Type::TEXT, 1, Some(2)), list(Type::TEXT, 0, None), "a list (any number, each a string)"),
            (list(Type::TEXT, 2, Some(2)), Type::NULL, "a list (2, each a string) or null"),
            (list(Type::TEXT, 2, Some(2)), Type::of(Kinds::LIST), "a list"),
            (
                mapping(&[("a", Type::TEXT), ("b", Type::TEXT)], None),
                mapping(&[("a", Type::NULL)], None),
                "a mapping (a: a string or null, b: a string or undefined)",
            ),
            (
                mapping(&[("a", Type::TEXT)], None),
                mapping(&[], Some(Type::INTEGER)),
                "a mapping (a: a string, an integer or undefined, …)",
            ),
        ];
        for (one, other, expected) in cases {
            assert_eq!(format!("{:#}", one.join(&other)), expected, "{one:#} or {other:#}");
            assert_eq!(one.join(&other).kinds, other.join(&one).kinds);
        }
    }

    #[test]
    fn the_intersection_of_types_has_the_values_of_both() {
        let cases = [
            (Type::TEXT, Type::INTEGER, "never"),
            (Type::INTEGER, Type::NUMBER, "an integer"),
            (Type::JSON, Type::NULL, "null"),
            (list(Type::JSON, 1, Some(4)), list(Type::TEXT, 2, None), "a list (2 to 4, each a string)"),
            (list(Type::TEXT, 2, Some(2)), Type::JSON, "a list (2, each a string)"),
            (
                mapping(&[("a", Type::JSON)], Some(Type::JSON)),
                mapping(&[("a", Type::TEXT)], None),
                "a mapping (a: a string)",
            ),
        ];
        for (one, other, expected) in cases {
            assert_eq!(format!("{:#}", one.meet(&other)), expected, "{one:#} and {other:#}");
        }
    }

    #[test]
    fn iterations_and_their_items() {
        let cases = [
            (Type::TEXT, "a string", Length::ANY),
            (Type::NULL, "never", Length { least: 0, most: Some(0) }),
            (list(Type::INTEGER, 1, Some(3)), "an integer", Length { least: 1, most: Some(3) }),
            (list(Type::INTEGER, 1, Some(3)).join(&Type::NULL), "an integer", Length { least: 0, most: Some(3) }),
            (mapping(&[("a", Type::INTEGER)], None), "a string", Length::ANY),
            (Type::of(Kinds::LIST), "anything", Length::ANY),
        ];
        for (known, items, length) in cases {
            assert_eq!((known.items().to_string().as_str(), known.iterations()), (items, length), "{known:#}");
        }
    }

    #[test]
    fn a_list_without_possible_lengths_has_no_values() {
        let few = list(Type::TEXT, 0, Some(2));
        let long = |length: Length| Length { least: 3, ..length };
        assert_eq!(few.clone().with_length(long).kinds, Kinds::NONE);
        assert_eq!(few.join(&Type::NULL).with_length(long).to_string(), "null");
    }
}
