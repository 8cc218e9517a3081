//! A reference to a part that does not exist, or that cannot be used.

use crate::lint::finding::Finding;
use crate::lint::near::nearest;
use crate::lint::wording::{counted, one_of};
use crate::lint::{Applicability, Context, Edit, Findings, Fix, Rule, Severity};
use crate::references::{
    FileError, MAX_REFERENCE_DEPTH, MAX_REFERENCED_BYTES, MAX_REFERENCED_NODES, ReferenceError, ReferenceErrorKind,
};
use crate::source::{SourceError, SourceFile};

pub(in crate::lint) static RULE: Rule =
    Rule::context("invalid-reference", Severity::Error, include_str!("invalid_reference.md"), check);

/// The most parts of a file that are listed in a message.
const MAX_LISTED: usize = 3;

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    for error in context.reference_errors {
        let finding = match &error.kind {
            ReferenceErrorKind::KeysBesideValue { key, found } => findings
                .at(error.span, format!("`{key}` beside a `$ref` without keys"))
                .label(format!("the part is {found}, which has no keys"))
                .help(format!("remove `{key}`")),
            ReferenceErrorKind::File { path, error: reason } => {
                let finding = findings.at(error.span, headline(&error.kind));
                about_file(finding, path, reason, error, context.file)
            }
            kind => about_part(findings.at(error.span, headline(kind)), kind, error, context.file),
        };
        // A part that contains the reference is around it.
        if let Some(target) = error.target.filter(|target| !target.contains(error.span)) {
            finding.also(context.first_line(target), "the part");
        }
    }
}

fn headline(kind: &ReferenceErrorKind) -> String {
    match kind {
        ReferenceErrorKind::MissingPart { token, .. } => format!("unknown part `{token}`"),
        ReferenceErrorKind::File { path, error } if matches!(**error, FileError::Missing { .. }) => {
            format!("unknown file `{path}`")
        }
        ReferenceErrorKind::Cycle => "recursive reference".to_owned(),
        ReferenceErrorKind::TooDeep | ReferenceErrorKind::TooLarge => "too many references".to_owned(),
        _ => "invalid reference".to_owned(),
    }
}

fn about_part<'f>(
    finding: Finding<'f>,
    kind: &ReferenceErrorKind,
    error: &ReferenceError,
    file: &SourceFile,
) -> Finding<'f> {
    match kind {
        ReferenceErrorKind::NotText { found } => finding
            .label(format!("expected a string, found {found}"))
            .help("write the path of a file and the part in it: `\"_shared.yaml#/buttons/support\"`"),
        ReferenceErrorKind::Url => finding
            .label("expected a file of the project, found a URL")
            .help("copy the file into the project, and write its path"),
        ReferenceErrorKind::InvalidPointer { pointer } if pointer.starts_with('/') => finding
            .label("expected a percent-encoded JSON Pointer in UTF-8")
            .help("write the characters themselves, and `%25` for a `%`"),
        ReferenceErrorKind::InvalidPointer { pointer } => {
            let finding = finding.label("expected a JSON Pointer after `#`, such as `/buttons/support`");
            let corrected = format!("/{}", pointer.trim_start_matches(['.', '/']).replace('.', "/"));
            replace(finding, error, file, &format!("#{pointer}"), &format!("#{corrected}"))
        }
        ReferenceErrorKind::MissingPart { token, present } => {
            let is_index = |(name, _): &(String, String)| name.bytes().all(|byte| byte.is_ascii_digit());
            if let Some((last, _)) = present.last().filter(|_| present.iter().all(is_index)) {
                return finding
                    .label(format!("the list has {}, counted from 0", counted(present.len(), "item")))
                    .help(format!("write a number from 0 to {last}"));
            }
            let finding = finding.label(format!("no part is called `{token}`"));
            let written = file.slice(error.span);
            let (path, old) = written.trim_matches(['"', '\'']).split_once('#').unwrap_or_default();
            let near = nearest(token, present.iter().map(|(name, _)| name.as_str()));
            if let Some((_, pointer)) = present.iter().find(|(name, _)| near.first() == Some(&name.as_str())) {
                return replace(finding, error, file, &format!("#{old}"), &format!("#{pointer}"));
            }
            let parts: Vec<String> =
                present.iter().take(MAX_LISTED).map(|(_, pointer)| format!("`{path}#{pointer}`")).collect();
            match parts.as_slice() {
                [] => finding.help("write the pointer of a part that exists"),
                parts => finding.help(format!("write {}", one_of(parts))),
            }
        }
        ReferenceErrorKind::Cycle => {
            finding.label("the part contains this reference").help("write the part out, or refer to another one")
        }
        ReferenceErrorKind::TooDeep => finding
            .label(format!("expected at most {MAX_REFERENCE_DEPTH} references from one to the next"))
            .help("refer to the last part directly"),
        ReferenceErrorKind::TooLarge => finding
            .label(format!(
                "expected at most {MAX_REFERENCED_NODES} values and {} MiB of files",
                MAX_REFERENCED_BYTES >> 20
            ))
            .help("refer to smaller parts"),
        ReferenceErrorKind::File { .. } | ReferenceErrorKind::KeysBesideValue { .. } => finding,
    }
}

fn about_file<'f>(
    finding: Finding<'f>,
    path: &str,
    reason: &FileError,
    error: &ReferenceError,
    file: &SourceFile,
) -> Finding<'f> {
    match reason {
        FileError::Unsupported => finding
            .label("only parts of this file can be used here")
            .help("write `#` and the pointer of a part: `#/x-parts/support`"),
        FileError::Absolute => finding
            .label("expected a path relative to this file, found an absolute path")
            .help("write the path from the folder of this file"),
        FileError::Outside { root } => finding
            .label("expected a file of the project, found a path that leads out of it")
            .help(format!("copy the file into the project, which is {root}")),
        FileError::Missing { present } => {
            let finding = finding.label("no file has this path");
            let name = path.rsplit('/').next().unwrap_or(path);
            match nearest(name, present.iter().map(String::as_str)).first() {
                Some(near) => replace(finding, error, file, name, near),
                None => finding.help("write the path of a file, relative to this one"),
            }
        }
        FileError::NotFile => {
            finding.label("expected a file, found a folder, a pipe or a device").help("write the path of a file in it")
        }
        FileError::Unreadable(source) => finding.label(source.to_string()).help(match source {
            SourceError::NotUtf8 { .. } | SourceError::Utf16 { .. } => "save the file as UTF-8",
            SourceError::TooLarge { .. } => "split the file",
            SourceError::Unreadable { .. } => "check the file and its permissions",
        }),
    }
}

/// Suggests to replace a part of the reference, and offers to do so.
fn replace<'f>(finding: Finding<'f>, error: &ReferenceError, file: &SourceFile, old: &str, new: &str) -> Finding<'f> {
    let written = file.slice(error.span);
    let corrected = written.replacen(old, new, 1);
    if corrected == written {
        return finding.help(format!("write `{new}`"));
    }
    let edit = Edit::replace(error.span, corrected.clone());
    let fix = Fix::new(Applicability::Unsafe, format!("write `{corrected}`"), vec![edit]);
    finding.help(format!("write `{corrected}`")).fix(fix)
}
