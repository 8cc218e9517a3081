//! A moment as people and programs write it.

use std::time::{SystemTime, UNIX_EPOCH};

const SECONDS_A_DAY: u64 = 86_400;

/// `2026-11-22T08:30:00.123Z` (RFC 3339 §5.6, UTC); a moment before 1970 as its beginning.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// let written = |seconds| kenarc::serve::rfc3339(UNIX_EPOCH + Duration::from_secs(seconds));
/// assert_eq!(written(0), "1970-01-01T00:00:00.000Z");
/// assert_eq!(written(951_782_399), "2000-02-28T23:59:59.000Z");
/// assert_eq!(written(951_782_400), "2000-02-29T00:00:00.000Z");
/// assert_eq!(written(1_795_335_000), "2026-11-22T08:10:00.000Z");
/// assert_eq!(written(4_107_542_399), "2100-02-28T23:59:59.000Z");
/// assert_eq!(written(4_107_542_400), "2100-03-01T00:00:00.000Z");
/// ```
#[must_use]
pub fn rfc3339(moment: SystemTime) -> String {
    let since = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (days, second) = (since.as_secs() / SECONDS_A_DAY, since.as_secs() % SECONDS_A_DAY);
    let (year, month, day) = date(days);
    let (hour, minute, second, millis) = (second / 3600, second / 60 % 60, second % 60, since.subsec_millis());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// Year, month and day of a number of days since 1970-01-01, in the Gregorian calendar. Years are counted from March, so that
/// the leap day is a year's last (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`).
fn date(days: u64) -> (u64, u64, u64) {
    const DAYS_IN_400_YEARS: u64 = 146_097;
    // 0000-03-01 is 719,468 days before 1970-01-01.
    let days = days + 719_468;
    let (era, day) = (days / DAYS_IN_400_YEARS, days % DAYS_IN_400_YEARS);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (400 * era + year + u64::from(month <= 2), month, day)
}
