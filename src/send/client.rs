//! Sending one request, once.

use std::error::Error as StdError;
use std::io;
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, HeaderValue, InvalidHeaderValue};
use reqwest::{Body, RequestBuilder, redirect, retry};
use thiserror::Error;
use tokio::time::timeout;

use super::answer::Answer;
use super::api::Endpoint;
use super::departure::Departure;
use super::outcome::{Doubt, Obstacle, Outcome};
use super::quote::Quote;
use super::request::{JSON, Request, USER_AGENT};
use super::secret::Credentials;

/// The longest that connecting may take (name, TCP and TLS together), where the client's time limit is not shorter.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a connection is kept for the next request. A request on a connection that the server is closing at that
/// moment ends in doubt, so connections are let go before servers do: Node closes after 5 s, nginx after 75 s.
const KEEP_IDLE: Duration = Duration::from_secs(4);

/// Sends requests to one endpoint's server; cheap to clone, and clones share connections.
///
/// It sends what it is given and reports what comes: HTTP/1.1, no redirects, no retries, no cookies, no decompression.
/// The proxies of `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` are honoured, as curl does, but never for this machine.
/// The certificates that it trusts are the operating system's (on Linux also `SSL_CERT_FILE` and `SSL_CERT_DIR`).
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    limit: Duration,
}

impl Client {
    /// A client for an endpoint. `limit` bounds a whole exchange, from the name's lookup to the answer's last byte.
    ///
    /// For an `https` endpoint this reads the system's certificates, which takes some milliseconds.
    ///
    /// # Errors
    /// [`ClientError`] when there are no certificates to trust.
    pub fn new(endpoint: &Endpoint, limit: Duration) -> Result<Self, ClientError> {
        // Whoever embeds kenarc may have chosen another provider before; theirs serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .pool_idle_timeout(KEEP_IDLE)
            .connect_timeout(CONNECT_TIMEOUT);
        // Each branch is safe even if a request for another endpoint were given to the client: one never speaks
        // without TLS, the other trusts no certificate.
        let builder =
            if endpoint.base().is_encrypted() { builder.https_only(true) } else { builder.tls_certs_only([]) };
        let builder = if endpoint.base().is_loopback() { builder.no_proxy() } else { builder };
        let http = builder.build().map_err(|error| ClientError { reason: innermost(&error).to_string() })?;
        Ok(Self { http, limit })
    }

    /// Sends a request once and waits for the outcome, at most the time limit. It must run inside a tokio runtime with
    /// I/O and time enabled.
    ///
    /// A lookup of a name that outlasts the limit goes on in a thread of the runtime, for which dropping the runtime
    /// waits; a program that is done should leave with `Runtime::shutdown_background`.
    pub async fn send(&self, request: &Request, credentials: &Credentials) -> Outcome {
        let started = Instant::now();
        let (body, departure) = Departure::watch(request.body());
        let exchange = async {
            match self.signed(request, credentials) {
                Ok(builder) => builder.body(Body::wrap(body)).send().await.map_err(Failure::Http),
                Err(error) => Err(Failure::Header(error)),
            }
        };
        match timeout(self.limit, exchange).await {
            Ok(Ok(response)) => {
                let left = self.limit.saturating_sub(started.elapsed());
                Answer::read(response, left).await.outcome(credentials)
            }
            Ok(Err(failure)) if departure.is_possible() => {
                Outcome::Unknown { doubt: Doubt::Broken(failure.why(credentials)) }
            }
            Ok(Err(failure)) => Outcome::NotSent { obstacle: failure.obstacle(credentials) },
            Err(_) if departure.is_possible() => Outcome::Unknown { doubt: Doubt::TimedOut { limit: self.limit } },
            Err(_) => Outcome::NotSent { obstacle: Obstacle::TimedOut { limit: self.limit } },
        }
    }

    fn signed(&self, request: &Request, credentials: &Credentials) -> Result<RequestBuilder, InvalidHeaderValue> {
        let api = request.endpoint().api();
        let builder = self
            .http
            .post(request.url())
            .header(CONTENT_TYPE, HeaderValue::from_static(JSON))
            .header("x-api-key", credentials.api_key.header_value("")?)
            .header(api.token_header(), credentials.access_token.header_value(api.token_prefix())?);
        Ok(builder)
    }
}

/// A client that could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "TLS cannot be set up: {reason}; install the system's CA certificates (the package `ca-certificates`), or name a \
     file of them in SSL_CERT_FILE"
)]
pub struct ClientError {
    reason: String,
}

/// An exchange that ended without an answer.
enum Failure {
    Header(InvalidHeaderValue),
    Http(reqwest::Error),
}

impl Failure {
    /// What it means when the request surely did not leave.
    fn obstacle(&self, secrets: &Credentials) -> Obstacle {
        let why = self.why(secrets);
        match self {
            Self::Http(error) if error.is_dns() => Obstacle::Lookup(why),
            Self::Http(error) if error.is_timeout() => Obstacle::TimedOut { limit: CONNECT_TIMEOUT },
            Self::Http(error) if tls_error(error).is_some() => Obstacle::Tls(why),
            _ => Obstacle::Connection(why),
        }
    }

    /// The cause at the bottom of the chain; the layers above it only say "error sending request".
    fn why(&self, secrets: &Credentials) -> Option<Quote> {
        let text = match self {
            Self::Header(error) => error.to_string(),
            Self::Http(error) => tls_error(error).map_or_else(|| innermost(error).to_string(), ToString::to_string),
        };
        Quote::of(&text, secrets)
    }
}

fn chain(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(Some(error as &(dyn StdError + 'static)), |&error| error.source())
}

fn innermost(error: &reqwest::Error) -> &(dyn StdError + 'static) {
    chain(error).last().unwrap_or(error)
}

fn tls_error(error: &reqwest::Error) -> Option<&rustls::Error> {
    chain(error).find_map(unwrap_tls_error)
}

/// The layers below hand rustls's errors over inside one `io::Error` or more, which the chain of sources passes over.
fn unwrap_tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    let inside = || unwrap_tls_error(error.downcast_ref::<io::Error>()?.get_ref()?);
    error.downcast_ref().or_else(inside)
}
