//! Holes of links whose values do not belong where they stand, whatever is given or with a value that is declared.
//!
//! Each hole is looked at alone. What is not followed here (filters, `set`, loops inside of the link) may be anything, and
//! nothing is said of it.

use minijinja::value::Value;

use crate::analysis::declared::{Declared, Scope, each_button, outcomes, text_of, values, written};
use crate::analysis::types::{self, Kinds, range};
use crate::expr::Program;
use crate::expr::syntax::Expr;
use crate::message::LinkError;
use crate::source::{SourceFile, Span};
use crate::syntax::Node;
use crate::template::{Payload, Template, Text};

use super::Part;
use super::walk::{self, LinkExpression};

/// A hole of a link whose values do not belong where it stands.
#[derive(Clone, Debug)]
pub struct Misplaced {
    /// The expression.
    pub span: Span,
    /// The expression as it is written.
    pub name: String,
    /// Where it stands.
    pub part: Part,
    /// Whether it is the beginning of a longer link.
    pub is_followed: bool,
    /// What becomes of the link.
    pub fault: Fault,
    /// How that is known.
    pub proof: Proof,
}

/// What becomes of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is no link at all.
    NoLink(LinkError),
    /// It is not made: the part of the link does not take such a value.
    Refused,
    /// It is not encrypted.
    Insecure,
}

/// How it is known what becomes of a link.
#[derive(Clone, Debug)]
pub enum Proof {
    /// The expression is the value.
    Written {
        /// The value.
        value: serde_json::Value,
    },
    /// The declaration lists values of which it is so.
    Listed {
        /// The first of them.
        value: serde_json::Value,
        /// Where the declaration lists them.
        places: Vec<Span>,
    },
    /// It is so of every value that the declaration allows.
    Declared {
        /// What it says of them; of each of several kinds of values, where it allows several.
        causes: Vec<Cause>,
        /// The variable's name in the declaration.
        variable: Span,
    },
}

/// What a declaration says of every value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// It is of these kinds.
    Kinds(Kinds),
    /// It is text of this `format`.
    Format(String),
    /// It is text that matches this `pattern`.
    Pattern(String),
    /// It is text of at most so many characters.
    MaxLength(u64),
    /// It is a number within a bound.
    Bound {
        /// `minimum`, `exclusiveMinimum`, `maximum` or `exclusiveMaximum`.
        keyword: &'static str,
        /// The bound.
        limit: serde_json::Number,
    },
}

/// Finds the holes of links whose values do not belong where they stand.
#[must_use]
pub fn misplaced(template: &Template) -> Vec<Misplaced> {
    let mut found = Vec::new();
    each_button(template, |scope, button| {
        for payload in button.actions.iter().filter_map(|action| action.payload.as_ref()) {
            if let Payload::Link(text) = payload {
                Search { file: &template.file, scope, found: &mut found }.link(text);
            }
        }
    });
    found
}

struct Search<'s, 't> {
    file: &'t SourceFile,
    scope: &'s Scope<'t>,
    found: &'s mut Vec<Misplaced>,
}

impl<'t> Search<'_, 't> {
    fn link(&mut self, text: &'t Text) {
        let Some(program) = text.program() else { return };
        for hole in walk::holes(program.tree()).iter().filter(|hole| hole.is_choosy()) {
            let site = Site { text, program, hole };
            outcomes(hole.expression).into_iter().for_each(|expression| self.expression(expression, &site));
        }
    }

    fn expression(&mut self, expression: &Expr<'t>, site: &Site<'_, 't>) {
        if let Expr::Const(constant) = expression {
            self.constant(expression, &constant.value, site);
        } else if let Some(declared) = self.scope.declaration(expression, site.program) {
            self.declared(expression, &declared, site);
        }
    }

    fn constant(&mut self, expression: &Expr<'t>, value: &Value, site: &Site<'_, 't>) {
        if let Some(fault) = written(value).and_then(|text| site.hole.fault(&text)) {
            let value = serde_json::to_value(value).unwrap_or_default();
            self.report(expression, site, fault, Proof::Written { value });
        }
    }

    fn declared(&mut self, expression: &Expr<'t>, declared: &Declared<'t>, site: &Site<'_, 't>) {
        let (schema, variable) = (declared.schema, declared.variable.key);
        let kinds = types::type_of_schema(schema).kinds;
        if let Some(values) = values(schema) {
            self.listed(expression, &values, kinds, declared, site);
        } else if let Some(causes) = site.hole.causes(schema, kinds) {
            if !causes.is_empty() {
                self.report(expression, site, Fault::Refused, Proof::Declared { causes, variable });
            }
        } else if let Some(pattern) = site.hole.insecure_pattern(schema) {
            let causes = vec![Cause::Pattern(pattern.to_owned())];
            self.report(expression, site, Fault::Insecure, Proof::Declared { causes, variable });
        }
    }

    /// Some of the values of a declaration may not belong there. That counts where they are sure to come there, or where no
    /// other value can.
    fn listed(
        &mut self,
        expression: &Expr<'t>,
        values: &[&'t Node<'static>],
        kinds: Kinds,
        declared: &Declared<'t>,
        site: &Site<'_, 't>,
    ) {
        let texts = values.iter().filter_map(|value| Some((*value, text_of(value, kinds)?)));
        let judged: Vec<(&Node<'_>, Option<Fault>)> =
            texts.map(|(value, text)| (value, site.hole.fault(&text))).collect();
        for is_insecure in [false, true] {
            let is_alike = |fault: &Fault| (*fault == Fault::Insecure) == is_insecure;
            let faulty: Vec<(&Node<'_>, &Fault)> = judged
                .iter()
                .filter_map(|(value, fault)| Some((*value, fault.as_ref().filter(|fault| is_alike(fault))?)))
                .collect();
            let Some((first, fault)) = faulty.first() else { continue };
            let is_all = faulty.len() == judged.len();
            if is_all || declared.is_free && self.scope.is_unguarded(declared, site.program) {
                let places = faulty.iter().map(|(value, _)| value.span).collect();
                self.report(expression, site, (*fault).clone(), Proof::Listed { value: first.to_json(), places });
            }
        }
    }

    fn report(&mut self, at: &Expr<'t>, site: &Site<'_, 't>, fault: Fault, proof: Proof) {
        let source = site.program.source();
        let range = range::of(at, source);
        let name = source.get(range.clone()).unwrap_or_default().to_owned();
        let span = site.text.locate(self.file, range);
        let LinkExpression { part, is_followed, .. } = *site.hole;
        self.found.push(Misplaced { span, name, part, is_followed, fault, proof });
    }
}

/// A hole and the link around it.
struct Site<'h, 't> {
    text: &'t Text,
    program: &'t Program,
    hole: &'h LinkExpression<'t>,
}
