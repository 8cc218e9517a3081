//! The outcome of a request.

use std::time::Duration;

use super::sanitized::SanitizedText;

/// What is certain about a request after an attempt to send it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// The API accepted the message: HTTP 200, and the body does not say otherwise.
    Delivered {
        /// The `status` of the body: 0 or 200, if there is one.
        status: Option<i32>,
        /// The `message` of the body, unless it is empty.
        message: Option<SanitizedText>,
        /// The `conversation_id` of the body: the conversation of a chatbot that the message is in.
        conversation: Option<SanitizedText>,
    },
    /// A server refused the request. Nothing was delivered.
    Refused {
        /// The HTTP status: 3xx or 4xx.
        status: u16,
        /// What that status means at this API.
        reason: Refusal,
        /// The body of the response.
        body: ErrorBody,
    },
    /// The request did not leave this machine. Nothing was delivered, and it is safe to send it again.
    NotSent {
        /// Why not.
        error: ConnectError,
    },
    /// The request may have left, and it is unknown whether the message was delivered. Sending it again may deliver it
    /// twice.
    Unknown {
        /// Why it is unknown.
        reason: UnknownReason,
    },
}

/// What a status of 3xx or 4xx means at this API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 412: one side has blocked the other, or one of them is blacklisted. Trying again cannot help.
    Restricted,
    /// 401: the key is wrong, or the token is wrong or has expired.
    Unauthenticated,
    /// 403: the key lacks a permission, or the token lacks a scope.
    Forbidden,
    /// 429: the app has reached its per-minute limit or its daily quota.
    Limited {
        /// How long the server asks to wait, from the arrival of the response.
        retry_after: Option<Duration>,
    },
    /// 404 or 410: no such conversation or user, or no such path.
    NotFound,
    /// 3xx. Redirects are not followed, because the key and the token would be sent along.
    Redirected {
        /// The host of the redirect's target. The rest of the URL is not shown.
        host: Option<SanitizedText>,
    },
    /// Any other 4xx.
    Other,
}

/// The body of a response that reports an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorBody {
    /// The API's own error: a `google.rpc.Status` (the API document).
    Api {
        /// The `google.rpc.Code`. Gateways omit it and write `{"message": …}` alone.
        code: Option<i32>,
        /// The error's text.
        message: Option<SanitizedText>,
    },
    /// Anything else, such as a firewall's HTML page.
    Other(Excerpt),
    /// No body.
    Empty,
}

impl ErrorBody {
    /// Returns whether it is unknown, after an error with this code, if the call took effect: `CANCELLED`, `UNKNOWN`,
    /// `DEADLINE_EXCEEDED`, `ABORTED`, `INTERNAL`, `UNAVAILABLE` or `DATA_LOSS` (`google.rpc.Code`).
    pub(super) const fn is_inconclusive(&self) -> bool {
        matches!(self, Self::Api { code: Some(1 | 2 | 4 | 10 | 13 | 14 | 15), .. })
    }
}

/// The beginning of a response body that is not the API's JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The `Content-Type`.
    pub content_type: Option<SanitizedText>,
    /// The beginning of the body.
    pub beginning: SanitizedText,
}

/// Why a request did not leave this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectError {
    /// The name of the server could not be resolved.
    Lookup(Option<SanitizedText>),
    /// The TLS handshake with the server failed, for instance because its certificate is not trusted.
    Tls(Option<SanitizedText>),
    /// No connection in time.
    TimedOut {
        /// The time limit.
        limit: Duration,
    },
    /// A proxy did not establish the connection.
    Proxy {
        /// Its host and port.
        address: String,
        /// The cause.
        cause: Option<SanitizedText>,
    },
    /// No connection for another reason, such as a closed port or a missing route.
    Connection(Option<SanitizedText>),
}

/// Why it is unknown whether a message was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnknownReason {
    /// No response in time.
    TimedOut {
        /// The time limit, connecting included.
        limit: Duration,
    },
    /// The connection broke before a response, or the response was not HTTP.
    Broken(Option<SanitizedText>),
    /// HTTP 200, but the `status` of the body is neither 0 nor 200.
    Contradiction {
        /// The `status` of the body.
        status: i32,
        /// The `message` of the body, unless it is empty.
        message: Option<SanitizedText>,
    },
    /// The server failed, perhaps after it had accepted the message: 5xx, 408, 499, or a 4xx with a code after which
    /// this is unknown.
    ServerFailed {
        /// The HTTP status.
        status: u16,
        /// How long the server asks to wait, from the arrival of the response.
        retry_after: Option<Duration>,
        /// The body of the response.
        body: ErrorBody,
    },
    /// A response that the API does not document, although its status reports no error.
    Unexpected {
        /// The HTTP status.
        status: u16,
        /// What is wrong with the response.
        defect: ResponseDefect,
        /// The beginning of the body, if there was one.
        excerpt: Option<Excerpt>,
    },
}

/// What is wrong with a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseDefect {
    /// The connection broke in the middle of the body.
    CutShort,
    /// The body was not complete in time.
    TooSlow,
    /// The body is longer than [`MAX_RESPONSE_BYTES`](super::MAX_RESPONSE_BYTES).
    TooLong,
    /// The body is complete, but not what the API documents.
    NotAsDocumented,
}
