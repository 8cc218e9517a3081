//! Secrets from files and from the environment.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::send::{MAX_SECRET_BYTES, Secret};

use super::exit::Failure;

/// Reads a secret from its file, or from its environment variable.
pub(super) fn secret(what: &str, file: Option<&Path>, flag: &str, variable: &str) -> Result<Secret, Failure> {
    let (text, origin) = match file {
        Some(path) => (read(path)?, path.display().to_string()),
        None => match std::env::var(variable) {
            Ok(text) => (text, variable.to_owned()),
            Err(std::env::VarError::NotPresent) => {
                return Err(Failure::with_help(
                    format!("missing {}", what.trim_start_matches("the ")),
                    format!("set {variable}, or name a file with {flag}"),
                ));
            }
            Err(std::env::VarError::NotUnicode(_)) => {
                return Err(Failure::new(format!("{what} in {variable} is not UTF-8")));
            }
        },
    };
    Secret::new(&text).map_err(|error| Failure::new(format!("{what} in {origin} {error}")))
}

/// Reads a file with a secret: at most the longest secret and its line break.
fn read(path: &Path) -> Result<String, Failure> {
    let unreadable = |error: std::io::Error| Failure::new(format!("cannot read {}: {error}", path.display()));
    let mut text = String::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(MAX_SECRET_BYTES as u64 + 3).read_to_string(&mut text).map_err(unreadable)?;
    Ok(text)
}
