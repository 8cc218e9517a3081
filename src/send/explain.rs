//! An outcome in sentences that help: what happened, what it means, what to do.

use std::fmt;
use std::time::Duration;

use super::outcome::{Doubt, Excerpt, Flaw, Obstacle, Outcome, Refusal, Said};
use super::quote::Quote;
use super::request::Request;
use crate::config::Api;

/// What people should know about an [`Outcome`]. Every sentence is one line, without colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What happened.
    pub summary: String,
    /// What that means.
    pub meaning: Option<String>,
    /// What to do, the likeliest help first.
    pub help: Vec<String>,
}

impl Outcome {
    /// Puts the outcome of `request` into words.
    #[must_use]
    pub fn explain(&self, request: &Request) -> Explanation {
        match self {
            Self::Delivered { message, .. } => delivered(message.as_ref(), request),
            Self::Refused { status, reason, said } => refused(*status, reason, said, request),
            Self::NotSent { obstacle } => not_sent(obstacle, request),
            Self::Unknown { doubt } => unknown(doubt, request),
        }
    }
}

impl Outcome {
    /// What happened, in words for an outcome after which another try is safe ([`Setback`](super::Setback)): without a doubt.
    #[must_use]
    pub fn explain_setback(&self, request: &Request) -> String {
        match self {
            Self::Unknown { doubt } => what_is_unclear(doubt, request),
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

fn delivered(message: Option<&Quote>, request: &Request) -> Explanation {
    let conversation = request.conversation();
    let summary = match message {
        None => format!("delivered to conversation {conversation}"),
        Some(words) => format!("delivered to conversation {conversation}; the API says: {words}"),
    };
    Explanation { summary, meaning: None, help: Vec::new() }
}

fn refused(status: u16, reason: &Refusal, said: &Said, request: &Request) -> Explanation {
    let host = request.endpoint().base().host();
    let summary = format!("{host} refused the message: HTTP {status}{}", words(said));
    let (meaning, mut help) = match reason {
        Refusal::Restricted => restricted(request),
        Refusal::Unauthenticated => unauthenticated(request),
        Refusal::Forbidden => forbidden(request),
        Refusal::Limited { retry_after } => limited(*retry_after),
        Refusal::NotFound => not_found(request),
        Refusal::Redirected { host } => redirected(host.as_ref(), request),
        Refusal::Other => other_refusal(status),
    };
    if matches!(said, Said::Other(_)) && !matches!(reason, Refusal::Redirected { .. }) {
        help.push(
            "The answer is not the API's JSON: a firewall or a gateway before the API may have given it, for instance \
             one that does not admit this machine's address."
                .to_owned(),
        );
    }
    Explanation { summary, meaning: Some(meaning), help }
}

fn restricted(request: &Request) -> (String, Vec<String>) {
    let conversation = request.conversation();
    (
        format!("One side of conversation {conversation} has blocked the other, or one of the two is blacklisted."),
        vec!["Trying again cannot help: leave this conversation out.".to_owned()],
    )
}

fn unauthenticated(request: &Request) -> (String, Vec<String>) {
    let mut help = vec![
        "Access tokens live 3,600 s: renew the token if it is older.".to_owned(),
        "Check that the API key and the access token are of the same app.".to_owned(),
        other_api(request),
    ];
    help.extend(permissions(request));
    ("The API key or the access token is wrong, or the token has expired.".to_owned(), help)
}

fn forbidden(request: &Request) -> (String, Vec<String>) {
    let mut help = permissions(request);
    help.push("Access tokens live 3,600 s: renew the token if it is older.".to_owned());
    ("The API key lacks a permission, or the access token lacks a scope.".to_owned(), help)
}

/// The two places at which an app gets leave to send (the API document, "دسترسی ارسال پیام در چت").
fn permissions(request: &Request) -> Vec<String> {
    let conversation = request.conversation();
    vec![
        "The API key needs the permission CHAT_SEND_MESSAGE_OAUTH: ask for it in Kenar's panel.".to_owned(),
        format!(
            "The access token needs one of the scopes CONVERSATION_SEND_MESSAGE.{conversation}, \
             CHAT_POST_CONVERSATIONS_MESSAGE_SEND.<post token> (the post that the chat is about) or \
             CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND: ask the user for it when the token is made."
        ),
    ]
}

fn other_api(request: &Request) -> String {
    let (this, other) = match request.endpoint().api() {
        Api::Classic => (Api::Classic, Api::Current),
        Api::Current => (Api::Current, Api::Classic),
    };
    let (this_header, other_header) = (this.token_header(), other.token_header());
    format!("The token went as `{this_header}` (--api {this}); --api {other} sends it as `{other_header}`.")
}

fn limited(retry_after: Option<Duration>) -> (String, Vec<String>) {
    let wait = match retry_after {
        Some(wait) => format!("Wait {}, as the answer asks, and send again.", human(wait)),
        None => "Wait a minute and send again; if that is refused too, the daily quota is used up.".to_owned(),
    };
    (
        "The app has reached its limit by the minute or its daily quota; nothing was delivered.".to_owned(),
        vec![wait, "Both limits are the app's own: Kenar's panel shows them.".to_owned()],
    )
}

fn not_found(request: &Request) -> (String, Vec<String>) {
    let (conversation, api, base) = (request.conversation(), request.endpoint().api(), request.endpoint().base());
    (
        format!("There is no conversation {conversation} for this token, or no such path on the server."),
        vec![
            "Check the conversation id.".to_owned(),
            format!("Check --api (now {api}) and --base-url (now {base}): the message went to {}.", request.url()),
        ],
    )
}

fn redirected(host: Option<&Quote>, request: &Request) -> (String, Vec<String>) {
    let this = request.endpoint().base().host();
    let target = match host {
        None => "elsewhere".to_owned(),
        Some(host) if host.as_str() == this => "to another address on the same host".to_owned(),
        Some(host) => format!("to {host}"),
    };
    let other_api = Api::ALL.into_iter().find(|api| host.is_some_and(|host| host.as_str() == api.host()));
    let help = match other_api {
        Some(api) if api != request.endpoint().api() => format!("If the API has moved there, use --api {api}."),
        _ => "If that is where the API is, give its address as --base-url.".to_owned(),
    };
    (
        format!("The server points {target}. Redirects are not followed: the key and the token would go along."),
        vec![help],
    )
}

fn other_refusal(status: u16) -> (String, Vec<String>) {
    let help = match status {
        413 => "Shorten the message.",
        400 | 422 => {
            "The message meets the documented rules, so the API knows one more: its words above should say which."
        }
        _ => "The server's words above should say why.",
    };
    ("The server did not take the request; nothing was delivered.".to_owned(), vec![help.to_owned()])
}

fn not_sent(obstacle: &Obstacle, request: &Request) -> Explanation {
    let base = request.endpoint().base();
    let host = base.host();
    let (what, help) = match obstacle {
        Obstacle::Lookup(why) => (
            format!("the address of {host} could not be found{}", because(why.as_ref())),
            "Check this machine's connection, and --base-url if it is set.",
        ),
        Obstacle::Tls(why) => (
            format!("TLS with {host} failed{}", because(why.as_ref())),
            "Check this machine's clock and certificates. If a proxy inspects traffic here, its certificate must be \
             among the system's, or in the file that SSL_CERT_FILE names.",
        ),
        Obstacle::TimedOut { limit } => (
            format!("no connection to {base} within {}", human(*limit)),
            "Check this machine's connection, and --base-url and HTTPS_PROXY if they are set.",
        ),
        Obstacle::Connection(why) => (
            format!("no connection to {base}{}", because(why.as_ref())),
            "Check that a server listens there, and --base-url and HTTPS_PROXY if they are set.",
        ),
    };
    Explanation {
        summary: format!("not sent: {what}"),
        meaning: Some("The request did not leave this machine, so it is safe to send it again.".to_owned()),
        help: vec![help.to_owned()],
    }
}

fn what_is_unclear(doubt: &Doubt, request: &Request) -> String {
    let base = request.endpoint().base();
    match doubt {
        Doubt::TimedOut { limit } => format!("no answer from {base} within {}", human(*limit)),
        Doubt::Broken(why) => format!("no usable answer from {base}{}", because(why.as_ref())),
        Doubt::ServerFailed { status, said, .. } => format!("{base} failed: HTTP {status}{}", words(said)),
        Doubt::Unexpected { status, flaw, came } => {
            let flaw = match flaw {
                Flaw::CutShort => "breaks off",
                Flaw::TooSlow => "did not end in time",
                Flaw::TooLong => "is longer than 64 KiB",
                Flaw::NotAsDocumented => "is not what the API documents",
            };
            format!("the answer of {base} (HTTP {status}) {flaw}{}", came.as_ref().map_or_else(String::new, beginning))
        }
    }
}

fn unknown(doubt: &Doubt, request: &Request) -> Explanation {
    let (base, what) = (request.endpoint().base(), what_is_unclear(doubt, request));
    let mut help = vec!["Look into the conversation before sending again.".to_owned()];
    if let Doubt::ServerFailed { retry_after: Some(wait), .. } = doubt {
        help.push(format!("The server asks to wait {} before the next request.", human(*wait)));
    }
    if let Doubt::Unexpected { flaw: Flaw::NotAsDocumented, .. } = doubt {
        help.push(format!("If {base} is not the API, correct --base-url."));
    }
    let conversation = request.conversation();
    let meaning = format!(
        "The request left, so the message may or may not stand in conversation {conversation}; sent again, it may \
         stand there twice."
    );
    Explanation { summary: format!("outcome unknown: {what}"), meaning: Some(meaning), help }
}

/// What a server said, as the end of a sentence.
fn words(said: &Said) -> String {
    match said {
        Said::Nothing => String::new(),
        Said::Api { code, message } => {
            let code = code.map_or_else(String::new, |code| format!(", {}", code_name(code)));
            format!("{code}{}", because(message.as_ref()))
        }
        Said::Other(excerpt) => beginning(excerpt),
    }
}

fn beginning(Excerpt { content_type, beginning }: &Excerpt) -> String {
    match content_type {
        None => format!("; it says: {beginning}"),
        Some(kind) => format!("; it says, as {kind}: {beginning}"),
    }
}

fn because(why: Option<&Quote>) -> String {
    why.map_or_else(String::new, |why| format!(": {why}"))
}

/// The name of a `google.rpc.Code`.
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

/// A time as people say it: `300 ms`, `1.5 s`, `45 s`, `2 min 5 s`, `1 h 3 min`.
fn human(time: Duration) -> String {
    let seconds = time.as_secs();
    if (1..10).contains(&seconds) {
        return format!("{} s", (time.as_secs_f64() * 100.0).round() / 100.0);
    }
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let said: Vec<_> =
        parts.iter().filter(|(count, _)| *count > 0).take(2).map(|(count, unit)| format!("{count} {unit}")).collect();
    if said.is_empty() { format!("{} ms", time.as_millis()) } else { said.join(" ") }
}
