//! The calls for chatbots.

use super::*;

const CONVERSATION: &str = "POST /v1/open-platform/chat/bot/conversations/c-1/messages";
const USER: &str = "POST /v1/open-platform/chat/bot/users/u-1/messages";
const MENU: &str = r#"{"text_message":"سلام","buttons":{"rows":[{"buttons":[{"action":{"open_direct_link":"https://app.example/"},"icon":"SUPPORT","caption":"پشتیبانی"}]}]}}"#;

#[test]
fn messages_of_chatbots_get_the_documented_response() {
    let server = Server::start("--record record");
    let answer = server.request(CONVERSATION, &[JSON, KEY], MENU);
    assert_eq!((answer.status, &answer.json), (200, &json!({ "conversation_id": "c-1" })));
    let answer = server.request(USER, &[JSON, KEY, CURRENT], MENU);
    assert_eq!((answer.status, &answer.json), (200, &json!({ "conversation_id": "conversation-of-u-1" })));
    let records = server.records();
    assert_eq!((&records[0]["call"], &records[0]["conversation_id"]), (&json!("bot_conversation"), &json!("c-1")));
    assert_eq!((&records[1]["call"], &records[1]["user_id"]), (&json!("user"), &json!("u-1")));
    assert_snapshot!(server.stop(), @r"
    exit status 0
    --- stderr
    send to it with `kenarc send … --base-url http://SERVER`; Ctrl-C stops it
    200  bot conversation c-1  1 button
    200  user u-1  1 button
    2 requests: 2 × 200
    ");
}

#[test]
fn bodies_of_the_documentation_and_of_official_clients_are_accepted() {
    let server = Server::start("");
    for body in [
        r#"{"type":"TEXT","text_message":"سلام"}"#,
        r#"{"text_message":"سلام","media_token":"","buttons":null}"#,
        r#"{"text_message":"","media_token":"c2FtcGxl"}"#,
        r#"{"media_token":"c2FtcGxl","buttons":{"rows":[]}}"#,
    ] {
        let answer = server.request(CONVERSATION, &[JSON, KEY], body);
        assert_eq!((answer.status, answer.header("x-kenarc-warnings")), (200, None), "{body}: {answer:?}");
    }
    assert!(server.stop().stderr.contains("200  bot conversation c-1  media only\n"));
}

#[test]
fn a_body_of_the_other_kind_is_refused_with_the_right_field() {
    let server = Server::start("");
    let details = |line: &str, body: &str| {
        let answer = server.request(line, &[JSON, KEY, CURRENT], body);
        assert_eq!(answer.status, 400, "{answer:?}");
        let details = answer.json["details"].as_array().unwrap();
        let detail = |detail: &Value| format!("{} {} {}", detail["rule"], detail["pointer"], detail["help"]);
        details.iter().map(detail).collect::<Vec<_>>()
    };
    assert_eq!(details(CONVERSATION, GOOD), [r#""unknown-field" "/message" "use `text_message`""#]);
    let chat = format!("POST {PATH}");
    assert_eq!(details(&chat, r#"{"text_message":"سلام"}"#), [r#""unknown-field" "/text_message" "use `message`""#]);
    let both = r#"{"text_message":"سلام","media_token":"c2FtcGxl"}"#;
    assert!(details(USER, both)[0].starts_with(r#""text-and-media" "/media_token""#));
}

#[test]
fn credentials_are_those_of_the_call() {
    let server = Server::start("");
    let refused = |line: &str, headers: &[(&str, &str)]| {
        let answer = server.request(line, headers, MENU);
        assert_eq!(answer.status, 401, "{answer:?}");
        answer.message().to_owned()
    };
    assert_eq!(refused(CONVERSATION, &[JSON, CURRENT]), "missing header `x-api-key`");
    assert_eq!(refused(USER, &[JSON, KEY]), "missing header `Authorization`");
    assert_eq!(
        refused(USER, &[JSON, KEY, CLASSIC]),
        "the access token is in `x-access-token`, but chatbots are on the current API only: expected it in \
         `Authorization: Bearer`"
    );
}

#[test]
fn the_classic_api_has_no_chatbots() {
    let server = Server::start("--api classic");
    let answer = server.request(CONVERSATION, &[JSON, KEY], MENU);
    assert_eq!(answer.status, 404);
    assert!(answer.message().contains("the classic API has no calls for chatbots"), "{answer:?}");
    assert_eq!(Server::start("--api current").request(CONVERSATION, &[JSON, KEY], MENU).status, 200);
}

#[test]
fn faults_and_limits_apply_to_chatbots() {
    let server = Server::start("--fail 412=100%");
    let answer = server.request(CONVERSATION, &[JSON, KEY], MENU);
    assert_eq!((answer.status, answer.json["code"].as_i64()), (412, Some(9)));
    let server = Server::start("--limit 1/h");
    let statuses = [(); 2].map(|()| server.request(CONVERSATION, &[JSON, KEY], MENU).status);
    assert_eq!(statuses, [200, 429]);
}

#[test]
fn kenarc_send_writes_to_conversations_and_users_of_chatbots() {
    let folder = Folder::with("menu.yaml", "text_message: سلام {{ name }}\n");
    let server = Server::start_in(folder, "--record record");
    for (recipient, call) in [("--bot-conversation c-1", "bot_conversation"), ("--user u-1", "user")] {
        let send = format!("send menu.yaml --var name=سارا {recipient} --base-url {}", server.url());
        let mut command = server.folder.command(words(&send));
        let run = Run::of(command.env("KENAR_API_KEY", API_KEY).env("KENAR_ACCESS_TOKEN", ACCESS_TOKEN));
        assert_eq!(run.status, 0, "{run}");
        let records = server.records();
        let record = records.last().unwrap();
        assert_eq!((&record["call"], &record["body"]["text_message"]), (&json!(call), &json!("سلام سارا")));
    }
    server.folder.write("rows.csv", "conversation_id,user_id,name\nc-1,,سارا\n,u-2,علی\n");
    let send = format!("send menu.yaml --batch rows.csv --base-url {}", server.url());
    let mut command = server.folder.command(words(&send));
    let run = Run::of(command.env("KENAR_API_KEY", API_KEY).env("KENAR_ACCESS_TOKEN", ACCESS_TOKEN));
    assert_eq!((run.status, server.records().len()), (0, 4), "{run}");
}
