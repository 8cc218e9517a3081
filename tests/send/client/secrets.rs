//! Valid secrets, and that no secret is ever shown.

use super::*;

#[test]
fn line_break_at_the_end_of_a_file_is_not_part_of_a_secret() {
    for text in ["secret-key", "secret-key\n", "secret-key\r\n"] {
        let server = Server::start(answer(200, &[JSON], DELIVERED));
        let request = request_to(&endpoint(Api::Classic, &server.url()));
        let credentials = Credentials { api_key: Secret::new(text).unwrap(), ..credentials() };
        let client = Client::new(request.endpoint(), PATIENCE).unwrap();
        let _ = block_on(client.send(&request, &credentials));
        assert_eq!(server.only_request().header("x-api-key"), Some("secret-key"));
    }
}

#[test]
fn unusable_secrets_are_refused_and_no_error_shows_them() {
    let unusable = |character, position| SecretError::Unusable { character, position };
    let cases = [
        ("", SecretError::Empty),
        ("\n", SecretError::Empty),
        ("\r\n", SecretError::Empty),
        ("hush-hush\n\n", unusable('\n', 10)),
        ("hush-hush\nx-admin: 1", unusable('\n', 10)),
        ("hush-hush\r", unusable('\r', 10)),
        (" hush-hush", unusable(' ', 1)),
        ("Bearer hush-hush", unusable(' ', 7)),
        ("hush\0hush", unusable('\0', 5)),
        ("\u{feff}hush-hush", unusable('\u{feff}', 1)),
        ("کلید-hush", unusable('ک', 1)),
    ];
    for (text, expected) in cases {
        let error = Secret::new(text).unwrap_err();
        assert_eq!(error, expected, "{text:?}");
        assert!(!format!("{error} {error:?}").contains("hush"), "{error}");
    }
    assert_eq!(Secret::new(&"k".repeat(MAX_SECRET_BYTES + 1)).unwrap_err(), SecretError::TooLong);
    assert!(Secret::new(&"k".repeat(MAX_SECRET_BYTES)).is_ok());
}

#[test]
fn no_output_shows_a_secret_even_if_the_server_echoes_it() {
    let mut outputs = vec![format!("{:?} {:#?}", credentials(), credentials())];
    outputs.push(format!("{} {}", credentials().api_key, credentials().access_token.unwrap()));
    let halved = API_KEY.split_at(10);
    let echo = format!("{API_KEY} Bearer {ACCESS_TOKEN} {}\u{7}{} {}", halved.0, halved.1, "x".repeat(20));
    let json_echo = format!(r#"{{"status":0,"code":1,"message":"{API_KEY} Bearer {ACCESS_TOKEN}"}}"#);
    let location = format!("https://{API_KEY}/{ACCESS_TOKEN}");
    let headers = [("Content-Type", API_KEY), ("Location", &location), ("X-Echo", ACCESS_TOKEN)];
    for api in Api::ALL {
        for status in [200, 201, 302, 400, 401, 403, 404, 412, 429, 500] {
            for body in [&echo, &json_echo, &json_echo.replace('-', "\\u002d")] {
                let server = Server::start(answer(status, &headers, body));
                let request = request_to(&endpoint(api, &server.url()));
                let client = Client::new(request.endpoint(), PATIENCE).unwrap();
                let outcome = block_on(client.send(&request, &credentials()));
                let explanation = outcome.explain(&request);
                outputs.push(format!("{client:?} {request:?} {outcome:?} {explanation:?} {explanation}"));
                outputs.push(request.to_http_text());
                outputs.push(request.to_curl());
                assert_eq!(server.only_request().header("x-api-key"), Some(API_KEY));
            }
        }
    }
    for output in outputs {
        for secret in [API_KEY, ACCESS_TOKEN] {
            assert!(!output.contains(secret), "{output}");
        }
    }
}

#[test]
fn secret_that_begins_like_the_other_is_masked_completely() {
    let (api_key, access_token) = (Secret::new("ory_at_abc").unwrap(), Secret::new("ory_at_abc-hush").unwrap());
    let server = Server::start(answer(400, &[], "bad token ory_at_abc-hush for ory_at_abc"));
    let request = request_to(&endpoint(Api::Classic, &server.url()));
    let client = Client::new(request.endpoint(), PATIENCE).unwrap();
    let outcome = block_on(client.send(&request, &Credentials { api_key, access_token: Some(access_token) }));
    assert_phrases(&outcome.explain(&request).to_string(), &["bad token [redacted] for [redacted]"]);
}
