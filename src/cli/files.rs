//! The files that paths stand for.

use std::path::{Path, PathBuf};

use ignore::types::TypesBuilder;
use ignore::{DirEntry, Error, Walk, WalkBuilder};

use super::config::{self, Project};
use super::exit::Failure;
use super::inputs::is_stdin;
use super::stored;

/// A file that was found, or a folder that cannot be searched.
pub(super) type Found = Result<PathBuf, Failure>;

/// Where templates are looked for when neither a path nor the configuration says.
const DEFAULT_FOLDER: &str = "templates";

/// The paths where templates are looked for: those that are named, else the project's folders.
pub(super) fn searched(named: &[PathBuf], project: &Project) -> Vec<PathBuf> {
    match &project.folders {
        _ if !named.is_empty() => named.to_owned(),
        Some(folders) => folders.clone(),
        None => vec![DEFAULT_FOLDER.into()],
    }
}

/// The files that a path stands for: itself, or all templates below it. The configuration is none.
pub(super) fn files(path: &Path) -> Box<dyn Iterator<Item = Found> + Send + '_> {
    if path.file_name().is_some_and(|name| name == config::FILE_NAME) && !path.is_dir() {
        return Box::new(std::iter::empty());
    }
    if is_stdin(path) || !path.is_dir() {
        return Box::new(std::iter::once(Ok(path.to_owned())));
    }
    let is_template = |entry: &DirEntry| {
        entry.file_type().is_some_and(|kind| kind.is_file()) && entry.file_name() != config::FILE_NAME
    };
    Box::new(
        walk(path)
            .filter(move |entry| entry.as_ref().map_or(true, is_template))
            .map(|entry| entry.map(DirEntry::into_path).map_err(|error| unsearchable(&error))),
    )
}

fn walk(folder: &Path) -> Walk {
    let mut types = TypesBuilder::new();
    for glob in ["*.yaml", "*.yml", "*.json"] {
        // The name and the globs are fixed and valid; were they not, every file would be taken.
        types.add("template", glob).unwrap_or_default();
    }
    types.select("template");
    let mut walk = WalkBuilder::new(folder);
    walk.require_git(false);
    // A type that matches would let hidden files in, such as `.gitlab-ci.yml`.
    let is_hidden = |entry: &DirEntry| entry.file_name().as_encoded_bytes().starts_with(b".");
    let is_stored = |entry: &DirEntry| entry.file_name() == stored::FOLDER;
    walk.filter_entry(move |entry| entry.depth() == 0 || !(is_hidden(entry) || is_stored(entry)));
    if let Ok(types) = types.build() {
        walk.types(types);
    }
    walk.build()
}

/// The complaint about a folder in which nothing was found.
pub(super) fn without_template<'a>(path: &Path, mut found: impl Iterator<Item = &'a PathBuf>) -> Option<Failure> {
    let is_empty = path.is_dir() && !found.any(|file| file.starts_with(path));
    is_empty.then(|| {
        let message = format!("{} holds no template", path.display());
        Failure::with_help(message, "templates are *.yaml, *.yml and *.json")
    })
}

/// The operating system's refusal of a folder.
fn unsearchable(error: &Error) -> Failure {
    let (path, cause) = match error {
        Error::WithPath { path, err } => (path.display().to_string(), &**err),
        Error::WithDepth { err, .. } => return unsearchable(err),
        other => ("a folder".to_owned(), other),
    };
    let code = cause.io_error().and_then(std::io::Error::raw_os_error).map(std::io::Error::from_raw_os_error);
    let cause = code.map_or_else(|| cause.to_string(), |error| error.to_string());
    Failure::with_help(format!("cannot search {path}: {cause}"), "may you read it?")
}
