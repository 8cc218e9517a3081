//! Fixes: they end, work the first time, and make nothing worse.

use std::str;

use kenarc::lint::Applicability;
use kenarc::lint::fix::{Fixed, fix};
use kenarc::{Checked, SourceFile, check};

/// The rules about what hides other mistakes until it is fixed.
const HIDING: [&str; 5] = ["yaml-syntax", "unknown-field", "unquoted-expression", "invalid-variable", "jinja-syntax"];

/// Fixes a template once and twice. Input that is not UTF-8 is ignored.
pub fn run(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let before = check(&SourceFile::new("template.yaml", text));
    for required in [Applicability::Safe, Applicability::Unsafe] {
        let once = fixed(text, required);
        let twice = fixed(once.file.text(), required);
        assert_eq!(twice.file.text(), once.file.text(), "fixing twice is not fixing once");
        assert_eq!(twice.count, 0);
        // What a fix adds is the name of an action at most, or quotes around a text, in which each quote is doubled.
        assert!(once.file.text().len() <= 2 * text.len() + 32 * once.count, "{}", once.file.text());
        if count(&before, &["unquoted-expression"]) == 0 {
            assert!(count(&once.checked, &["yaml-syntax"]) <= count(&before, &["yaml-syntax"]));
        }
        if count(&before, &HIDING) == 0 {
            assert!(once.checked.diagnostics.len() <= before.diagnostics.len(), "{}", once.file.text());
        }
    }
}

fn fixed(text: &str, required: Applicability) -> Fixed {
    fix(&SourceFile::new("template.yaml", text), required, check)
}

fn count(checked: &Checked, rules: &[&str]) -> usize {
    checked.diagnostics.iter().filter(|finding| rules.contains(&finding.rule)).count()
}
