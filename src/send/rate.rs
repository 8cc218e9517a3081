//! A rate of requests.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

/// The units of time, and their names.
const UNITS: [(&str, Duration); 3] =
    [("s", Duration::from_secs(1)), ("m", Duration::from_mins(1)), ("h", Duration::from_hours(1))];

/// A number of requests in a period, such as 600 per minute. The API's limits are per minute and per day (the API
/// document).
///
/// ```
/// let rate: kenarc::send::Rate = "600/m".parse()?;
/// assert_eq!((rate.count.get(), rate.per.as_secs()), (600, 60));
/// assert_eq!(rate.to_string(), "600/m");
/// # Ok::<(), kenarc::send::RateError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rate {
    /// The number of requests.
    pub count: NonZeroU32,
    /// The period.
    pub per: Duration,
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (count, unit) = text.split_once('/').ok_or(RateError::Form)?;
        let (_, per) = UNITS.into_iter().find(|(name, _)| *name == unit).ok_or(RateError::Unit)?;
        if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(RateError::Form);
        }
        let count: u32 = count.parse().map_err(|_| RateError::TooMany)?;
        let count = NonZeroU32::new(count).ok_or(RateError::Zero)?;
        Ok(Self { count, per })
    }
}

impl fmt::Display for Rate {
    /// Formats the rate as it is parsed. A period that is not a unit is written in seconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, per } = self;
        match UNITS.into_iter().find(|(_, unit)| unit == per) {
            Some((name, _)) => write!(f, "{count}/{name}"),
            None => write!(f, "{count}/{}s", per.as_secs_f64()),
        }
    }
}

/// Why a text is not a [`Rate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RateError {
    /// Not a number, a `/` and a unit.
    #[error("invalid rate: expected a number of requests and a unit of time, such as `60/m`")]
    Form,
    /// An unknown unit.
    #[error("invalid unit of time: expected `s`, `m` or `h` (a second, a minute or an hour)")]
    Unit,
    /// Zero requests.
    #[error("invalid rate: expected at least one request")]
    Zero,
    /// More than 4,294,967,295.
    #[error("invalid rate: expected at most 4294967295 requests")]
    TooMany,
}
