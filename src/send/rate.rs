//! How many requests may be made in a time.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

/// The units that a rate counts by, and their names.
const UNITS: [(&str, Duration); 3] =
    [("s", Duration::from_secs(1)), ("m", Duration::from_mins(1)), ("h", Duration::from_hours(1))];

/// So many requests in a time, such as 600 a minute: the API's limits are by the minute and by the day (the API document).
///
/// ```
/// let rate: kenarc::send::Rate = "600/m".parse()?;
/// assert_eq!((rate.count.get(), rate.per.as_secs()), (600, 60));
/// assert_eq!(rate.to_string(), "600/m");
/// # Ok::<(), kenarc::send::RateError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rate {
    /// How many.
    pub count: NonZeroU32,
    /// In what time.
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
    /// As it is parsed; a time that is no unit in seconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, per } = self;
        match UNITS.into_iter().find(|(_, unit)| unit == per) {
            Some((name, _)) => write!(f, "{count}/{name}"),
            None => write!(f, "{count}/{}s", per.as_secs_f64()),
        }
    }
}

/// Why a text cannot be a [`Rate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RateError {
    /// Not a number, a `/` and a unit.
    #[error("a rate is a number of requests and a unit of time, such as `60/m`")]
    Form,
    /// Another unit.
    #[error("the unit of a rate is `s`, `m` or `h`: a second, a minute or an hour")]
    Unit,
    /// No request at all.
    #[error("a rate is at least one request")]
    Zero,
    /// More than 4,294,967,295.
    #[error("no machine makes that many requests")]
    TooMany,
}
