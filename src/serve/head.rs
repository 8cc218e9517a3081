//! The request line and the headers of a request: route, credentials, media type.

use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};

use crate::message::MessageKind;
use crate::send::{Api, RecipientKind, Secret};
use crate::source::visible;

use super::call::{Call, decode, not_found};
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
    /// The call, if the path is one of the API.
    pub call: Option<Call>,
    /// The id of the conversation or of the user in the path.
    pub id: Option<String>,
    /// The API whose header carries the token, if there is one.
    pub api: Option<Api>,
}

impl RequestHead {
    pub(super) fn of(head: &Parts, secrets: &Secrets) -> Self {
        let show = |text: &str| visible(&secrets.hide(text)).into_owned();
        let found = Call::of(head.uri.path());
        let id = found.and_then(|(_, segment)| decode(segment?).ok());
        Self {
            line: show(&format!("{} {}", head.method, head.uri.path())).chars().take(MAX_LINE).collect(),
            call: found.map(|(call, _)| call),
            id: id.map(|id| show(id.as_str())),
            api: Api::ALL.into_iter().find(|api| head.headers.contains_key(api.token_header())),
        }
    }
}

/// Checks the route and the credentials, except for the token of an upload, and returns the call.
///
/// # Errors
/// The API's error response.
pub(super) fn admit(head: &Parts, api: Option<Api>) -> Result<Call, ApiResponse> {
    let (call, segment) = Call::of(head.uri.path()).ok_or_else(not_found)?;
    if call.message_kind() == Some(MessageKind::Chatbot) && api == Some(Api::Classic) {
        let message = "no such path: this server was started with `--api classic`, and the classic API has no calls for \
                       chatbots";
        return Err(ApiResponse::new(StatusCode::NOT_FOUND, message));
    }
    if head.method != Method::POST {
        let what = if call.message_kind().is_some() { "messages" } else { "files" };
        let message = format!("method not allowed; {what} are sent with POST");
        return Err(ApiResponse::new(StatusCode::METHOD_NOT_ALLOWED, message));
    }
    if let Some(segment) = segment {
        decode(segment).map_err(|reason| ApiResponse::new(StatusCode::BAD_REQUEST, reason))?;
    }
    identify(&head.headers, call, api)?;
    Ok(call)
}

/// Checks that there are the key and the token that a call needs, and that they are well-formed. Any well-formed key and
/// token is accepted. The transfer of a file needs no key; its token is checked where such tokens are issued.
fn identify(headers: &HeaderMap, call: Call, api: Option<Api>) -> Result<(), ApiResponse> {
    let refuse = |message: String| ApiResponse::new(StatusCode::UNAUTHORIZED, message);
    if !matches!(call, Call::Upload(_)) {
        secret(headers, API_KEY, "").map_err(refuse)?;
    }
    let api = match call {
        Call::Message(RecipientKind::Conversation) => api,
        Call::Message(RecipientKind::BotUser) => Some(Api::Current),
        Call::Message(RecipientKind::BotConversation) | Call::UploadToken | Call::Upload(_) => return Ok(()),
    };
    any_token(headers, call, api).map_err(refuse)
}

/// Checks the access token in the header of an API, or of either.
fn any_token(headers: &HeaderMap, call: Call, api: Option<Api>) -> Result<(), String> {
    let has = |api: &Api| headers.contains_key(api.token_header());
    match (api, Api::ALL.into_iter().find(has)) {
        (None, Some(api)) => token(headers, api),
        (None, None) => Err("missing access token: expected the header `x-access-token` (classic) or `Authorization: \
                             Bearer` (current)"
            .to_owned()),
        (Some(api), found) if has(&api) || found.is_none() => token(headers, api),
        (Some(api), found) => {
            let (wanted, other) = (header(api), found.map(header).unwrap_or_default());
            let why = match call.message_kind() {
                Some(MessageKind::Chatbot) => "chatbots are on the current API only".to_owned(),
                _ => format!("this server was started with `--api {api}`"),
            };
            Err(format!("the access token is in `{other}`, but {why}: expected it in `{wanted}`"))
        }
    }
}

/// Returns the token with which a file is uploaded.
///
/// # Errors
/// The response to a request without one.
pub(super) fn upload_token(headers: &HeaderMap) -> Result<&str, ApiResponse> {
    let refuse = |message: String| ApiResponse::new(StatusCode::UNAUTHORIZED, message);
    secret(headers, Api::Current.token_header(), Api::Current.token_prefix()).map_err(refuse)
}

fn token(headers: &HeaderMap, api: Api) -> Result<(), String> {
    secret(headers, api.token_header(), api.token_prefix()).map(drop)
}

/// "Authorization: Bearer"
fn header(api: Api) -> String {
    format!("{}: {}", api.token_header(), api.token_prefix()).trim_end_matches([':', ' ']).to_owned()
}

/// Returns the well-formed secret that a header has after a prefix.
fn secret<'h>(headers: &'h HeaderMap, name: &str, prefix: &str) -> Result<&'h str, String> {
    let value = headers.get(name).ok_or_else(|| format!("missing header `{name}`"))?;
    let value = value.to_str().map_err(|_| format!("the header `{name}` is not visible ASCII"))?.trim();
    let scheme = prefix.trim_end();
    let value = match value.get(..scheme.len()) {
        // The authentication scheme is case-insensitive (RFC 9110 §11.1).
        Some(given) if given.eq_ignore_ascii_case(scheme) => value[scheme.len()..].trim_start(),
        _ => return Err(format!("the header `{name}` does not begin with `{scheme}`")),
    };
    Secret::new(value).map(|_| value).map_err(|error| format!("the header `{name}` {error}"))
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
