//! The request line and the headers of a request: route, credentials, media type.

use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use percent_encoding::percent_decode_str;

use crate::send::{Api, RecipientId, Secret};
use crate::source::visible;

use super::response::ApiResponse;
use super::secrets::Secrets;

const API_KEY: &str = "x-api-key";

/// How much of the request line is shown, in characters.
const MAX_LINE: usize = 200;

/// The request line and headers, without secrets and safe to print.
#[derive(Clone, Debug)]
pub struct RequestHead {
    /// The method and the path.
    pub line: String,
    /// The conversation, if the path is that of the API.
    pub conversation: Option<String>,
    /// The API whose header carries the token, if there is one.
    pub api: Option<Api>,
}

impl RequestHead {
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

/// Checks the route and the credentials.
///
/// # Errors
/// The API's error response.
pub(super) fn admit(head: &Parts, api: Option<Api>) -> Result<(), ApiResponse> {
    route(head)?;
    identify(&head.headers, api)
}

/// `POST /v2/open-platform/conversations/{conversation_id}/messages` (the API document).
fn route(head: &Parts) -> Result<(), ApiResponse> {
    let Some(id) = conversation(head.uri.path()) else {
        let message = "no such path; messages are sent to /v2/open-platform/conversations/{conversation_id}/messages";
        return Err(ApiResponse::new(StatusCode::NOT_FOUND, message));
    };
    if head.method != Method::POST {
        return Err(ApiResponse::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method not allowed; messages are sent with POST",
        ));
    }
    decode(id).map(drop).map_err(|reason| ApiResponse::new(StatusCode::BAD_REQUEST, reason))
}

/// Returns the path segment with the conversation id, still encoded.
fn conversation(path: &str) -> Option<&str> {
    let id = path.strip_prefix("/v2/open-platform/conversations/")?.strip_suffix("/messages")?;
    (!id.contains('/')).then_some(id)
}

fn decode(segment: &str) -> Result<RecipientId, String> {
    let id = percent_decode_str(segment).decode_utf8().map_err(|_| "the conversation id is not UTF-8".to_owned())?;
    RecipientId::new(id).map_err(|error| error.to_string())
}

/// Checks that there is a key and a token, and that they are well-formed. Any well-formed key and token is accepted.
fn identify(headers: &HeaderMap, api: Option<Api>) -> Result<(), ApiResponse> {
    let refuse = |message: String| ApiResponse::new(StatusCode::UNAUTHORIZED, message);
    secret(headers, API_KEY, "").map_err(refuse)?;
    let has = |api: &Api| headers.contains_key(api.token_header());
    match (api, Api::ALL.into_iter().find(has)) {
        (None, Some(api)) => token(headers, api),
        (None, None) => Err("missing access token: expected the header `x-access-token` (classic) or `Authorization: \
                             Bearer` (current)"
            .to_owned()),
        (Some(api), found) if has(&api) || found.is_none() => token(headers, api),
        (Some(api), found) => {
            let (wanted, other) = (header(api), found.map(header).unwrap_or_default());
            Err(format!(
                "the access token is in `{other}`, but this server was started with `--api {api}`: expected it in \
                 `{wanted}`"
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

/// Checks that a header consists of a prefix and a well-formed secret.
fn secret(headers: &HeaderMap, name: &str, prefix: &str) -> Result<(), String> {
    let value = headers.get(name).ok_or_else(|| format!("missing header `{name}`"))?;
    let value = value.to_str().map_err(|_| format!("the header `{name}` is not visible ASCII"))?.trim();
    let scheme = prefix.trim_end();
    let value = match value.get(..scheme.len()) {
        // The authentication scheme is case-insensitive (RFC 9110 §11.1).
        Some(given) if given.eq_ignore_ascii_case(scheme) => value[scheme.len()..].trim_start(),
        _ => return Err(format!("the header `{name}` does not begin with `{scheme}`")),
    };
    Secret::new(value).map(drop).map_err(|error| format!("the header `{name}` {error}"))
}

/// Checks the media type of the body. The API's error format suggests grpc-gateway, which ignores the media type; but
/// the document says `application/json`, and a proxy in between may insist on it.
///
/// # Errors
/// The error response.
pub(super) fn check_media_type(headers: &HeaderMap) -> Result<(), ApiResponse> {
    let refuse = |message: String| Err(ApiResponse::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    let encoding = text(headers, &CONTENT_ENCODING).unwrap_or("identity");
    if !encoding.trim().eq_ignore_ascii_case("identity") {
        return refuse("unsupported `Content-Encoding`: the body must not be compressed".to_owned());
    }
    let Some(given) = text(headers, &CONTENT_TYPE) else {
        return refuse("missing header `Content-Type`: expected `application/json`".to_owned());
    };
    let mut parts = given.split(';').map(str::trim);
    if !parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json")) {
        return refuse("unsupported `Content-Type`: expected `application/json`".to_owned());
    }
    let charset = parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.eq_ignore_ascii_case("charset"));
    match charset {
        Some((_, charset)) if !charset.trim_matches('"').eq_ignore_ascii_case("utf-8") => {
            refuse("unsupported charset in `Content-Type`: expected UTF-8".to_owned())
        }
        _ => Ok(()),
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}
