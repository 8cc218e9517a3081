//! Literal text: what is sent as it is written, outside of Jinja.

use std::ops::Range;

use crate::source::{SourceFile, Span};
use crate::syntax::ScalarStyle;
use crate::template::visit::{Scope, TemplateVisitor, TextRole, walk};
use crate::template::{Template, Text};

use super::finding::Finding;

/// The most places of one text that are marked.
const MAX_MARKED: usize = 8;

/// Returns the texts of a template in the order of the request.
pub(super) fn texts(template: &Template) -> Vec<(&Text, TextRole)> {
    struct Texts<'t>(Vec<(&'t Text, TextRole)>);
    impl<'t> TemplateVisitor<'t> for Texts<'t> {
        fn text(&mut self, text: &'t Text, role: TextRole, _: &Scope<'t>) {
            self.0.push((text, role));
        }
    }
    let mut texts = Texts(Vec::new());
    walk(template, &mut texts);
    texts.0
}

/// Returns whether readers see a text in the chat.
pub(super) fn is_read_by_people(role: TextRole) -> bool {
    matches!(role, TextRole::Message | TextRole::Caption)
}

/// Returns the parts of a text outside of Jinja; none if the Jinja does not parse.
pub(super) fn literals(text: &Text) -> Vec<Range<usize>> {
    match text.program() {
        Some(program) => program.literals(),
        None => text.literal().map(|whole| 0..whole.len()).into_iter().collect(),
    }
}

/// Returns the parts of a text outside of Jinja, except for those in `{% raw %}`, which are meant as they are.
pub(super) fn unmarked_literals(text: &Text) -> Vec<Range<usize>> {
    let is_raw = |start: usize| {
        let statement = text.source.get(..start).and_then(|before| before.strip_suffix("%}")?.rsplit("{%").next());
        statement.is_some_and(|statement| statement.trim_matches(['-', '+']).trim() == "raw")
    };
    literals(text).into_iter().filter(|literal| !is_raw(literal.start)).collect()
}

/// Returns what stands for a character in a scalar of this style.
pub(super) fn escaped(character: char, style: ScalarStyle) -> String {
    match (style, character) {
        (ScalarStyle::DoubleQuoted, '\n') => "\\n".to_owned(),
        (ScalarStyle::DoubleQuoted, '"' | '\\') => format!("\\{character}"),
        (ScalarStyle::SingleQuoted, '\'') => "''".to_owned(),
        _ => character.to_string(),
    }
}

/// Returns the spans of ranges of a text, in order.
pub(super) fn spans(text: &Text, ranges: &[Range<usize>], file: &SourceFile) -> Vec<Span> {
    text.origin.locator(file.text()).locate_all(ranges)
}

impl Finding<'_> {
    /// Marks further places of the same kind.
    pub(super) fn also_at(self, others: &[Span]) -> Self {
        others.iter().take(MAX_MARKED - 1).fold(self, |finding, &span| finding.also(span, ""))
    }
}
