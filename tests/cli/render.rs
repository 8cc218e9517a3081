//! `kenarc render`: from a template and variables to the bytes of the request.

use std::path::Path;

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::cli::{Folder, Run, in_repository, words};

/// Renders a template that needs no variables.
#[track_caller]
fn rendered(template: &str) -> Value {
    render(template, "").json()
}

/// Renders a template with these arguments.
fn render(template: &str, arguments: &str) -> Run {
    Folder::with("template.yaml", template).kenarc(words("render template.yaml").chain(words(arguments)))
}

/// Returns the text of a message that is written so.
#[track_caller]
fn text_of(message: &str) -> String {
    rendered(message)["message"].as_str().unwrap().to_owned()
}

/// Returns the `data` of one button that is written so, in flow style.
#[track_caller]
fn data_of(data: &str, head: &str) -> Value {
    let button = format!("[[{{icon: SUPPORT, caption: x, open_server_link: {{data: {data}}}}}]]");
    let message = rendered(&format!("{head}message: x\nsender_buttons: {button}\n"));
    message["sender_buttons"]["rows"][0]["buttons"][0]["action"]["open_server_link"]["data"].clone()
}

/// Returns the captions of one side, row by row.
fn captions(message: &Value, side: &str) -> Vec<Vec<String>> {
    let rows = message[side]["rows"].as_array().unwrap();
    let caption = |button: &Value| button["caption"].as_str().unwrap().to_owned();
    rows.iter().map(|row| row["buttons"].as_array().unwrap().iter().map(caption).collect()).collect()
}

mod bytes {
    use super::*;

    const EXAMPLE: &str = include_str!("../fixtures/request-example.json");

    #[test]
    fn the_documented_request_renders_to_the_same_bytes() {
        assert_eq!(in_repository(words("render --pretty tests/fixtures/request-example.json")).printed(), EXAMPLE);
    }

    #[test]
    fn short_form_renders_to_the_same_bytes() {
        assert_eq!(
            in_repository(words("render --pretty tests/fixtures/request-example.short.yaml")).printed(),
            EXAMPLE
        );
    }

    #[test]
    fn the_compact_form_is_the_same_json_without_spaces() {
        let value: Value = serde_json::from_str(EXAMPLE).unwrap();
        for template in ["request-example.json", "request-example.short.yaml"] {
            let run = in_repository(words(&format!("render tests/fixtures/{template}")));
            assert_eq!(run.printed(), format!("{value}\n"));
        }
    }

    #[test]
    fn a_template_can_be_read_from_stdin() {
        let folder = Folder::empty();
        let run = Run::of(folder.command(words("render --pretty -")).write_stdin(EXAMPLE));
        assert_eq!(run.printed(), EXAMPLE);
    }

    #[test]
    fn text_is_escaped_only_where_json_requires_it() {
        let template = r#"message: "\"\\/ < > & ' \t\n\r\b\f\u0001\u007f\u200c\u2028\U0001F600 پیام"
"#;
        let expected = "{\"type\":\"TEXT\",\"message\":\"\\\"\\\\/ < > & ' \\t\\n\\r\\b\\f\\u0001\u{7f}\u{200c}\u{2028}😀 پیام\"}\n";
        assert_eq!(render(template, "").printed(), expected);
    }

    #[test]
    fn same_template_and_variables_give_the_same_bytes() {
        let folder = Folder::with(
            "template.yaml",
            "message: x\nsender_buttons: [[{icon: SUPPORT, caption: x, open_server_link: {data: {all: '{{ all }}'}}}]]\n",
        )
        .and("vars.yaml", "all: {z: 1, a: [1.0, 1e3, -0.5, 12345678901234567890], m: {y: null, b: true}}\n");
        let arguments = || words("render template.yaml --vars vars.yaml");
        let first = folder.kenarc(arguments());
        assert!(first.printed().contains(r#""all":{"z":1,"a":["#), "{first}");
        for _ in 0..5 {
            assert_eq!(folder.kenarc(arguments()), first);
        }
    }
}

mod given_variables {
    use super::*;

    /// One variable of each type, each sent back in `data` as it is.
    const ECHO: &str = r#"
variables:
  integer: { type: integer, default: 0 }
  number: { type: number, default: 0 }
  boolean: { type: boolean, default: false }
  list: { type: array, default: [] }
  mapping: { type: object, default: {} }
  text: { type: string, default: "" }
  maybe: { type: [integer, "null"], default: 0 }
  either: { type: [integer, string], default: 0 }
  any: { default: 0 }
message: x
sender_buttons:
  - - icon: SUPPORT
      caption: x
      open_server_link:
        data:
          integer: "{{ integer }}"
          number: "{{ number }}"
          boolean: "{{ boolean }}"
          list: "{{ list }}"
          mapping: "{{ mapping }}"
          text: "{{ text }}"
          maybe: "{{ maybe }}"
          either: "{{ either }}"
          any: "{{ any }}"
examples:
  one: { text: from the example, integer: 1, number: 1 }
"#;

    /// Returns the value of a variable in `data`.
    #[track_caller]
    fn echoed(name: &str, arguments: &[&str]) -> Value {
        let run = Folder::with("echo.yaml", ECHO).kenarc(["render", "echo.yaml"].iter().chain(arguments));
        run.json()["sender_buttons"]["rows"][0]["buttons"][0]["action"]["open_server_link"]["data"][name].clone()
    }

    #[test]
    fn a_flag_is_parsed_as_the_declared_type() {
        for (flag, expected) in [
            ("integer=250000", json!(250_000)),
            ("integer=-1", json!(-1)),
            ("number=2.5", json!(2.5)),
            ("boolean=true", json!(true)),
            ("boolean=false", json!(false)),
            ("list=[1, دو, 'three, four']", json!([1, "دو", "three, four"])),
            ("list=[]", json!([])),
            ("list=- a\n- b", json!(["a", "b"])),
            ("mapping={a: 1, b: {c: [x]}}", json!({"a": 1, "b": {"c": ["x"]}})),
            (r#"mapping={"a": "\u06f1"}"#, json!({"a": "۱"})),
            ("maybe=null", Value::Null),
            ("maybe=7", json!(7)),
        ] {
            let name = flag.split('=').next().unwrap();
            assert_eq!(echoed(name, &["--var", flag]), expected, "--var {flag}");
        }
    }

    #[test]
    fn a_flag_for_a_string_is_not_parsed() {
        for text in [
            "250000",
            "null",
            "true",
            "~",
            "[1, 2]",
            "{a: b}",
            "# no comment",
            "a: b",
            " spaces ",
            "'quoted'",
            "\"",
            "*a",
            "!!int 1",
            "a=b=c",
            "=",
            "",
            "two\nlines\n",
            "{{ x }}",
            "{% raw %}",
            "پیام\u{200c}ها",
            "-",
            "\u{feff}",
            "- a",
        ] {
            assert_eq!(echoed("text", &["--var", &format!("text={text}")]), json!(text), "--var text={text}");
        }
    }

    #[test]
    fn a_flag_for_a_possible_string_is_not_parsed() {
        assert_eq!(echoed("either", &["--var", "either=7"]), json!("7"));
        assert_eq!(echoed("any", &["--var", "any=7"]), json!("7"));
    }

    #[test]
    fn flags_override_files_and_files_override_the_example_in_any_order() {
        let folder = Folder::with("echo.yaml", ECHO).and("vars.yaml", "{integer: 2, number: 2}");
        for arguments in
            ["--example one --vars vars.yaml --var number=3", "--var number=3 --vars vars.yaml --example one"]
        {
            let run = folder.kenarc(words("render echo.yaml").chain(words(arguments)));
            let data = &run.json()["sender_buttons"]["rows"][0]["buttons"][0]["action"]["open_server_link"]["data"];
            assert_eq!(data["text"], "from the example");
            assert_eq!((&data["integer"], &data["number"]), (&json!(2), &json!(3)), "{arguments}");
        }
    }

    #[test]
    fn the_last_flag_for_a_variable_applies() {
        assert_eq!(echoed("integer", &["--var", "integer=1", "--var", "integer=2"]), json!(2));
    }

    #[test]
    fn a_default_is_used_without_a_value() {
        assert_eq!(echoed("integer", &[]), json!(0));
        assert_eq!(echoed("mapping", &[]), json!({}));
    }
}

mod shipped_templates {
    use super::*;

    use kenarc::lint::check;
    use kenarc::source::SourceFile;

    #[test]
    fn every_template_renders_with_each_of_its_examples_to_a_valid_request() {
        let schema: Value = serde_json::from_str(include_str!("../../schemas/message.schema.json")).unwrap();
        let schema = jsonschema::validator_for(&schema).unwrap();
        let mut templates = 0;
        for entry in Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                continue;
            }
            let template = check(&SourceFile::read(&path).unwrap()).template.unwrap();
            assert!(!template.examples.is_empty(), "{} has no example", path.display());
            for example in &template.examples {
                let path = path.to_str().unwrap();
                let message = in_repository(["render", path, "--example", &example.name]).json();
                let errors: Vec<String> = schema.iter_errors(&message).map(|error| error.to_string()).collect();
                assert!(errors.is_empty(), "{path} with {}: {errors:?}", example.name);
            }
            templates += 1;
        }
        assert!(templates >= 5, "{templates}");
    }
}

mod text {
    use super::*;

    #[test]
    fn final_line_breaks_of_a_block_are_removed_unless_kept() {
        for (scalar, expected) in [
            ("|\n  a\n  b\n", "a\nb"),
            ("|\n  a\n\n\n", "a"),
            ("|-\n  a\n  b\n\n", "a\nb"),
            ("|+\n  a\n  b\n\n", "a\nb\n\n"),
            (">\n  a\n  b\n", "a b"),
            (">\n  a\n\n  b\n", "a\nb"),
            (">-\n  a\n  b\n", "a b"),
            (">+\n  a\n  b\n\n", "a b\n\n"),
            ("|2\n   a\n  b\n", " a\nb"),
            ("|\n  a", "a"),
            ("\"a\\n\"\n", "a\n"),
        ] {
            assert_eq!(text_of(&format!("message: {scalar}")), expected, "{scalar:?}");
            let expression = scalar.replace('a', "{{ 'a' }}");
            assert_eq!(text_of(&format!("message: {expression}")), expected, "{expression:?}");
        }
    }

    #[test]
    fn windows_line_breaks_become_plain_line_breaks() {
        assert_eq!(text_of("message: |\r\n  {% if true %}\r\n  a\r\n  {%- endif %}\r\n  b\r\n"), "\na\nb");
    }

    #[test]
    fn numbers_are_rendered_plainly() {
        assert_eq!(
            text_of("message: \"{{ 1 }} {{ 2.50 }} {{ 10 / 4 }} {{ 7 // 2 }} {{ -3 }} {{ 1000000 * 1000000 }}\"\n"),
            "1 2.5 2.5 3 -3 1000000000000"
        );
    }

    #[test]
    fn a_value_that_looks_like_an_expression_is_text() {
        let folder = Folder::with("t.yaml", "message: '{{ a }}'\n");
        for text in ["{{ b }}", "{% if %}", "{# x", "}}", "{% raw %}"] {
            assert_eq!(folder.kenarc(["render", "t.yaml", "--var", &format!("a={text}")]).json()["message"], text);
        }
    }

    #[test]
    fn whitespace_around_blocks_is_kept() {
        assert_eq!(text_of("message: |\n  a\n  {% if true %}\n  b\n  {% endif %}\n  c\n"), "a\n\nb\n\nc");
        assert_eq!(text_of("message: |\n  a\n  {%- if true %}\n  b\n  {%- endif %}\n  c\n"), "a\nb\nc");
    }

    #[test]
    fn a_text_that_is_one_expression_must_be_a_string_or_a_number() {
        for expression in ["none", "true", "[1]", "{'a': 1}"] {
            let run = render(&format!("message: \"{{{{ {expression} }}}}\"\n"), "");
            assert!(
                run.status == 1 && run.stderr.contains("evaluation-error") && run.stderr.contains("help: "),
                "{run}"
            );
        }
    }
}

mod data {
    use super::*;

    #[test]
    fn values_other_than_strings_pass_unchanged() {
        let data = data_of(
            "{i: 1, f: 2.5, e: 1e3, t: true, n: null, empty: , tilde: ~, l: [1, [a]], m: {x: {}}, s: '1', big: 18446744073709551615, min: -9223372036854775808, hex: 0x1F, oct: 0o17}",
            "",
        );
        assert_eq!(
            data,
            json!({"i": 1, "f": 2.5, "e": 1000.0, "t": true, "n": null, "empty": null, "tilde": null, "l": [1, ["a"]], "m": {"x": {}}, "s": "1",
                "big": u64::MAX, "min": i64::MIN, "hex": 31, "oct": 15})
        );
    }

    #[test]
    fn one_expression_in_data_keeps_the_type_of_its_value() {
        let data = data_of(
            "{i: '{{ 1 + 1 }}', f: '{{ 1 / 2 }}', t: '{{ 1 < 2 }}', n: '{{ none }}', l: '{{ [1, [none]] }}', m: \"{{ {'b': 1, 'a': {}} }}\", s: \"{{ '1' }}\"}",
            "",
        );
        assert_eq!(
            data,
            json!({"i": 2, "f": 0.5, "t": true, "n": null, "l": [1, [null]], "m": {"b": 1, "a": {}}, "s": "1"})
        );
    }

    #[test]
    fn an_expression_in_data_with_text_around_it_is_text() {
        let data = data_of(
            "{a: ' {{ 1 }}', b: '{{ 1 }}{{ 2 }}', c: '{{ 1 }}{# no more #}', d: '{% if true %}1{% endif %}'}",
            "",
        );
        assert_eq!((&data["a"], &data["b"], &data["d"]), (&json!(" 1"), &json!("12"), &json!("1")));
    }

    #[test]
    fn keys_of_data_keep_their_order_and_are_not_evaluated() {
        let data = data_of("{z: 1, a: 2, '{{ m }}': 3, 10: 4, true: 5, null: 6}", "");
        assert_eq!(data.to_string(), r#"{"z":1,"a":2,"{{ m }}":3,"10":4,"true":5,"null":6}"#);
    }

    #[test]
    fn merge_keys_and_anchors_are_resolved() {
        let head = "x-common: &common { city: تهران, kind: car }\n";
        assert_eq!(
            data_of("{<<: *common, kind: house, n: 1}", head),
            json!({"city": "تهران", "kind": "house", "n": 1})
        );
        assert_eq!(data_of("{a: *common, b: *common}", head)["b"]["city"], "تهران");
    }

    #[test]
    fn yaml_1_1_booleans_are_text() {
        assert_eq!(
            data_of("{a: yes, b: no, c: on, d: off, e: y}", ""),
            json!({"a": "yes", "b": "no", "c": "on", "d": "off", "e": "y"})
        );
    }
}

mod links {
    use super::*;

    #[track_caller]
    fn link(link: &str, arguments: &[&str]) -> String {
        let template = format!(
            "message: x\nsender_buttons:\n  - - icon: SUPPORT\n      caption: x\n      open_direct_link: \"{link}\"\n"
        );
        let run = Folder::with("t.yaml", template).kenarc(["render", "t.yaml"].iter().chain(arguments));
        run.json()["sender_buttons"]["rows"][0]["buttons"][0]["action"]["open_direct_link"].as_str().unwrap().to_owned()
    }

    #[test]
    fn a_value_is_escaped_for_its_part_of_the_link() {
        for (template, value, expected) in [
            ("https://a.example/{{ v }}/x", "a/b?c#d%e", "https://a.example/a%2Fb%3Fc%23d%25e/x"),
            ("https://a.example/?q={{ v }}&r=1", "a&b=c+d e#f", "https://a.example/?q=a%26b%3Dc%2Bd%20e%23f&r=1"),
            ("https://a.example/#{{ v }}", "a#b c", "https://a.example/#a%23b%20c"),
            ("https://a.example/{{ v }}", "پژو ۲۰۶", "https://a.example/%D9%BE%DA%98%D9%88%20%DB%B2%DB%B0%DB%B6"),
            ("https://{{ v }}.example/", "shop-1", "https://shop-1.example/"),
            ("https://a.example:{{ v }}/", "8080", "https://a.example:8080/"),
            ("{{ v }}/orders", "https://a.example/base", "https://a.example/base/orders"),
            ("{{ v }}", "https://a.example/?a=b#c", "https://a.example/?a=b#c"),
        ] {
            assert_eq!(link(template, &["--var", &format!("v={value}")]), expected, "{template}");
        }
    }

    #[test]
    fn a_safe_value_is_not_escaped() {
        assert_eq!(link("https://a.example/{{ v | safe }}", &["--var", "v=a/b?c=d#e"]), "https://a.example/a/b?c=d#e");
        assert_eq!(link("https://a.example/?{{ v | safe }}", &["--var", "v=a=1&b=2"]), "https://a.example/?a=1&b=2");
    }

    #[test]
    fn literal_text_of_a_link_is_kept() {
        assert_eq!(
            link("https://a.example/جستجو/../x?a=%20&b={{ 1 }}#پ", &[]),
            "https://a.example/جستجو/../x?a=%20&b=1#پ"
        );
    }
}

mod when_and_for {
    use super::*;

    #[test]
    fn when_has_the_truth_of_if() {
        for (condition, is_kept) in [
            ("true", true),
            ("false", false),
            ("1", true),
            ("0", false),
            ("''", false),
            ("'a'", true),
            ("[]", false),
            ("none", false),
        ] {
            let template = format!(
                "message: x\nsender_buttons: [[{{icon: SUPPORT, caption: c, open_post_page: {{post_token: t}}, when: \"{condition}\"}}]]\n"
            );
            assert_eq!(rendered(&template).get("sender_buttons").is_some(), is_kept, "{condition}");
        }
    }

    #[test]
    fn when_accepts_a_yaml_boolean() {
        let button =
            |when: &str| format!("{{icon: SUPPORT, caption: {when}, open_post_page: {{post_token: t}}, when: {when}}}");
        let template = format!("message: x\nsender_buttons: [[{}, {}]]\n", button("'true'"), button("'false'"));
        let quoted = rendered(&template);
        assert_eq!(captions(&quoted, "sender_buttons"), [["true"]]);
        assert_eq!(
            rendered(&template.replace("when: 'true'", "when: true").replace("when: 'false'", "when: false")),
            quoted
        );
    }

    #[test]
    fn loop_has_the_fields_of_jinja() {
        let fields = "{{ loop.index }} {{ loop.index0 }} {{ loop.revindex }} {{ loop.revindex0 }} \
                      {{ loop.length }} {{ loop.depth }} {{ loop.depth0 }} \
                      {{ 'first' if loop.first else '-' }} {{ 'last' if loop.last else '-' }} \
                      {{ loop.previtem | default('-') }} {{ loop.nextitem | default('-') }} \
                      {{ loop.cycle('odd', 'even') }} {{ 'new' if loop.changed(c) else 'same' }}";
        let button = format!(
            "{{icon: SUPPORT, for: 'c in [\"a\", \"b\", \"b\"]', caption: \"{fields}\", open_post_page: {{post_token: t}}}}"
        );
        let here =
            captions(&rendered(&format!("message: x\nsender_buttons: [[{button}]]\n")), "sender_buttons").remove(0);
        assert_eq!(
            here,
            [
                "1 0 3 2 3 1 0 first - - b odd new",
                "2 1 2 1 3 1 0 - - a b even new",
                "3 2 1 0 3 1 0 - last b - odd same"
            ]
        );
        // As MiniJinja's own loop has them.
        let message = format!("message: \"{{% for c in ['a', 'b', 'b'] %}}{fields};{{% endfor %}}\"\n");
        assert_eq!(text_of(&message), here.join(";") + ";");
    }
}

mod what_comes_out {
    use super::*;

    #[test]
    fn a_message_of_64_kib_is_rendered_and_a_longer_one_rejected() {
        let folder = Folder::with("t.yaml", "message: '{{ a }}'\n");
        let file = |bytes: usize| folder.write("v.yaml", format!("a: {}\n", "x".repeat(bytes)));
        file(64 << 10);
        folder.kenarc(words("render t.yaml --vars v.yaml")).printed();
        file((64 << 10) + 1);
        assert_snapshot!(folder.kenarc(words("render t.yaml --vars v.yaml")), @r"
        exit status 1
        --- stderr
        evaluation-error

          × evaluation limit exceeded
           ╭─[t.yaml:1:11]
         1 │ message: '{{ a }}'
           ·           ───┬───
           ·              ╰── takes more than 64 KiB of text in a message
           ╰────
          help: shorten the text, or iterate over fewer items, such as `list[:10]`
        ");
    }
}
