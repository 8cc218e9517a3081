//! What each response of a server that speaks HTTP means, and how it is explained.

use super::*;
use crate::server::api_error;

#[test]
fn documented_200_is_delivered_with_the_message_of_the_api() {
    let (outcome, explanation) = outcome_of(answer(200, &[JSON], DELIVERED), PATIENCE);
    assert!(
        matches!(&outcome, Outcome::Delivered { status: Some(0), message: Some(words), .. } if words.as_str() == "sent")
    );
    assert_eq!(explanation, "delivered to conversation a-conversation; the API says: sent");
}

#[test]
fn no_field_of_a_200_is_required() {
    for body in [r"{}", r#"{"status":200}"#, r#"{"message":"sent"}"#, r#"{"status":null,"message":null,"id":"7"}"#] {
        let (outcome, explanation) = outcome_of(answer(200, &[JSON], body), PATIENCE);
        assert!(matches!(outcome, Outcome::Delivered { .. }), "{body}: {outcome:?}");
        assert_phrases(&explanation, &["delivered to conversation a-conversation"]);
    }
}

#[test]
fn another_status_in_the_body_of_a_200_is_unknown_and_shows_the_message() {
    for status in [1, 13, -1, 201, 412, 500] {
        let body = format!(r#"{{"status":{status},"message":"queue is full"}}"#);
        let (outcome, explanation) = outcome_of(answer(200, &[JSON], &body), PATIENCE);
        assert!(matches!(
            outcome,
            Outcome::Unknown { reason: UnknownReason::Contradiction { status: found, .. } } if found == status
        ));
        let summary = format!("answered HTTP 200, but with status {status} in the body: queue is full");
        assert_phrases(&explanation, &["outcome unknown", &summary, "may deliver it twice"]);
    }
}

#[test]
fn indefinite_codes_are_unknown_with_any_error_status() {
    for code in [1, 2, 4, 10, 13, 14, 15] {
        for status in [400, 404, 409, 412, 429, 500, 504] {
            let (outcome, explanation) = outcome_of(api_error(status, &[], code, "no"), PATIENCE);
            assert!(
                matches!(
                    outcome,
                    Outcome::Unknown { reason: UnknownReason::ServerFailed { status: found, .. } } if found == status
                ),
                "{code} {status}: {outcome:?}"
            );
            assert_phrases(&explanation, &["outcome unknown", "may deliver it twice"]);
        }
    }
}

#[test]
fn a_request_that_a_gateway_abandoned_is_unknown() {
    for status in [408, 499] {
        let (outcome, _) = outcome_of(answer(status, &[], ""), PATIENCE);
        assert!(matches!(outcome, Outcome::Unknown { reason: UnknownReason::ServerFailed { .. } }), "{outcome:?}");
    }
}

#[test]
fn a_503_is_retried_only_if_it_is_not_from_the_api() {
    for (body, is_repeated) in
        [("", true), (r#"{"message":"no server"}"#, true), (r#"{"code":14,"message":""}"#, false)]
    {
        let (outcome, _) = outcome_of(answer(503, &[JSON, ("Retry-After", "7")], body), PATIENCE);
        assert_eq!(RetryReason::of(&outcome).is_some(), is_repeated, "{body}");
    }
}

#[test]
fn chunked_200_without_content_length_is_delivered() {
    let bytes = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{DELIVERED}\r\n0\r\n\r\n",
        DELIVERED.len()
    );
    let (outcome, _) = outcome_of(Behaviour::Send(bytes.into_bytes()), PATIENCE);
    assert!(matches!(outcome, Outcome::Delivered { .. }));
}

#[test]
fn a_block_is_refused_and_not_worth_a_retry() {
    let behaviour = api_error(412, &[], 9, "message delivery failed due to recipient's restriction");
    let (outcome, explanation) = outcome_of(behaviour, PATIENCE);
    assert!(matches!(outcome, Outcome::Refused { status: 412, reason: Refusal::Restricted, .. }));
    assert_phrases(
        &explanation,
        &[
            "HTTP 412, FAILED_PRECONDITION: message delivery failed due to recipient's restriction",
            "has blocked the other, or one of the two is blacklisted",
            "Sending again cannot help",
        ],
    );
}

#[test]
fn wrong_key_or_token_names_the_permission_the_scopes_and_the_expiry() {
    for (status, reason) in [(401, Refusal::Unauthenticated), (403, Refusal::Forbidden)] {
        let (outcome, explanation) = outcome_of(api_error(status, &[], 16, "no"), PATIENCE);
        assert!(matches!(outcome, Outcome::Refused { reason: found, .. } if found == reason));
        assert_phrases(
            &explanation,
            &[
                "CHAT_SEND_MESSAGE_OAUTH",
                "CONVERSATION_SEND_MESSAGE.a-conversation",
                "CHAT_POST_CONVERSATIONS_MESSAGE_SEND.<post token>",
                "CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND",
                "3,600 s",
            ],
        );
    }
}

#[test]
fn a_429_says_how_long_to_wait_if_retry_after_is_in_seconds() {
    let (outcome, explanation) = outcome_of(api_error(429, &[("Retry-After", "125")], 8, "minute limit"), PATIENCE);
    let retry_after = Some(Duration::from_secs(125));
    assert!(matches!(
        outcome,
        Outcome::Refused { status: 429, reason: Refusal::Limited { retry_after: found }, .. } if found == retry_after
    ));
    assert_phrases(&explanation, &["RESOURCE_EXHAUSTED: minute limit", "Wait 2 min 5 s", "Kenar's panel"]);
}

#[test]
fn a_429_says_how_long_to_wait_if_retry_after_is_a_date() {
    let date = jiff::Timestamp::now() + Duration::from_secs(600);
    let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let (outcome, _) = outcome_of(api_error(429, &[("Retry-After", &date)], 8, "no"), PATIENCE);
    let Outcome::Refused { reason: Refusal::Limited { retry_after: Some(wait) }, .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert!((Duration::from_secs(500)..=Duration::from_secs(600)).contains(&wait), "{wait:?}");
}

#[test]
fn retry_after_in_the_past_is_no_wait() {
    let (outcome, _) =
        outcome_of(api_error(429, &[("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")], 8, "no"), PATIENCE);
    let none = Some(Duration::ZERO);
    assert!(matches!(
        outcome,
        Outcome::Refused { reason: Refusal::Limited { retry_after }, .. } if retry_after == none
    ));
}

#[test]
fn a_429_without_a_usable_retry_after_explains_both_limits() {
    for headers in [&[][..], &[("Retry-After", "soon")], &[("Retry-After", "-1")], &[("Retry-After", "")]] {
        let (outcome, explanation) = outcome_of(api_error(429, headers, 8, "no"), PATIENCE);
        assert!(matches!(outcome, Outcome::Refused { reason: Refusal::Limited { retry_after: None }, .. }));
        assert_phrases(&explanation, &["Wait a minute", "daily quota", "Kenar's panel"]);
    }
}

#[test]
fn a_404_mentions_the_conversation_and_the_address() {
    let (outcome, explanation) = outcome_of(api_error(404, &[], 5, "no such conversation"), PATIENCE);
    assert!(matches!(outcome, Outcome::Refused { status: 404, reason: Refusal::NotFound, .. }));
    assert_phrases(&explanation, &["NOT_FOUND: no such conversation", "conversation id", "--api", "--base-url"]);
    let (outcome, explanation) = outcome_of(answer(410, &[], ""), PATIENCE);
    assert!(matches!(outcome, Outcome::Refused { status: 410, reason: Refusal::NotFound, .. }));
    assert_phrases(
        &explanation,
        &["On 2025-04-27, Divar moved the API from api.divar.ir to open-api.divar.ir", "use --api current"],
    );
}

#[test]
fn other_refusals_contain_the_message_of_the_api() {
    for status in [400, 405, 413, 422, 451] {
        let (outcome, explanation) = outcome_of(api_error(status, &[], 3, "caption is too long"), PATIENCE);
        assert!(matches!(outcome, Outcome::Refused { status: found, reason: Refusal::Other, .. } if found == status));
        assert_phrases(&explanation, &[&format!("HTTP {status}, INVALID_ARGUMENT: caption is too long")]);
    }
}

#[test]
fn refusal_with_an_html_page_mentions_a_firewall() {
    let html = "<html><h1>Access denied</h1>\r\n</html>";
    let (outcome, explanation) = outcome_of(answer(403, &[("Content-Type", "text/html")], html), PATIENCE);
    assert!(matches!(outcome, Outcome::Refused { status: 403, body: ErrorBody::Other(_), .. }));
    assert_phrases(&explanation, &["body (text/html): <html><h1>Access denied</h1> </html>", "firewall or a gateway"]);
}

#[test]
fn refusal_with_an_incomplete_body_is_a_refusal() {
    let bytes = [head(412, &[JSON], 100), br#"{"code":9,"mess"#.to_vec()].concat();
    let (outcome, _) = outcome_of(Behaviour::Send(bytes), PATIENCE);
    assert!(matches!(outcome, Outcome::Refused { status: 412, reason: Refusal::Restricted, .. }));
}

#[test]
fn refusal_without_a_body_is_explained_too() {
    let (outcome, explanation) = outcome_of(answer(403, &[], ""), PATIENCE);
    assert!(matches!(outcome, Outcome::Refused { body: ErrorBody::Empty, .. }));
    assert_phrases(&explanation, &["refused the message: HTTP 403\n"]);
}

#[test]
fn server_failure_is_unknown_and_keeps_retry_after() {
    let (outcome, explanation) = outcome_of(api_error(503, &[("Retry-After", "7")], 14, "overloaded"), PATIENCE);
    let wait = Some(Duration::from_secs(7));
    assert!(matches!(
        outcome,
        Outcome::Unknown { reason: UnknownReason::ServerFailed { status: 503, retry_after, .. } } if retry_after == wait
    ));
    assert_phrases(
        &explanation,
        &["outcome unknown", "HTTP 503, UNAVAILABLE: overloaded", "may deliver it twice", "wait 7 s"],
    );
}

#[test]
fn an_undocumented_2xx_is_unknown() {
    for status in [201, 202, 204, 299] {
        let body = if status == 204 { "" } else { DELIVERED };
        let (outcome, _) = outcome_of(answer(status, &[JSON], body), PATIENCE);
        let Outcome::Unknown { reason: UnknownReason::Unexpected { status: found, defect, .. } } = outcome else {
            panic!("{outcome:?}")
        };
        assert!(found == status && matches!(defect, ResponseDefect::NotAsDocumented), "{found} {defect:?}");
    }
}

#[test]
fn undocumented_200_is_unknown_and_shows_the_body() {
    let bodies = [
        "",
        "null",
        "[]",
        r#"[0,"sent"]"#,
        r#"{"status":"0","message":"sent"}"#,
        r#"{"status":0,"message":1}"#,
        r#"{"status":4294967296,"message":"sent"}"#,
        r#"{"status":0,"message":"sent"} trailing"#,
        "<html>Please log in</html>",
    ];
    for body in bodies {
        let (outcome, explanation) = outcome_of(answer(200, &[("Content-Type", "text/x-any")], body), PATIENCE);
        assert!(
            matches!(
                outcome,
                Outcome::Unknown { reason: UnknownReason::Unexpected { defect: ResponseDefect::NotAsDocumented, .. } }
            ),
            "{body:?}: {outcome:?}"
        );
        let seen = if body.is_empty() { String::new() } else { format!("body (text/x-any): {body}") };
        assert_phrases(&explanation, &["is not what the API documents", &seen]);
    }
}
