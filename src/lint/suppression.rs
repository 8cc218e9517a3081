//! Comments that ignore findings: `# kenarc: ignore[rule-id, other-rule]`, at the end of the line that a finding
//! points to, or alone above it.

use crate::source::{SourceFile, Span};
use crate::syntax::{Comment, Node, Value};

use super::Context;
use super::Diagnostic;

/// The comments of a file that ignore findings.
pub(super) struct Suppressions<'a> {
    pub(super) file: &'a SourceFile,
    /// The comments in the order of the file, which is that of their lines.
    pub(super) directives: Vec<Directive<'a>>,
    /// Texts of several lines, in the order of the file. A block scalar cannot contain comments in its lines.
    texts: Vec<Span>,
    /// Whether the whole file could be read. Otherwise, some rules may have findings only once it can be.
    pub(super) is_certain: bool,
}

/// A comment for kenarc.
pub(super) struct Directive<'a> {
    /// The whole comment.
    pub(super) comment: Span,
    /// Whether nothing else is in its line.
    pub(super) is_alone: bool,
    /// The line whose findings it ignores.
    pub(super) line: usize,
    /// What it ignores; nothing if it cannot be parsed.
    pub(super) ids: Option<Vec<Id<'a>>>,
}

/// The id of an ignored rule.
pub(super) struct Id<'a> {
    pub(super) text: &'a str,
    pub(super) span: Span,
    /// Whether it has ignored a finding.
    pub(super) is_used: bool,
}

impl<'a> Suppressions<'a> {
    pub(super) fn read(context: &'a Context<'_>) -> Self {
        let directives = directives(context);
        let mut texts = Vec::new();
        if let Some(document) = context.document.filter(|_| !directives.is_empty()) {
            add_long_texts(&document.root, context.file, &mut texts);
            // An alias has the span of its anchor.
            texts.sort_unstable();
        }
        let is_whole = context.template.as_ref().is_some_and(|template| template.broken.is_empty());
        let is_certain = is_whole && context.syntax_errors.is_empty();
        Self { file: context.file, directives, texts, is_certain }
    }

    /// Removes the ignored findings.
    pub(super) fn apply(&mut self, diagnostics: &mut Vec<Diagnostic>) {
        if !self.directives.is_empty() {
            diagnostics.retain(|diagnostic| !self.ignores(diagnostic));
        }
    }

    /// Returns whether a comment ignores a finding, and marks the first one that does as used.
    fn ignores(&mut self, diagnostic: &Diagnostic) -> bool {
        let place = diagnostic.span();
        let line = self.file.position(place.start).line;
        let before = self.texts.partition_point(|text| text.start <= place.start);
        let text = before.checked_sub(1).and_then(|index| self.texts.get(index)).filter(|text| place.end <= text.end);
        let first_line = text.map(|text| self.file.position(text.start).line);
        let is_ignored = |line| self.uses(line, diagnostic.rule);
        first_line.into_iter().chain([line]).any(is_ignored)
    }

    /// Returns whether a comment ignores a rule in a line, and marks it as used.
    fn uses(&mut self, line: usize, rule: &str) -> bool {
        let first = self.directives.partition_point(|directive| directive.line < line);
        let here = self.directives[first..].iter_mut().take_while(|directive| directive.line == line);
        let id = here.flat_map(|directive| directive.ids.iter_mut().flatten()).find(|id| id.text == rule);
        id.is_some_and(|id| {
            id.is_used = true;
            true
        })
    }
}

/// Returns the comments for kenarc, in the order of the file.
fn directives<'a>(context: &'a Context<'_>) -> Vec<Directive<'a>> {
    let file = context.file.as_ref();
    let comments = context.document.map(|document| document.comments.as_slice()).unwrap_or_default();
    if !comments.iter().any(|comment| is_directive(file.slice(comment.span))) {
        return Vec::new();
    }
    let mut directives = Vec::new();
    // The comment below, where it is alone in its line: that line, and the line that it is about.
    let mut below = None;
    for &Comment { span } in comments.iter().rev() {
        let here = file.position(span.start).line;
        let is_alone = is_alone(file.text(), span.start);
        let line = match below {
            _ if !is_alone => here,
            Some((next, line)) if next == here + 1 => line,
            _ => here + 1,
        };
        below = is_alone.then_some((here, line));
        if is_directive(file.slice(span)) {
            directives.push(Directive { comment: span, is_alone, line, ids: ids(file, span) });
        }
    }
    directives.reverse();
    directives
}

/// Returns whether only blanks precede an offset in its line.
fn is_alone(text: &str, offset: usize) -> bool {
    let before = text[..offset].trim_end_matches([' ', '\t']);
    before.is_empty() || before.ends_with(['\n', '\r', '\u{feff}'])
}

/// Returns whether a comment is for kenarc, even if it is malformed: `kenarc:` or `kenarc ignore`.
pub(super) fn is_directive(comment: &str) -> bool {
    let words = comment.trim_start_matches('#').trim_start();
    let rest = words.get(..NAME.len()).filter(|word| word.eq_ignore_ascii_case(NAME)).map(|_| &words[NAME.len()..]);
    rest.is_some_and(|rest| rest.trim_start().starts_with(':') || rest.trim_start().starts_with(VERB))
}

const NAME: &str = "kenarc";
const VERB: &str = "ignore";

/// The most ids in one comment. There are fewer rules.
const MAX_IDS: usize = 100;

/// Parses the ids of `# kenarc: ignore[id, id] why`.
fn ids(file: &SourceFile, comment: Span) -> Option<Vec<Id<'_>>> {
    let text = file.slice(comment);
    let rest = text.strip_prefix('#')?.trim_start().strip_prefix(NAME)?.strip_prefix(':')?;
    let (list, after) = rest.trim_start().strip_prefix(VERB)?.strip_prefix('[')?.split_once(']')?;
    let mut start = comment.end - after.len() - "]".len() - list.len();
    let mut ids = Vec::new();
    for item in list.split(',').take(MAX_IDS + 1) {
        let text = item.trim();
        let begin = start + item.len() - item.trim_start().len();
        ids.push(Id { text, span: Span::new(begin, begin + text.len()), is_used: false });
        start += item.len() + ",".len();
    }
    let is_list = ids.len() <= MAX_IDS && ids.iter().all(|id| !id.text.is_empty());
    (is_list && !after.starts_with(|next: char| !next.is_whitespace())).then_some(ids)
}

/// Returns all texts of several lines below a node.
fn add_long_texts(node: &Node<'_>, file: &SourceFile, texts: &mut Vec<Span>) {
    match &node.value {
        Value::String(_) if file.slice(node.span).contains(['\n', '\r']) => texts.push(node.span),
        Value::Sequence(items) => items.iter().for_each(|item| add_long_texts(item, file, texts)),
        Value::Mapping(mapping) => {
            mapping.entries.iter().for_each(|entry| add_long_texts(&entry.value, file, texts));
        }
        _ => {}
    }
}
