//! YAML or JSON to a tree, to a template, to findings.

use std::str;

use kenarc::{Checker, SourceFile};

use super::findings::assert_reportable;

/// Checks a template, and compiles it if it is valid. Input that is not UTF-8 is ignored: no file is made of it.
pub fn run(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    for name in ["template.yaml", "template.json"] {
        let file = SourceFile::new(name, text);
        let checker = Checker::default();
        let checked = checker.check(&file);
        assert_reportable(&checked.diagnostics);
        assert!(checked.has_errors() || checker.compile(&file).is_ok(), "what `check` accepts does not compile");
    }
}
