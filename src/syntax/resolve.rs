//! Resolves the values of scalars by the core schema (YAML 1.2.2 §10.3.2).

use granit_parser::Tag;

use super::tree::Number;

/// The value of a plain scalar.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Resolved {
    /// Null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Integer(Number),
    /// A number with a point or an exponent.
    Float(Number),
    /// A number that JSON cannot represent.
    NotJson,
    /// A whole number beyond 64 bits.
    TooWide,
    /// Text.
    Text,
}

/// Resolves the text of a plain scalar.
pub(super) fn resolve(text: &str) -> Resolved {
    // The first byte distinguishes most text from other values.
    match text.as_bytes().first() {
        None => Resolved::Null,
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => resolve_number(text),
        Some(b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F') => match text {
            "~" | "null" | "Null" | "NULL" => Resolved::Null,
            "true" | "True" | "TRUE" => Resolved::Bool(true),
            "false" | "False" | "FALSE" => Resolved::Bool(false),
            _ => Resolved::Text,
        },
        Some(_) => Resolved::Text,
    }
}

fn resolve_number(text: &str) -> Resolved {
    if let Some(digits) = text.strip_prefix("0x") {
        return radix_integer(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix_integer(digits, 8);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if all_digits(unsigned) {
        return decimal_integer(text);
    }
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Resolved::NotJson;
    }
    if !is_float(unsigned) {
        return Resolved::Text;
    }
    match text.parse().ok().and_then(Number::from_f64) {
        Some(number) => Resolved::Float(number),
        None => Resolved::NotJson,
    }
}

fn radix_integer(digits: &str, radix: u32) -> Resolved {
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Resolved::Text;
    }
    u64::from_str_radix(digits, radix).map_or(Resolved::TooWide, |value| Resolved::Integer(value.into()))
}

fn decimal_integer(text: &str) -> Resolved {
    if let Ok(value) = text.parse::<u64>() {
        return Resolved::Integer(value.into());
    }
    text.parse::<i64>().map_or(Resolved::TooWide, |value| Resolved::Integer(value.into()))
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a text matches `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`.
fn is_float(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let is_mantissa = match mantissa.split_once('.') {
        Some(("", fraction)) => all_digits(fraction),
        Some((whole, fraction)) => all_digits(whole) && (fraction.is_empty() || all_digits(fraction)),
        None => all_digits(mantissa),
    };
    is_mantissa && exponent.is_none_or(all_digits)
}

/// A tag of the core schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CoreTag {
    /// `!!str`
    Str,
    /// `!!int`
    Int,
    /// `!!float`
    Float,
    /// `!!bool`
    Bool,
    /// `!!null`
    Null,
    /// `!!seq`
    Seq,
    /// `!!map`
    Map,
    /// `!`: a string, list or mapping, depending on how the node is written.
    NonSpecific,
}

impl CoreTag {
    /// Returns the core tag; `None` for any other tag.
    pub(super) fn of(tag: &Tag) -> Option<Self> {
        if tag.handle() == "!" && tag.suffix().is_empty() || tag.handle().is_empty() && tag.suffix() == "!" {
            return Some(Self::NonSpecific);
        }
        Some(match tag.core_suffix()? {
            "str" => Self::Str,
            "int" => Self::Int,
            "float" => Self::Float,
            "bool" => Self::Bool,
            "null" => Self::Null,
            "seq" => Self::Seq,
            "map" => Self::Map,
            _ => return None,
        })
    }

    /// Returns the value of a scalar with this tag; `None` if the tag does not match the text.
    pub(super) fn resolve(self, text: &str) -> Option<Resolved> {
        let resolved = match (self, resolve(text)) {
            (Self::Str | Self::NonSpecific, _) => Resolved::Text,
            (Self::Int | Self::Float, value @ (Resolved::NotJson | Resolved::TooWide)) => value,
            (Self::Int, value @ Resolved::Integer(_))
            | (Self::Float, value @ Resolved::Float(_))
            | (Self::Bool, value @ Resolved::Bool(_))
            | (Self::Null, value @ Resolved::Null) => value,
            (Self::Float, Resolved::Integer(number)) => Resolved::Float(Number::from_f64(number.as_f64()?)?),
            _ => return None,
        };
        Some(resolved)
    }
}
