//! The record of received requests.

use super::*;

#[test]
fn a_record_contains_the_request_and_its_response() {
    let server = Server::start("--record record");
    server.post(GOOD);
    server.request(&format!("POST {PATH}"), &[JSON, KEY, CURRENT], r#"{"type":"TEXT","message":""}"#);
    server.request("POST /", &[], "no JSON");
    let mut records = server.records();
    for record in &mut records {
        let at = record["at"].take();
        let is_moment = |text: &str| text.len() == 24 && text.starts_with("20") && text.ends_with('Z');
        assert!(at.as_str().is_some_and(is_moment), "{at}");
    }
    let finding = json!({
        "rule": "blank-text", "severity": "error", "message": "`message` is blank: expected at least one visible character",
        "pointer": "/message", "line": 1, "column": 26, "help": "write the text that people will read",
    });
    let blank = "`message` is blank: expected at least one visible character (/message)";
    let nothing = "no such path; messages are sent to /v2/open-platform/conversations/{conversation_id}/messages, and those \
                   of chatbots to /v1/open-platform/chat/bot/conversations/{conversation_id}/messages or \
                   /v1/open-platform/chat/bot/users/{user_id}/messages";
    assert_eq!(
        records,
        [
            json!({
                "at": null, "call": "conversation", "conversation_id": "a-conversation", "api": "classic",
                "body": { "type": "TEXT", "message": "سلام" }, "answer": { "status": 200, "message": "sent" },
                "delivered": true, "findings": [],
            }),
            json!({
                "at": null, "call": "conversation", "conversation_id": "a-conversation", "api": "current",
                "body": { "type": "TEXT", "message": "" }, "answer": { "status": 400, "message": blank },
                "delivered": false, "findings": [finding],
            }),
            json!({
                "at": null, "call": null, "conversation_id": null, "api": null, "body": "no JSON",
                "answer": { "status": 404, "message": nothing }, "delivered": false, "findings": [],
            }),
        ]
    );
}

#[test]
fn record_is_appended_to() {
    let first = Server::start("--record record");
    first.post(GOOD);
    let folder = Folder::with("record", first.folder.read("record"));
    let second = Server::start_in(folder, "--record record");
    second.post(GOOD);
    assert_eq!(second.records().len(), 2);
}

#[test]
fn a_record_is_written_before_its_response_however_the_server_ends() {
    let mut server = Server::start("--record record --quiet");
    for count in 1..=20 {
        server.post(GOOD);
        assert_eq!(server.records().len(), count);
    }
    server.child.kill().unwrap();
    assert_eq!(server.records().len(), 20);
}

#[test]
fn body_with_a_duplicate_key_is_recorded_as_text() {
    let server = Server::start("--record record");
    let body = r#"{"type":"TEXT","message":"a","message":"b"}"#;
    server.post(body);
    assert_eq!(server.records()[0]["body"], body);
}

#[test]
fn no_output_contains_a_secret() {
    let server = Server::start("--record record");
    let everywhere = format!(
        r#"{{"type":"TEXT","message":"{API_KEY}","{ACCESS_TOKEN}":1,"sender_buttons":{{"rows":[{{"buttons":[
            {{"icon":"{API_KEY}","caption":"ory_at_abcdefghijklmnop0123456789","action":{{"open_direct_link":"{ACCESS_TOKEN}"}}}}]}}]}}}}"#
    );
    let bodies =
        [everywhere.replace('\n', ""), everywhere, format!("no JSON, {API_KEY}"), format!("{{\"{ACCESS_TOKEN}")];
    for (body, token) in bodies.iter().flat_map(|body| [(body, CLASSIC), (body, CURRENT)]) {
        for path in [PATH, &format!("/v2/open-platform/conversations/{API_KEY}/messages"), &format!("/{ACCESS_TOKEN}")]
        {
            let answer = server.request(&format!("POST {path}"), &[JSON, KEY, token], body);
            assert_no_secret(&answer.json.to_string());
        }
    }
    // Where it does not belong, and where the path spells it otherwise.
    server.request(&format!("POST {PATH}"), &[JSON, ("x-api-key", "Bearer k3y-of-the-app-which-nobody-may-see")], GOOD);
    let spelt = PATH.replace("a-conversation", &API_KEY.replace('-', "%2D"));
    assert_eq!(server.request(&format!("POST {spelt}"), &[JSON, KEY, CLASSIC], GOOD).status, 200);
    assert_no_secret(&server.folder.read("record"));
    assert!(server.records().len() > 20);
    assert_no_secret(&server.stop().stderr);
}

fn assert_no_secret(text: &str) {
    for secret in [API_KEY, ACCESS_TOKEN, "abcdefghijklmnop0123456789"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
fn secret_that_is_a_word_of_the_request_changes_no_outcome() {
    let server = Server::start("--record record");
    let headers = [JSON, ("x-api-key", "message"), ("x-access-token", "caption")];
    assert_eq!(server.request(&format!("POST {PATH}"), &headers, GOOD).status, 200);
}

#[test]
fn unwritable_record_is_reported() {
    let run = Folder::empty().kenarc(words("serve --port 0 --record no/such/folder"));
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("cannot write to no/such/folder: "), "{run}");
    if can("fill `/dev/full`", std::path::Path::new("/dev/full").exists()) {
        let server = Server::start("--record /dev/full");
        assert_eq!((server.post(GOOD).status, server.post(GOOD).status), (200, 200));
        let run = server.stop();
        assert_eq!((run.status, run.stderr.matches("cannot write a request to the record").count()), (2, 1), "{run}");
    }
}
