//! Renders a row to a message, or reports everything that is wrong with it.

use std::fmt;
use std::sync::Arc;

use crate::lint;
use crate::lint::{ColumnKind, Columns, Diagnostic};
use crate::message::Message;
use crate::render::{Given, Values, ValuesError, text_as_declared};
use crate::source::{REDACTED, visible};
use crate::source::{SourceFile, Span};
use crate::syntax::{Node, Value};
use crate::template::{Template, Variable};

use super::csv::{Cell, Cells, Header};
use super::json;
use super::read::{Row, RowText, Rows};
use super::redact::redact_sentence;
use super::{ACCESS_TOKEN, CONVERSATION_ID, REASON, USER_ID, reserved};

/// A row and its message.
pub struct RenderedRow {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The row.
    pub file: Arc<SourceFile>,
    /// The message.
    pub message: Message,
    /// The value of `conversation_id`, if the row has one.
    pub conversation_id: Option<Given>,
    /// The value of `user_id`, if the row has one and the message is a chatbot's.
    pub user_id: Option<Given>,
    /// The value of `access_token`, if the row has one.
    pub access_token: Option<Given>,
}

/// A row for which no message could be made.
pub struct Rejected {
    /// The name of the file with the rows.
    pub name: Arc<str>,
    /// The row.
    pub row: Row,
    /// The reasons, at least one. They refer to the row, the template or other values.
    pub reasons: Vec<Diagnostic>,
    /// The value of `access_token`, if it could be parsed. It must not be shown.
    pub access_token: Option<Given>,
}

impl fmt::Debug for RenderedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, file, message, conversation_id, user_id, access_token } = self;
        let mut record = f.debug_struct("RenderedRow");
        record.field("line", line).field("file", file).field("message", message);
        record
            .field("conversation_id", conversation_id)
            .field("user_id", user_id)
            .field("access_token", &access_token.as_ref().map(|_| REDACTED));
        record.finish()
    }
}

impl fmt::Debug for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (reasons, token) = (self.sentences().collect::<Vec<_>>(), self.access_token.as_ref().map(|_| REDACTED));
        let mut rejected = f.debug_struct("Rejected");
        rejected.field("name", &self.name).field("row", &self.row).field("reasons", &reasons);
        rejected.field("access_token", &token).finish()
    }
}

impl RenderedRow {
    /// Rejects a row whose message is valid but whose reserved columns are not. `reasons` are pairs of a column and its
    /// reason.
    #[must_use]
    pub fn reject(self, reasons: impl IntoIterator<Item = (&'static str, String)>) -> Rejected {
        let Self { line, file, access_token, conversation_id, user_id, .. } = self;
        let mut exact = Values::new();
        // JSON was parsed without positions. CSV has them, and parsing it as a mapping fails.
        let _ = exact.add_file(&file);
        let span = |name: &str| {
            let read =
                [&conversation_id, &user_id, &access_token].into_iter().flatten().find(|given| given.name == name);
            exact.get(name).or(read).map_or(Span::at(0), |given| given.node.span)
        };
        let reasons = reasons.into_iter().map(|(name, reason)| (span(name), reason));
        let reasons = lint::unusable_row(&file, reasons);
        let text = RowText::Whole(file.text().as_bytes().to_vec());
        Rejected { name: file.name().into(), row: Row { line, text }, reasons, access_token }
    }
}

impl Rejected {
    /// Formats each reason as one line without secrets: `rows.jsonl:17:23: error[invalid-value]: …`. If a reason refers
    /// to another file, such as the template, its location follows at the end.
    pub fn sentences(&self) -> impl Iterator<Item = String> {
        self.reasons.iter().map(|reason| redact_sentence(&self.sentence(reason), self.access_token.as_ref()))
    }

    fn sentence(&self, reason: &Diagnostic) -> String {
        let (name, line) = (&self.name, self.row.line);
        let Diagnostic { rule, severity, .. } = reason;
        let summary = reason.summary();
        let (file, position) = (reason.file().name(), reason.file().position(reason.span().start));
        let sentence = if file == &**name {
            format!("{name}:{position}: {severity}[{rule}]: {summary}")
        } else {
            format!("{name}:{line}: {severity}[{rule}]: {summary} ({file}:{position})")
        };
        visible(&sentence).replace(['\n', '\r'], " ")
    }
}

/// Renders the rows of one file with one template. Creating one takes longer than rendering a row, so it is reused.
#[derive(Clone)]
pub struct Renderer<'t> {
    template: &'t Template,
    common: Values,
    name: Arc<str>,
    cells: Option<(Arc<Header>, Cells)>,
    extra: ExtraColumns,
}

/// What to do about columns that the template does not declare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExtraColumns {
    /// They are an error.
    #[default]
    Refused,
    /// They are left out.
    Ignored,
}

/// The columns of a CSV file, or the keys of the first object of JSON Lines.
#[derive(Clone, Debug)]
pub struct RowColumns {
    file: Arc<SourceFile>,
    kind: ColumnKind,
    names: Vec<(String, Span)>,
}

impl RowColumns {
    /// Returns whether there is a column.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|(column, _)| column == name)
    }

    /// Returns what the columns are.
    #[must_use]
    pub const fn kind(&self) -> ColumnKind {
        self.kind
    }
}

/// The values of a row, and those of the reserved columns.
struct Read {
    values: Values,
    conversation_id: Option<Given>,
    user_id: Option<Given>,
    access_token: Option<Given>,
}

/// Whether the values of JSON get exact positions, which takes longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Positions {
    Exact,
    Omitted,
}

impl<'t> Renderer<'t> {
    /// Creates a renderer. `common` are values for all rows; those of a row take precedence.
    #[must_use]
    pub fn new(template: &'t Template, common: Values, rows: &Rows) -> Self {
        let cells = rows.header().map(|header| (Arc::clone(header), Cells::new(header.separator)));
        Self { template, common, name: Arc::clone(rows.name()), cells, extra: ExtraColumns::default() }
    }

    /// Sets what to do about columns that the template does not declare.
    #[must_use]
    pub fn with_extra_columns(self, extra: ExtraColumns) -> Self {
        Self { extra, ..self }
    }

    /// Returns the columns of a CSV file, or the keys of the first object of JSON Lines; `None` if that is no object.
    #[must_use]
    pub fn columns(&self, first: Option<&Row>) -> Option<RowColumns> {
        let Some((header, cells)) = &self.cells else {
            let row = self.file(first?.clone()).ok()?;
            let mut values = Values::new();
            add_json(&mut values, &row).ok()?;
            return Some(self.keys(first?.line, &values));
        };
        let at = if header.declaration.is_some() { 2 } else { 1 };
        let file = SourceFile::at_line(at, &*self.name, &*header.text);
        let cells = cells.clone().read(&header.text).into_iter().map(|cell| Span::from(cell.range));
        let names = header.columns.iter().cloned().zip(cells).collect();
        Some(RowColumns { file, kind: ColumnKind::Column, names })
    }

    /// Returns the keys of an object, with its text as `{"name": …, "price": …}`: its values may be secrets.
    fn keys(&self, line: u64, values: &Values) -> RowColumns {
        let (mut text, mut names) = ("{".to_owned(), Vec::new());
        for given in values.iter() {
            let key = format!("{}", serde_json::Value::from(given.name.as_str()));
            text += if names.is_empty() { "" } else { ", " };
            names.push((given.name.clone(), Span::new(text.len(), text.len() + key.len())));
            text += &format!("{key}: …");
        }
        let at = usize::try_from(line).unwrap_or(usize::MAX);
        RowColumns { file: SourceFile::at_line(at, &*self.name, text + "}"), kind: ColumnKind::Key, names }
    }

    /// Checks the columns: those that the template does not declare, unless they are ignored, and variables without a
    /// column.
    #[must_use]
    pub fn check(&self, RowColumns { file, kind, names }: &RowColumns) -> Vec<Diagnostic> {
        let is_ignored = |name: &str| self.extra == ExtraColumns::Ignored && !self.is_declared(name);
        let names = names.iter().map(|(name, span)| (name.as_str(), *span));
        let names = names.filter(|(name, _)| *name != REASON && !is_ignored(name)).collect();
        let columns = Columns { file: Arc::clone(file), kind: *kind, names };
        lint::columns(self.template, &self.common, &columns, reserved(self.template.kind))
    }

    fn is_declared(&self, name: &str) -> bool {
        self.template.variables.is_none() || variable(self.template, name).is_some()
    }

    /// Renders the message of a row.
    ///
    /// # Errors
    /// Everything that is wrong with the row.
    pub fn render(&mut self, row: Row) -> Result<RenderedRow, Box<Rejected>> {
        let line = row.line;
        let file = self.file(row)?;
        let name = Arc::clone(&self.name);
        let rejected = |reasons, access_token| {
            let text = RowText::Whole(file.text().as_bytes().to_vec());
            Rejected { name, row: Row { line, text }, reasons, access_token }
        };
        let failed = match self.read(&file, Positions::Omitted) {
            Ok(Read { values, conversation_id, user_id, access_token }) => match lint::render(self.template, &values) {
                Ok(message) => return Ok(RenderedRow { line, file, message, conversation_id, user_id, access_token }),
                Err(reasons) => rejected(reasons, access_token),
            },
            Err(error) => rejected(lint::values_file(&file, &error), None),
        };
        Err(Box::new(self.with_positions(&file, failed)))
    }

    /// Finds the exact positions of the reasons: JSON is first parsed without them, which is faster.
    fn with_positions(&mut self, file: &Arc<SourceFile>, failed: Rejected) -> Rejected {
        if self.cells.is_some() {
            return failed;
        }
        match self.read(file, Positions::Exact).map(|read| lint::render(self.template, &read.values)) {
            Ok(Err(reasons)) => Rejected { reasons, ..failed },
            Ok(Ok(_)) | Err(_) => failed,
        }
    }

    /// Returns the row as a source file that begins at its line.
    fn file(&self, Row { line, text }: Row) -> Result<Arc<SourceFile>, Box<Rejected>> {
        let at = usize::try_from(line).unwrap_or(usize::MAX);
        let rejected = |text, reasons| {
            let row = Row { line, text };
            Box::new(Rejected { name: Arc::clone(&self.name), row, reasons, access_token: None })
        };
        match text {
            RowText::TooLong => {
                let file = SourceFile::at_line(at, &*self.name, "");
                Err(rejected(text, lint::values_file(&file, &ValuesError::TooLong)))
            }
            RowText::Whole(bytes) => String::from_utf8(bytes).map_or_else(
                |error| {
                    let start = error.utf8_error().valid_up_to();
                    let file = SourceFile::at_line(at, &*self.name, String::from_utf8_lossy(error.as_bytes()));
                    let span = Span::new(start, start + char::REPLACEMENT_CHARACTER.len_utf8());
                    let reasons = lint::values_file(&file, &ValuesError::NotUtf8 { span });
                    Err(rejected(RowText::Whole(error.into_bytes()), reasons))
                },
                |text| Ok(SourceFile::at_line(at, &*self.name, text)),
            ),
        }
    }

    fn read(&mut self, file: &Arc<SourceFile>, positions: Positions) -> Result<Read, ValuesError> {
        let mut values = self.common.clone();
        match &mut self.cells {
            None if positions == Positions::Exact => values.add_file(file)?,
            None => add_json(&mut values, file)?,
            Some((header, cells)) => add_cells(&mut values, file, header, cells.read(file.text()), self.template)?,
        }
        let [conversation_id, user_id, access_token] =
            [CONVERSATION_ID, USER_ID, ACCESS_TOKEN].map(|name| self.reserved(&mut values, name));
        if self.extra == ExtraColumns::Ignored {
            let is_extra = |given: &&Given| Arc::ptr_eq(&given.file, file) && !self.is_declared(&given.name);
            let extra: Vec<String> = values.iter().filter(is_extra).map(|given| given.name.clone()).collect();
            extra.iter().for_each(|name| drop(values.remove(name)));
        }
        Ok(Read { values, conversation_id, user_id, access_token })
    }

    /// Returns the value of a column if it is reserved, and removes it unless the template declares it.
    fn reserved(&self, values: &mut Values, name: &str) -> Option<Given> {
        if !reserved(self.template.kind).contains(&name) {
            return None;
        }
        if variable(self.template, name).is_some() { values.get(name).cloned() } else { values.remove(name) }
    }
}

fn variable<'t>(template: &'t Template, name: &str) -> Option<&'t Variable> {
    template.variables.as_ref()?.get(name)
}

/// Adds the values of a JSON object. What the fast path refuses is parsed by the parser with positions.
fn add_json(values: &mut Values, file: &Arc<SourceFile>) -> Result<(), ValuesError> {
    match json::read(file.text()) {
        Ok(node) => values.add_node(file, node),
        Err(error) if error.is_syntax() || error.is_eof() => Err(broken(file, &error)),
        Err(_) => values.add_file(file),
    }
}

/// Converts a syntax error of `serde_json`, which counts columns in bytes and appends the position to its message.
fn broken(file: &SourceFile, error: &serde_json::Error) -> ValuesError {
    let text = file.text();
    let at = text.floor_char_boundary(error.column().saturating_sub(1));
    let end = text[at..].chars().next().map_or(at, |character| at + character.len_utf8());
    let message = error.to_string();
    let reason = message.rsplit_once(" at line ").map_or(message.as_str(), |(reason, _)| reason).to_owned();
    ValuesError::BrokenJson { span: Span::new(at, end), reason }
}

/// Adds the cells of a CSV row. An empty cell has no value.
fn add_cells(
    values: &mut Values,
    file: &Arc<SourceFile>,
    header: &Header,
    cells: Vec<Cell>,
    template: &Template,
) -> Result<(), ValuesError> {
    if let Some(span) = cells.last().and_then(|last| unclosed_quote(last, file.text())) {
        return Err(ValuesError::UnclosedQuote { span });
    }
    let columns = header.columns.len();
    let surplus = cells.iter().skip(columns).take(header.trailing).take_while(|cell| cell.text.is_empty()).count();
    let count = cells.len() - surplus;
    if count != columns {
        let end = Span::at(file.text().len());
        let span = cells.into_iter().nth(columns + surplus).map_or(end, |cell| cell.range.into());
        return Err(ValuesError::Cells { span, count, columns });
    }
    for (name, Cell { text, range }) in header.columns.iter().zip(cells) {
        if text.is_empty() || name == REASON {
            continue;
        }
        let span = Span::from(range);
        let mut node = text_as_declared(&text, variable(template, name));
        set_span(&mut node, span);
        values.set(Given { name: name.clone(), file: Arc::clone(file), key: span, node });
    }
    Ok(())
}

/// Returns the opening quote of the last cell, if it is not closed. A quote within quotes is written twice.
fn unclosed_quote(last: &Cell, row: &str) -> Option<Span> {
    let written = &row[last.range.clone()];
    let is_open = written.starts_with('"') && written.matches('"').count() % 2 == 1;
    is_open.then(|| Span::new(last.range.start, last.range.start + 1))
}

/// Sets the span of a value and its parts to that of their cell.
fn set_span(node: &mut Node<'_>, span: Span) {
    node.span = span;
    match &mut node.value {
        Value::Sequence(items) => items.iter_mut().for_each(|item| set_span(item, span)),
        Value::Mapping(mapping) => mapping.entries.iter_mut().for_each(|entry| {
            entry.key.span = span;
            set_span(&mut entry.value, span);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Invalid => {}
    }
}
