//! The project of the current folder, and its templates.

use std::env;
use std::path::{Path, PathBuf};

use crate::config::{self, ConfigError, FILE_NAME, Project, SearchError};
use crate::references;

use super::exit::Failure;
use super::inputs::{is_stdin, unreadable};

/// A template, or the reason why a folder could not be searched.
pub(super) type Found = Result<PathBuf, Failure>;

/// Reads the configuration of the current folder, or of the nearest folder above that has one.
///
/// `named`: the templates and folders that the command line names.
pub(super) fn project(named: &[PathBuf]) -> Result<Project, Failure> {
    let mut project = match configuration() {
        Some(path) => Project::read(&path)?,
        None => Project::default(),
    };
    project.allow_references(named);
    Ok(project)
}

/// Returns the path of the configuration, relative to the current folder.
fn configuration() -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    let file = config::find(&here)?;
    let up = here.ancestors().position(|folder| file.parent() == Some(folder))?;
    Some(std::iter::repeat_n("..", up).chain([FILE_NAME]).collect())
}

/// Returns the paths to search for templates: those named on the command line, otherwise the project's folders.
pub(super) fn searched(named: &[PathBuf], project: &Project) -> Vec<PathBuf> {
    if named.is_empty() { project.folders() } else { named.to_owned() }
}

/// Returns whether a file is a library of parts, and no template.
pub(super) fn is_library(path: &Path) -> bool {
    references::is_library(&path.display().to_string())
}

/// Lists the templates that a path stands for; `-` stands for stdin.
pub(super) fn templates(path: &Path) -> impl Iterator<Item = Found> + Send + use<'_> {
    let stdin = is_stdin(path).then(|| Ok(path.to_owned()));
    let files = (!is_stdin(path)).then(|| config::templates(path));
    stdin.into_iter().chain(files.into_iter().flatten().map(|found| found.map_err(Failure::from)))
}

/// Returns an error if no template was found in a folder.
pub(super) fn without_template<'a>(path: &Path, mut found: impl Iterator<Item = &'a PathBuf>) -> Option<Failure> {
    let is_empty = path.is_dir() && !found.any(|file| file.starts_with(path));
    is_empty.then(|| {
        let message = format!("no templates in {}", path.display());
        Failure::with_help(message, "name a folder with *.yaml, *.yml or *.json files")
    })
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        match error {
            ConfigError::Unreadable(error) => unreadable(&error),
            ConfigError::Invalid(diagnostics) => Self::Configuration(diagnostics),
        }
    }
}

impl From<SearchError> for Failure {
    fn from(error: SearchError) -> Self {
        Self::with_help(error.to_string(), "check its permissions")
    }
}
