//! `kenarc.yaml`.

use std::path::Path;
use std::str;

use kenarc::SourceFile;
use kenarc::config::Project;

use super::findings::assert_reportable;

/// Parses a configuration. Input that is not UTF-8 is ignored.
pub fn run(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let file = SourceFile::new("kenarc.yaml", text);
    match Project::parse(&file, Path::new("")) {
        Ok(project) => assert!(project.folders().iter().all(|folder| !folder.as_os_str().is_empty())),
        Err(findings) => {
            assert!(!findings.is_empty());
            assert_reportable(&findings);
        }
    }
}
