//! `kenarc check`

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use rayon::prelude::*;

use crate::lint::{self, Applicability, Checked, Checker, Config, Diagnostic, Label, Part, Severity};
use crate::report::{Format, Report};
use crate::source::{SourceFile, Span};

use super::ci;
use super::exit::{Exit, Failure};
use super::fix::{FixMode, FixedFile, Fixer};
use super::help::{self, CommandExample, ExitMeaning};
use super::inputs::{is_stdin, unreadable};
use super::levels::Levels;
use super::libraries::{fix_libraries, unused_parts};
use super::output::Terminal;
use super::project::{Found, is_library, project, searched, templates, without_template};
use crate::lint::counted;

/// Check templates for mistakes
#[derive(Args)]
#[command(after_help = help::epilogue("", EXAMPLES, STATUSES))]
pub(super) struct Arguments {
    /// Templates, folders of templates, or `-` for stdin. In a folder all *.yaml, *.yml and *.json files are checked,
    /// except for hidden ones and those ignored by .gitignore [default: the folders named in kenarc.yaml, or
    /// `templates`]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The format of the findings [default: `github` in GitHub Actions, otherwise `full`]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Apply safe fixes, and report the findings that remain; with `-`, the text goes to stdout and findings to stderr
    #[arg(long, group = "fixes")]
    fix: bool,
    /// Show what --fix would change instead of findings, and change nothing; fails if it would change anything
    #[arg(long, group = "fixes")]
    diff: bool,
    /// With --fix or --diff: apply unsafe fixes too, which may change what a message says
    #[arg(long, requires = "fixes")]
    unsafe_fixes: bool,
    #[command(flatten)]
    levels: Levels,
    /// Exit with status 1 if there are warnings
    #[arg(long)]
    deny_warnings: bool,
    /// Print findings, but no summary
    #[arg(short, long)]
    quiet: bool,
}

impl Arguments {
    fn mode(&self) -> Option<FixMode> {
        match (self.fix, self.diff) {
            (true, _) => Some(FixMode::Fix),
            (_, true) => Some(FixMode::Diff),
            _ => None,
        }
    }

    /// Returns how safe a fix must be to be applied.
    fn required(&self) -> Applicability {
        if self.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe }
    }
}

const EXAMPLES: &[CommandExample] = &[
    ("kenarc check", "Check all templates of the project"),
    ("kenarc check --fix templates/order.yaml", "Fix one template"),
    ("kenarc check --format sarif > kenarc.sarif", "Write a report for GitHub code scanning"),
];

const STATUSES: &[ExitMeaning] = &[
    (Exit::Done, "no errors; there may be warnings, except with --deny-warnings"),
    (Exit::Findings, "findings; with --diff: files that --fix would change"),
    (Exit::Failed, "wrong usage, an invalid kenarc.yaml, or a file that cannot be read or written"),
];

/// The result of checking one input.
#[derive(Default)]
pub(super) struct CheckedInput {
    pub(super) was_read: bool,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) fixed: Option<FixedFile>,
    /// The names of the project's values that apply to the template; `None` if it could not be read.
    pub(super) names: Option<Vec<String>>,
    /// The file with those that it refers to.
    pub(super) file: Option<Arc<SourceFile>>,
    /// The parts of a library.
    pub(super) parts: Vec<Part>,
    /// Why the input could not be read or written.
    pub(super) problem: Option<Failure>,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut project = project(&arguments.paths)?;
    arguments.levels.apply(&mut project.config)?;
    let paths = searched(&arguments.paths, &project);
    let fixer = arguments.mode().map(|mode| Fixer::new(mode, arguments.required(), &paths));
    let checker = Checker::new(project.config);
    let libraries = fixer.as_ref().map(|fixer| fix_libraries(&paths, &checker, fixer)).unwrap_or_default();
    let (outcomes, mut problems) = check_all(&paths, libraries, |path| check(path, &checker, fixer.as_ref()));
    let mut found = FoundDiagnostics::default();
    if arguments.paths.is_empty() && problems.is_empty() {
        found.add(unused_values(&outcomes, checker.config()));
    }
    if problems.is_empty() {
        found.add(unused_parts(&paths, &outcomes, &checker));
    }
    if problems.is_empty() {
        problems.extend(paths.iter().filter_map(|path| without_template(path, outcomes.keys())));
    }
    let files: Vec<String> =
        outcomes.iter().filter(|(_, outcome)| outcome.was_read).map(|(path, _)| name(path)).collect();
    let mut fixed = Vec::new();
    for outcome in outcomes.into_values() {
        found.add(outcome.diagnostics);
        fixed.extend(outcome.fixed);
        problems.extend(outcome.problem);
    }
    let mut diagnostics = found.list;
    diagnostics.sort_by(Diagnostic::order);
    let count = Count::of(&files, &diagnostics);
    if let Some(fixer) = &fixer {
        fixer.show(&fixed, terminal)?;
    }
    if !arguments.diff {
        let format = arguments.format.unwrap_or_else(ci::default_format);
        let report = ci::in_repository(Report::new(&diagnostics).with_files(files));
        if arguments.fix && paths.iter().any(|path| is_stdin(path)) {
            terminal.findings_aside(format, report)?;
        } else {
            terminal.findings(format, report)?;
        }
    }
    if !arguments.quiet {
        if let Some(fixer) = &fixer {
            fixer.summarize(&fixed, terminal)?;
        }
        if !arguments.diff {
            count.summarize(terminal)?;
        }
    }
    if !problems.is_empty() {
        for problem in problems {
            terminal.fail(problem);
        }
        return Ok(Exit::Failed);
    }
    let is_found = match arguments.mode() {
        Some(FixMode::Diff) => fixed.iter().any(FixedFile::is_changed),
        _ => count.errors > 0 || (arguments.deny_warnings && count.warnings > 0),
    };
    Ok(if is_found { Exit::Findings } else { Exit::Done })
}

/// Checks each file once that is not done yet. Returns all outcomes in the order of their paths, and the folders that
/// could not be searched.
fn check_all(
    paths: &[PathBuf],
    done: BTreeMap<PathBuf, CheckedInput>,
    check: impl Fn(&Path) -> CheckedInput + Sync,
) -> (BTreeMap<PathBuf, CheckedInput>, Vec<Failure>) {
    let check_found = |found: Found| {
        found.map(|path| {
            let outcome = check(&path);
            (path, outcome)
        })
    };
    let results: Vec<Result<(PathBuf, CheckedInput), Failure>> = match paths {
        // Starting a pool of threads takes longer than checking one file.
        [file] if !file.is_dir() && done.is_empty() => templates(file).map(check_found).collect(),
        paths => {
            let mut seen: HashSet<PathBuf> = done.keys().cloned().collect();
            let is_new = |found: &Found| found.as_ref().map_or(true, |path| seen.insert(path.clone()));
            paths.iter().flat_map(|path| templates(path)).filter(is_new).par_bridge().map(check_found).collect()
        }
    };
    let (mut outcomes, mut problems) = (done, Vec::new());
    for result in results {
        match result {
            Ok((path, outcome)) => drop(outcomes.insert(path, outcome)),
            Err(problem) => problems.push(problem),
        }
    }
    (outcomes, problems)
}

fn check(path: &Path, checker: &Checker, fixer: Option<&Fixer>) -> CheckedInput {
    let source =
        if is_stdin(path) { SourceFile::from_reader(name(path), io::stdin().lock()) } else { SourceFile::read(path) };
    let file = match source.map_err(lint::unreadable) {
        Ok(file) => file,
        Err(Ok(diagnostic)) => {
            return CheckedInput { was_read: true, diagnostics: vec![diagnostic], ..CheckedInput::default() };
        }
        Err(Err(error)) => return CheckedInput { problem: Some(unreadable(&error)), ..CheckedInput::default() },
    };
    let (checked, fixed, problem) = match fixer.map(|fixer| fixer.fix(path, &file, |file| checker.check(file))) {
        None => (checker.check(&file), None, None),
        Some(Ok((checked, fixed))) => (checked, Some(fixed), None),
        // The file is unchanged.
        Some(Err(problem)) => (checker.check(&file), None, Some(problem)),
    };
    CheckedInput { fixed, problem, ..CheckedInput::of(checked, checker) }
}

impl CheckedInput {
    pub(super) fn of(checked: Checked, checker: &Checker) -> Self {
        let Checked { file, template, parts, diagnostics } = checked;
        let whole = template.as_ref().filter(|template| template.broken.is_empty());
        let names = whole.map(|template| checker.config().values.names_in(template));
        // A library has no values of its own.
        let names = names.or_else(|| is_library(Path::new(file.name())).then(Vec::new));
        let names = names.map(|names| names.into_iter().map(str::to_owned).collect());
        Self { was_read: true, diagnostics, names, file: Some(file), parts, ..Self::default() }
    }
}

/// Returns the findings about values of the project that apply to no template; none if a template could not be read.
fn unused_values(outcomes: &BTreeMap<PathBuf, CheckedInput>, config: &Config) -> Vec<Diagnostic> {
    let names: Option<Vec<&Vec<String>>> = outcomes.values().map(|outcome| outcome.names.as_ref()).collect();
    let used = names.map(|names| names.into_iter().flatten().map(String::as_str).collect());
    used.map(|used| lint::unused_values(config, &used)).unwrap_or_default()
}

/// The most labels of a finding that several files have.
const MAX_LABELS: usize = 8;

/// The findings about all files.
#[derive(Default)]
pub(super) struct FoundDiagnostics {
    pub(super) list: Vec<Diagnostic>,
    /// The index of each finding in the list.
    known: HashMap<(String, &'static str, Span, String), usize>,
}

impl FoundDiagnostics {
    /// Adds findings. One about a value of the project, or about a part of a library, can come from several templates,
    /// and is added once.
    pub(super) fn add(&mut self, diagnostics: Vec<Diagnostic>) {
        for diagnostic in diagnostics {
            let file = diagnostic.file().name().to_owned();
            let key = (file, diagnostic.rule, diagnostic.span(), diagnostic.summary().into_owned());
            match self.known.entry(key) {
                Entry::Vacant(new) => {
                    new.insert(self.list.len());
                    self.list.push(diagnostic);
                }
                // Each template shows where it refers to the part.
                Entry::Occupied(known) => {
                    let known = &mut self.list[*known.get()];
                    let is_new = |label: &&Label| {
                        !known
                            .labels
                            .iter()
                            .any(|other| (label.file.name(), label.span) == (other.file.name(), other.span))
                    };
                    let others: Vec<Label> = diagnostic.labels.iter().filter(is_new).cloned().collect();
                    let free = MAX_LABELS.saturating_sub(known.labels.len());
                    known.labels.extend(others.into_iter().take(free));
                }
            }
        }
    }
}

/// Returns the name of a file in findings.
fn name(path: &Path) -> String {
    if is_stdin(path) { "<stdin>".to_owned() } else { path.display().to_string() }
}

/// How many files were checked, and how many findings there are.
struct Count {
    templates: usize,
    libraries: usize,
    errors: usize,
    warnings: usize,
}

impl Count {
    fn of(files: &[String], diagnostics: &[Diagnostic]) -> Self {
        let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
        let libraries = files.iter().filter(|name| is_library(Path::new(name))).count();
        let templates = files.len() - libraries;
        Self { templates, libraries, errors, warnings: diagnostics.len() - errors }
    }

    fn summarize(&self, terminal: &Terminal) -> io::Result<()> {
        let found = match (self.errors, self.warnings) {
            (0, 0) => "no findings".to_owned(),
            (errors, 0) => counted(errors, "error"),
            (0, warnings) => counted(warnings, "warning"),
            (errors, warnings) => format!("{}, {}", counted(errors, "error"), counted(warnings, "warning")),
        };
        let templates = counted(self.templates, "template");
        let libraries = match self.libraries {
            0 => String::new(),
            1 => "1 library".to_owned(),
            number => format!("{number} libraries"),
        };
        let checked = match (self.templates, self.libraries) {
            (0, 0) => return Ok(()),
            (_, 0) => templates,
            (0, _) => libraries,
            _ => format!("{templates} and {libraries}"),
        };
        writeln!(terminal.stderr(), "checked {checked}: {found}")
    }
}
