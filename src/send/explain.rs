//! Explains an outcome in sentences: what happened, what is certain, what to do.

mod refusal;

use std::fmt;
use std::iter;
use std::time::Duration;

use crate::config::Api;

use super::api::BaseUrl;
use super::outcome::{ConnectError, ErrorBody, Excerpt, Outcome, Refusal, ResponseDefect, UnknownReason};
use super::recipient::RecipientKind;
use super::request::Request;
use super::sanitized::SanitizedText;

/// A human-readable explanation of an [`Outcome`]. Every sentence is one line, without colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What happened.
    pub summary: String,
    /// What that means.
    pub meaning: Option<String>,
    /// What to do; the most likely remedy comes first.
    pub help: Vec<String>,
}

impl Outcome {
    /// Explains the outcome of `request`.
    #[must_use]
    pub fn explain(&self, request: &Request) -> Explanation {
        match self {
            Self::Delivered { message, conversation, .. } => {
                delivered(message.as_ref(), conversation.as_ref(), request)
            }
            Self::Refused { status, reason, body } => refused(*status, reason, body, request),
            Self::NotSent { error } => not_sent(error, request),
            Self::Unknown { reason } => unknown(reason, request),
        }
    }

    /// Says what happened, for an outcome after which the request is sent again ([`RetryReason`](super::RetryReason)):
    /// it does not call a 503 an unknown outcome.
    #[must_use]
    pub fn explain_retry(&self, request: &Request) -> String {
        match self {
            Self::Unknown { reason } => describe(reason, request.endpoint().base()),
            _ => self.explain(request).summary,
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary)?;
        for line in self.meaning.iter().chain(&self.help) {
            write!(f, "\n{line}")?;
        }
        Ok(())
    }
}

fn delivered(message: Option<&SanitizedText>, conversation: Option<&SanitizedText>, request: &Request) -> Explanation {
    let recipient = request.recipient();
    // Of a user's conversation the id is new; any other one is the recipient.
    let conversation = conversation.filter(|_| recipient.kind == RecipientKind::BotUser);
    let conversation = conversation.map_or_else(String::new, |id| format!(" in conversation {id}"));
    let message = message.map_or_else(String::new, |message| format!("; the API says: {message}"));
    Explanation { summary: format!("delivered to {recipient}{conversation}{message}"), meaning: None, help: Vec::new() }
}

fn refused(status: u16, reason: &Refusal, body: &ErrorBody, request: &Request) -> Explanation {
    let host = request.endpoint().base().host();
    let summary = format!("{host} refused the message: HTTP {status}{}", error_text(body));
    let (meaning, mut help) = refusal::explain(status, reason, request);
    if matches!(body, ErrorBody::Other(_)) && !matches!(reason, Refusal::Redirected { .. }) {
        help.push(
            "The response is not the API's JSON: it may come from a firewall or a gateway in front of the API, for \
             instance one that does not admit this machine's address."
                .to_owned(),
        );
    }
    Explanation { summary, meaning: Some(meaning), help }
}

fn not_sent(error: &ConnectError, request: &Request) -> Explanation {
    let base = request.endpoint().base();
    let (what, help) = no_connection(error, base);
    let is_divar = Api::ALL.into_iter().any(|api| api.host() == base.host());
    let moved = refusal::new_address(request).filter(|_| is_divar);
    Explanation {
        summary: format!("not sent: {what}"),
        meaning: Some("The request did not leave this machine, so it is safe to send it again.".to_owned()),
        help: iter::once(help.to_owned()).chain(moved).collect(),
    }
}

/// Says why a request did not leave this machine, and what to check.
pub(super) fn no_connection(error: &ConnectError, base: &BaseUrl) -> (String, &'static str) {
    let host = base.host();
    match error {
        ConnectError::Lookup(cause) => (
            format!("could not resolve {host}{}", because(cause.as_ref())),
            "Check this machine's network connection, and --base-url if it is set.",
        ),
        ConnectError::Tls(cause) => (
            format!("the TLS handshake with {host} failed{}", because(cause.as_ref())),
            "Check this machine's clock and certificates. If a proxy inspects the traffic, its certificate must be \
             among the system's, or in the file that SSL_CERT_FILE names.",
        ),
        ConnectError::TimedOut { limit } => (
            format!("no connection to {base} within {}", human_readable(*limit)),
            "Check this machine's network connection, and --base-url and HTTPS_PROXY if they are set.",
        ),
        ConnectError::Proxy { address, cause } => (
            format!("no connection to {base} through the proxy {address}{}", because(cause.as_ref())),
            "Check the proxy that HTTPS_PROXY or ALL_PROXY names, its user name and password, and --base-url if it is \
             set.",
        ),
        ConnectError::Connection(cause) => (
            format!("could not connect to {base}{}", because(cause.as_ref())),
            "Check that a server listens there, and --base-url and HTTPS_PROXY if they are set.",
        ),
    }
}

/// Says why the outcome of a request is unknown.
pub(super) fn describe(reason: &UnknownReason, base: &BaseUrl) -> String {
    match reason {
        UnknownReason::TimedOut { limit } => format!("no response from {base} within {}", human_readable(*limit)),
        UnknownReason::Broken(cause) => format!("no usable response from {base}{}", because(cause.as_ref())),
        UnknownReason::ServerFailed { status, body, .. } => {
            format!("{base} failed: HTTP {status}{}", error_text(body))
        }
        UnknownReason::Contradiction { status, message } => {
            format!("{base} answered HTTP 200, but with status {status} in the body{}", because(message.as_ref()))
        }
        UnknownReason::Unexpected { status, defect, excerpt } => {
            let defect = match defect {
                ResponseDefect::CutShort => "is incomplete",
                ResponseDefect::TooSlow => "did not end in time",
                ResponseDefect::TooLong => "is longer than 64 KiB",
                ResponseDefect::NotAsDocumented => "is not what the API documents",
            };
            let excerpt = excerpt.as_ref().map_or_else(String::new, beginning);
            format!("the response from {base} (HTTP {status}) {defect}{excerpt}")
        }
    }
}

fn unknown(reason: &UnknownReason, request: &Request) -> Explanation {
    let base = request.endpoint().base();
    let what = describe(reason, base);
    let mut help = vec!["Look at the conversation before you send again.".to_owned()];
    if let UnknownReason::ServerFailed { retry_after: Some(wait), .. } = reason {
        help.push(format!("The server asks to wait {} before the next request.", human_readable(*wait)));
    }
    if let UnknownReason::Unexpected { defect: ResponseDefect::NotAsDocumented, .. } = reason {
        help.push(format!("If {base} is not the API, correct --base-url."));
    }
    let meaning = format!(
        "The request may have reached the server, so the message may or may not have been delivered to {}; sending it \
         again may deliver it twice.",
        request.recipient()
    );
    Explanation { summary: format!("outcome unknown: {what}"), meaning: Some(meaning), help }
}

/// Returns the error that a response reports, as the end of a sentence.
pub(super) fn error_text(body: &ErrorBody) -> String {
    match body {
        ErrorBody::Empty => String::new(),
        ErrorBody::Api { code, message } => {
            let code = code.map_or_else(String::new, |code| format!(", {}", code_name(code)));
            format!("{code}{}", because(message.as_ref()))
        }
        ErrorBody::Other(excerpt) => beginning(excerpt),
    }
}

fn beginning(Excerpt { content_type, beginning }: &Excerpt) -> String {
    match content_type {
        None => format!("; body: {beginning}"),
        Some(content_type) => format!("; body ({content_type}): {beginning}"),
    }
}

fn because(cause: Option<&SanitizedText>) -> String {
    cause.map_or_else(String::new, |cause| format!(": {cause}"))
}

/// Returns the name of a `google.rpc.Code`.
fn code_name(code: i32) -> String {
    let name = match code {
        0 => "OK",
        1 => "CANCELLED",
        2 => "UNKNOWN",
        3 => "INVALID_ARGUMENT",
        4 => "DEADLINE_EXCEEDED",
        5 => "NOT_FOUND",
        6 => "ALREADY_EXISTS",
        7 => "PERMISSION_DENIED",
        8 => "RESOURCE_EXHAUSTED",
        9 => "FAILED_PRECONDITION",
        10 => "ABORTED",
        11 => "OUT_OF_RANGE",
        12 => "UNIMPLEMENTED",
        13 => "INTERNAL",
        14 => "UNAVAILABLE",
        15 => "DATA_LOSS",
        16 => "UNAUTHENTICATED",
        _ => return format!("code {code}"),
    };
    name.to_owned()
}

/// Formats a duration in two units at most: `300 ms`, `1.5 s`, `45 s`, `2 min 5 s`, `1 h 3 min`.
fn human_readable(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if (1..10).contains(&seconds) {
        return format!("{} s", (duration.as_secs_f64() * 100.0).round() / 100.0);
    }
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let parts: Vec<_> =
        parts.iter().filter(|(count, _)| *count > 0).take(2).map(|(count, unit)| format!("{count} {unit}")).collect();
    if parts.is_empty() { format!("{} ms", duration.as_millis()) } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_in_at_most_two_units() {
        for (millis, expected) in [
            (0, "0 ms"),
            (300, "300 ms"),
            (1_500, "1.5 s"),
            (45_000, "45 s"),
            (125_000, "2 min 5 s"),
            (3_780_000, "1 h 3 min"),
            (3_600_000, "1 h"),
        ] {
            assert_eq!(human_readable(Duration::from_millis(millis)), expected);
        }
    }
}
