//! The filters for Persian: what their arguments mean, and what they return.
//!
//! An argument can be read by itself, so that mistakes in those that are constants are found without a rendering.

use std::ops::Range;

use jiff::tz::TimeZone;
use minijinja::Value;
use thiserror::Error;

use crate::persian::{
    Calendar, DateError, DateFormat, Digits, Grouping, MAX_DECIMALS, Moment, Number, NumberFormat, Pattern,
    PatternError, time_zone, with_digits, words,
};

/// A filter for Persian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersianFilter {
    /// `number`
    Number,
    /// `toman` and `rial`: an amount with its unit.
    Money(Unit),
    /// `digits`
    Digits,
    /// `words`
    Words,
    /// `jalali` and `gregorian`
    Date(Calendar),
}

/// A unit of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Ten rials.
    Toman,
    /// The currency of Iran.
    Rial,
}

/// Why a filter for Persian fails.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PersianError {
    /// A keyword that the filter does not have.
    #[error("unknown keyword `{name}`")]
    Keyword {
        /// The keyword.
        name: String,
        /// The keywords that it has.
        known: Vec<&'static str>,
    },
    /// More arguments than the filter has.
    #[error("too many arguments")]
    Arguments {
        /// How many can be passed by position.
        most: usize,
    },
    /// An argument that is not one of the allowed words.
    #[error("`{found}` is not one of {choices:?}")]
    Choice {
        /// The argument.
        found: String,
        /// The words.
        choices: [&'static str; 2],
    },
    /// A number of decimals that is not an integer from 0 to [`MAX_DECIMALS`].
    #[error("{found} decimals")]
    Decimals {
        /// The argument.
        found: String,
    },
    /// A time zone that does not exist.
    #[error("unknown time zone `{name}`")]
    Zone {
        /// The argument.
        name: String,
    },
    /// A pattern of a date that cannot be used.
    #[error("{0:?}")]
    Pattern(PatternError),
    /// A text that is not a number in ASCII digits.
    #[error("`{text}` is not a number")]
    NotNumber {
        /// The text.
        text: String,
    },
    /// An amount that is not a whole number of the larger unit.
    #[error("{amount} is not divisible by 10")]
    NotDivisible {
        /// The amount.
        amount: String,
    },
    /// A number that is not written in words: it has a fraction, or is too large.
    #[error("{number} in words")]
    NotInWords {
        /// The number.
        number: String,
    },
    /// A value that is not a date.
    #[error("`{found}`: {error:?}")]
    Date {
        /// The value.
        found: String,
        /// Why it is not a date.
        error: DateError,
    },
    /// The data of CLDR is missing.
    #[error("missing data")]
    NoData,
}

impl PersianError {
    /// Returns the bytes of the argument that are wrong; `None` if all of it is.
    #[must_use]
    pub fn range(&self) -> Option<Range<usize>> {
        match self {
            Self::Pattern(
                PatternError::UnknownField { range, .. }
                | PatternError::Conflict { range, .. }
                | PatternError::MinutesWithoutHours { range, .. },
            ) => Some(range.clone()),
            _ => None,
        }
    }
}

/// The arguments of a call.
#[derive(Debug, Default)]
pub struct Options {
    number: NumberFormat,
    from: Option<Unit>,
    pattern: Option<Pattern>,
    zone: Option<TimeZone>,
}

impl Options {
    /// Reads the argument for a parameter. Its type has been verified; `none` stands for one that is not given.
    pub(crate) fn set(&mut self, parameter: &str, value: &Value) -> Result<(), PersianError> {
        if value.is_none() {
            return Ok(());
        }
        let text = value.as_str().unwrap_or_default();
        let choice = |choices| PersianError::Choice { found: text.to_owned(), choices };
        match parameter {
            "decimals" => {
                let decimals = u8::try_from(value.clone()).ok().filter(|decimals| *decimals <= MAX_DECIMALS);
                let error = || PersianError::Decimals { found: value.to_string() };
                self.number.decimals = Some(decimals.ok_or_else(error)?);
            }
            "grouping" => self.number.grouping = if value.is_true() { Grouping::Thousands } else { Grouping::Off },
            "latin" => self.number.digits = if value.is_true() { Digits::Latin } else { Digits::Persian },
            "to" => self.number.digits = Digits::from_name(text).ok_or_else(|| choice(["persian", "latin"]))?,
            "from" => self.from = Some(Unit::from_name(text).ok_or_else(|| choice(["toman", "rial"]))?),
            "format" => self.pattern = Some(Pattern::parse(text).map_err(PersianError::Pattern)?),
            "tz" => {
                let zone = time_zone(text).ok_or_else(|| PersianError::Zone { name: text.to_owned() })?;
                self.zone = Some(zone);
            }
            _ => {}
        }
        Ok(())
    }

    /// Returns the first field of a time in the pattern, for which a date is not enough.
    #[must_use]
    pub fn time_field(&self) -> Option<&str> {
        self.pattern.as_ref()?.time_field()
    }

    /// Returns what a filter makes of a value.
    pub(crate) fn apply(self, filter: PersianFilter, value: &Value) -> Result<String, PersianError> {
        match filter {
            PersianFilter::Number => number(value)?.format(self.number).ok_or(PersianError::NoData),
            PersianFilter::Money(unit) => self.money(unit, value),
            PersianFilter::Digits => Ok(with_digits(&text(value), self.number.digits)),
            PersianFilter::Words => {
                let in_words = number(value)?.to_i64().and_then(words);
                in_words.ok_or_else(|| PersianError::NotInWords { number: text(value) })
            }
            PersianFilter::Date(calendar) => self.date(calendar, value),
        }
    }

    fn money(self, unit: Unit, value: &Value) -> Result<String, PersianError> {
        let amount = match (self.from.unwrap_or(unit), unit) {
            (Unit::Rial, Unit::Toman) => {
                let toman = number(value)?.shifted(-1);
                if !toman.is_integer() {
                    return Err(PersianError::NotDivisible { amount: text(value) });
                }
                toman
            }
            (Unit::Toman, Unit::Rial) => number(value)?.shifted(1),
            _ => number(value)?,
        };
        let amount = amount.format(self.number).ok_or(PersianError::NoData)?;
        Ok(format!("{amount} {}", unit.name()))
    }

    fn date(self, calendar: Calendar, value: &Value) -> Result<String, PersianError> {
        let failed = |error| PersianError::Date { found: text(value), error };
        let moment = match value.as_str() {
            Some(text) => Moment::parse(text),
            None => number(value)?.to_i64().ok_or(DateError::Seconds).and_then(Moment::from_seconds),
        };
        let moment = moment.map_err(failed)?;
        let pattern = self.pattern.map_or_else(|| Pattern::parse("long").map_err(PersianError::Pattern), Ok)?;
        let zone = self.zone.or_else(|| time_zone("Asia/Tehran")).ok_or(PersianError::NoData)?;
        moment.format(&DateFormat { calendar, pattern, zone }).map_err(failed)?.ok_or(PersianError::NoData)
    }
}

impl Unit {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "toman" => Some(Self::Toman),
            "rial" => Some(Self::Rial),
            _ => None,
        }
    }

    /// Returns the name in Persian.
    fn name(self) -> &'static str {
        match self {
            Self::Toman => "تومان",
            Self::Rial => "ریال",
        }
    }
}

/// Returns a number, or the number that a text is.
fn number(value: &Value) -> Result<Number, PersianError> {
    let text = text(value);
    Number::parse(&text).ok_or(PersianError::NotNumber { text })
}

/// Returns a string as it is, and a number in all its digits, without an exponent.
fn text(value: &Value) -> String {
    match value.as_str() {
        Some(text) => text.to_owned(),
        None if value.is_integer() => value.to_string(),
        None => f64::try_from(value.clone()).map_or_else(|_| value.to_string(), |number| number.to_string()),
    }
}
