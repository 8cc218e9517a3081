//! The proxy that the environment names.

use std::env;

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use super::api::BaseUrl;
use super::client::ClientError;

/// The variables that name a proxy. The first one that is set applies.
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The variables that list hosts without a proxy.
const NO_PROXY_VARIABLES: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The supported kinds of proxies.
const SCHEMES: [&str; 4] = ["http", "https", "socks5", "socks5h"];

/// A proxy for the connections to one server.
pub(super) struct Proxy {
    pub(super) config: reqwest::Proxy,
    /// The host and port, without user name and password.
    pub(super) address: String,
}

/// Returns the proxy that the environment names for a server, following curl's conventions. Returns `None` for a server
/// on loopback.
pub(super) fn proxy_for(base: &BaseUrl) -> Result<Option<Proxy>, ClientError> {
    match variable(&PROXY_VARIABLES) {
        Some(named) if !base.is_loopback() && !is_excepted(base) => Proxy::parse(&named).map(Some),
        _ => Ok(None),
    }
}

fn variable(names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()))
}

/// Returns whether `NO_PROXY` matches the server.
fn is_excepted(base: &BaseUrl) -> bool {
    let excepted = variable(&NO_PROXY_VARIABLES).unwrap_or_default();
    // The matcher of the HTTP client, with any proxy for all hosts that are not excepted.
    let matcher = Matcher::builder().all("http://proxy.invalid").no(excepted).build();
    base.as_str().parse().is_ok_and(|server| matcher.intercept(&server).is_none())
}

impl Proxy {
    /// Parses the value of a variable. Without a scheme, the proxy is an HTTP proxy.
    fn parse(named: &str) -> Result<Self, ClientError> {
        let (scheme, rest) = named.split_once("://").unwrap_or(("http", named));
        // A character that ends a part of a URL would move the rest of a password into the host.
        let is_ambiguous = rest.rsplit_once('@').is_some_and(|(user, _)| user.contains(['@', '/', '?', '#', ' ']));
        let url = Url::parse(&format!("{scheme}://{rest}")).map_err(|_| ClientError::Proxy)?;
        let is_supported = SCHEMES.contains(&url.scheme()) && url.host_str().is_some_and(|host| !host.is_empty());
        let has_only_host = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        if is_ambiguous || !is_supported || !has_only_host {
            return Err(ClientError::Proxy);
        }
        let host = url.host_str().unwrap_or_default();
        let address = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let config = reqwest::Proxy::all(url).map_err(|_| ClientError::Proxy)?;
        Ok(Self { config, address })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_proxies_are_parsed() {
        for (named, address) in [
            ("proxy.example:3128", "proxy.example:3128"),
            ("http://proxy.example/", "proxy.example"),
            ("HTTPS://me:pass%40word@proxy.example:8443", "proxy.example:8443"),
            ("socks5h://127.0.0.1", "127.0.0.1"),
            ("socks5://[::1]:1080", "[::1]:1080"),
        ] {
            assert_eq!(Proxy::parse(named).map(|proxy| proxy.address), Ok(address.to_owned()), "{named}");
        }
    }

    #[test]
    fn ambiguous_and_unsupported_proxies_are_refused() {
        for named in
            ["socks4://host", "http://", "http://me:a@b@host", "http://me:a/b@host", "http://host/path", "host:x"]
        {
            assert_eq!(Proxy::parse(named).map(|proxy| proxy.address), Err(ClientError::Proxy), "{named}");
        }
    }
}
