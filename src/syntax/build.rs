//! Builds the tree from the parser's events.
//!
//! It takes one pass, with a stack of open collections instead of recursion. Errors that leave the structure intact are
//! noted, and reading continues after them.

mod commented;
mod failure;
mod unquoted;

use std::borrow::Cow;
use std::collections::HashSet;

use granit_parser::{Event, Parser, StructureStyle, Tag};

use crate::source::Span;

use super::anchors::{Anchors, Expanded, Expansion};
use super::error::SyntaxError;
use super::flow;
use super::frame::{Body, Frame, KeyKind};
use super::parse::{MAX_CONTROL_RUNS, MAX_DEPTH, MAX_EXPANDED_NODES};
use super::place;
use super::recovery::{self, Mask, Replacement, ValuePosition};
use super::resolve::{CoreTag, Resolved, resolve};
use super::scalar::{Origin, ScalarStyle};
use super::tree::{Comment, Document, Key, Node, Scalar, Value, further_nodes};

/// The result of one pass over the events.
pub(super) enum PassResult<'s> {
    /// The tree, as far as it can be read, and the errors.
    Read { document: Option<Document<'s>>, errors: Vec<SyntaxError> },
    /// Unquoted values that have to be masked before the file can be read.
    Unquoted(Vec<Mask>),
}

/// Builds the tree of `text`, which is `source` with some bytes masked.
pub(super) fn build<'s, 'm>(source: &'s str, text: &'m str, masks: &'m [Mask]) -> PassResult<'s> {
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        // The size of a file is bounded, so its keys, comments and directives need no bounds of their own.
        max_buffered_comment_events: usize::MAX,
        simple_key_max_lookahead: usize::MAX,
        max_directive_bytes: usize::MAX,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    let mut builder = Builder {
        source,
        text,
        masks,
        stack: Vec::with_capacity(16),
        anchors: Anchors::default(),
        root: None,
        comments: Vec::new(),
        errors: Vec::new(),
        unquoted: Vec::new(),
        watched: None,
        quoted: HashSet::new(),
        last_plain: Span::at(0),
        cursor: 0,
    };
    for next in Parser::new_from_str_with_options(text, options) {
        let step = match next {
            Ok((event, span)) => builder.read(event, &span),
            Err(error) => builder.fail(&error),
        };
        match step {
            Step::Next => {}
            Step::Stop => break,
            Step::Abandon => return builder.finish(Structure::Unknown),
        }
    }
    builder.finish(Structure::Known)
}

/// Whether the events so far make a document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Structure {
    Known,
    Unknown,
}

/// How the pass continues after an event.
enum Step {
    Next,
    /// The rest of the file is not read.
    Stop,
    /// The rest of the file is not read, and what has been read is not a tree.
    Abandon,
}

struct Builder<'s, 'm> {
    source: &'s str,
    /// The text that the parser reads.
    text: &'m str,
    masks: &'m [Mask],
    stack: Vec<Frame<'s>>,
    anchors: Anchors<'s>,
    root: Option<Node<'s>>,
    comments: Vec<Comment>,
    errors: Vec<SyntaxError>,
    /// The unquoted values that were found in this pass.
    unquoted: Vec<Mask>,
    /// The depth of the unquoted value that is being read, and where it ends if the parser does not fail before.
    watched: Option<(usize, usize)>,
    /// The offsets of masked characters in quotes.
    quoted: HashSet<usize>,
    last_plain: Span,
    /// The end of the last token.
    cursor: usize,
}

impl<'s> Builder<'s, '_> {
    fn read(&mut self, event: Event<'_>, place: &granit_parser::Span) -> Step {
        let span = place::span(place);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if let Some((kind, line)) = self.underindented(span) {
                    return self.stop(&kind, line);
                }
                self.scalar(text, place::style(style), anchor, tag.as_deref(), place);
            }
            Event::MappingStart(style, anchor, tag) => {
                self.notice_unquoted(span);
                // A pair in a list, as in `[a: 1]`, is a flow mapping without brackets.
                let has_brace = !span.is_empty() && self.text.as_bytes().get(span.start) == Some(&b'{');
                let is_bracketed = style == StructureStyle::Flow && has_brace;
                let tag = tag.as_deref().map(|tag| (tag, CoreTag::Map));
                return self.open(Body::mapping(), is_bracketed, anchor, tag, place);
            }
            Event::SequenceStart(style, anchor, tag) => {
                let tag = tag.as_deref().map(|tag| (tag, CoreTag::Seq));
                return self.open(Body::Sequence(Vec::new()), style == StructureStyle::Flow, anchor, tag, place);
            }
            Event::MappingEnd | Event::SequenceEnd => {
                self.close(span);
                if let Some((depth, end)) = self.watched
                    && depth == self.stack.len()
                {
                    if span.end != end {
                        return Step::Abandon;
                    }
                    self.watched = None;
                }
            }
            Event::Alias(id) => self.alias(id, span),
            Event::UnresolvedAlias(name) => {
                self.errors.push(SyntaxError::UnknownAnchor { name: name.into_owned(), span });
                self.invalid(span);
            }
            Event::Comment(..) if recovery::starting_at(self.masks, span.start).is_none() => {
                self.comments.push(Comment { span });
            }
            Event::DocumentStart(..) if self.root.is_some() => {
                self.errors.push(SyntaxError::MultipleDocuments { span });
                return Step::Stop;
            }
            _ => {}
        }
        Step::Next
    }

    fn finish(mut self, structure: Structure) -> PassResult<'s> {
        if !self.unquoted.is_empty() {
            return PassResult::Unquoted(self.unquoted);
        }
        let is_known = structure == Structure::Known;
        let document = self.root.filter(|_| is_known).map(|root| Document { root, comments: self.comments });
        if document.is_none() && is_known {
            let start = if self.source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
            self.errors.push(SyntaxError::Empty { span: Span::at(start) });
        }
        let is_stray =
            |mask: &&Mask| mask.replacement == Replacement::Letters && !self.quoted.contains(&mask.span.start);
        self.errors.extend(self.masks.iter().filter(is_stray).take(MAX_CONTROL_RUNS).map(|mask| {
            let character = self.source.get(mask.span.range()).and_then(|run| run.chars().next()).unwrap_or_default();
            SyntaxError::ControlCharacter { character, span: mask.span }
        }));
        PassResult::Read { document, errors: self.errors }
    }

    /// Returns whether a scalar has masked characters, and notes those in quotes, where they are allowed.
    fn has_letters(&mut self, style: ScalarStyle, token: Span) -> bool {
        let is_quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
        let first = self.masks.partition_point(|mask| mask.span.start < token.start);
        let inside = self.masks[first..].iter().take_while(|mask| mask.span.end <= token.end);
        let letters = inside.filter(|mask| mask.replacement == Replacement::Letters).map(|mask| mask.span.start);
        let mut letters = letters.peekable();
        let has_letters = letters.peek().is_some();
        if is_quoted {
            self.quoted.extend(letters);
        }
        has_letters
    }

    fn place(&self) -> ValuePosition {
        let top = self.stack.last();
        let column = |frame: &Frame<'_>| frame.opened - recovery::line_start(self.source, frame.opened);
        ValuePosition {
            is_flow: self.is_in_brackets(),
            expects_key: top.is_some_and(Frame::expects_key),
            parent: top.map(column),
        }
    }

    fn is_in_brackets(&self) -> bool {
        self.stack.iter().any(|frame| frame.is_bracketed)
    }

    fn open(
        &mut self,
        body: Body<'s>,
        is_bracketed: bool,
        anchor: usize,
        tag: Option<(&Tag, CoreTag)>,
        place: &granit_parser::Span,
    ) -> Step {
        let span = place::span(place);
        if self.stack.len() == MAX_DEPTH {
            self.errors.push(too_deep(place::token(self.source, span.start)));
            return Step::Abandon;
        }
        let is_invalid = tag.is_some_and(|(tag, expected)| match CoreTag::of(tag) {
            Some(core) if core == expected || core == CoreTag::NonSpecific => false,
            core => {
                let value = place::token(self.source, span.start);
                self.wrong_tag(core, place, value);
                true
            }
        });
        self.anchors.open(anchor);
        let frame = Frame { is_invalid, anchor, ..Frame::new(body, span, is_bracketed) };
        let dash = self.first_dash(&frame);
        let (opened, start) = (dash.unwrap_or(frame.opened), dash.unwrap_or(frame.start));
        self.cursor = self.cursor.max(span.end);
        self.stack.push(Frame { opened, start, ..frame });
        Step::Next
    }

    /// Returns the offset of the first `-` of a list in a mapping. If it is in the column of the mapping, the parser
    /// gives the first item.
    fn first_dash(&self, list: &Frame<'_>) -> Option<usize> {
        let is_list = matches!(list.body, Body::Sequence(_)) && !list.is_bracketed;
        let is_in_mapping = self.stack.last().is_some_and(|around| matches!(around.body, Body::Mapping { .. }));
        if !is_list || !is_in_mapping {
            return None;
        }
        let mut tokens = recovery::tokens(self.text, self.cursor, list.opened + 1, false);
        let is_dash = |at: usize| matches!(self.text.as_bytes().get(at..at + 2), Some([b'-', next]) if next.is_ascii_whitespace());
        tokens.find(|token| is_dash(token.start)).map(|token| token.start)
    }

    fn close(&mut self, span: Span) {
        let Some(frame) = self.stack.pop() else { return };
        let Frame { anchor, nodes, height, is_bracketed, .. } = frame;
        let node = frame.finish(span.end, &mut self.errors);
        self.anchors.define(anchor, &node, None, nodes, height);
        self.cursor = self.cursor.max(node.span.end);
        let token = node.span;
        if is_bracketed {
            self.check_indentation(token);
        }
        self.push(node, token, nodes, height);
    }

    /// Notes lines in brackets that are not indented more than the block around them.
    fn check_indentation(&mut self, brackets: Span) {
        let has_lines = |text: &str| text.contains(['\n', '\r']);
        // The outermost brackets include all others, and few span several lines. The rest takes longer.
        if self.is_in_brackets() || !self.text.get(brackets.range()).is_some_and(has_lines) {
            return;
        }
        let Some(parent) = self.place().parent else { return };
        let lines = flow::underindented(self.text, brackets, parent);
        if let Some(first) = lines.first() {
            let span = place::token(self.source, first.end);
            self.errors.push(SyntaxError::Underindented { least: parent + 1, span, lines });
        }
    }

    /// Adds a node to the collection around it. `token` is where it is written: an alias has a span of its own.
    fn push(&mut self, node: Node<'s>, token: Span, nodes: usize, height: usize) {
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(node);
            return;
        };
        frame.reach(token);
        frame.nodes += nodes;
        frame.height = frame.height.max(height + 1);
        frame.push(node, token, &mut self.errors);
    }

    /// Returns the node for a value about which an error has been reported.
    fn invalid(&mut self, span: Span) {
        self.cursor = span.end;
        self.push(Node { span, value: Value::Invalid }, span, 1, 0);
    }

    fn alias(&mut self, id: usize, span: Span) {
        self.cursor = span.end;
        let name = || self.source.get(span.start + 1..span.end).unwrap_or_default().to_owned();
        let is_key = self.stack.last().is_some_and(Frame::expects_key);
        match self.anchors.expand(id, self.stack.len(), is_key) {
            Expansion::Key(text) => self.key(Key { text, span }, KeyKind::Ordinary),
            Expansion::Node(Expanded { node, nodes, height }) => self.push(node, span, nodes, height),
            Expansion::Cycle => {
                self.errors.push(SyntaxError::CyclicAlias { name: name(), span });
                self.invalid(span);
            }
            Expansion::TooDeep => {
                self.errors.push(too_deep(span));
                self.invalid(span);
            }
            Expansion::TooMany { is_first } => {
                if is_first {
                    self.errors.push(SyntaxError::TooManyNodes { limit: MAX_EXPANDED_NODES, span });
                }
                self.invalid(span);
            }
        }
    }

    fn key(&mut self, key: Key<'s>, kind: KeyKind) {
        if let Some(frame) = self.stack.last_mut() {
            frame.reach(key.span);
            frame.nodes += further_nodes(&key.text);
            frame.key(key, kind);
        }
    }

    fn scalar(
        &mut self,
        text: Cow<'_, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        place: &granit_parser::Span,
    ) {
        let token = place::span(place);
        let is_key = self.stack.last().is_some_and(Frame::expects_key);
        let is_empty = style == ScalarStyle::Plain && token.is_empty();
        let origin =
            if is_empty && !is_key { self.origin_of_empty_value(token) } else { self.origin(&text, style, place) };
        let span = origin.span;
        let is_masked = !self.masks.is_empty()
            && (recovery::starting_at(self.masks, token.start).is_some() || self.has_letters(style, token));
        let text = if is_empty {
            Cow::Borrowed("")
        } else if is_masked {
            Cow::Owned(origin.text(self.source))
        } else {
            self.relink(text, style, token)
        };
        let is_plain = style == ScalarStyle::Plain && !is_masked;
        if is_plain {
            self.last_plain = token;
        }
        self.cursor = token.end.max(span.end);
        if is_key {
            let is_merge = is_plain && tag.is_none() && text == "<<";
            let kind = if is_merge { KeyKind::Merge } else { KeyKind::Ordinary };
            // A key is only its text; the value is needed if the key is anchored.
            if tag.is_some() || anchor != 0 {
                let value = self.value(text.clone(), origin, is_plain, tag, place);
                let nodes = 1 + further_nodes(&text);
                self.anchors.define(anchor, &Node { span, value }, Some(&text), nodes, 0);
            }
            self.key(Key { text, span }, kind);
        } else {
            let name = (anchor != 0).then(|| text.clone());
            let nodes = 1 + further_nodes(&text);
            let node = Node { span, value: self.value(text, origin, is_plain, tag, place) };
            self.anchors.define(anchor, &node, name.as_ref(), nodes, 0);
            self.push(node, span, nodes, 0);
        }
    }

    fn value(
        &mut self,
        text: Cow<'s, str>,
        origin: Origin,
        is_plain: bool,
        tag: Option<&Tag>,
        place: &granit_parser::Span,
    ) -> Value<'s> {
        let resolved = match tag.map(CoreTag::of) {
            None if is_plain => Some(resolve(&text)),
            None => Some(Resolved::Text),
            Some(core) => core.and_then(|core| core.resolve(&text)),
        };
        match resolved {
            Some(Resolved::Null) => Value::Null,
            Some(Resolved::Bool(value)) => Value::Bool(value),
            Some(Resolved::Integer(number) | Resolved::Float(number)) => Value::Number(number),
            Some(Resolved::Text) => Value::String(Scalar { text, origin }),
            Some(Resolved::NotJson) => {
                self.errors.push(SyntaxError::NotJson { span: origin.span });
                Value::Invalid
            }
            Some(Resolved::TooWide) => {
                self.errors.push(SyntaxError::TooWide { span: origin.span });
                Value::Invalid
            }
            None => {
                self.wrong_tag(tag.and_then(CoreTag::of), place, origin.span);
                Value::Invalid
            }
        }
    }

    fn origin(&self, text: &str, style: ScalarStyle, place: &granit_parser::Span) -> Origin {
        let token = place::span(place);
        match style {
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let has_lines = text.bytes().any(|byte| byte != b'\n');
                let span = place::block_scalar(self.source, self.cursor, token, has_lines);
                let column = u32::try_from(place.start.col()).unwrap_or(Origin::NO_LINES);
                Origin { span, style, indent: if has_lines { column } else { Origin::NO_LINES } }
            }
            _ => Origin { span: token, style, indent: 0 },
        }
    }

    /// Returns the origin of a value that is left out, after its colon or dash.
    fn origin_of_empty_value(&self, token: Span) -> Origin {
        // The parser may give a list after its first item.
        let dash = self.stack.last().and_then(Frame::empty_list).map_or(self.cursor, |dash| dash + 1);
        let after = self.cursor.min(dash);
        let span = Span::at(place::empty_value(self.source, after, token.start));
        Origin { span, style: ScalarStyle::Plain, indent: 0 }
    }

    /// Returns the scalar's text, borrowed from the file if the parser borrowed it from the masked text.
    fn relink(&self, text: Cow<'_, str>, style: ScalarStyle, token: Span) -> Cow<'s, str> {
        let inner = match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => token.start + 1..token.end.saturating_sub(1),
            _ => token.range(),
        };
        match text {
            Cow::Owned(text) => Cow::Owned(text),
            Cow::Borrowed(text) => match self.source.get(inner) {
                Some(same) if same.len() == text.len() => Cow::Borrowed(same),
                _ => Cow::Owned(text.to_owned()),
            },
        }
    }

    /// Reports a tag that does not fit its value, or that is not in the core schema.
    fn wrong_tag(&mut self, core: Option<CoreTag>, place: &granit_parser::Span, value: Span) {
        let span = place.tag_span().map_or(value, |span| place::span(&span));
        let tag = self.source.get(span.range()).unwrap_or_default().to_owned();
        self.errors.push(match core {
            Some(_) => SyntaxError::UnfitTag { tag, span, value },
            None => SyntaxError::ForeignTag { tag, span },
        });
    }
}

fn too_deep(span: Span) -> SyntaxError {
    SyntaxError::TooDeep { limit: MAX_DEPTH, span }
}
