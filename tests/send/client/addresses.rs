//! Base URLs and conversation ids.

use super::*;

#[test]
fn base_url_is_https_or_http_on_this_machine() {
    for (text, base) in [
        ("https://api.divar.ir", "https://api.divar.ir"),
        ("https://api.divar.ir/", "https://api.divar.ir"),
        ("https://gateway.example:8443/kenar/v1//", "https://gateway.example:8443/kenar/v1"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("http://LOCALHOST:8080", "http://localhost:8080"),
    ] {
        assert_eq!(BaseUrl::parse(text).unwrap().as_str(), base);
    }
}

#[test]
fn base_url_that_would_leak_or_mislead_is_refused_without_being_shown() {
    for (text, expected) in [
        ("http://api.divar.ir", BaseUrlError::Unencrypted),
        ("http://127.0.0.1.hush.example", BaseUrlError::Unencrypted),
        ("http://localhost.hush.example", BaseUrlError::Unencrypted),
        ("http://127.0.0.1@hush.example", BaseUrlError::Unencrypted),
        ("http://0.0.0.0:8080", BaseUrlError::Unencrypted),
        ("http://10.0.0.1", BaseUrlError::Unencrypted),
        ("ftp://localhost", BaseUrlError::Scheme),
        ("file:///etc/hush", BaseUrlError::Scheme),
        ("localhost:8080", BaseUrlError::Scheme),
        ("https://me:hush@api.divar.ir", BaseUrlError::UserInfo),
        ("https://hush@api.divar.ir", BaseUrlError::UserInfo),
        ("https://api.divar.ir?hush", BaseUrlError::QueryOrFragment),
        ("https://api.divar.ir/#hush", BaseUrlError::QueryOrFragment),
    ] {
        let error = BaseUrl::parse(text).unwrap_err();
        assert_eq!(error, expected, "{text}");
        assert!(!format!("{error} {error:?}").contains("hush"), "{error}");
    }
    for text in ["", "api.divar.ir", "https://", "//api.divar.ir", "https://a b"] {
        assert!(matches!(BaseUrl::parse(text), Err(BaseUrlError::NotUrl(_))), "{text}");
    }
}

#[test]
fn path_of_the_base_url_is_a_prefix() {
    let request = request_to(&endpoint(Api::Classic, "https://gateway.example/kenar/"));
    let expected = "https://gateway.example/kenar/v2/open-platform/conversations/a-conversation/messages";
    assert_eq!(request.url(), expected);
}

#[test]
fn conversation_id_stays_one_path_segment() {
    for (id, segment) in [
        ("018f-AZ_az.09~", "018f-AZ_az.09~"),
        ("a/../b", "a%2F..%2Fb"),
        ("..%2f", "..%252f"),
        ("%2e%2e", "%252e%252e"),
        ("a?admin=1&b#c", "a%3Fadmin%3D1%26b%23c"),
        ("a;b\\c:d@e", "a%3Bb%5Cc%3Ad%40e"),
        ("گفتگو", "%DA%AF%D9%81%D8%AA%DA%AF%D9%88"),
    ] {
        let server = Server::start(answer(200, &[JSON], DELIVERED));
        let endpoint = endpoint(Api::Classic, &server.url());
        let request = Request::new(&endpoint, &conversation(id), &message(TEXT)).unwrap();
        let _ = send(&request, PATIENCE);
        let expected = format!("POST /v2/open-platform/conversations/{segment}/messages HTTP/1.1");
        assert_eq!(server.only_request().line(), expected);
    }
}

#[test]
fn invalid_conversation_id_is_refused() {
    let forbidden = |character, position| RecipientIdError::Forbidden { character, position };
    for (id, expected) in [
        ("", RecipientIdError::Empty),
        (".", RecipientIdError::DotSegment),
        ("..", RecipientIdError::DotSegment),
        ("id ", forbidden(' ', 3)),
        ("\tid", forbidden('\t', 1)),
        ("id\r\nHost: evil", forbidden('\r', 3)),
        ("id\0", forbidden('\0', 3)),
        ("id\u{85}", forbidden('\u{85}', 3)),
        ("id\u{202e}", forbidden('\u{202e}', 3)),
    ] {
        assert_eq!(RecipientId::new(id), Err(expected), "{id:?}");
    }
    assert_eq!(RecipientId::new("x".repeat(MAX_RECIPIENT_ID_BYTES + 1)), Err(RecipientIdError::TooLong));
}
