//! What the declarations prove about holes: types, and what cannot work whatever the values are.
//!
//! A [`Type`] is everything that a value can be. Where nothing is declared that is anything, and where a step cannot be
//! followed the result is anything again, so that only what is certain is ever reported: a part of a hole that fails with
//! every value that meets the declarations, or that does what nobody can mean. What may work is not spoken of.

mod access;
mod error;
mod filters;
mod infer;
mod operators;
pub(super) mod range;
mod schema;
mod scope;
mod statements;
mod ty;
mod words;

use std::collections::HashMap;
use std::ops::Range;

use crate::expr::syntax::Expr;
use crate::expr::{Program, Tree};
use crate::source::{SourceFile, Span};
use crate::template::{Button, Condition, Data, Grid, Payload, Repeat, Row, Template, Text, Variables};

use infer::{Inference, is_surely};
use scope::Scope;

pub(super) use schema::type_of as type_of_schema;

pub use error::{Operand, TypeError, TypeErrorKind};
pub use ty::{Kinds, Length, List, Mapping, Type};

/// What the declarations prove about the holes of a template.
#[derive(Debug, Default)]
pub struct Types {
    /// What cannot work, in the order in which a request is written.
    pub problems: Vec<TypeError>,
    iterations: HashMap<*const Repeat, Iterations>,
}

/// What is known of the iterations of a `for`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Iterations {
    /// How many there are.
    pub length: Length,
    /// The keyword of a declaration that would bound them; none where no declaration says how many there are.
    pub keyword: Option<&'static str>,
}

impl Types {
    /// Works through all holes of a template.
    #[must_use]
    pub fn of(template: &Template) -> Self {
        let scope = Scope::new(template.variables.as_ref());
        let site = Site { file: &template.file, place: Place::Nowhere };
        let inference = Inference { scope, site, problems: Vec::new() };
        let mut walk = Walk { is_declared: template.variables.is_some(), inference, iterations: HashMap::new() };
        walk.template(template);
        Self { problems: walk.inference.problems, iterations: walk.iterations }
    }

    /// What is known of the iterations of a `for` of the template; nothing where nothing is known of what it goes through.
    #[must_use]
    pub fn iterations(&self, repeat: &Repeat) -> Option<Iterations> {
        self.iterations.get(&std::ptr::from_ref(repeat)).copied()
    }
}

/// The type of an expression over declared variables.
#[must_use]
pub fn type_of(expression: &Program, variables: &Variables) -> Type {
    let file = SourceFile::new("", "");
    let site = Site { file: &file, place: Place::Nowhere };
    let mut inference = Inference { scope: Scope::new(Some(variables)), site, problems: Vec::new() };
    expression.tree().whole().map_or(Type::TEXT, |expression| inference.quietly(expression))
}

/// Where the expressions stand that are being looked at.
#[derive(Clone, Copy)]
struct Site<'t> {
    file: &'t SourceFile,
    place: Place<'t>,
}

#[derive(Clone, Copy)]
enum Place<'t> {
    Nowhere,
    Text(&'t Text, &'t Program),
    Condition(&'t Condition, &'t Program),
}

impl<'t> Site<'t> {
    fn source(self) -> &'t str {
        match self.place {
            Place::Nowhere => "",
            Place::Text(_, program) | Place::Condition(_, program) => program.source(),
        }
    }

    fn locate(self, range: Range<usize>) -> Span {
        match self.place {
            Place::Nowhere => Span::new(0, 0),
            Place::Text(text, _) => text.locate(self.file, range),
            Place::Condition(condition, _) => condition.locate(self.file, range),
        }
    }
}

/// Goes through a template as `holes` does, with the names and conditions around each hole.
struct Walk<'t> {
    /// Whether the template declares what its variables are.
    is_declared: bool,
    inference: Inference<'t>,
    iterations: HashMap<*const Repeat, Iterations>,
}

impl<'t> Walk<'t> {
    fn template(&mut self, template: &'t Template) {
        template.message.iter().for_each(|text| self.text(text, false));
        template.grids().for_each(|grid| self.grid(grid));
    }

    fn grid(&mut self, grid: &'t Grid) {
        self.part(None, grid.when.as_ref(), |walk| grid.rows.iter().for_each(|row| walk.row(row)));
    }

    fn row(&mut self, row: &'t Row) {
        self.part(row.repeat.as_ref(), row.when.as_ref(), |walk| {
            row.buttons.iter().for_each(|button| walk.button(button));
        });
    }

    fn button(&mut self, button: &'t Button) {
        self.part(button.repeat.as_ref(), button.when.as_ref(), |walk| {
            button
                .actions
                .iter()
                .filter_map(|action| action.payload.as_ref())
                .for_each(|payload| walk.payload(payload));
            button.icon.iter().chain(&button.caption).for_each(|text| walk.text(text, false));
            button.icon.iter().for_each(|icon| walk.icon(icon));
        });
    }

    fn payload(&mut self, payload: &'t Payload) {
        match payload {
            Payload::Link(text) | Payload::PostToken(text) => self.text(text, false),
            Payload::Data(data) => data.iter().for_each(|(_, data)| self.data(data)),
        }
    }

    fn data(&mut self, data: &'t Data) {
        match data {
            Data::Plain(_) => {}
            Data::Text(text) => self.text(text, true),
            Data::List(items) => items.iter().for_each(|item| self.data(item)),
            Data::Map(entries) => entries.iter().for_each(|(_, item)| self.data(item)),
        }
    }

    fn text(&mut self, text: &'t Text, is_value: bool) {
        if let Some(program) = text.program() {
            self.inference.site.place = Place::Text(text, program);
            self.inference.text(program.tree(), is_value);
        }
    }

    /// The name of an icon, after [`Self::text`].
    fn icon(&mut self, text: &'t Text) {
        if let Some(program) = text.program() {
            self.inference.site.place = Place::Text(text, program);
            self.inference.icon(program.tree());
        }
    }

    /// A part of a grid: the items are looked up outside, the name is bound inside, and what is inside is there only where
    /// the condition holds.
    fn part(&mut self, repeat: Option<&'t Repeat>, when: Option<&'t Condition>, inside: impl FnOnce(&mut Self)) {
        let mark = self.inference.scope.mark();
        let items = repeat.and_then(|repeat| self.repeat(repeat));
        let when = when.and_then(|when| Some((when, when.program.as_ref().ok()?)));
        if let Some((when, program)) = when {
            self.inference.site.place = Place::Condition(when, program);
            if let Tree::Expression(condition) = program.tree() {
                self.inference.expression(condition);
                self.inference.scope.assume(condition, true);
            }
        }
        if let (Some(repeat), Some(items)) = (repeat, items) {
            let known = self.bounded(repeat, items);
            let is_declared = self.is_declared && self.knows_names(repeat) || known.iterations().most.is_some();
            if is_declared && is_surely(&known, Kinds::LIST | Kinds::MAPPING | Kinds::NULL) {
                let is_mapping = !known.kinds.meets(Kinds::LIST);
                let keyword = is_path(repeat).then_some(if is_mapping { "maxProperties" } else { "maxItems" });
                self.iterations.insert(repeat, Iterations { length: known.iterations(), keyword });
            }
        }
        inside(self);
        self.inference.scope.restore(mark);
    }

    /// Whether something is known of all values that a `for` takes what it goes through from.
    fn knows_names(&mut self, repeat: &'t Repeat) -> bool {
        let names = repeat.items.program.as_ref().map(Program::names).unwrap_or_default();
        names.iter().all(|used| !Kinds::JSON.is_within(self.inference.scope.name(used.name).kinds))
    }

    fn repeat(&mut self, repeat: &'t Repeat) -> Option<Type> {
        let program = repeat.items.program.as_ref().ok()?;
        let Tree::Expression(items) = program.tree() else { return None };
        self.inference.site.place = Place::Condition(&repeat.items, program);
        let known = self.inference.expression(items);
        if is_surely(&known, !(Kinds::LIST | Kinds::MAPPING | Kinds::OTHER)) {
            let operand = self.inference.operand(items, &known);
            self.inference.report(items, items, TypeErrorKind::NotIterable(operand));
        }
        let item = known.items();
        self.inference.scope.bind(&repeat.name, item.clone());
        self.inference.scope.bind("loop", statements::round(&item));
        Some(known)
    }

    /// What is gone through where the part's condition holds: `when: offers | length < 4` bounds the list.
    fn bounded(&mut self, repeat: &'t Repeat, items: Type) -> Type {
        let Ok(program) = &repeat.items.program else { return items };
        let is_own = program.names().iter().any(|used| used.name == repeat.name || used.name == "loop");
        match program.tree() {
            Tree::Expression(expression) if !is_own => self.inference.quietly(expression),
            _ => items,
        }
    }
}

/// Whether a `for` goes through a variable, or a value inside of one, as it is.
fn is_path(repeat: &Repeat) -> bool {
    fn is_name(expression: &Expr<'_>) -> bool {
        match expression {
            Expr::Var(_) => true,
            Expr::GetAttr(attribute) => is_name(&attribute.expr),
            _ => false,
        }
    }
    repeat.items.program.as_ref().is_ok_and(|program| program.tree().whole().is_some_and(is_name))
}
