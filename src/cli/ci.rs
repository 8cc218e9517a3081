//! What a CI system tells about itself in the environment.

use std::env;
use std::path::{Path, PathBuf};

use crate::report::{Format, Report};

/// Returns the default format of findings: in GitHub Actions the one that it shows as annotations.
pub(super) fn default_format() -> Format {
    if is_true("GITHUB_ACTIONS") { Format::Github } else { Format::Full }
}

/// Names the files of a report by their paths in the repository, if the environment says where its root is.
pub(super) fn in_repository(report: Report<'_>) -> Report<'_> {
    match env::current_dir() {
        Ok(here) => report.in_repository(&here, &root(&here)),
        Err(_) => report,
    }
}

/// Returns the root of the repository that contains a folder, or the folder itself if the environment does not say.
fn root(folder: &Path) -> PathBuf {
    let systems = [("GITHUB_ACTIONS", "GITHUB_WORKSPACE"), ("GITLAB_CI", "CI_PROJECT_DIR")];
    let roots = systems.into_iter().filter(|(system, _)| is_true(system)).filter_map(|(_, root)| env::var_os(root));
    let root = roots.map(PathBuf::from).find(|root| root.is_absolute() && folder.starts_with(root));
    root.unwrap_or_else(|| folder.to_owned())
}

fn is_true(variable: &str) -> bool {
    env::var_os(variable).is_some_and(|value| value == "true")
}
