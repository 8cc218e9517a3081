//! Servers that never respond, never end a response, break it off, or do not speak HTTP.

use super::*;

fn assert_broken(behaviour: Behaviour) -> String {
    let (outcome, explanation) = outcome_of(behaviour, PATIENCE);
    assert!(matches!(outcome, Outcome::Unknown { reason: UnknownReason::Broken(_) }), "{outcome:?}");
    assert_phrases(&explanation, &["outcome unknown: no usable response", "Look at the conversation"]);
    explanation
}

#[test]
fn no_response_within_the_timeout_is_unknown() {
    let started = Instant::now();
    let (outcome, explanation) = outcome_of(Behaviour::Hang, IMPATIENCE);
    assert!(started.elapsed() < PATIENCE);
    assert!(matches!(outcome, Outcome::Unknown { reason: UnknownReason::TimedOut { limit } } if limit == IMPATIENCE));
    assert_phrases(&explanation, &["no response from http://127.0.0.1:", "within 1 s", "may deliver it twice"]);
}

#[test]
fn dripping_headers_end_at_the_timeout() {
    let drip = Behaviour::Repeat(b"HTTP/1.1 200 OK\r\nX: ".to_vec(), b"a".to_vec(), Duration::from_millis(20));
    let (outcome, _) = outcome_of(drip, IMPATIENCE);
    assert!(matches!(outcome, Outcome::Unknown { reason: UnknownReason::TimedOut { .. } }), "{outcome:?}");
}

#[test]
fn dripping_body_ends_at_the_timeout() {
    let drip = Behaviour::Repeat(head(200, &[JSON], 1 << 20), b" ".to_vec(), Duration::from_millis(20));
    let started = Instant::now();
    let (outcome, explanation) = outcome_of(drip, IMPATIENCE);
    assert!(started.elapsed() < PATIENCE);
    assert!(
        matches!(
            outcome,
            Outcome::Unknown { reason: UnknownReason::Unexpected { status: 200, defect: ResponseDefect::TooSlow, .. } }
        ),
        "{outcome:?}"
    );
    assert_phrases(&explanation, &["did not end in time"]);
}

#[test]
fn endless_body_is_read_up_to_the_bound_only() {
    let ten_gigabytes = 10_000_000_000;
    let flood = Behaviour::Repeat(head(200, &[JSON], ten_gigabytes), vec![b'x'; 1 << 16], Duration::ZERO);
    let server = Server::start(flood);
    let request = request_to(&endpoint(Api::Classic, &server.url()));
    let outcome = send(&request, PATIENCE);
    assert!(
        matches!(
            outcome,
            Outcome::Unknown { reason: UnknownReason::Unexpected { defect: ResponseDefect::TooLong, .. } }
        ),
        "{outcome:?}"
    );
    assert_phrases(&outcome.explain(&request).to_string(), &["is longer than 64 KiB", "xxx…"]);
    // What the system's buffers swallowed counts as said; the client has not read the rest.
    assert!(server.bytes_sent() < 100 << 20, "{}", server.bytes_sent());
}

#[test]
fn endless_headers_are_read_up_to_a_bound_only() {
    let flood = Behaviour::Repeat(b"HTTP/1.1 200 OK\r\nX: ".to_vec(), vec![b'x'; 1 << 16], Duration::ZERO);
    assert_broken(flood);
}

#[test]
fn refusal_with_an_endless_body_is_still_a_refusal() {
    let flood = Behaviour::Repeat(head(401, &[], 1 << 40), vec![b'x'; 1 << 16], Duration::ZERO);
    let (outcome, _) = outcome_of(flood, PATIENCE);
    assert!(matches!(outcome, Outcome::Refused { status: 401, .. }), "{outcome:?}");
}

#[test]
fn body_of_the_maximum_size_is_accepted_and_one_byte_more_is_not() {
    let padded = |length: usize| format!("{DELIVERED}{}", " ".repeat(length - DELIVERED.len()));
    let (outcome, _) = outcome_of(answer(200, &[JSON], &padded(MAX_RESPONSE_BYTES)), PATIENCE);
    assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
    let (outcome, _) = outcome_of(answer(200, &[JSON], &padded(MAX_RESPONSE_BYTES + 1)), PATIENCE);
    assert!(
        matches!(
            outcome,
            Outcome::Unknown { reason: UnknownReason::Unexpected { defect: ResponseDefect::TooLong, .. } }
        ),
        "{outcome:?}"
    );
}

#[test]
fn connection_closed_without_a_response_is_unknown() {
    assert_broken(Behaviour::Send(Vec::new()));
}

#[test]
fn connection_closed_within_the_headers_is_unknown() {
    assert_broken(Behaviour::Send(b"HTTP/1.1 200 OK\r\nContent-Le".to_vec()));
}

#[test]
fn connection_closed_within_the_body_is_unknown() {
    let bytes = [head(200, &[JSON], DELIVERED.len() + 1), DELIVERED.as_bytes().to_vec()].concat();
    let (outcome, explanation) = outcome_of(Behaviour::Send(bytes), PATIENCE);
    assert!(
        matches!(
            outcome,
            Outcome::Unknown { reason: UnknownReason::Unexpected { defect: ResponseDefect::CutShort, .. } }
        ),
        "{outcome:?}"
    );
    assert_phrases(&explanation, &["is incomplete", DELIVERED]);
}

#[test]
fn garbage_instead_of_http_is_unknown() {
    assert_broken(Behaviour::Send(b"\x00\xff\x1b[31m220 smtp.example ESMTP\r\n\r\n".to_vec()));
    assert_broken(Behaviour::Send(b"<html>no HTTP at all</html>\r\n\r\n".to_vec()));
}

#[test]
fn text_of_a_server_cannot_control_the_terminal() {
    let body = "\u{1b}[2J\u{1b}]0;title\u{7}\u{202e}evil\u{0}\r\nnext\u{9b}31m \u{fffd}پیام\u{200c}ها";
    let (_, explanation) = outcome_of(answer(200, &[], body), PATIENCE);
    assert!(explanation.chars().all(|char| char == '\n' || !char.is_control()), "{explanation:?}");
    assert!(!explanation.contains('\u{202e}'), "{explanation:?}");
    // The joiners of ordinary Persian stay.
    assert_phrases(&explanation, &["[2J]0;titleevil next31m", "پیام\u{200c}ها"]);
}

#[test]
fn invalid_utf_8_is_shown_with_replacement_characters() {
    let bytes = [head(200, &[], 9), b"ok \xff\xfe bad".to_vec()].concat();
    let (_, explanation) = outcome_of(Behaviour::Send(bytes), PATIENCE);
    assert_phrases(&explanation, &["ok \u{fffd}\u{fffd} bad"]);
}

#[test]
fn long_text_is_cut_between_characters() {
    let (_, explanation) = outcome_of(answer(400, &[], &"پ".repeat(10_000)), PATIENCE);
    assert_phrases(&explanation, &[&format!("{}…", "پ".repeat(SanitizedText::MAX_CHARS))]);
    assert!(!explanation.contains(&"پ".repeat(SanitizedText::MAX_CHARS + 1)));
}
