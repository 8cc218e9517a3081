//! What each answer of a server that keeps to HTTP means, and what people are told.

use super::*;

fn api_error(status: u16, headers: &[(&str, &str)], code: i32, message: &str) -> Behaviour {
    answer(status, &[&[JSON], headers].concat(), &format!(r#"{{"code":{code},"message":"{message}","details":[]}}"#))
}

#[test]
fn documented_200_is_delivered_with_the_message_of_the_api() {
    let (outcome, told) = outcome_of(answer(200, &[JSON], DELIVERED), PATIENCE);
    assert!(
        matches!(&outcome, Outcome::Delivered { status: Some(0), message: Some(words) } if words.as_str() == "sent")
    );
    assert_eq!(told, "delivered to conversation a-conversation; the API says: sent");
}

#[test]
fn no_field_of_a_200_is_required() {
    for body in [r"{}", r#"{"status":200}"#, r#"{"message":"sent"}"#, r#"{"status":null,"message":null,"id":"7"}"#] {
        let (outcome, told) = outcome_of(answer(200, &[JSON], body), PATIENCE);
        assert!(matches!(outcome, Outcome::Delivered { .. }), "{body}: {outcome:?}");
        assert_tells(&told, &["delivered to conversation a-conversation"]);
    }
}

#[test]
fn another_status_in_the_body_of_a_200_is_unknown_and_shows_the_message() {
    for status in [1, 13, -1, 201, 412, 500] {
        let body = format!(r#"{{"status":{status},"message":"queue is full"}}"#);
        let (outcome, told) = outcome_of(answer(200, &[JSON], &body), PATIENCE);
        assert!(matches!(
            outcome,
            Outcome::Unknown { reason: UnknownReason::Contradiction { status: found, .. } } if found == status
        ));
        let summary = format!("answered HTTP 200, but with status {status} in the body: queue is full");
        assert_tells(&told, &["outcome unknown", &summary, "may deliver it twice"]);
    }
}

#[test]
fn codes_that_leave_the_outcome_open_are_unknown_under_any_error_status() {
    for code in [1, 2, 4, 10, 13, 14, 15] {
        for status in [400, 404, 409, 412, 429, 500, 504] {
            let (outcome, told) = outcome_of(api_error(status, &[], code, "no"), PATIENCE);
            assert!(
                matches!(
                    outcome,
                    Outcome::Unknown { reason: UnknownReason::ServerFailed { status: found, .. } } if found == status
                ),
                "{code} {status}: {outcome:?}"
            );
            assert_tells(&told, &["outcome unknown", "may deliver it twice"]);
        }
    }
}

#[test]
fn a_request_that_a_gateway_gave_up_on_is_unknown() {
    for status in [408, 499] {
        let (outcome, _) = outcome_of(answer(status, &[], ""), PATIENCE);
        assert!(matches!(outcome, Outcome::Unknown { reason: UnknownReason::ServerFailed { .. } }), "{outcome:?}");
    }
}

#[test]
fn unavailable_is_sent_again_only_if_the_api_did_not_answer() {
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
fn block_or_blacklist_is_refused_and_trying_again_cannot_help() {
    let behaviour = api_error(412, &[], 9, "message delivery failed due to recipient's restriction");
    let (outcome, told) = outcome_of(behaviour, PATIENCE);
    assert!(matches!(outcome, Outcome::Refused { status: 412, reason: Refusal::Restricted, .. }));
    assert_tells(
        &told,
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
        let (outcome, told) = outcome_of(api_error(status, &[], 16, "no"), PATIENCE);
        assert!(matches!(outcome, Outcome::Refused { reason: found, .. } if found == reason));
        assert_tells(
            &told,
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
fn limit_says_how_long_to_wait_when_the_answer_gives_seconds() {
    let (outcome, told) = outcome_of(api_error(429, &[("Retry-After", "125")], 8, "minute limit"), PATIENCE);
    let retry_after = Some(Duration::from_secs(125));
    assert!(matches!(
        outcome,
        Outcome::Refused { status: 429, reason: Refusal::Limited { retry_after: found }, .. } if found == retry_after
    ));
    assert_tells(&told, &["RESOURCE_EXHAUSTED: minute limit", "Wait 2 min 5 s", "Kenar's panel"]);
}

#[test]
fn limit_says_how_long_to_wait_when_the_answer_gives_a_date() {
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
fn limit_without_a_usable_wait_explains_minute_and_day() {
    for headers in [&[][..], &[("Retry-After", "soon")], &[("Retry-After", "-1")], &[("Retry-After", "")]] {
        let (outcome, told) = outcome_of(api_error(429, headers, 8, "no"), PATIENCE);
        assert!(matches!(outcome, Outcome::Refused { reason: Refusal::Limited { retry_after: None }, .. }));
        assert_tells(&told, &["Wait a minute", "daily quota", "Kenar's panel"]);
    }
}

#[test]
fn not_found_points_at_the_conversation_and_the_address() {
    let (outcome, told) = outcome_of(api_error(404, &[], 5, "no such conversation"), PATIENCE);
    assert!(matches!(outcome, Outcome::Refused { status: 404, reason: Refusal::NotFound, .. }));
    assert_tells(&told, &["NOT_FOUND: no such conversation", "conversation id", "--api", "--base-url"]);
    let (outcome, told) = outcome_of(answer(410, &[], ""), PATIENCE);
    assert!(matches!(outcome, Outcome::Refused { status: 410, reason: Refusal::NotFound, .. }));
    assert_tells(
        &told,
        &["On 2025-04-27, Divar moved the API from api.divar.ir to open-api.divar.ir", "use --api current"],
    );
}

#[test]
fn other_refusals_contain_the_message_of_the_api() {
    for status in [400, 405, 413, 422, 451] {
        let (outcome, told) = outcome_of(api_error(status, &[], 3, "caption is too long"), PATIENCE);
        assert!(matches!(outcome, Outcome::Refused { status: found, reason: Refusal::Other, .. } if found == status));
        assert_tells(&told, &[&format!("HTTP {status}, INVALID_ARGUMENT: caption is too long")]);
    }
}

#[test]
fn refusal_with_an_html_page_mentions_a_firewall() {
    let html = "<html><h1>Access denied</h1>\r\n</html>";
    let (outcome, told) = outcome_of(answer(403, &[("Content-Type", "text/html")], html), PATIENCE);
    assert!(matches!(outcome, Outcome::Refused { status: 403, body: ErrorBody::Other(_), .. }));
    assert_tells(&told, &["body (text/html): <html><h1>Access denied</h1> </html>", "firewall or a gateway"]);
}

#[test]
fn refusal_with_an_incomplete_body_is_a_refusal() {
    let bytes = [head(412, &[JSON], 100), br#"{"code":9,"mess"#.to_vec()].concat();
    let (outcome, _) = outcome_of(Behaviour::Send(bytes), PATIENCE);
    assert!(matches!(outcome, Outcome::Refused { status: 412, reason: Refusal::Restricted, .. }));
}

#[test]
fn refusal_without_a_body_is_explained_too() {
    let (outcome, told) = outcome_of(answer(403, &[], ""), PATIENCE);
    assert!(matches!(outcome, Outcome::Refused { body: ErrorBody::Empty, .. }));
    assert_tells(&told, &["refused the message: HTTP 403\n"]);
}

#[test]
fn server_failure_is_unknown_and_keeps_retry_after() {
    let (outcome, told) = outcome_of(api_error(503, &[("Retry-After", "7")], 14, "overloaded"), PATIENCE);
    let wait = Some(Duration::from_secs(7));
    assert!(matches!(
        outcome,
        Outcome::Unknown { reason: UnknownReason::ServerFailed { status: 503, retry_after, .. } } if retry_after == wait
    ));
    assert_tells(&told, &["outcome unknown", "HTTP 503, UNAVAILABLE: overloaded", "may deliver it twice", "wait 7 s"]);
}

#[test]
fn other_2xx_are_not_documented_and_so_unknown() {
    for status in [201, 202, 204, 299] {
        let body = if status == 204 { "" } else { DELIVERED };
        let (outcome, _) = outcome_of(answer(status, &[JSON], body), PATIENCE);
        assert!(matches!(
            outcome,
            Outcome::Unknown { reason: UnknownReason::Unexpected { status: found, defect: ResponseDefect::NotAsDocumented, .. } }
                if found == status
        ));
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
        let (outcome, told) = outcome_of(answer(200, &[("Content-Type", "text/x-any")], body), PATIENCE);
        assert!(
            matches!(
                outcome,
                Outcome::Unknown { reason: UnknownReason::Unexpected { defect: ResponseDefect::NotAsDocumented, .. } }
            ),
            "{body:?}: {outcome:?}"
        );
        let seen = if body.is_empty() { String::new() } else { format!("body (text/x-any): {body}") };
        assert_tells(&told, &["is not what the API documents", &seen]);
    }
}
