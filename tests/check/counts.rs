//! How many rows and buttons a grid can have, and that all renderings agree.

use kenarc::{Diagnostic, SourceFile, Values, lint};
use proptest::prelude::*;
use serde_json::{Value, json};

const DECLARATIONS: &str = r#"
  a: { type: boolean }
  b: { type: boolean }
  n: { type: integer }
  kind: { enum: [p, q, r] }
  few: { type: array, maxItems: 2, items: { type: integer } }
  some: { type: array, minItems: 1, maxItems: 4, items: { type: integer } }
  many: { type: array, items: { type: integer } }
  groups: { type: array, maxItems: 3, items: { type: array, maxItems: 2, items: { type: integer } } }
  map: { type: object, maxProperties: 2, additionalProperties: { type: integer } }
"#;

fn button(attributes: &str) -> String {
    format!("{{ icon: STAR, caption: x, {attributes} open_server_link: {{ data: {{}} }} }}")
}

/// Returns a template with these rows on one side, each with the attributes of its buttons.
fn template(rows: &[(String, Vec<String>)]) -> String {
    let row = |(attributes, buttons): &(String, Vec<String>)| {
        let buttons: Vec<String> = buttons.iter().map(|attributes| button(attributes)).collect();
        let buttons = buttons.join(", ");
        if attributes.is_empty() {
            format!("  - [{buttons}]\n")
        } else {
            format!("  - {{ {attributes} buttons: [{buttons}] }}\n")
        }
    };
    let rows: String = rows.iter().map(row).collect();
    format!("message: x\nvariables:\n{DECLARATIONS}\nsender_buttons:\n{rows}")
}

/// Returns whether a finding is about numbers of items: these templates also leave some variables unused.
fn is_counted(found: &&Diagnostic) -> bool {
    found.rule != "unused-variable"
}

/// Returns the sums in the labels of the findings about a row of buttons.
fn sums_in_labels(buttons: &[&str]) -> Vec<String> {
    let text = template(&[(String::new(), buttons.iter().map(|attributes| (*attributes).to_owned()).collect())]);
    let findings = lint::check(&SourceFile::new("template.yaml", text)).diagnostics;
    let sum =
        |label: &str| label.rsplit_once(" there can be ").or(label.rsplit_once(" found ")).expect("a sum").1.to_owned();
    findings
        .iter()
        .filter(is_counted)
        .map(|found| format!("{} {}", found.rule, sum(&found.labels[0].message)))
        .collect()
}

/// Returns the rules about numbers that find something in these rows.
fn limits(rows: &[&[&str]]) -> Vec<&'static str> {
    let row = |buttons: &&[&str]| (String::new(), buttons.iter().map(|attributes| (*attributes).to_owned()).collect());
    let rows: Vec<(String, Vec<String>)> = rows.iter().map(row).collect();
    let findings = lint::check(&SourceFile::new("template.yaml", template(&rows))).diagnostics;
    let is_limit = |rule: &&str| rule.contains("limit") || rule.contains("too-many");
    findings.into_iter().map(|found| found.rule).filter(is_limit).collect()
}

#[test]
fn rows_that_may_have_no_buttons_are_counted() {
    assert_eq!(limits(&[&[""], &[""], &[""], &["when: a,"]]), ["may-exceed-limit"]);
    assert_eq!(limits(&[&[""], &[""], &[""], &[""]]), ["too-many-rows"]);
}

#[test]
fn exclusive_conditions_are_found_among_many_others() {
    let asked = [
        "n > 3",
        "few | length > 1",
        "some | length > 2",
        "many | length > 5",
        "groups | length > 1",
        "map | length > 1",
    ];
    let first = format!("when: \"{}\",", asked.join(" and "));
    assert_eq!(limits(&[&[&first, "", "when: b,", "when: not b,"]]), [""; 0]);
}

#[test]
fn impossible_and_unreadable_parts_are_not_counted() {
    let fine: [&[&str]; 4] = [
        // There are at most four.
        &["", "", "when: some | length > 4, for: x in some,"],
        // Once it is fixed, it may exclude the other.
        &["", "", "when: a >,", "when: not a,"],
        &["", "", "when: aa,", "when: not a,"],
        &["for: x in undeclared | sort,"],
    ];
    for buttons in fine {
        assert_eq!(limits(&[buttons]), [""; 0], "{buttons:?}");
    }
}

#[test]
fn the_label_lists_the_terms_of_the_sum() {
    let table: &[(&[&str], &str)] = &[
        (
            &["", "for: x in many,"],
            "may-exceed-limit any number (1 fixed + any number from `many`, which has no `maxItems`)",
        ),
        (&["", "", "for: x in few,"], "may-exceed-limit 4 (2 fixed + up to 2 from `few`)"),
        (&["", "when: a,", "for: x in few,"], "may-exceed-limit 4 (1 fixed + up to 1 optional + up to 2 from `few`)"),
        (&["", "", "", "when: a,"], "may-exceed-limit 4 (3 fixed + up to 1 optional)"),
        (&["for: \"x in [1, 2, 3, 4]\","], "too-many-buttons 4 (4 from `[1, 2, 3, 4]`)"),
        (
            &["for: \"x in [1, 2, 3]\",", "for: x in some,"],
            "too-many-buttons at least 4 (3 from `[1, 2, 3]` + at least 1 from `some`)",
        ),
        (&["for: x in some,"], "may-exceed-limit 4 (up to 4 from `some`)"),
        (&["", "", "for: x in map,"], "may-exceed-limit 4 (2 fixed + up to 2 from `map`)"),
        (&["for: x in range(n),"], "may-exceed-limit any number (any number from `range(n)`)"),
        (
            &["for: x in many, when: x > 0,"],
            "may-exceed-limit any number (any number from `many`, which has no `maxItems`)",
        ),
    ];
    for (buttons, expected) in table {
        assert_eq!(sums_in_labels(buttons), [*expected], "{buttons:?}");
    }
}

#[test]
fn exclusive_parts_are_not_added() {
    let fine: &[&[&str]] = &[
        &["", "", "when: a,", "when: not a,"],
        &["", "", "when: kind == 'p',", "when: kind == 'q',", "when: kind == 'r',"],
        &["", "", "when: kind == 'p',", "when: kind != 'p',"],
        &["", "", "when: \"kind in ['p', 'q']\",", "when: kind == 'r',"],
        &["", "", "when: n > 0,", "when: n <= 0,"],
        &["", "", "when: n < 3,", "when: n > 2,"],
        &["", "", "when: n == 0,", "when: n,"],
        &["", "", "when: 0 < n,", "when: n == 0,"],
        &["", "", "when: few | length > 1,", "when: few | length < 2,"],
        &["", "when: a and b,", "when: not a,", "when: a and not b,", "when: b and not a,"],
        &["for: x in many, when: loop.index <= 3,"],
        &["", "", "for: x in many, when: loop.first,"],
        &["for: x in many, when: many | length < 4,"],
        &["for: \"x in many[:3]\","],
        &["for: \"x in (many | sort)[1:3]\",", ""],
        &["for: x in few | reverse | unique,", ""],
        &["for: x in some | batch(2),", ""],
    ];
    for buttons in fine {
        assert_eq!(sums_in_labels(buttons), [""; 0], "{buttons:?}");
    }
}

const CASES: u32 = 500;

// Whatever is drawn, the renderings keep to it

fn values() -> impl Strategy<Value = Value> {
    let list = |most: usize| prop::collection::vec(-1..4i64, 0..=most);
    let kind = prop::sample::select(vec!["p", "q", "r"]);
    let map = prop_oneof![Just(json!({})), Just(json!({ "x": 1 })), Just(json!({ "x": 1, "y": 2 }))];
    let some = prop::collection::vec(-1..4i64, 1..5);
    let groups = prop::collection::vec(list(2), 0..4);
    (any::<bool>(), any::<bool>(), -1..5i64, kind, list(2), some, list(6), groups, map).prop_map(
        |(a, b, n, kind, few, some, many, groups, map)| {
            json!({
                "a": a, "b": b, "n": n, "kind": kind,
                "few": few, "some": some, "many": many, "groups": groups, "map": map,
            })
        },
    )
}

const CONDITIONS: &[&str] = &[
    "",
    "",
    "",
    "a",
    "not a",
    "a and b",
    "a or b",
    "not (a or b)",
    "b",
    "n > 0",
    "n <= 0",
    "n == 2",
    "n > 2",
    "n < 3",
    "n",
    "kind == 'p'",
    "kind == 'q'",
    "kind != 'p'",
    "kind in ['q', 'r']",
    "few",
    "not few",
    "few | length > 1",
    "many | length <= 2",
    "LOOP",
    "true",
    "false",
    "few is defined",
];

const ITEMS: &[&str] = &[
    "",
    "",
    "",
    "few",
    "some",
    "many",
    "many[:2]",
    "many[-1:]",
    "some[1:]",
    "map",
    "[1, 2]",
    "range(2)",
    "range(n)",
    "few + few",
    "many | select('odd')",
    "some | batch(2)",
    "groups[0] | default([])",
    "many | unique",
];

fn attributes() -> impl Strategy<Value = String> {
    (prop::sample::select(CONDITIONS), prop::sample::select(ITEMS)).prop_map(|(when, items)| {
        let when = when.replace("LOOP", if items.is_empty() { "a" } else { "loop.index <= 1" });
        let items = if items.is_empty() { String::new() } else { format!("for: \"x in {items}\", ") };
        let when = if when.is_empty() { String::new() } else { format!("when: \"{when}\", ") };
        items + &when
    })
}

/// Returns whether a rendering has too many rows or buttons, and the ids of the findings.
fn outcome(text: &str, values: &Value) -> (bool, Vec<&'static str>) {
    let checked = lint::check(&SourceFile::new("template.yaml", text));
    let values = Values::from_serialize("values", values).expect("values");
    let failures = lint::render(checked.template.as_ref().expect("a template"), &values).err().unwrap_or_default();
    let exceeds = failures.iter().any(|failure| failure.rule == "invalid-message");
    (exceeds, checked.diagnostics.iter().filter(is_counted).map(|found| found.rule).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_rendering_exceeds_a_limit_without_a_finding(
        rows in prop::collection::vec((attributes(), prop::collection::vec(attributes(), 1..5)), 1..5),
        values in values(),
    ) {
        let text = template(&rows);
        let (exceeds, found) = outcome(&text, &values);
        let known = ["may-exceed-limit", "too-many-rows", "too-many-buttons"];
        prop_assert!(found.iter().all(|rule| known.contains(rule)), "{found:?} in\n{text}");
        prop_assert!(!found.is_empty() || !exceeds, "not foreseen in\n{text}");
    }

    #[test]
    fn every_rendering_exceeds_a_certain_limit(
        buttons in prop::collection::vec(attributes(), 1..5),
        values in values(),
    ) {
        let text = template(&[(String::new(), buttons)]);
        let (exceeds, found) = outcome(&text, &values);
        prop_assert!(exceeds || !found.contains(&"too-many-buttons"), "not exceeded in\n{text}");
    }
}
