//! The responses, and what the terminal shows.

use super::*;

fn refusal(status: u16, code: i32, answer: &Answer) -> &str {
    assert_eq!((answer.status, answer.json["code"].as_i64()), (status, Some(code.into())), "{answer:?}");
    assert!(answer.json["details"].is_array(), "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    answer.message()
}

#[test]
fn the_documented_request_gets_the_documented_response() {
    let server = Server::start("");
    let answer = server.post(include_str!("../fixtures/request-example.json"));
    assert_eq!((answer.status, &answer.json), (200, &json!({ "status": 200, "message": "sent" })));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_snapshot!(server.stop(), @r"
    exit status 0
    --- stderr
    send to it with `kenarc send … --base-url http://SERVER`; Ctrl-C stops it
    200  conversation a-conversation  4 buttons
    1 request: 1 × 200
    ");
}

#[test]
fn kenarc_send_works_with_both_apis() {
    for (flags, api) in [("", "classic"), ("--api current", "current")] {
        let server = Server::start_in(Folder::with("t.yaml", "message: سلام\n"), "--record record");
        let send = format!("send t.yaml --conversation c1 {flags} --base-url {}", server.url());
        let mut command = server.folder.command(words(&send));
        let run = Run::of(command.env("KENAR_API_KEY", API_KEY).env("KENAR_ACCESS_TOKEN", ACCESS_TOKEN));
        assert_eq!(run.status, 0, "{run}");
        let records = server.records();
        assert_eq!((&records[0]["api"], &records[0]["body"]["message"]), (&json!(api), &json!("سلام")));
    }
}

#[test]
fn option_api_restricts_the_token_header() {
    let statuses = |flags: &str| {
        let server = Server::start(flags);
        [CLASSIC, CURRENT].map(|token| server.request(&format!("POST {PATH}"), &[JSON, KEY, token], GOOD).status)
    };
    assert_eq!(statuses(""), [200, 200]);
    assert_eq!(statuses("--api classic"), [200, 401]);
    assert_eq!(statuses("--api current"), [401, 200]);
    let error_message = |flags: &str, token| {
        let answer = Server::start(flags).request(&format!("POST {PATH}"), &[JSON, KEY, token], GOOD);
        refusal(401, 16, &answer).to_owned()
    };
    assert_snapshot!(error_message("--api classic", CURRENT), @"the access token is in `Authorization: Bearer`, but this server was started with `--api classic`: expected it in `x-access-token`");
    assert_snapshot!(error_message("--api current", CLASSIC), @"the access token is in `x-access-token`, but this server was started with `--api current`: expected it in `Authorization: Bearer`");
}

#[test]
fn key_and_token_are_required() {
    let server = Server::start("");
    let error_message = |headers: &[(&str, &str)]| {
        let answer = server.request(&format!("POST {PATH}"), &[&[JSON], headers].concat(), GOOD);
        refusal(401, 16, &answer).to_owned()
    };
    let basic = ("Authorization", "Basic dXNlcjpwYXNz");
    let cases: [&[(&str, &str)]; 8] = [
        &[CLASSIC],
        &[("x-api-key", ""), CLASSIC],
        &[("x-api-key", "  "), CLASSIC],
        &[KEY],
        &[KEY, ("x-access-token", "")],
        &[KEY, ("x-access-token", "Bearer abc")],
        &[KEY, basic],
        &[KEY, ("Authorization", "Bearer ")],
    ];
    assert_snapshot!(cases.map(error_message).join("\n"), @r"
    missing header `x-api-key`
    the header `x-api-key` is empty
    the header `x-api-key` is empty
    missing access token: expected the header `x-access-token` (classic) or `Authorization: Bearer` (current)
    the header `x-access-token` is empty
    the header `x-access-token` contains U+0020 at position 7; a key or token is one word of visible ASCII, without quotes and without `Bearer`
    the header `Authorization` does not begin with `Bearer`
    the header `Authorization` is empty
    ");
    let answer = server.request(&format!("POST {PATH}"), &[JSON, KEY, ("authorization", "bearer abc")], GOOD);
    assert_eq!(answer.status, 200, "the name of a scheme has no case");
}

#[test]
fn other_paths_are_not_found_and_other_methods_not_allowed() {
    let server = Server::start("");
    let headers = [JSON, KEY, CLASSIC];
    for path in ["/", "/v2/open-platform/conversations/c/message", "/v2/open-platform/conversations/a/b/messages", "*"]
    {
        let answer = server.request(&format!("POST {path}"), &headers, GOOD);
        assert!(refusal(404, 5, &answer).contains("/v2/open-platform/conversations/{conversation_id}/messages"));
    }
    let answer = server.request(&format!("PUT {PATH}"), &headers, GOOD);
    assert_eq!(
        (refusal(405, 12, &answer), answer.header("allow")),
        ("method not allowed; messages are sent with POST", Some("POST"))
    );
    let query = server.request(&format!("POST {PATH}?x=1"), &headers, GOOD);
    assert_eq!(query.status, 200);
}

#[test]
fn the_conversation_id_is_decoded_and_validated() {
    let server = Server::start("--record record");
    let answer = |id: &str| {
        server.request(&format!("POST /v2/open-platform/conversations/{id}/messages"), &[JSON, KEY, CLASSIC], GOOD)
    };
    assert_eq!(answer("%D8%A7%2Fb").status, 200);
    assert_eq!(server.records()[0]["conversation_id"], "ا/b");
    for id in ["", "%0A", "%1b%5b31m", "..", "%ff", "%e2%80%ae"] {
        refusal(400, 3, &answer(id));
    }
    assert_eq!(server.records()[1]["conversation_id"], Value::Null);
    let stderr = server.stop().stderr;
    assert!(!stderr.contains(['\u{1b}', '\u{202e}']), "{stderr}");
}

#[test]
fn the_content_type_must_be_json() {
    let server = Server::start("");
    let answer =
        |headers: &[(&str, &str)]| server.request(&format!("POST {PATH}"), &[&[KEY, CLASSIC], headers].concat(), GOOD);
    for kind in ["application/json", "Application/JSON", "application/json; charset=utf-8"] {
        assert_eq!(answer(&[("Content-Type", kind)]).status, 200, "{kind}");
    }
    let cases: [&[(&str, &str)]; 4] = [
        &[],
        &[("Content-Type", "application/x-www-form-urlencoded")],
        &[("Content-Type", "application/json; charset=windows-1256")],
        &[JSON, ("Content-Encoding", "gzip")],
    ];
    let stderr = cases.map(|headers| refusal(415, 3, &answer(headers)).to_owned());
    assert_snapshot!(stderr.join("\n"), @r"
    missing header `Content-Type`: expected `application/json`
    unsupported `Content-Type`: expected `application/json`
    unsupported charset in `Content-Type`: expected UTF-8
    unsupported `Content-Encoding`: the body must not be compressed
    ");
}

#[test]
fn a_body_of_1_mib_is_accepted_and_a_longer_one_rejected() {
    let server = Server::start("");
    let padded = |length: usize| format!("{GOOD}{}", " ".repeat(length - GOOD.len()));
    assert_eq!(server.post(padded(kenarc::serve::MAX_BODY_BYTES)).status, 200);
    for length in [kenarc::serve::MAX_BODY_BYTES + 1, 20 << 20] {
        let answer = server.post(padded(length));
        assert_eq!(refusal(413, 8, &answer), "the body is longer than 1 MiB");
    }
}

#[test]
fn errors_are_reported_in_the_response_and_on_the_terminal() {
    let bodies = [
        "",
        "{'type': 'TEXT'}",
        "type=TEXT&message=hello",
        r#"{"type": "TEXT", "message": "a" "#,
        r#"{"type":"TEXT","message":"a","message":"b"}"#,
        r#"[{"type":"TEXT","message":"a"}]"#,
        r#""{\"type\":\"TEXT\"}""#,
        r#"{"type":"IMAGE","mesage":"a","variables":{},"sender_buttons":null}"#,
        r#"{"type":"TEXT","message":" \u200c","receiver_buttons":{"rows":[]},"media_token":"x"}"#,
        r#"{"type":"TEXT","message":5,"receiver_buttons":[[{"icon":"SUPPORT"}]]}"#,
        r#"{"type":"TEXT","message":"a","sender_buttons":{"rows":[{"buttons":[
            {"icon":"suport","caption":"a","action":{}},
            {"icon":5,"caption":"a","action":{"open_direct_link":"/x","open_server_link":{}}},
            {"icon":"SUPPORT","caption":"a","open_direct_link":"https://app.example"}
        ]},{"buttons":[]},{},{"buttons":[{"icon":"SUPPORT","caption":"a","action":{"open_post_page":{"post_token":""}}}]}]}}"#,
        r#"{"type":"TEXT","message":"سفارش {{ id }} آماده است."}"#,
    ];
    let mut shown = String::new();
    for body in bodies {
        let server = Server::start("");
        let answer = server.post(body);
        let json = serde_json::to_string_pretty(&answer.json).unwrap();
        let stderr = server.stop().stderr;
        let stderr = stderr.lines().skip(1).collect::<Vec<_>>().join("\n");
        write!(shown, "{body}\n\n{} {json}\n\n{stderr}\n\n\n", answer.status).unwrap();
    }
    insta::with_settings!({ snapshot_path => "../fixtures/serve", prepend_module_to_snapshot => false }, {
        assert_snapshot!("bad_requests", shown);
    });
}

#[test]
fn invalid_utf_8_is_reported() {
    let answer = Server::start("").post(b"{\"type\":\"TEXT\",\"message\":\"\xd3\xe1\"}");
    assert_eq!(refusal(400, 3, &answer), "invalid UTF-8: this byte is not UTF-8 (line 1, column 27)");
}

#[test]
fn icons_of_the_project_are_valid() {
    let body = r#"{"type":"TEXT","message":"a","sender_buttons":{"rows":[{"buttons":[{"icon":"SPACE_SHUTTLE","caption":"a","action":{"open_server_link":{"data":{}}}}]}]}}"#;
    assert_eq!(Server::start("").post(body).status, 400);
    let folder = Folder::with("kenarc.yaml", "icons: { extra: [SPACE_SHUTTLE] }\n");
    assert_eq!(Server::start_in(folder, "").post(body).status, 200);
}

#[test]
fn a_connection_serves_many_requests() {
    let server = Server::start("");
    let mut stream = server.connect();
    for body in [GOOD, "{}", GOOD] {
        stream = send(stream, &format!("POST {PATH}"), &[JSON, KEY, CLASSIC], body);
        assert_eq!(Answer::read(&mut stream).unwrap().status, if body == GOOD { 200 } else { 400 });
    }
}

#[test]
fn body_with_many_errors_gets_a_short_response_quickly() {
    let server = Server::start("--record record");
    let many: String = (0..30_000).map(|key| format!(",\"{key}\":1")).collect();
    let nested = ["[".repeat(100), "]".repeat(100)].concat();
    let bodies = [
        format!(r#"{{"type":"TEXT","message":"a"{many}}}"#),
        format!(r#"{{"type":"TEXT","message":"a","x":[{}0]}}"#, format!("{nested},").repeat(4000)),
        format!(r#"{{{}"a":1}}"#, r#""a":1,"#.repeat(50_000)),
        format!(r#"{{"type":"TEXT","message":"a","x":[{}0]}}"#, r#""{{","#.repeat(50_000)),
    ];
    let started = Instant::now();
    for body in &bodies {
        let answer = server.post(body);
        assert!(answer.json["details"].as_array().unwrap().len() <= 100);
        refusal(400, 3, &answer);
    }
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    assert!(
        server.records()[0]["answer"]["message"]
            .as_str()
            .unwrap()
            .ends_with("and 29999 more findings, of which `details` has the first")
    );
}
