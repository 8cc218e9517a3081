//! The pages of the rules: each example is run, and has the report that the page shows.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::PathBuf;

use kenarc::lint::{self, Applicability, Diagnostic, RULES, Rule};
use kenarc::source::{MAX_FILE_BYTES, SourceError, SourceFile};

use crate::example::{Example, report};
use crate::page::{Block, Page, Section, expect_none};

/// The longest line that `kenarc explain` lists a rule with, in characters.
const MAX_SUMMARY: usize = 100;

fn page(rule: &Rule) -> Page {
    Page::read(&folder().join(rule.id.replace('-', "_")).with_extension("md"))
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/lint/rules")
}

fn is(section: &Section<'_>, kind: &str) -> bool {
    section.heading == kind || section.heading.strip_prefix(kind).is_some_and(|rest| rest.starts_with(": "))
}

/// Returns the example under a heading; under `Bad` with the report on it.
fn example<'s, 'p>(section: &'s Section<'p>, page: &Page) -> (Example<'s, 'p>, Option<&'s Block<'p>>) {
    let (inputs, report) = match section.blocks.split_last() {
        Some((report, inputs)) if is(section, "Bad") && report.info == "text" => (inputs, Some(report)),
        _ => (section.blocks.as_slice(), None),
    };
    match Example::of(section, inputs) {
        Some(example) if report.is_some() == is(section, "Bad") => (example, report),
        _ => {
            let infos: Vec<&str> = section.blocks.iter().map(|block| block.info).collect();
            panic!("{}: the blocks under `{}` are {infos:?}", page.name(), section.heading);
        }
    }
}

/// Every example of a kind on every page.
fn for_each_example(kind: &str, mut test: impl FnMut(&Rule, &Page, &Example<'_, '_>)) {
    for rule in RULES {
        let page = page(rule);
        for section in page.sections().iter().filter(|section| is(section, kind)) {
            test(rule, &page, &example(section, &page).0);
        }
    }
}

// The tests

#[test]
fn each_rule_has_a_page_and_each_page_a_rule() {
    let pages: BTreeSet<String> = fs::read_dir(folder())
        .expect("the folder of the rules")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| path.file_stem().unwrap_or_default().display().to_string())
        .collect();
    let rules: BTreeSet<String> = RULES.iter().map(|rule| rule.id.replace('-', "_")).collect();
    assert_eq!(pages, rules);
}

#[test]
fn ids_are_unique_and_kebab_case() {
    let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), RULES.len());
    for id in ids {
        let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
        assert!(id.split('-').all(is_word), "{id}");
        assert_eq!(lint::find(id).map(|rule| rule.id), Some(id));
    }
}

#[test]
fn a_page_has_a_title_a_summary_and_its_sections_in_order() {
    let mut complaints = Vec::new();
    for rule in RULES {
        let page = page(rule);
        let mut complain = |what: &str| complaints.push(format!("{}: {what}", page.name()));
        if page.text.lines().next() != Some(&format!("# {}", rule.id)) {
            complain("the title is not the rule's id");
        }
        let summary = rule.summary();
        if summary.is_empty() || summary.starts_with('#') || summary.chars().count() > MAX_SUMMARY {
            complain("a line that says what the rule finds belongs under the title");
        }
        let [title, sections @ ..] = &*page.sections() else { panic!("no title") };
        let order = |section: &Section<'_>| ["Why", "Bad", "Good", "Fix"].iter().position(|kind| is(section, kind));
        let first_is_why = title.blocks.is_empty() && sections.first().is_some_and(|section| section.heading == "Why");
        if !first_is_why || sections.iter().any(|section| order(section).is_none()) {
            complain("the sections are `Why`, then `Bad` and `Good`, at the end `Fix` where the rule has one");
        }
        let count = |kind| sections.iter().filter(|section| is(section, kind)).count();
        if count("Bad") == 0 || count("Good") == 0 || count("Why") != 1 {
            complain("it needs one `Why`, a `Bad` and a `Good`");
        }
        if sections.iter().position(|section| is(section, "Fix")).is_some_and(|at| at + 1 != sections.len()) {
            complain("`Fix` comes last");
        }
    }
    expect_none(&complaints);
}

#[test]
fn a_bad_example_has_the_findings_that_the_page_shows_and_no_others() {
    let mut complaints = Vec::new();
    for rule in RULES {
        let page = page(rule);
        let mut outputs = Vec::new();
        for section in page.sections().iter().filter(|section| is(section, "Bad")) {
            let (example, shown) = example(section, &page);
            let findings = example.findings();
            let place = format!("{}, {}", page.name(), example.heading);
            if findings.is_empty() {
                complaints.push(format!("{place}: nothing is found"));
            }
            for finding in findings.iter().filter(|finding| finding.rule != rule.id) {
                complaints.push(format!("{place}: another rule speaks: {finding}"));
            }
            outputs.extend(shown.map(|block| block.output(section.heading, report(&findings))));
        }
        complaints.extend(page.compare(outputs));
    }
    expect_none(&complaints);
}

#[test]
fn a_good_example_has_no_findings_and_renders() {
    let mut complaints = Vec::new();
    for_each_example("Good", |_, page, example| {
        let findings = example.findings();
        let findings = if findings.is_empty() && !example.is_request() { example.failures() } else { findings };
        if !findings.is_empty() {
            complaints.push(format!("{}, {}:\n{}", page.name(), example.heading, report(&findings)));
        }
    });
    expect_none(&complaints);
}

#[test]
fn a_fix_removes_its_finding_and_breaks_nothing() {
    let mut complaints = Vec::new();
    for_each_example("Bad", |rule, page, example| {
        let findings = example.findings();
        for (finding, fix) in findings.iter().filter_map(|finding| Some((finding, finding.fix.as_ref()?))) {
            let left = example.findings_after(finding, fix);
            let fixed = fix.apply(finding.file().text());
            if finding.file().name().ends_with(".json") && serde_json::from_str::<serde_json::Value>(&fixed).is_err() {
                complaints.push(format!("{}, {}: no JSON after the fix:\n{fixed}", page.name(), example.heading));
            }
            if fix.title.is_empty() || fix.title.contains('\n') {
                complaints.push(format!("{}, {}: a fix needs a title of one line", page.name(), example.heading));
            }
            let mut others: Vec<Cow<'_, str>> = findings.iter().map(Diagnostic::summary).collect();
            others.remove(findings.iter().position(|other| std::ptr::eq(other, finding)).unwrap_or_default());
            // A fix may bring to light what could not be seen before it, but nothing of these.
            let told = left.iter().filter(|finding| [rule.id, "yaml-syntax"].contains(&finding.rule));
            if told.map(Diagnostic::summary).ne(others) {
                complaints.push(format!(
                    "{}, {}: after the fix of\n{finding}\nthis is left:\n{}",
                    page.name(),
                    example.heading,
                    report(&left)
                ));
            }
        }
    });
    expect_none(&complaints);
}

#[test]
fn a_page_says_how_safe_a_fix_is_where_there_is_one() {
    let mut complaints = Vec::new();
    for rule in RULES {
        let page = page(rule);
        let sections = page.sections();
        let bad = sections.iter().filter(|section| is(section, "Bad")).map(|section| example(section, &page).0);
        let findings = bad.flat_map(|example| example.findings());
        let fixes: BTreeSet<Applicability> = findings.filter_map(|finding| Some(finding.fix?.applicability)).collect();
        let described = page.text.split_once("\n## Fix\n").map_or(BTreeSet::new(), |(_, text)| {
            let words = text.split(|character: char| !character.is_alphabetic());
            words
                .filter_map(|word| match word {
                    "safe" => Some(Applicability::Safe),
                    "unsafe" => Some(Applicability::Unsafe),
                    _ => None,
                })
                .collect()
        });
        if described != fixes {
            complaints.push(format!("{}: `Fix` says {described:?}, and the examples have {fixes:?}", page.name()));
        }
    }
    expect_none(&complaints);
}

// What no page can show: several rules side by side

fn rules_of(template: &str) -> Vec<String> {
    let findings = lint::check(&SourceFile::new("template.yaml", template)).diagnostics;
    findings
        .iter()
        .map(|finding| format!("{}:{}", finding.file().position(finding.span().start).line, finding.rule))
        .collect()
}

#[test]
fn a_misspelt_key_is_one_finding_and_hides_none_in_another_button() {
    let template = "\
message: سلام
sender_buttons:
  - - icon: SUPPORT
    - icon: SUPPORT
      captoin: پشتیبانی
      open_direct_lnik: https://app.example/support
    - icon: SUPPORT
";
    let found = rules_of(template);
    let expected = [
        "3:missing-field",
        "3:wrong-action-count",
        "5:unknown-field",
        "6:unknown-field",
        "7:missing-field",
        "7:wrong-action-count",
    ];
    assert_eq!(found, expected);
}

#[test]
fn missing_quotes_and_superfluous_braces_are_distinguished() {
    let template = "\
message: {{ name | }}
sender_buttons:
  - - icon: SUPPORT
      caption: {{ name }}
      when: {{ name }}
      open_direct_link: https://app.example/support
";
    assert_eq!(rules_of(template), ["1:unquoted-expression", "4:unquoted-expression", "5:jinja-syntax"]);
}

// Nor files that are not text

fn unreadable(error: SourceError) -> String {
    let finding = lint::unreadable(error).expect("a finding, no error of the operating system");
    let mut text = finding.to_string();
    if let Some(help) = finding.help {
        write!(text, " ({help})").expect("memory takes all");
    }
    text
}

#[test]
fn bytes_that_are_not_utf_8_are_found_at_their_place() {
    // «سلام» in Windows-1256.
    let error = SourceFile::from_bytes("template.yaml", b"type: TEXT\nmessage: \xd3\xe1\xc7\xe3\n".to_vec());
    let error = error.expect_err("no UTF-8");
    assert_eq!(
        unreadable(error),
        "template.yaml:2:10: error[yaml-syntax]: invalid UTF-8: this byte is not UTF-8 (save the file as UTF-8)"
    );
}

#[test]
fn a_file_that_is_too_large_is_a_finding() {
    let endless = io::repeat(b'#');
    let error = SourceFile::from_reader("<stdin>", endless).expect_err("more than the bound");
    assert_eq!(unreadable(error), "<stdin>:1:1: error[yaml-syntax]: file is larger than 1 MiB");
    assert_eq!(MAX_FILE_BYTES, 1 << 20);
}

#[test]
fn an_error_of_the_operating_system_is_not_a_finding() {
    let error = SourceFile::read(&folder().join("no-such-file.yaml")).expect_err("no file");
    assert!(matches!(lint::unreadable(error), Err(SourceError::Unreadable { .. })));
}

// And characters that a page cannot show

#[test]
fn terminal_control_characters_are_shown_as_symbols() {
    let file =
        SourceFile::new("template.yaml", "\"a\u{1b}[31m\u{9b}\u{202e}\u{200c}b\": \u{2069}x\r\nmessage: سلام\r\n");
    let told = report(&lint::check(&file).diagnostics);
    assert!(told.contains("\"a?[31m·\u{fffd}\u{200c}b\": \u{fffd}x"), "{told}");
    assert!(!told.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\u{2069}', '\r']), "{told}");
}

#[test]
fn a_column_counts_characters_and_a_line_every_kind_of_break() {
    let file = SourceFile::new("template.yaml", "type: TEXT\rmessage: سلام {{ }}\r");
    let told = report(&lint::check(&file).diagnostics);
    assert!(told.contains("[template.yaml:2:15]"), "{told}");
    assert!(told.contains("\n 2 │ message: سلام {{ }}\n"), "{told}");
}
