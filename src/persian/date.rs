//! Dates and times, in the Persian and the Gregorian calendar.

use icu_calendar::Date;
use icu_calendar::cal::{Gregorian, Persian};
use icu_datetime::fieldsets::enums::CompositeDateTimeFieldSet;
use icu_datetime::input::{DateTime, Time};
use icu_datetime::pattern::{FixedCalendarDateTimeNames, WeekdayNameLength};
use icu_datetime::scaffold::CldrCalendar;
use icu_locale_core::locale;
use jiff::Timestamp;
use jiff::civil;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;
use kenarc_data::Cldr;
use writeable::TryWriteable;

use super::pattern::Pattern;

/// A date, or a moment that is one date or another, depending on the time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A date of the Gregorian calendar.
    Date(civil::Date),
    /// A moment.
    Instant(Timestamp),
}

/// A calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calendar {
    /// The solar calendar of Iran.
    Jalali,
    /// The Gregorian calendar.
    Gregorian,
}

/// How a moment is written.
#[derive(Debug)]
pub struct DateFormat {
    /// The calendar.
    pub calendar: Calendar,
    /// The pattern.
    pub pattern: Pattern,
    /// The time zone in which a moment is shown.
    pub zone: TimeZone,
}

/// Why a text or a number is not a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateError {
    /// It is neither a date nor a date with a time, as RFC 3339 writes them.
    Form,
    /// There is no such day: 30 February.
    NoSuchDay,
    /// There is no such time: 25:00.
    NoSuchTime,
    /// A time without an offset from UTC, which is no certain moment.
    NoOffset,
    /// A date before the Gregorian calendar began, in 1582: most likely one of the Persian calendar.
    BeforeGregorian,
    /// Seconds beyond the year 9999: most likely milliseconds.
    Seconds,
    /// It is a date, and a field of the pattern is one of a time.
    NoTime,
}

/// The first day of the Gregorian calendar.
const FIRST_DAY: civil::Date = civil::date(1582, 10, 15);

/// The length of `2026-11-28`.
const DATE_LENGTH: usize = 10;

impl Moment {
    /// Reads a date or a date with a time, as RFC 3339 writes them.
    ///
    /// # Errors
    /// All of [`DateError`] that concern a text.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let date = text.get(..DATE_LENGTH).filter(|date| has_form(date, "0000-00-00")).ok_or(DateError::Form)?;
        let moment = match &text[DATE_LENGTH..] {
            "" => Self::Date(date.parse().map_err(|_| DateError::NoSuchDay)?),
            time => {
                date.parse::<civil::Date>().map_err(|_| DateError::NoSuchDay)?;
                is_time(time)?;
                let timestamp = DateTimeParser::new().parse_timestamp(text).map_err(|_| DateError::NoSuchTime)?;
                Self::Instant(timestamp)
            }
        };
        moment.checked()
    }

    /// Returns the moment so many seconds after the beginning of 1970.
    ///
    /// # Errors
    /// [`DateError::Seconds`] and [`DateError::BeforeGregorian`].
    pub fn from_seconds(seconds: i64) -> Result<Self, DateError> {
        Self::Instant(Timestamp::from_second(seconds).map_err(|_| DateError::Seconds)?).checked()
    }

    fn checked(self) -> Result<Self, DateError> {
        let date = match self {
            Self::Date(date) => date,
            Self::Instant(timestamp) => TimeZone::UTC.to_datetime(timestamp).date(),
        };
        if date < FIRST_DAY { Err(DateError::BeforeGregorian) } else { Ok(self) }
    }

    /// Writes the moment.
    ///
    /// # Errors
    /// [`DateError::NoTime`]. `Ok(None)` if the data of CLDR is missing.
    pub fn format(self, format: &DateFormat) -> Result<Option<String>, DateError> {
        let local = match self {
            Self::Date(_) if format.pattern.time_field().is_some() => return Err(DateError::NoTime),
            Self::Date(date) => date.to_datetime(civil::Time::midnight()),
            Self::Instant(timestamp) => format.zone.to_datetime(timestamp),
        };
        Ok(match format.calendar {
            Calendar::Jalali => names().and_then(|mut names| {
                names.load_month_names(&Cldr, format.pattern.months).ok()?;
                written(local, Persian, names, &format.pattern)
            }),
            Calendar::Gregorian => names().and_then(|mut names| {
                names.load_month_names(&Cldr, format.pattern.months).ok()?;
                written(local, Gregorian, names, &format.pattern)
            }),
        })
    }
}

/// The names of a calendar in Persian.
type Names<C> = FixedCalendarDateTimeNames<C, CompositeDateTimeFieldSet>;

/// Returns the names of a calendar, to which those of its months are to be added.
fn names<C: CldrCalendar>() -> Option<Names<C>> {
    Names::try_new_unstable(&Cldr, locale!("fa").into()).ok()
}

/// Writes a local date and time in a calendar.
fn written<C: CldrCalendar + icu_calendar::Calendar>(
    local: civil::DateTime,
    calendar: C,
    mut names: Names<C>,
    pattern: &Pattern,
) -> Option<String> {
    let unsigned = |part: i8| u8::try_from(part).ok();
    let date = Date::try_new_iso(local.year().into(), unsigned(local.month())?, unsigned(local.day())?).ok()?;
    let (hour, minute, second) = (unsigned(local.hour())?, unsigned(local.minute())?, unsigned(local.second())?);
    let time = Time::try_new(hour, minute, second, 0).ok()?;
    names.load_weekday_names(&Cldr, WeekdayNameLength::Wide).ok()?;
    if let Some(length) = pattern.day_periods {
        names.load_day_period_names(&Cldr, length).ok()?;
    }
    let moment = DateTime { date: date.to_calendar(calendar), time };
    let formatter = names.with_pattern_unchecked(&pattern.icu);
    formatter.format(&moment).try_write_to_string().ok().map(std::borrow::Cow::into_owned)
}

/// Checks the form of a time with its offset: `T10:00:00Z`, `t10:00:00.5+03:30`.
fn is_time(text: &str) -> Result<(), DateError> {
    let time = text.get(1..).filter(|_| text.starts_with(['T', 't'])).ok_or(DateError::Form)?;
    let (clock, rest) = time.split_at_checked("00:00:00".len()).ok_or(DateError::Form)?;
    if !has_form(clock, "00:00:00") {
        return Err(DateError::Form);
    }
    let offset = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    match offset {
        "" => Err(DateError::NoOffset),
        "Z" | "z" => Ok(()),
        offset if has_form(offset, "+00:00") || has_form(offset, "-00:00") => Ok(()),
        _ => Err(DateError::Form),
    }
}

/// Returns whether a text has digits where a form has them, and is the same elsewhere.
fn has_form(text: &str, form: &str) -> bool {
    let is_alike = |(byte, expected): (u8, u8)| if expected == b'0' { byte.is_ascii_digit() } else { byte == expected };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(is_alike)
}
