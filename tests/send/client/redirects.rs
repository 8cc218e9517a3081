//! Redirects, which are never followed.

use super::*;

#[test]
fn a_redirect_is_refused_and_only_its_host_shown() {
    let elsewhere = Server::start(answer(200, &[JSON], DELIVERED));
    let location = format!("{}/private/path?secret=query", elsewhere.url());
    for status in [301, 302, 303, 307, 308] {
        let (outcome, explanation) = outcome_of(answer(status, &[("Location", &location)], ""), PATIENCE);
        let Outcome::Refused { reason: Refusal::Redirected { host: Some(host) }, .. } = &outcome else {
            panic!("{outcome:?}")
        };
        assert_eq!(host.as_str(), "127.0.0.1");
        assert_phrases(&explanation, &["Redirects are not followed", "--base-url"]);
        assert!(!explanation.contains("private") && !explanation.contains("query"), "{explanation}");
    }
    assert!(elsewhere.received().is_empty());
}

#[test]
fn redirect_to_the_other_api_names_the_setting() {
    let (_, explanation) = outcome_of(answer(308, &[("Location", "https://open-api.divar.ir/v2/x")], ""), PATIENCE);
    assert_phrases(&explanation, &["The server redirects to open-api.divar.ir", "use --api current"]);
}

#[test]
fn redirect_without_a_usable_location_is_refused_too() {
    for headers in [&[][..], &[("Location", "https://[")], &[("Location", "data:,x")]] {
        let (outcome, explanation) = outcome_of(answer(302, headers, ""), PATIENCE);
        assert!(matches!(outcome, Outcome::Refused { reason: Refusal::Redirected { host: None }, .. }));
        assert_phrases(&explanation, &["redirects elsewhere"]);
    }
}
