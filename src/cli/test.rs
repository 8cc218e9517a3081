//! `kenarc test`

use std::collections::{BTreeSet, HashMap};
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use rayon::prelude::*;

use crate::lint::{self, Checker};
use crate::render::Values;
use crate::report::Report;
use crate::template::{Example, Template};

use super::exit::{Exit, Failure};
use super::help::{self, CommandExample, ExitMeaning};
use super::inputs::{is_stdin, not_a_template, read_template};
use super::output::Terminal;
use super::project::{is_library, project, searched, templates, without_template};
use super::test_report::{Case, CasesFormat, Verdict};
use super::{ci, snapshot};
use crate::lint::counted;

/// Compare rendered examples with their snapshots
///
/// The snapshot of the example `paid` of templates/order.yaml is templates/__rendered__/order/paid.json: the output of
/// `kenarc render --example paid --pretty`. The layout of the JSON does not matter, but the order of its keys does.
#[derive(Args)]
#[command(after_help = help::epilogue("", EXAMPLES, STATUSES))]
pub(super) struct Arguments {
    /// Templates, or folders of templates [default: the folders named in kenarc.yaml, or `templates`]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write the snapshots, and remove stale ones
    #[arg(long)]
    update: bool,
    /// The format of the results
    #[arg(long, value_enum, default_value_t = CasesFormat::Full)]
    format: CasesFormat,
}

const EXAMPLES: &[CommandExample] = &[
    ("kenarc test", "Compare all examples of the project"),
    ("kenarc test --update", "Write the snapshots"),
    ("kenarc test --format junit > kenarc.xml", "Write a report for CI"),
];

const STATUSES: &[ExitMeaning] = &[
    (Exit::Done, "all examples match their snapshots"),
    (Exit::Findings, "invalid templates, or differing, missing or stale snapshots"),
    (Exit::Failed, "wrong usage, an invalid kenarc.yaml, or an I/O error"),
];

/// Whether to change snapshots.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SnapshotMode {
    Compare,
    Update,
}

/// The result of one template.
struct Tested {
    path: PathBuf,
    /// One per example, in the order of the file; one for a template with errors.
    cases: Vec<Case>,
    /// The files of its snapshots; `None` for a template with errors.
    snapshots: Option<Vec<PathBuf>>,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let Arguments { paths, update, format } = arguments;
    let mode = if *update { SnapshotMode::Update } else { SnapshotMode::Compare };
    let project = project(paths)?;
    let paths = &searched(paths, &project);
    if paths.iter().any(|path| is_stdin(path)) {
        return Err(Failure::with_help(
            "cannot test a template from stdin: snapshots are stored beside a file",
            "name a file",
        ));
    }
    if let Some(library) = paths.iter().find(|path| !path.is_dir() && is_library(path)) {
        return Err(not_a_template(library));
    }
    let (found, mut problems) = split(paths.iter().flat_map(|path| templates(path)));
    let found: BTreeSet<PathBuf> = found.into_iter().filter(|path| !is_library(path)).collect();
    if problems.is_empty() {
        problems.extend(paths.iter().filter_map(|path| without_template(path, found.iter())));
    }
    let checker = Checker::new(project.config);
    let results: Vec<Result<Tested, Failure>> = found.par_iter().map(|path| test(path, &checker, mode)).collect();
    let (tested, failed) = split(results);
    problems.extend(failed);
    let (stale, failed) = split(stale(paths, &tested).iter().map(|file| case_of_stale(file, mode)));
    problems.extend(failed);

    let templates = tested.len();
    let examples = tested.iter().filter_map(|tested| tested.snapshots.as_ref()).map(Vec::len).sum();
    let cases: Vec<Case> = tested.into_iter().flat_map(|tested| tested.cases).chain(stale).collect();
    terminal.cases(*format, &ci::in_repository(Report::new(&[])), &cases)?;
    if templates > 0 {
        summarize(terminal, templates, examples, &cases)?;
    }
    if !problems.is_empty() {
        for problem in problems {
            terminal.fail(problem);
        }
        return Ok(Exit::Failed);
    }
    Ok(if cases.iter().any(|case| case.verdict.is_failure()) { Exit::Findings } else { Exit::Done })
}

/// Splits results into values and errors, each in their order.
fn split<T, E>(results: impl IntoIterator<Item = Result<T, E>>) -> (Vec<T>, Vec<E>) {
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(value) => done.push(value),
            Err(error) => failed.push(error),
        }
    }
    (done, failed)
}

fn test(path: &Path, checker: &Checker, mode: SnapshotMode) -> Result<Tested, Failure> {
    let subject = path.display().to_string();
    let template = match read_template(path, checker) {
        Ok(template) => template,
        Err(Failure::Findings(diagnostics)) => {
            let cases = vec![Case { subject, name: None, verdict: Verdict::Broken(diagnostics) }];
            return Ok(Tested { path: path.to_owned(), cases, snapshots: None });
        }
        Err(failure) => return Err(failure),
    };
    let folder = snapshot::folder_of(path);
    let given = checker.config().values.for_template(&template);
    let (mut cases, mut snapshots) = (Vec::new(), Vec::new());
    // Some file systems ignore the case of names.
    let mut taken: HashMap<String, &str> = HashMap::new();
    for example in &template.examples {
        let name = snapshot::file_name(&example.name);
        let file = folder.join(&name);
        let verdict = match taken.insert(name.to_lowercase(), &example.name) {
            None => compare(&template, example, given.clone(), &file, mode)?,
            Some(other) => Verdict::Clash(other.to_owned()),
        };
        cases.push(Case { subject: subject.clone(), name: Some(example.name.clone()), verdict });
        snapshots.push(file);
    }
    Ok(Tested { path: path.to_owned(), cases, snapshots: Some(snapshots) })
}

/// Compares an example, rendered with its values in addition to those of the project, with its snapshot.
fn compare(
    template: &Template,
    example: &Example,
    mut values: Values,
    file: &Path,
    mode: SnapshotMode,
) -> Result<Verdict, Failure> {
    if let Err(error) = values.add_example(template, example) {
        return Ok(Verdict::Broken(lint::values_file(&template.file, &error)));
    }
    let rendered = match crate::render(template, &values) {
        Ok(message) => message.to_json_pretty() + "\n",
        Err(error) => return Ok(Verdict::Broken(error.into_diagnostics())),
    };
    let path = file.display().to_string();
    let snapshot = snapshot::read(file)?.map(snapshot::normalize);
    Ok(match snapshot {
        Some(snapshot) if snapshot == snapshot::normalize(rendered.clone()) => Verdict::Unchanged,
        _ if mode == SnapshotMode::Update => {
            snapshot::write(file, &rendered)?;
            Verdict::Written(path)
        }
        Some(snapshot) => Verdict::Differs { path, snapshot, rendered },
        None => Verdict::Missing,
    })
}

/// Returns the snapshots that belong to no example, or to no template.
fn stale(paths: &[PathBuf], tested: &[Tested]) -> BTreeSet<PathBuf> {
    let whole = || tested.iter().filter_map(|tested| Some((&tested.path, tested.snapshots.as_ref()?)));
    let needed: BTreeSet<&PathBuf> = whole().flat_map(|(_, files)| files).collect();
    let folders: BTreeSet<PathBuf> = whole().map(|(path, _)| snapshot::folder_of(path)).collect();
    let searched = paths.iter().filter(|path| path.is_dir() || whole().any(|(tested, _)| tested == *path));
    let snapshots = searched.flat_map(|path| snapshot::files(path));
    // Templates that were not tested, because of an error or because they were not named, keep their snapshots.
    let is_tested = |folder: &Path| folders.contains(folder) || !snapshot::has_template(folder);
    snapshots.filter(|file| !needed.contains(file) && file.parent().is_some_and(is_tested)).collect()
}

fn case_of_stale(file: &Path, mode: SnapshotMode) -> Result<Case, Failure> {
    let subject = file.parent().unwrap_or(file).display().to_string();
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    let path = file.display().to_string();
    let verdict = if mode == SnapshotMode::Update {
        snapshot::remove(file)?;
        Verdict::Removed(path)
    } else {
        Verdict::Stale(path)
    };
    Ok(Case { subject, name, verdict })
}

fn summarize(terminal: &Terminal, templates: usize, examples: usize, cases: &[Case]) -> std::io::Result<()> {
    let count = |is_one: fn(&Verdict) -> bool| cases.iter().filter(|case| is_one(&case.verdict)).count();
    let differing = count(|verdict| matches!(verdict, Verdict::Differs { .. }));
    let counts = [
        (count(|verdict| matches!(verdict, Verdict::Broken(_))), "with errors"),
        (differing, if differing == 1 { "differs" } else { "differ" }),
        (count(|verdict| matches!(verdict, Verdict::Missing)), "without a snapshot"),
        (count(|verdict| matches!(verdict, Verdict::Clash(_))), "with a name clash"),
        (count(|verdict| matches!(verdict, Verdict::Stale(_))), "stale"),
        (count(|verdict| matches!(verdict, Verdict::Written(_))), "written"),
        (count(|verdict| matches!(verdict, Verdict::Removed(_))), "removed"),
    ];
    let parts: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let summary = match parts.as_slice() {
        [] if examples == 0 => "nothing to compare".to_owned(),
        [] => "all equal their snapshots".to_owned(),
        parts => parts.join(", "),
    };
    let (templates, examples) = (counted(templates, "template"), counted(examples, "example"));
    writeln!(terminal.stderr(), "{templates}, {examples}: {summary}")
}
