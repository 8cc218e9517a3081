//! `kenarc check` on libraries of parts: fixes in them, and parts that nothing refers to.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::lint::{Checked, Checker, Diagnostic, ReferencedParts};
use crate::source::{SourceFile, Span};

use super::check::{CheckedInput, FoundDiagnostics};
use super::fix::Fixer;
use super::inputs::is_stdin;
use super::project::{is_library, templates};

/// Fixes the libraries, with what the files that refer to their parts find in them.
pub(super) fn fix_libraries(paths: &[PathBuf], checker: &Checker, fixer: &Fixer) -> BTreeMap<PathBuf, CheckedInput> {
    let found: BTreeSet<PathBuf> = paths.iter().flat_map(|path| templates(path)).filter_map(Result::ok).collect();
    if !found.iter().any(|path| is_library(path)) {
        return BTreeMap::new();
    }
    let files: Vec<(PathBuf, Arc<SourceFile>)> = found
        .into_par_iter()
        .filter(|path| !is_stdin(path))
        .filter_map(|path| SourceFile::read(&path).ok().map(|file| (path, file)))
        .collect();
    let composites: Vec<Arc<SourceFile>> = files.par_iter().map(|(_, file)| checker.check(file).file).collect();
    let refers = |composite: &Arc<SourceFile>, library: &str| {
        composite.referenced_parts().any(|(file, _)| file.name() == library)
    };
    let libraries = files.iter().filter(|(path, _)| is_library(path));
    let fixed = libraries.map(|(path, library)| {
        let referrers: Vec<&Arc<SourceFile>> = files
            .iter()
            .zip(&composites)
            .filter(|((_, file), composite)| !Arc::ptr_eq(file, library) && refers(composite, library.name()))
            .map(|((_, file), _)| file)
            .collect();
        let outcome = match fixer.fix(path, library, |candidate| check_library(candidate, &referrers, checker)) {
            Ok((checked, fixed)) => {
                checker.replace(fixed.after());
                CheckedInput { fixed: Some(fixed), ..CheckedInput::of(checked, checker) }
            }
            Err(problem) => {
                checker.replace(library);
                CheckedInput { problem: Some(problem), ..CheckedInput::of(checker.check(library), checker) }
            }
        };
        (path.clone(), outcome)
    });
    fixed.collect()
}

/// Checks a library together with the files that refer to it.
fn check_library(library: &Arc<SourceFile>, referrers: &[&Arc<SourceFile>], checker: &Checker) -> Checked {
    checker.replace(library);
    let mut checked = checker.check(library);
    let found: Vec<Diagnostic> = referrers.par_iter().flat_map(|file| checker.check(file).diagnostics).collect();
    let mut all = FoundDiagnostics::default();
    all.add(std::mem::take(&mut checked.diagnostics));
    all.add(found.into_iter().filter(|diagnostic| Arc::ptr_eq(diagnostic.file(), library)).collect());
    Checked { diagnostics: all.list, ..checked }
}

/// Returns the findings about parts to which nothing refers, of the libraries in folders that are checked as a whole;
/// none if there are no templates, or if one could not be read.
pub(super) fn unused_parts(
    paths: &[PathBuf],
    outcomes: &BTreeMap<PathBuf, CheckedInput>,
    checker: &Checker,
) -> Vec<Diagnostic> {
    let has_templates = outcomes.keys().any(|path| !is_library(path));
    if !has_templates || outcomes.values().any(|outcome| outcome.names.is_none()) {
        return Vec::new();
    }
    let mut referenced = ReferencedParts::default();
    outcomes.values().filter_map(|outcome| outcome.file.as_ref()).for_each(|file| referenced.add(file));
    let is_whole = |library: &Path| paths.iter().any(|path| path.is_dir() && library.starts_with(path));
    let libraries = outcomes.iter().filter(|(path, outcome)| !outcome.parts.is_empty() && is_whole(path));
    libraries
        .filter_map(|(_, outcome)| {
            let (library, _) = outcome.file.as_ref()?.origin(Span::at(0));
            Some(referenced.unused(&library, &outcome.parts, checker))
        })
        .flatten()
        .collect()
}
