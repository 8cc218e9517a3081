//! Messages of chatbots: whom they go to, which API has them, and what is said of the answers.

use insta::assert_snapshot;

use super::*;
use crate::server::api_error;

const BOT: &str = "text_message: سلام\n";

/// Returns a folder with a chat message and a chatbot message.
fn folder() -> Folder {
    super::folder().and("bot.yaml", BOT).and("chat.yaml", "message: سلام\n")
}

/// Runs `kenarc send` without a server, and with nothing to send.
fn kenarc(arguments: &str) -> Run {
    folder().kenarc(["send"].into_iter().chain(words(arguments)))
}

/// Sends the chatbot message to a server with this behaviour, whose address is `http://SERVER` in the report.
fn send_bot(behaviour: Behaviour, arguments: &str, variables: &[(&str, &str)]) -> (Run, Server) {
    let server = Server::start(behaviour);
    let folder = folder();
    let mut command = folder.command(["send", "bot.yaml", "--base-url", &server.url()]);
    let run = Run::of(command.args(words(arguments)).envs(variables.iter().copied()));
    (Run { stderr: run.stderr.replace(&server.url(), "http://SERVER"), ..run }, server)
}

#[test]
fn a_conversation_of_a_chatbot_needs_the_key_alone() {
    let answer = answer(200, &[JSON], r#"{"conversation_id":"018f"}"#);
    let (run, server) = send_bot(answer, "--bot-conversation 018f", &SECRETS[..1]);
    assert_snapshot!(run, @r"
    exit status 0
    --- stderr
    delivered to bot conversation 018f
    ");
    let request = server.only_request();
    assert_eq!(request.line(), "POST /v1/open-platform/chat/bot/conversations/018f/messages HTTP/1.1");
    assert_eq!(request.header("x-api-key"), Some(API_KEY));
    assert_eq!((request.header("authorization"), request.header("x-access-token")), (None, None));
    assert_eq!(request.body, r#"{"text_message":"سلام"}"#.as_bytes());
}

#[test]
fn a_token_in_the_environment_is_not_sent_where_none_is_needed() {
    let (_, server) = send_bot(answer(200, &[JSON], "{}"), "--bot-conversation 018f", &SECRETS);
    assert!(!server.only_request().head.contains(ACCESS_TOKEN));
}

#[test]
fn the_user_of_a_chatbot_needs_the_token_too_and_the_conversation_is_reported() {
    let answer = || answer(200, &[JSON], r#"{"conversation_id":"018f"}"#);
    let (run, server) = send_bot(answer(), "--user kenar/7", &SECRETS);
    assert_snapshot!(run, @r"
    exit status 0
    --- stderr
    delivered to user kenar/7 in conversation 018f
    ");
    let request = server.only_request();
    assert_eq!(request.line(), "POST /v1/open-platform/chat/bot/users/kenar%2F7/messages HTTP/1.1");
    assert_eq!(request.header("authorization"), Some(&*format!("Bearer {ACCESS_TOKEN}")));
    let (run, server) = send_bot(answer(), "--user kenar/7", &SECRETS[..1]);
    assert!(run.status == 2 && run.stderr.contains("missing access token"), "{run}");
    assert!(server.received().is_empty());
}

#[test]
fn refusals_name_the_permission_and_the_scope_of_the_call() {
    let (run, _) = send_bot(api_error(401, &[], 16, "invalid api key"), "--bot-conversation 018f", &SECRETS[..1]);
    assert_snapshot!(run, @r"
    exit status 3
    --- stderr
    error: 127.0.0.1 refused the message: HTTP 401, UNAUTHENTICATED: invalid api key
           The API key is wrong.
     help: The API key needs the permission CHAT_BOT_SEND_MESSAGE: request it in Kenar's panel.
    ");
    let (run, _) = send_bot(api_error(403, &[], 7, "scope is missing"), "--user 7", &SECRETS);
    assert_snapshot!(run, @r"
    exit status 3
    --- stderr
    error: 127.0.0.1 refused the message: HTTP 403, PERMISSION_DENIED: scope is missing
           The API key lacks a permission, or the access token lacks a scope.
     help: The API key needs the permission CHAT_BOT_SEND_MESSAGE: request it in Kenar's panel.
           The access token needs the scope CHAT_BOT_USER_MESSAGE_SEND: request it from the user when the token is created.
           Access tokens expire after 3,600 s: renew the token if it is older.
    ");
    let (run, _) = send_bot(api_error(404, &[], 5, "not found"), "--user 7", &SECRETS);
    assert_snapshot!(run, @r"
    exit status 3
    --- stderr
    error: 127.0.0.1 refused the message: HTTP 404, NOT_FOUND: not found
           The chatbot knows no user 7, or the server has no such path.
     help: Check the user id.
           Check --base-url (now http://SERVER): the request was sent to http://SERVER/v1/open-platform/chat/bot/users/7/messages.
    ");
    let (run, _) = send_bot(api_error(412, &[], 9, "restricted"), "--bot-conversation 018f", &SECRETS);
    assert_snapshot!(run, @r"
    exit status 3
    --- stderr
    error: 127.0.0.1 refused the message: HTTP 412, FAILED_PRECONDITION: restricted
           The user of bot conversation 018f has blocked the chatbot, or one of the two is blacklisted.
     help: Sending again cannot help: leave this conversation out.
    ");
}

#[test]
fn an_option_for_messages_of_the_other_kind_is_wrong_usage() {
    assert_snapshot!(kenarc("bot.yaml --conversation c"), @r"
    exit status 2
    --- stderr
    error: --conversation is for a chat message, and this template is a chatbot message
     help: use --bot-conversation ID, or --user ID; a template with `message` is a chat message
    ");
    assert_snapshot!(kenarc("chat.yaml --user u"), @r"
    exit status 2
    --- stderr
    error: --user is for a chatbot message, and this template is a chat message
     help: use --conversation ID; a template with `text_message` or `buttons` is a chatbot message
    ");
    for both in ["--conversation c --user u", "--user u --bot-conversation c", "--bot-conversation c --batch rows.csv"]
    {
        let run = kenarc(&format!("bot.yaml {both}"));
        assert!(run.status == 2 && run.stderr.contains("cannot be used with"), "{both}: {run}");
    }
    assert!(
        kenarc("bot.yaml").stderr.contains("<--conversation <ID>|--bot-conversation <ID>|--user <ID>|--batch <ROWS>>")
    );
}

#[test]
fn only_the_current_api_has_chatbots() {
    for arguments in ["", "--api current"] {
        let run = kenarc(&format!("bot.yaml --user u --dry-run {arguments}"));
        assert!(
            run.printed().starts_with("POST https://open-api.divar.ir/v1/open-platform/chat/bot/users/u/messages\n")
        );
        assert!(run.stdout.contains("\nAuthorization: Bearer [redacted]\n"), "{run}");
    }
    assert_snapshot!(kenarc("bot.yaml --user u --dry-run --api classic"), @r"
    exit status 2
    --- stderr
    error: the classic API has no calls for chatbots, and this is a chatbot message
     help: use --api current, or leave out --api
    ");
    let folder = folder().and("kenarc.yaml", "api: classic\n");
    let run = folder.kenarc(["send", "bot.yaml", "--user", "u", "--dry-run"]);
    assert_snapshot!(run, @r"
    exit status 2
    --- stderr
    error: the classic API has no calls for chatbots, and this is a chatbot message
     help: use --api current, or remove `api: classic` from kenarc.yaml
    ");
    assert_eq!(folder.kenarc(["send", "bot.yaml", "--user", "u", "--dry-run", "--api", "current"]).status, 0);
    assert_eq!(folder.kenarc(["send", "chat.yaml", "--conversation", "c", "--dry-run"]).status, 0);
}

#[test]
fn the_curl_command_needs_the_token_only_if_the_call_does() {
    let needs_token =
        |arguments: &str| kenarc(&format!("bot.yaml --curl {arguments}")).printed().contains("ACCESS_TOKEN");
    assert!(!needs_token("--bot-conversation c"));
    assert!(needs_token("--user u"));
}

#[test]
fn media_are_sent_in_place_of_the_text() {
    let folder = folder().and("media.yaml", "media_token: '{{ token }}'\nsender_buttons: null\n");
    let run = folder.kenarc(["send", "media.yaml", "--var", "token=c2Ft", "--conversation", "c", "--dry-run"]);
    assert!(run.printed().ends_with("\n\n{\"media_token\":\"c2Ft\"}"), "{run}");
}
