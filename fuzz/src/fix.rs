//! Fixes: they end, work the first time, and make nothing worse.

use std::str;

use kenarc::lint::Applicability;
use kenarc::lint::fix::{Fixed, fix};
use kenarc::syntax::parse;
use kenarc::{Checked, SourceFile, check};

/// The rules about what hides other mistakes until it is fixed: text that is not read, or is not read as what it is.
const HIDING: [&str; 11] = [
    "accidental-comment",
    "duplicate-key",
    "foreign-placeholder",
    "invalid-reference",
    "invalid-variable",
    "jinja-syntax",
    "missing-field",
    "unknown-field",
    "unquoted-expression",
    "wrong-type",
    "yaml-syntax",
];

/// The most spaces that a fix writes in front of a line.
const MAX_INDENTATION: usize = 64;

/// Fixes a template once and twice. Input that is not UTF-8 is ignored.
pub fn run(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let before = check(&SourceFile::new("template.yaml", text));
    for required in [Applicability::Safe, Applicability::Unsafe] {
        let once = fixed(text, required);
        let twice = fixed(once.file.text(), required);
        assert_eq!(twice.file.text(), once.file.text(), "fixing twice is not fixing once");
        assert_eq!(twice.count, 0);
        // What a fix adds is the name of an action at most, or quotes around a text, in which each quote is doubled, or
        // the indentation of lines.
        let most = 2 * text.len() + 32 * once.count + MAX_INDENTATION * text.lines().count();
        assert!(once.file.text().len() <= most, "{}", once.file.text());
        let (parsed, reparsed) = (parse(text), parse(once.file.text()));
        // In a file whose structure is lost, the parser does not see all errors.
        if parsed.document.is_some() {
            assert!(
                reparsed.document.is_some() && reparsed.errors.len() <= parsed.errors.len(),
                "{}",
                once.file.text()
            );
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
