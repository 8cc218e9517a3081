//! `kenarc check`

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
    let (files, mut problems) = find(&arguments.paths);
    let outcomes: Vec<Outcome> = match files.as_slice() {
        // A thread pool would cost more than one file does.
        [file] => vec![check(file)],
        files => files.par_iter().map(|file| check(file)).collect(),
    };
    let mut diagnostics = Vec::new();
    for outcome in outcomes {
        match outcome {
            Ok(found) => diagnostics.extend(found),
            Err(error) => problems.push(unreadable(&error)),
        }
    }
    terminal.findings(arguments.format, &diagnostics)?;
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    if !arguments.quiet {
        let warnings = diagnostics.len() - errors;
        summarize(terminal, files.len(), errors, warnings)?;
    }
    if !problems.is_empty() {
        for problem in problems {
            terminal.fail(problem);
        }
        return Ok(Exit::Failed);
    }
    Ok(if errors > 0 { Exit::Findings } else { Exit::Done })
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

/// The files to check, each once, in the order of their paths; and what could not be searched.
fn find(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<Failure>) {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for path in paths {
        if is_stdin(path) || !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let found = files.len();
        for entry in walk(path) {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => files.push(entry.into_path()),
                Ok(_) => {}
                Err(error) => problems.push(Failure::with_help(format!("cannot search {error}"), "may you read it?")),
            }
        }
        if files.len() == found && problems.is_empty() {
            let message = format!("{} holds no template", path.display());
            problems.push(Failure::with_help(message, "templates are *.yaml, *.yml and *.json"));
        }
    }
    files.sort();
    files.dedup();
    (files, problems)
}

fn walk(folder: &Path) -> ignore::Walk {
    let mut types = TypesBuilder::new();
    for glob in ["*.yaml", "*.yml", "*.json"] {
        // The name and the globs are fixed and valid; were they not, every file would be taken.
        types.add("template", glob).unwrap_or_default();
    }
    types.select("template");
    let mut walk = WalkBuilder::new(folder);
    walk.require_git(false).sort_by_file_path(Path::cmp);
    // A type that matches would let hidden files in, such as `.gitlab-ci.yml`.
    walk.filter_entry(|entry| entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b"."));
    if let Ok(types) = types.build() {
        walk.types(types);
    }
    walk.build()
}
