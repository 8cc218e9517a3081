//! Which language a file is in.

use crate::source::SourceFile;

use super::damage::parse_intact;
use super::json_parser::parse_json_document;
use super::parse::Parsed;

/// Parses a file, and what is intact of one with errors: as JSON if its name says so, otherwise as YAML.
pub(crate) fn parse_file(file: &SourceFile) -> Parsed<'_> {
    if is_json(file) { parse_json_document(file.text()) } else { parse_intact(file.text()) }
}

/// Returns whether the name of a file says that it is JSON.
pub(crate) fn is_json(file: &SourceFile) -> bool {
    let extension = file.name().rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}
