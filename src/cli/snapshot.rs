//! Snapshots: the stored rendered examples of templates, for `kenarc test`.
//!
//! `templates/order.yaml` has its example `paid` in `templates/__rendered__/order/paid.json`: byte for byte what
//! `kenarc render templates/order.yaml --example paid --pretty` prints. The files are plain JSON for reviewers and for
//! tests of other programs; a search for templates skips the folder.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::config::SNAPSHOT_FOLDER;

use super::exit::Failure;

/// The maximum size of a snapshot, in bytes: 16 MiB.
const MAX_BYTES: u64 = 16 << 20;

/// Returns the folder of a template's snapshots. Two templates never share one, because only the extension `.yaml` is
/// left out.
pub(super) fn folder_of(template: &Path) -> PathBuf {
    let is_usual = template.extension().is_some_and(|extension| extension == "yaml");
    let name = if is_usual { template.file_stem() } else { template.file_name() };
    template.with_file_name(SNAPSHOT_FOLDER).join(name.unwrap_or_default())
}

/// Returns the file name of an example's snapshot. Letters and digits are kept; characters that file systems or readers
/// may not handle are percent-encoded.
pub(super) fn file_name(example: &str) -> String {
    // A zero-width non-joiner is part of Persian words.
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '\u{200c}');
    let mut name = String::with_capacity(example.len() + ".json".len());
    for (at, character) in example.char_indices() {
        let is_inner = at > 0 && at + character.len_utf8() < example.len();
        if (is_plain(character) && (character != ' ' || is_inner)) || (character == '.' && is_inner) {
            name.push(character);
            continue;
        }
        for byte in character.encode_utf8(&mut [0; 4]).bytes() {
            // Writing to a string cannot fail.
            let _ = write!(name, "%{byte:02X}");
        }
    }
    if name.is_empty() {
        name.push('%');
    }
    name + ".json"
}

/// Reads a snapshot. Returns `None` if the file does not exist.
pub(super) fn read(path: &Path) -> Result<Option<String>, Failure> {
    let read = || {
        let mut bytes = Vec::new();
        File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        Ok::<_, io::Error>(bytes)
    };
    match read() {
        Ok(bytes) if bytes.len() as u64 > MAX_BYTES => {
            Err(Failure::new(format!("{} is larger than 16 MiB, which no message is", path.display())))
        }
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::new(format!("cannot read {}: {error}", path.display()))),
    }
}

/// Formats JSON as `render --pretty` does, so that a formatter or git's line endings make no difference. Text that is
/// not JSON is returned unchanged.
pub(super) fn normalize(json: String) -> String {
    let pretty = serde_json::from_str(&json).and_then(|json: serde_json::Value| serde_json::to_string_pretty(&json));
    pretty.map_or(json, |pretty| pretty + "\n")
}

/// Writes a snapshot.
pub(super) fn write(path: &Path, rendered: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::new(format!("cannot write {}: {error}", path.display()));
    // A symbolic link in a folder from an untrusted source could point to any file of this machine.
    if let Some(link) = path.ancestors().take(3).find(|part| part.is_symlink()) {
        return Err(Failure::new(format!("cannot write {}: {} is a symbolic link", path.display(), link.display())));
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, rendered).map_err(failed)
}

/// Removes a snapshot, and the folders that are empty without it.
pub(super) fn remove(path: &Path) -> Result<(), Failure> {
    fs::remove_file(path).map_err(|error| Failure::new(format!("cannot remove {}: {error}", path.display())))?;
    for folder in path.ancestors().skip(1).take(2) {
        // It contains other snapshots.
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

/// Lists the snapshots of one template, or of all templates in a folder and its subfolders.
pub(super) fn files(path: &Path) -> BTreeSet<PathBuf> {
    let is_folder = path.is_dir();
    let root = if is_folder { path.to_owned() } else { folder_of(path) };
    let mut walk = WalkBuilder::new(&root);
    walk.require_git(false);
    // A folder that cannot be searched is reported by the search for templates.
    let entries = walk.build().filter_map(Result::ok);
    let files = entries.filter(|entry| entry.file_type().is_some_and(|kind| !kind.is_dir()));
    let is_snapshot = |file: &PathBuf| {
        let templates = templates_of(file);
        templates.is_some_and(|templates| !is_folder || templates.starts_with(path))
    };
    files.map(ignore::DirEntry::into_path).filter(is_snapshot).collect()
}

/// Returns the folder of the template that a snapshot belongs to. Returns `None` if the file is not a snapshot.
fn templates_of(file: &Path) -> Option<&Path> {
    let folder = file.parent()?.parent()?;
    let is_ours = folder.file_name()? == SNAPSHOT_FOLDER && file.extension()? == "json";
    folder.parent().filter(|_| is_ours)
}

/// Returns whether the template of a folder of snapshots exists.
pub(super) fn has_template(folder: &Path) -> bool {
    let (Some(name), Some(templates)) = (folder.file_name(), folder.parent().and_then(Path::parent)) else {
        return false;
    };
    let mut usual = name.to_owned();
    usual.push(".yaml");
    templates.join(name).is_file() || templates.join(usual).is_file()
}
