//! Puts the parts of references in their places.

use std::sync::Arc;

use crate::schema::Kind;
use crate::source::{Composer, Reference, SourceFile, Span};
use crate::syntax::{Comment, Document, Entry, Mapping, Node, Parsed, Value};

use super::error::{ReferenceError, ReferenceErrorKind};
use super::library::{Library, PartFile};
use super::target::Target;
use super::{MAX_REFERENCE_DEPTH, MAX_REFERENCED_BYTES, MAX_REFERENCED_NODES, REF, is_declaration, is_library};

/// A file with the parts of its references in their places.
#[derive(Debug)]
pub struct Resolved<'s> {
    /// The text that all spans are in.
    pub file: Arc<SourceFile>,
    /// The tree. A part that cannot be found is [invalid](Value::Invalid).
    pub parsed: Parsed<'s>,
    /// What could not be resolved, in the order in which it is read.
    pub errors: Vec<ReferenceError>,
    /// The other files that parts come from.
    pub(crate) parts: Vec<Arc<PartFile>>,
}

/// Resolves the references of a parsed file.
pub(crate) fn resolve<'s>(file: &Arc<SourceFile>, parsed: Parsed<'s>, library: &Library) -> Resolved<'s> {
    let has_references = file.text().contains(REF);
    let document = match parsed.document {
        Some(document) if has_references => document,
        document => {
            let parsed = Parsed { document, ..parsed };
            return Resolved { file: Arc::clone(file), parsed, errors: Vec::new(), parts: Vec::new() };
        }
    };
    let main = document.root.clone();
    let mut resolver = Resolver::new(file, &main, document.comments, library);
    let root = resolver.root(document.root, is_library(file.name()));
    let Resolver { files, composer, comments, references, errors, .. } = resolver;
    let parts = files.into_iter().filter_map(|open| match open.tree {
        FileTree::Main(_) => None,
        FileTree::Part(part) => Some(part),
    });
    let parts = parts.collect();
    let parsed = Parsed { document: Some(Document { root, comments }), errors: parsed.errors };
    Resolved { file: composer.finish(references), parsed, errors, parts }
}

struct Resolver<'l, 'm, 's> {
    library: &'l Library,
    /// The file itself, then those that parts come from.
    files: Vec<OpenFile<'m, 's>>,
    composer: Composer,
    comments: Vec<Comment>,
    /// The parts around the present place, each of which the one before refers to.
    active: Vec<Span>,
    /// How many values the references stand for so far.
    nodes: usize,
    /// The outermost of the active parts of which nothing is known, because it contains itself.
    endless: Option<usize>,
    references: Vec<Reference>,
    errors: Vec<ReferenceError>,
}

/// A file whose parts are in use.
struct OpenFile<'m, 's> {
    name: String,
    /// The offset of its first byte in the whole text.
    start: usize,
    tree: FileTree<'m, 's>,
}

enum FileTree<'m, 's> {
    /// The file itself, as it is before its references are resolved.
    Main(&'m Node<'s>),
    Part(Arc<PartFile>),
}

/// Where a value is.
#[derive(Clone, Copy)]
struct Place {
    /// The index of the file.
    file: usize,
    /// Whether it is inside of a declaration. There, a reference without a file is JSON Schema's own, to a part of the
    /// declaration.
    is_declaration: bool,
}

impl<'l, 'm, 's> Resolver<'l, 'm, 's> {
    fn new(file: &Arc<SourceFile>, main: &'m Node<'s>, comments: Vec<Comment>, library: &'l Library) -> Self {
        let name = file.name();
        let own_path = name.rsplit(std::path::is_separator).next().unwrap_or(name);
        let name = library.name(own_path, name).unwrap_or_else(|_| name.to_owned());
        Self {
            library,
            files: vec![OpenFile { name, start: 0, tree: FileTree::Main(main) }],
            composer: Composer::new(file),
            comments,
            active: Vec::new(),
            nodes: 0,
            endless: None,
            references: Vec::new(),
            errors: Vec::new(),
        }
    }

    fn root(&mut self, root: Node<'s>, is_library: bool) -> Node<'s> {
        let place = Place { file: 0, is_declaration: false };
        self.map_entries(root, place, |resolver, key, value| match key {
            "variables" => {
                let in_declaration = Place { is_declaration: true, ..place };
                resolver.map_entries(value, place, |resolver, _, value| resolver.node(value, in_declaration))
            }
            // These are resolved where they are referred to.
            key if key.starts_with("x-") && !is_library => value,
            _ if is_library => resolver.part_of_library(value, place),
            _ => resolver.node(value, place),
        })
    }

    /// Resolves a value of a library, in which declarations have no place of their own.
    fn part_of_library(&mut self, node: Node<'s>, place: Place) -> Node<'s> {
        match node.as_mapping() {
            Some(mapping) if is_declaration(mapping) => self.node(node, Place { is_declaration: true, ..place }),
            Some(mapping) if !is_reference(mapping, place) => {
                self.map_entries(node, place, |resolver, _, value| resolver.part_of_library(value, place))
            }
            _ => self.node(node, place),
        }
    }

    fn node(&mut self, node: Node<'s>, place: Place) -> Node<'s> {
        self.map_entries(node, place, |resolver, _, value| resolver.node(value, place))
    }

    /// Resolves a value, and the values of its keys in one way.
    fn map_entries(
        &mut self,
        node: Node<'s>,
        place: Place,
        mut value_of: impl FnMut(&mut Self, &str, Node<'s>) -> Node<'s>,
    ) -> Node<'s> {
        let span = node.span;
        let value = match node.value {
            Value::Mapping(mapping) if is_reference(&mapping, place) => return self.reference(span, mapping, place),
            Value::Mapping(Mapping { entries }) => {
                let entries = entries.into_iter().map(|Entry { key, value }| {
                    let value = value_of(self, &key.text, value);
                    Entry { key, value }
                });
                Value::Mapping(Mapping { entries: entries.collect() })
            }
            Value::Sequence(items) => Value::Sequence(items.into_iter().map(|item| self.node(item, place)).collect()),
            value => value,
        };
        Node { span, value }
    }

    /// Returns the part that a mapping with `$ref` stands for, with the keys beside it.
    fn reference(&mut self, site: Span, mapping: Mapping<'s>, place: Place) -> Node<'s> {
        let (reference, beside): (Vec<_>, Vec<_>) =
            mapping.entries.into_iter().partition(|entry| entry.key.text == REF);
        let part = reference.iter().find_map(|Entry { value, .. }| match self.part(value, site, place) {
            Ok(part) => Some(part),
            Err((kind, target)) => {
                self.errors.push(ReferenceError { span: value.span, target, kind });
                None
            }
        });
        let Node { span, value } = part.unwrap_or(Node { span: site, value: Value::Invalid });
        let Some(first) = beside.first() else { return Node { span, value } };
        match value {
            Value::Mapping(mut mapping) => {
                for Entry { key, value } in beside {
                    let value = self.node(value, place);
                    match mapping.entries.iter_mut().find(|entry| entry.key.text == key.text) {
                        Some(entry) => *entry = Entry { key, value },
                        None => mapping.entries.push(Entry { key, value }),
                    }
                }
                Node { span: site, value: Value::Mapping(mapping) }
            }
            Value::Invalid => Node { span, value },
            value => {
                let part = Node { span, value };
                let kind =
                    ReferenceErrorKind::KeysBesideValue { key: first.key.text.to_string(), found: Kind::of(&part) };
                self.errors.push(ReferenceError { span: first.key.span, target: Some(span), kind });
                Node { span, value: Value::Invalid }
            }
        }
    }

    /// Returns the part that the value of a `$ref` names.
    fn part(&mut self, value: &Node<'s>, site: Span, place: Place) -> Result<Node<'s>, Failed> {
        let invalid = Node { span: site, value: Value::Invalid };
        let text = match &value.value {
            Value::String(text) => &*text.text,
            Value::Invalid => return Ok(invalid),
            _ => return Err((ReferenceErrorKind::NotText { found: Kind::of(value) }, None)),
        };
        let target = Target::parse(text).map_err(|kind| (kind, None))?;
        let file = if target.path.is_empty() { place.file } else { self.open(&target.path, place.file)? };
        let OpenFile { start, tree, .. } = &self.files[file];
        let (root, start): (Option<&Node<'s>>, usize) = match tree {
            FileTree::Main(root) => (Some(root), 0),
            FileTree::Part(part) => (part.root.as_ref(), *start),
        };
        // A file without a tree has errors of its own.
        let Some(root) = root else { return Ok(invalid) };
        let found = match (target.find(root), tree) {
            (Ok(found), _) => found,
            // It may be in a part of the file that cannot be read.
            (Err(_), FileTree::Part(part)) if !part.errors.is_empty() => return Ok(invalid),
            (Err(kind), _) => return Err((kind, None)),
        };
        let span = found.span.moved(start);
        let failed = |kind| Err((kind, Some(span)));
        if let Some(outermost) = self.active.iter().position(|active| *active == span) {
            self.endless = Some(outermost);
            return failed(ReferenceErrorKind::Cycle);
        }
        if span.contains(site) {
            return failed(ReferenceErrorKind::Cycle);
        }
        if self.active.len() >= MAX_REFERENCE_DEPTH {
            return failed(ReferenceErrorKind::TooDeep);
        }
        if self.nodes > MAX_REFERENCED_NODES {
            return Ok(invalid);
        }
        self.nodes += found.count(MAX_REFERENCED_NODES);
        if self.nodes > MAX_REFERENCED_NODES {
            return failed(ReferenceErrorKind::TooLarge);
        }
        let part = if start == 0 { found.clone() } else { found.clone().moved(start) };
        self.references.push(Reference { path: target.written_path.to_owned(), site, target: span });
        self.active.push(span);
        let part = self.node(part, Place { file, ..place });
        self.active.pop();
        let depth = self.active.len();
        if self.endless.is_some_and(|outermost| outermost <= depth) {
            self.endless = self.endless.filter(|outermost| *outermost < depth);
            return Ok(invalid);
        }
        Ok(part)
    }

    /// Returns the index of a file by its path from another one.
    fn open(&mut self, path: &str, from: usize) -> Result<usize, Failed> {
        let failed = |error| {
            let kind = ReferenceErrorKind::File { path: path.to_owned(), error };
            (kind, None)
        };
        let name = self.library.name(path, &self.files[from].name).map_err(|error| failed(Arc::new(error)))?;
        if let Some(known) = self.files.iter().position(|open| open.name == name) {
            return Ok(known);
        }
        let part = self.library.get(&name).map_err(failed)?;
        if self.composer.len() + part.file.text().len() > MAX_REFERENCED_BYTES {
            return Err((ReferenceErrorKind::TooLarge, None));
        }
        let start = self.composer.add(&part.file);
        self.comments.extend(part.comments.iter().map(|comment| Comment { span: comment.span.moved(start) }));
        self.files.push(OpenFile { name, start, tree: FileTree::Part(part) });
        Ok(self.files.len() - 1)
    }
}

/// Why there is no part, and the part that it would be.
type Failed = (ReferenceErrorKind, Option<Span>);

/// Returns whether a mapping is a reference that is resolved here.
fn is_reference(mapping: &Mapping<'_>, place: Place) -> bool {
    mapping.get(REF).is_some_and(|entry| {
        let names_file = || entry.value.as_scalar().is_some_and(|text| !text.text.starts_with('#'));
        !place.is_declaration || names_file()
    })
}
