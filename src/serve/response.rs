//! Responses as the API document describes them.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};

use super::exchange::RequestFinding;

/// The header with the warnings about a request. The API does not have it.
const WARNINGS: HeaderName = HeaderName::from_static("x-kenarc-warnings");

/// The most warnings in the header: clients limit its length, often to 8 KiB.
const MAX_WARNINGS: usize = 10;

/// What is encoded in a fragment: everything but visible ASCII, and the separators of the header.
const FRAGMENT: &AsciiSet = &CONTROLS.add(b' ').add(b',').add(b'"').add(b'%').add(b'<').add(b'>').add(b'`');

/// A response of the API.
#[derive(Clone, Debug)]
pub(super) struct ApiResponse {
    pub(super) status: StatusCode,
    /// The error message; what a successful response says, in records.
    pub(super) message: String,
    pub(super) retry_after: Option<Duration>,
    /// What the API accepts, although something is probably wrong.
    pub(super) warnings: Vec<RequestFinding>,
    content: Content,
}

/// What is in the body of a response.
#[derive(Clone, Debug)]
enum Content {
    /// The whole body of a successful response.
    Success(Box<Value>),
    /// The `details` of an error.
    Error(Vec<RequestFinding>),
}

impl ApiResponse {
    /// Returns the response to a chat message that was accepted (the API document).
    pub(super) fn sent() -> Self {
        let message = "sent";
        Self::success(message, json!({ "status": StatusCode::OK.as_u16(), "message": message }))
    }

    /// Returns the response to a chatbot message that was accepted (Divar's OpenAPI description).
    pub(super) fn sent_by_bot(conversation_id: &str) -> Self {
        Self::success("sent", json!({ "conversation_id": conversation_id }))
    }

    /// Returns the response to a request for an upload token (Divar's OpenAPI description).
    pub(super) fn upload_token(token: &str) -> Self {
        Self::success("issued an upload token", json!({ "token": token }))
    }

    /// Returns the response to an upload (Divar's documentation of uploads).
    pub(super) fn uploaded(media_token: &str) -> Self {
        Self::success("uploaded", json!({ "id": media_token, "status": "ok" }))
    }

    fn success(message: &str, body: Value) -> Self {
        Self { content: Content::Success(Box::new(body)), ..Self::new(StatusCode::OK, message) }
    }

    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            retry_after: None,
            warnings: Vec::new(),
            content: Content::Error(Vec::new()),
        }
    }

    /// Returns the response to an invalid request. `errors` are the first of `count` errors.
    pub(super) fn invalid(errors: Vec<RequestFinding>, count: usize) -> Self {
        let first = errors.first().map(ToString::to_string).unwrap_or_default();
        let message = match count.saturating_sub(1) {
            0 => first,
            1 => format!("{first}; and 1 more finding in `details`"),
            more if count == errors.len() => format!("{first}; and {more} more findings in `details`"),
            more => format!("{first}; and {more} more findings, of which `details` has the first"),
        };
        Self { content: Content::Error(errors), ..Self::new(StatusCode::BAD_REQUEST, message) }
    }

    pub(super) fn after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..self }
    }

    /// Returns the body: that of a success, or a `google.rpc.Status` (the API document).
    fn json(&self) -> Value {
        let details = match &self.content {
            Content::Success(body) => return Value::clone(body),
            Content::Error(details) => details,
        };
        let details: Vec<Value> = details.iter().map(|finding| json!(finding)).collect();
        json!({ "code": code(self.status), "message": self.message, "details": details })
    }

    /// Returns the first warnings as the value of a header: `missing-icon #/sender_buttons/rows/0/buttons/0, …`. Each is
    /// a rule and a JSON Pointer as a fragment of a URI (RFC 6901 §6), in which everything but visible ASCII is encoded.
    fn warnings_header(&self) -> Option<HeaderValue> {
        let warning = |finding: &RequestFinding| {
            let pointer = finding.pointer.as_deref().unwrap_or_default();
            format!("{} #{}", finding.rule, utf8_percent_encode(pointer, FRAGMENT))
        };
        let shown: Vec<String> = self.warnings.iter().take(MAX_WARNINGS).map(warning).collect();
        let more = self.warnings.len().saturating_sub(MAX_WARNINGS);
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        HeaderValue::from_str(&(shown.join(", ") + &more)).ok().filter(|value| !value.is_empty())
    }

    /// Builds the HTTP response.
    pub(super) fn to_http(&self, completeness: Completeness) -> Response<ResponseBody> {
        let bytes = Bytes::from(self.json().to_string());
        let mut response = Response::new(ResponseBody::new(bytes, completeness));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(ALLOW, HeaderValue::from_static("POST"));
        }
        if let Some(warnings) = self.warnings_header() {
            headers.insert(WARNINGS, warnings);
        }
        if let Some(wait) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(whole_seconds(wait)));
        }
        response
    }
}

/// Rounds up to whole seconds, so that a client that waits this long has waited long enough.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// Returns the `google.rpc.Code` of a status: the inverse of grpc-gateway's table; 412 as in the API document.
fn code(status: StatusCode) -> i32 {
    match status.as_u16() {
        400 | 411 | 415 | 422 => 3,
        401 => 16,
        403 => 7,
        404 => 5,
        405 | 501 => 12,
        408 | 504 => 4,
        409 => 10,
        412 => 9,
        413 | 429 => 8,
        499 => 1,
        500 => 13,
        502 | 503 => 14,
        _ => 2,
    }
}

/// Returns the error message of an injected fault; for 412 that of the API document.
pub(super) fn fault_message(status: StatusCode) -> String {
    match status.as_u16() {
        412 => "message delivery failed due to recipient's restriction".to_owned(),
        429 => "too many requests".to_owned(),
        _ => status.canonical_reason().unwrap_or("injected fault").to_lowercase(),
    }
}

/// The body of a response.
pub(super) struct ResponseBody {
    bytes: Bytes,
    /// How many of the bytes are sent.
    end: usize,
    step: BodyStep,
}

enum BodyStep {
    Send,
    /// Lets the bytes be written before the connection is closed.
    Pause,
    Break,
    Done,
}

/// Closes the connection, as an injected fault.
#[derive(Debug)]
pub(super) struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("connection closed by an injected fault")
    }
}

impl std::error::Error for Broken {}

/// Whether all of a response is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Completeness {
    Complete,
    /// Half of the body, after which the connection is closed.
    Cut,
}

impl ResponseBody {
    fn new(bytes: Bytes, completeness: Completeness) -> Self {
        let end = match completeness {
            Completeness::Complete => bytes.len(),
            Completeness::Cut => bytes.len() / 2,
        };
        Self { bytes, end, step: BodyStep::Send }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match self.step {
            BodyStep::Send => {
                self.step = if self.end < self.bytes.len() { BodyStep::Pause } else { BodyStep::Done };
                Poll::Ready(Some(Ok(Frame::data(self.bytes.slice(..self.end)))))
            }
            BodyStep::Pause => {
                self.step = BodyStep::Break;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            BodyStep::Break => Poll::Ready(Some(Err(Broken))),
            BodyStep::Done => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.step, BodyStep::Done)
    }

    fn size_hint(&self) -> SizeHint {
        match self.step {
            BodyStep::Done => SizeHint::with_exact(0),
            _ => SizeHint::with_exact(self.bytes.len() as u64),
        }
    }
}
