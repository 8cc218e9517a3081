//! Human-readable types.

use std::fmt;

use crate::schema::Kind;

use super::kinds::Kinds;
use super::ty::{Length, ListType, MappingType, Type};

impl fmt::Display for Type {
    /// Writes "an integer" or "a string or null"; `{:#}` adds items, bounds and keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NOUNS: [(Kinds, &str); 11] = [
            (Kinds::TEXT, Kind::String.noun()),
            (Kinds::NUMERAL, "a string of digits"),
            (Kinds::DATE, "a date"),
            (Kinds::DATE_TIME, "a date with a time"),
            (Kinds::NUMBER, Kind::Number.noun()),
            (Kinds::INTEGER, Kind::Integer.noun()),
            (Kinds::BOOLEAN, Kind::Boolean.noun()),
            (Kinds::LIST, Kind::Array.noun()),
            (Kinds::MAPPING, Kind::Object.noun()),
            (Kinds::NULL, Kind::Null.noun()),
            (Kinds::UNDEFINED, "undefined"),
        ];
        if Kinds::JSON.is_within(self.kinds) || self.kinds.meets(Kinds::OTHER) {
            return f.write_str("anything");
        }
        if self.kinds == Kinds::NONE {
            return f.write_str("never");
        }
        let is_fraction = self.kinds.meets(Kinds::FRACTION);
        let is_any_text = self.kinds.meets(Kinds::WORDS);
        let is_here = |kind: Kinds| match kind {
            Kinds::TEXT => is_any_text,
            Kinds::NUMERAL | Kinds::DATE | Kinds::DATE_TIME => !is_any_text && self.kinds.meets(kind),
            Kinds::NUMBER => is_fraction,
            Kinds::INTEGER => !is_fraction && self.kinds.meets(kind),
            kind => self.kinds.meets(kind),
        };
        let here: Vec<&(Kinds, &str)> = NOUNS.iter().filter(|(kind, _)| is_here(*kind)).collect();
        for (index, (kind, noun)) in here.iter().enumerate() {
            f.write_str(match index {
                0 => "",
                _ if index + 1 == here.len() => " or ",
                _ => ", ",
            })?;
            f.write_str(noun)?;
            match (*kind, self.as_list(), self.as_mapping()) {
                (Kinds::LIST, Some(list), _) if f.alternate() => write!(f, " ({list:#})")?,
                (Kinds::MAPPING, _, Some(mapping)) if f.alternate() => write!(f, " ({mapping:#})")?,
                _ => {}
            }
        }
        Ok(())
    }
}

impl fmt::Display for ListType {
    /// Writes "up to 3, each a string".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.length {
            Length { least, most: Some(most) } if least == most => write!(f, "{least}")?,
            Length { least: 0, most: Some(most) } => write!(f, "up to {most}")?,
            Length { least: 0, most: None } => f.write_str("any number")?,
            Length { least, most: Some(most) } => write!(f, "{least} to {most}")?,
            Length { least, most: None } => write!(f, "at least {least}")?,
        }
        write!(f, ", each {:#}", self.item)
    }
}

impl fmt::Display for MappingType {
    /// Writes "id: an integer, …".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (key, value)) in self.keys.iter().enumerate() {
            write!(f, "{}{key}: {value:#}", if index == 0 { "" } else { ", " })?;
        }
        match self.rest {
            Some(_) => f.write_str(if self.keys.is_empty() { "…" } else { ", …" }),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:#}")
    }
}

impl fmt::Debug for Kinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Type::of(*self), f)
    }
}
