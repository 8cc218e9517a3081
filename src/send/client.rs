//! Sending one request, once.

use std::error::Error as StdError;
use std::io;
use std::time::{Duration, Instant};

use hyper::header::{CONTENT_TYPE, HeaderValue, USER_AGENT};
use hyper::http;
use hyper::{Method, Request as HttpRequest, Uri};
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::timeout;

use super::api::Endpoint;
use super::body_tracker::{BodyTracker, TrackedBody};
use super::connect::{CONNECT_TIMEOUT, ClientError, ConnectTimedOut, Connector, LookupFailed};
use super::error_sources::{find, innermost};
use super::outcome::{ConnectError, Outcome, UnknownReason};
use super::request::{self, JSON, Request};
use super::response::ReceivedResponse;
use super::sanitized::SanitizedText;
use super::secret::Credentials;

/// How long a connection is kept for the next request. A request on a connection that the server is closing at that
/// moment ends in doubt, so connections are let go before servers do: Node closes after 5 s, nginx after 75 s.
const KEEP_IDLE: Duration = Duration::from_secs(4);

/// Sends requests to one endpoint's server; cheap to clone, and clones share connections.
///
/// It sends what it is given and reports what comes: HTTP/1.1, no redirects, no retries, no cookies, no decompression.
/// The proxies of `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` (`http`, `https`, SOCKS5) are honoured, as curl does, but never
/// for this machine.
/// The certificates that it trusts are the operating system's (on Linux also `SSL_CERT_FILE` and `SSL_CERT_DIR`).
#[derive(Clone, Debug)]
pub struct Client {
    http: legacy::Client<Connector, TrackedBody>,
    limit: Duration,
}

impl Client {
    /// A client for an endpoint. `limit` bounds a whole exchange, from the name's lookup to the answer's last byte.
    ///
    /// For an `https` endpoint this reads the system's certificates, which takes some milliseconds.
    ///
    /// # Errors
    /// [`ClientError`] when there are no certificates to trust, or the environment names a proxy that cannot be used.
    pub fn new(endpoint: &Endpoint, limit: Duration) -> Result<Self, ClientError> {
        let http = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(KEEP_IDLE)
            .build(Connector::new(endpoint.base())?);
        Ok(Self { http, limit })
    }

    /// Sends a request once and waits for the outcome, at most the time limit. It must run inside a tokio runtime with
    /// I/O and time enabled.
    ///
    /// A lookup of a name that outlasts the limit goes on in a thread of the runtime, for which dropping the runtime
    /// waits; a program that is done should leave with `Runtime::shutdown_background`.
    pub async fn send(&self, request: &Request, credentials: &Credentials) -> Outcome {
        let started = Instant::now();
        let (body, tracker) = BodyTracker::track(request.body());
        let exchange = async {
            let request = signed(request, credentials, body).map_err(Failure::Unsendable)?;
            self.http.request(request).await.map_err(Failure::Http)
        };
        match timeout(self.limit, exchange).await {
            Ok(Ok(response)) => {
                let left = self.limit.saturating_sub(started.elapsed());
                ReceivedResponse::read(response, left).await.outcome(request, credentials)
            }
            Ok(Err(failure)) if tracker.may_have_left() => {
                Outcome::Unknown { reason: UnknownReason::Broken(failure.why(credentials)) }
            }
            Ok(Err(failure)) => Outcome::NotSent { error: failure.connect_error(credentials) },
            Err(_) if tracker.may_have_left() => {
                Outcome::Unknown { reason: UnknownReason::TimedOut { limit: self.limit } }
            }
            Err(_) => Outcome::NotSent { error: ConnectError::TimedOut { limit: self.limit } },
        }
    }
}

fn signed(request: &Request, credentials: &Credentials, body: TrackedBody) -> http::Result<HttpRequest<TrackedBody>> {
    let api = request.endpoint().api();
    let mut signed = HttpRequest::new(body);
    *signed.method_mut() = Method::POST;
    *signed.uri_mut() = Uri::try_from(request.url())?;
    let headers = signed.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    headers.insert(USER_AGENT, HeaderValue::from_static(request::USER_AGENT));
    headers.insert("x-api-key", credentials.api_key.header_value("")?);
    headers.insert(api.token_header(), credentials.access_token.header_value(api.token_prefix())?);
    Ok(signed)
}

/// An exchange that ended without an answer.
enum Failure {
    Unsendable(http::Error),
    Http(legacy::Error),
}

impl Failure {
    /// What it means when the request surely did not leave.
    fn connect_error(&self, secrets: &Credentials) -> ConnectError {
        let why = self.why(secrets);
        match self.error() {
            error if find::<LookupFailed>(error).is_some() => ConnectError::Lookup(why),
            error if is_late(error) => ConnectError::TimedOut { limit: CONNECT_TIMEOUT },
            error if find::<rustls::Error>(error).is_some() => ConnectError::Tls(why),
            _ => ConnectError::Connection(why),
        }
    }

    /// The cause at the bottom of the chain; the layers above it only say that there was one.
    fn why(&self, secrets: &Credentials) -> Option<SanitizedText> {
        let error = self.error();
        let text = find::<rustls::Error>(error).map_or_else(|| innermost(error).to_string(), ToString::to_string);
        SanitizedText::new(&text, secrets)
    }

    fn error(&self) -> &(dyn StdError + 'static) {
        match self {
            Self::Unsendable(error) => error,
            Self::Http(error) => error,
        }
    }
}

/// Whether no connection came in time, to the one address or to each of several.
fn is_late(error: &(dyn StdError + 'static)) -> bool {
    find::<ConnectTimedOut>(error).is_some()
        || find::<io::Error>(error).is_some_and(|error| error.kind() == io::ErrorKind::TimedOut)
}
