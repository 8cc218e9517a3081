//! Sends one request, once.

use std::error::Error as StdError;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use std::{fmt, io};

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, InvalidHeaderValue};
use reqwest::{Body, redirect, retry};
use rustls::crypto::ring;
use thiserror::Error;

use super::api::{BaseUrl, Endpoint};
use super::body_tracker::BodyTracker;
use super::outcome::{ConnectError, Outcome, UnknownReason};
use super::proxy::{self, Proxy};
use super::request::{JSON, Request, USER_AGENT};
use super::response::ReceivedResponse;
use super::sanitized::SanitizedText;
use super::secret::Credentials;

/// The maximum time for connecting (name, TCP, proxy and TLS together), unless the client's timeout is shorter.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an idle connection is kept for the next request. If a server closes a connection just when a request is
/// sent on it, the outcome is unknown. So connections are closed before servers do so: Node after 5 s, nginx after 75
/// s.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);

/// Sends requests to one endpoint. Cheap to clone; clones share connections.
///
/// It speaks HTTP/1.1, and follows no redirects, never retries, keeps no cookies and decompresses nothing. It uses the
/// proxy that `HTTPS_PROXY` or `ALL_PROXY` names (`http`, `https`, `socks5`, `socks5h`), except for hosts in `NO_PROXY`
/// and on loopback. It trusts the certificates of the operating system (on Linux also those in `SSL_CERT_FILE` and
/// `SSL_CERT_DIR`).
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    timeout: Duration,
    /// The address of the proxy, if one is used.
    proxy: Option<String>,
}

/// Why a client cannot be created.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClientError {
    /// TLS cannot be set up, for instance because the operating system has no trusted certificates.
    #[error(
        "cannot set up TLS: {0}; install the system's CA certificates (the package `ca-certificates`), or name a file \
         with certificates in SSL_CERT_FILE"
    )]
    Tls(String),
    /// The environment names a proxy in an invalid form or of an unsupported kind.
    #[error(
        "invalid proxy in HTTPS_PROXY or ALL_PROXY: expected `http://HOST:PORT`, or `https`, `socks5` or `socks5h` \
         instead of `http`; a user name and a password go before an `@`, with all characters but letters and digits \
         written as %XX"
    )]
    Proxy,
}

impl Client {
    /// Creates a client for an endpoint. `timeout` bounds a whole exchange, from the name lookup to the last byte of
    /// the response.
    ///
    /// For an `https` endpoint this reads the system's certificates, which takes some milliseconds.
    ///
    /// # Errors
    /// [`ClientError`] if there are no trusted certificates, or if the environment names an invalid proxy.
    pub fn new(endpoint: &Endpoint, timeout: Duration) -> Result<Self, ClientError> {
        Self::for_server(endpoint.base(), timeout)
    }

    /// Creates a client for a server, as [`new`](Self::new).
    pub(super) fn for_server(base: &BaseUrl, timeout: Duration) -> Result<Self, ClientError> {
        let proxy = proxy::proxy_for(base)?;
        let address = proxy.as_ref().map(|proxy| proxy.address.clone());
        let http = build(base, timeout, proxy);
        let http = http.map_err(|error| ClientError::Tls(innermost(&error).to_string()))?;
        Ok(Self { http, timeout, proxy: address })
    }

    /// Sends a request once and waits for the outcome, until the timeout. Must be called within a tokio runtime with
    /// I/O and time enabled.
    ///
    /// A name lookup that takes longer continues in a thread of the runtime, which waits for it when it is dropped. Use
    /// `Runtime::shutdown_background` to exit without waiting.
    pub async fn send(&self, request: &Request, credentials: &Credentials) -> Outcome {
        let headers = headers(request, credentials);
        let body = Bytes::copy_from_slice(request.body().as_bytes());
        match self.post(request.url(), headers, body, Arc::default(), credentials).await {
            Ok(response) => response.outcome(request.url(), credentials),
            Err(outcome) => outcome,
        }
    }

    /// Posts a body once, and waits for the response. `taken` counts the bytes that have been sent.
    ///
    /// # Errors
    /// [`Outcome::NotSent`] or [`Outcome::Unknown`] if there is no response.
    pub(super) async fn post(
        &self,
        url: &str,
        headers: Result<HeaderMap, InvalidHeaderValue>,
        body: Bytes,
        taken: Arc<AtomicU64>,
        secrets: &Credentials,
    ) -> Result<ReceivedResponse, Outcome> {
        let Ok(headers) = headers else {
            // Unreachable: secrets are visible ASCII.
            return Err(Outcome::NotSent { error: ConnectError::Connection(None) });
        };
        let (body, tracker) = BodyTracker::track(body, taken);
        let exchange = self.http.post(url).headers(headers).body(Body::wrap(body)).send();
        match exchange.await.map_err(reqwest::Error::without_url) {
            Ok(response) => Ok(ReceivedResponse::read(response).await),
            Err(error) if !tracker.may_have_left() => {
                Err(Outcome::NotSent { error: self.connect_error(&error, secrets) })
            }
            Err(error) if error.is_timeout() => {
                Err(Outcome::Unknown { reason: UnknownReason::TimedOut { limit: self.timeout } })
            }
            Err(error) => Err(Outcome::Unknown { reason: UnknownReason::Broken(cause(&error, secrets)) }),
        }
    }

    /// Classifies the failure of a request that did not leave.
    fn connect_error(&self, error: &reqwest::Error, secrets: &Credentials) -> ConnectError {
        // The error of the connector is the source of the HTTP client's error, which is the source of reqwest's.
        let connector = error.source().and_then(StdError::source).unwrap_or(error);
        match &self.proxy {
            _ if error.is_timeout() => {
                ConnectError::TimedOut { limit: if error.is_connect() { CONNECT_TIMEOUT } else { self.timeout } }
            }
            // Through a proxy, an I/O error occurs in the TLS handshake with the server. All others are the proxy's.
            Some(address) if error.is_connect() && !connector.is::<io::Error>() => {
                ConnectError::Proxy { address: address.clone(), cause: cause(error, secrets) }
            }
            _ if error.is_dns() => ConnectError::Lookup(cause(error, secrets)),
            _ if is_tls_error(connector) => ConnectError::Tls(cause(error, secrets)),
            _ => ConnectError::Connection(cause(error, secrets)),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The proxy's password is in the HTTP client.
        f.debug_struct("Client").field("timeout", &self.timeout).field("proxy", &self.proxy).finish_non_exhaustive()
    }
}

fn build(base: &BaseUrl, timeout: Duration, proxy: Option<Proxy>) -> reqwest::Result<reqwest::Client> {
    // Fails if a provider is installed already, which is then used.
    let _ = ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .timeout(timeout)
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .https_only(base.is_encrypted())
        .no_proxy();
    if let Some(proxy) = proxy {
        builder = builder.proxy(proxy.config);
    }
    if !base.is_encrypted() {
        // Does not read the system's certificates.
        builder = builder.tls_certs_only([]);
    }
    builder.build()
}

fn headers(request: &Request, credentials: &Credentials) -> Result<HeaderMap, InvalidHeaderValue> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    headers.insert("x-api-key", credentials.api_key.header_value("")?);
    if let (Some(token), Some((name, prefix))) = (&credentials.access_token, request.token_header()) {
        headers.insert(name, token.header_value(prefix)?);
    }
    Ok(headers)
}

/// Returns the innermost cause of an error; those above it only say that there was one.
fn cause(error: &reqwest::Error, secrets: &Credentials) -> Option<SanitizedText> {
    SanitizedText::new(&innermost(error).to_string(), secrets)
}

fn innermost<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    std::iter::successors(Some(error), |&error| error.source()).last().unwrap_or(error)
}

/// Returns whether the cause of an I/O error is TLS. Some layers wrap one I/O error into another.
fn is_tls_error(error: &(dyn StdError + 'static)) -> bool {
    error.is::<rustls::Error>()
        || error.downcast_ref::<io::Error>().and_then(io::Error::get_ref).is_some_and(|inner| is_tls_error(inner))
}
