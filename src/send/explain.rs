//! Explains an outcome in sentences: what happened, what is certain, what to do.

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
    let (meaning, mut help) = match reason {
        Refusal::Restricted => restricted(request),
        Refusal::Unauthenticated => unauthenticated(request),
        Refusal::Forbidden => forbidden(request),
        Refusal::Limited { retry_after } => limited(*retry_after),
        Refusal::NotFound => not_found(request),
        Refusal::Redirected { host } => redirected(host.as_ref(), request),
        Refusal::Other => other_refusal(status),
    };
    if matches!(body, ErrorBody::Other(_)) && !matches!(reason, Refusal::Redirected { .. }) {
        help.push(
            "The response is not the API's JSON: it may come from a firewall or a gateway in front of the API, for \
             instance one that does not admit this machine's address."
                .to_owned(),
        );
    }
    Explanation { summary, meaning: Some(meaning), help }
}

fn restricted(request: &Request) -> (String, Vec<String>) {
    let recipient = request.recipient();
    let (who, what) = match recipient.kind {
        RecipientKind::Conversation => (format!("One side of {recipient} has blocked the other"), "conversation"),
        RecipientKind::BotConversation => (format!("The user of {recipient} has blocked the chatbot"), "conversation"),
        RecipientKind::BotUser => (format!("The {recipient} has blocked the chatbot"), "user"),
    };
    (
        format!("{who}, or one of the two is blacklisted."),
        vec![format!("Sending again cannot help: leave this {what} out.")],
    )
}

const RENEW_TOKEN: &str = "Access tokens expire after 3,600 s: renew the token if it is older.";

fn unauthenticated(request: &Request) -> (String, Vec<String>) {
    let permissions = permissions(request);
    if !request.recipient().kind.needs_token() {
        return ("The API key is wrong.".to_owned(), permissions);
    }
    let mut help =
        vec![RENEW_TOKEN.to_owned(), "Check that the API key and the access token belong to the same app.".to_owned()];
    help.extend(other_api(request));
    help.extend(permissions);
    ("The API key or the access token is wrong, or the token has expired.".to_owned(), help)
}

fn forbidden(request: &Request) -> (String, Vec<String>) {
    let mut help = permissions(request);
    if !request.recipient().kind.needs_token() {
        return ("The API key lacks a permission.".to_owned(), help);
    }
    help.push(RENEW_TOKEN.to_owned());
    ("The API key lacks a permission, or the access token lacks a scope.".to_owned(), help)
}

/// Returns the permission and the scopes that sending requires (the API document, "دسترسی ارسال پیام در چت"; for
/// chatbots Divar's OpenAPI description).
fn permissions(request: &Request) -> Vec<String> {
    let recipient = request.recipient();
    let permission = match recipient.kind {
        RecipientKind::Conversation => "CHAT_SEND_MESSAGE_OAUTH",
        RecipientKind::BotConversation | RecipientKind::BotUser => "CHAT_BOT_SEND_MESSAGE",
    };
    let scopes = match recipient.kind {
        RecipientKind::Conversation => Some(format!(
            "one of the scopes CONVERSATION_SEND_MESSAGE.{}, CHAT_POST_CONVERSATIONS_MESSAGE_SEND.<post token> (the post \
             that the chat is about) or CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND",
            recipient.id
        )),
        RecipientKind::BotConversation => None,
        RecipientKind::BotUser => Some("the scope CHAT_BOT_USER_MESSAGE_SEND".to_owned()),
    };
    let scopes = scopes
        .map(|scopes| format!("The access token needs {scopes}: request it from the user when the token is created."));
    let permission = format!("The API key needs the permission {permission}: request it in Kenar's panel.");
    iter::once(permission).chain(scopes).collect()
}

/// Says how the other API would get the token. Only one of the two has chatbots.
fn other_api(request: &Request) -> Option<String> {
    if request.recipient().kind != RecipientKind::Conversation {
        return None;
    }
    let (this, other) = match request.endpoint().api() {
        Api::Classic => (Api::Classic, Api::Current),
        Api::Current => (Api::Current, Api::Classic),
    };
    let (this_header, other_header) = (this.token_header(), other.token_header());
    Some(format!("The token was sent as `{this_header}` (--api {this}); --api {other} sends it as `{other_header}`."))
}

fn limited(retry_after: Option<Duration>) -> (String, Vec<String>) {
    let wait = match retry_after {
        Some(wait) => format!("Wait {}, as the server asks, and send again.", human_readable(wait)),
        None => "Wait a minute and send again; if that is refused too, the daily quota is used up.".to_owned(),
    };
    (
        "The app has reached its per-minute limit or its daily quota; nothing was delivered.".to_owned(),
        vec![wait, "Kenar's panel shows both limits.".to_owned()],
    )
}

fn not_found(request: &Request) -> (String, Vec<String>) {
    let (recipient, api, base) = (request.recipient(), request.endpoint().api(), request.endpoint().base());
    let (what, which) = match recipient.kind {
        RecipientKind::Conversation => ("This token can access", "conversation"),
        RecipientKind::BotConversation => ("The chatbot has", "conversation"),
        RecipientKind::BotUser => ("The chatbot knows", "user"),
    };
    let options = match recipient.kind {
        RecipientKind::Conversation => format!("--api (now {api}) and --base-url (now {base})"),
        RecipientKind::BotConversation | RecipientKind::BotUser => format!("--base-url (now {base})"),
    };
    let mut help =
        vec![format!("Check the {which} id."), format!("Check {options}: the request was sent to {}.", request.url())];
    help.extend(new_address(request));
    (format!("{what} no {recipient}, or the server has no such path."), help)
}

/// Says where the API has moved, if the request was for its old address (Divar's announcement of 2025-04-27).
fn new_address(request: &Request) -> Option<String> {
    let (old, new) = (Api::Classic, Api::Current);
    (request.endpoint().api() == old).then(|| {
        format!(
            "On 2025-04-27, Divar moved the API from {} to {}, with the token as `{}`: use --api {new}, without --base-url.",
            old.host(),
            new.host(),
            new.token_header()
        )
    })
}

fn redirected(host: Option<&SanitizedText>, request: &Request) -> (String, Vec<String>) {
    let this = request.endpoint().base().host();
    let target = match host {
        None => "elsewhere".to_owned(),
        Some(host) if host.as_str() == this => "to another URL on the same host".to_owned(),
        Some(host) => format!("to {host}"),
    };
    let has_both = request.recipient().kind == RecipientKind::Conversation;
    let apis = Api::ALL.into_iter().filter(|api| has_both || *api == Api::Current);
    let other_api = apis.into_iter().find(|api| host.is_some_and(|host| host.as_str() == api.host()));
    let help = match other_api {
        Some(api) if api != request.endpoint().api() => format!("If the API has moved there, use --api {api}."),
        _ => "If the API is there, pass its URL as --base-url.".to_owned(),
    };
    (
        format!(
            "The server redirects {target}. Redirects are not followed, because the key and the token would be sent \
             along."
        ),
        vec![help],
    )
}

fn other_refusal(status: u16) -> (String, Vec<String>) {
    let help = match status {
        413 => "Shorten the message.",
        400 | 422 => {
            "The message follows the documented rules, so the API has an undocumented one: its error message above \
             should name it."
        }
        _ => "The server's error message above should say why.",
    };
    ("The server did not accept the request; nothing was delivered.".to_owned(), vec![help.to_owned()])
}

fn not_sent(error: &ConnectError, request: &Request) -> Explanation {
    let base = request.endpoint().base();
    let (what, help) = no_connection(error, base);
    let is_divar = Api::ALL.into_iter().any(|api| api.host() == base.host());
    let moved = new_address(request).filter(|_| is_divar);
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
