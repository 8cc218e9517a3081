//! What the head of a request says: where it wants to go, who sends it, what it carries.

use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use percent_encoding::percent_decode_str;

use crate::send::{Api, ConversationId, Secret};
use crate::source::visible;

use super::answer::Answer;
use super::secrets::Secrets;

const API_KEY: &str = "x-api-key";

/// How much is shown of a method and a path, in characters.
const MAX_LINE: usize = 200;

/// The head of a request, without its secrets and safe to print.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The method and the path.
    pub line: String,
    /// The conversation that the path names, where it is one of the API's.
    pub conversation: Option<String>,
    /// Which of the API's two ways the token came by, where there is one.
    pub api: Option<Api>,
}

impl Arrival {
    pub(super) fn of(head: &Parts, secrets: &Secrets) -> Self {
        let show = |text: &str| visible(&secrets.hide(text)).into_owned();
        let conversation = conversation(head.uri.path()).and_then(|id| decode(id).ok());
        Self {
            line: show(&format!("{} {}", head.method, head.uri.path())).chars().take(MAX_LINE).collect(),
            conversation: conversation.map(|id| show(id.as_str())),
            api: Api::ALL.into_iter().find(|api| head.headers.contains_key(api.token_header())),
        }
    }
}

/// Whether the API would look at the body of the request at all.
///
/// # Errors
/// The API's refusal.
pub(super) fn admit(head: &Parts, api: Option<Api>) -> Result<(), Answer> {
    route(head)?;
    identify(&head.headers, api)
}

/// `POST /v2/open-platform/conversations/{conversation_id}/messages` (the API document).
fn route(head: &Parts) -> Result<(), Answer> {
    let Some(id) = conversation(head.uri.path()) else {
        let message =
            "there is nothing at this path; messages go to /v2/open-platform/conversations/{conversation_id}/messages";
        return Err(Answer::new(StatusCode::NOT_FOUND, message));
    };
    if head.method != Method::POST {
        return Err(Answer::new(StatusCode::METHOD_NOT_ALLOWED, "a message is sent with POST"));
    }
    decode(id).map(drop).map_err(|reason| Answer::new(StatusCode::BAD_REQUEST, reason))
}

/// The segment of the path in which the conversation's id stands, as it came.
fn conversation(path: &str) -> Option<&str> {
    let id = path.strip_prefix("/v2/open-platform/conversations/")?.strip_suffix("/messages")?;
    (!id.contains('/')).then_some(id)
}

fn decode(segment: &str) -> Result<ConversationId, String> {
    let id = percent_decode_str(segment).decode_utf8().map_err(|_| "the conversation id is not UTF-8".to_owned())?;
    ConversationId::new(id).map_err(|error| error.to_string())
}

/// The key and the token. Whether they are valid nobody here can know; whether they can be is looked at.
fn identify(headers: &HeaderMap, api: Option<Api>) -> Result<(), Answer> {
    let refuse = |message: String| Answer::new(StatusCode::UNAUTHORIZED, message);
    secret(headers, API_KEY, "").map_err(refuse)?;
    let has = |api: &Api| headers.contains_key(api.token_header());
    match (api, Api::ALL.into_iter().find(has)) {
        (None, Some(api)) => token(headers, api),
        (None, None) => Err("the user's access token is missing: it comes in `x-access-token` (classic) or in \
                             `Authorization: Bearer` (current)"
            .to_owned()),
        (Some(api), found) if has(&api) || found.is_none() => token(headers, api),
        (Some(api), found) => {
            let (wanted, other) = (header(api), found.map(header).unwrap_or_default());
            Err(format!(
                "the access token came in `{other}`, and this server takes only `--api {api}`: it belongs in `{wanted}`"
            ))
        }
    }
    .map_err(refuse)
}

fn token(headers: &HeaderMap, api: Api) -> Result<(), String> {
    secret(headers, api.token_header(), api.token_prefix())
}

/// "Authorization: Bearer"
fn header(api: Api) -> String {
    format!("{}: {}", api.token_header(), api.token_prefix()).trim_end_matches([':', ' ']).to_owned()
}

/// Whether a header has a secret after a prefix; if not, why.
fn secret(headers: &HeaderMap, name: &str, prefix: &str) -> Result<(), String> {
    let value = headers.get(name).ok_or_else(|| format!("the header `{name}` is missing"))?;
    let value = value.to_str().map_err(|_| format!("the header `{name}` is not visible ASCII"))?.trim();
    let scheme = prefix.trim_end();
    let value = match value.get(..scheme.len()) {
        // The name of a scheme has no case (RFC 9110 §11.1).
        Some(given) if given.eq_ignore_ascii_case(scheme) => value[scheme.len()..].trim_start(),
        _ => return Err(format!("the header `{name}` does not begin with `{scheme}`")),
    };
    Secret::new(value).map(drop).map_err(|error| format!("the header `{name}` {error}"))
}

/// Whether the body is what the API takes. grpc-gateway, on which the API's shape of answers rests, would not look; the
/// document writes `application/json`, and what is between a client and the API may well.
///
/// # Errors
/// The refusal.
pub(super) fn check_media_type(headers: &HeaderMap) -> Result<(), Answer> {
    let refuse = |message: String| Err(Answer::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    let encoding = text(headers, &CONTENT_ENCODING).unwrap_or("identity");
    if !encoding.trim().eq_ignore_ascii_case("identity") {
        return refuse("the body is compressed (`Content-Encoding`); it is sent as it is".to_owned());
    }
    let Some(given) = text(headers, &CONTENT_TYPE) else {
        return refuse("the header `Content-Type` is missing; it is `application/json`".to_owned());
    };
    let mut parts = given.split(';').map(str::trim);
    if !parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json")) {
        return refuse("the header `Content-Type` is `application/json`, and here it is another type".to_owned());
    }
    let charset = parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.eq_ignore_ascii_case("charset"));
    match charset {
        Some((_, charset)) if !charset.trim_matches('"').eq_ignore_ascii_case("utf-8") => {
            refuse("JSON is sent as UTF-8, and `Content-Type` names another charset".to_owned())
        }
        _ => Ok(()),
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}
