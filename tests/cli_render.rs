//! `kenarc render`: from a template and variables to the bytes of the request.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/cli.rs"]
mod cli;

use std::path::Path;

use insta::assert_snapshot;
use serde_json::{Value, json};

use cli::{Folder, Run, at_home, words};

/// Renders a template that needs no variables.
#[track_caller]
fn rendered(template: &str) -> Value {
    render(template, "").json()
}

/// Renders a template with these arguments.
fn render(template: &str, arguments: &str) -> Run {
    Folder::with("template.yaml", template).kenarc(words("render template.yaml").chain(words(arguments)))
}

/// The text of a message that is written so.
#[track_caller]
fn text_of(message: &str) -> String {
    rendered(message)["message"].as_str().unwrap().to_owned()
}

/// The `data` of one button that is written so, in flow style.
#[track_caller]
fn data_of(data: &str, head: &str) -> Value {
    let button = format!("[[{{icon: SUPPORT, caption: x, open_server_link: {{data: {data}}}}}]]");
    let message = rendered(&format!("{head}message: x\nsender_buttons: {button}\n"));
    message["sender_buttons"]["rows"][0]["buttons"][0]["action"]["open_server_link"]["data"].clone()
}

/// The captions of one side, row by row.
fn captions(message: &Value, side: &str) -> Vec<Vec<String>> {
    let rows = message[side]["rows"].as_array().unwrap();
    let caption = |button: &Value| button["caption"].as_str().unwrap().to_owned();
    rows.iter().map(|row| row["buttons"].as_array().unwrap().iter().map(caption).collect()).collect()
}

mod bytes {
    use super::*;

    const EXAMPLE: &str = include_str!("fixtures/request-example.json");

    #[test]
    fn request_of_the_api_document_renders_to_its_own_bytes() {
        assert_eq!(at_home(words("render --pretty tests/fixtures/request-example.json")).printed(), EXAMPLE);
    }

    #[test]
    fn short_form_renders_to_the_same_bytes() {
        assert_eq!(at_home(words("render --pretty tests/fixtures/request-example.short.yaml")).printed(), EXAMPLE);
    }

    #[test]
    fn compact_form_is_the_same_json_in_one_line_without_spaces() {
        let value: Value = serde_json::from_str(EXAMPLE).unwrap();
        for template in ["request-example.json", "request-example.short.yaml"] {
            let run = at_home(words(&format!("render tests/fixtures/{template}")));
            assert_eq!(run.printed(), format!("{value}\n"));
        }
    }

    #[test]
    fn template_may_come_from_stdin() {
        let folder = Folder::empty();
        let run = Run::of(folder.command(words("render --pretty -")).write_stdin(EXAMPLE));
        assert_eq!(run.printed(), EXAMPLE);
    }

    #[test]
    fn keys_have_the_documented_order_whatever_the_templates() {
        let template = r"
receiver_buttons: [[{caption: c, open_post_page: {post_token: t}, icon: SUPPORT}]]
message: m
sender_buttons: [[{open_direct_link: https://a.example/, caption: c, icon: SUPPORT}]]
type: TEXT
";
        assert_snapshot!(render(template, "").printed(), @r#"{"type":"TEXT","message":"m","sender_buttons":{"rows":[{"buttons":[{"action":{"open_direct_link":"https://a.example/"},"icon":"SUPPORT","caption":"c"}]}]},"receiver_buttons":{"rows":[{"buttons":[{"action":{"open_post_page":{"post_token":"t"}},"icon":"SUPPORT","caption":"c"}]}]}}"#);
    }

    #[test]
    fn text_is_escaped_where_json_requires_it_and_nowhere_else() {
        let template = r#"message: "\"\\/ < > & ' \t\n\r\b\f\u0001\u007f\u200c\u2028\U0001F600 پیام"
"#;
        let expected = "{\"type\":\"TEXT\",\"message\":\"\\\"\\\\/ < > & ' \\t\\n\\r\\b\\f\\u0001\u{7f}\u{200c}\u{2028}😀 پیام\"}\n";
        assert_eq!(render(template, "").printed(), expected);
    }

    #[test]
    fn file_of_output_gets_the_bytes_and_stdout_nothing() {
        let folder = Folder::with("template.yaml", "message: پیام\n");
        let to_stdout = folder.kenarc(words("render template.yaml --pretty"));
        let to_file = folder.kenarc(words("render template.yaml --pretty -o out.json"));
        assert_eq!(to_file.printed(), "");
        assert_eq!(folder.read("out.json"), to_stdout.printed());
    }

    #[test]
    fn file_of_output_is_left_alone_when_nothing_valid_comes_out() {
        let folder = Folder::with("template.yaml", "message: '{{ name }}'\n").and("out.json", "kept");
        let run = folder.kenarc(words("render template.yaml -o out.json"));
        assert_eq!((run.status, folder.read("out.json").as_str()), (1, "kept"));
    }

    #[test]
    fn file_of_output_that_cannot_be_written_is_a_failure() {
        let folder = Folder::with("template.yaml", "message: x\n");
        assert_snapshot!(folder.kenarc(words("render template.yaml -o no/such/folder.json")), @r"
        exit status 2
        --- stderr
        error: cannot write no/such/folder.json: No such file or directory (os error 2)
        ");
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

    /// What one variable is in `data`.
    #[track_caller]
    fn echoed(name: &str, arguments: &[&str]) -> Value {
        let run = Folder::with("echo.yaml", ECHO).kenarc(["render", "echo.yaml"].iter().chain(arguments));
        run.json()["sender_buttons"]["rows"][0]["buttons"][0]["action"]["open_server_link"]["data"][name].clone()
    }

    #[test]
    fn flag_is_read_as_the_declared_type() {
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
    fn flag_of_a_text_is_taken_as_it_is() {
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
    fn flag_of_what_may_be_text_is_taken_as_text() {
        assert_eq!(echoed("either", &["--var", "either=7"]), json!("7"));
        assert_eq!(echoed("any", &["--var", "any=7"]), json!("7"));
    }

    #[test]
    fn flag_is_text_where_nothing_is_declared() {
        let template =
            "message: x\nsender_buttons: [[{icon: SUPPORT, caption: x, open_server_link: {data: {a: '{{ a }}'}}}]]\n";
        let run = render(template, "--var a=007");
        assert!(run.printed().contains(r#"{"a":"007"}"#), "{run}");
    }

    #[test]
    fn files_may_be_yaml_or_json_or_stdin() {
        let folder = Folder::with("template.yaml", "message: '{{ a }}-{{ b }}'\n")
            .and("vars.yaml", "a: یک # a comment\nb: &b 2\n")
            .and("vars.json", r#"{"a": "\u06cc\u06a9", "b": 2}"#);
        let expected = "{\"type\":\"TEXT\",\"message\":\"یک-2\"}\n";
        assert_eq!(folder.kenarc(words("render template.yaml --vars vars.yaml")).printed(), expected);
        assert_eq!(folder.kenarc(words("render template.yaml --vars vars.json")).printed(), expected);
        let stdin = Run::of(folder.command(words("render template.yaml --vars -")).write_stdin("{a: یک, b: 2}"));
        assert_eq!(stdin.printed(), expected);
    }

    #[test]
    fn stdin_is_read_only_once() {
        let folder = Folder::with("template.yaml", "message: x\n");
        let run = Run::of(folder.command(words("render - --vars -")).write_stdin("message: x\n"));
        assert_snapshot!(run, @r"
        exit status 2
        --- stderr
        error: stdin (`-`) can be used only once: for the template, for variables or for rows
        ");
        assert_eq!(Run::of(folder.command(words("render template.yaml --vars - --vars -")).write_stdin("{}")), run);
    }

    #[test]
    fn later_files_win_name_by_name() {
        let folder = Folder::with("template.yaml", "message: '{{ a }} {{ b }} {{ c }}'\n")
            .and("1.yaml", "{a: 1, b: 1, c: 1}")
            .and("2.yaml", "{b: 2, c: 2}")
            .and("3.yaml", "{c: 3}");
        let run = folder.kenarc(words("render template.yaml --vars 1.yaml --vars 2.yaml --vars 3.yaml"));
        assert_eq!(run.json()["message"], "1 2 3");
        let run = folder.kenarc(words("render template.yaml --vars 3.yaml --vars 2.yaml --vars 1.yaml"));
        assert_eq!(run.json()["message"], "1 1 1");
    }

    #[test]
    fn flags_win_over_files_and_files_over_the_example_in_whatever_order() {
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
    fn last_of_two_flags_wins() {
        assert_eq!(echoed("integer", &["--var", "integer=1", "--var", "integer=2"]), json!(2));
    }

    #[test]
    fn default_stands_where_nothing_is_given() {
        assert_eq!(echoed("integer", &[]), json!(0));
        assert_eq!(echoed("mapping", &[]), json!({}));
    }
}

mod wrong_variables {
    use super::*;

    const TEMPLATE: &str = "\
variables:
  car: { type: string }
  price: { type: integer, minimum: 0 }
  photos: { type: array, items: { type: string, format: uri }, default: [] }
message: '{{ car }} {{ price }} {{ photos | length }}'
examples:
  free: { car: سمند, price: 0 }
";

    fn with_file(variables: &str) -> Run {
        let folder = Folder::with("template.yaml", TEMPLATE).and("vars.yaml", variables);
        folder.kenarc(words("render template.yaml --vars vars.yaml"))
    }

    #[test]
    fn missing_variables_are_shown_at_their_declarations_all_at_once() {
        assert_snapshot!(render(TEMPLATE, ""), @r"
        exit status 1
        --- stderr
        missing-variable

          × missing variable `car`
           ╭─[template.yaml:2:3]
         1 │ variables:
         2 │   car: { type: string }
           ·   ─┬─
           ·    ╰── declared here without a `default`
         3 │   price: { type: integer, minimum: 0 }
           ╰────
          help: pass it with `--var car=…` or in a `--vars` file, or declare a `default`

        missing-variable

          × missing variable `price`
           ╭─[template.yaml:3:3]
         2 │   car: { type: string }
         3 │   price: { type: integer, minimum: 0 }
           ·   ──┬──
           ·     ╰── declared here without a `default`
         4 │   photos: { type: array, items: { type: string, format: uri }, default: [] }
           ╰────
          help: pass it with `--var price=…` or in a `--vars` file, or declare a `default`
        ");
    }

    #[test]
    fn missing_variable_is_shown_at_its_first_use_where_nothing_is_declared() {
        let template = "message: سلام {{ name }}، {{ name }}\n";
        assert_snapshot!(render(template, ""), @r"
        exit status 1
        --- stderr
        missing-variable

          × missing variable `name`
           ╭─[template.yaml:1:18]
         1 │ message: سلام {{ name }}، {{ name }}
           ·                  ──┬─
           ·                    ╰── used here
           ╰────
          help: pass it with `--var name=…` or in a `--vars` file
        ");
    }

    #[test]
    fn unknown_variable_is_shown_in_the_file_with_the_name_that_was_meant() {
        assert_snapshot!(with_file("# قیمت\nprice: 1\ncar: پراید\nphoto: []\n"), @r"
        exit status 1
        --- stderr
        unknown-variable

          × unknown variable `photo`
           ╭─[vars.yaml:4:1]
         3 │ car: پراید
         4 │ photo: []
           · ──┬──
           ·   ╰── not declared by the template
           ╰────
          help: use `photos`
        ");
    }

    #[test]
    fn unknown_variable_like_no_other_is_told_what_there_is() {
        assert_snapshot!(with_file("{price: 1, car: پراید, zzzzzzzz: 1}\n"), @r"
        exit status 1
        --- stderr
        unknown-variable

          × unknown variable `zzzzzzzz`
           ╭─[vars.yaml:1:24]
         1 │ {price: 1, car: پراید, zzzzzzzz: 1}
           ·                        ────┬───
           ·                            ╰── not declared by the template
           ╰────
          help: use `car`, `price` or `photos`
        ");
    }

    #[test]
    fn invalid_values_are_shown_in_the_file_and_at_the_declaration() {
        assert_snapshot!(with_file("car: پراید\nprice: رایگان\nphotos:\n  - https://app.example/1.jpg\n  - 2\n"), @r#"
        exit status 1
        --- stderr
        invalid-value

          × invalid value for `price`
           ╭─[vars.yaml:2:8]
         1 │ car: پراید
         2 │ price: رایگان
           ·        ───┬──
           ·           ╰── expected an integer, found `"رایگان"`
         3 │ photos:
           ╰────
          ☞ declared here
           ╭─[template.yaml:3:3]
         2 │   car: { type: string }
         3 │   price: { type: integer, minimum: 0 }
           ·   ─────
         4 │   photos: { type: array, items: { type: string, format: uri }, default: [] }
           ╰────

        invalid-value

          × invalid value for `photos[1]`
           ╭─[vars.yaml:5:5]
         4 │   - https://app.example/1.jpg
         5 │   - 2
           ·     ┬
           ·     ╰── expected a string, found `2`
           ╰────
          ☞ declared here
           ╭─[template.yaml:4:3]
         3 │   price: { type: integer, minimum: 0 }
         4 │   photos: { type: array, items: { type: string, format: uri }, default: [] }
           ·   ──────
         5 │ message: '{{ car }} {{ price }} {{ photos | length }}'
           ╰────
        "#);
    }

    #[test]
    fn invalid_value_of_a_flag_names_the_flag() {
        assert_snapshot!(render(TEMPLATE, "--example free --var price=-5"), @r"
        exit status 1
        --- stderr
        invalid-value

          × invalid value for `price`
           ╭─[--var price:1:1]
         1 │ -5
           · ─┬
           ·  ╰── expected at least 0, found `-5`
           ╰────
          ☞ declared here
           ╭─[template.yaml:3:3]
         2 │   car: { type: string }
         3 │   price: { type: integer, minimum: 0 }
           ·   ─────
         4 │   photos: { type: array, items: { type: string, format: uri }, default: [] }
           ╰────
        ");
        assert_snapshot!(render(TEMPLATE, "--example free --var price=ارزان"), @r#"
        exit status 1
        --- stderr
        invalid-value

          × invalid value for `price`
           ╭─[--var price:1:1]
         1 │ ارزان
           · ──┬──
           ·   ╰── expected an integer, found `"ارزان"`
           ╰────
          ☞ declared here
           ╭─[template.yaml:3:3]
         2 │   car: { type: string }
         3 │   price: { type: integer, minimum: 0 }
           ·   ─────
         4 │   photos: { type: array, items: { type: string, format: uri }, default: [] }
           ╰────
        "#);
    }

    #[test]
    fn flag_that_is_no_yaml_where_a_list_belongs_is_an_invalid_value() {
        assert_snapshot!(render(TEMPLATE, "--example free --var photos=[1"), @r#"
        exit status 1
        --- stderr
        invalid-value

          × invalid value for `photos`
           ╭─[--var photos:1:1]
         1 │ [1
           · ─┬
           ·  ╰── expected a list, found `"[1"`
           ╰────
          ☞ declared here
           ╭─[template.yaml:4:3]
         3 │   price: { type: integer, minimum: 0 }
         4 │   photos: { type: array, items: { type: string, format: uri }, default: [] }
           ·   ──────
         5 │ message: '{{ car }} {{ price }} {{ photos | length }}'
           ╰────
        "#);
    }

    #[test]
    fn unknown_name_of_a_flag_names_the_flag() {
        assert_snapshot!(render(TEMPLATE, "--example free --var prise=5"), @r"
        exit status 1
        --- stderr
        unknown-variable

          × unknown variable `prise`
           ╭─[--var prise:1:1]
         1 │ 5
           · ┬
           · ╰── not declared by the template
           ╰────
          help: use `price`
        ");
    }

    #[test]
    fn flag_without_a_value_or_a_name_is_told_how_to_give_one() {
        assert_snapshot!(render(TEMPLATE, "--var price"), @r"
        exit status 1
        --- stderr
        invalid-value

          × invalid variable
           ╭─[--var:1:1]
         1 │ price
           · ──┬──
           ·   ╰── expected `NAME=VALUE`
           ╰────
          help: write it like `--var price=250000`
        ");
        assert_eq!(render(TEMPLATE, "--var =1").status, 1);
    }

    #[test]
    fn unknown_example_is_told_which_there_are() {
        assert_snapshot!(render(TEMPLATE, "--example fre"), @r"
        exit status 2
        --- stderr
        error: no example `fre` in template.yaml
         help: write `free`
        ");
        assert_snapshot!(render("message: x\n", "--example free"), @r"
        exit status 2
        --- stderr
        error: no example `free` in template.yaml
         help: add `examples` to the template
        ");
    }

    #[test]
    fn list_is_no_file_of_variables() {
        assert_snapshot!(with_file("- car: پراید\n- price: 1\n"), @r"
        exit status 1
        --- stderr
        invalid-value

          × values are not a mapping
           ╭─[vars.yaml:1:1]
         1 │ ╭─▶ - car: پراید
         2 │ ├─▶ - price: 1
           · ╰──── expected a mapping of names to values, found a list
           ╰────
          help: write one variable per line: `name: value`
        ");
    }

    #[test]
    fn empty_file_gives_no_variables_and_says_so() {
        assert_snapshot!(with_file(""), @r"
        exit status 1
        --- stderr
        yaml-syntax

          × empty document
           ╭─[vars.yaml:1:1]
           ╰────
          help: write at least one `name: value`
        ");
        assert_eq!(with_file("# nothing yet\n").status, 1);
    }

    #[test]
    fn file_of_no_variables_is_an_empty_mapping() {
        assert_eq!(
            Folder::with("t.yaml", "message: x\n")
                .and("v.yaml", "{}\n")
                .kenarc(words("render t.yaml --vars v.yaml"))
                .status,
            0
        );
    }

    #[test]
    fn broken_yaml_is_shown_at_its_place_in_the_file() {
        assert_snapshot!(with_file("car: \"پراید\nprice: 1\n"), @r#"
        exit status 1
        --- stderr
        yaml-syntax

          × unclosed quote
           ╭─[vars.yaml:1:6]
         1 │ car: "پراید
           ·      ───┬──
           ·         ╰── opened here and never closed
         2 │ price: 1
           ╰────
          help: close the quote
        "#);
    }

    #[test]
    fn name_given_twice_in_a_file_is_an_error() {
        assert_snapshot!(with_file("car: پراید\nprice: 1\ncar: پژو\n"), @r"
        exit status 1
        --- stderr
        duplicate-key

          × duplicate key `car`
           ╭─[vars.yaml:3:1]
         1 │ car: پراید
           · ─┬─
           ·  ╰── first given here
         2 │ price: 1
         3 │ car: پژو
           · ─┬─
           ·  ╰── given again here
           ╰────
          help: remove one of the two
        ");
    }

    #[test]
    fn file_that_does_not_exist_is_a_failure() {
        assert_snapshot!(render(TEMPLATE, "--vars nowhere.yaml"), @r"
        exit status 2
        --- stderr
        error: cannot read nowhere.yaml: No such file or directory (os error 2)
         help: check the path
        ");
        assert_snapshot!(Folder::empty().kenarc(words("render nowhere.yaml")), @r"
        exit status 2
        --- stderr
        error: cannot read nowhere.yaml: No such file or directory (os error 2)
         help: check the path
        ");
    }

    #[test]
    fn template_with_errors_is_not_rendered_whatever_is_given() {
        let template = "message: '{{ car }}'\nsender_buttons: [[{icon: CAR_INSPECTE, caption: x, open_direct_link: https://a.example/}]]\n";
        assert_snapshot!(render(template, "--var car=x"), @r"
        exit status 1
        --- stderr
        unknown-icon

          × unknown icon `CAR_INSPECTE`
           ╭─[template.yaml:2:26]
         1 │ message: '{{ car }}'
         2 │ sender_buttons: [[{icon: CAR_INSPECTE, caption: x, open_direct_link: https://a.example/}]]
           ·                          ──────┬─────
           ·                                ╰── no icon has this name
           ╰────
          help: use `CAR_INSPECTED` or `CAR_INSPECTION`
        ");
    }

    #[test]
    fn template_with_warnings_only_is_rendered_without_a_word() {
        let template =
            "message: x\nsender_buttons: [[{icon: REAL_STATE, caption: x, open_direct_link: http://a.example/}]]\n";
        render(template, "").printed();
    }
}

mod shipped_templates {
    use super::*;

    use kenarc::lint::check;
    use kenarc::source::SourceFile;

    #[test]
    fn every_template_renders_with_each_of_its_examples_to_a_valid_request() {
        let schema: Value = serde_json::from_str(include_str!("../schemas/message.schema.json")).unwrap();
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
                let message = at_home(["render", path, "--example", &example.name]).json();
                let errors: Vec<String> = schema.iter_errors(&message).map(|error| error.to_string()).collect();
                assert!(errors.is_empty(), "{path} with {}: {errors:?}", example.name);
            }
            templates += 1;
        }
        assert!(templates >= 5, "{templates}");
    }

    #[test]
    fn template_of_an_inspection_reads_as_its_author_meant() {
        assert_snapshot!(at_home(words("render templates/inspection-report.yaml --example nothing-found --pretty")).printed(), @r#"
        {
          "type": "TEXT",
          "message": "گزارش کارشناسی دنا پلاس آماده شد.\nوضعیت کلی: سالم",
          "sender_buttons": {
            "rows": [
              {
                "buttons": [
                  {
                    "action": {
                      "open_direct_link": "https://app.example/reports/1025"
                    },
                    "icon": "CAR_INSPECTED",
                    "caption": "مشاهدهٔ گزارش"
                  },
                  {
                    "action": {
                      "open_server_link": {
                        "data": {
                          "page": "support",
                          "report_id": 1025
                        }
                      }
                    },
                    "icon": "SUPPORT",
                    "caption": "پرسش از کارشناس"
                  }
                ]
              }
            ]
          },
          "receiver_buttons": {
            "rows": [
              {
                "buttons": [
                  {
                    "action": {
                      "open_direct_link": "https://app.example/reports/1025"
                    },
                    "icon": "CAR_INSPECTED",
                    "caption": "مشاهدهٔ گزارش"
                  }
                ]
              }
            ]
          }
        }
        "#);
    }
}

mod text {
    use super::*;

    #[test]
    fn line_break_that_ends_a_block_is_no_part_of_the_text_unless_it_is_kept() {
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
            let hole = scalar.replace('a', "{{ 'a' }}");
            assert_eq!(text_of(&format!("message: {hole}")), expected, "{hole:?}");
        }
    }

    #[test]
    fn value_that_ends_in_line_breaks_keeps_them() {
        let run = Folder::with("t.yaml", "message: |\n  {{ a }}\n").kenarc(["render", "t.yaml", "--var", "a=x\n\n"]);
        assert_eq!(run.json()["message"], "x\n\n");
    }

    #[test]
    fn line_endings_of_windows_are_line_breaks_and_no_more() {
        assert_eq!(text_of("message: |\r\n  {% if true %}\r\n  a\r\n  {%- endif %}\r\n  b\r\n"), "\na\nb");
    }

    #[test]
    fn numbers_read_as_they_are_written_and_as_they_come_out() {
        assert_eq!(
            text_of("message: \"{{ 1 }} {{ 2.50 }} {{ 10 / 4 }} {{ 7 // 2 }} {{ -3 }} {{ 1000000 * 1000000 }}\"\n"),
            "1 2.5 2.5 3 -3 1000000000000"
        );
    }

    #[test]
    fn value_that_looks_like_a_hole_is_only_text() {
        let folder = Folder::with("t.yaml", "message: '{{ a }}'\n");
        for text in ["{{ b }}", "{% if %}", "{# x", "}}", "{% raw %}"] {
            assert_eq!(folder.kenarc(["render", "t.yaml", "--var", &format!("a={text}")]).json()["message"], text);
        }
    }

    #[test]
    fn blanks_around_blocks_are_the_authors() {
        assert_eq!(text_of("message: |\n  a\n  {% if true %}\n  b\n  {% endif %}\n  c\n"), "a\n\nb\n\nc");
        assert_eq!(text_of("message: |\n  a\n  {%- if true %}\n  b\n  {%- endif %}\n  c\n"), "a\nb\nc");
    }

    fn echo(expression: &str) -> Run {
        render(&format!("message: \"سلام {{{{ {expression} }}}}!\"\n"), "")
    }

    #[test]
    fn none_in_text_is_an_error_that_helps() {
        assert_snapshot!(echo("none"), @r#"
        exit status 1
        --- stderr
        evaluation-error

          × cannot insert this value into text
           ╭─[template.yaml:1:19]
         1 │ message: "سلام {{ none }}!"
           ·                   ──┬─
           ·                     ╰── expected a string or a number, found none
           ╰────
          help: test it with `{% if … %}`, or replace it with `| default(…, true)`
        "#);
    }

    #[test]
    fn boolean_in_text_is_an_error_that_helps() {
        assert_snapshot!(echo("true"), @r#"
        exit status 1
        --- stderr
        evaluation-error

          × cannot insert this value into text
           ╭─[template.yaml:1:19]
         1 │ message: "سلام {{ true }}!"
           ·                   ──┬─
           ·                     ╰── expected a string or a number, found a boolean
           ╰────
          help: write it in words: `{{ "بله" if … else "خیر" }}`
        "#);
    }

    #[test]
    fn list_in_text_is_an_error_that_helps() {
        assert_snapshot!(echo("[1, 2]"), @r#"
        exit status 1
        --- stderr
        evaluation-error

          × cannot insert this value into text
           ╭─[template.yaml:1:19]
         1 │ message: "سلام {{ [1, 2] }}!"
           ·                   ───┬──
           ·                      ╰── expected a string or a number, found a list
           ╰────
          help: join its items: `| join("، ")`
        "#);
    }

    #[test]
    fn mapping_in_text_is_an_error_that_helps() {
        assert_snapshot!(echo("{'a': 1}"), @r#"
        exit status 1
        --- stderr
        evaluation-error

          × cannot insert this value into text
           ╭─[template.yaml:1:19]
         1 │ message: "سلام {{ {'a': 1} }}!"
           ·                   ────┬───
           ·                       ╰── expected a string or a number, found a mapping
           ╰────
          help: take one of its values: `.name`
        "#);
    }

    #[test]
    fn undefined_attribute_is_an_error_that_helps() {
        let folder = Folder::with("t.yaml", "message: سلام {{ user.nmae }}\n").and("v.yaml", "user: {name: علی}\n");
        assert_snapshot!(folder.kenarc(words("render t.yaml --vars v.yaml")), @r"
        exit status 1
        --- stderr
        evaluation-error

          × undefined value
           ╭─[t.yaml:1:18]
         1 │ message: سلام {{ user.nmae }}
           ·                  ────┬────
           ·                      ╰── `user.nmae` is undefined
           ╰────
          help: test it with `is defined`, or set a value with `| default(…)`
        ");
    }

    #[test]
    fn a_whole_hole_in_text_is_no_exception() {
        for expression in ["none", "true", "[1]", "{'a': 1}"] {
            let run = render(&format!("message: \"{{{{ {expression} }}}}\"\n"), "");
            assert!(
                run.status == 1 && run.stderr.contains("evaluation-error") && run.stderr.contains("help: "),
                "{run}"
            );
        }
    }

    #[test]
    fn all_failing_holes_are_reported_at_once() {
        let template = "message: '{{ none }}'\nsender_buttons:\n  - - icon: SUPPORT\n      caption: '{{ [] }}'\n      open_direct_link: 'https://a.example/{{ true }}'\n";
        let run = render(template, "");
        assert_eq!((run.status, run.stderr.matches("evaluation-error").count()), (1, 3), "{run}");
    }

    #[test]
    fn message_that_comes_out_blank_is_refused() {
        assert_snapshot!(render("message: ' {{ a }} '\n", "--var a="), @r"
        exit status 1
        --- stderr
        invalid-message

          × message is blank
           ╭─[template.yaml:1:10]
         1 │ message: ' {{ a }} '
           ·          ─────┬─────
           ·               ╰── rendered without visible text
           ╰────
          help: add text that does not depend on these values
        ");
    }
}

mod data {
    use super::*;

    #[test]
    fn values_that_are_no_strings_pass_unchanged() {
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
    fn scalar_that_is_one_hole_keeps_the_values_type() {
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
    fn scalar_with_anything_beside_the_hole_is_text() {
        let data = data_of(
            "{a: ' {{ 1 }}', b: '{{ 1 }}{{ 2 }}', c: '{{ 1 }}{# no more #}', d: '{% if true %}1{% endif %}'}",
            "",
        );
        assert_eq!((&data["a"], &data["b"], &data["d"]), (&json!(" 1"), &json!("12"), &json!("1")));
    }

    #[test]
    fn block_that_is_one_hole_keeps_the_values_type_too() {
        let template = "message: x\nsender_buttons:\n  - - icon: SUPPORT\n      caption: x\n      open_server_link:\n        data:\n          a: |\n            {{ [1] }}\n";
        assert!(render(template, "").printed().contains(r#""data":{"a":[1]}"#));
    }

    #[test]
    fn keys_keep_the_authors_order_and_are_never_holes() {
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
    fn value_is_escaped_for_its_place() {
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
    fn value_marked_safe_is_left_alone() {
        assert_eq!(link("https://a.example/{{ v | safe }}", &["--var", "v=a/b?c=d#e"]), "https://a.example/a/b?c=d#e");
        assert_eq!(link("https://a.example/?{{ v | safe }}", &["--var", "v=a=1&b=2"]), "https://a.example/?a=1&b=2");
    }

    #[test]
    fn literal_parts_are_the_authors() {
        assert_eq!(
            link("https://a.example/جستجو/../x?a=%20&b={{ 1 }}#پ", &[]),
            "https://a.example/جستجو/../x?a=%20&b=1#پ"
        );
    }

    #[test]
    fn value_that_its_place_does_not_allow_is_an_error() {
        let template = "message: x\nsender_buttons:\n  - - icon: SUPPORT\n      caption: x\n      open_direct_link: https://{{ shop }}.example/\n";
        assert_snapshot!(Folder::with("t.yaml", template).kenarc(["render", "t.yaml", "--var", "shop=evil.example/"]), @r#"
        exit status 1
        --- stderr
        evaluation-error

          × invalid value in the host of a link
           ╭─[t.yaml:5:25]
         4 │       caption: x
         5 │       open_direct_link: https://{{ shop }}.example/
           ·                         ─────────────┬─────────────
           ·                                      ╰── expected letters, digits, `-` and `.` of a DNS name, found `"evil.example/"`
           ╰────
        "#);
    }

    #[test]
    fn whole_link_that_is_no_url_is_shown_as_it_came_out() {
        let template =
            "message: x\nsender_buttons:\n  - - icon: SUPPORT\n      caption: x\n      open_direct_link: '{{ url }}'\n";
        assert_snapshot!(Folder::with("t.yaml", template).kenarc(["render", "t.yaml", "--var", "url=javascript:alert(1)"]), @r#"
        exit status 1
        --- stderr
        invalid-message

          × invalid link
           ╭─[t.yaml:5:25]
         4 │       caption: x
         5 │       open_direct_link: '{{ url }}'
           ·                         ─────┬─────
           ·                              ╰── rendered as `"javascript:alert(1)"`: expected the scheme `https`, found `"javascript"`
           ╰────
          help: give values that make an absolute https URL, such as `https://app.example/reports/7`
        "#);
    }
}

mod when_and_for {
    use super::*;

    #[test]
    fn when_on_a_button_a_row_and_a_grid_keeps_them_only_where_it_is_true() {
        let template = r"
message: x
sender_buttons:
  - - { icon: SUPPORT, caption: kept, open_direct_link: https://a.example/, when: n > 0 }
    - { icon: SUPPORT, caption: gone, open_direct_link: https://a.example/, when: n > 9 }
  - when: n > 9
    buttons: [{ icon: SUPPORT, caption: gone with its row, open_direct_link: https://a.example/ }]
receiver_buttons:
  when: n > 9
  rows: [[{ icon: SUPPORT, caption: gone with its grid, open_direct_link: https://a.example/ }]]
variables: { n: { type: integer } }
";
        let message = render(template, "--var n=1").json();
        assert_eq!(captions(&message, "sender_buttons"), [["kept"]]);
        assert_eq!(message.get("receiver_buttons"), None);
        let message = render(template, "--var n=10").json();
        assert_eq!(captions(&message, "sender_buttons"), [vec!["kept", "gone"], vec!["gone with its row"]]);
        assert_eq!(captions(&message, "receiver_buttons"), [["gone with its grid"]]);
    }

    #[test]
    fn when_is_true_as_an_if_would_be() {
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
    fn when_may_be_a_bare_true_or_false() {
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
    fn grid_whose_rows_are_all_gone_is_left_out_of_the_bytes() {
        let template = "message: x\nsender_buttons: [[{icon: SUPPORT, caption: c, open_post_page: {post_token: t}, when: 1 > 2}]]\n";
        assert_eq!(render(template, "").printed(), "{\"type\":\"TEXT\",\"message\":\"x\"}\n");
    }

    #[test]
    fn for_on_a_row_and_on_a_button_repeats_it() {
        let template = r#"
message: x
sender_buttons:
  - for: row in rows
    buttons:
      - for: cell in row
        icon: SUPPORT
        caption: "{{ loop.index }}/{{ loop.length }} {{ cell }}"
        open_server_link: { data: { cell: "{{ cell }}", row: "{{ row }}" } }
"#;
        let folder = Folder::with("t.yaml", template).and("v.yaml", "rows: [[a, b], [], [c]]\n");
        let message = folder.kenarc(words("render t.yaml --vars v.yaml")).json();
        assert_eq!(captions(&message, "sender_buttons"), [vec!["1/2 a", "2/2 b"], vec!["1/1 c"]]);
        let second = &message["sender_buttons"]["rows"][0]["buttons"][1]["action"]["open_server_link"]["data"];
        assert_eq!(second, &json!({"cell": "b", "row": ["a", "b"]}));
    }

    #[test]
    fn when_is_evaluated_inside_for() {
        let template = "message: x\nsender_buttons:\n  - - for: n in [1, 2, 3, 4]\n      when: n % 2 == 0\n      icon: SUPPORT\n      caption: '{{ n }} of {{ loop.length }}'\n      open_post_page: { post_token: 't{{ n }}' }\n";
        assert_eq!(captions(&rendered(template), "sender_buttons"), [["2 of 4", "4 of 4"]]);
        let row = "message: x\nsender_buttons:\n  - for: n in [1, 2, 3]\n    when: not loop.last\n    buttons: [{ icon: SUPPORT, caption: '{{ n }}', open_post_page: { post_token: t } }]\n";
        assert_eq!(captions(&rendered(row), "sender_buttons"), [["1"], ["2"]]);
    }

    #[test]
    fn loop_has_the_fields_of_jinja() {
        let fields = "{{ loop.index }} {{ loop.index0 }} {{ loop.revindex }} {{ loop.revindex0 }} {{ loop.length }} {{ loop.depth }} {{ loop.depth0 }} \
                      {{ 'first' if loop.first else '-' }} {{ 'last' if loop.last else '-' }} {{ loop.previtem | default('-') }} {{ loop.nextitem | default('-') }} \
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

    #[test]
    fn name_of_a_for_is_gone_after_it() {
        let template = "message: x\nsender_buttons:\n  - - for: n in [1]\n      icon: SUPPORT\n      caption: '{{ n }}'\n      open_post_page: { post_token: t }\n    - { icon: SUPPORT, caption: '{{ n }}', open_post_page: { post_token: t } }\n";
        assert_snapshot!(render(template, ""), @r"
        exit status 1
        --- stderr
        missing-variable

          × missing variable `n`
           ╭─[template.yaml:7:37]
         6 │       open_post_page: { post_token: t }
         7 │     - { icon: SUPPORT, caption: '{{ n }}', open_post_page: { post_token: t } }
           ·                                     ┬
           ·                                     ╰── used here
           ╰────
          help: pass it with `--var n=…` or in a `--vars` file
        ");
        assert_eq!(captions(&render(template, "--var n=9").json(), "sender_buttons"), [["1", "9"]]);
    }

    #[test]
    fn for_over_a_mapping_goes_through_its_keys_in_order() {
        let template = "message: x\nsender_buttons:\n  - - for: k in m\n      icon: SUPPORT\n      caption: '{{ k }}={{ m[k] }}'\n      open_post_page: { post_token: t }\n";
        let folder = Folder::with("t.yaml", template).and("v.yaml", "m: {z: 1, a: 2}\n");
        assert_eq!(
            captions(&folder.kenarc(words("render t.yaml --vars v.yaml")).json(), "sender_buttons"),
            [["z=1", "a=2"]]
        );
    }

    #[test]
    fn for_over_what_is_no_list_is_an_error() {
        let template = "message: x\nsender_buttons:\n  - - for: photo in photos\n      icon: SUPPORT\n      caption: c\n      open_post_page: { post_token: t }\n";
        assert_snapshot!(render(template, "--var photos=one"), @r"
        exit status 1
        --- stderr
        evaluation-error

          × evaluation failed with these values
           ╭─[template.yaml:3:21]
         2 │ sender_buttons:
         3 │   - - for: photo in photos
           ·                     ───┬──
           ·                        ╰── cannot iterate over a string
         4 │       icon: SUPPORT
           ╰────
        ");
    }

    #[test]
    fn fourth_row_and_fourth_button_that_come_out_are_refused_at_what_made_them() {
        let template = "message: x\nsender_buttons:\n  - for: n in range(count)\n    buttons: [{ icon: SUPPORT, caption: '{{ n }}', open_post_page: { post_token: t } }]\nvariables: { count: { type: integer } }\n";
        assert_eq!(captions(&render(template, "--var count=3").json(), "sender_buttons").len(), 3);
        assert_snapshot!(render(template, "--var count=4"), @r"
        exit status 1
        --- stderr
        invalid-message

          × too many rows in `sender_buttons`
           ╭─[template.yaml:3:5]
         2 │     sender_buttons:
         3 │ ╭─▶   - for: n in range(count)
         4 │ ├─▶     buttons: [{ icon: SUPPORT, caption: '{{ n }}', open_post_page: { post_token: t } }]
           · ╰──── expected at most 3 rows, rendered 4
         5 │     variables: { count: { type: integer } }
           ╰────
          help: limit the list with `maxItems` in its declaration, or with `[:3]` in `for`
        ");
        let template = "message: x\nreceiver_buttons:\n  - - for: n in range(count)\n      icon: SUPPORT\n      caption: '{{ n }}'\n      open_post_page: { post_token: t }\nvariables: { count: { type: integer } }\n";
        assert_eq!(captions(&render(template, "--var count=3").json(), "receiver_buttons")[0].len(), 3);
        assert_snapshot!(render(template, "--var count=4"), @r"
        exit status 1
        --- stderr
        invalid-message

          × too many buttons in a row
           ╭─[template.yaml:3:7]
         2 │     receiver_buttons:
         3 │ ╭─▶   - - for: n in range(count)
         4 │ │         icon: SUPPORT
         5 │ │         caption: '{{ n }}'
         6 │ ├─▶       open_post_page: { post_token: t }
           · ╰──── expected at most 3 buttons, rendered 4
         7 │     variables: { count: { type: integer } }
           ╰────
          help: limit the list with `maxItems` in its declaration, or with `[:3]` in `for`
        ");
    }
}

mod what_comes_out {
    use super::*;

    #[test]
    fn icon_caption_and_token_are_checked_when_they_are_known() {
        let template = "message: x\nsender_buttons:\n  - - icon: '{{ icon }}'\n      caption: '{{ caption }}'\n      open_post_page: { post_token: '{{ token }}' }\n";
        let good = "--var icon=SUPPORT --var caption=c --var token=t";
        render(template, good).printed();
        let folder = Folder::with("template.yaml", template);
        let run = folder.kenarc([
            "render",
            "template.yaml",
            "--var",
            "icon=SUPORT",
            "--var",
            "caption=\u{200c}",
            "--var",
            "token=",
        ]);
        assert_snapshot!(run, @r#"
        exit status 1
        --- stderr
        invalid-message

          × unknown icon
           ╭─[template.yaml:3:13]
         2 │ sender_buttons:
         3 │   - - icon: '{{ icon }}'
           ·             ──────┬─────
           ·                   ╰── rendered as `"SUPORT"`
         4 │       caption: '{{ caption }}'
           ╰────
          help: use `SUPPORT` or `SPORT`

        invalid-message

          × caption is blank
           ╭─[template.yaml:4:16]
         3 │   - - icon: '{{ icon }}'
         4 │       caption: '{{ caption }}'
           ·                ───────┬───────
           ·                       ╰── rendered without visible text
         5 │       open_post_page: { post_token: '{{ token }}' }
           ╰────
          help: add text that does not depend on these values, or hide the button with `when`

        invalid-message

          × post token is blank
           ╭─[template.yaml:5:37]
         4 │       caption: '{{ caption }}'
         5 │       open_post_page: { post_token: '{{ token }}' }
           ·                                     ──────┬──────
           ·                                           ╰── rendered without visible text
           ╰────
          help: hide the button with `when` if there is no token
        "#);
    }

    #[test]
    fn message_of_64_kib_is_sent_and_a_byte_more_is_refused() {
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
        ");
    }
}
