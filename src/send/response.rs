//! Reads a response, within bounds, and derives the outcome from it.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use super::outcome::{ErrorBody, Excerpt, Outcome, Refusal, ResponseDefect, UnknownReason};
use super::sanitized::SanitizedText;
use super::secret::Credentials;

/// The maximum length of a response body, in bytes: 64 KiB. The documented ones take a few hundred.
pub const MAX_RESPONSE_BYTES: usize = 64 << 10;

/// A response whose headers have arrived.
pub(super) struct ReceivedResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
    ending: BodyEnding,
}

/// How the body of a response ended.
enum BodyEnding {
    Complete,
    Incomplete(ResponseDefect),
}

/// The body of a 200: `status` and `message` for a chat message, `conversation_id` for a chatbot message. No field is
/// required (Divar's OpenAPI description).
#[derive(Deserialize)]
struct Success {
    status: Option<i32>,
    message: Option<String>,
    /// Only reported, so that another type than text does not matter.
    conversation_id: Option<Value>,
}

/// The body of an error: a `google.rpc.Status`, without its `details`.
#[derive(Deserialize)]
struct RpcStatus {
    code: Option<i32>,
    message: String,
}

impl Success {
    /// Reads a body; `None` if it is not an object with fields of these types.
    fn read(body: &[u8]) -> Option<Self> {
        let fields: Map<String, Value> = serde_json::from_slice(body).ok()?;
        serde_json::from_value(fields.into()).ok()
    }
}

impl ReceivedResponse {
    /// Reads the body until its end, the maximum length, or the timeout, whichever comes first, and closes the
    /// connection unless the body is complete. An incomplete response is not an error: its status may be enough.
    pub(super) async fn read(mut response: Response) -> Self {
        let mut body = Vec::new();
        let ending = read_body(&mut response, &mut body).await;
        Self { status: response.status(), headers: std::mem::take(response.headers_mut()), body, ending }
    }

    /// Derives the outcome of sending a message to a URL.
    pub(super) fn outcome(&self, url: &str, secrets: &Credentials) -> Outcome {
        self.failure(url, secrets).unwrap_or_else(|| self.success(secrets))
    }

    /// Returns the outcome of a request to a URL unless the response is a complete 200.
    pub(super) fn failure(&self, url: &str, secrets: &Credentials) -> Option<Outcome> {
        let status = self.status.as_u16();
        let outcome = match (status, &self.ending) {
            (200, BodyEnding::Complete) => return None,
            (200, BodyEnding::Incomplete(defect)) => self.unexpected(*defect, secrets),
            (300..=599, _) => {
                let body = self.error_body(secrets);
                // A gateway in front of the API maps `CANCELLED` to 408 or 499.
                let is_inconclusive = matches!(status, 408 | 499 | 500..) || status >= 400 && body.is_inconclusive();
                if is_inconclusive {
                    let retry_after = self.retry_after();
                    Outcome::Unknown { reason: UnknownReason::ServerFailed { status, retry_after, body } }
                } else {
                    Outcome::Refused { status, reason: self.refusal(url, secrets), body }
                }
            }
            _ => self.undocumented(secrets),
        };
        Some(outcome)
    }

    /// Returns the body, as far as it was read.
    pub(super) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns the outcome if the body is not what the API documents.
    pub(super) fn undocumented(&self, secrets: &Credentials) -> Outcome {
        self.unexpected(ResponseDefect::NotAsDocumented, secrets)
    }

    fn success(&self, secrets: &Credentials) -> Outcome {
        let Some(Success { status, message, conversation_id }) = Success::read(&self.body) else {
            return self.undocumented(secrets);
        };
        let sanitized = |text: &str| SanitizedText::new(text, secrets);
        let message = message.and_then(|message| sanitized(&message));
        let conversation = conversation_id.as_ref().and_then(Value::as_str).and_then(sanitized);
        match status {
            None | Some(0 | 200) => Outcome::Delivered { status, message, conversation },
            Some(status) => Outcome::Unknown { reason: UnknownReason::Contradiction { status, message } },
        }
    }

    fn unexpected(&self, defect: ResponseDefect, secrets: &Credentials) -> Outcome {
        Outcome::Unknown {
            reason: UnknownReason::Unexpected { status: self.status.as_u16(), defect, excerpt: self.excerpt(secrets) },
        }
    }

    fn refusal(&self, url: &str, secrets: &Credentials) -> Refusal {
        match self.status {
            StatusCode::PRECONDITION_FAILED => Refusal::Restricted,
            StatusCode::UNAUTHORIZED => Refusal::Unauthenticated,
            StatusCode::FORBIDDEN => Refusal::Forbidden,
            StatusCode::NOT_FOUND | StatusCode::GONE => Refusal::NotFound,
            StatusCode::TOO_MANY_REQUESTS => Refusal::Limited { retry_after: self.retry_after() },
            status if status.is_redirection() => Refusal::Redirected { host: self.redirect_host(url, secrets) },
            _ => Refusal::Other,
        }
    }

    fn error_body(&self, secrets: &Credentials) -> ErrorBody {
        if let Ok(RpcStatus { code, message }) = serde_json::from_slice(&self.body) {
            return ErrorBody::Api { code, message: SanitizedText::new(&message, secrets) };
        }
        self.excerpt(secrets).map_or(ErrorBody::Empty, ErrorBody::Other)
    }

    fn excerpt(&self, secrets: &Credentials) -> Option<Excerpt> {
        let beginning = SanitizedText::new(&String::from_utf8_lossy(&self.body), secrets)?;
        let content_type = self.header(&CONTENT_TYPE).and_then(|text| SanitizedText::new(text, secrets));
        Some(Excerpt { content_type, beginning })
    }

    fn retry_after(&self) -> Option<Duration> {
        super::retry_after::parse(self.header(&RETRY_AFTER)?, Timestamp::now())
    }

    /// Returns the host of `Location`, which may be relative to the request's URL (RFC 9110 §10.2.2).
    fn redirect_host(&self, url: &str, secrets: &Credentials) -> Option<SanitizedText> {
        let target = Url::parse(url).ok()?.join(self.header(&LOCATION)?).ok()?;
        SanitizedText::new(target.host_str()?, secrets)
    }

    fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

async fn read_body(response: &mut Response, body: &mut Vec<u8>) -> BodyEnding {
    loop {
        match response.chunk().await {
            Ok(None) => return BodyEnding::Complete,
            Err(error) if error.is_timeout() => return BodyEnding::Incomplete(ResponseDefect::TooSlow),
            Err(_) => return BodyEnding::Incomplete(ResponseDefect::CutShort),
            Ok(Some(chunk)) => {
                let rest = MAX_RESPONSE_BYTES - body.len();
                body.extend_from_slice(chunk.get(..rest).unwrap_or(&chunk));
                if chunk.len() > rest {
                    return BodyEnding::Incomplete(ResponseDefect::TooLong);
                }
            }
        }
    }
}
