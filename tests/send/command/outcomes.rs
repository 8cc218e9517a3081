//! What is reported about each response, and the exit statuses.

use std::time::{Duration, Instant};

use insta::assert_snapshot;

use super::*;
use crate::cli::PATIENCE;
use crate::server::{api_error, head};

#[test]
fn a_delivered_message_exits_with_0() {
    assert_snapshot!(send_to(answer(200, &[JSON], DELIVERED), ""), @r"
    exit status 0
    --- stderr
    delivered to conversation a-conversation; the API says: sent
    ");
}

#[test]
fn a_wrong_key_exits_with_3_and_names_the_permission_and_the_scopes() {
    assert_snapshot!(send_to(api_error(401, &[], 16, "invalid api key"), ""), @r"
    exit status 3
    --- stderr
    error: 127.0.0.1 refused the message: HTTP 401, UNAUTHENTICATED: invalid api key
           The API key or the access token is wrong, or the token has expired.
     help: Access tokens expire after 3,600 s: renew the token if it is older.
           Check that the API key and the access token belong to the same app.
           The token was sent as `x-access-token` (--api classic); --api current sends it as `Authorization`.
           The API key needs the permission CHAT_SEND_MESSAGE_OAUTH: request it in Kenar's panel.
           The access token needs one of the scopes CONVERSATION_SEND_MESSAGE.a-conversation, CHAT_POST_CONVERSATIONS_MESSAGE_SEND.<post token> (the post that the chat is about) or CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND: request it from the user when the token is created.
    ");
}

#[test]
fn a_missing_permission_exits_with_3() {
    assert_snapshot!(send_to(api_error(403, &[], 7, "scope is missing"), ""), @r"
    exit status 3
    --- stderr
    error: 127.0.0.1 refused the message: HTTP 403, PERMISSION_DENIED: scope is missing
           The API key lacks a permission, or the access token lacks a scope.
     help: The API key needs the permission CHAT_SEND_MESSAGE_OAUTH: request it in Kenar's panel.
           The access token needs one of the scopes CONVERSATION_SEND_MESSAGE.a-conversation, CHAT_POST_CONVERSATIONS_MESSAGE_SEND.<post token> (the post that the chat is about) or CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND: request it from the user when the token is created.
           Access tokens expire after 3,600 s: renew the token if it is older.
    ");
}

#[test]
fn a_block_exits_with_3_and_advises_against_sending_again() {
    assert_snapshot!(send_to(api_error(412, &[], 9, "message delivery failed due to recipient's restriction"), ""), @r"
    exit status 3
    --- stderr
    error: 127.0.0.1 refused the message: HTTP 412, FAILED_PRECONDITION: message delivery failed due to recipient's restriction
           One side of conversation a-conversation has blocked the other, or one of the two is blacklisted.
     help: Sending again cannot help: leave this conversation out.
    ");
}

#[test]
fn a_429_exits_with_3_and_says_how_long_to_wait() {
    assert_snapshot!(send_to(api_error(429, &[("Retry-After", "90")], 8, "minute limit"), ""), @r"
    exit status 3
    --- stderr
    error: 127.0.0.1 refused the message: HTTP 429, RESOURCE_EXHAUSTED: minute limit
           The app has reached its per-minute limit or its daily quota; nothing was delivered.
     help: Wait 1 min 30 s, as the server asks, and send again.
           Kenar's panel shows both limits.
    ");
}

#[test]
fn a_429_without_retry_after_explains_the_two_limits() {
    assert_snapshot!(send_to(api_error(429, &[], 8, "daily quota"), ""), @r"
    exit status 3
    --- stderr
    error: 127.0.0.1 refused the message: HTTP 429, RESOURCE_EXHAUSTED: daily quota
           The app has reached its per-minute limit or its daily quota; nothing was delivered.
     help: Wait a minute and send again; if that is refused too, the daily quota is used up.
           Kenar's panel shows both limits.
    ");
}

#[test]
fn an_unknown_conversation_exits_with_3() {
    assert_snapshot!(send_to(api_error(404, &[], 5, "not found"), ""), @r"
    exit status 3
    --- stderr
    error: 127.0.0.1 refused the message: HTTP 404, NOT_FOUND: not found
           This token can access no conversation a-conversation, or the server has no such path.
     help: Check the conversation id.
           Check --api (now classic) and --base-url (now http://SERVER): the request was sent to http://SERVER/v2/open-platform/conversations/a-conversation/messages.
           On 2025-04-27, Divar moved the API from api.divar.ir to open-api.divar.ir, with the token as `Authorization`: use --api current, without --base-url.
    ");
}

#[test]
fn a_redirect_exits_with_3_and_is_not_followed() {
    let elsewhere = Server::start(answer(200, &[JSON], DELIVERED));
    for status in [301, 302, 303, 307, 308] {
        let run = send_to(answer(status, &[("Location", &elsewhere.url())], ""), "");
        assert_eq!(run.status, 3, "{run}");
    }
    assert!(elsewhere.received().is_empty());
    assert_snapshot!(send_to(answer(307, &[("Location", "https://other.example/x?token=1")], ""), ""), @r"
    exit status 3
    --- stderr
    error: 127.0.0.1 refused the message: HTTP 307
           The server redirects to other.example. Redirects are not followed, because the key and the token would be sent along.
     help: If the API is there, pass its URL as --base-url.
    ");
}

#[test]
fn a_server_error_exits_with_4() {
    assert_snapshot!(send_to(api_error(500, &[], 13, "internal"), ""), @r"
    exit status 4
    --- stderr
    error: outcome unknown: http://SERVER failed: HTTP 500, INTERNAL: internal
           The request may have reached the server, so the message may or may not have been delivered to conversation a-conversation; sending it again may deliver it twice.
     help: Look at the conversation before you send again.
    ");
    assert_snapshot!(send_to(api_error(503, &[("Retry-After", "5")], 14, "unavailable"), ""), @r"
    exit status 4
    --- stderr
    error: outcome unknown: http://SERVER failed: HTTP 503, UNAVAILABLE: unavailable
           The request may have reached the server, so the message may or may not have been delivered to conversation a-conversation; sending it again may deliver it twice.
     help: Look at the conversation before you send again.
           The server asks to wait 5 s before the next request.
    ");
}

#[test]
fn html_exits_with_4_for_a_200_and_with_3_for_a_403() {
    let html =
        |status| answer(status, &[("Content-Type", "text/html")], "<html><body>\u{1b}[2JAccess denied</body></html>");
    assert_snapshot!(send_to(html(200), ""), @r"
    exit status 4
    --- stderr
    error: outcome unknown: the response from http://SERVER (HTTP 200) is not what the API documents; body (text/html): <html><body>[2JAccess denied</body></html>
           The request may have reached the server, so the message may or may not have been delivered to conversation a-conversation; sending it again may deliver it twice.
     help: Look at the conversation before you send again.
           If http://SERVER is not the API, correct --base-url.
    ");
    assert_eq!(send_to(html(403), "").status, 3);
}

#[test]
fn an_endless_response_exits_with_4_and_is_read_up_to_a_bound() {
    let flood = Behaviour::Repeat(head(200, &[JSON], 10_000_000_000), vec![b'x'; 1 << 16], Duration::ZERO);
    let server = Server::start(flood);
    let run = send(&server, "");
    assert_eq!(run.status, 4, "{run}");
    assert!(run.stderr.len() < 2000, "{run}");
    assert!(server.bytes_sent() < 100 << 20, "{}", server.bytes_sent());
}

#[test]
fn no_response_exits_with_4_after_the_timeout() {
    let started = Instant::now();
    let told_later = send_to(Behaviour::Hang, "--timeout 1.25");
    assert!(told_later.stderr.contains("no response from http://SERVER within 1.25 s"), "{told_later}");
    assert_snapshot!(send_to(Behaviour::Hang, "--timeout 0.5"), @r"
    exit status 4
    --- stderr
    error: outcome unknown: no response from http://SERVER within 500 ms
           The request may have reached the server, so the message may or may not have been delivered to conversation a-conversation; sending it again may deliver it twice.
     help: Look at the conversation before you send again.
    ");
    assert!(started.elapsed() < PATIENCE / 2, "{:?}", started.elapsed());
}

#[test]
fn a_connection_closed_too_early_exits_with_4() {
    assert_eq!(send_to(Behaviour::Send(Vec::new()), "").status, 4);
    assert_eq!(send_to(Behaviour::Send(b"HTTP/1.1 200 OK\r\nContent-Le".to_vec()), "").status, 4);
    let cut = [head(200, &[JSON], 1000), DELIVERED.as_bytes().to_vec()].concat();
    assert_snapshot!(send_to(Behaviour::Send(cut), ""), @r#"
    exit status 4
    --- stderr
    error: outcome unknown: the response from http://SERVER (HTTP 200) is incomplete; body (application/json): {"status":0,"message":"sent"}
           The request may have reached the server, so the message may or may not have been delivered to conversation a-conversation; sending it again may deliver it twice.
     help: Look at the conversation before you send again.
    "#);
}

#[test]
fn an_unreachable_server_exits_with_2() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let run = send_with(&folder(), &base, "", &SECRETS);
    let told = Run { stderr: run.stderr.replace(&base, "http://NOBODY"), ..run };
    assert_snapshot!(told, @r"
    exit status 2
    --- stderr
    error: not sent: could not connect to http://NOBODY: Connection refused (os error 111)
           The request did not leave this machine, so it is safe to send it again.
     help: Check that a server listens there, and --base-url and HTTPS_PROXY if they are set.
    ");
}

#[test]
fn nothing_is_sent_twice() {
    for behaviour in
        [api_error(429, &[("Retry-After", "0")], 8, ""), api_error(500, &[], 13, ""), Behaviour::Send(Vec::new())]
    {
        let server = Server::start(behaviour.clone());
        send(&server, "");
        assert_eq!(server.received().len(), 1, "{behaviour:?}");
    }
}

#[test]
fn an_invalid_timeout_exits_with_2() {
    for limit in ["0", "-1", "NaN", "inf", "1e9", "soon", ""] {
        let run = dry_run(&[&format!("--timeout={limit}")]);
        assert_eq!(run.status, 2, "{limit}: {run}");
    }
}
