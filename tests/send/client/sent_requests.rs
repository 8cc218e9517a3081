//! Requests as a server receives them.

use super::*;

#[test]
fn classic_request_has_the_documented_line_headers_and_exact_body() {
    let server = Server::start(answer(200, &[JSON], DELIVERED));
    let _ = send(&request_to(&endpoint(Api::Classic, &server.url())), PATIENCE);
    let received = server.only_request();
    assert_eq!(received.line(), "POST /v2/open-platform/conversations/a-conversation/messages HTTP/1.1");
    assert_eq!(received.header("content-type"), Some("application/json"));
    assert_eq!(received.header("x-api-key"), Some(API_KEY));
    assert_eq!(received.header("x-access-token"), Some(ACCESS_TOKEN));
    assert_eq!(received.header("authorization"), None);
    assert_eq!(received.header("user-agent"), Some(concat!("kenarc/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(received.header("content-length"), Some(BODY.len().to_string().as_str()));
    assert_eq!(received.header("accept-encoding"), None);
    assert_eq!(received.body, BODY.as_bytes());
}

#[test]
fn current_request_differs_in_the_token_header_alone() {
    let server = Server::start(answer(200, &[JSON], DELIVERED));
    let _ = send(&request_to(&endpoint(Api::Current, &server.url())), PATIENCE);
    let received = server.only_request();
    assert_eq!(received.line(), "POST /v2/open-platform/conversations/a-conversation/messages HTTP/1.1");
    assert_eq!(received.header("x-api-key"), Some(API_KEY));
    assert_eq!(received.header("authorization"), Some(format!("Bearer {ACCESS_TOKEN}").as_str()));
    assert_eq!(received.header("x-access-token"), None);
    assert_eq!(received.body, BODY.as_bytes());
}

#[test]
fn each_api_has_its_documented_host() {
    let url = |api| request_to(&Endpoint::new(api, None)).url().to_owned();
    let path = "/v2/open-platform/conversations/a-conversation/messages";
    assert_eq!(url(Api::Classic), format!("https://api.divar.ir{path}"));
    assert_eq!(url(Api::Current), format!("https://open-api.divar.ir{path}"));
    assert_eq!(Api::default(), Api::Classic);
    assert_eq!("current".parse(), Ok(Api::Current));
    assert_eq!("currant".parse::<Api>().unwrap_err().to_string(), "expected `classic` or `current`");
}

#[test]
fn largest_message_arrives_whole() {
    let server = Server::start(answer(200, &[JSON], DELIVERED));
    let text = "پ".repeat(32 << 10);
    let body = format!(r#"{{"type":"TEXT","message":"{text}"}}"#);
    let endpoint = endpoint(Api::Classic, &server.url());
    let request = Request::new(&endpoint, &conversation(CONVERSATION), &message(&text)).unwrap();
    assert!(matches!(send(&request, PATIENCE), Outcome::Delivered { .. }));
    assert_eq!(server.only_request().body, body.as_bytes());
}

#[test]
fn connection_closed_by_the_server_is_not_reused() {
    // Says that the connection stays open, and closes it.
    let bytes = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{DELIVERED}", DELIVERED.len());
    let server = Server::start(Behaviour::Send(bytes.into_bytes()));
    let request = request_to(&endpoint(Api::Classic, &server.url()));
    let client = Client::new(request.endpoint(), PATIENCE).unwrap();
    block_on(async {
        for _ in 0..5 {
            assert!(matches!(client.send(&request, &credentials()).await, Outcome::Delivered { .. }));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    assert_eq!(server.received().len(), 5);
}

#[test]
fn one_client_sends_many_requests_at_once_with_a_token_each() {
    let server = Server::start(answer(200, &[JSON], DELIVERED));
    let request = request_to(&endpoint(Api::Classic, &server.url()));
    let client = Client::new(request.endpoint(), PATIENCE).unwrap();
    block_on(async {
        let sends: Vec<_> = (0..20)
            .map(|row| {
                let access_token = Some(Secret::new(&format!("token-of-row-{row}")).unwrap());
                let (client, request) = (client.clone(), request.clone());
                let credentials = Credentials { access_token, ..credentials() };
                tokio::spawn(async move { client.send(&request, &credentials).await })
            })
            .collect();
        for send in sends {
            assert!(matches!(send.await.unwrap(), Outcome::Delivered { .. }));
        }
    });
    let mut tokens: Vec<_> =
        server.received().iter().map(|request| request.header("x-access-token").unwrap().to_owned()).collect();
    tokens.sort();
    tokens.dedup();
    assert_eq!(tokens.len(), 20);
}
