//! Values that are invalid in their part of a link: all values of an expression, or one that is declared.
//!
//! Each expression is examined by itself. What is not followed here (filters, `set`, loops inside of the link) can have
//! any value, and is not reported.

use crate::analysis::declared::{Declarations, Declared, outcomes, text_of, values};
use crate::analysis::types::{self, Kinds};
use crate::expr::ast::{Expr, ExprKind};
use crate::expr::{Constant, Program};
use crate::message::LinkError;
use crate::source::{SourceFile, Span};
use crate::syntax::Node;
use crate::template::visit::{Scope, TemplateVisitor, TextRole, walk};
use crate::template::{Template, Text, Variables};

use super::UrlPart;
use super::flow::{self, LinkExpression};
use super::judge::Patterns;

/// An expression of a link whose values are invalid there.
#[derive(Clone, Debug)]
pub struct Misplaced {
    /// The expression.
    pub location: Span,
    /// The expression as it is written.
    pub name: String,
    /// The part of the URL in which it is.
    pub part: UrlPart,
    /// Whether it is the beginning of a longer link.
    pub is_followed: bool,
    /// What is wrong with the link.
    pub fault: LinkFault,
    /// How that is known.
    pub proof: Proof,
}

/// What is wrong with a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkFault {
    /// It is not a valid link.
    NoLink(LinkError),
    /// It cannot be rendered: the part of the URL does not accept such a value.
    Refused,
    /// It is not encrypted.
    Insecure,
}

/// How it is known what is wrong with a link.
#[derive(Clone, Debug)]
pub enum Proof {
    /// The value is written in the expression.
    Written {
        /// The value.
        value: serde_json::Value,
    },
    /// The declaration lists values that make the link so.
    Listed {
        /// The first of them.
        value: serde_json::Value,
        /// Where the declaration lists them.
        places: Vec<Span>,
    },
    /// Every value that the declaration allows makes the link so.
    Declared {
        /// What the declaration says about them; one cause for each kind of values that it allows.
        causes: Vec<Constraint>,
        /// The name of the variable in its declaration.
        variable: Span,
    },
}

/// What a declaration says about every value.
#[derive(Clone, Debug, PartialEq)]
pub enum Constraint {
    /// It is of these kinds.
    Kinds(Kinds),
    /// It is text of this `format`.
    Format(String),
    /// It is text that matches this `pattern`.
    Pattern(String),
    /// It is text of at most this many characters.
    MaxLength(u64),
    /// It is a number within a bound.
    Bound {
        /// `minimum`, `exclusiveMinimum`, `maximum` or `exclusiveMaximum`.
        keyword: &'static str,
        /// The bound.
        limit: serde_json::Number,
    },
}

/// Finds the expressions of links whose values are invalid there.
pub(crate) fn misplaced(template: &Template, patterns: &Patterns) -> Vec<Misplaced> {
    let (file, variables) = (&template.file, template.variables.as_ref());
    let mut search = LinkSearch { file, variables, patterns, found: Vec::new() };
    walk(template, &mut search);
    search.found
}

struct LinkSearch<'t> {
    file: &'t SourceFile,
    variables: Option<&'t Variables>,
    patterns: &'t Patterns,
    found: Vec<Misplaced>,
}

impl<'t> TemplateVisitor<'t> for LinkSearch<'t> {
    fn text(&mut self, text: &'t Text, role: TextRole, scope: &Scope<'t>) {
        if let (TextRole::Link, Some(program)) = (role, text.program()) {
            let declarations = Declarations { variables: self.variables, scope };
            for link in flow::expressions(program.tree()).iter().filter(|link| link.is_selective()) {
                let (file, patterns, found) = (self.file, self.patterns, &mut self.found);
                let mut judge = Judge { file, declarations, patterns, text, program, link, found };
                outcomes(link.expression).into_iter().for_each(|expression| judge.expression(expression));
            }
        }
    }
}

/// Judges the values of one expression of a link.
struct Judge<'s, 't> {
    file: &'t SourceFile,
    declarations: Declarations<'s, 't>,
    patterns: &'s Patterns,
    text: &'t Text,
    program: &'t Program,
    link: &'s LinkExpression<'t>,
    found: &'s mut Vec<Misplaced>,
}

impl<'t> Judge<'_, 't> {
    fn expression(&mut self, expression: &Expr<'t>) {
        if let ExprKind::Literal(constant) = &expression.kind {
            self.constant(expression, constant);
        } else if let Some(declared) = self.declarations.get(expression, self.program) {
            self.declared(expression, &declared);
        }
    }

    fn constant(&mut self, expression: &Expr<'t>, value: &Constant) {
        if let Some(fault) = value.to_text().and_then(|text| self.link.fault(&text)) {
            self.report(expression, fault, Proof::Written { value: value.to_json() });
        }
    }

    fn declared(&mut self, expression: &Expr<'t>, declared: &Declared<'t>) {
        let (schema, variable) = (declared.schema, declared.variable.key);
        let kinds = types::type_of_schema(schema).kinds;
        if let Some(values) = values(schema) {
            self.listed(expression, &values, kinds, declared);
        } else if let Some(causes) = self.link.causes(schema, kinds, self.patterns) {
            if !causes.is_empty() {
                self.report(expression, LinkFault::Refused, Proof::Declared { causes, variable });
            }
        } else if let Some(pattern) = self.link.insecure_pattern(schema, self.patterns) {
            let causes = vec![Constraint::Pattern(pattern.to_owned())];
            self.report(expression, LinkFault::Insecure, Proof::Declared { causes, variable });
        }
    }

    /// Checks the values that a declaration lists. Invalid ones are reported if they are certain to be used here, or if
    /// there are no others.
    fn listed(&mut self, expression: &Expr<'t>, values: &[&'t Node<'static>], kinds: Kinds, declared: &Declared<'t>) {
        let texts = values.iter().filter_map(|value| Some((*value, text_of(value, declared.schema, kinds)?)));
        let judged: Vec<(&Node<'_>, Option<LinkFault>)> =
            texts.map(|(value, text)| (value, self.link.fault(&text))).collect();
        for is_insecure in [false, true] {
            let is_alike = |fault: &LinkFault| (*fault == LinkFault::Insecure) == is_insecure;
            let faulty: Vec<(&Node<'_>, &LinkFault)> = judged
                .iter()
                .filter_map(|(value, fault)| Some((*value, fault.as_ref().filter(|fault| is_alike(fault))?)))
                .collect();
            let Some((first, fault)) = faulty.first() else { continue };
            let is_all = faulty.len() == judged.len();
            if is_all || declared.is_free && self.declarations.is_unguarded(declared, self.program) {
                let places = faulty.iter().map(|(value, _)| value.span).collect();
                self.report(expression, (*fault).clone(), Proof::Listed { value: first.to_json(), places });
            }
        }
    }

    fn report(&mut self, at: &Expr<'t>, fault: LinkFault, proof: Proof) {
        let name = self.program.slice(&at.range).to_owned();
        let location = self.text.locate(self.file, at.range.clone());
        let LinkExpression { part, is_followed, .. } = *self.link;
        self.found.push(Misplaced { location, name, part, is_followed, fault, proof });
    }
}
