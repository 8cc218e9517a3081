//! `kenarc render --batch`: a line of JSON for each row, or the reason why there is none.

use std::fmt::Write as _;
use std::io::Write as _;

use crate::cli::{Folder, Run, words};
use flate2::Compression;
use flate2::write::GzEncoder;
use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Value, json};

const TEMPLATE: &str = "\
variables:
  name: { type: string, minLength: 2 }
  price: { type: integer, minimum: 0, default: 0 }
  url: { type: string, format: uri, default: https://app.example/ }
  tags: { type: array, items: { type: string }, default: [] }
message: سلام {{ name }}{% if price %}، {{ price }} تومان{% endif %}
sender_buttons:
  - - { icon: SUPPORT, caption: \"{{ name }}\", open_direct_link: \"{{ url }}\" }
receiver_buttons:
  - for: tag in tags
    buttons: [{ icon: SUPPORT, caption: \"{{ tag }}\", open_post_page: { post_token: wXyZ1234 } }]
";

fn folder() -> Folder {
    Folder::with("order.yaml", TEMPLATE)
}

fn batch(rows: &str, text: impl AsRef<[u8]>, flags: &str) -> (Folder, Run) {
    let folder = folder().and(rows, text);
    let run = folder.kenarc(words(&format!("render order.yaml --batch {rows} {flags}")));
    (folder, run)
}

/// Returns the texts of the messages that were printed.
fn texts(run: &Run) -> Vec<String> {
    let message = |line: &str| serde_json::from_str::<Value>(line).unwrap()["message"].as_str().unwrap().to_owned();
    run.stdout.lines().map(message).collect()
}

#[test]
fn the_format_of_stdin_is_detected_by_its_first_character() {
    for rows in ["{\"name\":\"سارا\"}\n", "\n\n  {\"name\":\"سارا\"}", "name\nسارا\n", "\u{feff}name\nسارا"]
    {
        let run = Run::of(folder().command(words("render order.yaml --batch -")).write_stdin(rows));
        assert_eq!(texts(&run), ["سلام سارا"], "{rows:?}");
    }
}

#[test]
fn gzip_is_detected_whatever_the_file_name() {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all("{\"name\":\"سارا\"}\n".as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    for name in ["rows.jsonl.gz", "rows"] {
        assert_eq!(texts(&batch(name, &gzip, "").1), ["سلام سارا"]);
    }
    let (_, run) = batch("cut.gz", &gzip[..gzip.len() - 6], "");
    assert_snapshot!(run, @r#"
    exit status 2
    --- stdout
    {"type":"TEXT","message":"سلام سارا","sender_buttons":{"rows":[{"buttons":[{"action":{"open_direct_link":"https://app.example/"},"icon":"SUPPORT","caption":"سارا"}]}]}}
    --- stderr
    error: cannot read cut.gz beyond line 2: unexpected end of file
     help: the rows before it were processed; check whether the file is complete
    "#);
}

#[test]
fn another_encoding_is_one_error_for_the_file() {
    // Windows-1256: the header is ASCII, and only the cells show it.
    let windows = b"name,price\nabc,1\n\xda\xe1\xed,2\n\xd3\xc7\xd1\xc7,3\n".to_vec();
    let (_, run) = batch("rows.csv", &windows, "");
    assert_snapshot!(run, @r#"
    exit status 2
    --- stderr
    error: rows.csv: the file is not UTF-8, but perhaps Windows-1256
     help: save it as UTF-8; Excel calls that "CSV UTF-8", and writes "CSV" in Windows-1256 on a Persian system
    "#);
    let json = "{\"name\":\"ab\"}\n".repeat(3);
    let utf_16 = |to_bytes: fn(u16) -> [u8; 2]| json.encode_utf16().flat_map(to_bytes).collect::<Vec<u8>>();
    for bytes in [utf_16(u16::to_le_bytes), utf_16(u16::to_be_bytes)] {
        let (_, run) = batch("rows.jsonl", &bytes, "");
        assert_eq!(
            (run.status, run.stderr.lines().next()),
            (2, Some("error: rows.jsonl: the file is UTF-16")),
            "{run}"
        );
    }
    // The rows before the first that shows it are rendered.
    let late =
        ["name,price\n".as_bytes(), "abc,1\n".repeat(20_000).as_bytes(), &b"\xda\xe1\xed,2\n".repeat(9)].concat();
    let (_, run) = batch("rows.csv", &late, "");
    assert_eq!((run.status, run.stdout.lines().count()), (2, 20_000));
    // On a busy machine, a line of progress comes first.
    let report: Vec<&str> = run.stderr.lines().filter(|line| !line.contains(" rendered, ")).collect();
    assert!(report.len() == 2 && report[0].starts_with("error: rows.csv: the file is not UTF-8"), "{run}");
    // One broken cell among good ones is a broken row.
    let mixed = ["name,price\nسارا,1\n".as_bytes(), b"\xda\xe1\xed,2\n"].concat();
    let (_, run) = batch("rows.csv", &mixed, "");
    assert!(run.status == 1 && run.stdout.lines().count() == 1, "{run}");
    // A file with a byte-order mark is UTF-8, even if its first cell is broken.
    let marked = ["\u{feff}name,price\n".as_bytes(), b"\xda\xe1\xed,2\n", "سارا,1\n".as_bytes()].concat();
    let (_, run) = batch("rows.csv", &marked, "");
    assert!(run.status == 1 && run.stdout.lines().count() == 1, "{run}");
}

#[test]
fn a_header_that_does_not_match_the_template_is_one_error() {
    let rows = "nmae,price\n".to_owned() + &"سارا,1\n".repeat(1000);
    let (_, run) = batch("rows.csv", rows, "");
    assert_snapshot!(run, @r"
    exit status 1
    --- stderr
    unknown-variable

      × unknown column `nmae`
       ╭─[rows.csv:1:1]
     1 │ nmae,price
       · ──┬─
       ·   ╰── not declared by the template
       ╰────
      help: rename `nmae` to `name`, or ignore it with `--ignore-extra-columns`
    ");
    for header in ["name,,price", "name,name"] {
        let (_, run) = batch("rows.csv", format!("{header}\nسارا,1\n"), "");
        assert!(run.status == 2 && run.stdout.is_empty(), "{run}");
    }
}

#[test]
fn rows_in_utf_16_with_a_byte_order_mark_are_one_error() {
    let text = "\u{feff}name,price\r\nسارا,1\r\nعلی,2\r\n";
    for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        for name in ["rows.csv", "rows.jsonl"] {
            let (_, run) = batch(name, text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>(), "");
            let expected =
                format!("error: {name}: the file is UTF-16\n help: save it as UTF-8; Excel calls that \"CSV UTF-8\"\n");
            assert_eq!((run.status, run.stdout.as_str(), run.stderr), (2, "", expected));
        }
    }
}

#[test]
fn file_without_rows_is_not_an_error() {
    for text in ["", "\n\n", "# nothing\n"] {
        let (_, run) = batch("rows.jsonl", text, "");
        assert_eq!((run.status, run.stdout.as_str(), run.stderr.as_str()), (0, "", "rendered 0 of 0 rows\n"));
    }
}

#[test]
fn row_that_is_too_long_is_rejected() {
    let long = format!("{{\"name\":\"{}\"}}\n", "x".repeat(1 << 20));
    let deep = format!("{{\"name\":\"x\",\"tags\":{}{}}}\n", "[".repeat(100_000), "]".repeat(100_000));
    let latin = b"{\"name\":\"sar\xe9\"}\n".to_vec();
    let rows = [long.as_bytes(), deep.as_bytes(), &latin, "{\"name\":\"سارا\"}\n".as_bytes()].concat();
    let (folder, run) = batch("rows.jsonl", rows, "--rejects bad.jsonl");
    assert_eq!((texts(&run), run.status), (vec!["سلام سارا".to_owned()], 1));
    assert_snapshot!(run.stderr, @r"
    rows.jsonl:1:1: error[invalid-value]: row is longer than 1 MiB
    rows.jsonl:2:83: error[yaml-syntax]: document nests too deeply: expected at most 64 nested lists and mappings
    rows.jsonl:3:13: error[invalid-value]: invalid UTF-8: this byte is not UTF-8
    rendered 1 of 4 rows, 3 rejected
    ");
    let kept = std::fs::read(folder.path("bad.jsonl")).unwrap();
    assert!(kept.windows(latin.len()).any(|bytes| bytes == latin), "the bytes are kept as they were");
    let open = format!("name,price\nسارا,1\n\"علی,2\n{}", "x,1\n".repeat(500_000));
    let (_, run) = batch("rows.csv", open, "");
    assert_eq!(texts(&run), ["سلام سارا، 1 تومان"]);
    assert_snapshot!(run.stderr, @r"
    rows.csv:237867:1: error[invalid-value]: row is longer than 1 MiB
    rendered 1 of 2 rows, 1 rejected
    ");
}

#[test]
fn output_is_the_same_on_any_number_of_threads() {
    let mut rows = String::new();
    for row in 0..5_000 {
        let price = if row % 97 == 0 { json!("bad") } else { json!(row) };
        writeln!(rows, "{}", json!({ "name": format!("کاربر {row}"), "price": price, "tags": ["الف"] })).unwrap();
    }
    let (_, one) = batch("rows.jsonl", &rows, "--threads 1");
    let (_, four) = batch("rows.jsonl", &rows, "--threads 4");
    assert_eq!(one, four);
    assert_eq!(one.stdout.lines().count(), 5_000 - 52);
    assert_eq!(one.stderr.lines().count(), 52 + 1);
}

#[test]
fn no_token_is_shown_or_kept() {
    const TOKENS: [&str; 4] = ["opaque", "ory_at_QmFzZTY0VG9rZW4xMjM0NTY3ODkw", "tök\\\"en-with-quote", "short1"];
    let row = |token: &str, more: &str| format!("{{\"access_token\":{},\"name\":{more}\n", json!(token));
    let rows: String = TOKENS
        .iter()
        .flat_map(|token| {
            [row(token, "\"x\"}"), row(token, &format!("{}}}", json!(token))), row(token, "\"cut"), row(token, "1}")]
        })
        .collect();
    let (folder, run) = batch("rows.jsonl", rows, "--rejects bad.jsonl");
    let seen = run.stderr + &folder.read("bad.jsonl");
    for token in TOKENS.into_iter().filter(|token| *token != "opaque") {
        assert!(!seen.contains(token), "{token} in\n{seen}");
    }
    assert!(!seen.contains("\"opaque\""), "{seen}");
}

#[test]
fn no_token_of_a_row_that_is_not_utf_8_is_kept() {
    // The first row shows that the file is UTF-8 all the same.
    let rows = b"name,access_token\n\xd8\xb9,opaque-0\n\xd3\xc7\xd1\xc7,opaque-1\n\"a\xd3 access_token\",opaque-2\n";
    let (folder, run) = batch("rows.csv", rows, "--rejects bad.csv");
    assert!(run.stdout.is_empty(), "{}", run.stdout);
    let kept = std::fs::read(folder.path("bad.csv")).unwrap();
    let kept = String::from_utf8_lossy(&kept);
    assert!(!kept.contains("opaque") && kept.contains("access_token\",[redacted]\n"), "{kept}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// What is plain is evaluated without the machine. A `set` makes a text that is not plain, and means the same.
    #[test]
    fn the_fast_path_renders_like_minijinja(
        a in json_value(), b in json_value(), text in plain_text(), is_link in any::<bool>(),
    ) {
        let place = |text: &str| {
            let text = serde_json::Value::from(text);
            if is_link {
                format!("message: m\nsender_buttons: [[{{ icon: SUPPORT, caption: c, open_direct_link: {text} }}]]\n")
            } else {
                format!("message: {text}\n")
            }
        };
        let text = if is_link { format!("https://app.example/x?y={text}") } else { format!("«{text}»") };
        let rendered = |text: &str| {
            let template = kenarc::compile(&kenarc::SourceFile::new("t.yaml", place(text))).ok()?;
            let values = kenarc::Values::from_serialize("v", &json!({ "a": a, "b": b })).ok()?;
            kenarc::render(&template, &values).ok().map(|message| message.to_json())
        };
        prop_assert_eq!(rendered(&text), rendered(&format!("{{% set z = 1 %}}{text}")));
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3..300_i64).prop_map(Value::from),
        (-2.0..2.0_f64).prop_map(Value::from),
        "[a-zء-ی \u{200c}&/\"]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[xy]", inner, 0..3).prop_map(Value::from_iter),
        ]
    })
}

fn plain_text() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec!["a", "b", "a.x", "b.y.x", "1", "2.5", "'t'", "\"\"", "true", "none", "c"]);
    let operator = prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">=", "and", "or", "in", "~", "+"]);
    let expression = prop_oneof![
        3 => name.clone().prop_map(str::to_owned),
        2 => (name.clone(), operator.clone(), name.clone()).prop_map(|(a, o, b)| format!("{a} {o} {b}")),
        1 => name.clone().prop_map(|a| format!("not {a}")),
        1 => (name.clone(), operator.clone(), name.clone(), operator, name)
            .prop_map(|(a, o, b, p, c)| format!("{a} {o} {b} {p} {c}")),
    ];
    let part = prop_oneof![
        3 => expression.clone().prop_map(|e| format!("{{{{ {e} }}}}")),
        1 => (expression.clone(), expression.clone())
            .prop_map(|(c, e)| format!("{{% if {c} %}}{{{{ {e} }}}}{{% else %}}n{{% endif %}}")),
        1 => "[a-z]{0,3}",
    ];
    prop::collection::vec(part, 1..4).prop_map(|parts| parts.concat())
}
