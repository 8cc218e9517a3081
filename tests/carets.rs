//! Where findings stand: under the very characters, whatever is around them and however the text is written.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/cli.rs"]
mod cli;

use insta::assert_snapshot;
use serde_json::Value;

use cli::{Folder, Run, words};

/// What a check of a file finds.
struct Findings {
    /// As people see it.
    full: Run,
    /// The text that each finding marks.
    marked: Vec<String>,
}

/// Checks a file in all three formats, which must agree on every place.
#[track_caller]
fn check(name: &str, text: &str) -> Findings {
    let folder = Folder::with(name, text);
    let run = |format: &str| {
        folder.kenarc(words(&format!("check {name} --quiet --ignore unused-variable --format {format}")))
    };
    let (full, concise, json) = (run("full"), run("concise"), run("json"));
    let findings: Vec<Value> = serde_json::from_str(&json.stdout).unwrap();
    assert!(!findings.is_empty(), "nothing is found in {text:?}");
    let mut lines = concise.stdout.lines();
    let marked = findings.iter().map(|finding| {
        let (start, end) = (point(&finding["start"], text), point(&finding["end"], text));
        let place = format!("{name}:{}:{}", start.line, start.column);
        let prefix =
            format!("{place}: {}[{}]: ", finding["severity"].as_str().unwrap(), finding["rule"].as_str().unwrap());
        let line = lines.next().unwrap();
        assert!(line.starts_with(&prefix), "{line:?} does not begin with {prefix:?}");
        assert!(full.stdout.contains(&format!("[{place}]")), "[{place}] is not in\n{full}");
        text.get(start.offset..end.offset).expect_span(finding).to_owned()
    });
    Findings { marked: marked.collect(), full }
}

trait ExpectSpan<T> {
    fn expect_span(self, finding: &Value) -> T;
}

impl<T> ExpectSpan<T> for Option<T> {
    #[track_caller]
    fn expect_span(self, finding: &Value) -> T {
        self.unwrap_or_else(|| panic!("no text of the file: {finding}"))
    }
}

struct Point {
    offset: usize,
    line: usize,
    column: usize,
}

/// A place as the `json` format gives it, whose line and column must be those of its offset.
#[track_caller]
fn point(point: &Value, text: &str) -> Point {
    let number = |name: &str| usize::try_from(point[name].as_u64().unwrap()).unwrap();
    let (offset, line, column) = (number("offset"), number("line"), number("column"));
    let before = text[..offset].trim_start_matches('\u{feff}');
    let own_line = before.rsplit('\n').next().unwrap();
    assert_eq!((line, column), (before.matches('\n').count() + 1, own_line.chars().count() + 1), "at {offset}");
    Point { offset, line, column }
}

/// One finding: it marks just this.
#[track_caller]
fn only(findings: Findings, marked: &str) -> Run {
    assert_eq!(findings.marked, [marked], "{}", findings.full);
    findings.full
}

const NAME: &str = "variables: { name: { type: string }, price: { type: integer } }\n";

#[test]
fn under_persian_text_with_joiners_and_marks_before_it() {
    let text = format!("{NAME}message: نیم\u{200c}فاصله، مُحَمَّد ژاله\u{200d} {{{{ nmae }}}} و بعد\n");
    assert_snapshot!(only(check("t.yaml", &text), "nmae"), @r"
    exit status 1
    --- stdout
    undefined-variable

      × undefined variable `nmae`
       ╭─[t.yaml:2:39]
     1 │ variables: { name: { type: string }, price: { type: integer } }
     2 │ message: نیم‌فاصله، مُحَمَّد ژاله‍ {{ nmae }} و بعد
       ·                                 ──┬─
       ·                                   ╰── not declared in `variables`
       ╰────
      help: use `name`
    ");
}

#[test]
fn under_an_icon_after_a_persian_caption_in_one_line() {
    let text = "message: x\nsender_buttons: [[{ caption: نِمایشِ گزارش\u{200c}ها, icon: CAR_INSPECTE, open_post_page: { post_token: t } }]]\n";
    assert_snapshot!(only(check("t.yaml", text), "CAR_INSPECTE"), @r"
    exit status 1
    --- stdout
    unknown-icon

      × unknown icon `CAR_INSPECTE`
       ╭─[t.yaml:2:54]
     1 │ message: x
     2 │ sender_buttons: [[{ caption: نِمایشِ گزارش‌ها, icon: CAR_INSPECTE, open_post_page: { post_token: t } }]]
       ·                                                   ──────┬─────
       ·                                                         ╰── no icon has this name
       ╰────
      help: use `CAR_INSPECTED` or `CAR_INSPECTION`
    ");
}

#[test]
fn under_persian_text_itself() {
    let text = "message: x\nsender_buttons: [[{ icon: SUPPORT, caption: پُشتیبانی, عُنوان\u{200c}ها: ۱, open_post_page: { post_token: t } }]]\n";
    assert_snapshot!(only(check("t.yaml", text), "عُنوان\u{200c}ها"), @r"
    exit status 1
    --- stdout
    unknown-field

      × unknown field `عُنوان‌ها`
       ╭─[t.yaml:2:56]
     1 │ message: x
     2 │ sender_buttons: [[{ icon: SUPPORT, caption: پُشتیبانی, عُنوان‌ها: ۱, open_post_page: { post_token: t } }]]
       ·                                                       ───┬───
       ·                                                          ╰── not a field of a button
       ╰────
      help: use `icon`, `caption`, `open_direct_link`, `open_server_link`, `get_dynamic_action`,
            `open_post_page`, `open_post_manage_page`, `action`, `when` or `for`
    ");
}

#[test]
fn under_wide_characters_before_it() {
    let text = format!("{NAME}message: 🚗 漢字 e\u{301} {{{{ nmae }}}}\n");
    assert_snapshot!(only(check("t.yaml", &text), "nmae"), @r"
    exit status 1
    --- stdout
    undefined-variable

      × undefined variable `nmae`
       ╭─[t.yaml:2:21]
     1 │ variables: { name: { type: string }, price: { type: integer } }
     2 │ message: 🚗 漢字 é {{ nmae }}
       ·                       ──┬─
       ·                         ╰── not declared in `variables`
       ╰────
      help: use `name`
    ");
}

#[test]
fn in_a_folded_scalar() {
    let text = format!(
        "{NAME}message: >\n  سلام دوستِ من،\n  این پیام برای {{{{ nmae }}}}\n  است.\n\n    تورفته {{{{ prise }}}}\n  پایان\n"
    );
    let findings = check("t.yaml", &text);
    assert_eq!(findings.marked, ["nmae", "prise"]);
    assert_snapshot!(findings.full, @r"
    exit status 1
    --- stdout
    undefined-variable

      × undefined variable `nmae`
       ╭─[t.yaml:4:20]
     3 │   سلام دوستِ من،
     4 │   این پیام برای {{ nmae }}
       ·                    ──┬─
       ·                      ╰── not declared in `variables`
     5 │   است.
       ╰────
      help: use `name`

    undefined-variable

      × undefined variable `prise`
       ╭─[t.yaml:7:15]
     6 │
     7 │     تورفته {{ prise }}
       ·               ──┬──
       ·                 ╰── not declared in `variables`
     8 │   پایان
       ╰────
      help: use `price`
    ");
}

#[test]
fn in_a_folded_scalar_whose_hole_goes_over_lines() {
    let text = format!("{NAME}message: >-\n  سلام {{{{ name\n  ~ nmae\n  }}}} خوبی؟\n");
    assert_snapshot!(only(check("t.yaml", &text), "nmae"), @r"
    exit status 1
    --- stdout
    undefined-variable

      × undefined variable `nmae`
       ╭─[t.yaml:4:5]
     3 │   سلام {{ name
     4 │   ~ nmae
       ·     ──┬─
       ·       ╰── not declared in `variables`
     5 │   }} خوبی؟
       ╰────
      help: use `name`
    ");
}

#[test]
fn in_a_double_quoted_scalar_with_escapes() {
    let text =
        format!("{NAME}message: \"\\u0633\\u0644\\u0627\\u0645 \\\"دوست\\\"\\n\\U0001F600 {{{{ nmae }}}}\\t\"\n");
    assert_snapshot!(only(check("t.yaml", &text), "nmae"), @r#"
    exit status 1
    --- stdout
    undefined-variable

      × undefined variable `nmae`
       ╭─[t.yaml:2:60]
     1 │ variables: { name: { type: string }, price: { type: integer } }
     2 │ message: "\u0633\u0644\u0627\u0645 \"دوست\"\n\U0001F600 {{ nmae }}\t"
       ·                                                            ──┬─
       ·                                                              ╰── not declared in `variables`
       ╰────
      help: use `name`
    "#);
}

#[test]
fn in_a_name_that_is_itself_escaped() {
    let text = format!("{NAME}message: \"سلام {{{{ n\\x6da\\u0065 }}}}\"\n");
    assert_snapshot!(only(check("t.yaml", &text), "n\\x6da\\u0065"), @r#"
    exit status 1
    --- stdout
    undefined-variable

      × undefined variable `nmae`
       ╭─[t.yaml:2:19]
     1 │ variables: { name: { type: string }, price: { type: integer } }
     2 │ message: "سلام {{ n\x6da\u0065 }}"
       ·                   ──────┬─────
       ·                         ╰── not declared in `variables`
       ╰────
      help: use `name`
    "#);
}

#[test]
fn in_a_double_quoted_scalar_after_a_line_continuation() {
    let text = format!("{NAME}message: \"سلام \\\n  دوست \\\n  \\ {{{{ nmae }}}}\n\n  پایان {{{{ prise }}}}\"\n");
    let findings = check("t.yaml", &text);
    assert_eq!(findings.marked, ["nmae", "prise"]);
    assert_snapshot!(findings.full, @r#"
    exit status 1
    --- stdout
    undefined-variable

      × undefined variable `nmae`
       ╭─[t.yaml:4:8]
     3 │   دوست \
     4 │   \ {{ nmae }}
       ·        ──┬─
       ·          ╰── not declared in `variables`
     5 │
       ╰────
      help: use `name`

    undefined-variable

      × undefined variable `prise`
       ╭─[t.yaml:6:12]
     5 │
     6 │   پایان {{ prise }}"
       ·            ──┬──
       ·              ╰── not declared in `variables`
       ╰────
      help: use `price`
    "#);
}

#[test]
fn in_a_single_quoted_scalar_with_doubled_quotes() {
    let text = format!("{NAME}message: 'it''s ''{{{{ name ~ ''و'' ~ nmae }}}}'''\n");
    assert_snapshot!(only(check("t.yaml", &text), "nmae"), @r"
    exit status 1
    --- stdout
    undefined-variable

      × undefined variable `nmae`
       ╭─[t.yaml:2:37]
     1 │ variables: { name: { type: string }, price: { type: integer } }
     2 │ message: 'it''s ''{{ name ~ ''و'' ~ nmae }}'''
       ·                                     ──┬─
       ·                                       ╰── not declared in `variables`
       ╰────
      help: use `name`
    ");
}

#[test]
fn in_a_single_quoted_scalar_over_lines() {
    let text = format!("{NAME}message: 'سلام''\n  دوست\n\n  من {{{{ nmae }}}}'\n");
    assert_snapshot!(only(check("t.yaml", &text), "nmae"), @r"
    exit status 1
    --- stdout
    undefined-variable

      × undefined variable `nmae`
       ╭─[t.yaml:5:9]
     4 │
     5 │   من {{ nmae }}'
       ·         ──┬─
       ·           ╰── not declared in `variables`
       ╰────
      help: use `name`
    ");
}

#[test]
fn in_a_literal_block_with_indentation_and_windows_line_endings() {
    let text =
        format!("{NAME}message: |\n    سلام\n      تورفته {{{{ name }}}} و {{{{ nmae }}}}\n\n    {{{{ prise }}}}\n")
            .replace('\n', "\r\n");
    let findings = check("t.yaml", &text);
    assert_eq!(findings.marked, ["nmae", "prise"]);
    assert_snapshot!(findings.full.stdout.replace('\r', "␍"), @r"
    undefined-variable

      × undefined variable `nmae`
       ╭─[t.yaml:4:30]
     3 │     سلام
     4 │       تورفته {{ name }} و {{ nmae }}
       ·                              ──┬─
       ·                                ╰── not declared in `variables`
     5 │
       ╰────
      help: use `name`

    undefined-variable

      × undefined variable `prise`
       ╭─[t.yaml:6:8]
     5 │
     6 │     {{ prise }}
       ·        ──┬──
       ·          ╰── not declared in `variables`
       ╰────
      help: use `price`
    ");
}

#[test]
fn in_a_literal_block_with_an_indentation_of_its_own() {
    let text = format!("{NAME}message: |2-\n    دو فاصله {{{{ nmae }}}}\n");
    assert_snapshot!(only(check("t.yaml", &text), "nmae"), @r"
    exit status 1
    --- stdout
    undefined-variable

      × undefined variable `nmae`
       ╭─[t.yaml:3:17]
     2 │ message: |2-
     3 │     دو فاصله {{ nmae }}
       ·                 ──┬─
       ·                   ╰── not declared in `variables`
       ╰────
      help: use `name`
    ");
}

#[test]
fn in_a_file_that_begins_with_a_byte_order_mark() {
    let text = "\u{feff}message: سلام {{ }}\n";
    assert_snapshot!(only(check("t.yaml", text), "}}"), @r"
    exit status 1
    --- stdout
    jinja-syntax

      × invalid Jinja syntax
       ╭─[t.yaml:1:18]
     1 │ ﻿message: سلام {{ }}
       ·                  ─┬
       ·                   ╰── unexpected end of variable block
       ╰────
    ");
    let first_line = "\u{feff}mesage: x\n";
    let findings = check("t.yaml", first_line);
    assert!(findings.marked.contains(&"mesage".to_owned()), "{:?}", findings.marked);
}

#[test]
fn in_json_with_escapes() {
    let text = "{\n  \"message\": \"\\u0633\\u0644\\u0627\\u0645 {{ [1 }}\",\n  \"sender_buttons\": [[{\"icon\": \"\\u0041BC\\u005FD\", \"caption\": \"\\ud83d\\ude97 \\/ {{ 1 + }}\", \"open_direct_link\": \"ht\\u0074ps:app.example\"}]]\n}\n";
    let findings = check("t.json", text);
    assert_eq!(findings.marked, ["}", "\"\\u0041BC\\u005FD\"", "}}", "ht\\u0074ps:app.example"]);
    assert_snapshot!(findings.full, @r#"
    exit status 1
    --- stdout
    jinja-syntax

      × invalid Jinja syntax
       ╭─[t.json:2:46]
     1 │ {
     2 │   "message": "\u0633\u0644\u0627\u0645 {{ [1 }}",
       ·                                              ┬
       ·                                              ╰── unexpected `}`, expected `,`
     3 │   "sender_buttons": [[{"icon": "\u0041BC\u005FD", "caption": "\ud83d\ude97 \/ {{ 1 + }}", "open_direct_link": "ht\u0074ps:app.example"}]]
       ╰────

    unknown-icon

      × unknown icon `ABC_D`
       ╭─[t.json:3:32]
     2 │   "message": "\u0633\u0644\u0627\u0645 {{ [1 }}",
     3 │   "sender_buttons": [[{"icon": "\u0041BC\u005FD", "caption": "\ud83d\ude97 \/ {{ 1 + }}", "open_direct_link": "ht\u0074ps:app.example"}]]
       ·                                ────────┬────────
       ·                                        ╰── no icon has this name
     4 │ }
       ╰────
      help: find a name with `kenarc icons WORD`

    jinja-syntax

      × invalid Jinja syntax
       ╭─[t.json:3:86]
     2 │   "message": "\u0633\u0644\u0627\u0645 {{ [1 }}",
     3 │   "sender_buttons": [[{"icon": "\u0041BC\u005FD", "caption": "\ud83d\ude97 \/ {{ 1 + }}", "open_direct_link": "ht\u0074ps:app.example"}]]
       ·                                                                                      ─┬
       ·                                                                                       ╰── unexpected end of variable block
     4 │ }
       ╰────

    invalid-link

      × invalid link
       ╭─[t.json:3:112]
     2 │   "message": "\u0633\u0644\u0627\u0645 {{ [1 }}",
     3 │   "sender_buttons": [[{"icon": "\u0041BC\u005FD", "caption": "\ud83d\ude97 \/ {{ 1 + }}", "open_direct_link": "ht\u0074ps:app.example"}]]
       ·                                                                                                                ───────────┬──────────
       ·                                                                                                                           ╰── expected an absolute https URL, found no host
     4 │ }
       ╰────
      help: write an absolute https URL, such as `https://app.example/reports/7`
    "#);
}

#[test]
fn after_a_tab() {
    let text = format!("{NAME}message: \"\tسلام\t{{{{ nmae }}}}\"\n");
    assert_snapshot!(only(check("t.yaml", &text), "nmae"), @r#"
    exit status 1
    --- stdout
    undefined-variable

      × undefined variable `nmae`
       ╭─[t.yaml:2:20]
     1 │ variables: { name: { type: string }, price: { type: integer } }
     2 │ message: "  سلام    {{ nmae }}"
       ·                        ──┬─
       ·                          ╰── not declared in `variables`
       ╰────
      help: use `name`
    "#);
}

#[test]
fn in_a_plain_scalar_over_lines() {
    let text = format!("{NAME}message: سلام دوستِ\n  من،\n\n   این {{{{ nmae }}}} و\n  {{{{ prise }}}} است\n");
    let findings = check("t.yaml", &text);
    assert_eq!(findings.marked, ["nmae", "prise"]);
    assert_snapshot!(findings.full, @r"
    exit status 1
    --- stdout
    undefined-variable

      × undefined variable `nmae`
       ╭─[t.yaml:5:11]
     4 │
     5 │    این {{ nmae }} و
       ·           ──┬─
       ·             ╰── not declared in `variables`
     6 │   {{ prise }} است
       ╰────
      help: use `name`

    undefined-variable

      × undefined variable `prise`
       ╭─[t.yaml:6:6]
     5 │    این {{ nmae }} و
     6 │   {{ prise }} است
       ·      ──┬──
       ·        ╰── not declared in `variables`
       ╰────
      help: use `price`
    ");
}

#[test]
fn in_the_expressions_of_when_and_for() {
    let text = format!(
        "{NAME}message: x\nsender_buttons:\n  - for: پ in []\n    buttons: []\n  - when: \"name == \\\"پ\\\" and prise\"\n    for:   x   in   nmaes\n    buttons:\n      - {{ icon: SUPPORT, caption: x, when: 'name == ''پ'' and nmae', open_post_page: {{ post_token: t }} }}\n"
    );
    let findings = check("t.yaml", &text);
    let marked: Vec<&str> = findings.marked.iter().map(String::as_str).collect();
    for expected in ["prise", "nmaes", "nmae"] {
        assert!(marked.contains(&expected), "{expected} is not in {marked:?}");
    }
    assert_snapshot!(findings.full, @r#"
    exit status 1
    --- stdout
    jinja-syntax

      × invalid expression
       ╭─[t.yaml:4:10]
     3 │ sender_buttons:
     4 │   - for: پ in []
       ·          ───┬───
       ·             ╰── expected `NAME in EXPRESSION`
     5 │     buttons: []
       ╰────

    empty-layout

      × row has no buttons
       ╭─[t.yaml:5:14]
     4 │   - for: پ in []
     5 │     buttons: []
       ·              ─┬
       ·               ╰── expected 1 to 3 buttons
     6 │   - when: "name == \"پ\" and prise"
       ╰────
      help: add a button, or remove the row

    undefined-variable

      × undefined variable `prise`
       ╭─[t.yaml:6:30]
     5 │     buttons: []
     6 │   - when: "name == \"پ\" and prise"
       ·                              ──┬──
       ·                                ╰── not declared in `variables`
     7 │     for:   x   in   nmaes
       ╰────
      help: use `price`

    undefined-variable

      × undefined variable `nmaes`
       ╭─[t.yaml:7:21]
     6 │   - when: "name == \"پ\" and prise"
     7 │     for:   x   in   nmaes
       ·                     ──┬──
       ·                       ╰── not declared in `variables`
     8 │     buttons:
       ╰────
      help: declare it under `variables`: `nmaes: { type: … }`

    undefined-variable

      × undefined variable `nmae`
       ╭─[t.yaml:9:63]
     8 │     buttons:
     9 │       - { icon: SUPPORT, caption: x, when: 'name == ''پ'' and nmae', open_post_page: { post_token: t } }
       ·                                                               ──┬─
       ·                                                                 ╰── not declared in `variables`
       ╰────
      help: use `name`
    "#);
}

#[test]
fn in_an_anchors_text_once_however_often_it_stands() {
    let text = format!(
        "{NAME}x-caption: &caption \"دکمهٔ {{{{ nmae }}}}\"\nmessage: *caption\nsender_buttons: [[{{ icon: SUPPORT, caption: *caption, open_post_page: {{ post_token: t }} }}]]\n"
    );
    assert_snapshot!(only(check("t.yaml", &text), "nmae"), @r#"
    exit status 1
    --- stdout
    undefined-variable

      × undefined variable `nmae`
       ╭─[t.yaml:2:31]
     1 │ variables: { name: { type: string }, price: { type: integer } }
     2 │ x-caption: &caption "دکمهٔ {{ nmae }}"
       ·                              ──┬─
       ·                                ╰── not declared in `variables`
     3 │ message: *caption
       ╰────
      help: use `name`
    "#);
}

#[test]
fn under_a_hole_that_is_not_closed() {
    let text = "message: |\n  سلام\n  دوست {{ name\n";
    let findings = check("t.yaml", text);
    assert_snapshot!(findings.full, @r"
    exit status 1
    --- stdout
    jinja-syntax

      × invalid Jinja syntax
       ╭─[t.yaml:3:11]
     2 │   سلام
     3 │   دوست {{ name
       ·           ──┬─
       ·             ╰── unexpected end of input, expected end of variable block
       ╰────
    ");
    assert_eq!(findings.marked.len(), 1);
}

#[test]
fn at_both_places_of_a_key_that_stands_twice() {
    let text = "message: x\nsender_buttons: [[{ icon: SUPPORT, caption: x, open_server_link: { data: { نِشانی: 1, ب: 2, نِشانی: 3 } } }]]\n";
    assert_snapshot!(only(check("t.yaml", text), "نِشانی"), @r"
    exit status 1
    --- stdout
    duplicate-key

      × duplicate key `نِشانی`
       ╭─[t.yaml:2:93]
     1 │ message: x
     2 │ sender_buttons: [[{ icon: SUPPORT, caption: x, open_server_link: { data: { نِشانی: 1, ب: 2, نِشانی: 3 } } }]]
       ·                                                                            ──┬──           ──┬──
       ·                                                                              │               ╰── given again here
       ·                                                                              ╰── first given here
       ╰────
      help: remove one of the two
    ");
}

/// What a failing hole marks: all of the expression that fails, and no more.
mod failing_holes {
    use super::*;

    #[track_caller]
    fn marks(hole: &str, expected: &str) {
        for (before, after) in
            [("message: \"سلام ", "!\"\n"), ("message: |\n  سلام\n  ", "\n"), ("message: >-\n  سلام\n  دوست ", "\n")]
        {
            let text = format!("{before}{hole}{after}examples: {{ one: {{ a: x, list: [1] }} }}\n");
            let findings = check("t.yaml", &text);
            assert_eq!(findings.marked, [expected], "{text}\n{}", findings.full);
        }
    }

    #[test]
    fn name_attribute_and_item() {
        marks("{{ list }}", "list");
        marks("{{ a.b }}", "a.b");
        marks("{{ list[7] }}", "list[7]");
    }

    #[test]
    fn filter_and_call() {
        marks("{{ a | round }}", "round");
        marks("{{ range(0, 1, 0) | join }}", "range(0, 1, 0)");
    }

    #[test]
    fn operator() {
        marks("{{ 1 < 2 }}", "1 < 2");
        marks("{{ a + 1 }}", "a + 1");
        marks("{{ 1 + (a - 1) }}", "a - 1");
        marks("{{ not a }}", "not a");
        marks("{{ -a }}", "-a");
    }

    #[test]
    fn choice() {
        marks("{{ list if a else a }}", "list if a else a");
    }
}
