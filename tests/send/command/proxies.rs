//! The proxies that the environment names.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use insta::{allow_duplicates, assert_snapshot};

use super::*;

/// A name that is never found (RFC 6761 §6.4).
const FAR: &str = "https://api.kenarc.invalid";

/// Sends to `base` with proxies in the environment; the proxy's address is `PROXY`.
fn send_by(proxies: &[(&str, &str)], base: &str, address: &str) -> Run {
    let run = send_with(&folder(), base, "--timeout 20", &[&SECRETS, proxies].concat());
    Run { stderr: run.stderr.replace(address, "PROXY"), ..run }
}

#[test]
fn the_proxy_sees_neither_key_nor_token() {
    let proxy = Server::start(answer(403, &[], ""));
    let address = proxy.url().replace("http://", "");
    let run = send_by(&[("HTTPS_PROXY", &format!("http://me:its-w%40rd@{address}"))], FAR, &address);
    let asked = proxy.only_request();
    assert_eq!(asked.line(), "CONNECT api.kenarc.invalid:443 HTTP/1.1");
    assert_eq!(asked.header("Proxy-Authorization"), Some("Basic bWU6aXRzLXdAcmQ="));
    assert!(!asked.head.contains(API_KEY) && !asked.head.contains(ACCESS_TOKEN), "{}", asked.head);
    assert_snapshot!(run, @r"
    exit status 2
    --- stderr
    error: not sent: no connection to https://api.kenarc.invalid through the proxy PROXY: tunnel error: unsuccessful
           The request did not leave this machine, so it is safe to send it again.
     help: Check the proxy that HTTPS_PROXY or ALL_PROXY names, its user name and password, and --base-url if it is set.
    ");
}

#[test]
fn proxy_that_requires_a_password_is_reported() {
    let proxy = Server::start(answer(407, &[], ""));
    let address = proxy.url().replace("http://", "");
    // An address without a scheme is that of an `http` proxy, as for curl.
    let run = send_by(&[("ALL_PROXY", &address)], FAR, &address);
    assert_snapshot!(run, @r"
    exit status 2
    --- stderr
    error: not sent: no connection to https://api.kenarc.invalid through the proxy PROXY: tunnel error: proxy authorization required
           The request did not leave this machine, so it is safe to send it again.
     help: Check the proxy that HTTPS_PROXY or ALL_PROXY names, its user name and password, and --base-url if it is set.
    ");
}

#[test]
fn tunnel_without_tls_is_reported() {
    let proxy = Server::start(Behaviour::Send(b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n".to_vec()));
    let run = send_by(&[("https_proxy", &proxy.url())], FAR, &proxy.url());
    assert_snapshot!(run, @r"
    exit status 2
    --- stderr
    error: not sent: could not connect to https://api.kenarc.invalid: tls handshake eof
           The request did not leave this machine, so it is safe to send it again.
     help: Check that a server listens there, and --base-url and HTTPS_PROXY if they are set.
    ");
}

#[test]
fn socks5h_proxy_resolves_the_name() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let proxy = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut greeting = [0; 3];
        stream.read_exact(&mut greeting).unwrap();
        // No authentication (RFC 1928 §3).
        stream.write_all(&[5, 0]).unwrap();
        let mut request = vec![0; 4 + 1 + "api.kenarc.invalid".len() + 2];
        stream.read_exact(&mut request).unwrap();
        // Host unreachable (§6).
        stream.write_all(&[5, 4, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
        (greeting, request)
    });
    let run = send_by(&[("ALL_PROXY", &format!("socks5h://{address}"))], FAR, &address);
    let (greeting, request) = proxy.join().unwrap();
    assert_eq!(greeting, [5, 1, 0]);
    assert_eq!(request, [&[5, 1, 0, 3, 18], &b"api.kenarc.invalid"[..], &443_u16.to_be_bytes()].concat());
    assert_snapshot!(run, @r"
    exit status 2
    --- stderr
    error: not sent: no connection to https://api.kenarc.invalid through the proxy PROXY: SOCKS error: host unreachable
           The request did not leave this machine, so it is safe to send it again.
     help: Check the proxy that HTTPS_PROXY or ALL_PROXY names, its user name and password, and --base-url if it is set.
    ");
}

#[test]
fn invalid_proxy_is_refused_and_its_password_is_not_shown() {
    for named in [
        "socks4://me:its-w0rd@127.0.0.1:9",
        "quic://127.0.0.1:9",
        "http://",
        "http://me:its-w0rd@its-w0rd@127.0.0.1:9",
        "http://me:its-w0rd#its-w0rd@127.0.0.1:9",
        "http://me:its-w0rd/its-w0rd@127.0.0.1:9",
        "http://me:its-w0rd?its-w0rd@127.0.0.1:9",
        "http://me:12#its-w0rd@127.0.0.1:9",
        "http://me:its w0rd@127.0.0.1:9",
        "me:its-w0rd@127.0.0.1:ninety",
    ] {
        let run = send_by(&[("HTTPS_PROXY", named)], FAR, "127.0.0.1:9");
        allow_duplicates! { assert_snapshot!(run, @r"
        exit status 2
        --- stderr
        error: invalid proxy in HTTPS_PROXY or ALL_PROXY: expected `http://HOST:PORT`, or `https`, `socks5` or `socks5h` instead of `http`; a user name and a password go before an `@`, with all characters but letters and digits written as %XX
        "); }
    }
}

#[test]
fn proxy_may_be_named_in_other_ways() {
    for (before, after) in [("", ""), ("", "/"), ("HTTP://", "/"), ("http://me@", "")] {
        let proxy = Server::start(answer(403, &[], ""));
        let address = proxy.url().replace("http://", "");
        let run = send_by(&[("https_proxy", &format!("{before}{address}{after}"))], FAR, &address);
        assert!(run.status == 2 && run.stderr.contains("through the proxy PROXY: "), "{before}{after}: {run}");
    }
}

#[test]
fn no_proxy_bypasses_the_proxy() {
    let proxy = Server::start(answer(403, &[], ""));
    let run = send_by(&[("HTTPS_PROXY", &proxy.url()), ("NO_PROXY", ".kenarc.invalid")], FAR, &proxy.url());
    assert_eq!((run.status, proxy.received().len()), (2, 0), "{run}");
}

#[test]
fn proxy_is_not_used_for_loopback() {
    let (proxy, server) = (Server::start(answer(403, &[], "")), Server::start(answer(200, &[JSON], DELIVERED)));
    let names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"];
    let proxies = names.map(|name| (name, proxy.url()));
    let run = send_by(&proxies.each_ref().map(|(name, url)| (*name, url.as_str())), &server.url(), &proxy.url());
    assert_eq!((run.status, proxy.received().len(), server.received().len()), (0, 0, 1), "{run}");
}
