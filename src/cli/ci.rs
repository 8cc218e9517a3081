//! What a CI system says of itself in the environment.

use std::env;
use std::path::{Path, PathBuf};

use crate::report::{Format, Report};

/// The format of findings where none is asked for: GitHub Actions has one that it shows beside the lines of a change.
pub(super) fn default_format() -> Format {
    if is_true("GITHUB_ACTIONS") { Format::Github } else { Format::Full }
}

/// The report, with files called by their paths in the repository, as far as the environment tells its root.
pub(super) fn in_repository(report: Report<'_>) -> Report<'_> {
    match env::current_dir() {
        Ok(here) => report.in_repository(&here, &root(&here)),
        Err(_) => report,
    }
}

/// The root of the repository that a folder is in; the folder itself where nothing else is known.
fn root(folder: &Path) -> PathBuf {
    let systems = [("GITHUB_ACTIONS", "GITHUB_WORKSPACE"), ("GITLAB_CI", "CI_PROJECT_DIR")];
    let roots = systems.into_iter().filter(|(system, _)| is_true(system)).filter_map(|(_, root)| env::var_os(root));
    let root = roots.map(PathBuf::from).find(|root| root.is_absolute() && folder.starts_with(root));
    root.unwrap_or_else(|| folder.to_owned())
}

fn is_true(variable: &str) -> bool {
    env::var_os(variable).is_some_and(|value| value == "true")
}
