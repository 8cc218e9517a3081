//! Literal text: what is sent as it is written, outside of Jinja.

use std::collections::HashSet;
use std::iter;
use std::ops::Range;

use crate::expr::Program;
use crate::render::Given;
use crate::source::{SourceFile, Span};
use crate::syntax::{Document, Node, Origin, Scalar, ScalarStyle, Value};
use crate::template::visit::{Scope, TemplateVisitor, TextRole, walk};
use crate::template::{Condition, Repeat, Template, Text};

use super::finding::Finding;

/// The most places of one text that are marked.
const MAX_MARKED: usize = 8;

/// A text of a template, or of the values for one.
#[derive(Clone, Copy)]
pub(super) struct Literal<'t> {
    /// The text.
    pub(super) source: &'t str,
    /// How it is written.
    pub(super) origin: Origin,
    /// What it is for.
    pub(super) role: Role,
    /// The variable whose default value it is, or is a part of.
    pub(super) default_of: Option<&'t str>,
    /// The text of the template, which can have Jinja.
    text: Option<&'t Text>,
}

/// What a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A part of the request.
    Request(TextRole),
    /// The description of the template.
    Description,
    /// A value, or a part of one, of a variable that is inserted into a text for readers: a default, an example, or a
    /// value in a file of values. Values are not Jinja.
    Value,
}

impl<'t> Literal<'t> {
    fn of_text(text: &'t Text, role: TextRole) -> Self {
        Self {
            source: &text.source,
            origin: text.origin,
            role: Role::Request(role),
            default_of: None,
            text: Some(text),
        }
    }

    fn of_scalar(scalar: &'t Scalar<'_>, role: Role) -> Self {
        Self { source: &scalar.text, origin: scalar.origin, role, default_of: None, text: None }
    }

    /// Returns whether readers see it in the chat.
    pub(super) fn is_read_by_people(&self) -> bool {
        matches!(self.role, Role::Value | Role::Request(TextRole::Message | TextRole::Caption))
    }

    /// Returns the parts outside of Jinja; none if the Jinja does not parse.
    pub(super) fn parts(&self) -> Vec<Range<usize>> {
        match self.text.map(|text| (text.program(), text.literal())) {
            Some((Some(program), _)) => program.literals(),
            Some((None, None)) => Vec::new(),
            Some((None, Some(_))) | None => iter::once(0..self.source.len()).collect(),
        }
    }

    /// Returns the parts outside of Jinja, except for those in `{% raw %}`, which are meant as they are.
    pub(super) fn unmarked_parts(&self) -> Vec<Range<usize>> {
        let is_raw = |start: usize| {
            let statement = self.source.get(..start).and_then(|before| before.strip_suffix("%}")?.rsplit("{%").next());
            statement.is_some_and(|statement| statement.trim_matches(['-', '+']).trim() == "raw")
        };
        let mut parts = self.parts();
        parts.retain(|part| !is_raw(part.start));
        parts
    }

    /// Returns the spans of ranges of the text, in order.
    pub(super) fn spans(&self, ranges: &[Range<usize>], file: &SourceFile) -> Vec<Span> {
        self.origin.locator(file.text()).locate_all(ranges)
    }

    /// Returns the whole scalar in its file, including quotes.
    pub(super) fn span(&self) -> Span {
        self.origin.span
    }
}

/// Returns the texts of a template: its description, those of the request in its order, and the values of variables that
/// readers see.
pub(super) fn literals<'t>(template: &'t Template, document: Option<&'t Document<'_>>) -> Vec<Literal<'t>> {
    let description = document.and_then(|document| document.root.as_mapping()?.get("description")?.value.as_scalar());
    let mut literals: Vec<Literal<'t>> = Vec::new();
    literals.extend(description.map(|scalar| Literal::of_scalar(scalar, Role::Description)));
    let (texts, read) = texts_and_names(template);
    literals.extend(texts);
    for variable in template.variables.iter().flat_map(|variables| &variables.list) {
        let Some(schema) = variable.schema.as_mapping().filter(|_| read.contains(&*variable.name)) else { continue };
        for keyword in ["default", "const", "enum", "examples"] {
            let start = literals.len();
            add_scalars(schema.get(keyword).map(|entry| &entry.value), &mut literals);
            if keyword == "default" {
                literals[start..].iter_mut().for_each(|literal| literal.default_of = Some(&variable.name));
            }
        }
    }
    for example in &template.examples {
        add_values(&read, &example.values, &mut literals);
    }
    literals
}

/// Returns the texts of a request in its order.
pub(super) fn texts(template: &Template) -> Vec<Literal<'_>> {
    texts_and_names(template).0
}

/// Returns the texts in a mapping of names to values that readers see.
pub(super) fn values<'t>(template: &'t Template, root: &'t Node<'_>) -> Vec<Literal<'t>> {
    let mut literals = Vec::new();
    add_values(&texts_and_names(template).1, root, &mut literals);
    literals
}

/// Returns the texts in the value of each name that readers see.
pub(super) fn given_values<'t>(
    template: &'t Template,
    given: impl Iterator<Item = &'t Given>,
) -> Vec<(&'t Given, Vec<Literal<'t>>)> {
    let (_, read) = texts_and_names(template);
    let literals = |given: &'t Given| {
        let mut literals = Vec::new();
        add_scalars(Some(&given.node), &mut literals);
        (given, literals)
    };
    given.filter(|given| read.contains(&*given.name)).map(literals).collect()
}

fn add_values<'t>(read: &HashSet<&str>, root: &'t Node<'_>, literals: &mut Vec<Literal<'t>>) {
    let entries = root.as_mapping().map(|mapping| mapping.entries.as_slice()).unwrap_or_default();
    for entry in entries.iter().filter(|entry| read.contains(&*entry.key.text)) {
        add_scalars(Some(&entry.value), literals);
    }
}

fn add_scalars<'t>(node: Option<&'t Node<'_>>, literals: &mut Vec<Literal<'t>>) {
    match node.map(|node| &node.value) {
        Some(Value::String(scalar)) => literals.push(Literal::of_scalar(scalar, Role::Value)),
        Some(Value::Sequence(items)) => items.iter().for_each(|item| add_scalars(Some(item), literals)),
        Some(Value::Mapping(mapping)) => {
            mapping.entries.iter().for_each(|entry| add_scalars(Some(&entry.value), literals));
        }
        _ => {}
    }
}

/// Returns the texts of a request, and the names of the values that are inserted into its message and captions, or that
/// are repeated.
fn texts_and_names(template: &Template) -> (Vec<Literal<'_>>, HashSet<&str>) {
    #[derive(Default)]
    struct Texts<'t> {
        list: Vec<Literal<'t>>,
        names: HashSet<&'t str>,
    }
    impl<'t> TemplateVisitor<'t> for Texts<'t> {
        fn repeat(&mut self, repeat: &'t Repeat, _: &Scope<'t>) {
            let programs = repeat.items.program.as_ref().ok();
            self.names.extend(programs.iter().flat_map(|program| program.names()).map(|used| used.name));
        }

        fn text(&mut self, text: &'t Text, role: TextRole, _: &Scope<'t>) {
            let literal = Literal::of_text(text, role);
            if literal.is_read_by_people() {
                let programs = text.program();
                self.names.extend(programs.iter().flat_map(|program| program.names()).map(|used| used.name));
            }
            self.list.push(literal);
        }
    }
    let mut texts = Texts::default();
    walk(template, &mut texts);
    (texts.list, texts.names)
}

/// Returns whether a variable does nothing but stand in the message and the captions, as it is: `{{ name }}`.
pub(super) fn is_only_shown(template: &Template, name: &str) -> bool {
    struct Uses<'n> {
        name: &'n str,
        is_shown: bool,
        is_used_otherwise: bool,
    }
    impl Uses<'_> {
        fn add(&mut self, program: Option<&Program>, is_shown: impl Fn(&Range<usize>) -> bool) {
            for used in program.iter().flat_map(|program| program.names()).filter(|used| used.name == self.name) {
                let is_shown = is_shown(&used.range);
                self.is_shown |= is_shown;
                self.is_used_otherwise |= !is_shown;
            }
        }
    }
    impl<'t> TemplateVisitor<'t> for Uses<'_> {
        fn repeat(&mut self, repeat: &'t Repeat, _: &Scope<'t>) {
            self.add(repeat.items.program.as_ref().ok(), |_| false);
        }

        fn condition(&mut self, when: &'t Condition, _: &Scope<'t>) {
            self.add(when.program.as_ref().ok(), |_| false);
        }

        fn text(&mut self, text: &'t Text, role: TextRole, _: &Scope<'t>) {
            let is_read = matches!(role, TextRole::Message | TextRole::Caption);
            self.add(text.program(), |range| {
                let (before, after) = (text.source.get(..range.start), text.source.get(range.end..));
                is_read
                    && before.is_some_and(|before| before.trim_end().ends_with("{{"))
                    && after.is_some_and(|after| after.trim_start().starts_with("}}"))
            });
        }
    }
    let mut uses = Uses { name, is_shown: false, is_used_otherwise: false };
    walk(template, &mut uses);
    uses.is_shown && !uses.is_used_otherwise
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

impl Finding<'_> {
    /// Marks further places of the same kind.
    pub(super) fn also_at(self, others: &[Span]) -> Self {
        others.iter().take(MAX_MARKED - 1).fold(self, |finding, &span| finding.also(span, ""))
    }
}
