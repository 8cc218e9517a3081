//! The `Retry-After` header.

use std::time::{Duration, SystemTime};

/// Parses a `Retry-After` header: a number of seconds, or an HTTP date, from which `now` is subtracted (RFC 9110 §10.2.3). A date in
/// the past is a wait of zero. Returns `None` for anything else.
pub(super) fn parse(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return value.parse().ok().map(Duration::from_secs);
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}
