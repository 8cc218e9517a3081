//! Interprets the description of a document.

use crate::message::{MEDIA_TOKEN, is_blank, is_known, is_media_token, is_post_token, validate_link};
use crate::source::Span;
use crate::syntax::{Entry, Mapping, Node, Scalar, Value};

use super::DocumentKind;
use super::certain::{ListItem, Row};
use super::kind::Kind;
use super::message_kind::MixedKeys;
use super::shape::{Actions, Counted, ListShape, MappingShape, Names, Shape, TextRule, UnknownKeys};
use super::text::{has_jinja, is_variable_name};
use super::violation::{List, Violation, ViolationKind};

/// Returns everything in a document that does not match its description.
pub(super) fn check(root: &Node<'_>, shape: &'static MappingShape, document: DocumentKind) -> Vec<Violation> {
    let mut checker = StructureChecker { document, violations: Vec::new() };
    checker.root(root, shape);
    checker.violations
}

/// Returns everything in a template with keys of both kinds of messages that does not match its description.
pub(super) fn check_mixed(root: &Node<'_>, shape: &'static MappingShape, keys: MixedKeys) -> Vec<Violation> {
    let mut checker = StructureChecker { document: DocumentKind::Template, violations: Vec::new() };
    let MixedKeys { chat, chatbot } = keys;
    if let (Some((_, one)), Some((_, other))) = (chat.first(), chatbot.first()) {
        let span = *one.max(other);
        checker.add(span, PathStep::Document, ViolationKind::MixedKinds { chat, chatbot });
    }
    checker.root(root, shape);
    checker.violations
}

struct StructureChecker {
    document: DocumentKind,
    violations: Vec<Violation>,
}

/// The step from a value to a part of it.
#[derive(Clone, Copy)]
enum PathStep<'n> {
    Document,
    Key(&'n str),
    Index(usize),
}

impl StructureChecker {
    fn add(&mut self, span: Span, name: PathStep<'_>, kind: ViolationKind) {
        let name = match name {
            PathStep::Document => String::new(),
            PathStep::Key(key) => key.to_owned(),
            PathStep::Index(index) => index.to_string(),
        };
        self.violations.push(Violation { span, name, verdict: kind.verdict(self.document), kind });
    }

    fn root(&mut self, root: &Node<'_>, shape: &'static MappingShape) {
        match &root.value {
            Value::Mapping(mapping) => self.mapping(root, PathStep::Document, mapping, shape),
            Value::Invalid => {}
            _ => self.wrong_type(root, PathStep::Document, &[Kind::Object]),
        }
    }

    fn value(&mut self, node: &Node<'_>, name: PathStep<'_>, shape: &'static Shape) {
        if matches!(node.value, Value::Invalid) {
            // A syntax error has been reported.
            return;
        }
        match (shape, &node.value) {
            (Shape::Constant(expected), value) => match value {
                Value::String(scalar) if scalar.text == *expected => {}
                _ => self.add(node.span, name, ViolationKind::NotConstant { expected }),
            },
            (Shape::OfKind(kinds), _) if kinds.contains(&Kind::of(node)) => {}
            (Shape::OfKind(kinds), _) => self.wrong_type(node, name, kinds),
            (Shape::Text(rule), Value::String(scalar)) => self.text(node, name, scalar, *rule),
            (Shape::TemplateText(rule), Value::String(scalar)) => {
                if !has_jinja(&scalar.text) {
                    self.text(node, name, scalar, *rule);
                }
            }
            (Shape::Text(_) | Shape::TemplateText(_), _) => self.wrong_type(node, name, &[Kind::String]),
            (Shape::List(list) | Shape::ListOrMapping(list, _), Value::Sequence(items)) => {
                self.list(node, name, items, list);
            }
            (Shape::Mapping(shape) | Shape::ListOrMapping(_, shape), Value::Mapping(mapping)) => {
                self.mapping(node, name, mapping, shape);
            }
            (Shape::Map(names, shape), Value::Mapping(mapping)) => self.map(mapping, *names, shape),
            (Shape::List(_), _) => self.wrong_type(node, name, &[Kind::Array]),
            (Shape::Mapping(_) | Shape::Map(..), _) => self.wrong_type(node, name, &[Kind::Object]),
            (Shape::ListOrMapping(..), _) => self.wrong_type(node, name, &[Kind::Array, Kind::Object]),
        }
    }

    fn wrong_type(&mut self, node: &Node<'_>, name: PathStep<'_>, expected: &'static [Kind]) {
        self.add(node.span, name, ViolationKind::WrongType { expected, found: Kind::of(node) });
    }

    fn text(&mut self, node: &Node<'_>, name: PathStep<'_>, scalar: &Scalar<'_>, rule: TextRule) {
        let text = &*scalar.text;
        let kind = match rule {
            TextRule::NotBlank | TextRule::PostToken | TextRule::MediaToken if is_blank(text) => ViolationKind::Blank,
            TextRule::PostToken if !is_post_token(text) => {
                ViolationKind::NotPostToken { token: text.trim_end_matches('\n').to_owned() }
            }
            TextRule::MediaToken if !is_media_token(text) => {
                ViolationKind::NotMediaToken { token: text.trim_end_matches('\n').to_owned() }
            }
            TextRule::Icon if !is_known(text) => {
                ViolationKind::UnknownIcon { name: text.trim_end_matches('\n').to_owned() }
            }
            TextRule::Link => match validate_link(text) {
                Ok(_) => return,
                Err(error) => ViolationKind::InvalidLink { error },
            },
            TextRule::Any | TextRule::NotBlank | TextRule::Icon | TextRule::PostToken | TextRule::MediaToken => return,
        };
        self.add(node.span, name, kind);
    }

    fn list(&mut self, node: &Node<'_>, name: PathStep<'_>, items: &[Node<'_>], shape: &'static ListShape) {
        let list = shape.list;
        if items.len() < shape.least {
            self.add(node.span, name, ViolationKind::Empty { list });
        }
        let counts = |item: &&Node<'_>| match (shape.counted, list) {
            (Counted::All, _) => true,
            (Counted::Certain, List::Rows) => item.is_certain(),
            (Counted::Certain, List::Buttons) => item.is_unconditional(),
        };
        let count = items.iter().filter(counts).count();
        if let Some(first) = items.iter().filter(counts).nth(list.limit()) {
            self.add(first.span, name, ViolationKind::TooMany { list, count });
        }
        for (index, item) in items.iter().enumerate() {
            self.value(item, PathStep::Index(index), &shape.item);
        }
    }

    fn map(&mut self, mapping: &Mapping<'_>, names: Names, shape: &'static Shape) {
        for Entry { key, value } in &mapping.entries {
            let is_name = match names {
                Names::Any => true,
                Names::Variables => is_variable_name(&key.text),
            };
            if !is_name {
                self.add(key.span, PathStep::Key(&key.text), ViolationKind::NotName);
            }
            self.value(value, PathStep::Key(&key.text), shape);
        }
    }

    fn mapping(&mut self, node: &Node<'_>, name: PathStep<'_>, mapping: &Mapping<'_>, shape: &'static MappingShape) {
        let before = self.violations.len();
        self.required(node, name, mapping, shape);
        let is_complete = self.violations.len() == before;
        if is_complete || shape.unknown != UnknownKeys::RefusedIfComplete {
            self.unknown_keys(node, name, mapping, shape);
        }
        self.actions(node, name, mapping, shape);
        // What is wrong with a text that must go does not matter.
        let superfluous = self.superfluous_text(mapping, shape);
        for field in shape.fields.iter().filter(|field| Some(field.key) != superfluous) {
            if let Some(entry) = shape.get(mapping, field.key) {
                self.value(&entry.value, PathStep::Key(field.key), &field.shape);
            }
        }
    }

    /// Reports keys that are missing, and keys that are given under a deprecated spelling or under two spellings.
    fn required(&mut self, node: &Node<'_>, name: PathStep<'_>, mapping: &Mapping<'_>, shape: &'static MappingShape) {
        for (field, deprecated) in shape.required(mapping) {
            let deprecated = deprecated.and_then(|deprecated| shape.get(mapping, deprecated.key));
            match (shape.get(mapping, field.key), deprecated) {
                (None, None) => {
                    let others = mapping.entries.iter().map(|entry| &entry.key).filter(|key| !shape.allows(&key.text));
                    let kind = ViolationKind::MissingField {
                        key: field.key,
                        element: shape.element,
                        allowed: shape.current_keys().collect(),
                        others: others.map(|key| (key.text.to_string(), key.span)).collect(),
                    };
                    self.add(node.span, name, kind);
                }
                (Some(current), Some(deprecated)) if self.document == DocumentKind::Template => {
                    let (one, other) = (current.key.span, deprecated.key.span);
                    let kind = ViolationKind::TwoSpellings { first: one.min(other) };
                    self.add(one.max(other), PathStep::Key(field.key), kind);
                }
                (_, Some(deprecated)) => {
                    self.add(deprecated.key.span, PathStep::Key(field.key), ViolationKind::DeprecatedSpelling);
                }
                (Some(_), None) => {}
            }
        }
    }

    /// Reports a message with a text and media, and returns the field of the text.
    fn superfluous_text(&mut self, mapping: &Mapping<'_>, shape: &'static MappingShape) -> Option<&'static str> {
        let kind = shape.message?;
        // A key without a value is a mistake of its own.
        let given = |key| shape.get(mapping, key).filter(|entry| !matches!(entry.value.value, Value::Null));
        let field = kind.text_field();
        let (text, media) = (given(field)?.key.span, given(MEDIA_TOKEN)?.key.span);
        let violation = ViolationKind::TextAndMedia { first: text.min(media) };
        self.add(text.max(media), PathStep::Key(field), violation);
        Some(field)
    }

    fn unknown_keys(
        &mut self,
        node: &Node<'_>,
        name: PathStep<'_>,
        mapping: &Mapping<'_>,
        shape: &'static MappingShape,
    ) {
        let mut unknown =
            mapping.entries.iter().map(|entry| &entry.key).filter(|key| !shape.allows(&key.text)).peekable();
        if unknown.peek().is_none() {
            return;
        }
        let allowed: Vec<&'static str> = shape.current_keys().collect();
        let is_present =
            |key: &&'static str| shape.spellings(key).any(|spelling| shape.get(mapping, spelling).is_some());
        let present: Vec<&'static str> = allowed.iter().copied().filter(is_present).collect();
        for key in unknown {
            let kind = ViolationKind::UnknownField {
                key: key.text.to_string(),
                element: shape.element,
                whole: node.span,
                allowed: allowed.clone(),
                present: present.clone(),
            };
            self.add(key.span, name, kind);
        }
    }

    fn actions(&mut self, node: &Node<'_>, name: PathStep<'_>, mapping: &Mapping<'_>, shape: &'static MappingShape) {
        let actions = shape.actions;
        let is_action = |entry: &&Entry<'_>| actions.have(&entry.key.text);
        let given = mapping.entries.iter().filter(is_action).filter(|entry| shape.is_set(mapping, entry));
        let keys: Vec<Span> = given.map(|entry| entry.key.span).collect();
        let is_required = match actions {
            Actions::None => false,
            Actions::Kinds => mapping.entries.iter().all(|entry| is_action(&entry)),
            Actions::Nested | Actions::KindsOrNested => true,
        };
        match keys.len() {
            0 if is_required => self.add(node.span, name, ViolationKind::NoAction),
            0 | 1 => {}
            _ => self.add(node.span, name, ViolationKind::SeveralActions { keys }),
        }
    }
}
