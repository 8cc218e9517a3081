//! What became of a request.

use std::time::Duration;

use super::quote::Quote;

/// What is certain about a request that was to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// The API says that it took the message: status 200 with the documented body.
    Delivered {
        /// The `status` of the body; the API document does not say what it means.
        status: i32,
        /// The `message` of the body, where it is not empty.
        message: Option<Quote>,
    },
    /// A server said no. Nothing was delivered.
    Refused {
        /// The HTTP status: 3xx or 4xx.
        status: u16,
        /// What that status means at this API.
        reason: Refusal,
        /// What the server said itself.
        said: Said,
    },
    /// The request did not leave this machine. Nothing was delivered, and it is safe to send it again.
    NotSent {
        /// What was in the way.
        obstacle: Obstacle,
    },
    /// The request may have left, and nothing says whether it was delivered. Sending it again may deliver it twice.
    Unknown {
        /// Why nobody knows.
        doubt: Doubt,
    },
}

/// What a status other than 2xx and 5xx means at this API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 412: one side blocked the other, or one of them is blacklisted. Trying again cannot help.
    Restricted,
    /// 401: who asks is not known: a wrong key, or a token that is wrong or has expired.
    Unauthenticated,
    /// 403: who asks is known and may not: a permission or a scope is missing.
    Forbidden,
    /// 429: the app's limit by the minute or by the day is reached.
    Limited {
        /// How long the server asks to wait, counted from the answer's arrival.
        retry_after: Option<Duration>,
    },
    /// 404: no such conversation, or no such path.
    NotFound,
    /// 3xx: the server points elsewhere. Redirects are not followed: the key and the token would go along.
    Redirected {
        /// The host that it points to; the rest of the address is not for showing.
        host: Option<Quote>,
    },
    /// Any other 4xx.
    Other,
}

/// What a server said in the body of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// The API's own error: a `google.rpc.Status` (the API document).
    Api {
        /// A `google.rpc.Code`, where there is one: gateways write `{"message": …}` alone.
        code: Option<i32>,
        /// The error's text.
        message: Option<Quote>,
    },
    /// Something else, such as a firewall's page.
    Other(Excerpt),
    /// Nothing.
    Nothing,
}

/// The beginning of a body that is none of the API's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The `Content-Type`.
    pub content_type: Option<Quote>,
    /// How it begins.
    pub beginning: Quote,
}

/// Why a request did not leave this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The name of the server could not be looked up.
    Lookup(Option<Quote>),
    /// The server's certificate or its TLS is not to be trusted.
    Tls(Option<Quote>),
    /// No connection in time.
    TimedOut {
        /// The time that it had.
        limit: Duration,
    },
    /// No connection for another reason: nobody listens there, no route, a proxy that refuses.
    Connection(Option<Quote>),
}

/// Why nobody knows whether a message was delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// No answer in time.
    TimedOut {
        /// The time that it had, connecting included.
        limit: Duration,
    },
    /// The connection broke before an answer, or what came was no HTTP.
    Broken(Option<Quote>),
    /// 5xx: the server failed, nobody knows at which step.
    ServerFailed {
        /// The HTTP status.
        status: u16,
        /// How long the server asks to wait, counted from the answer's arrival.
        retry_after: Option<Duration>,
        /// What the server said.
        said: Said,
    },
    /// An answer that the API does not document, though its status is no refusal.
    Unexpected {
        /// The HTTP status.
        status: u16,
        /// What is wrong with it.
        flaw: Flaw,
        /// What came, where anything did.
        came: Option<Excerpt>,
    },
}

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The connection broke in the middle of it.
    CutShort,
    /// It was not complete in time.
    TooSlow,
    /// It is longer than [`MAX_ANSWER_BYTES`](super::MAX_ANSWER_BYTES).
    TooLong,
    /// It is complete, and not what the API document says.
    NotAsDocumented,
}
