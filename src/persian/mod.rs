//! Numbers, amounts of money and dates as Persians write them.
//!
//! Everything here is a function of plain values: no clock, no locale, no time zone of the machine and no file is
//! read. The names, digits and calendars are those of [CLDR](https://cldr.unicode.org), through ICU4X; the time zones
//! are those of the IANA database that is compiled in.

mod date;
mod digits;
mod number;
mod pattern;
mod words;
mod zone;

pub use date::{Calendar, DateError, DateFormat, Moment};
pub use digits::{Digits, with_digits};
pub use number::{Grouping, MAX_DECIMALS, Number, NumberFormat};
pub use pattern::{Pattern, PatternError};
pub use words::{MAX_IN_WORDS, words};
pub use zone::{time_zone, time_zones};

/// What a text is, as far as the filters tell texts apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextForm {
    /// A number in ASCII digits: `1250`, `-2.5`.
    Number,
    /// A date as RFC 3339 writes it: `2026-11-28`.
    Date,
    /// A date with a time and an offset as RFC 3339 writes it: `2026-11-28T10:00:00Z`.
    DateTime,
    /// Anything else.
    Other,
}

impl TextForm {
    /// Returns the form of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        if !text.starts_with(|first: char| first.is_ascii_digit() || first == '-') {
            return Self::Other;
        }
        match Moment::parse(text) {
            Ok(Moment::Date(_)) => Self::Date,
            Ok(Moment::Instant(_)) => Self::DateTime,
            Err(_) if Number::parse(text).is_some() => Self::Number,
            Err(_) => Self::Other,
        }
    }
}
