//! A request as text and as a shell command.

use super::*;

#[test]
fn http_text_is_laid_out_as_in_the_api_document_with_secrets_masked() {
    let version = env!("CARGO_PKG_VERSION");
    let classic = request_to(&Endpoint::new(Api::Classic, None)).to_http_text();
    let expected = format!(
        "POST https://api.divar.ir/v2/open-platform/conversations/a-conversation/messages\n\
         Content-Type: application/json\n\
         User-Agent: kenarc/{version}\n\
         x-api-key: [redacted]\n\
         x-access-token: [redacted]\n\
         \n\
         {BODY}"
    );
    assert_eq!(classic, expected);
    let current = request_to(&Endpoint::new(Api::Current, None)).to_http_text();
    assert_phrases(&current, &["https://open-api.divar.ir/", "\nAuthorization: Bearer [redacted]\n"]);
}

fn shell(script: &str, variables: &[(&str, &str)]) -> Option<std::process::ExitStatus> {
    if Command::new("curl").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("skipped: there is no curl on this machine");
        return None;
    }
    let mut command = Command::new("sh");
    command.arg("-c").arg(script).env_remove("KENAR_API_KEY").env_remove("KENAR_ACCESS_TOKEN");
    let status = command.envs(variables.iter().copied()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    Some(status.unwrap())
}

#[test]
fn curl_command_delivers_the_same_request_byte_for_byte() {
    let texts = [TEXT, "''", r"\'$(id)`id`", "@/etc/hostname", "{\"a\":\n\"KENAR_SECRETS\nb\"}\n", "EOF\n"];
    for api in Api::ALL {
        for text in texts {
            let server = Server::start(answer(200, &[JSON], DELIVERED));
            let base = format!("{}/a{{b,c}}/[1-3]/it's", server.url());
            let conversation = conversation("a/b?c#d'e$f%20");
            let request = Request::new(&endpoint(api, &base), &conversation, &message(text)).unwrap();
            let variables = [("KENAR_API_KEY", API_KEY), ("KENAR_ACCESS_TOKEN", ACCESS_TOKEN)];
            let Some(status) = shell(&request.to_curl(), &variables) else { return };
            assert!(status.success(), "{}", request.to_curl());
            let by_curl = server.only_request();
            let _ = send(&request, PATIENCE);
            let [_, ours] = &server.received()[..] else { panic!("not two requests") };
            assert_eq!(by_curl.body, request.body().as_bytes());
            assert_eq!(by_curl.body, ours.body);
            assert_eq!(by_curl.line(), ours.line());
            for header in ["content-type", "x-api-key", "x-access-token", "authorization", "content-length"] {
                assert_eq!(by_curl.header(header), ours.header(header), "{header}");
            }
        }
    }
}

#[test]
fn curl_command_sends_nothing_while_a_secret_is_missing() {
    let key = ("KENAR_API_KEY", API_KEY);
    for variables in [&[][..], &[key], &[key, ("KENAR_ACCESS_TOKEN", "")]] {
        let server = Server::start(answer(200, &[JSON], DELIVERED));
        let request = request_to(&endpoint(Api::Classic, &server.url()));
        let Some(status) = shell(&request.to_curl(), variables) else { return };
        assert!(!status.success());
        assert!(server.received().is_empty());
    }
}

#[test]
fn curl_command_is_readable() {
    let request =
        Request::new(&Endpoint::new(Api::Current, None), &conversation(CONVERSATION), &message("it's")).unwrap();
    let expected = r#"curl --globoff --header 'Content-Type: application/json' --header @- \
  --data-raw '{"type":"TEXT","message":"it'\''s"}' \
  'https://open-api.divar.ir/v2/open-platform/conversations/a-conversation/messages' <<KENAR_SECRETS
x-api-key: ${KENAR_API_KEY:?}
Authorization: Bearer ${KENAR_ACCESS_TOKEN:?}
KENAR_SECRETS
"#;
    assert_eq!(request.to_curl(), expected);
}
