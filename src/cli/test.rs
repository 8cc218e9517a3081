//! `kenarc test`

use std::collections::{BTreeSet, HashMap};
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use rayon::prelude::*;

use crate::lint::{self, Config};
use crate::render::Values;
use crate::report::{Case, CasesFormat, Report, Verdict};
use crate::template::{Example, Template};

use super::exit::{Exit, Failure};
use super::fix::counted;
use super::help::{self, CommandExample, ExitMeaning};
use super::inputs::{is_stdin, read_template};
use super::output::Terminal;
use super::project::{project, searched, templates, without_template};
use super::{ci, snapshot};

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

/// The result of one template.
struct Tested {
    path: PathBuf,
    /// One for each example, in the file's order; for a template with errors one for all.
    cases: Vec<Case>,
    /// The files that its examples are stored in; nothing is known of those of a template with errors.
    files: Option<Vec<PathBuf>>,
}

pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let Arguments { paths, update, format } = arguments;
    let project = project()?;
    let paths = &searched(paths, &project);
    if paths.iter().any(|path| is_stdin(path)) {
        return Err(Failure::with_help("what comes from stdin has no place to be stored beside", "name a file"));
    }
    let (found, mut problems) = split(paths.iter().flat_map(|path| templates(path)));
    let found: BTreeSet<PathBuf> = found.into_iter().collect();
    if problems.is_empty() {
        problems.extend(paths.iter().filter_map(|path| without_template(path, found.iter())));
    }
    let results: Vec<Result<Tested, Failure>> =
        found.par_iter().map(|path| test(path, &project.config, *update)).collect();
    let (tested, failed) = split(results);
    problems.extend(failed);
    let (stale, failed) = split(stale(paths, &tested).iter().map(|file| case_of_stale(file, *update)));
    problems.extend(failed);

    let templates = tested.len();
    let examples = tested.iter().filter_map(|tested| tested.files.as_ref()).map(Vec::len).sum();
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

/// What went well and what did not, each in its order.
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

fn test(path: &Path, config: &Config, update: bool) -> Result<Tested, Failure> {
    let subject = path.display().to_string();
    let template = match read_template(path, config) {
        Ok(template) => template,
        Err(Failure::Findings(diagnostics)) => {
            let cases = vec![Case { subject, name: None, verdict: Verdict::Broken(diagnostics) }];
            return Ok(Tested { path: path.to_owned(), cases, files: None });
        }
        Err(failure) => return Err(failure),
    };
    let folder = snapshot::folder_of(path);
    let (mut cases, mut files) = (Vec::new(), Vec::new());
    // Some file systems take names for the same that differ in case only.
    let mut taken: HashMap<String, &str> = HashMap::new();
    for example in &template.examples {
        let name = snapshot::file_name(&example.name);
        let file = folder.join(&name);
        let verdict = match taken.insert(name.to_lowercase(), &example.name) {
            None => compare(&template, example, &file, update)?,
            Some(other) => Verdict::Clash(other.to_owned()),
        };
        cases.push(Case { subject: subject.clone(), name: Some(example.name.clone()), verdict });
        files.push(file);
    }
    Ok(Tested { path: path.to_owned(), cases, files: Some(files) })
}

fn compare(template: &Template, example: &Example, file: &Path, update: bool) -> Result<Verdict, Failure> {
    let mut values = Values::new();
    if let Err(error) = values.add_example(template, example) {
        return Ok(Verdict::Broken(lint::values_file(template.file(), &error)));
    }
    let rendered = match crate::render(template, &values) {
        Ok(message) => message.to_json_pretty() + "\n",
        Err(error) => return Ok(Verdict::Broken(error.into_diagnostics())),
    };
    let path = file.display().to_string();
    let stored = snapshot::read(file)?.map(snapshot::normalize);
    Ok(match stored {
        Some(stored) if stored == snapshot::normalize(rendered.clone()) => Verdict::AsStored,
        _ if update => {
            snapshot::write(file, &rendered)?;
            Verdict::Stored(path)
        }
        Some(stored) => Verdict::Differs { path, stored, rendered },
        None => Verdict::NotStored,
    })
}

/// The stored files that belong to no example, or to no template.
fn stale(paths: &[PathBuf], tested: &[Tested]) -> BTreeSet<PathBuf> {
    let whole = || tested.iter().filter_map(|tested| Some((&tested.path, tested.files.as_ref()?)));
    let needed: BTreeSet<&PathBuf> = whole().flat_map(|(_, files)| files).collect();
    let folders: BTreeSet<PathBuf> = whole().map(|(path, _)| snapshot::folder_of(path)).collect();
    let searched = paths.iter().filter(|path| path.is_dir() || whole().any(|(tested, _)| tested == *path));
    let stored = searched.flat_map(|path| snapshot::files(path));
    // Whoever was not tested, for an error in it or because nobody asked, keeps what is stored for it.
    let is_tested = |folder: &Path| folders.contains(folder) || !snapshot::has_template(folder);
    stored.filter(|file| !needed.contains(file) && file.parent().is_some_and(is_tested)).collect()
}

fn case_of_stale(file: &Path, update: bool) -> Result<Case, Failure> {
    let subject = file.parent().unwrap_or(file).display().to_string();
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    let path = file.display().to_string();
    let verdict = if update {
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
        (count(|verdict| matches!(verdict, Verdict::NotStored)), "not stored yet"),
        (count(|verdict| matches!(verdict, Verdict::Clash(_))), "of the same name"),
        (count(|verdict| matches!(verdict, Verdict::Stale(_))), "stale"),
        (count(|verdict| matches!(verdict, Verdict::Stored(_))), "stored"),
        (count(|verdict| matches!(verdict, Verdict::Removed(_))), "removed"),
    ];
    let told: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let told = match told.as_slice() {
        [] if examples == 0 => "nothing to compare".to_owned(),
        [] => "all as stored".to_owned(),
        told => told.join(", "),
    };
    let (templates, examples) = (counted(templates, "template"), counted(examples, "example"));
    writeln!(terminal.stderr(), "{templates}, {examples}: {told}")
}
