//! A diagnostic as data for programs: the report format `json` is exactly this.
//!
//! Offsets count bytes from the beginning of the file; lines and columns count from 1, columns in Unicode code points.
//! Ends are exclusive.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::source::{SourceFile, Span};

use super::{Diagnostic, Edit, Fix, Label};

/// A range of a file.
#[derive(serde::Serialize)]
struct Place<'a> {
    file: &'a str,
    start: Point,
    end: Point,
}

#[derive(serde::Serialize)]
struct Point {
    offset: usize,
    line: usize,
    column: usize,
}

/// A fix and the file that it changes, which an edit alone does not know.
struct FixOf<'a> {
    fix: &'a Fix,
    file: &'a SourceFile,
}

#[derive(serde::Serialize)]
struct EditOf<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    replacement: &'a str,
}

impl<'a> Place<'a> {
    fn new(file: &'a SourceFile, span: Span) -> Self {
        let point = |offset: usize| {
            let position = file.position(offset);
            Point { offset, line: position.line, column: position.column }
        };
        Self { file: file.name(), start: point(span.start), end: point(span.end) }
    }
}

impl Serialize for Diagnostic {
    /// Writes an object with these fields:
    ///
    /// - `rule`: the id of the rule, kebab-case.
    /// - `severity`: `"error"` or `"warning"`.
    /// - `message`: what is wrong, in a few words.
    /// - `file`, `start`, `end`: the range of the finding. `file` is the name of the file; `start` and `end` are
    ///   objects with `offset` (bytes from the beginning of the file), `line` and `column` (both from 1, the column in
    ///   Unicode code points). `end` is the position after the last character.
    /// - `labels`: a list of objects with `message`, `file`, `start` and `end`; the first one is the range of the
    ///   finding.
    /// - `help`: what to do, or `null`.
    /// - `fix`: `null`, or an object with `title`, `applicability` (`"safe"` or `"unsafe"`) and `edits`, a list of
    ///   objects with `file`, `start`, `end` and `replacement`, in order and without overlaps.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let place = Place::new(self.file(), self.span());
        let mut object = serializer.serialize_struct("Diagnostic", 9)?;
        object.serialize_field("rule", self.rule)?;
        object.serialize_field("severity", &self.severity)?;
        object.serialize_field("message", &self.message)?;
        object.serialize_field("file", place.file)?;
        object.serialize_field("start", &place.start)?;
        object.serialize_field("end", &place.end)?;
        object.serialize_field("labels", &self.labels)?;
        object.serialize_field("help", &self.help)?;
        object.serialize_field("fix", &self.fix.as_ref().map(|fix| FixOf { fix, file: self.file() }))?;
        object.end()
    }
}

impl Serialize for Label {
    /// Writes an object with `message`, `file`, `start` and `end`, as for a [`Diagnostic`].
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let place = Place::new(&self.file, self.span);
        let mut object = serializer.serialize_struct("Label", 4)?;
        object.serialize_field("message", &self.message)?;
        object.serialize_field("file", place.file)?;
        object.serialize_field("start", &place.start)?;
        object.serialize_field("end", &place.end)?;
        object.end()
    }
}

impl<'a> Serialize for FixOf<'a> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Fix { title, applicability, edits } = self.fix;
        let edit = |edit: &'a Edit| EditOf { place: Place::new(self.file, edit.span), replacement: &edit.replacement };
        let edits: Vec<EditOf<'_>> = edits.iter().map(edit).collect();
        let mut object = serializer.serialize_struct("Fix", 3)?;
        object.serialize_field("title", title)?;
        object.serialize_field("applicability", applicability)?;
        object.serialize_field("edits", &edits)?;
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{SourceFile, check};

    #[test]
    fn a_diagnostic_serializes_with_offsets_lines_and_columns() {
        let file = SourceFile::new("order.yaml", "message: سلام\nmesage: x\n");
        let checked = check(&SourceFile::new("order.yaml", "x-é: 1\nmesage: سلام {{ x }}\n"));
        let value = serde_json::to_value(&checked.diagnostics).unwrap();
        let (start, end) =
            (json!({ "offset": 8, "line": 2, "column": 1 }), json!({ "offset": 14, "line": 2, "column": 7 }));
        let finding = &value[0];
        assert_eq!((&finding["rule"], &finding["severity"]), (&json!("unknown-field"), &json!("error")));
        assert_eq!((&finding["file"], &finding["start"], &finding["end"]), (&json!("order.yaml"), &start, &end));
        assert_eq!((&finding["labels"][0]["start"], &finding["labels"][0]["end"]), (&start, &end));
        let edits = json!([{ "file": "order.yaml", "start": start, "end": end, "replacement": "message" }]);
        assert_eq!(finding["fix"], json!({ "title": "write `message`", "applicability": "safe", "edits": edits }));
        let unfixable = check(&file).diagnostics;
        assert_eq!(serde_json::to_value(&unfixable[0]).unwrap()["fix"], json!(null));
    }
}
