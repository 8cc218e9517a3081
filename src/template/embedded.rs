//! Every hole of a template, with the names that are bound around it.

use std::cell::OnceCell;
use std::ops::Range;

use crate::expr::{JinjaError, NameUse, Program};
use crate::source::{SourceFile, Span};

use super::text::{Body, Condition, Repeat, Text};
use super::{Data, Payload, Template};

/// A text with holes, or the expression of a `when` or `for`.
#[derive(Clone, Debug)]
pub struct EmbeddedProgram<'t> {
    /// What there is to evaluate, or why nothing is.
    pub program: Result<&'t Program, &'t JinjaError>,
    /// The names that `for` on a row or a button binds here.
    pub bound: Vec<&'t str>,
    place: Place<'t>,
}

#[derive(Clone, Copy, Debug)]
enum Place<'t> {
    Text(&'t Text),
    Condition(&'t Condition),
}

impl EmbeddedProgram<'_> {
    /// The bytes of the file that made a range of the program's text.
    #[must_use]
    pub fn locate(&self, file: &SourceFile, range: Range<usize>) -> Span {
        self.locator(file)(range)
    }

    /// The way back to the file, worked out when first taken, for many ranges.
    pub fn locator(&self, file: &SourceFile) -> impl Fn(Range<usize>) -> Span {
        let (origin, offset) = match self.place {
            Place::Text(text) => (text.origin, 0),
            Place::Condition(condition) => (condition.origin, condition.offset),
        };
        let locator = OnceCell::new();
        move |range| {
            let locator = locator.get_or_init(|| origin.locator(file.text()));
            locator.locate(range.start + offset..range.end + offset)
        }
    }

    /// The whole scalar.
    #[must_use]
    pub fn span(&self) -> Span {
        match self.place {
            Place::Text(text) => text.span(),
            Place::Condition(condition) => condition.span(),
        }
    }

    /// The uses of names that neither the program itself nor a `for` around it binds.
    pub fn free_names(&self) -> impl Iterator<Item = &NameUse<'_>> {
        let names = self.program.map(Program::names).unwrap_or_default();
        names.iter().filter(|used| !self.bound.contains(&used.name))
    }

    /// Whether this is the expression of a `when` or `for`.
    #[must_use]
    pub fn is_condition(&self) -> bool {
        matches!(self.place, Place::Condition(_))
    }
}

impl Template {
    /// Every hole, in the order in which a request is written.
    #[must_use]
    pub fn programs(&self) -> Vec<EmbeddedProgram<'_>> {
        let mut walk = Walk { holes: Vec::new(), bound: Vec::new() };
        self.message.iter().for_each(|text| walk.text(text));
        for grid in self.grids() {
            walk.when(grid.when.as_ref());
            for row in &grid.rows {
                walk.repeated(row.repeat.as_ref(), |walk| {
                    walk.when(row.when.as_ref());
                    for button in &row.buttons {
                        walk.repeated(button.repeat.as_ref(), |walk| {
                            walk.when(button.when.as_ref());
                            button.actions.iter().filter_map(|action| action.payload.as_ref()).for_each(|payload| {
                                walk.payload(payload);
                            });
                            button.icon.iter().chain(&button.caption).for_each(|text| walk.text(text));
                        });
                    }
                });
            }
        }
        walk.holes
    }
}

struct Walk<'t> {
    holes: Vec<EmbeddedProgram<'t>>,
    bound: Vec<&'t str>,
}

impl<'t> Walk<'t> {
    fn push(&mut self, program: Result<&'t Program, &'t JinjaError>, place: Place<'t>) {
        self.holes.push(EmbeddedProgram { program, bound: self.bound.clone(), place });
    }

    fn text(&mut self, text: &'t Text) {
        match &text.body {
            Body::Literal => {}
            Body::Jinja(program) => self.push(Ok(program), Place::Text(text)),
            Body::Broken(error) => self.push(Err(error), Place::Text(text)),
        }
    }

    fn when(&mut self, when: Option<&'t Condition>) {
        if let Some(condition) = when {
            self.push(condition.program.as_ref(), Place::Condition(condition));
        }
    }

    /// The items are looked up outside; the name is bound inside.
    fn repeated(&mut self, repeat: Option<&'t Repeat>, inside: impl FnOnce(&mut Self)) {
        let outer = self.bound.len();
        if let Some(repeat) = repeat {
            self.when(Some(&repeat.items));
            self.bound.extend([repeat.name.as_str(), "loop"]);
        }
        inside(self);
        self.bound.truncate(outer);
    }

    fn payload(&mut self, payload: &'t Payload) {
        match payload {
            Payload::Link(text) | Payload::PostToken(text) => self.text(text),
            Payload::Data(data) => data.iter().for_each(|(_, data)| self.data(data)),
        }
    }

    fn data(&mut self, data: &'t Data) {
        match data {
            Data::Plain(_) => {}
            Data::Text(text) => self.text(text),
            Data::List(items) => items.iter().for_each(|item| self.data(item)),
            Data::Map(entries) => entries.iter().for_each(|(_, item)| self.data(item)),
        }
    }
}
