//! How a server is reached: name, proxy, TCP and TLS.

use std::env;
use std::error::Error as StdError;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use thiserror::Error;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tower_service::Service;

use super::api::BaseUrl;
use super::error_sources::innermost;

/// The longest that connecting may take (name, TCP and TLS together), where the client's time limit is not shorter.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Where a SOCKS proxy listens that is named without a port (RFC 1928 §3).
const SOCKS_PORT: u16 = 1080;

type BoxError = Box<dyn StdError + Send + Sync>;
type BoxFuture<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

/// A client that could not be made.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ClientError {
    /// The operating system has no certificates to trust.
    #[error(
        "TLS cannot be set up: {0}; install the system's CA certificates (the package `ca-certificates`), or name a \
         file of them in SSL_CERT_FILE"
    )]
    Tls(#[from] rustls::Error),
    /// A proxy that is not named in a way that can be read, or is of a kind that is not spoken.
    #[error(
        "the proxy that HTTPS_PROXY or ALL_PROXY names cannot be used: write `http://HOST:PORT`, with `https`, `socks5` \
         or `socks5h` for other kinds; a user and a password stand before an `@`, other signs than letters and digits in \
         them as %XX"
    )]
    Proxy,
}

/// Makes connections to one server, each within [`CONNECT_TIMEOUT`].
#[derive(Clone)]
pub(super) struct Connector(HttpsConnector<Way>);

/// A connection as it comes from the [`Way`]; TLS is spoken over it where the server's URL says so.
type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

/// The way to the server.
#[derive(Clone)]
enum Way {
    Direct(HttpConnector<Resolver>),
    /// A proxy that is reached by `http` or `https` (RFC 9110 §9.3.6), and its address.
    Tunnel(Tunnel<HttpsConnector<HttpConnector<Resolver>>>, Arc<str>),
    /// A SOCKS proxy (RFC 1928), which looks the server's name up itself, and its address.
    Socks(SocksV5<HttpConnector<Resolver>>, Arc<str>),
}

/// A resolver whose failures can be told from others.
#[derive(Clone)]
struct Resolver(GaiResolver);

/// A name that could not be looked up.
#[derive(Debug, Error)]
#[error("{0}")]
pub(super) struct LookupFailed(std::io::Error);

/// No connection beyond a proxy. It has no source: what went wrong concerns the proxy, not the server.
#[derive(Debug, Error)]
#[error("the proxy {proxy} made none: {cause}")]
struct ProxyFailed {
    proxy: Arc<str>,
    cause: String,
}

/// No connection within [`CONNECT_TIMEOUT`].
#[derive(Debug, Error)]
#[error("no connection in time")]
pub(super) struct ConnectTimedOut;

impl Connector {
    /// A connector for the server at `base`. For an encrypted one this reads the system's certificates.
    pub(super) fn new(base: &BaseUrl) -> Result<Self, ClientError> {
        let tls = Arc::new(tls_config(base)?);
        let mut tcp = HttpConnector::new_with_resolver(Resolver(GaiResolver::new()));
        tcp.set_nodelay(true);
        // The addresses of a name share it, so that one which does not answer leaves time for the next.
        tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
        // TLS is spoken over what it connects to.
        tcp.enforce_http(false);
        let way = match proxy(base)? {
            None => Way::Direct(tcp),
            Some(proxy) => Way::through(&proxy, tcp, &tls)?,
        };
        let mut connector = HttpsConnector::from((way, tls));
        if base.is_encrypted() {
            connector.enforce_https();
        }
        Ok(Self(connector))
    }
}

/// The certificates that are trusted: the system's, or none where nothing is encrypted.
fn tls_config(base: &BaseUrl) -> Result<ClientConfig, ClientError> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let builder = match base.is_encrypted() {
        true => builder.with_platform_verifier()?,
        false => builder.with_root_certificates(RootCertStore::empty()),
    };
    Ok(builder.with_no_client_auth())
}

/// Where the environment names a proxy; the first that is set counts.
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// Where it says for which servers none is used.
const NO_PROXY_VARIABLES: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The proxy that the environment names for a server, as for curl; none for this machine.
fn proxy(base: &BaseUrl) -> Result<Option<Intercept>, ClientError> {
    let variable = |names: &[&str]| names.iter().find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    let (Some(named), Ok(server), false) = (variable(&PROXY_VARIABLES), base.as_str().parse(), base.is_loopback())
    else {
        return Ok(None);
    };
    let excepted = variable(&NO_PROXY_VARIABLES).unwrap_or_default();
    if Matcher::builder().all("http://any").no(excepted).build().intercept(&server).is_none() {
        return Ok(None);
    }
    let (scheme, rest) = named.split_once("://").unwrap_or(("http", &named));
    // A sign that ends a part of a URL would leave the rest of a password in what is taken for the host.
    let is_clear = rest.rsplit_once('@').is_none_or(|(user, _)| !user.contains(['@', '/', '?', '#']));
    let matcher = Matcher::builder().all(format!("{}://{rest}", scheme.to_ascii_lowercase())).build();
    matcher.intercept(&server).filter(|_| is_clear).map(Some).ok_or(ClientError::Proxy)
}

impl Way {
    fn through(proxy: &Intercept, tcp: HttpConnector<Resolver>, tls: &Arc<ClientConfig>) -> Result<Self, ClientError> {
        let uri = proxy.uri().clone();
        let host = uri.host().unwrap_or_default();
        let address: Arc<str> = uri.port_u16().map_or_else(|| host.into(), |port| format!("{host}:{port}").into());
        if uri.authority().is_none_or(|authority| *authority.as_str() != *address) {
            return Err(ClientError::Proxy);
        }
        match uri.scheme_str() {
            Some("http" | "https") => {
                let mut tunnel = Tunnel::new(uri, HttpsConnector::from((tcp, Arc::clone(tls))));
                if let Some(authorization) = proxy.basic_auth() {
                    tunnel = tunnel.with_auth(authorization.clone());
                }
                Ok(Self::Tunnel(tunnel, address))
            }
            Some("socks5" | "socks5h") => {
                let with_port = || format!("socks5://{address}:{SOCKS_PORT}").parse().map_err(|_| ClientError::Proxy);
                let uri = if uri.port().is_some() { uri } else { with_port()? };
                let mut socks = SocksV5::new(uri, tcp);
                if let Some((user, password)) = proxy.raw_auth() {
                    socks = socks.with_auth(user.to_owned(), password.to_owned());
                }
                Ok(Self::Socks(socks, address))
            }
            _ => Err(ClientError::Proxy),
        }
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<Stream>;
    type Error = BoxError;
    type Future = BoxFuture<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let connecting = self.0.call(to);
        Box::pin(
            async move { timeout(CONNECT_TIMEOUT, connecting).await.unwrap_or_else(|_| Err(ConnectTimedOut.into())) },
        )
    }
}

impl Service<Uri> for Way {
    type Response = Stream;
    type Error = BoxError;
    type Future = BoxFuture<Stream>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        match self {
            Self::Direct(tcp) => tcp.poll_ready(context).map_err(Into::into),
            Self::Tunnel(tunnel, _) => tunnel.poll_ready(context).map_err(Into::into),
            Self::Socks(socks, _) => socks.poll_ready(context).map_err(Into::into),
        }
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        match self {
            Self::Direct(tcp) => {
                let connecting = tcp.call(to);
                Box::pin(async { Ok(MaybeHttpsStream::Http(connecting.await?)) })
            }
            Self::Tunnel(tunnel, proxy) => {
                let (connecting, proxy) = (tunnel.call(to), Arc::clone(proxy));
                Box::pin(async { Ok(connecting.await.map_err(|error| ProxyFailed::new(proxy, &error))?) })
            }
            Self::Socks(socks, proxy) => {
                let (connecting, proxy) = (socks.call(to), Arc::clone(proxy));
                Box::pin(async {
                    Ok(MaybeHttpsStream::Http(connecting.await.map_err(|error| ProxyFailed::new(proxy, &error))?))
                })
            }
        }
    }
}

impl ProxyFailed {
    fn new(proxy: Arc<str>, error: &(dyn StdError + 'static)) -> Self {
        Self { proxy, cause: innermost(error).to_string() }
    }
}

impl Service<Name> for Resolver {
    type Response = <GaiResolver as Service<Name>>::Response;
    type Error = LookupFailed;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, LookupFailed>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), LookupFailed>> {
        self.0.poll_ready(context).map_err(LookupFailed)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let lookup = self.0.call(name);
        Box::pin(async { lookup.await.map_err(LookupFailed) })
    }
}
