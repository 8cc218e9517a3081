//! Injected faults: `412=1%,500=0.5%,drop=1%,slow=2s`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use fastrand::Rng;
use hyper::StatusCode;
use thiserror::Error;

/// The maximum delay: 10 minutes.
const MAX_DELAY: Duration = Duration::from_mins(10);

/// A fault that can be injected into the response to a valid request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A response with this status, 4xx or 5xx.
    Status(u16),
    /// The connection is closed without a response.
    Drop,
    /// The connection is closed in the middle of the response.
    Cut,
}

/// Which faults are injected, and how often. None by default.
///
/// ```
/// use kenarc::serve::Faults;
///
/// let faults: Faults = "412=1%,429=5%,drop=0.5%,slow=10%@2s".parse()?;
/// assert_eq!(faults.to_string(), "412=1%,429=5%,drop=0.5%,slow=10%@2s");
/// # Ok::<(), kenarc::serve::FaultsError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    shares: Vec<(Fault, Share)>,
    slow: Option<(Share, Duration)>,
}

/// The faults drawn for one request.
#[derive(Clone, Copy, Debug)]
pub(super) struct FaultDraw {
    pub(super) fault: Option<Fault>,
    pub(super) delay: Option<Duration>,
    /// Whether a message with no response or a 5xx was delivered before the fault.
    pub(super) is_delivered_anyway: bool,
}

impl Faults {
    /// Returns whether there are no faults.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.shares.is_empty() && self.slow.is_none()
    }

    /// Draws the faults of the next request. Always takes the same number of random values, so that a seed determines
    /// the sequence.
    pub(super) fn draw(&self, rng: &mut Rng) -> FaultDraw {
        let (mut drawn, drawn_slow, is_delivered_anyway) = (Share::draw(rng), Share::draw(rng), rng.bool());
        let mut fault = None;
        for (candidate, share) in &self.shares {
            if drawn < share.0 {
                fault = Some(*candidate);
                break;
            }
            drawn -= share.0;
        }
        let delay = self.slow.filter(|(share, _)| drawn_slow < share.0).map(|(_, delay)| delay);
        FaultDraw { fault, delay, is_delivered_anyway }
    }
}

/// A share of all requests, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Share(u32);

impl Share {
    const PERCENT: u32 = 10_000;
    const ALL: Self = Self(100 * Self::PERCENT);

    /// Draws a number that is below a share with the probability of the share.
    fn draw(rng: &mut Rng) -> u32 {
        rng.u32(0..Self::ALL.0)
    }

    /// Parses `1%` or `0.5%`, with at most four decimals.
    fn parse(text: &str) -> Option<Self> {
        let number = text.strip_suffix('%')?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) || fraction.len() > 4 {
            return None;
        }
        let whole: u32 = whole.parse().ok().filter(|whole| *whole <= 100)?;
        let share = whole * Self::PERCENT + format!("{fraction:0<4}").parse::<u32>().ok()?;
        (share <= Self::ALL.0).then_some(Self(share))
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.0 / Self::PERCENT, self.0 % Self::PERCENT);
        let fraction = format!(".{fraction:04}");
        write!(f, "{whole}{}%", fraction.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl FromStr for Faults {
    type Err = FaultsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut faults = Self::default();
        for part in text.split(',').map(str::trim) {
            faults.add(part)?;
        }
        let sum: u32 = faults.shares.iter().map(|(_, share)| share.0).sum();
        if sum > Share::ALL.0 { Err(FaultsError::Sum { sum: Share(sum).to_string() }) } else { Ok(faults) }
    }
}

impl Faults {
    fn add(&mut self, part: &str) -> Result<(), FaultsError> {
        let wrong = |make: fn(String) -> FaultsError| make(part.to_owned());
        let (name, value) = part.split_once('=').ok_or_else(|| wrong(FaultsError::Form))?;
        let is_twice = match fault(name) {
            _ if name == "slow" => self.slow.replace(slow(part, value)?).is_some(),
            None => return Err(wrong(FaultsError::Name)),
            Some(fault) => {
                let is_twice = self.shares.iter().any(|(other, _)| *other == fault);
                let share = Share::parse(value).ok_or_else(|| wrong(FaultsError::Share))?;
                self.shares.push((fault, share));
                is_twice
            }
        };
        if is_twice { Err(FaultsError::Twice(name.to_owned())) } else { Ok(()) }
    }
}

fn fault(name: &str) -> Option<Fault> {
    match name {
        "drop" => Some(Fault::Drop),
        "cut" => Some(Fault::Cut),
        status => {
            let status = StatusCode::from_bytes(status.as_bytes()).ok()?;
            (status.is_client_error() || status.is_server_error()).then_some(Fault::Status(status.as_u16()))
        }
    }
}

/// Parses `2s` or `10%@2s`.
fn slow(part: &str, value: &str) -> Result<(Share, Duration), FaultsError> {
    let (share, delay) = match value.split_once('@') {
        Some((share, delay)) => (Share::parse(share).ok_or_else(|| FaultsError::Share(part.to_owned()))?, delay),
        None => (Share::ALL, value),
    };
    let delay = parse_delay(delay).ok_or_else(|| FaultsError::Delay(part.to_owned()))?;
    Ok((share, delay))
}

/// Parses `200ms`, `2s`, `0.5s` or `1m`.
fn parse_delay(text: &str) -> Option<Duration> {
    let unit = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(unit);
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number: f64 = number.parse().ok().filter(|_| is_number)?;
    let seconds = match unit {
        "ms" => number / 1000.0,
        "s" => number,
        "m" => number * 60.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(seconds).ok().filter(|delay| *delay <= MAX_DELAY)
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "{status}"),
            Self::Drop => f.write_str("drop"),
            Self::Cut => f.write_str("cut"),
        }
    }
}

impl fmt::Display for Faults {
    /// Formats the faults as they are parsed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shares = self.shares.iter().map(|(fault, share)| format!("{fault}={share}"));
        let slow = self.slow.map(|(share, delay)| match share {
            Share::ALL => format!("slow={delay:?}"),
            share => format!("slow={share}@{delay:?}"),
        });
        f.write_str(&shares.chain(slow).collect::<Vec<_>>().join(","))
    }
}

/// Why a text does not specify [`Faults`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FaultsError {
    /// A part without `=`.
    #[error("invalid fault `{0}`: expected `FAULT=SHARE`, such as `412=1%`")]
    Form(String),
    /// An unknown fault.
    #[error("unknown fault `{0}`: expected a status from 400 to 599, `drop`, `cut` or `slow`")]
    Name(String),
    /// Not a percentage.
    #[error("invalid share in `{0}`: expected a percentage from 0% to 100%, such as `1%` or `0.5%`")]
    Share(String),
    /// Not a delay.
    #[error(
        "invalid delay in `{0}`: expected a time of at most 10 minutes, such as `200ms`, `2s` or `1m`, or with a share \
         `slow=10%@2s`"
    )]
    Delay(String),
    /// A fault that is given twice.
    #[error("fault `{0}` is given twice")]
    Twice(String),
    /// The shares sum to more than 100%.
    #[error("the shares sum to {sum}: expected at most 100%")]
    Sum {
        /// The sum, as a percentage.
        sum: String,
    },
}
