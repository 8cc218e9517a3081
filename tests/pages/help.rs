//! Help that is followed to the letter resolves its finding, and makes no other one.
//!
//! All findings of the rules' pages and of `tests/cases` are tried: each fix is applied, and each text that a help
//! quotes to be written is put in the place that the finding marks.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use kenarc::lint::{Applicability, Diagnostic, Edit, Fix};

use crate::example::{Example, report};
use crate::page::{Block, Page, Section, expect_none};

/// What help quotes that is not written in the marked place: the page, the help, and why.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    (
        "unsupported_type.md",
        "write `TEXT`, or remove `type`",
        "a value that is missing is marked where a space is needed",
    ),
    (
        "yaml_syntax.md",
        "write `%YAML 1.2`, or remove the line",
        "of a line that is wrong, the parser marks the first sign",
    ),
    ("yaml_syntax.md", "write `key: value`", "only the author knows the key and the value"),
];

/// Findings that come to light when another one is resolved: the rule that is resolved, the rule that is found then,
/// and why.
const REVEALED: &[(&str, &str, &str)] = &[
    ("undefined-variable", "unused-variable", "the author has several similar names, and means only one of them"),
    ("undefined-variable", "type-mismatch", "one of the names that are suggested may have another type"),
    ("undefined-variable", "unformatted-number", "what a name stands for is known once the name is right"),
    ("unquoted-expression", "jinja-syntax", "errors in an unquoted value are reported once it is quoted"),
    ("unquoted-expression", "unsupported-type", "errors in an unquoted value are reported once it is quoted"),
    ("deprecated-field", "json-syntax", "help shows the key without the quotes that it keeps in JSON"),
    ("unknown-field", "json-syntax", "help shows the key without the quotes that it keeps in JSON"),
    ("invalid-variable", "may-be-null", "what the declaration means to allow is allowed"),
    ("jinja-syntax", "jinja-syntax", "a statement can be misspelt, and in the wrong place"),
];

/// The words before a text that is to be written in the marked place.
const VERBS: [&str; 2] = ["write ", "use "];

#[test]
fn help_that_is_followed_to_the_letter_resolves_its_finding() {
    let mut complaints = Vec::new();
    let (mut fixes, mut helps) = (0, 0);
    for path in pages() {
        let page = Page::read(&path);
        for section in page.sections() {
            let Some(example) = example(&section) else { continue };
            let findings = example.findings();
            for finding in &findings {
                if let Some(fix) = &finding.fix {
                    fixes += 1;
                    complaints.extend(complaint(&page, &example, &findings, finding, fix));
                }
                for text in written(finding).filter(|text| !is_elsewhere(&page, finding, text)) {
                    helps += 1;
                    let fix = Fix::new(Applicability::Unsafe, "", vec![Edit::replace(finding.span(), text)]);
                    complaints.extend(complaint(&page, &example, &findings, finding, &fix));
                }
            }
        }
    }
    expect_none(&complaints);
    assert!(fixes >= 100 && helps >= 100, "{fixes} fixes and {helps} helps");
}

/// Returns the pages with reports on examples.
pub(crate) fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = Vec::new();
    for folder in ["src/lint/rules", "tests/cases"] {
        let entries = fs::read_dir(root.join(folder)).expect("a folder with pages");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        pages.extend(paths.filter(|path| path.extension().is_some_and(|extension| extension == "md")));
    }
    pages.sort();
    pages
}

/// Returns the example of a section that shows a report on one.
pub(crate) fn example<'s, 'p>(section: &'s Section<'p>) -> Option<Example<'s, 'p>> {
    let is_input = |block: &&Block<'_>| !["console", "text", "marked"].contains(&block.info);
    let inputs = section.blocks.iter().take_while(is_input).count();
    let has_report = section.blocks.get(inputs).is_some_and(|block| block.info != "console");
    Example::of(section, &section.blocks[..inputs]).filter(|_| has_report)
}

/// Returns the texts that the help of a finding says to write. `…` stands for what only the author knows.
fn written(finding: &Diagnostic) -> impl Iterator<Item = &str> {
    let help = finding.help.as_deref().unwrap_or_default();
    let list = VERBS.iter().find_map(|verb| help.strip_prefix(verb)).unwrap_or_default();
    let mut rest = list.split('`').skip(1);
    let mut texts = Vec::new();
    while let (Some(text), Some(after)) = (rest.next(), rest.next()) {
        texts.push(text);
        match after {
            ", " | " or " => {}
            "" => break,
            _ if after.starts_with(", or ") => break,
            _ => return Vec::new().into_iter(),
        }
    }
    let is_whole = |text: &&str| list.starts_with('`') && !text.contains('…');
    texts.into_iter().filter(is_whole).collect::<Vec<_>>().into_iter()
}

fn is_elsewhere(page: &Page, finding: &Diagnostic, text: &str) -> bool {
    let name = page.name();
    ELSEWHERE
        .iter()
        .any(|(page, help, _)| name.ends_with(page) && finding.help.as_deref() == Some(*help) && help.contains(text))
}

/// Returns what is wrong after a fix, if anything is.
fn complaint(
    page: &Page,
    example: &Example<'_, '_>,
    before: &[Diagnostic],
    finding: &Diagnostic,
    fix: &Fix,
) -> Option<String> {
    let after = example.findings_after(finding, fix);
    let mut known = counts(before);
    if let Some(count) = known.get_mut(&key(finding)) {
        *count -= 1;
    }
    let mut wrong = String::new();
    for (key, count) in counts(&after) {
        let is_revealed =
            REVEALED.iter().any(|(resolved, revealed, _)| *resolved == finding.rule && *revealed == key.0);
        if count > known.get(&key).copied().unwrap_or_default() && !is_revealed {
            let _ = write!(wrong, "\n  {}: {}", key.0, key.1);
        }
    }
    let help = finding.help.as_deref().unwrap_or_default();
    (!wrong.is_empty()).then(|| {
        let text = fix.apply(finding.file().text());
        format!("{}, {}: after `{help}`:{wrong}\n{text}\n{}", page.name(), example.heading, report(&after))
    })
}

type Key = (&'static str, String);

fn key(finding: &Diagnostic) -> Key {
    (finding.rule, finding.summary().into_owned())
}

fn counts(findings: &[Diagnostic]) -> HashMap<Key, usize> {
    let mut counts = HashMap::new();
    for finding in findings {
        *counts.entry(key(finding)).or_insert(0) += 1;
    }
    counts
}
