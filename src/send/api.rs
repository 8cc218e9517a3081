//! The destination of requests: one of the two APIs, at a server.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use thiserror::Error;
use url::{Host, Url};

use crate::config::Api;

impl Api {
    /// Returns the host of the official server.
    #[must_use]
    pub const fn host(self) -> &'static str {
        match self {
            Self::Classic => "api.divar.ir",
            Self::Current => "open-api.divar.ir",
        }
    }

    /// Returns the header that carries the user's access token.
    #[must_use]
    pub const fn token_header(self) -> &'static str {
        match self {
            Self::Classic => "x-access-token",
            Self::Current => "Authorization",
        }
    }

    /// Returns the prefix of the token in its header (RFC 6750 §2.1).
    #[must_use]
    pub const fn token_prefix(self) -> &'static str {
        match self {
            Self::Classic => "",
            Self::Current => "Bearer ",
        }
    }
}

/// The URL of the server, with a path prefix if there is a gateway in front of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    /// Without a trailing `/`, so that a path can be appended.
    text: Arc<str>,
    host: Arc<str>,
    encrypted: bool,
    loopback: bool,
}

impl BaseUrl {
    /// Parses a base URL: `https`, or `http` on loopback (127.0.0.0/8, `::1`, `localhost`), where nobody can eavesdrop.
    /// A path is used as a prefix.
    ///
    /// # Errors
    /// [`BaseUrlError`] for any other scheme, no host, a user name or password, a query or a fragment.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let url = Url::parse(text).map_err(BaseUrlError::NotUrl)?;
        let encrypted = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(BaseUrlError::Scheme),
        };
        let host = url.host().ok_or(BaseUrlError::Scheme)?;
        let loopback = is_loopback(&host);
        if !(encrypted || loopback) {
            return Err(BaseUrlError::Unencrypted);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseUrlError::UserInfo);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BaseUrlError::QueryOrFragment);
        }
        let host = host.to_string().into();
        Ok(Self { text: url.as_str().trim_end_matches('/').into(), host, encrypted, loopback })
    }

    /// Returns the official server of an API.
    #[must_use]
    pub fn official(api: Api) -> Self {
        Self::https(api.host())
    }

    /// Returns the server of a host, over TLS.
    pub(super) fn https(host: &str) -> Self {
        Self { text: format!("https://{host}").into(), host: host.into(), encrypted: true, loopback: false }
    }

    /// Returns the URL, without a trailing `/`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the host, without the port.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns whether the connection uses TLS.
    #[must_use]
    pub const fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// Returns whether the server is on loopback.
    #[must_use]
    pub const fn is_loopback(&self) -> bool {
        self.loopback
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match *host {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => IpAddr::V4(address).is_loopback(),
        Host::Ipv6(address) => IpAddr::V6(address).is_loopback(),
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// Why a text is not a [`BaseUrl`]. No error contains the text, which may contain a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BaseUrlError {
    /// Not an absolute URL.
    #[error("invalid base URL: {0}")]
    NotUrl(url::ParseError),
    /// Neither `https` nor `http`.
    #[error("the base URL must begin with `https://`, or with `http://` if it is on this machine")]
    Scheme,
    /// `http` to another machine, which would expose the key and the token.
    #[error("the base URL must be `https`: over `http` the key and the token can be read on the network")]
    Unencrypted,
    /// A user name or password.
    #[error("the base URL must not contain a user name or password")]
    UserInfo,
    /// A `?` or `#`.
    #[error("the base URL must not contain a query (`?`) or a fragment (`#`)")]
    QueryOrFragment,
}

/// An API at a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    api: Api,
    base: BaseUrl,
}

impl Endpoint {
    /// Creates an endpoint at `base`, or at the official server of the API.
    #[must_use]
    pub fn new(api: Api, base: Option<BaseUrl>) -> Self {
        Self { api, base: base.unwrap_or_else(|| BaseUrl::official(api)) }
    }

    /// Returns the API.
    #[must_use]
    pub const fn api(&self) -> Api {
        self.api
    }

    /// Returns the server.
    #[must_use]
    pub const fn base(&self) -> &BaseUrl {
        &self.base
    }
}
