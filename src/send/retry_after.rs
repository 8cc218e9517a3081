//! The `Retry-After` header.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Parses a `Retry-After` header: a number of seconds, or an HTTP date, from which `now` is subtracted (RFC 9110
/// §10.2.3). A date in the past is a wait of zero. Returns `None` for anything else.
pub(super) fn parse(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return value.parse().ok().map(Duration::from_secs);
    }
    let wait = parse_http_date(value)?.duration_since(now);
    // A negative duration cannot be converted.
    Some(wait.try_into().unwrap_or_default())
}

/// The preferred format of HTTP dates, and the two obsolete ones, of RFC 850 and `asctime`, that must be accepted (RFC
/// 9110 §5.6.7).
const FORMATS: [&str; 3] = ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];

fn parse_http_date(value: &str) -> Option<Timestamp> {
    let date = FORMATS.iter().find_map(|format| DateTime::strptime(format, value).ok())?;
    TimeZone::UTC.to_timestamp(date).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_all_formats_of_http() {
        let now = Timestamp::from_second(784_111_700).expect("a time in 1994");
        for date in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(parse(date, now), Some(Duration::from_secs(77)), "{date}");
        }
    }

    #[test]
    fn past_dates_mean_no_wait() {
        assert_eq!(parse("Sun, 06 Nov 1994 08:49:37 GMT", Timestamp::now()), Some(Duration::ZERO));
    }

    #[test]
    fn seconds_are_read_and_anything_else_is_not() {
        assert_eq!(parse(" 125 ", Timestamp::now()), Some(Duration::from_secs(125)));
        for value in ["", "-1", "1.5", "soon", "Sun, 06 Nov 1994 08:49:37", "99999999999999999999"] {
            assert_eq!(parse(value, Timestamp::now()), None, "{value}");
        }
    }
}
