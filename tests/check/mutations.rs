//! Templates in which characters have been put in the wrong places.

use std::sync::LazyLock;

use kenarc::lint::fix::{Fixed, fix};
use kenarc::lint::{Applicability, Label, RULES};
use kenarc::report::{self, Format, Style};
use kenarc::{Checked, SourceFile, check};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// The blocks of YAML and JSON of the rules' pages and of the cases, and the templates of the project.
static TEMPLATES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let root = env!("CARGO_MANIFEST_DIR");
    let files = |folder: &str, extension: &str| {
        let entries = std::fs::read_dir(format!("{root}/{folder}")).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|end| end == extension)).collect();
        paths.sort();
        paths.into_iter().map(|path| std::fs::read_to_string(path).unwrap()).collect::<Vec<_>>()
    };
    let pages = RULES.iter().map(|rule| rule.page.to_owned()).chain(files("tests/cases", "md"));
    let blocks = pages.flat_map(|page| {
        let blocks = page.split("\n```yaml").skip(1).filter_map(|rest| Some(rest.split_once('\n')?.1.to_owned()));
        blocks.filter_map(|rest| Some(rest.split_once("```")?.0.to_owned())).collect::<Vec<_>>()
    });
    files("templates", "yaml").into_iter().chain(blocks).collect()
});

/// Characters of one to four bytes that some library or the terminal treats in a way of its own, and signs of YAML and
/// Jinja.
const PIECES: [&str; 50] = [
    "\0",
    "\u{1}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{ad}",
    "\u{200c}",
    "\u{200f}",
    "\u{2028}",
    "\u{2029}",
    "\u{202e}",
    "\u{feff}",
    "\u{fffd}",
    "\u{ffff}",
    "\u{fdd0}",
    "\u{10ffff}",
    "😀",
    "e\u{301}",
    "\u{64b}",
    "ق",
    "۳",
    "漢",
    "\t",
    "\r",
    "\n",
    "\r\n",
    "\"",
    "'",
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "[",
    "]",
    ": ",
    "- ",
    "&a ",
    "*a",
    "{",
    "}",
    "<<: ",
    "mesage: ",
    "icno: SUPPORT, ",
    "icon_name: SUPPORT, ",
    "captoin: a, ",
    "{{ nmae }}",
    "{#Z",
    "  ",
    "\\",
];

/// Returns a template with some pieces put into it, and some of its characters removed.
fn mutated() -> impl Strategy<Value = String> {
    let change = (any::<Index>(), select(&PIECES[..]), 0..3_usize);
    (any::<Index>(), vec(change, 1..4)).prop_map(|(template, changes)| {
        let mut text: Vec<char> = template.get(&TEMPLATES).chars().collect();
        for (place, piece, removed) in changes {
            let at = place.index(text.len() + 1);
            let end = (at + removed).min(text.len());
            text.splice(at..end, piece.chars());
        }
        text.into_iter().collect()
    })
}

fn checked(text: &str) -> Checked {
    check(&SourceFile::new("template.yaml", text))
}

fn is_whole(label: &Label) -> bool {
    let (text, span) = (label.file.text(), label.span);
    span.start <= span.end && text.is_char_boundary(span.start) && text.is_char_boundary(span.end)
}

proptest! {
    #[test]
    fn every_finding_marks_whole_characters_and_can_be_reported(text in mutated()) {
        let diagnostics = checked(&text).diagnostics;
        for finding in &diagnostics {
            prop_assert!(finding.labels.iter().all(is_whole), "{finding:?}");
            for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
                prop_assert!(text.get(edit.span.range()).is_some(), "{finding:?}");
            }
        }
        for format in [Format::Full, Format::Json, Format::Sarif, Format::Junit, Format::Gitlab, Format::Github] {
            report::write(format, &diagnostics, Style::default(), &mut Vec::new()).unwrap();
        }
    }

    #[test]
    fn fixes_end_and_work_the_first_time(text in mutated()) {
        for required in [Applicability::Safe, Applicability::Unsafe] {
            let once = fixed(&text, required);
            let twice = fixed(once.file.text(), required);
            prop_assert_eq!(twice.file.text(), once.file.text());
            prop_assert_eq!(twice.count, 0);
            // The longest replacement is the name of an action, or an expression with quotes around it.
            prop_assert!(once.file.text().len() <= text.len() + 32 * once.count, "{}", once.file.text());
            let before = checked(&text);
            prop_assert!(count(&once.checked, &["yaml-syntax"]) <= count(&before, &["yaml-syntax"]));
            if count(&before, &HIDING) == 0 {
                prop_assert!(once.checked.diagnostics.len() <= before.diagnostics.len(), "{}", once.file.text());
            }
        }
    }
}

fn fixed(text: &str, required: Applicability) -> Fixed {
    fix(&SourceFile::new("template.yaml", text), required, check)
}

/// The rules about what hides other mistakes until it is fixed.
const HIDING: [&str; 4] = ["yaml-syntax", "unknown-field", "unquoted-expression", "invalid-variable"];

fn count(checked: &Checked, rules: &[&str]) -> usize {
    checked.diagnostics.iter().filter(|finding| rules.contains(&finding.rule)).count()
}
