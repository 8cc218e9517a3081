//! Failures before anything was sent.

use super::*;

#[track_caller]
fn assert_safe_to_repeat(outcome: &Outcome, request: &Request) {
    assert!(matches!(outcome, Outcome::NotSent { .. }), "{outcome:?}");
    assert_phrases(&outcome.explain(request).to_string(), &["not sent:", "safe to send it again"]);
}

#[test]
fn refused_connection_is_not_sent() {
    // A port that was free a moment ago and that nobody listens on now.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let request = request_to(&endpoint(Api::Classic, &format!("http://{address}")));
    let outcome = send(&request, PATIENCE);
    assert_safe_to_repeat(&outcome, &request);
    assert!(matches!(outcome, Outcome::NotSent { error: ConnectError::Connection(Some(_)) }), "{outcome:?}");
    assert_phrases(&outcome.explain(&request).to_string(), &[&format!("could not connect to http://{address}: ")]);
}

#[test]
fn no_connection_to_the_old_address_names_the_new_one() {
    let not_sent = Outcome::NotSent { error: ConnectError::Lookup(None) };
    let explanation = |endpoint: &Endpoint| not_sent.explain(&request_to(endpoint)).to_string();
    assert_phrases(
        &explanation(&Endpoint::new(Api::Classic, None)),
        &["api.divar.ir to open-api.divar.ir", "--api current"],
    );
    for endpoint in [Endpoint::new(Api::Current, None), endpoint(Api::Classic, "http://127.0.0.1:8088")] {
        assert!(!explanation(&endpoint).contains("2025-04-27"), "{}", explanation(&endpoint));
    }
}

#[test]
fn unknown_name_is_not_sent() {
    // `.invalid` never resolves (RFC 6761 §6.4); without a network the lookup fails or takes too long.
    let request = request_to(&endpoint(Api::Classic, "https://api.kenarc.invalid"));
    let outcome = send(&request, Duration::from_secs(5));
    assert_safe_to_repeat(&outcome, &request);
    let explanation = outcome.explain(&request).to_string();
    match outcome {
        Outcome::NotSent { error: ConnectError::Lookup(_) } => assert_phrases(&explanation, &["could not resolve"]),
        Outcome::NotSent { error: ConnectError::TimedOut { .. } } => assert_phrases(&explanation, &["within 5 s"]),
        _ => panic!("{outcome:?}"),
    }
}

#[test]
fn server_that_speaks_no_tls_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let request = request_to(&endpoint(Api::Classic, &format!("https://{}", listener.local_addr().unwrap())));
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        stream
    });
    let outcome = send(&request, PATIENCE);
    assert_safe_to_repeat(&outcome, &request);
    assert!(matches!(outcome, Outcome::NotSent { error: ConnectError::Tls(Some(_)) }), "{outcome:?}");
    assert_phrases(
        &outcome.explain(&request).to_string(),
        &["the TLS handshake with 127.0.0.1 failed: ", "SSL_CERT_FILE"],
    );
    drop(server.join());
}

#[test]
fn tls_handshake_that_never_ends_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let request = request_to(&endpoint(Api::Classic, &format!("https://{}", listener.local_addr().unwrap())));
    let outcome = send(&request, IMPATIENCE);
    assert_safe_to_repeat(&outcome, &request);
    let limit = IMPATIENCE;
    assert_eq!(outcome, Outcome::NotSent { error: ConnectError::TimedOut { limit } });
}
