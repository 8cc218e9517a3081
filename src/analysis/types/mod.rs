//! What the declarations prove about the expressions of a template: their types, and type errors.
//!
//! A [`Type`] is the set of values that an expression can have. If nothing is declared, or an operation cannot be
//! followed, that is any value, so that only what is certain is reported: a part of an expression that fails with
//! every value that meets the declarations, or that does something no author can mean.

mod access;
mod contract;
mod display;
mod equality;
mod error;
mod filters;
mod infer;
mod kinds;
mod missing_else;
mod operators;
mod persian;
mod schema;
mod scope;
mod shown;
mod statements;
mod ty;

use std::collections::HashMap;

use crate::expr::Program;
use crate::expr::ast::{Expr, ExprKind, Tree};
use crate::expr::library::Takes;
use crate::template::visit::{Part, Scope, TemplateVisitor, TextRole, walk};
use crate::template::{Condition, EmbeddedProgram, ProgramId, Repeat, Template, Text, Variables};

use contract::is_null_refused;
use infer::{Inference, is_surely};
use scope::{Assumption, Bound, Checkpoint, TypeScope};
use statements::{Whole, loop_over};

pub(super) use infer::Observed;
pub(super) use schema::type_of as type_of_schema;

pub use error::{Comparison, Operand, TypeError, TypeErrorKind};
pub use kinds::Kinds;
pub use missing_else::{MissingElse, Otherwise};
pub use shown::BareNumber;
pub use ty::{Length, ListType, MappingType, Type};

/// What the declarations prove about the expressions of a template.
#[derive(Debug, Default)]
pub struct Types {
    /// The type errors, in the order in which a request is written.
    pub errors: Vec<TypeError>,
    /// What would be a type error if a value were null that can also be something else, in the same order.
    pub if_null: Vec<TypeError>,
    /// The keys that a declaration allows and does not list, although it lists others, in the same order.
    pub undeclared: Vec<TypeError>,
    /// The conditional expressions whose missing value would be used, in the same order.
    pub missing_else: Vec<MissingElse>,
    /// The numbers that stand in Persian text or in a caption as they are.
    pub bare_numbers: Vec<BareNumber>,
    /// By the programs of their items.
    iterations: HashMap<ProgramId, Iterations>,
}

/// What is known of the iterations of a `for`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Iterations {
    /// How many there are.
    pub length: Length,
    /// The keyword of a declaration that would bound them; `None` if no declaration says how many there are.
    pub keyword: Option<&'static str>,
}

impl Types {
    /// Infers the types of all expressions of a template.
    #[must_use]
    pub fn of(template: &Template) -> Self {
        let inference = Inference::new(TypeScope::new(template.variables.as_ref()), Some(&template.file));
        let checker = TemplateChecker::check(template, inference);
        let TemplateChecker { inference, bare_numbers, iterations, .. } = checker;
        let Inference { mut errors, if_null, undeclared, missing_else, .. } = inference;
        // Without declarations, only a filter for Persian tells what is meant.
        if template.variables.is_none() {
            errors.retain(|error| matches!(error.kind, TypeErrorKind::Persian(_) | TypeErrorKind::Formatted { .. }));
        }
        Self { errors, if_null, undeclared, missing_else, bare_numbers, iterations }
    }

    /// Returns what is known of the iterations of a `for` of the template; `None` if nothing is known of its items.
    #[must_use]
    pub fn iterations(&self, repeat: &Repeat) -> Option<Iterations> {
        self.iterations.get(&repeat.items.id).copied()
    }
}

/// Returns the types of all expressions of a template, and of the names that they bind.
pub(super) fn observe(template: &Template) -> Observed {
    let mut inference = Inference::new(TypeScope::new(template.variables.as_ref()), Some(&template.file));
    inference.observed = Some(Observed::default());
    TemplateChecker::check(template, inference).inference.observed.unwrap_or_default()
}

/// Returns the type of an expression over declared variables.
#[must_use]
pub fn type_of(expression: &Program, variables: &Variables) -> Type {
    let mut inference = Inference::new(TypeScope::new(Some(variables)), None);
    expression.tree().whole().map_or(Type::TEXT, |expression| inference.quietly(expression))
}

/// Infers types all over a template.
struct TemplateChecker<'t> {
    /// Whether the template declares its variables.
    is_declared: bool,
    inference: Inference<'t>,
    /// The states of the scope before each part around.
    checkpoints: Vec<Checkpoint>,
    bare_numbers: Vec<BareNumber>,
    iterations: HashMap<ProgramId, Iterations>,
}

impl<'t> TemplateVisitor<'t> for TemplateChecker<'t> {
    fn enter(&mut self, _: Part<'t>, _: &Scope<'t>) {
        self.checkpoints.push(self.inference.scope.checkpoint());
    }

    fn repeat(&mut self, repeat: &'t Repeat, _: &Scope<'t>) {
        let Some(items) = self.look_at(&repeat.items) else { return };
        let known = self.inference.expression(items);
        self.inference.expect_else(items, Takes::Items);
        if is_surely(&known, !(Kinds::LIST | Kinds::MAPPING | Kinds::OTHER)) {
            let operand = self.inference.operand(items, &known);
            self.inference.report(items, items, TypeErrorKind::NotIterable(operand));
        } else if is_null_refused(&known, Takes::Items) {
            let operand = self.inference.operand(items, &known);
            self.inference.report_null(items, TypeErrorKind::NotIterable(operand));
        }
        let item = known.items();
        let origin = self.inference.origin(items);
        self.inference.bind_item(repeat, Bound { origin, ..item.clone().into() });
        self.inference.scope.bind("loop", loop_over(&item));
        self.count(repeat, &known);
    }

    fn condition(&mut self, when: &'t Condition, scope: &Scope<'t>) {
        if let Some(condition) = self.look_at(when) {
            self.inference.expression(condition);
            self.inference.expect_else(condition, Takes::Value);
            self.inference.scope.assume(condition, Assumption::Holds);
        }
        // `when: offers | length < 4` bounds the list.
        if let Some(repeat) = scope.parts().last().and_then(|part| part.repeat())
            && !is_rebound(repeat)
            && let Some(items) = self.look_at(&repeat.items)
        {
            let known = self.inference.quietly(items);
            self.iterations.remove(&repeat.items.id);
            self.count(repeat, &known);
        }
    }

    fn text(&mut self, text: &'t Text, role: TextRole, _: &Scope<'t>) {
        let (Some(program), Some(embedded)) = (text.program(), EmbeddedProgram::of_text(text, Vec::new())) else {
            return;
        };
        self.inference.look_at(embedded);
        let is_read = role == TextRole::Caption || role == TextRole::Message && is_persian(&text.source);
        self.inference.shown_numbers = is_read.then(Vec::new);
        self.inference.text(program.tree(), if role == TextRole::Data { Whole::Value } else { Whole::Text });
        self.bare_numbers.extend(self.inference.shown_numbers.take().unwrap_or_default());
        if role == TextRole::Icon {
            self.inference.icon(program.tree());
        }
    }

    fn leave(&mut self, _: Part<'t>, _: &Scope<'t>) {
        if let Some(checkpoint) = self.checkpoints.pop() {
            self.inference.scope.restore(checkpoint);
        }
    }
}

impl<'t> TemplateChecker<'t> {
    fn check(template: &'t Template, inference: Inference<'t>) -> Self {
        let is_declared = template.variables.is_some();
        let mut checker = Self {
            is_declared,
            inference,
            checkpoints: Vec::new(),
            bare_numbers: Vec::new(),
            iterations: HashMap::new(),
        };
        walk(template, &mut checker);
        checker
    }

    /// Goes on to the expression of a `when` or `for`.
    fn look_at(&mut self, condition: &'t Condition) -> Option<&'t Expr<'t>> {
        let program = condition.program.as_ref().ok()?;
        self.inference.look_at(EmbeddedProgram::of_condition(condition, Vec::new()));
        match program.tree() {
            Tree::Expression(expression) => Some(expression),
            Tree::Text(_) => None,
        }
    }

    /// Notes how many iterations a `for` has.
    fn count(&mut self, repeat: &'t Repeat, items: &Type) {
        let is_known = self.is_declared && self.knows_names(repeat) || items.iterations().most.is_some();
        if is_known && is_surely(items, Kinds::LIST | Kinds::MAPPING | Kinds::NULL) {
            let is_mapping = !items.kinds.meets(Kinds::LIST);
            let keyword = is_path(repeat).then_some(if is_mapping { "maxProperties" } else { "maxItems" });
            self.iterations.insert(repeat.items.id, Iterations { length: items.iterations(), keyword });
        }
    }

    /// Returns whether something is known of all names in the items of a `for`.
    fn knows_names(&mut self, repeat: &'t Repeat) -> bool {
        let names = repeat.items.program.as_ref().map(Program::names).unwrap_or_default();
        names.iter().all(|used| !Kinds::JSON.is_within(self.inference.scope.name(used.name).kinds))
    }
}

/// Returns whether a text has letters of the script that Persian is written in.
fn is_persian(text: &str) -> bool {
    text.contains(|character: char| matches!(character, '\u{620}'..='\u{6d3}') && character.is_alphabetic())
}

/// Returns whether a name in the items of a `for` means something else inside of it.
fn is_rebound(repeat: &Repeat) -> bool {
    let names = repeat.items.program.as_ref().map(Program::names).unwrap_or_default();
    names.iter().any(|used| used.name == repeat.name || used.name == "loop")
}

/// Returns whether a `for` iterates over a variable, or a value inside of one, as it is.
fn is_path(repeat: &Repeat) -> bool {
    fn is_name(expression: &Expr<'_>) -> bool {
        match &expression.kind {
            ExprKind::Name(_) => true,
            ExprKind::Attribute { of, .. } => is_name(of),
            _ => false,
        }
    }
    repeat.items.program.as_ref().is_ok_and(|program| program.tree().whole().is_some_and(is_name))
}
