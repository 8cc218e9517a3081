//! How long a server asks to wait.

use std::time::{Duration, SystemTime};

/// The value of a `Retry-After` header: a number of seconds, or a date, which counts from `now` (RFC 9110 §10.2.3).
/// A date that has passed is no wait at all; anything else is not understood.
pub(super) fn parse(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return value.parse().ok().map(Duration::from_secs);
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}
