//! Numbers, grouped and in the digits of CLDR's data for Persian.

use fixed_decimal::{Decimal, Sign, SignedRoundingMode, UnsignedRoundingMode};
use icu_decimal::options::{DecimalFormatterOptions, GroupingStrategy};
use icu_decimal::{DecimalFormatter, DecimalFormatterPreferences};
use icu_locale_core::{Locale, locale};
use kenarc_data::Cldr;

use super::digits::Digits;

/// The most digits of a number that is written as text, so that a huge text is refused quickly.
const MAX_LENGTH: usize = 400;

/// The most decimals that a number can be given.
pub const MAX_DECIMALS: u8 = 20;

/// A decimal number.
#[derive(Clone, Debug, PartialEq)]
pub struct Number(Decimal);

/// How a number is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NumberFormat {
    /// The number of decimals, to which it is rounded; `None` for those that it has.
    pub decimals: Option<u8>,
    /// Whether groups of three digits are separated.
    pub grouping: Grouping,
    /// The digits.
    pub digits: Digits,
}

/// Whether groups of three digits are separated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grouping {
    /// `۱٬۲۵۰٬۰۰۰`
    #[default]
    Thousands,
    /// `۱۲۵۰۰۰۰`
    Off,
}

impl Number {
    /// Reads a number in ASCII digits, with a sign and a decimal point if it has them, and without an exponent.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = match text.strip_prefix('-').unwrap_or(text).split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text.strip_prefix('-').unwrap_or(text), None),
        };
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if text.len() > MAX_LENGTH || !is_digits(whole) || !fraction.is_none_or(is_digits) {
            return None;
        }
        let mut number = Decimal::try_from_str(text).ok()?;
        number.absolute.trim_start();
        number.absolute.trim_end_if_integer();
        Some(Self(number))
    }

    /// Returns the number times a power of ten.
    #[must_use]
    pub fn shifted(mut self, powers: i16) -> Self {
        self.0.absolute.multiply_pow10(powers);
        self.0.absolute.trim_start();
        self.0.absolute.trim_end_if_integer();
        self
    }

    /// Returns whether it has no fraction.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        self.0.absolute.nonzero_magnitude_end() >= 0
    }

    /// Returns the number if it has no fraction and fits in 64 bits.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        if self.is_integer() { self.0.to_string().parse().ok() } else { None }
    }

    /// Writes the number; `None` if the data of CLDR is missing.
    #[must_use]
    pub fn format(mut self, format: NumberFormat) -> Option<String> {
        const PERSIAN: Locale = locale!("fa");
        const LATIN: Locale = locale!("fa-u-nu-latn");
        if let Some(decimals) = format.decimals {
            let position = -i16::from(decimals.min(MAX_DECIMALS));
            self.0.round_with_mode(position, SignedRoundingMode::Unsigned(UnsignedRoundingMode::HalfExpand));
            self.0.absolute.trim_end();
            self.0.absolute.pad_end(position);
        }
        // Nobody writes a negative zero.
        if self.0.absolute.is_zero() {
            self.0.sign = Sign::None;
        }
        let locale = match format.digits {
            Digits::Persian => PERSIAN,
            Digits::Latin => LATIN,
        };
        let mut options = DecimalFormatterOptions::default();
        options.grouping_strategy = Some(match format.grouping {
            Grouping::Thousands => GroupingStrategy::Always,
            Grouping::Off => GroupingStrategy::Never,
        });
        let preferences = DecimalFormatterPreferences::from(&locale);
        let formatter = DecimalFormatter::try_new_unstable(&Cldr, preferences, options).ok()?;
        Some(formatter.format(&self.0).to_string())
    }
}
