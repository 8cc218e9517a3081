//! `kenarc check`

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use ignore::WalkBuilder;
use ignore::types::TypesBuilder;
use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Severity};
use crate::report::Format;
use crate::rules;
use crate::source::{SourceError, SourceFile};

use super::exit::{Exit, Failure};
use super::inputs::{is_stdin, unreadable};
use super::output::Terminal;

/// Where templates are looked for when no path is given.
const DEFAULT_FOLDER: &str = "templates";

/// Check templates
#[derive(Args)]
pub(super) struct Arguments {
    /// Templates, or folders of them; `-` for stdin. In a folder every *.yaml, *.yml and *.json counts that is neither hidden
    /// nor excluded by .gitignore
    #[arg(value_name = "PATH", default_value = DEFAULT_FOLDER)]
    paths: Vec<PathBuf>,
    /// How to write findings
    #[arg(long, value_enum, default_value_t = Format::Full)]
    format: Format,
    /// Write findings only, no summary
    #[arg(short, long)]
    quiet: bool,
}

/// What one input gave.
type Outcome = Result<Vec<Diagnostic>, SourceError>;

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let (outcomes, mut problems) = check_all(&arguments.paths);
    if problems.is_empty() {
        problems.extend(arguments.paths.iter().filter_map(|path| without_template(path, &outcomes)));
    }
    let files = outcomes.values().filter(|outcome| outcome.is_ok()).count();
    let mut diagnostics = Vec::new();
    for outcome in outcomes.into_values() {
        match outcome {
            Ok(found) => diagnostics.extend(found),
            Err(error) => problems.push(unreadable(&error)),
        }
    }
    terminal.findings(arguments.format, &diagnostics)?;
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    if !arguments.quiet && files > 0 {
        summarize(terminal, files, errors, diagnostics.len() - errors)?;
    }
    if !problems.is_empty() {
        for problem in problems {
            terminal.fail(problem);
        }
        return Ok(Exit::Failed);
    }
    Ok(if errors > 0 { Exit::Findings } else { Exit::Done })
}

/// What each file gave, each once, in the order of their paths; and what could not be searched.
fn check_all(paths: &[PathBuf]) -> (BTreeMap<PathBuf, Outcome>, Vec<Failure>) {
    let check_found = |found: Result<PathBuf, ignore::Error>| {
        found.map_err(|error| unsearchable(&error)).map(|path| {
            let outcome = check(&path);
            (path, outcome)
        })
    };
    let results: Vec<Result<(PathBuf, Outcome), Failure>> = match paths {
        // To start a pool of threads would take longer than to check one file.
        [file] if !file.is_dir() => vec![check_found(Ok(file.clone()))],
        paths => paths.iter().flat_map(|path| files(path)).par_bridge().map(check_found).collect(),
    };
    let (mut outcomes, mut problems) = (BTreeMap::new(), Vec::new());
    for result in results {
        match result {
            Ok((path, outcome)) => drop(outcomes.insert(path, outcome)),
            Err(problem) => problems.push(problem),
        }
    }
    (outcomes, problems)
}

/// The operating system's refusal of a folder.
fn unsearchable(error: &ignore::Error) -> Failure {
    let (path, cause) = match error {
        ignore::Error::WithPath { path, err } => (path.display().to_string(), &**err),
        ignore::Error::WithDepth { err, .. } => return unsearchable(err),
        other => ("a folder".to_owned(), other),
    };
    let code = cause.io_error().and_then(std::io::Error::raw_os_error).map(std::io::Error::from_raw_os_error);
    let cause = code.map_or_else(|| cause.to_string(), |error| error.to_string());
    Failure::with_help(format!("cannot search {path}: {cause}"), "may you read it?")
}

/// The complaint about a folder in which nothing was found.
fn without_template(path: &Path, outcomes: &BTreeMap<PathBuf, Outcome>) -> Option<Failure> {
    let is_empty = path.is_dir() && !outcomes.keys().any(|file| file.starts_with(path));
    is_empty.then(|| {
        let message = format!("{} holds no template", path.display());
        Failure::with_help(message, "templates are *.yaml, *.yml and *.json")
    })
}

fn check(path: &Path) -> Outcome {
    let source = if is_stdin(path) {
        SourceFile::from_reader("<stdin>", std::io::stdin().lock())
    } else {
        SourceFile::read(path)
    };
    match source {
        Ok(file) => Ok(rules::check(&file).diagnostics),
        Err(error) => rules::unreadable(error).map(|diagnostic| vec![diagnostic]),
    }
}

fn summarize(terminal: &Terminal, files: usize, errors: usize, warnings: usize) -> std::io::Result<()> {
    let count = |number: usize, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
    let found = match (errors, warnings) {
        (0, 0) => "nothing to report".to_owned(),
        (errors, 0) => count(errors, "error"),
        (0, warnings) => count(warnings, "warning"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    };
    writeln!(terminal.stderr(), "checked {}: {found}", count(files, "template"))
}

/// The files that a path stands for.
fn files(path: &Path) -> Box<dyn Iterator<Item = Result<PathBuf, ignore::Error>> + Send + '_> {
    if is_stdin(path) || !path.is_dir() {
        return Box::new(std::iter::once(Ok(path.to_owned())));
    }
    let is_file = |entry: &ignore::DirEntry| entry.file_type().is_some_and(|kind| kind.is_file());
    Box::new(
        walk(path)
            .filter(move |entry| entry.as_ref().map_or(true, is_file))
            .map(|entry| entry.map(ignore::DirEntry::into_path)),
    )
}

fn walk(folder: &Path) -> ignore::Walk {
    let mut types = TypesBuilder::new();
    for glob in ["*.yaml", "*.yml", "*.json"] {
        // The name and the globs are fixed and valid; were they not, every file would be taken.
        types.add("template", glob).unwrap_or_default();
    }
    types.select("template");
    let mut walk = WalkBuilder::new(folder);
    walk.require_git(false);
    // A type that matches would let hidden files in, such as `.gitlab-ci.yml`.
    walk.filter_entry(|entry| entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b"."));
    if let Ok(types) = types.build() {
        walk.types(types);
    }
    walk.build()
}
