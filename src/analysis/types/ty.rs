//! What a value can be.

use std::ops::{BitAnd, BitOr, Not};
use std::sync::Arc;

/// A set of kinds of values.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u16);

impl Kinds {
    /// No value at all: what is typed so is never reached.
    pub const NONE: Self = Self(0);
    /// A name or an attribute without a value.
    pub const UNDEFINED: Self = Self(1);
    /// `null` in YAML and JSON, `none` in an expression.
    pub const NULL: Self = Self(1 << 1);
    /// `true` and `false`.
    pub const BOOLEAN: Self = Self(1 << 2);
    /// A number of the JSON Schema type `integer`.
    pub const INTEGER: Self = Self(1 << 3);
    /// Any other number.
    pub const FRACTION: Self = Self(1 << 4);
    /// Text.
    pub const TEXT: Self = Self(1 << 5);
    /// A list, or what goes for one.
    pub const LIST: Self = Self(1 << 6);
    /// A mapping.
    pub const MAPPING: Self = Self(1 << 7);
    /// What only the expression language has: functions, namespaces.
    pub const OTHER: Self = Self(1 << 8);
    /// All numbers.
    pub const NUMBER: Self = Self(Self::INTEGER.0 | Self::FRACTION.0);
    /// What a variable can hold.
    pub const JSON: Self =
        Self(Self::NULL.0 | Self::BOOLEAN.0 | Self::NUMBER.0 | Self::TEXT.0 | Self::LIST.0 | Self::MAPPING.0);
    /// Everything.
    pub const ALL: Self = Self(Self::JSON.0 | Self::UNDEFINED.0 | Self::OTHER.0);

    /// Whether the sets have a kind in common.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        self & other != Self::NONE
    }

    /// Whether every value is of one of the other kinds, and there is one.
    #[must_use]
    pub fn is_within(self, other: Self) -> bool {
        self != Self::NONE && self & !other == Self::NONE
    }
}

impl BitOr for Kinds {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Kinds {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Not for Kinds {
    type Output = Self;

    fn not(self) -> Self {
        Self(Self::ALL.0 & !self.0)
    }
}

/// What a value can be: a set of kinds, and what is known of it where it is a list or a mapping.
#[derive(Clone, PartialEq)]
pub struct Type {
    /// The kinds.
    pub kinds: Kinds,
    list: Option<Arc<ListType>>,
    mapping: Option<Arc<MappingType>>,
}

/// What is known of a list.
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
    /// The least.
    pub least: u64,
    /// The most; nothing where there is no bound.
    pub most: Option<u64>,
}

/// What is known of a mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct MappingType {
    /// The values by their keys.
    pub keys: Vec<(String, Type)>,
    /// The values of all other keys; nothing where there are none.
    pub rest: Option<Type>,
    /// How many keys it has.
    pub length: Length,
}

impl Length {
    /// Any number.
    pub const ANY: Self = Self { least: 0, most: None };

    /// Exactly so many.
    #[must_use]
    pub fn exactly(count: usize) -> Self {
        Self { least: count as u64, most: Some(count as u64) }
    }

    /// The same bounds without a least.
    #[must_use]
    pub fn up_to(self) -> Self {
        Self { least: 0, ..self }
    }

    /// The bounds after a change that never makes of more items fewer.
    #[must_use]
    pub fn map(self, change: impl Fn(u64) -> u64) -> Self {
        /// More than any list has.
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

/// The most keys of two mappings that are compared one by one; of more nothing is kept.
const MAX_KEYS: usize = 500;

impl MappingType {
    fn is_comparable(&self, other: &Self) -> bool {
        self.keys.len() + other.keys.len() <= MAX_KEYS
    }

    /// A key's value; nothing where the mapping cannot have the key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Type> {
        let declared = self.keys.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone());
        declared.or_else(|| Some(self.rest.as_ref()?.clone().or_undefined()))
    }

    /// Any of the values.
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

impl Type {
    /// Of what is never reached.
    pub const NEVER: Self = Self::of(Kinds::NONE);
    /// Nothing is known.
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
    /// No value.
    pub const UNDEFINED: Self = Self::of(Kinds::UNDEFINED);

    /// Of some kinds; of lists and mappings nothing is known.
    #[must_use]
    pub const fn of(kinds: Kinds) -> Self {
        Self { kinds, list: None, mapping: None }
    }

    /// A list.
    #[must_use]
    pub fn list(item: Self, length: Length) -> Self {
        Self { kinds: Kinds::LIST, list: Some(Arc::new(ListType { item, length })), mapping: None }
    }

    /// A mapping.
    #[must_use]
    pub fn mapping(mapping: MappingType) -> Self {
        Self { kinds: Kinds::MAPPING, list: None, mapping: Some(Arc::new(mapping)) }
    }

    /// What is known of it where it is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&ListType> {
        self.list.as_deref().filter(|_| self.kinds.meets(Kinds::LIST))
    }

    /// What is known of it where it is a mapping.
    #[must_use]
    pub fn as_mapping(&self) -> Option<&MappingType> {
        self.mapping.as_deref().filter(|_| self.kinds.meets(Kinds::MAPPING))
    }

    /// Only the values of some kinds.
    #[must_use]
    pub fn only(mut self, kinds: Kinds) -> Self {
        self.kinds = self.kinds & kinds;
        self
    }

    /// The values that are not of some kinds.
    #[must_use]
    pub fn without(self, kinds: Kinds) -> Self {
        self.only(!kinds)
    }

    /// The same, or no value.
    #[must_use]
    pub fn or_undefined(mut self) -> Self {
        self.kinds = self.kinds | Kinds::UNDEFINED;
        self
    }

    /// The same with other bounds where it is a list. Where no list can keep them it is none.
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

    /// Whatever the one or the other can be.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        // Of a list that cannot be, nothing needs to be kept; of one that can be anything, nothing is known.
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
        Self { kinds: self.kinds | other.kinds, list, mapping }
    }

    /// Whatever both the one and the other can be.
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
        Self { kinds: self.kinds & other.kinds, list, mapping }
    }

    /// What going through it yields: a list's items, a mapping's keys, the letters of text.
    #[must_use]
    pub fn items(&self) -> Self {
        if self.kinds.meets(Kinds::OTHER) {
            return Self::UNKNOWN;
        }
        let letters = if self.kinds.meets(Kinds::TEXT | Kinds::MAPPING) { Self::TEXT } else { Self::NEVER };
        match self.as_list() {
            Some(list) => letters.join(&list.item),
            None if self.kinds.meets(Kinds::LIST) => Self::UNKNOWN,
            None => letters,
        }
    }

    /// How often going through it yields something.
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
