//! The structure of a template, as `schemas/template.schema.json` has it, and of a request, as `schemas/message.schema.json` does.
//!
//! The schemas are the only authority, the same files that editors use; here their violations become typed facts with places.

use std::collections::HashMap;
use std::sync::LazyLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, PatternOptions, ValidationError, Validator};

use crate::message::{self, ActionKind, LinkError, MAX_BUTTONS, MAX_ROWS, parse_link};
use crate::source::Span;
use crate::syntax::{Document, Node, Scalar, TreeJson, Value};

/// The spelling of `icon` that Divar has deprecated.
pub const ICON_NAME: &str = "icon_name";

/// The JSON Schema (2020-12) of a template: `schemas/template.schema.json`.
pub const SCHEMA: &str = include_str!("../../schemas/template.schema.json");

/// What a document is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    /// A template.
    Template,
    /// The body of a request.
    Request,
}

/// A part of a document that its schema does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The part that is wrong; for a missing field the mapping that lacks it.
    pub span: Span,
    /// The last key or index on the way to it; empty at the top.
    pub name: String,
    /// What is wrong.
    pub kind: ViolationKind,
}

/// What can be wrong with a part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViolationKind {
    /// A key that the schema does not have; the span is the key's.
    UnknownField {
        /// The key.
        key: String,
        /// The keys that may stand there.
        allowed: Vec<String>,
        /// Those of them that do.
        taken: Vec<String>,
    },
    /// A key that must be there.
    MissingField {
        /// The key.
        key: String,
        /// The keys that may stand there.
        allowed: Vec<String>,
        /// Those that stand there and may not.
        others: Vec<(String, Span)>,
    },
    /// A value of another kind than the schema has there.
    WrongType {
        /// What may stand there.
        expected: Vec<JsonType>,
        /// What stands there, in words.
        found: &'static str,
    },
    /// A value other than the only one.
    NotConstant {
        /// The only value.
        expected: serde_json::Value,
    },
    /// More than 3 rows or buttons; the span is the fourth's.
    TooMany {
        /// Of what.
        list: List,
        /// How many there are for certain.
        count: usize,
    },
    /// A list that must not be empty.
    Empty {
        /// Of what.
        list: List,
    },
    /// No action in a button; the span is the button's or that of its `action`.
    NoAction,
    /// More than one action in a button.
    SeveralActions {
        /// Their keys.
        keys: Vec<Span>,
    },
    /// A field that is given under both of its spellings; the span is the second key's.
    TwoSpellings {
        /// The first key.
        first: Span,
    },
    /// Text that is blank.
    Blank,
    /// A name that no hole can use.
    NotName,
    /// A literal icon that is not in the list.
    UnknownIcon {
        /// The name.
        name: String,
    },
    /// A link in a request that no button may open.
    InvalidLink {
        /// Why not.
        problem: LinkError,
    },
    /// Anything else that the schema has come to say.
    Other {
        /// The schema's own words.
        message: String,
    },
}

/// The two lists of a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// The rows of a grid.
    Rows,
    /// The buttons of a row.
    Buttons,
}

/// A schema and what checks documents by it.
struct Structure {
    schema: serde_json::Value,
    validator: Validator<TreeJson>,
}

static TEMPLATE: LazyLock<Structure> = LazyLock::new(|| Structure::new(SCHEMA));

static REQUEST: LazyLock<Structure> = LazyLock::new(|| Structure::new(message::SCHEMA));

impl Structure {
    #[expect(
        clippy::expect_used,
        reason = "the schemas are part of the program, and every test that checks a document builds its own"
    )]
    fn new(schema: &str) -> Self {
        let schema = serde_json::from_str(schema).unwrap_or_default();
        let validator = jsonschema::options_for::<TreeJson>()
            .with_draft(jsonschema::Draft::Draft202012)
            // Linear time, whatever the text.
            .with_pattern_options(PatternOptions::regex())
            .build(&schema)
            .expect("the schema is a schema");
        Self { schema, validator }
    }

    fn of(subject: DocumentKind) -> &'static Self {
        match subject {
            DocumentKind::Template => &TEMPLATE,
            DocumentKind::Request => &REQUEST,
        }
    }
}

/// Everything in a document that its schema does not allow. What is already known to be broken YAML is passed over.
#[must_use]
pub fn violations(document: &Document<'_>, subject: DocumentKind) -> Vec<Violation> {
    let Structure { schema, validator } = Structure::of(subject);
    let mut violations = Vec::new();
    if !validator.is_valid(&document.root) {
        violations
            .extend(validator.iter_errors(&document.root).flat_map(|error| violation(&document.root, &error, schema)));
    }
    if subject == DocumentKind::Request {
        violations.extend(links(&document.root).filter_map(invalid_link));
    }
    violations
}

fn violation(root: &Node<'_>, error: &ValidationError<'_>, schema: &serde_json::Value) -> Vec<Violation> {
    use ValidationErrorKind as Kind;

    let pointer = error.instance_path().as_str();
    let Some(node) = root.pointer(pointer) else { return Vec::new() };
    if matches!(node.value, Value::Invalid) {
        return Vec::new();
    }
    let name = pointer.rsplit('/').next().unwrap_or_default();
    let make = |span: Span, kind: ViolationKind| Violation { span, name: name.to_owned(), kind };
    let here = |kind: ViolationKind| vec![make(node.span, kind)];
    match error.kind() {
        Kind::AdditionalProperties { unexpected } => {
            let allowed = allowed_keys(error, schema);
            let entries = node.as_mapping().map(|mapping| mapping.entries.as_slice()).unwrap_or_default();
            // A look at each entry for each key would take minutes for a file of nothing else.
            let spans: HashMap<&str, Span> = entries.iter().map(|entry| (&*entry.key.text, entry.key.span)).collect();
            let taken: Vec<String> = allowed.iter().filter(|key| spans.contains_key(key.as_str())).cloned().collect();
            let unknown = |key: &String| {
                let span = *spans.get(key.as_str())?;
                let (key, allowed, taken) = (key.clone(), allowed.clone(), taken.clone());
                let kind = ViolationKind::UnknownField { key, allowed, taken };
                Some(make(span, kind))
            };
            unexpected.iter().filter_map(unknown).collect()
        }
        Kind::Required { property } if property.as_str() == Some("action") => here(ViolationKind::NoAction),
        Kind::Required { property } => {
            let allowed = allowed_keys(error, schema);
            let others = other_keys(node, &allowed);
            here(ViolationKind::MissingField { key: property.as_str().unwrap_or_default().to_owned(), allowed, others })
        }
        Kind::Type { kind } => here(ViolationKind::WrongType { expected: types(kind), found: node.kind() }),
        Kind::Constant { expected_value } => here(ViolationKind::NotConstant { expected: (**expected_value).clone() }),
        Kind::Contains => {
            let list = list(error);
            fourth(node, list)
                .into_iter()
                .map(|(count, span)| make(span, ViolationKind::TooMany { list, count }))
                .collect()
        }
        Kind::MaxItems { .. } => {
            let (list, items) = (list(error), node.as_sequence().unwrap_or_default());
            let fourth =
                items.get(most(list)).map(|item| make(item.span, ViolationKind::TooMany { list, count: items.len() }));
            fourth.into_iter().collect()
        }
        Kind::MinItems { .. } => here(ViolationKind::Empty { list: list(error) }),
        Kind::MinProperties { .. } => here(ViolationKind::NoAction),
        Kind::OneOfMultipleValid { .. } | Kind::MaxProperties { .. } => {
            let keys = action_keys(node);
            // What is beside one action is an unknown field, no second action.
            if keys.len() > 1 { here(ViolationKind::SeveralActions { keys }) } else { Vec::new() }
        }
        Kind::FalseSchema => two_spellings(root, pointer).into_iter().collect(),
        // Of links the pattern tells less than [`links`].
        Kind::Pattern { .. } if name == ActionKind::OpenDirectLink.name() => Vec::new(),
        Kind::Pattern { .. } => here(ViolationKind::Blank),
        Kind::PropertyNames { error } => {
            let key = error.instance().as_str().and_then(|key| node.as_mapping()?.get(key));
            key.map(|entry| Violation {
                span: entry.key.span,
                name: entry.key.text.to_string(),
                kind: ViolationKind::NotName,
            })
            .into_iter()
            .collect()
        }
        Kind::Enum { .. } => match node.as_scalar() {
            Some(scalar) => here(ViolationKind::UnknownIcon { name: scalar.text.trim_end_matches('\n').to_owned() }),
            None => here(ViolationKind::WrongType { expected: vec![JsonType::String], found: node.kind() }),
        },
        _ => here(ViolationKind::Other { message: error.to_string() }),
    }
}

/// Which list a violation is about: the schema says it once for rows and once for buttons.
fn list(error: &ValidationError<'_>) -> List {
    if error.schema_path().as_str().contains("/rows/") { List::Rows } else { List::Buttons }
}

/// The icon that is given once more. The schema forbids `icon` where there is [`ICON_NAME`], and only that.
fn two_spellings(root: &Node<'_>, pointer: &str) -> Option<Violation> {
    let (button, name) = pointer.rsplit_once('/')?;
    let button = root.pointer(button)?.as_mapping()?;
    let (icon, deprecated) = (button.get(name)?.key.span, button.get(ICON_NAME)?.key.span);
    let kind = ViolationKind::TwoSpellings { first: icon.min(deprecated) };
    Some(Violation { span: icon.max(deprecated), name: name.to_owned(), kind })
}

/// The keys that the schema has where it met one that it has not. To those that are deprecated nobody should come.
fn allowed_keys(error: &ValidationError<'_>, schema: &serde_json::Value) -> Vec<String> {
    let path = error.schema_path().as_str();
    let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
    let properties = schema.pointer(&format!("{parent}/properties")).and_then(serde_json::Value::as_object);
    let current = properties.into_iter().flatten().filter(|(_, schema)| schema.get("deprecated").is_none());
    current.map(|(key, _)| key.clone()).collect()
}

/// The keys of a mapping that are not among those that may stand there.
fn other_keys(node: &Node<'_>, allowed: &[String]) -> Vec<(String, Span)> {
    let entries = node.as_mapping().map(|mapping| mapping.entries.as_slice()).unwrap_or_default();
    let others = entries.iter().filter(|entry| !allowed.iter().any(|key| *key == entry.key.text));
    others.map(|entry| (entry.key.text.to_string(), entry.key.span)).collect()
}

fn types(kind: &TypeKind) -> Vec<JsonType> {
    match kind {
        TypeKind::Single(only) => vec![*only],
        TypeKind::Multiple(several) => several.iter().collect(),
    }
}

/// The most items of a list.
fn most(list: List) -> usize {
    match list {
        List::Rows => MAX_ROWS,
        List::Buttons => MAX_BUTTONS,
    }
}

/// How many items are there whatever the variables are, and the fourth of them.
fn fourth(items: &Node<'_>, list: List) -> Option<(usize, Span)> {
    let is_certain: fn(&Node<'_>) -> bool = match list {
        List::Rows => is_certain_row,
        List::Buttons => is_certain,
    };
    let certain: Vec<&Node<'_>> = items.as_sequence()?.iter().filter(|item| is_certain(item)).collect();
    Some((certain.len(), certain.get(most(list))?.span))
}

/// As `$defs/certain` of the schema.
fn is_certain(item: &Node<'_>) -> bool {
    match &item.value {
        Value::Mapping(mapping) => mapping.get("for").is_none() && mapping.get("when").is_none(),
        Value::Sequence(_) => true,
        _ => false,
    }
}

/// As `$defs/certain_row` of the schema: a row without buttons is dropped.
fn is_certain_row(row: &Node<'_>) -> bool {
    let buttons = match &row.value {
        Value::Mapping(mapping) => mapping.get("buttons").and_then(|entry| entry.value.as_sequence()),
        _ => row.as_sequence(),
    };
    is_certain(row) && buttons.is_some_and(|buttons| buttons.iter().any(is_certain))
}

fn action_keys(button: &Node<'_>) -> Vec<Span> {
    let is_action = |key: &str| key == "action" || ActionKind::from_name(key).is_some();
    let entries = button.as_mapping().map(|mapping| mapping.entries.as_slice()).unwrap_or_default();
    entries.iter().filter(|entry| is_action(&entry.key.text)).map(|entry| entry.key.span).collect()
}

/// The links of a request. The schema has only a pattern for how they begin.
fn links<'n, 's>(root: &'n Node<'s>) -> impl Iterator<Item = &'n Scalar<'s>> {
    fn field<'n, 's>(node: &'n Node<'s>, key: &str) -> Option<&'n Node<'s>> {
        Some(&node.as_mapping()?.get(key)?.value)
    }
    let items = |node: &'n Node<'s>, key| field(node, key).and_then(Node::as_sequence).unwrap_or_default();
    let grids = ["sender_buttons", "receiver_buttons"].into_iter().filter_map(|side| field(root, side));
    let buttons = grids.flat_map(move |grid| items(grid, "rows")).flat_map(move |row| items(row, "buttons"));
    let link = |button| field(field(button, "action")?, ActionKind::OpenDirectLink.name())?.as_scalar();
    buttons.filter_map(link)
}

fn invalid_link(link: &Scalar<'_>) -> Option<Violation> {
    let problem = parse_link(&link.text).err()?;
    Some(Violation {
        span: link.origin.span,
        name: ActionKind::OpenDirectLink.to_string(),
        kind: ViolationKind::InvalidLink { problem },
    })
}
