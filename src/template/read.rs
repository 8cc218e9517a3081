//! From the YAML tree to a template.

use std::sync::Arc;

use crate::message::{ActionKind, MEDIA_TOKEN, MessageKind, Side};
use crate::schema::{ICON_NAME, is_null, is_set, message_kind};
use crate::source::{SourceFile, Span};
use crate::syntax::{Document, Entry, Mapping, Node, Origin, Scalar, ScalarStyle, Value};

use super::text::{Condition, Repeat, Text, TextBody};
use super::validators::Validators;
use super::variables::Variables;
use super::{
    ActionTemplate, ButtonTemplate, DataTemplate, Example, GridTemplate, Payload, ProgramId, RowTemplate, Template,
};

/// Reads what can be read. A part of another shape than the language has is noted as broken; the schema's violations
/// say why.
pub(crate) fn read(document: &Document<'_>, file: &Arc<SourceFile>, validators: &Arc<Validators>) -> Template {
    let reader = TemplateReader { file, validators, programs: 0, broken: Vec::new() };
    reader.template(&document.root)
}

struct TemplateReader<'f> {
    /// The file that is read.
    file: &'f Arc<SourceFile>,
    validators: &'f Arc<Validators>,
    /// How many programs have been read.
    programs: u32,
    broken: Vec<Span>,
}

impl TemplateReader<'_> {
    fn template(mut self, root: &Node<'_>) -> Template {
        let empty = Mapping::default();
        let mapping = root.as_mapping().unwrap_or(&empty);
        let field = |name: &str| mapping.get(name).map(|entry| &entry.value);
        let kind = message_kind(root);
        let media_token = field(MEDIA_TOKEN).filter(|node| is_set(node));
        let is_given = |node: &&Node<'_>| media_token.is_none() || is_set(node);
        let texts = MessageKind::ALL.map(|kind| field(kind.text_field()).filter(is_given));
        let text = texts.into_iter().flatten().next().and_then(|node| self.text(node));
        let media_token = media_token.and_then(|node| self.text(node));
        let grids = Side::ALL.into_iter().filter_map(|side| {
            let node = field(side.field()).filter(|node| !is_null(node))?;
            self.grid(side, node)
        });
        let grids = grids.collect();
        let variables = mapping.get("variables").and_then(|entry| Variables::read(entry, self.validators));
        let examples = field("examples").and_then(Node::as_mapping).map(|examples| self.examples(examples));
        let examples = examples.unwrap_or_default();
        // Neither is there, or it is not clear which is meant.
        if text.is_some() == media_token.is_some() || kind.is_none() {
            self.broken.push(root.span);
        }
        Template {
            file: Arc::clone(self.file),
            span: root.span,
            kind: kind.unwrap_or(MessageKind::Chat),
            text,
            media_token,
            grids,
            variables,
            examples,
            icons: Arc::default(),
            broken: self.broken,
        }
    }

    fn broken<T>(&mut self, span: Span) -> Option<T> {
        self.broken.push(span);
        None
    }

    /// Returns the identity of the next program.
    fn next_program(&mut self) -> ProgramId {
        let id = ProgramId(self.programs);
        self.programs += 1;
        id
    }

    fn text(&mut self, node: &Node<'_>) -> Option<Text> {
        match node.as_scalar() {
            Some(scalar) => Some(self.scalar(scalar)),
            None => self.broken(node.span),
        }
    }

    fn scalar(&mut self, scalar: &Scalar<'_>) -> Text {
        let text = Text::read(scalar, self.file, self.next_program());
        if matches!(text.body, TextBody::Broken(_)) {
            self.broken.push(text.span());
        }
        text
    }

    fn condition(&mut self, condition: Condition) -> Condition {
        if condition.program.is_err() {
            self.broken.push(condition.span());
        }
        condition
    }

    /// Reads a grid: `{rows: […]}` or `[…]`
    fn grid(&mut self, side: Side, node: &Node<'_>) -> Option<GridTemplate> {
        let (rows, mapping) = self.list(node, "rows")?;
        Some(GridTemplate {
            side,
            span: node.span,
            when: mapping.and_then(|mapping| self.when(mapping)),
            rows: rows.iter().filter_map(|row| self.row(row)).collect(),
        })
    }

    /// Reads a row: `{buttons: […]}` or `[…]`
    fn row(&mut self, node: &Node<'_>) -> Option<RowTemplate> {
        let (buttons, mapping) = self.list(node, "buttons")?;
        Some(RowTemplate {
            span: node.span,
            when: mapping.and_then(|mapping| self.when(mapping)),
            repeat: mapping.and_then(|mapping| self.repeat(mapping)),
            buttons: buttons.iter().filter_map(|button| self.button(button)).collect(),
        })
    }

    /// Returns the items of a list, or of the list under `key` in a mapping, with that mapping.
    fn list<'n, 's>(&mut self, node: &'n Node<'s>, key: &str) -> Option<(&'n [Node<'s>], Option<&'n Mapping<'s>>)> {
        let items = match &node.value {
            Value::Sequence(items) => Some((items.as_slice(), None)),
            Value::Mapping(mapping) => {
                mapping.get(key).and_then(|entry| entry.value.as_sequence()).map(|items| (items, Some(mapping)))
            }
            _ => None,
        };
        items.or_else(|| self.broken(node.span))
    }

    fn button(&mut self, node: &Node<'_>) -> Option<ButtonTemplate> {
        let Some(mapping) = node.as_mapping() else { return self.broken(node.span) };
        let mut actions = self.actions(mapping);
        if let Some(action) = mapping.get("action").and_then(|entry| entry.value.as_mapping()) {
            actions.extend(self.actions(action));
        }
        let [icon, icon_name] = ["icon", ICON_NAME].map(|key| mapping.get(key).filter(|entry| is_set(&entry.value)));
        // It is not clear which of the two is meant.
        let is_ambiguous = icon.is_some() && icon_name.is_some();
        let icon = icon.or(icon_name).and_then(|entry| self.text(&entry.value));
        let caption = mapping.get("caption").and_then(|entry| self.text(&entry.value));
        if actions.len() != 1 || is_ambiguous || caption.is_none() {
            self.broken.push(node.span);
        }
        let (when, repeat) = (self.when(mapping), self.repeat(mapping));
        Some(ButtonTemplate { span: node.span, when, repeat, actions, icon, caption })
    }

    fn actions(&mut self, mapping: &Mapping<'_>) -> Vec<ActionTemplate> {
        let action = |entry: &Entry<'_>| {
            let kind = ActionKind::from_name(&entry.key.text)?;
            let payload = self.payload(kind, &entry.value);
            Some(ActionTemplate { kind, key: entry.key.span, span: entry.value.span, payload })
        };
        mapping.entries.iter().filter(|entry| !is_null(&entry.value)).filter_map(action).collect()
    }

    fn payload(&mut self, kind: ActionKind, node: &Node<'_>) -> Option<Payload> {
        let inside = |key: &str| node.as_mapping().and_then(|mapping| mapping.get(key)).map(|entry| &entry.value);
        let payload = match kind {
            ActionKind::OpenDirectLink => self.text(node).map(Payload::Link),
            ActionKind::OpenServerLink | ActionKind::GetDynamicAction => {
                let is_empty = |mapping: &Mapping<'_>| mapping.entries.iter().all(|entry| entry.key.text == "data");
                match inside("data").filter(|data| !is_null(data)) {
                    Some(data) => data.as_mapping().map(|data| Payload::Data(self.map(data))),
                    // Other keys likely belong into `data`.
                    None => node.as_mapping().filter(|mapping| is_empty(mapping)).map(|_| Payload::Data(Vec::new())),
                }
            }
            ActionKind::OpenPostPage | ActionKind::OpenPostManagePage => {
                inside("post_token").and_then(|token| self.text(token)).map(Payload::PostToken)
            }
        };
        payload.or_else(|| self.broken(node.span))
    }

    fn data(&mut self, node: &Node<'_>) -> DataTemplate {
        match &node.value {
            Value::String(scalar) => DataTemplate::Text(self.scalar(scalar)),
            Value::Sequence(items) => DataTemplate::List(items.iter().map(|item| self.data(item)).collect()),
            Value::Mapping(mapping) => DataTemplate::Map(self.map(mapping)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Invalid => DataTemplate::Plain(node.to_json()),
        }
    }

    fn map(&mut self, mapping: &Mapping<'_>) -> Vec<(String, DataTemplate)> {
        mapping.entries.iter().map(|entry| (entry.key.text.to_string(), self.data(&entry.value))).collect()
    }

    fn when(&mut self, mapping: &Mapping<'_>) -> Option<Condition> {
        let node = &mapping.get("when")?.value;
        let condition = match &node.value {
            Value::String(scalar) => Condition::read(scalar.origin, &scalar.text, 0, self.next_program()),
            // `when: true` is an expression, though YAML reads a boolean.
            Value::Bool(value) => {
                let origin = Origin { span: node.span, style: ScalarStyle::Plain, indent: 0 };
                Condition::read(origin, &value.to_string(), 0, self.next_program())
            }
            _ => return self.broken(node.span),
        };
        Some(self.condition(condition))
    }

    fn repeat(&mut self, mapping: &Mapping<'_>) -> Option<Repeat> {
        let node = &mapping.get("for")?.value;
        match node.as_scalar() {
            Some(scalar) => {
                let Repeat { name, name_range, items } = Repeat::read(scalar, self.next_program());
                Some(Repeat { name, name_range, items: self.condition(items) })
            }
            None => self.broken(node.span),
        }
    }

    fn examples(&self, mapping: &Mapping<'_>) -> Vec<Example> {
        let example = |entry: &Entry<'_>| Example {
            name: entry.key.text.to_string(),
            key: entry.key.span,
            values: entry.value.clone().into_owned(),
        };
        mapping.entries.iter().map(example).collect()
    }
}
