//! What Divar's documentation, its OpenAPI description and its official clients send is accepted, with warnings where
//! the API document says otherwise.

use super::*;

const LINK: &str = r#""action":{"open_direct_link":"https://app.example/reports/7"}"#;

/// Returns a request with one button for the sender.
fn with_button(button: &str) -> String {
    format!(r#"{{"type":"TEXT","message":"گزارش آماده شد.","sender_buttons":{{"rows":[{{"buttons":[{button}]}}]}}}}"#)
}

/// Returns a request with one button that has an action.
fn with_action(action: &str) -> String {
    with_button(&format!(r#"{{"action":{action},"icon":"SUPPORT","caption":"پشتیبانی"}}"#))
}

#[test]
fn bodies_of_the_documentation_and_of_official_clients_are_accepted() {
    let button = "#/sender_buttons/rows/0/buttons/0";
    let cases = [
        ("the documented example", include_str!("../fixtures/request-example.json").to_owned(), String::new()),
        ("no type", r#"{"message":"سلام"}"#.to_owned(), "undocumented-request #".to_owned()),
        ("null type", r#"{"type":null,"message":"سلام"}"#.to_owned(), "undocumented-request #".to_owned()),
        (
            "icon_name",
            with_button(&format!(r#"{{{LINK},"icon_name":"SUPPORT","caption":"a"}}"#)),
            format!("deprecated-field {button}/icon_name"),
        ),
        (
            "icon_name beside an empty icon",
            with_button(&format!(r#"{{{LINK},"icon":"","icon_name":"SUPPORT","caption":"a"}}"#)),
            format!("deprecated-field {button}/icon_name"),
        ),
        (
            "both spellings",
            with_button(&format!(r#"{{{LINK},"icon":"SUPPORT","icon_name":"SUPPORT","caption":"a"}}"#)),
            format!("deprecated-field {button}/icon_name"),
        ),
        ("no icon", with_button(&format!(r#"{{{LINK},"caption":"a"}}"#)), format!("missing-icon {button}")),
        (
            "empty icons",
            with_button(&format!(r#"{{{LINK},"icon":"","icon_name":null,"caption":"a"}}"#)),
            format!("missing-icon {button}"),
        ),
        (
            "no caption",
            with_button(&format!(r#"{{{LINK},"icon":"SUPPORT"}}"#)),
            format!("undocumented-request {button}"),
        ),
        ("no action", with_button(r#"{"icon":"SUPPORT","caption":"a"}"#), format!("undocumented-request {button}")),
        ("null action", with_action("null"), format!("undocumented-request {button}")),
        ("empty action", with_action("{}"), format!("undocumented-request {button}/action")),
        (
            "an empty button",
            with_button("{}"),
            format!("missing-icon {button}, undocumented-request {button}, undocumented-request {button}"),
        ),
        ("a server link without data", with_action(r#"{"open_server_link":{}}"#), String::new()),
        ("a dynamic action without data", with_action(r#"{"get_dynamic_action":{}}"#), String::new()),
        ("null data", with_action(r#"{"get_dynamic_action":{"data":null}}"#), String::new()),
        (
            "four null actions",
            with_action(
                r#"{"open_direct_link":null,"open_server_link":{"data":{"id":7}},"get_dynamic_action":null,"open_post_page":null,"open_post_manage_page":null}"#,
            ),
            String::new(),
        ),
        (
            "fields that are not set",
            r#"{"type":"TEXT","message":"a","media_token":null,"sender_buttons":null,"receiver_buttons":{"rows":[]}}"#
                .to_owned(),
            String::new(),
        ),
        (
            "empty fields",
            r#"{"type":"TEXT","message":"a","media_token":"","sender_buttons":{},"receiver_buttons":{"rows":null}}"#
                .to_owned(),
            String::new(),
        ),
        (
            "a row without buttons",
            r#"{"type":"TEXT","message":"a","sender_buttons":{"rows":[{"buttons":[]},{"buttons":null},{}]}}"#
                .to_owned(),
            "undocumented-request #/sender_buttons/rows/0/buttons, undocumented-request #/sender_buttons/rows/1, \
             undocumented-request #/sender_buttons/rows/2"
                .to_owned(),
        ),
    ];
    let server = Server::start("");
    for (name, body, warnings) in cases {
        let answer = server.post(&body);
        assert_eq!((answer.status, answer.json["message"].as_str()), (200, Some("sent")), "{name}: {answer:?}");
        let found = answer.header("x-kenarc-warnings").unwrap_or_default();
        assert_eq!(found, warnings, "{name}");
    }
}

#[test]
fn what_is_wrong_is_refused() {
    let post = |token: &str| with_action(&format!(r#"{{"open_post_page":{{"post_token":{token}}}}}"#));
    let cases = [
        ("no text", r#"{"type":"TEXT"}"#.to_owned(), "missing-field "),
        ("null as text", r#"{"type":"TEXT","message":null}"#.to_owned(), "wrong-type /message"),
        ("another type", r#"{"type":"IMAGE","message":"a"}"#.to_owned(), "unsupported-type /type"),
        ("media", r#"{"message":"a","media_token":"x"}"#.to_owned(), "text-and-media /media_token"),
        ("an empty link", with_action(r#"{"open_direct_link":""}"#), "invalid-link open_direct_link"),
        (
            "two actions",
            with_action(r#"{"open_server_link":{},"get_dynamic_action":{}}"#),
            "wrong-action-count open_server_link",
        ),
        ("data outside of `data`", with_action(r#"{"open_server_link":{"id":7}}"#), "missing-field open_server_link"),
        ("a list as data", with_action(r#"{"open_server_link":{"data":[]}}"#), "wrong-type data"),
        ("no token", with_action(r#"{"open_post_page":{}}"#), "missing-field open_post_page"),
        ("null as token", post("null"), "wrong-type post_token"),
        ("an address as token", post(r#""https://divar.ir/v/wXyZ1234""#), "invalid-post-token post_token"),
        ("a token of 17 characters", post(r#""wXyZ1234wXyZ12345""#), "invalid-post-token post_token"),
    ];
    let server = Server::start("");
    for (name, body, expected) in cases {
        let answer = server.post(&body);
        let (rule, place) = expected.split_once(' ').unwrap();
        let details = answer.json["details"].as_array().unwrap();
        assert_eq!((answer.status, details.len()), (400, 1), "{name}: {answer:?}");
        assert_eq!(details[0]["rule"], rule, "{name}");
        assert!(details[0]["pointer"].as_str().unwrap().ends_with(place), "{name}: {answer:?}");
    }
}

#[test]
fn warnings_are_shown_on_the_terminal_and_bounded_in_the_header() {
    let server = Server::start("");
    let answer = server.post(r#"{"message":"سلام"}"#);
    assert_eq!(answer.header("x-kenarc-warnings"), Some("undocumented-request #"));
    let unrendered: String = (0..12).map(|key| format!(r#""کلید, {key}":"{{{{ a }}}}","#)).collect();
    let answer = server.post(with_action(&format!(r#"{{"open_server_link":{{"data":{{{unrendered}"x":1}}}}}}"#)));
    let header = answer.header("x-kenarc-warnings").unwrap();
    assert!(header.is_ascii() && header.ends_with(", and 2 more"), "{header}");
    assert_eq!(header.split(", ").count(), 11, "{header}");
    let shown = server.stop().stderr;
    assert!(shown.contains("⚠ request has no `type`") && shown.contains("2 requests: 2 × 200"), "{shown}");
}
