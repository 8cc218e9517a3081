//! Values cannot change anything in a message beyond their own place.

use std::fmt::{Debug, Write as _};

use kenarc::lint;
use kenarc::lint::Diagnostic;
use kenarc::message::{Message, validate_link};
use kenarc::render::Values;
use kenarc::source::SourceFile;
use kenarc::template::Template;
use percent_encoding::percent_decode_str;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};
use serde_json::{Value, json};
use url::Url;

use crate::cli::Folder;

/// Text that parsers of JSON, YAML, Jinja, URLs or shells may misread.
const FRAGMENTS: &[&str] = &[
    "\"",
    "\\",
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "'",
    "`",
    "$(id)",
    "|",
    ">",
    "<",
    "*a",
    "&a",
    "- ",
    "~",
    "null",
    "true",
    "0x1f",
    "!!int 1",
    ": ",
    " #",
    "{",
    "}",
    "[",
    "]",
    ",",
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "{{ v }}",
    "{% raw %}",
    "{% endraw %}",
    "{{ [].x }}",
    "\",\"admin\":true,\"x\":\"",
    "\\u0022",
    "\\",
    "/",
    "//",
    "../",
    "..",
    ".",
    "/..",
    "./",
    "%",
    "%2e",
    "%2E%2e",
    "%2e%2e/",
    "%2F",
    "%00",
    "%",
    "//evil.example",
    "@evil.example",
    "evil.example/",
    "https://evil.example/",
    "javascript:",
    ":",
    ":8080",
    "@",
    "#",
    "?",
    "&",
    "=",
    "&admin=1",
    ";",
    "+",
    "\0",
    "\u{1b}[2J",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{ad}",
    "\u{200c}",
    "\u{200d}",
    "\u{200f}",
    "\u{2028}",
    "\u{202e}",
    "\u{2066}",
    "\u{feff}",
    "\u{fdd0}",
    "\u{fdd0}3:",
    "\u{fdd0}1:a",
    "\u{fdd0}99999999999999999999:",
    "3:abc",
    "\u{fffd}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{10ffff}",
    "a",
    "Z",
    "7",
    "پ",
    "ژ",
    "۲۰۶",
    "ي",
    "🚗",
    "e\u{301}",
    "ß",
    "ＡＢ",
    "。",
];

/// Arbitrary strings, most of them made of [`FRAGMENTS`].
fn strings() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![
        6 => select(FRAGMENTS).prop_map(str::to_owned),
        1 => any::<char>().prop_map(|char| char.to_string()),
    ];
    vec(fragment, 0..7).prop_map(|fragments| fragments.concat())
}

/// Runs a property on each fragment alone, then on arbitrary strings.
fn for_all(property: impl Fn(&str) -> TestCaseResult) {
    for fragment in FRAGMENTS.iter().chain(&[""]) {
        property(fragment).unwrap_or_else(|error| panic!("{fragment:?}: {error}"));
    }
    run(&strings(), |value| property(&value));
}

fn run<S: Strategy<Value: Debug>>(strategy: &S, property: impl Fn(S::Value) -> TestCaseResult) {
    let config = Config { cases: 256, failure_persistence: None, ..Config::default() };
    TestRunner::new(config).run(strategy, property).unwrap_or_else(|error| panic!("{error}"));
}

fn template(text: &str) -> Template {
    let checked = lint::check(&SourceFile::new("template.yaml", text));
    assert!(checked.diagnostics.is_empty(), "{:?}", checked.diagnostics);
    checked.template.unwrap()
}

/// Renders with values as a file of JSON gives them.
fn render(template: &Template, values: &Value) -> Result<Message, Vec<Diagnostic>> {
    let file = SourceFile::new("vars.json", ascii(values));
    let mut given = Values::new();
    given.add_file(&file).unwrap_or_else(|error| panic!("{error}: {values}"));
    lint::render(template, &given)
}

/// JSON in which every character beyond ASCII is escaped.
fn ascii(value: &Value) -> String {
    let mut json = String::new();
    for char in value.to_string().chars() {
        match char {
            ' '..='~' => json.push(char),
            _ => char.encode_utf16(&mut [0; 2]).iter().for_each(|unit| write!(json, "\\u{unit:04x}").unwrap()),
        }
    }
    json
}

mod text {
    use super::*;

    const TEMPLATE: &str = r#"
message: |
  سلام «{{ v }}»
  پایان
sender_buttons:
  - - icon: SUPPORT
      caption: "پیش {{ v }} پس"
      open_server_link:
        data:
          before: 1
          text: "<{{ v }}>"
          whole: "{{ v }}"
          list: ["{{ v }}", "{{ [v, {v: v}] }}"]
          loop: "{% for i in [v, v] %}{{ i }},{% endfor %}"
          kept: "{% set x = v %}{{ x ~ x }}"
          after: 2
    - icon: SUPPORT
      caption: x{{ v }}
      open_post_page: { post_token: t }
  - for: each in [v]
    buttons:
      - { icon: SUPPORT, caption: "x{{ each }}", get_dynamic_action: { data: { each: "{{ each }}" } } }
"#;

    fn expected(v: &str) -> Value {
        json!({
            "type": "TEXT",
            "message": format!("سلام «{v}»\nپایان"),
            "sender_buttons": {"rows": [
                {"buttons": [
                    {
                        "action": {"open_server_link": {"data": {
                            "before": 1,
                            "text": format!("<{v}>"),
                            "whole": v,
                            "list": [v, [v, {v: v}]],
                            "loop": format!("{v},{v},"),
                            "kept": format!("{v}{v}"),
                            "after": 2,
                        }}},
                        "icon": "SUPPORT",
                        "caption": format!("پیش {v} پس"),
                    },
                    {"action": {"open_post_page": {"post_token": "t"}}, "icon": "SUPPORT", "caption": format!("x{v}")},
                ]},
                {"buttons": [
                    {"action": {"get_dynamic_action": {"data": {"each": v}}}, "icon": "SUPPORT", "caption": format!("x{v}")},
                ]},
            ]},
        })
    }

    #[test]
    fn a_value_in_text_changes_no_bytes_around_it() {
        let template = template(TEMPLATE);
        for_all(|v| {
            let message = render(&template, &json!({"v": v})).unwrap();
            // The same bytes: the same keys in the same order, and nothing beside them.
            prop_assert_eq!(message.to_json(), expected(v).to_string());
            let pretty: Value = serde_json::from_str(&message.to_json_pretty()).unwrap();
            prop_assert_eq!(pretty, expected(v));
            Ok(())
        });
    }

    #[test]
    fn a_value_can_be_the_whole_text_unless_it_is_blank() {
        let template = template("message: '{{ v }}'\n");
        for_all(|v| {
            match render(&template, &json!({"v": v})) {
                Ok(message) => prop_assert_eq!(message.to_json(), json!({"type": "TEXT", "message": v}).to_string()),
                Err(diagnostics) => {
                    prop_assert!(kenarc::message::is_blank(v), "{v:?}: {diagnostics:?}");
                    prop_assert_eq!(diagnostics[0].rule, "invalid-message");
                }
            }
            Ok(())
        });
    }

    #[test]
    fn a_value_as_an_icon_is_a_known_icon_or_rejected() {
        let template = template(
            "message: x\nsender_buttons: [[{icon: '{{ v }}', caption: c, open_post_page: {post_token: t}}]]\n",
        );
        for_all(|v| {
            let diagnostics = render(&template, &json!({"v": v})).unwrap_err();
            prop_assert_eq!(diagnostics[0].rule, "invalid-message");
            Ok(())
        });
    }
}

mod link {
    use super::*;

    /// Returns a template whose one button opens this link.
    fn with_link(link: &str) -> Template {
        template(&format!(
            "message: x\nsender_buttons: [[{{icon: SUPPORT, caption: c, open_direct_link: '{link}'}}]]\n"
        ))
    }

    /// Returns the link that comes out; the JSON around it must be what it always is.
    fn link(template: &Template, values: &Value) -> Result<String, Vec<Diagnostic>> {
        let json = render(template, values)?.to_json();
        let mut message: Value = serde_json::from_str(&json).unwrap();
        let place = &mut message["sender_buttons"]["rows"][0]["buttons"][0]["action"]["open_direct_link"];
        let link = std::mem::take(place).as_str().unwrap().to_owned();
        let button = json!({"action": {"open_direct_link": null}, "icon": "SUPPORT", "caption": "c"});
        assert_eq!(
            message,
            json!({"type": "TEXT", "message": "x", "sender_buttons": {"rows": [{"buttons": [button]}]}})
        );
        assert!(validate_link(&link).is_ok(), "{link:?}");
        Ok(link)
    }

    /// Everything in which URLs can differ.
    #[derive(Debug, PartialEq, Eq)]
    struct Parts {
        scheme: String,
        user: String,
        password: Option<String>,
        host: String,
        port: Option<u16>,
        segments: Vec<String>,
        pairs: Option<Vec<(String, String)>>,
        fragment: Option<String>,
    }

    impl Parts {
        fn of(link: &str) -> Self {
            let url = Url::parse(link).unwrap();
            let decode = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
            Self {
                scheme: url.scheme().to_owned(),
                user: url.username().to_owned(),
                password: url.password().map(str::to_owned),
                host: url.host_str().unwrap().to_owned(),
                port: url.port(),
                segments: url.path_segments().unwrap().map(decode).collect(),
                pairs: url.query().map(|_| url.query_pairs().into_owned().collect()),
                fragment: url.fragment().map(decode),
            }
        }

        /// Of `https://app.example:8443/`, with this after it.
        fn new(segments: &[&str], pairs: Option<&[(&str, &str)]>, fragment: Option<&str>) -> Self {
            let owned = |text: &str| text.to_owned();
            Self {
                scheme: owned("https"),
                user: String::new(),
                password: None,
                host: owned("app.example"),
                port: Some(8443),
                segments: segments.iter().copied().map(owned).collect(),
                pairs: pairs.map(|pairs| pairs.iter().map(|(key, value)| (owned(key), owned(value))).collect()),
                fragment: fragment.map(owned),
            }
        }
    }

    /// `.` and `..` as a segment of a path would change it; nothing that is written there can keep them.
    fn is_dots(segment: &str) -> bool {
        matches!(segment, "." | "..")
    }

    #[test]
    fn a_value_in_a_path_is_one_segment() {
        let middle = with_link("https://app.example:8443/a/{{ v }}/z?k=1#f");
        let last = with_link("https://app.example:8443/a/{{ v }}");
        for_all(|v| {
            for (template, rest) in [(&middle, &["z"][..]), (&last, &[])] {
                match link(template, &json!({"v": v})) {
                    Ok(link) => {
                        prop_assert!(!is_dots(v), "{link}");
                        let segments = [&["a", v], rest].concat();
                        let is_middle = !rest.is_empty();
                        let expected =
                            Parts::new(&segments, is_middle.then_some(&[("k", "1")]), is_middle.then_some("f"));
                        prop_assert_eq!(Parts::of(&link), expected);
                    }
                    Err(diagnostics) => {
                        prop_assert!(is_dots(v), "{diagnostics:?}");
                        prop_assert_eq!(diagnostics[0].rule, "evaluation-error");
                    }
                }
            }
            Ok(())
        });
    }

    #[test]
    fn adjacent_values_and_dots_are_one_segment() {
        let beside_text = with_link("https://app.example:8443/a/x{{ v }}y/z");
        let beside_dot = with_link("https://app.example:8443/a/.{{ v }}/z");
        let both = with_link("https://app.example:8443/a/{{ v }}{{ w }}/z");
        let dots = select(&["", ".", "..", "%2e", "a"][..]).prop_map(str::to_owned);
        let value = prop_oneof![dots, strings()];
        run(&(value.clone(), value), |(v, w)| {
            let values = json!({"v": v, "w": w});
            let only_v = json!({"v": v});
            let links = [
                (link(&beside_text, &only_v), format!("x{v}y")),
                (link(&both, &values), format!("{v}{w}")),
                (link(&beside_dot, &only_v), format!(".{v}")),
            ];
            for (link, segment) in links {
                match link {
                    Ok(link) if is_dots(&segment) => {
                        // The author's own dot stays the author's.
                        prop_assert!(v.is_empty() && link.contains("/a/./z"), "{link}");
                        prop_assert_eq!(Parts::of(&link), Parts::new(&["a", "z"], None, None));
                    }
                    Ok(link) => prop_assert_eq!(Parts::of(&link), Parts::new(&["a", &segment, "z"], None, None)),
                    Err(diagnostics) => prop_assert!(is_dots(&segment), "{diagnostics:?}"),
                }
            }
            Ok(())
        });
    }

    #[test]
    fn value_in_a_query_is_one_component() {
        let value = with_link("https://app.example:8443/p?a=1&b={{ v }}&c=3#f");
        let key = with_link("https://app.example:8443/p?{{ v }}=1&c=3");
        let part = with_link("https://app.example:8443/p?b=x-{{ v }}-{{ v }}");
        for_all(|v| {
            let values = json!({"v": v});
            let parts = Parts::of(&link(&value, &values).unwrap());
            prop_assert_eq!(parts, Parts::new(&["p"], Some(&[("a", "1"), ("b", v), ("c", "3")]), Some("f")));
            let parts = Parts::of(&link(&key, &values).unwrap());
            prop_assert_eq!(parts, Parts::new(&["p"], Some(&[(v, "1"), ("c", "3")]), None));
            let parts = Parts::of(&link(&part, &values).unwrap());
            prop_assert_eq!(parts, Parts::new(&["p"], Some(&[("b", &format!("x-{v}-{v}"))]), None));
            Ok(())
        });
    }

    #[test]
    fn value_in_a_fragment_is_part_of_it() {
        let template = with_link("https://app.example:8443/p?a=1#sec-{{ v }}-end");
        for_all(|v| {
            let parts = Parts::of(&link(&template, &json!({"v": v})).unwrap());
            prop_assert_eq!(parts, Parts::new(&["p"], Some(&[("a", "1")]), Some(&format!("sec-{v}-end"))));
            Ok(())
        });
    }

    #[test]
    fn values_are_escaped_behind_names_loops_branches_and_filters() {
        let template = with_link(
            "https://app.example:8443/{% set x = v %}{{ x }}-/{% if v %}{{ v ~ v }}{% else %}{{ v }}{% endif %}-\
             ?{% for i in [v, v] %}i={{ i }}&{% endfor %}j={{ [v, v] | join(\"/\") }}\
             &u={{ v | replace(\"a\", \"&\") }}#{{ v | default(\"#\") }}",
        );
        for_all(|v| {
            let parts = Parts::of(&link(&template, &json!({"v": v})).unwrap());
            let joined = format!("{v}/{v}");
            let replaced = v.replace('a', "&");
            let pairs = [("i", v), ("i", v), ("j", &joined), ("u", &replaced)];
            prop_assert_eq!(parts, Parts::new(&[&format!("{v}-"), &format!("{v}{v}-")], Some(&pairs), Some(v)));
            Ok(())
        });
    }

    #[test]
    fn a_value_next_to_a_safe_one_is_escaped() {
        for expression in [
            "{{ \"s\" | safe }}{{ v }}",
            "{{ (\"s\" | safe) ~ v }}",
            "{{ v ~ (\"s\" | safe) }}",
            "{{ [v, \"s\" | safe] | join }}",
            "{{ [\"s\", v] | join(\"\" | safe) }}",
            "{{ v | replace(\"q\", \"s\" | safe) }}",
            "{{ [\"s\" | safe, v] | last }}",
        ] {
            let template = with_link(&format!("https://app.example:8443/p?k={expression}-&l=1"));
            let link = link(&template, &json!({"v": "q&admin=1#f"})).unwrap();
            let parts = Parts::of(&link);
            let pairs = parts.pairs.as_deref().unwrap();
            assert_eq!((pairs.len(), pairs[0].0.as_str(), parts.fragment), (2, "k", None), "{expression}: {link}");
            assert!(pairs[0].1.contains("&admin=1#f"), "{expression}: {link}");
        }
    }

    #[test]
    fn a_safe_value_is_kept_and_cannot_affect_the_next_one() {
        let template = with_link("https://app.example/{{ v | safe }}?w={{ w }}");
        run(&(strings(), strings()), |(v, w)| {
            if let Ok(link) = link(&template, &json!({"v": v, "w": w})) {
                let encoded = percent_encoding::utf8_percent_encode(&w, percent_encoding::NON_ALPHANUMERIC).to_string();
                let encoded = ["-", ".", "_", "~"]
                    .iter()
                    .fold(encoded, |text, char| text.replace(&format!("%{:02X}", char.as_bytes()[0]), char));
                prop_assert_eq!(link, format!("https://app.example/{v}?w={encoded}"));
            }
            Ok(())
        });
    }

    #[test]
    fn the_internal_value_marker_in_a_template_is_text() {
        let file = SourceFile::new(
            "t.yaml",
            "message: x\nsender_buttons: [[{icon: SUPPORT, caption: c, open_direct_link: \"https://app.example/\\uFDD05:a?b=c/?d={{ v }}\"}]]\n",
        );
        let Some(template) = lint::check(&file).template else { return };
        if let Ok(link) = link(&template, &json!({"v": "x"})) {
            assert_eq!(link, "https://app.example/\u{fdd0}5:a?b=c/?d=x");
        }
    }

    #[test]
    fn a_value_in_a_host_is_dns_labels_or_rejected() {
        let template = with_link("https://{{ v }}.app.example:8443/p?k=1#f");
        let label = "[a-zA-Z0-9-]{1,8}(\\.[a-z0-9]{1,4}){0,2}".prop_map(|label: String| label);
        run(&prop_oneof![strings(), label], |v| {
            match link(&template, &json!({"v": v})) {
                Ok(link) => {
                    let host = format!("{}.app.example", v.to_ascii_lowercase());
                    let expected = Parts { host, ..Parts::new(&["p"], Some(&[("k", "1")]), Some("f")) };
                    prop_assert_eq!(Parts::of(&link), expected);
                }
                Err(diagnostics) => {
                    let is_plain = v
                        .split('.')
                        .all(|label| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_lowercase()));
                    prop_assert!(!is_plain, "{diagnostics:?}");
                }
            }
            Ok(())
        });
    }

    #[test]
    fn a_value_in_a_port_is_digits_or_rejected() {
        let template = with_link("https://app.example:{{ v }}/p");
        run(&prop_oneof![strings(), "[0-9]{0,6}"], |v| {
            match (link(&template, &json!({"v": v})), v.parse::<u16>()) {
                (Ok(link), Ok(port)) => {
                    prop_assert!(v.bytes().all(|byte| byte.is_ascii_digit()));
                    // The port of the scheme is no part of the parsed URL.
                    let port = (port != 443).then_some(port);
                    prop_assert_eq!(Parts::of(&link), Parts { port, ..Parts::new(&["p"], None, None) });
                }
                (Err(_), Err(_)) => {}
                (link, port) => prop_assert!(false, "{link:?} {port:?}"),
            }
            Ok(())
        });
        assert!(link(&template, &json!({"v": "+80"})).is_err());
        assert!(link(&template, &json!({"v": "8080"})).is_ok());
        // A number is a port as well as its digits are.
        assert!(link(&template, &json!({"v": 8080})).is_ok());
    }

    #[test]
    fn a_base_url_and_the_text_after_it_are_kept() {
        let template = with_link("{{ v }}/orders/{{ w }}?x=1");
        let url = (
            select(&["https://", "http://", "HTTPS://", "ftp://", "//", "https:", ""][..]),
            strings(),
            select(&["a.example", "a.example:81", "a.example/b", "u:p@a.example", "[::1]", "a.example/b/../c"][..]),
            strings(),
        )
            .prop_map(|(scheme, before, host, after)| format!("{scheme}{before}{host}{after}"));
        let plain =
            select(&["https://a.example", "http://a.example:81/b", "https://a.example/"][..]).prop_map(str::to_owned);
        run(&(prop_oneof![strings(), url, plain], strings()), |(v, w)| {
            if let Ok(link) = link(&template, &json!({"v": v, "w": w})) {
                let (base, all) = (Parts::of(&v), Parts::of(&link));
                prop_assert!(link.starts_with(&v));
                prop_assert_eq!(
                    (&all.scheme, &all.user, &all.password, &all.host, all.port),
                    (&base.scheme, &base.user, &base.password, &base.host, base.port)
                );
                prop_assert_eq!((&base.pairs, &base.fragment, &all.fragment), (&None, &None, &None));
                prop_assert_eq!(&all.pairs, &Some(vec![("x".to_owned(), "1".to_owned())]));
                prop_assert!(all.segments.ends_with(&["orders".to_owned(), w]), "{link}");
            }
            Ok(())
        });
        for good in ["https://a.example", "http://a.example:81/b"] {
            assert_eq!(link(&template, &json!({"v": good, "w": "7"})).unwrap(), format!("{good}/orders/7?x=1"));
        }
        for bad in [
            "",
            "a.example",
            "ftp://a.example",
            "https://",
            "https://a.example?",
            "https://a.example#",
            "https://a.example/?q=1",
            "javascript:alert(1)//",
            "https://a.example\\",
            "https://a example",
        ] {
            let diagnostics = link(&template, &json!({"v": bad, "w": "7"})).unwrap_err();
            assert_eq!(diagnostics[0].rule, "evaluation-error", "{bad}");
        }
    }

    #[test]
    fn a_whole_link_is_kept_or_rejected() {
        let template = with_link("{{ v }}");
        let url = (
            select(&["https://", "http://", "javascript:", "data:", "https:", "//"][..]),
            strings(),
            select(&["a.example/", "a.example"][..]),
            strings(),
        )
            .prop_map(|(scheme, before, host, after)| format!("{scheme}{before}{host}{after}"));
        run(&prop_oneof![strings(), url], |v| {
            match link(&template, &json!({"v": v})) {
                Ok(link) => {
                    prop_assert_eq!(&link, &v);
                    prop_assert!(matches!(Url::parse(&v).unwrap().scheme(), "http" | "https"));
                    let is_strange =
                        |char: char| char.is_whitespace() || char.is_control() || matches!(char, '\u{202e}' | '\\');
                    prop_assert!(!v.chars().any(is_strange));
                }
                Err(diagnostics) => prop_assert_eq!(diagnostics[0].rule, "invalid-message"),
            }
            Ok(())
        });
        assert_eq!(link(&template, &json!({"v": "https://a.example/?a=b#c"})).unwrap(), "https://a.example/?a=b#c");
    }
}

mod sources {
    use super::*;

    const TEMPLATE: &str = "\
variables: { v: { type: string } }
message: x{{ v }}
sender_buttons: [[{icon: SUPPORT, caption: 'c{{ v }}', open_server_link: {data: {v: '{{ v }}', l: '{{ [v] }}'}}}]]
receiver_buttons: [[{icon: SUPPORT, caption: c, open_direct_link: 'https://app.example/-{{ v }}?q={{ v }}#{{ v }}'}]]
";

    /// Every character as an escape of YAML's double quotes.
    fn escaped(text: &str) -> String {
        text.chars().fold(String::new(), |mut escaped, char| {
            write!(escaped, "\\U{:08X}", u32::from(char)).unwrap();
            escaped
        })
    }

    #[test]
    fn data_can_contain_every_character_of_json() {
        // YAML 1.2.2 §5.1: processors must allow all non-C0 characters inside quoted scalars, as JSON does.
        let template = template("message: 'x{{ v }}'\n");
        for char in [
            "\u{7f}",
            "\u{80}",
            "\u{85}",
            "\u{9f}",
            "\u{2028}",
            "\u{feff}",
            "\u{fdd0}",
            "\u{fffe}",
            "\u{ffff}",
            "\u{1ffff}",
            "\u{10ffff}",
        ] {
            let mut given = Values::new();
            let file = SourceFile::new("vars.json", json!({"v": char}).to_string());
            assert!(given.add_file(&file).is_ok(), "{char:?}");
            let message = lint::render(&template, &given).unwrap();
            assert_eq!(message.to_json(), json!({"type": "TEXT", "message": format!("x{char}")}).to_string());
        }
    }

    #[test]
    fn json_yaml_and_flags_render_to_the_same_bytes_in_library_and_binary() {
        let folder = Folder::with("template.yaml", TEMPLATE);
        let template = template(TEMPLATE);
        let agree = |v: &str| -> TestCaseResult {
            let expected = render(&template, &json!({"v": v})).unwrap().to_json() + "\n";
            prop_assert_eq!(&(render(&template, &json!({"v": v})).unwrap().to_json() + "\n"), &expected);
            folder.write("vars.json", ascii(&json!({"v": v})));
            folder.write("vars.yaml", format!("{{v: \"{}\"}} # flow\n", escaped(v)));
            for file in ["vars.json", "vars.yaml"] {
                let run = folder.kenarc(["render", "template.yaml", "--vars", file]);
                // What looks like Jinja in YAML, which people write, is a warning.
                let warnings = if file == "vars.yaml" { run.stderr.as_str() } else { "" };
                prop_assert_eq!((run.status, &run.stdout, &*run.stderr), (0, &expected, warnings), "{} {:?}", file, v);
            }
            // The operating system ends an argument at a NUL.
            if !v.contains('\0') {
                let run = folder.kenarc(["render", "template.yaml", "--var", &format!("v={v}")]);
                prop_assert_eq!(run.printed(), &expected, "--var {:?}", v);
            }
            Ok(())
        };
        for v in [
            "",
            "\"\\\n}}{% raw %}&admin=1../\u{202e}\0",
            "\u{fdd0}3:abc",
            "\u{feff}",
            "\u{7f}\u{85}\u{fffe}",
            " a ",
            "# a",
            "null",
        ] {
            agree(v).unwrap_or_else(|error| panic!("{v:?}: {error}"));
        }
        let config = Config { cases: 16, failure_persistence: None, ..Config::default() };
        TestRunner::new(config).run(&strings(), |v| agree(&v)).unwrap_or_else(|error| panic!("{error}"));
    }
}
