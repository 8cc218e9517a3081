//! What a refusal means, and what to do about it.

use std::iter;
use std::time::Duration;

use crate::config::Api;
use crate::send::outcome::Refusal;
use crate::send::recipient::RecipientKind;
use crate::send::request::Request;
use crate::send::sanitized::SanitizedText;

use super::human_readable;

/// Returns what the refusal of a request with a status means, and what to do; the most likely remedy comes first.
pub(super) fn explain(status: u16, reason: &Refusal, request: &Request) -> (String, Vec<String>) {
    match reason {
        Refusal::Restricted => restricted(request),
        Refusal::Unauthenticated => unauthenticated(request),
        Refusal::Forbidden => forbidden(request),
        Refusal::Limited { retry_after } => limited(*retry_after),
        Refusal::NotFound => not_found(request),
        Refusal::Redirected { host } => redirected(host.as_ref(), request),
        Refusal::Other => other_refusal(status),
    }
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
pub(super) fn new_address(request: &Request) -> Option<String> {
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
