//! The requests that are sent, and what prevents sending.

use std::process::Command;

use insta::assert_snapshot;

use super::*;
use crate::cli::words;
use crate::machine::has;
use crate::server::Received;

/// Runs a shell script in a folder, with these variables and nothing else.
fn shell(folder: &Folder, script: &str, variables: &[(&str, &str)]) -> std::process::Output {
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh", env!("CARGO_BIN_EXE_kenarc"), NAME]).current_dir(folder.path("")).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap()).envs(variables.iter().copied()).output().unwrap()
}

/// Returns whether the tests with `curl` can run.
fn has_curl() -> bool {
    has("curl", ["--version"])
}

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
    let script = format!("\"$1\" render --pretty template.yaml --var \"$2\" | curl --silent -d @- '{}/'", server.url());
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
    assert_eq!(folder().kenarc(["send", "template.yaml", "--var", NAME, "--dry-run"]).status, 2, "it must be given");
}

#[test]
fn base_url_is_https_or_http_on_this_machine_only() {
    let send = |base: &str| dry_run(&["--base-url", base]);
    for good in
        ["https://a.example", "https://a.example:8443/x", "http://localhost:1", "http://127.0.0.1", "http://[::1]:1"]
    {
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
