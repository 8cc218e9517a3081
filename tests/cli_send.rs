//! `kenarc send`: what leaves, what is said of each answer, how the process ends, and what never shows.

#![cfg(all(feature = "cli", unix))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

#[path = "support/cli.rs"]
mod cli;
#[path = "support/machine.rs"]
mod machine;
#[path = "support/server.rs"]
mod server;

use std::process::Command;
use std::time::{Duration, Instant};

use insta::{allow_duplicates, assert_snapshot};

use cli::{Folder, PATIENCE, Run, words};
use server::{Behaviour, Received, Server, answer, head};

const API_KEY: &str = "k3y-of-the-app-which-nobody-may-see";
const ACCESS_TOKEN: &str = "ory_at_t0ken-of-the-user-which-nobody-may-see";
const SECRETS: [(&str, &str); 2] = [("KENAR_API_KEY", API_KEY), ("KENAR_ACCESS_TOKEN", ACCESS_TOKEN)];
const JSON: (&str, &str) = ("Content-Type", "application/json");
const DELIVERED: &str = r#"{"status":0,"message":"sent"}"#;

/// Everything that a shell, a JSON reader or a terminal might stumble over.
const TEMPLATE: &str = r#"
message: |
  سلام، it's "$HOME" `id` \ 100% @x {{ name }} 🚗
  خط دوم
sender_buttons:
  - - { icon: SUPPORT, caption: "پشتیبانی", open_server_link: { data: { a: [1, 2.5, null], b: "{{ name }}" } } }
    - { icon: SUPPORT, caption: "پیوند", open_direct_link: "https://app.example/?q={{ name }}&r='" }
"#;
const NAME: &str = "name=a'b\"c\\d $(id) \u{202e}&x=1";

fn folder() -> Folder {
    Folder::with("template.yaml", TEMPLATE)
}

/// The bytes that `render` prints, without the line break at the end.
fn rendered(folder: &Folder) -> Vec<u8> {
    let printed = folder.kenarc(["render", "template.yaml", "--var", NAME]).printed().to_owned();
    printed.strip_suffix('\n').unwrap().as_bytes().to_vec()
}

/// Sends to a server with the secrets in the environment.
fn send(server: &Server, arguments: &str) -> Run {
    send_with(&folder(), &server.url(), arguments, &SECRETS)
}

fn send_with(folder: &Folder, base: &str, arguments: &str, variables: &[(&str, &str)]) -> Run {
    let mut command = folder.command([
        "send",
        "template.yaml",
        "--var",
        NAME,
        "--conversation",
        "a-conversation",
        "--base-url",
        base,
    ]);
    let run = Run::of(command.args(words(arguments)).envs(variables.iter().copied()));
    for secret in [API_KEY, ACCESS_TOKEN] {
        assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "{run}");
    }
    run
}

/// What a person sees after this answer; the server's address is `http://SERVER`.
fn told(behaviour: Behaviour, arguments: &str) -> Run {
    let server = Server::start(behaviour);
    let run = send(&server, arguments);
    Run { stderr: run.stderr.replace(&server.url(), "http://SERVER"), ..run }
}

fn api_error(status: u16, headers: &[(&str, &str)], code: i32, message: &str) -> Behaviour {
    let body = serde_json::json!({"code": code, "message": message, "details": []}).to_string();
    answer(status, &[&[JSON], headers].concat(), &body)
}

/// Runs a shell script in a folder, with these variables and nothing else.
fn shell(folder: &Folder, script: &str, variables: &[(&str, &str)]) -> std::process::Output {
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh", env!("CARGO_BIN_EXE_kenarc"), NAME]).current_dir(folder.path("")).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap()).envs(variables.iter().copied()).output().unwrap()
}

/// Whether the tests of `curl` can run.
fn has_curl() -> bool {
    machine::has("curl", ["--version"])
}

mod what_leaves {
    use super::*;

    const PATH: &str = "/v2/open-platform/conversations/a-conversation/messages";

    #[test]
    fn send_delivers_the_bytes_that_render_prints_with_the_documented_path_and_headers() {
        for (api, token) in [
            ("", ("x-access-token", ACCESS_TOKEN)),
            ("--api classic", ("x-access-token", ACCESS_TOKEN)),
            ("--api current", ("authorization", &format!("Bearer {ACCESS_TOKEN}"))),
        ] {
            let server = Server::start(answer(200, &[JSON], DELIVERED));
            let run = send(&server, api);
            assert!(run.status == 0 && run.stdout.is_empty(), "{run}");
            let request = server.only_request();
            assert_eq!(request.line(), format!("POST {PATH} HTTP/1.1"));
            assert_eq!(request.body, rendered(&folder()));
            assert_eq!(request.header("content-type"), Some("application/json"));
            assert_eq!(request.header("x-api-key"), Some(API_KEY));
            assert_eq!(request.header(token.0), Some(token.1));
            let other = if token.0 == "authorization" { "x-access-token" } else { "authorization" };
            assert_eq!(request.header(other), None);
        }
    }

    #[test]
    fn render_into_curl_delivers_the_same_bytes() {
        if !has_curl() {
            return;
        }
        let folder = folder();
        let post = |flags: &str| -> Received {
            let server = Server::start(answer(200, &[JSON], DELIVERED));
            let script = format!(
                "\"$1\" render template.yaml --var \"$2\" | curl --silent --fail {flags} -H 'Content-Type: application/json' '{}{PATH}'",
                server.url()
            );
            let output = shell(&folder, &script, &[]);
            assert!(output.status.success(), "{output:?}");
            server.only_request()
        };
        let with_line_break = [rendered(&folder), b"\n".to_vec()].concat();
        assert_eq!(post("--data-binary @-").body, with_line_break);
        // curl's `-d` leaves line breaks out of what it reads.
        assert_eq!(post("-d @-").body, rendered(&folder));
        assert_eq!(post("-d @-").line(), format!("POST {PATH} HTTP/1.1"));
    }

    #[test]
    fn pretty_rendering_is_the_same_message() {
        if !has_curl() {
            return;
        }
        let (folder, server) = (folder(), Server::start(answer(200, &[JSON], DELIVERED)));
        let script =
            format!("\"$1\" render --pretty template.yaml --var \"$2\" | curl --silent -d @- '{}/'", server.url());
        assert!(shell(&folder, &script, &[]).status.success());
        let value = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
        assert_eq!(value(&server.only_request().body), value(&rendered(&folder)));
    }

    #[test]
    fn printed_curl_command_delivers_the_same_request() {
        if !has_curl() {
            return;
        }
        for api in ["--api classic", "--api current"] {
            let server = Server::start(answer(200, &[JSON], DELIVERED));
            let run = send_with(&folder(), &server.url(), &format!("--curl {api}"), &[]);
            assert!(run.status == 0 && run.stderr.is_empty() && server.received().is_empty(), "{run}");
            let output = shell(&folder(), &run.stdout, &SECRETS);
            assert!(output.status.success(), "{output:?}");
            assert_eq!(send(&server, api).status, 0);
            let [by_curl, ours] = &server.received()[..] else { panic!("not two requests: {:?}", server.received()) };
            assert_eq!((by_curl.line(), &by_curl.body), (ours.line(), &ours.body));
            assert_eq!(by_curl.body, rendered(&folder()));
            for name in ["content-type", "x-api-key", "x-access-token", "authorization"] {
                assert_eq!(by_curl.header(name), ours.header(name), "{api} {name}");
            }
        }
    }

    #[test]
    fn dry_run_shows_the_request_and_sends_nothing() {
        let server = Server::start(answer(200, &[JSON], DELIVERED));
        for secrets in [&[][..], &SECRETS] {
            let run = send_with(&folder(), &server.url(), "--dry-run", secrets);
            let (head, body) = run.printed().split_once("\n\n").unwrap();
            assert!(head.starts_with(&format!("POST {}{PATH}\n", server.url())), "{run}");
            assert!(head.contains("\nx-api-key: [redacted]\nx-access-token: [redacted]"), "{run}");
            assert_eq!(body.trim_end_matches('\n').as_bytes(), rendered(&folder()));
        }
        assert!(server.received().is_empty());
    }

    #[test]
    fn dry_run_without_a_base_url_shows_the_documented_address() {
        let dry_run = |api: &str| {
            Folder::with("t.yaml", "message: سلام\n")
                .kenarc(words(&format!("send t.yaml --conversation c --dry-run {api}")))
                .printed()
                .replace(env!("CARGO_PKG_VERSION"), "VERSION")
        };
        assert_snapshot!(dry_run(""), @r#"
        POST https://api.divar.ir/v2/open-platform/conversations/c/messages
        Content-Type: application/json
        User-Agent: kenarc/VERSION
        x-api-key: [redacted]
        x-access-token: [redacted]

        {"type":"TEXT","message":"سلام"}
        "#);
        assert_snapshot!(dry_run("--api current"), @r#"
        POST https://open-api.divar.ir/v2/open-platform/conversations/c/messages
        Content-Type: application/json
        User-Agent: kenarc/VERSION
        x-api-key: [redacted]
        Authorization: Bearer [redacted]

        {"type":"TEXT","message":"سلام"}
        "#);
    }

    #[test]
    fn conversation_id_is_one_segment_of_the_path() {
        for (id, segment) in [
            ("a/b", "a%2Fb"),
            ("../../x", "..%2F..%2Fx"),
            ("گفتگو", "%DA%AF%D9%81%D8%AA%DA%AF%D9%88"),
            ("a?b#c%20", "a%3Fb%23c%2520"),
        ] {
            let server = Server::start(answer(200, &[JSON], DELIVERED));
            let folder = folder();
            let arguments = ["send", "template.yaml", "--var", NAME, "--conversation", id, "--base-url", &server.url()];
            let run = Run::of(folder.command(arguments).envs(SECRETS));
            assert_eq!(run.status, 0, "{run}");
            assert_eq!(
                server.only_request().line(),
                format!("POST /v2/open-platform/conversations/{segment}/messages HTTP/1.1")
            );
        }
    }

    #[test]
    fn invalid_conversation_id_is_wrong_usage() {
        for id in ["", ".", "..", "a b", "a\nb", "a\u{7}b"] {
            let run = folder().kenarc(["send", "template.yaml", "--var", NAME, "--conversation", id, "--dry-run"]);
            assert!(run.status == 2 && run.stdout.is_empty(), "{id:?} {run}");
        }
        assert_eq!(
            folder().kenarc(["send", "template.yaml", "--var", NAME, "--dry-run"]).status,
            2,
            "it must be given"
        );
    }

    #[test]
    fn base_url_is_https_or_http_on_this_machine_only() {
        let send = |base: &str| {
            folder().kenarc([
                "send",
                "template.yaml",
                "--var",
                NAME,
                "--conversation",
                "c",
                "--dry-run",
                "--base-url",
                base,
            ])
        };
        for good in [
            "https://a.example",
            "https://a.example:8443/x",
            "http://localhost:1",
            "http://127.0.0.1",
            "http://[::1]:1",
        ] {
            assert_eq!(send(good).status, 0, "{good}");
        }
        for bad in [
            "http://a.example",
            "http://127.0.0.1.evil.example",
            "http://localhost@evil.example",
            "ftp://a.example",
            "a.example",
            "",
            "https://a.example/?q=1",
            "https://u:p@a.example",
        ] {
            let run = send(bad);
            assert!(run.status == 2 && run.stdout.is_empty() && run.stderr.contains("--base-url"), "{bad}: {run}");
        }
        assert_snapshot!(send("http://a.example"), @r"
        exit status 2
        --- stderr
        error: invalid value 'http://a.example' for '--base-url <URL>': the base URL must be `https`: over `http` the key and the token can be read on the network

        For more information, try '--help'.
        ");
    }

    #[test]
    fn invalid_message_is_not_sent() {
        let server = Server::start(answer(200, &[JSON], DELIVERED));
        let folder = Folder::with("template.yaml", "message: '{{ name }} {{ other }}'\n");
        let run = send_with(&folder, &server.url(), "", &SECRETS);
        assert!(run.status == 1 && run.stderr.contains("missing-variable") && server.received().is_empty(), "{run}");
    }
}

mod secrets {
    use super::*;

    /// Nothing leaves, and what is said does not hold the secret.
    fn refused(variables: &[(&str, &str)], files: &[(&str, &[u8])], arguments: &str) -> Run {
        let server = Server::start(answer(200, &[JSON], DELIVERED));
        let folder = files.iter().fold(folder(), |folder, (path, bytes)| folder.and(path, bytes));
        let run = send_with(&folder, &server.url(), arguments, variables);
        assert!(run.status == 2 && run.stdout.is_empty() && server.received().is_empty(), "{run}");
        assert!(!run.stderr.contains("nobody-may-see"), "{run}");
        run
    }

    #[test]
    fn missing_secret_says_how_to_pass_it() {
        assert_snapshot!(refused(&[], &[], ""), @r"
        exit status 2
        --- stderr
        error: missing API key
         help: set KENAR_API_KEY, or name a file with --api-key-file
        ");
        assert_snapshot!(refused(&SECRETS[..1], &[], ""), @r"
        exit status 2
        --- stderr
        error: missing access token
         help: set KENAR_ACCESS_TOKEN, or name a file with --access-token-file
        ");
        assert_snapshot!(refused(&SECRETS, &[], "--api-key-file nowhere"), @r"
        exit status 2
        --- stderr
        error: cannot read nowhere: No such file or directory (os error 2)
        ");
    }

    #[test]
    fn unusable_secret_is_named_and_not_shown() {
        let token = SECRETS[1];
        assert_snapshot!(refused(&[("KENAR_API_KEY", ""), token], &[], ""), @r"
        exit status 2
        --- stderr
        error: the API key in KENAR_API_KEY is empty
        ");
        assert_snapshot!(refused(&[("KENAR_API_KEY", "nobody-may-see\r\nX-Evil: 1"), token], &[], ""), @r"
        exit status 2
        --- stderr
        error: the API key in KENAR_API_KEY contains U+000D at position 15; a key or token is one word of visible ASCII, without quotes and without `Bearer`
        ");
        assert_snapshot!(refused(&[("KENAR_API_KEY", "nobody-may-see-کلید"), token], &[], ""), @r"
        exit status 2
        --- stderr
        error: the API key in KENAR_API_KEY contains U+06A9 at position 16; a key or token is one word of visible ASCII, without quotes and without `Bearer`
        ");
        assert_snapshot!(refused(&[token], &[("key", b"nobody-may-see\nsecond line\n")], "--api-key-file key"), @r"
        exit status 2
        --- stderr
        error: the API key in key contains U+000A at position 15; a key or token is one word of visible ASCII, without quotes and without `Bearer`
        ");
        assert_snapshot!(refused(&[token], &[("key", b"nobody-may-see \xff")], "--api-key-file key"), @r"
        exit status 2
        --- stderr
        error: cannot read key: stream did not contain valid UTF-8
        ");
        refused(&[token], &[("key", b"nobody-may-see".repeat(100_000).as_slice())], "--api-key-file key");
        refused(&[token], &[("key", b"")], "--api-key-file key");
        refused(&SECRETS, &[("token", b"nobody-may-see\0")], "--access-token-file token");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn endless_file_is_not_read_to_its_end() {
        refused(&SECRETS, &[], "--api-key-file /dev/zero");
    }

    #[test]
    fn files_win_over_the_environment_and_may_end_in_a_line_break() {
        for (key, token) in [("file-key", "file-token"), ("file-key\n", "file-token\r\n")] {
            let server = Server::start(answer(200, &[JSON], DELIVERED));
            let folder = folder().and("key", key).and("token", token);
            let run = send_with(&folder, &server.url(), "--api-key-file key --access-token-file token", &SECRETS);
            assert_eq!(run.status, 0, "{run}");
            let request = server.only_request();
            assert_eq!(
                (request.header("x-api-key"), request.header("x-access-token")),
                (Some("file-key"), Some("file-token"))
            );
        }
    }

    #[test]
    fn no_argument_takes_a_secret() {
        for flag in ["--api-key", "--access-token", "--token"] {
            let run = folder().kenarc([
                "send",
                "template.yaml",
                "--var",
                NAME,
                "--conversation",
                "c",
                "--dry-run",
                flag,
                API_KEY,
            ]);
            assert_eq!(run.status, 2, "{run}");
        }
    }

    #[test]
    fn no_output_shows_a_secret_even_if_the_server_echoes_it() {
        // `send_with` looks for them in all output.
        for status in [200, 400, 401, 412, 500] {
            let body = format!("{{\"code\": 1, \"message\": \"{API_KEY} {ACCESS_TOKEN}\"}}");
            let run = told(answer(status, &[JSON, ("X-Echo", API_KEY)], &body), "");
            assert!(!run.stderr.contains("nobody-may-see"), "{run}");
        }
        for location in [format!("https://evil.example/?{API_KEY}"), format!("https://{ACCESS_TOKEN}.example/")] {
            told(answer(302, &[("Location", &location)], ""), "");
        }
    }
}

mod answers {
    use super::*;

    #[test]
    fn sent_is_0() {
        assert_snapshot!(told(answer(200, &[JSON], DELIVERED), ""), @r"
        exit status 0
        --- stderr
        delivered to conversation a-conversation; the API says: sent
        ");
    }

    #[test]
    fn bad_key_is_3_and_names_the_permission_and_the_scopes() {
        assert_snapshot!(told(api_error(401, &[], 16, "invalid api key"), ""), @r"
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
    fn missing_permission_is_3() {
        assert_snapshot!(told(api_error(403, &[], 7, "scope is missing"), ""), @r"
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
    fn block_is_3_and_says_that_sending_again_cannot_help() {
        assert_snapshot!(told(api_error(412, &[], 9, "message delivery failed due to recipient's restriction"), ""), @r"
        exit status 3
        --- stderr
        error: 127.0.0.1 refused the message: HTTP 412, FAILED_PRECONDITION: message delivery failed due to recipient's restriction
               One side of conversation a-conversation has blocked the other, or one of the two is blacklisted.
         help: Sending again cannot help: leave this conversation out.
        ");
    }

    #[test]
    fn limit_is_3_and_says_how_long_to_wait() {
        assert_snapshot!(told(api_error(429, &[("Retry-After", "90")], 8, "minute limit"), ""), @r"
        exit status 3
        --- stderr
        error: 127.0.0.1 refused the message: HTTP 429, RESOURCE_EXHAUSTED: minute limit
               The app has reached its per-minute limit or its daily quota; nothing was delivered.
         help: Wait 1 min 30 s, as the server asks, and send again.
               Kenar's panel shows both limits.
        ");
    }

    #[test]
    fn limit_without_a_wait_explains_the_two_limits() {
        assert_snapshot!(told(api_error(429, &[], 8, "daily quota"), ""), @r"
        exit status 3
        --- stderr
        error: 127.0.0.1 refused the message: HTTP 429, RESOURCE_EXHAUSTED: daily quota
               The app has reached its per-minute limit or its daily quota; nothing was delivered.
         help: Wait a minute and send again; if that is refused too, the daily quota is used up.
               Kenar's panel shows both limits.
        ");
    }

    #[test]
    fn unknown_conversation_is_3() {
        assert_snapshot!(told(api_error(404, &[], 5, "not found"), ""), @r"
        exit status 3
        --- stderr
        error: 127.0.0.1 refused the message: HTTP 404, NOT_FOUND: not found
               This token can access no conversation a-conversation, or the server has no such path.
         help: Check the conversation id.
               Check --api (now classic) and --base-url (now http://SERVER): the request was sent to http://SERVER/v2/open-platform/conversations/a-conversation/messages.
        ");
    }

    #[test]
    fn redirect_is_3_and_is_not_followed() {
        let elsewhere = Server::start(answer(200, &[JSON], DELIVERED));
        for status in [301, 302, 303, 307, 308] {
            let run = told(answer(status, &[("Location", &elsewhere.url())], ""), "");
            assert_eq!(run.status, 3, "{run}");
        }
        assert!(elsewhere.received().is_empty());
        assert_snapshot!(told(answer(307, &[("Location", "https://other.example/x?token=1")], ""), ""), @r"
        exit status 3
        --- stderr
        error: 127.0.0.1 refused the message: HTTP 307
               The server redirects to other.example. Redirects are not followed, because the key and the token would be sent along.
         help: If the API is there, pass its URL as --base-url.
        ");
    }

    #[test]
    fn failure_of_the_server_is_4() {
        assert_snapshot!(told(api_error(500, &[], 13, "internal"), ""), @r"
        exit status 4
        --- stderr
        error: outcome unknown: http://SERVER failed: HTTP 500, INTERNAL: internal
               The request may have reached the server, so the message may or may not have been delivered to conversation a-conversation; sending it again may deliver it twice.
         help: Look at the conversation before you send again.
        ");
        assert_snapshot!(told(api_error(503, &[("Retry-After", "5")], 14, "unavailable"), ""), @r"
        exit status 4
        --- stderr
        error: outcome unknown: http://SERVER failed: HTTP 503, UNAVAILABLE: unavailable
               The request may have reached the server, so the message may or may not have been delivered to conversation a-conversation; sending it again may deliver it twice.
         help: Look at the conversation before you send again.
               The server asks to wait 5 s before the next request.
        ");
    }

    #[test]
    fn html_is_4_with_200_and_3_with_403() {
        let html = |status| {
            answer(status, &[("Content-Type", "text/html")], "<html><body>\u{1b}[2JAccess denied</body></html>")
        };
        assert_snapshot!(told(html(200), ""), @r"
        exit status 4
        --- stderr
        error: outcome unknown: the response from http://SERVER (HTTP 200) is not what the API documents; body (text/html): <html><body>[2JAccess denied</body></html>
               The request may have reached the server, so the message may or may not have been delivered to conversation a-conversation; sending it again may deliver it twice.
         help: Look at the conversation before you send again.
               If http://SERVER is not the API, correct --base-url.
        ");
        assert_eq!(told(html(403), "").status, 3);
    }

    #[test]
    fn endless_answer_is_4_and_is_not_read_to_its_end() {
        let flood = Behaviour::Repeat(head(200, &[JSON], 10_000_000_000), vec![b'x'; 1 << 16], Duration::ZERO);
        let server = Server::start(flood);
        let run = send(&server, "");
        assert_eq!(run.status, 4, "{run}");
        assert!(run.stderr.len() < 2000, "{run}");
        assert!(server.bytes_said() < 100 << 20, "{}", server.bytes_said());
    }

    #[test]
    fn no_answer_is_4_after_the_time_that_is_given() {
        let started = Instant::now();
        let told_later = told(Behaviour::Hang, "--timeout 1.25");
        assert!(told_later.stderr.contains("no response from http://SERVER within 1.25 s"), "{told_later}");
        assert_snapshot!(told(Behaviour::Hang, "--timeout 0.5"), @r"
        exit status 4
        --- stderr
        error: outcome unknown: no response from http://SERVER within 500 ms
               The request may have reached the server, so the message may or may not have been delivered to conversation a-conversation; sending it again may deliver it twice.
         help: Look at the conversation before you send again.
        ");
        assert!(started.elapsed() < PATIENCE / 2, "{:?}", started.elapsed());
    }

    #[test]
    fn close_in_the_middle_is_4() {
        assert_eq!(told(Behaviour::Say(Vec::new()), "").status, 4);
        assert_eq!(told(Behaviour::Say(b"HTTP/1.1 200 OK\r\nContent-Le".to_vec()), "").status, 4);
        let cut = [head(200, &[JSON], 1000), DELIVERED.as_bytes().to_vec()].concat();
        assert_snapshot!(told(Behaviour::Say(cut), ""), @r#"
        exit status 4
        --- stderr
        error: outcome unknown: the response from http://SERVER (HTTP 200) is incomplete; body (application/json): {"status":0,"message":"sent"}
               The request may have reached the server, so the message may or may not have been delivered to conversation a-conversation; sending it again may deliver it twice.
         help: Look at the conversation before you send again.
        "#);
    }

    #[test]
    fn unreachable_server_is_2() {
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
            [api_error(429, &[("Retry-After", "0")], 8, ""), api_error(500, &[], 13, ""), Behaviour::Say(Vec::new())]
        {
            let server = Server::start(behaviour.clone());
            send(&server, "");
            assert_eq!(server.received().len(), 1, "{behaviour:?}");
        }
    }

    #[test]
    fn invalid_timeout_is_wrong_usage() {
        for limit in ["0", "-1", "NaN", "inf", "1e9", "soon", ""] {
            let run = folder().kenarc([
                "send",
                "template.yaml",
                "--var",
                NAME,
                "--conversation",
                "c",
                "--dry-run",
                &format!("--timeout={limit}"),
            ]);
            assert_eq!(run.status, 2, "{limit}: {run}");
        }
    }
}

/// The proxies that the environment names.
mod proxies {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// A name that is never found (RFC 6761 §6.4).
    const FAR: &str = "https://api.kenarc.invalid";

    /// Sends to `base` with proxies in the environment; the proxy's address is `PROXY`.
    fn send_by(proxies: &[(&str, &str)], base: &str, address: &str) -> Run {
        let run = send_with(&folder(), base, "--timeout 20", &[&SECRETS, proxies].concat());
        Run { stderr: run.stderr.replace(address, "PROXY"), ..run }
    }

    #[test]
    fn tunnel_is_requested_without_our_secrets() {
        let proxy = Server::start(answer(403, &[], ""));
        let address = proxy.url().replace("http://", "");
        let run = send_by(&[("HTTPS_PROXY", &format!("http://me:its-w%40rd@{address}"))], FAR, &address);
        let asked = proxy.only_request();
        assert_eq!(asked.line(), "CONNECT api.kenarc.invalid:443 HTTP/1.1");
        assert_eq!(asked.header("Proxy-Authorization"), Some("Basic bWU6aXRzLXdAcmQ="));
        assert!(!asked.head.contains(API_KEY) && !asked.head.contains(ACCESS_TOKEN), "{}", asked.head);
        assert_snapshot!(run, @r"
        exit status 2
        --- stderr
        error: not sent: no connection to https://api.kenarc.invalid through the proxy PROXY: tunnel error: unsuccessful
               The request did not leave this machine, so it is safe to send it again.
         help: Check the proxy that HTTPS_PROXY or ALL_PROXY names, its user name and password, and --base-url if it is set.
        ");
    }

    #[test]
    fn proxy_that_requires_a_password_is_reported() {
        let proxy = Server::start(answer(407, &[], ""));
        let address = proxy.url().replace("http://", "");
        // An address without a scheme is that of an `http` proxy, as for curl.
        let run = send_by(&[("ALL_PROXY", &address)], FAR, &address);
        assert_snapshot!(run, @r"
        exit status 2
        --- stderr
        error: not sent: no connection to https://api.kenarc.invalid through the proxy PROXY: tunnel error: proxy authorization required
               The request did not leave this machine, so it is safe to send it again.
         help: Check the proxy that HTTPS_PROXY or ALL_PROXY names, its user name and password, and --base-url if it is set.
        ");
    }

    #[test]
    fn tunnel_without_tls_is_reported() {
        let proxy = Server::start(Behaviour::Say(b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n".to_vec()));
        let run = send_by(&[("https_proxy", &proxy.url())], FAR, &proxy.url());
        assert_snapshot!(run, @r"
        exit status 2
        --- stderr
        error: not sent: could not connect to https://api.kenarc.invalid: tls handshake eof
               The request did not leave this machine, so it is safe to send it again.
         help: Check that a server listens there, and --base-url and HTTPS_PROXY if they are set.
        ");
    }

    #[test]
    fn socks5h_proxy_resolves_the_name() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let proxy = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut greeting = [0; 3];
            stream.read_exact(&mut greeting).unwrap();
            // No authentication (RFC 1928 §3).
            stream.write_all(&[5, 0]).unwrap();
            let mut request = vec![0; 4 + 1 + "api.kenarc.invalid".len() + 2];
            stream.read_exact(&mut request).unwrap();
            // Host unreachable (§6).
            stream.write_all(&[5, 4, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
            (greeting, request)
        });
        let run = send_by(&[("ALL_PROXY", &format!("socks5h://{address}"))], FAR, &address);
        let (greeting, request) = proxy.join().unwrap();
        assert_eq!(greeting, [5, 1, 0]);
        assert_eq!(request, [&[5, 1, 0, 3, 18], &b"api.kenarc.invalid"[..], &443_u16.to_be_bytes()].concat());
        assert_snapshot!(run, @r"
        exit status 2
        --- stderr
        error: not sent: no connection to https://api.kenarc.invalid through the proxy PROXY: SOCKS error: host unreachable
               The request did not leave this machine, so it is safe to send it again.
         help: Check the proxy that HTTPS_PROXY or ALL_PROXY names, its user name and password, and --base-url if it is set.
        ");
    }

    #[test]
    fn invalid_proxy_is_refused_and_its_password_is_not_shown() {
        for named in [
            "socks4://me:its-w0rd@127.0.0.1:9",
            "quic://127.0.0.1:9",
            "http://",
            "http://me:its-w0rd@its-w0rd@127.0.0.1:9",
            "http://me:its-w0rd#its-w0rd@127.0.0.1:9",
            "http://me:its-w0rd/its-w0rd@127.0.0.1:9",
            "http://me:its-w0rd?its-w0rd@127.0.0.1:9",
            "http://me:12#its-w0rd@127.0.0.1:9",
            "http://me:its w0rd@127.0.0.1:9",
            "me:its-w0rd@127.0.0.1:ninety",
        ] {
            let run = send_by(&[("HTTPS_PROXY", named)], FAR, "127.0.0.1:9");
            allow_duplicates! { assert_snapshot!(run, @r"
            exit status 2
            --- stderr
            error: invalid proxy in HTTPS_PROXY or ALL_PROXY: expected `http://HOST:PORT`, or `https`, `socks5` or `socks5h` instead of `http`; a user name and a password go before an `@`, with all characters but letters and digits written as %XX
            "); }
        }
    }

    #[test]
    fn proxy_may_be_named_in_other_ways() {
        for (before, after) in [("", ""), ("", "/"), ("HTTP://", "/"), ("http://me@", "")] {
            let proxy = Server::start(answer(403, &[], ""));
            let address = proxy.url().replace("http://", "");
            let run = send_by(&[("https_proxy", &format!("{before}{address}{after}"))], FAR, &address);
            assert!(run.status == 2 && run.stderr.contains("through the proxy PROXY: "), "{before}{after}: {run}");
        }
    }

    #[test]
    fn no_proxy_bypasses_the_proxy() {
        let proxy = Server::start(answer(403, &[], ""));
        let run = send_by(&[("HTTPS_PROXY", &proxy.url()), ("NO_PROXY", ".kenarc.invalid")], FAR, &proxy.url());
        assert_eq!((run.status, proxy.received().len()), (2, 0), "{run}");
    }

    #[test]
    fn proxy_is_not_used_for_loopback() {
        let (proxy, server) = (Server::start(answer(403, &[], "")), Server::start(answer(200, &[JSON], DELIVERED)));
        let names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"];
        let proxies = names.map(|name| (name, proxy.url()));
        let run = send_by(&proxies.each_ref().map(|(name, url)| (*name, url.as_str())), &server.url(), &proxy.url());
        assert_eq!((run.status, proxy.received().len(), server.received().len()), (0, 0, 1), "{run}");
    }
}
