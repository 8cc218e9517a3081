//! A part of a library that no template refers to.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::lint::checker::sort;
use crate::lint::{Checker, Diagnostic, Findings, Part, Rule, Severity};
use crate::source::{SourceFile, Span};

pub(in crate::lint) static RULE: Rule = Rule::project("unused-part", Severity::Warning, include_str!("unused_part.md"));

/// The parts that all files of a project refer to, by the names of the files that they are in.
#[derive(Debug, Default)]
pub struct ReferencedParts(HashMap<String, HashSet<Span>>);

impl ReferencedParts {
    /// Adds the parts that a file refers to.
    pub fn add(&mut self, file: &Arc<SourceFile>) {
        for (file, span) in file.referenced_parts() {
            self.0.entry(file.name().to_owned()).or_default().insert(span);
        }
    }

    /// Returns the findings about the parts of a library that nothing refers to, also not in part.
    #[must_use]
    pub fn unused(&self, library: &Arc<SourceFile>, parts: &[Part], checker: &Checker) -> Vec<Diagnostic> {
        let used = self.0.get(library.name());
        let is_used =
            |part: &Part| used.into_iter().flatten().any(|used| used.contains(part.span) || part.span.contains(*used));
        let mut diagnostics = Vec::new();
        let mut findings = Findings::new(&RULE, library, &mut diagnostics);
        for part in parts.iter().filter(|part| !is_used(part)) {
            findings
                .at(part.key, format!("unused part `{}`", part.name))
                .label("no template refers to it")
                .help("refer to it with `$ref`, or remove it");
        }
        checker.suppress(library, &mut diagnostics);
        sort(&mut diagnostics);
        diagnostics
    }
}
