//! One mistake is one finding: keys of other languages, buttons without lists around them, and bodies of other APIs.

use kenarc::lint::{self, Applicability};
use kenarc::{Diagnostic, SourceFile, Values};

fn check(text: &str) -> Vec<Diagnostic> {
    lint::check(&SourceFile::new("template.yaml", text)).diagnostics
}

/// Asserts that one thing is found, and that nothing is after its fix.
#[track_caller]
fn assert_fixed(text: &str, marked: &str, applicability: Applicability) {
    let found = check(text);
    let [finding] = found.as_slice() else { panic!("{text}{found:#?}") };
    assert_eq!(finding.file().slice(finding.span()), marked, "{text}");
    let fix = finding.fix.as_ref().unwrap_or_else(|| panic!("no fix: {finding:#?}"));
    let fixed = fix.apply(text);
    let after = check(&fixed);
    assert!(after.is_empty() && fix.applicability == applicability, "{fixed}{after:#?}");
}

const BUTTON: &str = "caption: x, open_direct_link: https://a.example/ }";

#[test]
fn a_key_of_another_language_is_one_finding() {
    for (key, around) in [
        ("if", "variables: { n: { type: boolean } }\nmessage: x\nsender_buttons: [[{ icon: CAR, if: n, BUTTON]]\n"),
        (
            "condition",
            "variables: { n: { type: boolean } }\nmessage: x\nsender_buttons: [[{ icon: CAR, condition: n, BUTTON]]\n",
        ),
        ("foreach", "message: x\nsender_buttons: [[{ icon: CAR, foreach: n in [1], BUTTON]]\n"),
        ("link", "message: x\nsender_buttons: [[{ icon: CAR, caption: x, link: https://a.example/ }]]\n"),
        ("text", "text: x\n"),
        ("sender_btn", "message: x\nsender_btn: [[{ icon: CAR, BUTTON]]\n"),
        ("receiver_btn", "message: x\nreceiver_btn: [[{ icon: CAR, BUTTON]]\n"),
        ("vars", "vars: { n: { type: string } }\nmessage: x{{ n }}\n"),
    ] {
        let text = around.replace("BUTTON", BUTTON).replace("foreach: n in [1]", "foreach: \"n in [1]\"");
        assert_fixed(&text, key, Applicability::Safe);
    }
}

#[test]
fn a_short_key_that_is_similar_to_a_field_is_a_guess() {
    let found = check(
        "message: x\nsender_buttons: [[{ icon: CAR, form: y, caption: x, open_direct_link: https://a.example/ }]]\n",
    );
    let applicability = found[0].fix.as_ref().map(|fix| fix.applicability);
    assert_eq!(
        (found.len(), found[0].help.as_deref(), applicability),
        (1, Some("use `for`"), Some(Applicability::Unsafe))
    );
}

#[test]
fn the_value_of_an_unknown_key_is_not_looked_at() {
    let found = check("message: x\nfoo: yes\n");
    assert_eq!(found.iter().map(|finding| finding.rule).collect::<Vec<_>>(), ["unknown-field"]);
    assert!(found[0].fix.is_none() && found[0].help.as_ref().is_some_and(|help| help.ends_with("or `x-…`")));
}

#[test]
fn buttons_without_a_list_around_them_are_one_finding_of_the_grid() {
    let block = |indent: usize, first: &str| {
        let rest = " ".repeat(indent);
        format!(
            "{first}icon: CAR\n{rest}caption: >-\n{rest}  x\n{rest}  y\n\n{rest}open_direct_link: https://a.example/\n"
        )
    };
    let row = block(4, "  - ");
    assert_fixed(&format!("message: x\nsender_buttons:\n{row}"), "icon: CAR", Applicability::Safe);
    assert_fixed(&format!("message: x\nsender_buttons:\n{row}{row}"), "icon: CAR", Applicability::Unsafe);
    assert_fixed(&format!("message: x\nsender_buttons:\n{}", block(2, "  ")), "icon: CAR", Applicability::Safe);
    let rows = format!("message: x\nsender_buttons:\n  rows:\n{}", block(6, "    - "));
    assert_fixed(&rows, "icon: CAR", Applicability::Safe);
    let buttons = format!("message: x\nsender_buttons:\n  buttons:\n{}", block(6, "    - "));
    assert_fixed(&buttons, "buttons:", Applicability::Safe);
    let flow = format!("{{ icon: CAR, {BUTTON}");
    assert_fixed(&format!("message: x\nsender_buttons: [{flow}]\n"), &flow, Applicability::Safe);
    assert_fixed(&format!("message: x\nsender_buttons: [{flow}, {flow}]\n"), &flow, Applicability::Unsafe);
    assert_fixed(&format!("message: x\nsender_buttons: {flow}\n"), &flow, Applicability::Safe);
    let buttons = format!("{{ buttons: [{flow}] }}");
    assert_fixed(&format!("message: x\nsender_buttons: {buttons}\n"), &buttons, Applicability::Safe);
}

#[test]
fn the_body_of_another_api_is_one_finding() {
    let button =
        r#"{"action": "LINK", "data": {"icon_name": "CAR", "caption": "x", "direct_link": "https://a.example/"}}"#;
    for text in [
        format!(r#"{{"message": "x", "sender_btn": {button}}}"#),
        format!(r#"{{"conversation_id": "x", "message": "x", "sender_btn": {button}, "receiver_btn": {button}}}"#),
        format!(r#"{{"message": "x", "sender_buttons": [[{button}]]}}"#),
        format!(r#"{{"message": "x", "sender_buttons": {{"rows": [{{"buttons": [{button}]}}]}}}}"#),
    ] {
        let found = check(&text);
        assert_eq!(found.iter().map(|finding| finding.rule).collect::<Vec<_>>(), ["unknown-field"], "{text}");
        assert!(found[0].help.is_some());
    }
}

#[test]
fn a_misspelt_variable_is_not_missing_too() {
    let file = SourceFile::new("template.yaml", "variables: { item: { type: string } }\nmessage: x{{ item }}\n");
    let template = lint::check(&file).template.expect("a template");
    for (flags, expected) in [
        (&["itme=x"][..], &["unknown-variable"][..]),
        (&["price=x"], &["missing-variable", "unknown-variable"]),
        (&[], &["missing-variable"]),
    ] {
        let mut values = Values::new();
        for flag in flags {
            values.add_flag(flag, template.variables.as_ref()).expect("an assignment");
        }
        let found = lint::render(&template, &values).expect_err("a value is missing");
        let mut rules: Vec<&str> = found.iter().map(|finding| finding.rule).collect();
        rules.sort_unstable();
        assert_eq!(rules, expected, "{flags:?}");
    }
}
