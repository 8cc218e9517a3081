//! The search for templates.

use std::io;
use std::path::{Path, PathBuf};

use ignore::types::TypesBuilder;
use ignore::{DirEntry, Walk, WalkBuilder};
use thiserror::Error;

use super::FILE_NAME;

/// The folder beside templates in which `kenarc test` keeps their rendered examples. It holds no templates.
pub const SNAPSHOT_FOLDER: &str = "__rendered__";

/// A folder that could not be searched.
#[derive(Debug, Error)]
#[error("cannot search {}: {error}", path.display())]
pub struct SearchError {
    /// The folder.
    pub path: PathBuf,
    /// The operating system's reason.
    #[source]
    pub error: io::Error,
}

/// Lists the templates that a path stands for: the file itself, or the templates below a folder.
///
/// Below a folder every `*.yaml`, `*.yml` and `*.json` is a template, except for hidden files, files that a
/// `.gitignore` excludes, and [`SNAPSHOT_FOLDER`]. `kenarc.yaml` never is one. Symbolic links below the folder are not
/// followed. The order is that of the file system.
///
/// # Errors
/// [`SearchError`] for each folder that cannot be read; the search continues after it.
pub fn templates(path: &Path) -> impl Iterator<Item = Result<PathBuf, SearchError>> + Send + use<'_> {
    let is_folder = path.is_dir();
    let file = (!is_folder && path.file_name().is_none_or(|name| name != FILE_NAME)).then(|| Ok(path.to_owned()));
    let below = is_folder.then(|| walk(path)).into_iter().flatten().filter_map(|entry| match entry {
        Ok(entry) => is_template(&entry).then(|| Ok(entry.into_path())),
        Err(error) => Some(Err(search_error(error, path))),
    });
    file.into_iter().chain(below)
}

fn is_template(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_file()) && entry.file_name() != FILE_NAME
}

fn walk(folder: &Path) -> Walk {
    let mut types = TypesBuilder::new();
    for glob in ["*.yaml", "*.yml", "*.json"] {
        // The name and the globs are fixed and valid; were they not, every file would be a template.
        types.add("template", glob).unwrap_or_default();
    }
    types.select("template");
    let mut walk = WalkBuilder::new(folder);
    walk.require_git(false);
    // The walker lists a hidden file whose type is selected, such as `.gitlab-ci.yml`.
    let is_hidden = |entry: &DirEntry| entry.file_name().as_encoded_bytes().starts_with(b".");
    let is_snapshot = |entry: &DirEntry| entry.file_name() == SNAPSHOT_FOLDER;
    walk.filter_entry(move |entry| entry.depth() == 0 || !(is_hidden(entry) || is_snapshot(entry)));
    if let Ok(types) = types.build() {
        walk.types(types);
    }
    walk.build()
}

/// Converts an error of the walker, which names the folder.
fn search_error(error: ignore::Error, searched: &Path) -> SearchError {
    match error {
        ignore::Error::WithPath { path, err } => search_error(*err, &path),
        ignore::Error::WithDepth { err, .. } => search_error(*err, searched),
        other => {
            let message = other.to_string();
            let error = other.into_io_error().unwrap_or_else(|| io::Error::other(message));
            SearchError { path: searched.to_owned(), error: innermost(error) }
        }
    }
}

/// Returns the error of the operating system. The walker wraps it in one that repeats the path.
fn innermost(error: io::Error) -> io::Error {
    let wrapped = error.get_ref().and_then(|walker| walker.source()?.downcast_ref::<io::Error>());
    let code = wrapped.unwrap_or(&error).raw_os_error();
    code.map_or(error, io::Error::from_raw_os_error)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn found(folder: &Path) -> Vec<String> {
        let path = |found: Result<PathBuf, SearchError>| {
            found.unwrap().strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/")
        };
        let mut paths: Vec<String> = templates(folder).map(path).collect();
        paths.sort();
        paths
    }

    #[test]
    fn templates_below_a_folder_are_found() {
        let folder = tempfile::tempdir().unwrap();
        for file in [
            "a.yaml",
            "b.yml",
            "c.json",
            "d.txt",
            "kenarc.yaml",
            ".hidden.yaml",
            ".hidden/e.yaml",
            "deep/er/f.yaml",
            "deep/kenarc.yaml",
            "__rendered__/a/x.json",
            "ignored/g.yaml",
        ] {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        fs::write(folder.path().join(".gitignore"), "ignored/\n").unwrap();
        assert_eq!(found(folder.path()), ["a.yaml", "b.yml", "c.json", "deep/er/f.yaml"]);
    }

    #[test]
    fn a_file_stands_for_itself_except_the_configuration() {
        let paths = |path: &str| templates(Path::new(path)).map(Result::unwrap).collect::<Vec<_>>();
        assert_eq!(paths("nowhere/a.txt"), [Path::new("nowhere/a.txt")]);
        assert!(paths("nowhere/kenarc.yaml").is_empty());
    }
}
