//! JSON Lines and CSV to messages and rejected rows.

use std::io::Cursor;
use std::path::Path;
use std::sync::LazyLock;

use kenarc::rows::{Rejects, Renderer, RowText, Rows};
use kenarc::{SourceFile, Template, Values};

use super::findings::assert_reportable;

static TEMPLATE: LazyLock<Option<Template>> = LazyLock::new(|| {
    let text = "
variables:
  name: { type: string, minLength: 1 }
  n: { type: integer, default: 1 }
  paid: { type: boolean, default: false }
  tags: { type: array, items: { type: string }, default: [] }
message: '{{ name }}: {{ n }} {{ tags | join(\"، \") }}{% if paid %} *{% endif %}'
";
    kenarc::compile(&SourceFile::new("template.yaml", text)).ok()
});

/// Renders rows, and reads the rejected ones again. The first byte of the input selects the name of the file, from
/// which the format is detected.
///
/// A row is rendered or rejected, and the file of rejects has as many rows as were rejected.
pub fn run(bytes: &[u8]) {
    let (Some(template), Some((first, bytes))) = (TEMPLATE.as_ref(), bytes.split_first()) else { return };
    let name = ["rows", "rows.csv", "rows.tsv", "rows.jsonl"][usize::from(first % 4)];
    let rows = Rows::new(name, Some(Path::new(name)), Box::new(Cursor::new(bytes.to_vec())), None);
    let Ok(mut rows) = rows else { return };
    let mut renderer = Renderer::new(template, Values::new(), &rows);
    let first = rows.peek().ok().flatten().cloned();
    let columns = renderer.columns(first.as_ref());
    let about_columns = columns.map(|columns| renderer.check(&columns)).unwrap_or_default();
    assert_reportable(&about_columns);
    if !about_columns.is_empty() {
        return;
    }
    let mut rejected = Vec::new();
    while let Ok(Some(row)) = rows.next_row() {
        if let Err(row) = renderer.render(row) {
            assert_reportable(&row.reasons);
            assert_eq!(row.sentences().count(), row.reasons.len());
            rejected.push(row);
        }
    }
    if rejected.is_empty() {
        return;
    }
    let written = tempfile::tempdir().map(|folder| {
        let path = folder.path().join(name);
        let mut rejects = Rejects::create(&path, &rows).expect("the folder is new");
        for row in &rejected {
            rejects.add(row).expect("it can be written");
        }
        assert_eq!(rejects.finish().expect("it can be written"), rejected.len() as u64);
        // If the first text beyond ASCII is not UTF-8, the rest of the file is not read row by row.
        let has_other_encoding = rejected.iter().any(|rejected| !is_text(&rejected.row.text));
        let mut again = match Rows::open(&path) {
            Ok(rows) => rows,
            Err(error) => return assert!(has_other_encoding, "rejected rows cannot be read: {error}"),
        };
        let mut count = 0;
        loop {
            match again.next_row() {
                Ok(Some(_)) => count += 1,
                Ok(None) => break,
                Err(error) => return assert!(has_other_encoding, "row {count} cannot be read: {error}"),
            }
        }
        assert_eq!(count, rejected.len(), "{:?}", std::fs::read(&path));
    });
    assert!(written.is_ok(), "{written:?}");
}

fn is_text(row: &RowText) -> bool {
    matches!(row, RowText::Whole(text) if str::from_utf8(text).is_ok())
}
