//! The module `message`: exact JSON, what may be sent, icons, links.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jsonschema::Validator;
use kenarc::message::{
    Action, ActionKind, Button, ButtonGrid, ButtonRow, Buttons, Content, Data, Draft, DraftError, DraftErrorKind,
    LinkError, MessageKind, SCHEMA, icons, is_blank, is_known, misspelt, nearest, search, validate_link,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const TEMPLATE_SCHEMA: &str = include_str!("../../schemas/template.schema.json");

fn data(value: Value) -> Data {
    match value {
        Value::Object(data) => data,
        other => panic!("{other} is no object"),
    }
}

fn button(action: Action) -> Button {
    Button { action, icon: Some("SUPPORT".to_owned()), caption: "مشاهدهٔ گزارش".to_owned() }
}

fn link() -> Action {
    Action::OpenDirectLink("https://app.example/reports/1024".to_owned())
}

fn row(buttons: impl IntoIterator<Item = Button>) -> ButtonRow {
    ButtonRow { buttons: buttons.into_iter().collect() }
}

fn grid(rows: impl IntoIterator<Item = ButtonRow>) -> ButtonGrid {
    ButtonGrid { rows: rows.into_iter().collect() }
}

fn text(text: &str) -> Draft {
    Draft::new(MessageKind::Chat, Content::Text(text.to_owned()))
}

/// Returns a draft of a chat message with these buttons.
fn chat(sender: Option<ButtonGrid>, receiver: Option<ButtonGrid>) -> Draft {
    Draft { buttons: Buttons::Chat { sender, receiver }, ..text("سلام") }
}

/// Returns a draft with one button for the sender.
fn with(button: Button) -> Draft {
    chat(Some(grid([row([button])])), None)
}

fn errors(draft: Draft) -> Vec<(String, DraftErrorKind)> {
    let errors = draft.check().expect_err("something is wrong with the draft");
    errors.into_iter().map(|DraftError { pointer, kind }| (pointer, kind)).collect()
}

fn error(draft: Draft) -> (String, DraftErrorKind) {
    let mut errors = errors(draft);
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors.remove(0)
}

fn schema(text: &str) -> Value {
    serde_json::from_str(text).expect("a schema is JSON")
}

static REQUEST: LazyLock<Validator> = LazyLock::new(|| jsonschema::validator_for(&schema(SCHEMA)).expect("a schema"));

static LINK: LazyLock<Validator> = LazyLock::new(|| {
    let link = &schema(SCHEMA)["$defs"]["action"]["properties"]["open_direct_link"];
    jsonschema::validator_for(link).expect("a schema")
});

// The JSON

#[test]
fn pretty_json_is_the_documented_example_byte_for_byte() {
    let server_link = Action::OpenServerLink { data: data(json!({ "my_key_1": "value", "my_key_2": "value2" })) };
    let buttons = |icons: [&str; 2]| {
        let icons = icons.map(|icon| Some(icon.to_owned()));
        let actions = [link(), server_link.clone()];
        let buttons = actions.into_iter().zip(icons).map(|(action, icon)| Button { icon, ..button(action) });
        Some(grid([row(buttons)]))
    };
    let draft = Draft {
        content: Content::Text("گزارش کارشناسی خودرو آماده شد.".to_owned()),
        ..chat(buttons(["SUPPORT", "SUPPORT"]), buttons(["CAR_INSPECTED", "REAL_STATE"]))
    };
    let message = draft.check().expect("the example is valid");
    assert_eq!(message.to_json_pretty() + "\n", include_str!("../fixtures/request-example.json"));
}

#[test]
fn compact_json_has_no_spaces_and_leaves_persian_as_it_is() {
    let message = with(button(link())).check().expect("valid");
    assert_eq!(
        message.to_json(),
        concat!(
            r#"{"type":"TEXT","message":"سلام","sender_buttons":{"rows":[{"buttons":[{"action":{"open_direct_link":"#,
            r#""https://app.example/reports/1024"},"icon":"SUPPORT","caption":"مشاهدهٔ گزارش"}]}]}}"#,
        ),
    );
}

#[test]
fn absent_grids_are_left_out() {
    assert_eq!(text("سلام").check().expect("valid").to_json(), r#"{"type":"TEXT","message":"سلام"}"#);
}

#[test]
fn messages_of_chatbots_have_their_own_fields_and_no_type() {
    let draft = Draft::new(MessageKind::Chatbot, Content::Text("سلام".to_owned()));
    assert_eq!(draft.clone().check().expect("valid").to_json(), r#"{"text_message":"سلام"}"#);
    let draft = Draft { buttons: Buttons::Chatbot(Some(grid([row([button(link())])]))), ..draft };
    let json = draft.check().expect("valid").to_json();
    assert!(json.starts_with(r#"{"text_message":"سلام","buttons":{"rows":[{"buttons":[{"action":"#), "{json}");
}

#[test]
fn media_are_sent_in_place_of_the_text_and_its_type() {
    for (kind, field) in [(MessageKind::Chat, "sender_buttons"), (MessageKind::Chatbot, "buttons")] {
        let draft = Draft::new(kind, Content::Media("c2FtcGxl.a1".to_owned()));
        assert_eq!(draft.clone().check().expect("valid").to_json(), r#"{"media_token":"c2FtcGxl.a1"}"#);
        let side = Some(grid([row([button(link())])]));
        let buttons = match kind {
            MessageKind::Chat => Buttons::Chat { sender: side, receiver: None },
            MessageKind::Chatbot => Buttons::Chatbot(side),
        };
        let json = Draft { buttons, ..draft }.check().expect("valid").to_json();
        assert!(json.starts_with(&format!(r#"{{"media_token":"c2FtcGxl.a1","{field}":{{"#)), "{json}");
    }
}

#[test]
fn invalid_media_tokens_are_refused() {
    let media = |token: &str| Draft::new(MessageKind::Chat, Content::Media(token.to_owned()));
    assert_eq!(error(media(" \u{200c}")), ("/media_token".to_owned(), DraftErrorKind::BlankMediaToken));
    for token in ["عکس", "a b", "a\n", &"a".repeat(4097)] {
        let kind = DraftErrorKind::InvalidMediaToken { token: token.to_owned() };
        assert_eq!(error(media(token)), ("/media_token".to_owned(), kind));
    }
}

#[test]
fn each_action_has_its_documented_shape() {
    let post_token = || "gZNbF1aA".to_owned();
    let json_of = |action: Action| serde_json::to_value(&action).expect("an action is JSON");
    assert_eq!(json_of(link()), json!({ "open_direct_link": "https://app.example/reports/1024" }));
    let data = data(json!({ "b": [1, null], "a": {} }));
    assert_eq!(
        serde_json::to_string(&Action::OpenServerLink { data: data.clone() }).expect("an action is JSON"),
        r#"{"open_server_link":{"data":{"b":[1,null],"a":{}}}}"#,
        "data keeps the order of its keys"
    );
    assert_eq!(
        json_of(Action::GetDynamicAction { data: data.clone() }),
        json!({ "get_dynamic_action": { "data": data } })
    );
    assert_eq!(
        json_of(Action::OpenPostPage { post_token: post_token() }),
        json!({ "open_post_page": { "post_token": "gZNbF1aA" } })
    );
    assert_eq!(
        json_of(Action::OpenPostManagePage { post_token: post_token() }),
        json!({ "open_post_manage_page": { "post_token": "gZNbF1aA" } })
    );
}

#[test]
fn action_kinds_are_named_as_in_requests_and_both_schemas() {
    let names: Vec<&str> = ActionKind::ALL.into_iter().map(ActionKind::name).collect();
    for kind in ActionKind::ALL {
        assert_eq!(ActionKind::from_name(kind.name()), Some(kind));
    }
    assert_eq!(ActionKind::from_name("open_link"), None);
    for schema_text in [SCHEMA, TEMPLATE_SCHEMA] {
        let properties = &schema(schema_text)["$defs"]["action"]["properties"];
        let keys = properties.as_object().expect("properties").keys();
        // In a template, a reference can stand for it.
        let keys: Vec<String> = keys.filter(|key| *key != "$ref").cloned().collect();
        assert_eq!(keys, names);
    }
    let action = Action::OpenPostManagePage { post_token: "gZNbF1aA".to_owned() };
    let json = serde_json::to_value(&action).expect("an action is JSON");
    assert!(json.get(action.kind().name()).is_some());
}

// What may be sent

#[test]
fn nine_buttons_a_side_are_allowed() {
    let nine = || Some(grid((0..3).map(|_| row((0..3).map(|_| button(link()))))));
    assert!(chat(nine(), nine()).check().is_ok());
}

#[test]
fn blank_message_is_refused() {
    for blank in ["", " ", "\n", "\u{200c}\u{200f}", "\u{feff}", "\u{a0}\u{3000}"] {
        assert_eq!(error(text(blank)), ("/message".to_owned(), DraftErrorKind::BlankMessage));
    }
}

#[test]
fn a_blank_caption_is_rejected_at_its_own_path() {
    let blank = Button { caption: " \u{200c}".to_owned(), ..button(link()) };
    let draft = chat(None, Some(grid([row([button(link())]), row([button(link()), blank])])));
    let pointer = "/receiver_buttons/rows/1/buttons/1/caption".to_owned();
    assert_eq!(error(draft), (pointer, DraftErrorKind::BlankCaption));
}

#[test]
fn blank_post_token_is_refused() {
    for (action, kind) in [
        (Action::OpenPostPage { post_token: String::new() }, "open_post_page"),
        (Action::OpenPostManagePage { post_token: " ".to_owned() }, "open_post_manage_page"),
    ] {
        let pointer = format!("/sender_buttons/rows/0/buttons/0/action/{kind}/post_token");
        assert_eq!(error(with(button(action))), (pointer, DraftErrorKind::BlankPostToken));
    }
}

#[test]
fn fourth_row_is_refused() {
    let draft = chat(Some(grid((0..4).map(|_| row([button(link())])))), None);
    assert_eq!(error(draft), ("/sender_buttons/rows".to_owned(), DraftErrorKind::TooManyRows { count: 4 }));
}

#[test]
fn fourth_button_in_a_row_is_refused() {
    let draft = chat(Some(grid([row((0..5).map(|_| button(link())))])), None);
    let pointer = "/sender_buttons/rows/0/buttons".to_owned();
    assert_eq!(error(draft), (pointer, DraftErrorKind::TooManyButtons { count: 5 }));
}

#[test]
fn empty_grid_and_empty_row_are_refused() {
    let receiver = grid([row([button(link())]), ButtonRow::default()]);
    let draft = chat(Some(ButtonGrid::default()), Some(receiver));
    assert_eq!(
        errors(draft),
        [
            ("/sender_buttons/rows".to_owned(), DraftErrorKind::NoRows),
            ("/receiver_buttons/rows/1/buttons".to_owned(), DraftErrorKind::NoButtons),
        ]
    );
}

#[test]
fn an_unknown_icon_is_rejected_by_name() {
    let name = "CAR_INSPECTD".to_owned();
    let draft = with(Button { icon: Some(name.clone()), ..button(link()) });
    assert_eq!(
        error(draft),
        ("/sender_buttons/rows/0/buttons/0/icon".to_owned(), DraftErrorKind::UnknownIcon { name })
    );
}

#[test]
fn an_invalid_link_is_reported_once_with_its_reason() {
    let link = "/reports/7".to_owned();
    let problem = DraftErrorKind::InvalidLink { link: link.clone(), problem: LinkError::Relative };
    let draft = with(button(Action::OpenDirectLink(link)));
    let pointer = "/sender_buttons/rows/0/buttons/0/action/open_direct_link".to_owned();
    assert_eq!(error(draft), (pointer, problem));
}

#[test]
fn all_errors_are_reported_at_once() {
    let broken =
        Button { action: Action::OpenDirectLink(String::new()), icon: Some(String::new()), caption: String::new() };
    let draft = Draft { content: Content::Text(String::new()), ..with(broken) };
    let pointers: BTreeSet<String> = errors(draft).into_iter().map(|(pointer, _)| pointer).collect();
    let button = "/sender_buttons/rows/0/buttons/0";
    let expected = ["/action/open_direct_link", "/caption", "/icon"].map(|part| format!("{button}{part}"));
    assert_eq!(pointers, expected.into_iter().chain(["/message".to_owned()]).collect());
}

proptest! {
    #[test]
    fn drafts_are_rejected_if_the_schema_rejects_them(
        message in "\\PC{0,3}|.{0,3}", caption in "\\PC{0,2}", token in "\\PC{0,2}|[_a-zA-Z0-9]{0,18}", icon in prop::option::of("SUPPORT|[A-Z_]{0,4}"),
        link in "(https?:)?(//)?.{0,6}", key in ".{0,4}", value in ".{0,8}", rows in 0..5_usize, buttons in 0..5_usize,
        is_chatbot in any::<bool>(), media in prop::option::of("[!-~]{1,4}|.{1,2}"),
    ) {
        let actions = [
            Action::OpenDirectLink(link),
            Action::OpenServerLink { data: Data::from_iter([(key, Value::String(value))]) },
            Action::OpenPostPage { post_token: token },
        ];
        let button = |index: usize| Button {
            action: actions[index % actions.len()].clone(), icon: icon.clone(), caption: caption.clone(),
        };
        let side = grid((0..rows).map(|_| row((0..buttons).map(button))));
        let draft = Draft {
            content: media.map_or(Content::Text(message), Content::Media),
            buttons: match is_chatbot {
                true => Buttons::Chatbot(Some(side)),
                false => Buttons::Chat { sender: Some(side.clone()), receiver: Some(side) },
            },
        };
        let request = serde_json::to_value(&draft).expect("a draft is JSON");
        let refused: BTreeSet<String> =
            REQUEST.iter_errors(&request).map(|error| error.instance_path().as_str().to_owned()).collect();
        match draft.check() {
            Ok(message) => {
                prop_assert!(refused.is_empty(), "{:?}", refused);
                prop_assert_eq!(request, serde_json::from_str::<Value>(&message.to_json()).expect("a request is JSON"));
            }
            // Of links the schema knows less than the parser.
            Err(errors) => {
                // The API accepts some of what it does not describe, which kenarc does not send.
                let is_accepted = |problem: &DraftErrorKind| match problem {
                    DraftErrorKind::InvalidLink { .. } | DraftErrorKind::NoRows | DraftErrorKind::NoButtons => true,
                    DraftErrorKind::BlankCaption => caption.is_empty(),
                    DraftErrorKind::UnknownIcon { name } => name.is_empty(),
                    _ => false,
                };
                for DraftError { pointer, kind } in &errors {
                    prop_assert!(request.pointer(pointer).is_some(), "{}", pointer);
                    prop_assert!(is_accepted(kind) || refused.contains(pointer), "{}: {:?}", pointer, kind);
                }
                let found: BTreeSet<String> = errors.into_iter().map(|error| error.pointer).collect();
                prop_assert!(found.is_superset(&refused), "{:?} but {:?}", found, refused);
            }
        }
    }

    #[test]
    fn accepted_links_match_the_pattern_of_the_schema(link in "[hH]ttps?:/{0,3}.{0,12}") {
        prop_assert!(validate_link(&link).is_err() || LINK.is_valid(&json!(link)));
    }
}

// Blank

#[test]
fn both_schemas_and_is_blank_agree_on_every_character() {
    let pattern = schema(SCHEMA)["$defs"]["text"]["pattern"].clone();
    let template = schema(TEMPLATE_SCHEMA);
    // A reference can stand for a text, and one with Jinja is checked when it is rendered.
    let text = |schema: &Value| schema["else"]["else"]["pattern"].clone();
    assert_eq!(text(&template["$defs"]["text"]), pattern);
    assert_eq!(text(&template["$defs"]["button"]["properties"]["caption"]), pattern);
    let shows = jsonschema::validator_for(&json!({ "pattern": pattern })).expect("a schema");
    for character in '\0'..='\u{1ffff}' {
        let text = character.to_string();
        assert_eq!(is_blank(&text), !shows.is_valid(&json!(text)), "{character:?}");
    }
}

#[test]
fn unicode_white_space_and_invisible_joiners_are_blank() {
    assert!(is_blank(""));
    assert!(('\0'..=char::MAX).filter(|character| character.is_whitespace()).all(|space| is_blank(&space.to_string())));
    assert!(is_blank("\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{feff}"));
    assert!(!is_blank("\u{200f}سلام"));
    assert!(!is_blank("🙂"));
    assert!(!is_blank("."));
}

// Links

#[test]
fn absolute_http_links_are_accepted() {
    for link in [
        "https://app.example",
        "http://app.example/",
        "HTTPS://App.Example:8443/a?b=c#d",
        "https://divar.ir/s/تهران/نیم\u{200c}فاصله",
        "https://[2001:db8::1]/",
        "https://دیوار.example/x",
    ] {
        assert!(validate_link(link).is_ok(), "{link}");
    }
}

#[test]
fn other_links_are_rejected_with_a_reason() {
    use LinkError::{ForbiddenCharacter, NoHost, Relative};

    let scheme = |scheme: &str| LinkError::Scheme(scheme.to_owned());
    for (link, problem) in [
        ("", Relative),
        ("/reports/7", Relative),
        ("//app.example/x", Relative),
        ("app.example/x", Relative),
        ("app.example:8080/x", Relative),
        ("?a=b:c", Relative),
        ("آدرس مورد نظر", Relative),
        ("javascript:alert(1)", scheme("javascript")),
        ("FTP://app.example/", scheme("ftp")),
        ("tel:+982100000000", scheme("tel")),
        ("https:app.example", NoHost),
        ("https:", NoHost),
        ("https://", NoHost),
        ("https:///reports", NoHost),
        ("https://?a=b", NoHost),
        (" https://app.example/", ForbiddenCharacter(' ')),
        ("https://app.example/\n", ForbiddenCharacter('\n')),
        ("https://app.example\\@evil.example/", ForbiddenCharacter('\\')),
        ("https://app.example/\u{202e}", ForbiddenCharacter('\u{202e}')),
        ("https://app.example/\0", ForbiddenCharacter('\0')),
    ] {
        assert_eq!(validate_link(link), Err(problem), "{link:?}");
    }
    for link in ["https://app.example:99999/", "https://a b", "https://%00/", "https://@/"] {
        assert!(validate_link(link).is_err(), "{link:?}");
    }
}

// Icons

#[test]
fn icons_are_sorted_and_well_formed() {
    assert_eq!(icons().len(), 822);
    assert!(icons().is_sorted_by(|one, next| one < next));
    let is_part = |byte: u8| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_');
    assert!(icons().iter().all(|icon| !icon.is_empty() && icon.bytes().all(is_part)));
}

#[test]
fn both_schemas_list_the_known_icons() {
    for (text, definition) in [(SCHEMA, "icon"), (TEMPLATE_SCHEMA, "icon_name")] {
        let schema = schema(text);
        let listed: Vec<&str> =
            schema["$defs"][definition]["enum"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        assert!(listed.iter().all(|name| is_known(name)));
        assert!(icons().iter().all(|icon| listed.contains(icon)));
        assert_eq!(listed.len(), icons().len() + 1);
    }
}

#[test]
fn the_misspelt_icon_of_the_documentation_is_known_as_deprecated() {
    assert!(is_known("REAL_STATE"));
    assert!(!icons().contains(&"REAL_STATE"));
    assert_eq!(misspelt("REAL_STATE"), Some("REAL_ESTATE"));
    assert_eq!(misspelt("REAL_ESTATE"), None);
}

#[test]
fn nearest_names_are_found() {
    for (written, expected) in [
        ("SUPORT", &["SUPPORT", "SPORT"][..]),
        ("car_inspected", &["CAR_INSPECTED"]),
        ("CAR-INSPECTED", &["CAR_INSPECTED"]),
        ("car inspected", &["CAR_INSPECTED"]),
        ("INSPECTED_CAR", &["CAR_INSPECTED"]),
        ("PAYMNET", &["PAYMENT"]),
        ("REAL_STATE", &["REAL_ESTATE"]),
        ("TOMAN", &["TOMAN_SIGN"]),
        ("BRAND", &[]),
        ("ROCKET", &[]),
        ("", &[]),
        ("نام آیکون", &[]),
    ] {
        assert_eq!(nearest(written), expected, "{written}");
    }
    assert!(icons().iter().all(|icon| nearest(icon).first() == Some(icon) && nearest(icon).len() <= 3));
}

#[test]
fn search_lists_the_best_match_first() {
    assert_eq!(search("payment"), ["PAYMENT", "PAYMENT_OUTLINE"]);
    assert_eq!(search("car inspect"), ["CAR_INSPECTED", "CAR_INSPECTION"]);
    assert_eq!(search("check-circle")[..2], ["CHECK_CIRCLE", "SHIELD_CHECK_CIRCLE"]);
    assert_eq!(search("inspection home"), ["HOME_INSPECTION"]);
    assert_eq!(search("calender"), ["CALENDAR_TEXT"]);
    assert_eq!(search("  "), icons());
    assert!(search("qqqqq").is_empty());
    assert!(search("چ").is_empty());
}

#[test]
fn a_very_long_name_is_compared_quickly() {
    let huge = "SUPORT_".repeat(500_000);
    assert!(nearest(&huge).is_empty());
    assert!(search(&huge).is_empty());
}
