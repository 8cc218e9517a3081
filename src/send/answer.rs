//! Reading an answer, within bounds, and judging it.

use std::time::{Duration, SystemTime};

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};
use hyper::{Response, StatusCode};
use serde::Deserialize;
use tokio::time::timeout;
use url::Url;

use super::outcome::{Doubt, Excerpt, Flaw, Outcome, Refusal, Said};
use super::quote::Quote;
use super::request::Request;
use super::secret::Credentials;

/// The most of an answer's body that is read, in bytes: 64 KiB. The documented answers take a few hundred.
pub const MAX_ANSWER_BYTES: usize = 64 << 10;

/// An answer whose head has arrived.
pub(super) struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
    ending: Ending,
}

/// How the body of an answer ended.
enum Ending {
    Whole,
    Short(Flaw),
}

/// The body of a 200 (the API document).
#[derive(Deserialize)]
struct Success {
    status: i32,
    message: String,
}

/// The body of an error: a `google.rpc.Status`, whose `details` nothing here needs.
#[derive(Deserialize)]
struct Failure {
    code: Option<i32>,
    message: String,
}

impl Answer {
    /// Reads the body until its end, the bound, or the time limit, whichever comes first; then lets go of the
    /// connection. A body that breaks off is an answer nevertheless: its status may say everything.
    pub(super) async fn read(response: Response<Incoming>, limit: Duration) -> Self {
        let (head, incoming) = response.into_parts();
        let mut body = Vec::new();
        let ending = timeout(limit, read_body(incoming, &mut body)).await.unwrap_or(Ending::Short(Flaw::TooSlow));
        Self { status: head.status, headers: head.headers, body, ending }
    }

    /// What the answer says about the request.
    pub(super) fn outcome(&self, request: &Request, secrets: &Credentials) -> Outcome {
        let status = self.status.as_u16();
        match status {
            200 => self.success(secrets),
            300..=499 => Outcome::Refused { status, reason: self.refusal(request, secrets), said: self.said(secrets) },
            500..=599 => {
                let (retry_after, said) = (self.retry_after(), self.said(secrets));
                Outcome::Unknown { doubt: Doubt::ServerFailed { status, retry_after, said } }
            }
            _ => self.unexpected(Flaw::NotAsDocumented, secrets),
        }
    }

    fn success(&self, secrets: &Credentials) -> Outcome {
        if let Ending::Short(flaw) = self.ending {
            return self.unexpected(flaw, secrets);
        }
        match serde_json::from_slice(&self.body) {
            Ok(Success { status, message }) => Outcome::Delivered { status, message: Quote::of(&message, secrets) },
            Err(_) => self.unexpected(Flaw::NotAsDocumented, secrets),
        }
    }

    fn unexpected(&self, flaw: Flaw, secrets: &Credentials) -> Outcome {
        Outcome::Unknown {
            doubt: Doubt::Unexpected { status: self.status.as_u16(), flaw, came: self.excerpt(secrets) },
        }
    }

    fn refusal(&self, request: &Request, secrets: &Credentials) -> Refusal {
        match self.status {
            StatusCode::PRECONDITION_FAILED => Refusal::Restricted,
            StatusCode::UNAUTHORIZED => Refusal::Unauthenticated,
            StatusCode::FORBIDDEN => Refusal::Forbidden,
            StatusCode::NOT_FOUND => Refusal::NotFound,
            StatusCode::TOO_MANY_REQUESTS => Refusal::Limited { retry_after: self.retry_after() },
            status if status.is_redirection() => Refusal::Redirected { host: self.redirect_host(request, secrets) },
            _ => Refusal::Other,
        }
    }

    fn said(&self, secrets: &Credentials) -> Said {
        if let Ok(Failure { code, message }) = serde_json::from_slice(&self.body) {
            return Said::Api { code, message: Quote::of(&message, secrets) };
        }
        self.excerpt(secrets).map_or(Said::Nothing, Said::Other)
    }

    fn excerpt(&self, secrets: &Credentials) -> Option<Excerpt> {
        let beginning = Quote::of(&String::from_utf8_lossy(&self.body), secrets)?;
        let content_type = self.header(&CONTENT_TYPE).and_then(|text| Quote::of(text, secrets));
        Some(Excerpt { content_type, beginning })
    }

    fn retry_after(&self) -> Option<Duration> {
        super::retry_after::parse(self.header(&RETRY_AFTER)?, SystemTime::now())
    }

    /// The host of `Location`, which may be relative to the request's URL (RFC 9110 §10.2.2).
    fn redirect_host(&self, request: &Request, secrets: &Credentials) -> Option<Quote> {
        let target = Url::parse(request.url()).ok()?.join(self.header(&LOCATION)?).ok()?;
        Quote::of(target.host_str()?, secrets)
    }

    fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

async fn read_body(mut incoming: Incoming, body: &mut Vec<u8>) -> Ending {
    loop {
        match incoming.frame().await {
            None => return Ending::Whole,
            Some(Err(_)) => return Ending::Short(Flaw::CutShort),
            Some(Ok(frame)) => {
                // Trailers say nothing that is needed.
                let Ok(chunk) = frame.into_data() else { continue };
                let room = MAX_ANSWER_BYTES - body.len();
                body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
                if chunk.len() > room {
                    return Ending::Short(Flaw::TooLong);
                }
            }
        }
    }
}
