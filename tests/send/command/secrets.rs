//! Where secrets are read from, and that no output shows them.

use insta::assert_snapshot;

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
        let run = dry_run(&[flag, API_KEY]);
        assert_eq!(run.status, 2, "{run}");
    }
}

#[test]
fn no_output_shows_a_secret_even_if_the_server_echoes_it() {
    // `send_with` looks for them in all output.
    for status in [200, 400, 401, 412, 500] {
        let body = format!("{{\"code\": 1, \"message\": \"{API_KEY} {ACCESS_TOKEN}\"}}");
        let run = send_to(answer(status, &[JSON, ("X-Echo", API_KEY)], &body), "");
        assert!(!run.stderr.contains("nobody-may-see"), "{run}");
    }
    for location in [format!("https://evil.example/?{API_KEY}"), format!("https://{ACCESS_TOKEN}.example/")] {
        send_to(answer(302, &[("Location", &location)], ""), "");
    }
}
