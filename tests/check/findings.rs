//! Findings that no page can show: several rules side by side, exact bytes, secrets that no report may contain.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use kenarc::expr::library::{self, FILTERS, FUNCTIONS, TESTS};
use kenarc::lint::Diagnostic;
use kenarc::report::{self, Format, Style};
use kenarc::source::SourceFile;
use kenarc::{Values, lint};

fn check(template: &str) -> Vec<Diagnostic> {
    lint::check(&SourceFile::new("template.yaml", template)).diagnostics
}

/// Each finding as its rule and the bytes that it points to.
fn found(template: &str) -> Vec<String> {
    let shown = |finding: &Diagnostic| format!("{}: {}", finding.rule, finding.file().slice(finding.span()));
    check(template).iter().map(shown).collect()
}

fn fixed(template: &str) -> String {
    let mut text = template.to_owned();
    while let Some(fix) = check(&text).into_iter().find_map(|finding| finding.fix) {
        text = fix.apply(&text);
    }
    text
}

#[test]
fn shipped_templates_have_no_new_findings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["templates", "examples/messages", "examples/templates"];
    let listed = folders.iter().flat_map(|folder| fs::read_dir(root.join(folder)).expect("a folder"));
    let mut files: Vec<PathBuf> =
        listed.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()).collect();
    files.extend(
        ["request-example.json", "request-example.short.yaml"].map(|name| root.join("tests/fixtures").join(name)),
    );
    let new = [
        "unused-variable",
        "unknown-function",
        "deprecated-field",
        "ambiguous-scalar",
        "bidi-control",
        "arabic-letters",
        "secret-in-template",
    ];
    for file in files {
        let text = fs::read_to_string(&file).expect("a template");
        let findings: Vec<String> =
            check(&text).iter().filter(|f| new.contains(&f.rule)).map(ToString::to_string).collect();
        assert!(findings.is_empty(), "{}: {findings:?}", file.display());
    }
}

// unused-variable

#[test]
fn a_variable_that_may_be_used_in_a_broken_part_is_not_called_unused() {
    let declared = "variables: { name: { type: string } }\n";
    for rest in ["message: سلام {{ name | }}\n", "message: سلام\nmesage: \"{{ name }}\"\n", "message: {{ name }}\n"]
    {
        let found = found(&format!("{declared}{rest}"));
        assert!(!found.iter().any(|finding| finding.starts_with("unused-variable")), "{rest}: {found:?}");
    }
}

#[test]
fn a_misspelt_variable_is_one_finding() {
    let template = "variables: { price: { type: string } }\nmessage: سلام {{ pirce }}\n";
    assert_eq!(found(template), ["undefined-variable: pirce"]);
}

// unknown-field, missing-field, wrong-action-count

#[test]
fn a_misspelt_key_is_reported_in_a_mapping_without_its_only_field() {
    let button = |action: &str| format!("message: m\nsender_buttons: [[{{ icon: STAR, caption: c, {action} }}]]\n");
    for (action, key) in [
        ("open_server_link: { daat: { a: 1 } }", "daat"),
        ("open_post_page: { post_tokn: t }", "post_tokn"),
        ("actoin: { open_post_page: { post_token: t } }", "actoin"),
    ] {
        assert_eq!(found(&button(action)), [format!("unknown-field: {key}")]);
    }
    assert_eq!(found(&button("open_server_link: { order: 7 }")), ["missing-field: { order: 7 }"]);
    assert_eq!(found("message: m\nsender_buttons: { rosw: [] }\n"), ["unknown-field: rosw"]);
}

// unknown-icon

#[test]
fn an_icon_in_a_block_scalar_ends_before_the_line_break() {
    let template = |sign: &str| {
        format!(
            "message: m\nsender_buttons:\n  - - icon: {sign}\n        STAR\n      caption: c\n      open_post_page: {{ post_token: t }}\n"
        )
    };
    for sign in ["|", ">", "|-", "> # a+b"] {
        assert_eq!(found(&template(sign)), [""; 0], "{sign}");
    }
    assert_eq!(found(&template("|+")).len(), 1);
}

// yaml-syntax

#[test]
fn a_tab_is_reported_at_its_location() {
    for template in ["message: m\nx-a:\n  b: c\n\td: e\n", "message: m\nx-a:\n  b: {}\n  \te: f\n"] {
        assert_eq!(found(template), ["yaml-syntax: \t"], "{template}");
    }
}

// invalid-example

#[test]
fn examples_do_not_repeat_findings_that_hold_for_all_values() {
    let button = "{ icon: STAR, caption: c, open_post_page: { post_token: t } }";
    let repeated = button.replacen('{', "{ for: x in range(2),", 1);
    let blank = button.replace("t }", "'' }");
    let link = "{ icon: STAR, caption: c, open_direct_link: 'ftp://a.example/{{ price }}' }";
    for (message, buttons, found_in) in [
        ("{{ pirce | length }}", String::new(), "undefined-variable: pirce"),
        ("{{ [price] | join }} {{ price | join }}", String::new(), "type-mismatch: price"),
        (
            "{{ price }}",
            format!("{button}, {repeated}, {button}, {button}, {button}"),
            &format!("too-many-buttons: {button}"),
        ),
        ("{{ price }}", blank, "blank-text: ''"),
        ("{{ price }}", link.to_owned(), "invalid-link: ftp"),
    ] {
        let side = if buttons.is_empty() { buttons } else { format!("sender_buttons: [[{buttons}]]\n") };
        let template = format!(
            "variables: {{ price: {{ type: integer }} }}\nmessage: \"{message}\"\n{side}examples: {{ a: {{ price: 1 }}, b: {{ price: 2 }} }}\n"
        );
        assert_eq!(found(&template), [found_in.to_owned()], "{template}");
    }
    let wrong_default =
        "variables: { price: { type: integer, default: x } }\nmessage: \"{{ price + 1 }}\"\nexamples: { a: {} }\n";
    assert_eq!(found(wrong_default), ["invalid-variable: x"]);
}

// unknown-function

#[test]
fn the_lists_of_filters_tests_and_functions_are_those_of_the_environment() {
    let builtin = format!("{:?}", minijinja::Environment::new());
    let names = |field: &str| -> Vec<String> {
        let list = builtin.split_once(&format!("{field}: ")).expect("a field").1;
        let list = list[1..].split_once(['}', ']']).expect("its end").0;
        let names = list.split(", ").map(|entry| entry.split(": ").next().unwrap_or_default().trim_matches('"'));
        names.filter(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric())).map(str::to_owned).collect()
    };
    let left_out = ["debug", "e", "escape", "indent", "pprint"];
    let (filters, tests, functions) = (names("filters"), names("tests"), names("globals"));
    assert!(filters.len() > 40 && tests.len() > 30 && functions.len() == 4, "{builtin}");
    for (builtin, table) in [(filters, FILTERS), (tests, TESTS)] {
        let available = builtin.iter().map(String::as_str).filter(|name| !left_out.contains(name));
        let own = table.iter().filter(|function| function.persian.is_some()).map(|function| function.name);
        let own: Vec<&str> = own.collect();
        let mut listed: Vec<&str> = library::names(table).filter(|name| !own.contains(name)).collect();
        listed.sort_unstable();
        assert_eq!(available.collect::<Vec<_>>(), listed);
    }
    for sign in ["==", "!=", "<", "<=", ">", ">="] {
        assert!(builtin.contains(&format!("{sign:?}")) && library::test(sign).is_some(), "{sign}");
    }
    for name in &functions {
        assert_ne!(left_out.contains(&&**name), FUNCTIONS.contains(&&**name), "{name}");
    }
}

#[test]
fn an_unknown_name_is_located_among_escapes_and_similar_names() {
    let template = "message: \"\\u0633 {{ uper | uper(uper | default('uper')) | uper }}\"\n";
    let found: Vec<usize> = check(template).iter().map(|finding| finding.span().start).collect();
    let written: Vec<usize> = template.match_indices("uper").map(|(at, _)| at).collect();
    // Between them stand a variable and a text of that name.
    assert_eq!(found, [written[1], written[4]]);
}

#[test]
fn an_example_does_not_repeat_the_finding_about_its_expression() {
    for call in ["name | uper", "name.upper()", "[name] | map('uper') | join", "uper(name)", "'yes' if name is evn"] {
        let template = format!(
            "variables: {{ name: true }}\nmessage: \"سلام {{{{ {call} }}}}\"\nexamples: {{ a: {{ name: x }} }}\n"
        );
        let found = found(&template);
        assert!(found.len() == 1 && !found[0].starts_with("invalid-example"), "{call}: {found:?}");
    }
}

#[test]
fn known_names_are_not_reported() {
    let template = "message: |
  {% for word in words %}{{ loop.cycle('a', 'b') }}{% if loop.changed(word) %}{{ word }}{% endif %}{% endfor %}
  {% set numbers = range(3) %}{{ numbers | list | length }}{% set f = range %}{{ f(2) | list | length }}
  {{ words | select('defined') | map('upper') | join }}{% if 3 is divisibleby(3) and not x is none %}!{% endif %}
";
    assert_eq!(found(template), Vec::<String>::new());
}

// deprecated-field

#[test]
fn icon_name_is_sent_as_icon() {
    let file = SourceFile::new(
        "template.yaml",
        "message: m\nsender_buttons: [[{ icon_name: PAYMENT, caption: c, open_direct_link: 'https://a.example' }]]\n",
    );
    let template = kenarc::compile(&file).expect("a warning is no error");
    let message = kenarc::render(&template, &Values::new()).expect("a message");
    assert!(message.to_json().contains(r#""icon":"PAYMENT""#));
}

#[test]
fn deprecated_icons_are_not_suggested() {
    let template =
        "message: m\nsender_buttons: [[{ icon_nam: PAYMENT, caption: c, open_post_page: { post_token: x } }]]\n";
    let help: Vec<String> = check(template).into_iter().filter_map(|finding| finding.help).collect();
    assert!(!help.join("\n").contains("icon_name"), "{help:?}");
}

// ambiguous-scalar

#[test]
fn text_that_is_a_string_in_all_versions_of_yaml_is_not_ambiguous() {
    let values = "[\"no\", 'on', !!str off, &a !!str y, nope, 08:30, 12:75, 0, 10, 0.5, 0o17, 0x1F, _1, 1_a, \
                  a:1, 1:, 2026-01-05]";
    let template = format!(
        "message: m\nexamples: {{ a: {{ b: {values}, n: 1 }} }}\nx-no: [no, 012]
sender_buttons: [[{{ icon: STAR, caption: c, when: n, open_post_page: {{ post_token: t }} }}]]\n"
    );
    assert_eq!(found(&template), Vec::<String>::new());
}

#[test]
fn text_that_yaml_1_1_reads_as_another_type_is_ambiguous() {
    let values = ["Yes", "OFF", "n", "12:30", "-1:02:03.5", "1_000", "0b101", "017", "00"];
    for value in values {
        let template = format!("message: m\nexamples: {{ a: {{ b: [{value}] }} }}\n");
        assert_eq!(found(&template), [format!("ambiguous-scalar: {value}")], "{value}");
    }
    let template = "message: m\nexamples: { a: { no: 1, y: 2, n: 3 } }\n";
    assert_eq!(found(template), ["ambiguous-scalar: no"]);
    assert_eq!(fixed(template), "message: m\nexamples: { a: { \"no\": 1, y: 2, n: 3 } }\n");
}

// bidi-control

#[test]
fn adjacent_directional_controls_are_one_finding_even_in_invalid_yaml() {
    let rules = |template: &str| -> Vec<String> {
        let findings = check(template).into_iter().filter(|finding| finding.rule == "bidi-control");
        findings.map(|finding| format!("{:?} {}", finding.span(), finding.summary())).collect()
    };
    assert_eq!(
        rules("message: [\u{202e}\u{2066}\n# \u{2069}\n"),
        [
            "10..16 bidirectional control characters: U+202E (right-to-left override) and U+2066 (left-to-right isolate)",
            "19..22 bidirectional control character: U+2069 (pop directional isolate)",
        ]
    );
    assert_eq!(rules("message: \u{200c}\u{200d}\u{200e}\u{200f}سلام\n"), Vec::<String>::new());
    // An escape in what is not sent is how a declaration refuses these characters.
    let pattern = "message: \"{{ a }}\"\nvariables: { a: { type: string, pattern: \"^[^\\u202A-\\u202E]*$\" } }\n";
    assert_eq!(rules(pattern), Vec::<String>::new());
    assert_eq!(rules(&pattern.replace("pattern:", "default:")).len(), 2);
}

// arabic-letters

#[test]
fn arabic_letters_are_found_in_persian_lines_only() {
    let message = |text: &str| format!("message: |\n  {text}\n");
    for persian in ["پيام", "گزارش كار", "کتاب علي", "می\u{200c}خواهيد", "براي علي", "مشاهدة گزارش", "۱۲٣ پیام"]
    {
        let found = found(&message(persian));
        assert_eq!(found.len(), 1, "{persian}: {found:?}");
    }
    for other in [
        // Arabic, also in a message with Persian lines
        "تقرير الفحص جاهز، يمكنكم مشاهدته في التطبيق.\n  گزارش آماده است.",
        "شكرا لك",
        // Pashto, which has both letters
        "دا ښه پيغام دی",
        "دایرة المعارف فارسی",
        "آیة\u{200c}الله در پیام",
        "در پیام: «عَلَيْكُم»",
        "شماره ٠٩١٢ در پیام",
    ] {
        assert_eq!(found(&message(other)), Vec::<String>::new(), "{other}");
    }
}

#[test]
fn arabic_letters_in_jinja_and_data_are_not_reported() {
    let template = "message: گزارش {{ 'علي' }} {{ x | default(\"ي\") }}\n\
                    sender_buttons: [[{ icon: PAYMENT, caption: گزارش, open_server_link: { data: { a: گزارش كار } } }]]\n";
    assert_eq!(found(template), Vec::<String>::new());
}

#[test]
fn a_fix_of_arabic_letters_changes_nothing_else() {
    let template = "message: >-\n  گزارش كار {% if x %}\n  مدة پيگيري\n\n  {% endif %}و مشاهدة گزارش\n\
                    sender_buttons: [[{ icon: PAYMENT, caption: \"گز\\u0627رش \\u064a\\\n  كار\", open_post_page: { post_token: ي } }]]\n";
    let after = fixed(template);
    let expected = template.replacen("كار", "کار", 2).replace("مدة پيگيري", "مدت پیگیری").replace("مشاهدة", "مشاهده");
    assert_eq!(after, expected.replace("\\u064a", "ی"));
}

// secret-in-template

const TOKEN: &str = "ory_at_9fJ2kQ0xV7bLr3TzY8mNw5Ah1Ks6Dp4Ue0Gc2Xi7Ob.Qw3Er5Ty7Ui9Op1As2Df4Gh6Jk8";
const KEY: &str = "k3j9x7q2m5v8b1n4z6c0w3r7t9y2";

/// Templates with a secret in places that other rules complain about.
fn leaky() -> Vec<(String, &'static str)> {
    vec![
        (format!("# {TOKEN}\nmesage: m\n"), TOKEN),
        (format!("message: m\n{TOKEN}: 1\n"), TOKEN),
        (
            format!("message: m\nsender_buttons: [[{{ icon: {TOKEN}, caption: c, open_direct_link: {TOKEN} }}]]\n"),
            TOKEN,
        ),
        (
            format!(
                "variables: {{ api_key: {{ type: integer }} }}\nmessage: \"{{{{ api_key }}}}\"\nexamples: {{ a: {{ api_key: {KEY} }} }}\n"
            ),
            KEY,
        ),
        (
            format!(
                "variables: {{ token: {{ enum: [a], default: a }} }}\nmessage: \"{{{{ token }}}}\"\nexamples: {{ a: {{ access_token: {KEY}, token: {KEY} }} }}\n"
            ),
            KEY,
        ),
        (format!("message: {{{{ {TOKEN} }}}}\n"), TOKEN),
        (format!("message: [x-api-key={KEY}\n"), KEY),
    ]
}

#[test]
fn no_report_contains_a_secret() {
    for (template, secret) in leaky() {
        let findings = check(&template);
        assert!(findings.len() > 1 || template.contains("enum"), "{template}");
        for format in [Format::Full, Format::Concise, Format::Json] {
            let mut out = Vec::new();
            report::write(format, &findings, Style { colour: false, width: 100 }, &mut out).expect("memory takes all");
            let told = String::from_utf8(out).expect("a report is text");
            assert!(told.contains("secret-in-template") && !told.contains(secret), "{told}");
        }
    }
}

#[test]
fn a_failed_rendering_shows_no_secret() {
    let file = SourceFile::new("template.yaml", format!("message: |\n  {TOKEN} {{{{ 1 / 0 }}}}\n"));
    let template = lint::check(&file).template.expect("a template");
    let failures = lint::render(&template, &Values::new()).expect_err("a division by zero");
    let mut out = Vec::new();
    report::write(Format::Full, &failures, Style { colour: false, width: 100 }, &mut out).expect("memory takes all");
    assert!(!String::from_utf8(out).expect("a report is text").contains(TOKEN));
}

#[test]
fn placeholders_of_secrets_are_not_reported() {
    for text in [
        "x-api-key: $KENAR_API_KEY",
        "x-api-key: YOUR_API_KEY_GOES_HERE_PLEASE",
        "x-access-token: ory_at_YOUR_ACCESS_TOKEN",
        "ory_at_xxxxxxxxxxxxxxxxxxxxxxxx",
        "ory_at_…",
        "api_key: kenar-production-key-2026",
        "api_key: \"{{ k3j9x7q2m5v8b1n4z6c0w3r7t9y2 }}\"",
        "access_token: { type: string, minLength: 20 }",
        "post_token: wXyZ1234aB5cD6eF7gH8iJ9k",
        "eyJhbGciOi",
        "eyJub3QiOiJhIGp3dCJ9.eyJub3QiOiJhIGp3dCJ9.c2lnbmF0dXJl",
        "https://app.example/keys/7f3a9c1e-5b2d-4f6a-8c0e-1d3b5f7a9c2e",
    ] {
        assert_eq!(found(&format!("# {text}\nmessage: m\n")), Vec::<String>::new(), "{text}");
    }
}

// All of them

#[test]
fn the_time_to_check_grows_with_the_number_of_findings_not_with_its_square() {
    let time = |unit: &str, size: usize| {
        let start = Instant::now();
        check(&format!("message: \"گ {}\"\n", unit.repeat(size / unit.len())));
        start.elapsed()
    };
    for unit in
        ["ي ", "\\u202e\\u202e", "\u{202e}a", "eyJ", "ory_at_", "api_key=k3j9x7q2m5v8b1n4z6c0 ", "\\u064a", "==::"]
    {
        // 16 times the text. The square would be 256 times the time, whatever else the machine does meanwhile.
        let grows_linearly = || time(unit, 1 << 19) < 80 * time(unit, 1 << 15);
        assert!((0..5).any(|_| grows_linearly()), "{unit}");
    }
}
