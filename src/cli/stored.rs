//! Where the rendered examples of a template are stored, for `kenarc test`.
//!
//! `templates/order.yaml` has its example `paid` in `templates/__rendered__/order/paid.json`: byte for byte what
//! `kenarc render templates/order.yaml --example paid --pretty` prints. The files are visible JSON, for the eyes of reviewers
//! and for tests of other programs; a search for templates passes over the folder.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::config::SNAPSHOT_FOLDER;

use super::exit::Failure;

/// The largest stored file that is read, in bytes: 16 MiB.
const MAX_BYTES: u64 = 16 << 20;

/// The folder of a template's examples. Templates in one folder never share one: only the usual ending is left out.
pub(super) fn folder_of(template: &Path) -> PathBuf {
    let is_usual = template.extension().is_some_and(|extension| extension == "yaml");
    let name = if is_usual { template.file_stem() } else { template.file_name() };
    template.with_file_name(SNAPSHOT_FOLDER).join(name.unwrap_or_default())
}

/// The name of an example's file. Letters and digits stay as they are; what a file system or a reader might trip over is
/// percent-encoded.
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

/// What is stored in a file; nothing where there is none.
pub(super) fn read(path: &Path) -> Result<Option<String>, Failure> {
    let read = || {
        let mut bytes = Vec::new();
        File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        Ok::<_, io::Error>(bytes)
    };
    match read() {
        Ok(bytes) if bytes.len() as u64 > MAX_BYTES => {
            Err(Failure::new(format!("{} is larger than any message: 16 MiB", path.display())))
        }
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::new(format!("cannot read {}: {error}", path.display()))),
    }
}

/// JSON as `render --pretty` lays it out, so that a formatter or git's line endings make no difference. What is no JSON stays
/// as it is.
pub(super) fn laid_out(json: String) -> String {
    let pretty = serde_json::from_str(&json).and_then(|json: serde_json::Value| serde_json::to_string_pretty(&json));
    pretty.map_or(json, |pretty| pretty + "\n")
}

/// Stores a rendered example.
pub(super) fn write(path: &Path, rendered: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::new(format!("cannot write {}: {error}", path.display()));
    // A link in a folder that came from elsewhere could lead to any file of this machine.
    if let Some(link) = path.ancestors().take(3).find(|part| part.is_symlink()) {
        return Err(Failure::new(format!("cannot write {}: {} is a link", path.display(), link.display())));
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, rendered).map_err(failed)
}

/// Removes a stored file, and the folders that it leaves empty.
pub(super) fn remove(path: &Path) -> Result<(), Failure> {
    fs::remove_file(path).map_err(|error| Failure::new(format!("cannot remove {}: {error}", path.display())))?;
    for folder in path.ancestors().skip(1).take(2) {
        // Others may be stored there.
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

/// The files that are stored for the templates of a folder and of those below, or for one template.
pub(super) fn files(path: &Path) -> BTreeSet<PathBuf> {
    let is_folder = path.is_dir();
    let root = if is_folder { path.to_owned() } else { folder_of(path) };
    let mut walk = WalkBuilder::new(&root);
    walk.require_git(false);
    // What cannot be searched cannot be stale; the search for templates says so.
    let entries = walk.build().filter_map(Result::ok);
    let files = entries.filter(|entry| entry.file_type().is_some_and(|kind| !kind.is_dir()));
    let is_stored = |file: &PathBuf| {
        let templates = templates_of(file);
        templates.is_some_and(|templates| !is_folder || templates.starts_with(path))
    };
    files.map(ignore::DirEntry::into_path).filter(is_stored).collect()
}

/// The folder of the templates that a stored file is for; nothing where the file is none of ours.
fn templates_of(file: &Path) -> Option<&Path> {
    let folder = file.parent()?.parent()?;
    let is_ours = folder.file_name()? == SNAPSHOT_FOLDER && file.extension()? == "json";
    folder.parent().filter(|_| is_ours)
}

/// Whether there is a template that a folder of stored files is for.
pub(super) fn has_template(folder: &Path) -> bool {
    let (Some(name), Some(templates)) = (folder.file_name(), folder.parent().and_then(Path::parent)) else {
        return false;
    };
    let mut usual = name.to_owned();
    usual.push(".yaml");
    templates.join(name).is_file() || templates.join(usual).is_file()
}
