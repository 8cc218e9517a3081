//! The rules' pages: each example on them is run, and says what it is said to say.
//!
//! `UPDATE_PAGES=1 cargo test --test pages` writes the reports on the pages anew.

#![expect(clippy::expect_used, clippy::panic, reason = "that is how a test fails")]

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use kenarc::lint::{self, RULES, Rule};
use kenarc::lint::{Applicability, Diagnostic, Fix};
use kenarc::render::{Values, ValuesError};
use kenarc::report::{self, Format, Style};
use kenarc::source::{MAX_FILE_BYTES, SourceError, SourceFile};
use kenarc::template::Template;

/// The longest line that `kenarc explain` lists a rule with, in characters.
const MAX_SUMMARY: usize = 100;

// Pages

/// A page as it stands on disk.
struct Page {
    path: PathBuf,
    text: String,
}

/// What stands under a heading of the second level.
struct Section<'p> {
    heading: &'p str,
    blocks: Vec<Block<'p>>,
}

/// A fenced block.
struct Block<'p> {
    /// What follows the opening fence.
    info: &'p str,
    text: &'p str,
    /// Where the text stands on the page.
    range: Range<usize>,
}

/// A template, perhaps with variables, or the body of a request; and under `Bad` the report on it.
struct Example<'s, 'p> {
    heading: &'p str,
    template: &'s Block<'p>,
    variables: Option<&'s Block<'p>>,
    report: Option<&'s Block<'p>>,
}

impl Page {
    fn of(rule: &Rule) -> Self {
        let path = folder().join(rule.id.replace('-', "_")).with_extension("md");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { path, text }
    }

    fn name(&self) -> String {
        format!("src/lint/rules/{}", self.path.file_name().unwrap_or_default().display())
    }

    fn sections(&self) -> Vec<Section<'_>> {
        let mut sections = Vec::new();
        // The opening fence's info and where the block's text begins.
        let mut open: Option<(&str, usize)> = None;
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            let end = start + line.len();
            match (line.trim_end().strip_prefix("```"), open) {
                (Some(info), None) => open = Some((info, end)),
                (Some(_), Some((info, begin))) => {
                    let block = Block { info, text: &self.text[begin..start], range: begin..start };
                    let section: &mut Section<'_> =
                        sections.last_mut().unwrap_or_else(|| panic!("{}: a block before `## Why`", self.name()));
                    section.blocks.push(block);
                    open = None;
                }
                (None, None) => {
                    if let Some(heading) = line.trim_end().strip_prefix("## ") {
                        sections.push(Section { heading, blocks: Vec::new() });
                    }
                }
                (None, Some(_)) => {}
            }
            start = end;
        }
        assert!(open.is_none(), "{}: a block is never closed", self.name());
        sections
    }
}

impl<'p> Section<'p> {
    fn is(&self, kind: &str) -> bool {
        self.heading == kind || self.heading.strip_prefix(kind).is_some_and(|rest| rest.starts_with(": "))
    }

    fn example<'s>(&'s self, page: &Page) -> Example<'s, 'p> {
        let infos: Vec<&str> = self.blocks.iter().map(|block| block.info).collect();
        let (template, variables, report) = match (infos.as_slice(), self.is("Bad")) {
            (["yaml" | "json" | "json request", "text"], true) => (0, None, Some(1)),
            (["yaml" | "json", "yaml variables" | "json variables" | "sh", "text"], true) => (0, Some(1), Some(2)),
            (["yaml" | "json" | "json request"], false) => (0, None, None),
            (["yaml" | "json", "yaml variables" | "json variables" | "sh"], false) => (0, Some(1), None),
            _ => panic!("{}: the blocks under `{}` are {infos:?}", page.name(), self.heading),
        };
        let block = |index: usize| &self.blocks[index];
        Example {
            heading: self.heading,
            template: block(template),
            variables: variables.map(block),
            report: report.map(block),
        }
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/lint/rules")
}

// Running them

impl Example<'_, '_> {
    fn findings(&self) -> Vec<Diagnostic> {
        if self.is_request() {
            let file = SourceFile::new("request.json", self.template.text);
            return lint::check_request(&file, &Arc::default()).diagnostics;
        }
        self.findings_in(&SourceFile::new(self.template.file_name("template"), self.template.text), self.variables())
    }

    fn is_request(&self) -> bool {
        self.template.info == "json request"
    }

    /// The file of variables, where it is one.
    fn variables(&self) -> Option<Arc<SourceFile>> {
        let block = self.variables.filter(|block| block.info != "sh")?;
        Some(SourceFile::new(block.file_name("variables"), block.text))
    }

    /// What there is to say of these files; of the variables only where the template alone is in order.
    fn findings_in(&self, template: &Arc<SourceFile>, variables: Option<Arc<SourceFile>>) -> Vec<Diagnostic> {
        let checked = lint::check(template);
        match checked.template {
            Some(template) if self.variables.is_some() && checked.diagnostics.is_empty() => {
                match self.values(&template, variables) {
                    Err((file, error)) => lint::values_file(&file, &error),
                    Ok(values) => lint::render(&template, &values).err().unwrap_or_default(),
                }
            }
            _ => checked.diagnostics,
        }
    }

    /// The variables, from their file or from the flags of a command.
    fn values(
        &self,
        template: &Template,
        file: Option<Arc<SourceFile>>,
    ) -> Result<Values, (Arc<SourceFile>, ValuesError)> {
        let mut values = Values::new();
        if let Some(file) = file {
            return values.add_file(&file).map(|()| values).map_err(|error| (file, error));
        }
        let command = self.variables.map_or("", |block| block.text);
        for flag in command.split("--var ").skip(1).map(str::trim) {
            values
                .add_flag(flag, template.variables.as_ref())
                .map_err(|error| (SourceFile::new("--var", flag), error))?;
        }
        Ok(values)
    }

    /// What is left after a fix, in whichever of the two files it changes.
    fn findings_after(&self, finding: &Diagnostic, fix: &Fix) -> Vec<Diagnostic> {
        let template = SourceFile::new(self.template.file_name("template"), self.template.text);
        let mended = SourceFile::new(finding.file().name(), fix.apply(finding.file().text()));
        if finding.file().name() == template.name() {
            self.findings_in(&mended, self.variables())
        } else {
            self.findings_in(&template, Some(mended))
        }
    }

    /// Why the template gives no message: with its variables, else with each of its examples, else without any.
    fn failures(&self) -> Vec<Diagnostic> {
        let file = SourceFile::new("template.yaml", self.template.text);
        let template = lint::check(&file).template.expect("a template without findings");
        if self.variables.is_some() {
            return self.findings();
        }
        let example = |example| {
            let mut values = Values::new();
            values.add_example(&template, example).expect("an example without findings");
            values
        };
        let mut sets: Vec<Values> = template.examples.iter().map(example).collect();
        let has_examples = !sets.is_empty();
        if !has_examples {
            sets.push(Values::new());
        }
        let failures = sets.iter().flat_map(|values| lint::render(&template, values).err().unwrap_or_default());
        failures.filter(|failure| has_examples || failure.rule != "missing-variable").collect()
    }
}

impl Block<'_> {
    fn file_name(&self, stem: &str) -> String {
        format!("{stem}.{}", self.info.split(' ').next().unwrap_or_default())
    }
}

fn report(diagnostics: &[Diagnostic]) -> String {
    let mut out = Vec::new();
    report::write(Format::Full, diagnostics, Style { colour: false, width: 100 }, &mut out).expect("memory takes all");
    let text = String::from_utf8(out).expect("a report is text");
    format!("{}\n", text.trim_end())
}

/// Every example of a kind on every page.
fn for_each_example(kind: &str, mut test: impl FnMut(&Rule, &Page, &Example<'_, '_>)) {
    for rule in RULES {
        let page = Page::of(rule);
        for section in page.sections().iter().filter(|section| section.is(kind)) {
            test(rule, &page, &section.example(&page));
        }
    }
}

/// Fails with everything that is wrong, not only the first.
fn expect_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n\n{}\n", complaints.join("\n\n"));
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
        let page = Page::of(rule);
        let mut complain = |what: &str| complaints.push(format!("{}: {what}", page.name()));
        if page.text.lines().next() != Some(&format!("# {}", rule.id)) {
            complain("the title is not the rule's id");
        }
        let summary = rule.summary();
        if summary.is_empty() || summary.starts_with('#') || summary.chars().count() > MAX_SUMMARY {
            complain("a line that says what the rule finds belongs under the title");
        }
        let sections = page.sections();
        let order = |section: &Section<'_>| ["Why", "Bad", "Good", "Fix"].iter().position(|kind| section.is(kind));
        let first_is_why = sections.first().is_some_and(|section| section.heading == "Why");
        if !first_is_why || sections.iter().any(|section| order(section).is_none()) {
            complain("the sections are `Why`, then `Bad` and `Good`, at the end `Fix` where the rule has one");
        }
        let count = |kind| sections.iter().filter(|section| section.is(kind)).count();
        if count("Bad") == 0 || count("Good") == 0 || count("Why") != 1 {
            complain("it needs one `Why`, a `Bad` and a `Good`");
        }
        if sections.iter().position(|section| section.is("Fix")).is_some_and(|at| at + 1 != sections.len()) {
            complain("`Fix` comes last");
        }
    }
    expect_none(&complaints);
}

#[test]
fn a_bad_example_has_the_findings_that_the_page_shows_and_no_others() {
    let is_update = std::env::var_os("UPDATE_PAGES").is_some_and(|value| value == "1");
    let mut complaints = Vec::new();
    for rule in RULES {
        let page = Page::of(rule);
        let mut updated = page.text.clone();
        // From the end, so that the ranges before a change stay true.
        for section in page.sections().iter().filter(|section| section.is("Bad")).rev() {
            let example = section.example(&page);
            let findings = example.findings();
            let shown = example.report.expect("a bad example has a report");
            let told = report(&findings);
            let place = format!("{}, {}", page.name(), example.heading);
            if findings.is_empty() {
                complaints.push(format!("{place}: nothing is found"));
            }
            for finding in findings.iter().filter(|finding| finding.rule != rule.id) {
                complaints.push(format!("{place}: another rule speaks: {finding}"));
            }
            if is_update {
                updated.replace_range(shown.range.clone(), &told);
            } else if told != shown.text {
                complaints.push(format!("{place}: the page shows\n\n{}\nand kenarc says\n\n{told}", shown.text));
            }
        }
        if updated != page.text {
            fs::write(&page.path, updated).expect("a page can be written");
        }
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
fn a_fix_mends_its_finding_and_breaks_nothing() {
    let mut complaints = Vec::new();
    for_each_example("Bad", |rule, page, example| {
        let findings = example.findings();
        for (finding, fix) in findings.iter().filter_map(|finding| Some((finding, finding.fix.as_ref()?))) {
            let left = example.findings_after(finding, fix);
            let mended = fix.apply(finding.file().text());
            if finding.file().name().ends_with(".json") && serde_json::from_str::<serde_json::Value>(&mended).is_err() {
                complaints.push(format!("{}, {}: no JSON after the fix:\n{mended}", page.name(), example.heading));
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
        let page = Page::of(rule);
        let sections = page.sections();
        let bad = sections.iter().filter(|section| section.is("Bad")).map(|section| section.example(&page));
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
    let expected =
        ["3:missing-field", "3:one-action", "5:unknown-field", "6:unknown-field", "7:missing-field", "7:one-action"];
    assert_eq!(found, expected);
}

#[test]
fn missing_quotes_and_superfluous_braces_are_told_apart() {
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
fn an_error_of_the_operating_system_is_no_finding() {
    let error = SourceFile::read(&folder().join("no-such-file.yaml")).expect_err("no file");
    assert!(matches!(lint::unreadable(error), Err(SourceError::Unreadable { .. })));
}

// And characters that a page cannot show

#[test]
fn characters_that_steer_a_terminal_are_shown_as_signs() {
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
    assert!(told.contains("[template.yaml:2:18]"), "{told}");
    assert!(told.contains("\n 2 │ message: سلام {{ }}\n"), "{told}");
}
