//! Holes of links whose values do not belong where they stand, whatever is given or with a value that is declared.
//!
//! Each hole is looked at alone. What is not followed here (filters, `set`, loops inside of the link) may be anything, and
//! nothing is said of it.

use minijinja::value::{Value, ValueKind};

use crate::message::LinkProblem;
use crate::source::{SourceFile, Span};
use crate::syntax::{Node, Value as Yaml};

use super::super::expr::Program;
use super::super::expr::syntax::{BinOpKind, Expr};
use super::super::types::{self, Kinds, range};
use super::super::{Button, Grid, Payload, Row, Template, Text};
use super::Part;
use super::declared::{Declared, Scope};
use super::walk::{self, LinkHole};

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
    NoLink(LinkProblem),
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
    let mut walk = Walk { file: &template.file, scope: Scope::new(template.variables.as_ref()), found: Vec::new() };
    template.grids().for_each(|grid| walk.grid(grid));
    walk.found
}

struct Walk<'t> {
    file: &'t SourceFile,
    scope: Scope<'t>,
    found: Vec<Misplaced>,
}

impl<'t> Walk<'t> {
    fn grid(&mut self, grid: &'t Grid) {
        let mark = self.scope.enter(None, grid.when.as_ref());
        grid.rows.iter().for_each(|row| self.row(row));
        self.scope.leave(mark);
    }

    fn row(&mut self, row: &'t Row) {
        let mark = self.scope.enter(row.repeat.as_ref(), row.when.as_ref());
        row.buttons.iter().for_each(|button| self.button(button));
        self.scope.leave(mark);
    }

    fn button(&mut self, button: &'t Button) {
        let mark = self.scope.enter(button.repeat.as_ref(), button.when.as_ref());
        for payload in button.actions.iter().filter_map(|action| action.payload.as_ref()) {
            if let Payload::Link(text) = payload {
                self.link(text);
            }
        }
        self.scope.leave(mark);
    }

    fn link(&mut self, text: &'t Text) {
        let Some(program) = text.program() else { return };
        for hole in walk::holes(program.tree()).iter().filter(|hole| hole.is_choosy()) {
            let site = Site { text, program, hole };
            self.expression(hole.expression, &site);
        }
    }

    /// What an expression gives, in each way that it can go.
    fn expression(&mut self, expression: &Expr<'t>, site: &Site<'_, 't>) {
        match expression {
            Expr::IfExpr(choice) => {
                self.expression(&choice.true_expr, site);
                choice.false_expr.iter().for_each(|other| self.expression(other, site));
            }
            Expr::BinOp(binary) if matches!(binary.op, BinOpKind::ScOr) => self.expression(&binary.right, site),
            Expr::Const(constant) => self.constant(expression, &constant.value, site),
            _ => {
                if let Some(declared) = self.scope.declaration(expression, site.program) {
                    self.declared(expression, &declared, site);
                }
            }
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
        let LinkHole { part, is_followed, .. } = *site.hole;
        self.found.push(Misplaced { span, name, part, is_followed, fault, proof });
    }
}

/// A hole and the link around it.
struct Site<'h, 't> {
    text: &'t Text,
    program: &'t Program,
    hole: &'h LinkHole<'t>,
}

/// The values that a schema allows, and perhaps some that it does not, where it lists them.
fn values<'n>(schema: &'n Node<'static>) -> Option<Vec<&'n Node<'static>>> {
    let entries = schema.as_mapping()?;
    let field = |keyword: &str| entries.get(keyword).map(|entry| &entry.value);
    let list = |keyword: &str| field(keyword).and_then(Node::as_sequence);
    let all = |keyword: &str| Some(list(keyword)?.iter().map(values).collect::<Option<Vec<_>>>()?.concat());
    field("const")
        .map(|value| vec![value])
        .or_else(|| Some(list("enum")?.iter().collect()))
        .or_else(|| all("anyOf"))
        .or_else(|| all("oneOf"))
        .or_else(|| list("allOf")?.iter().find_map(values))
}

/// What comes out of a value that is of one of the kinds, where it can stand in text.
fn text_of(value: &Node<'_>, kinds: Kinds) -> Option<String> {
    match &value.value {
        Yaml::String(scalar) if kinds.meets(Kinds::TEXT) => Some(scalar.text.to_string()),
        Yaml::Number(number) if kinds.meets(Kinds::NUMBER) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(number) => written(&Value::from(number)),
            None => Some(number.to_string()),
        },
        _ => None,
    }
}

/// What comes out of a value, where it can stand in text.
fn written(value: &Value) -> Option<String> {
    match value.kind() {
        ValueKind::String => value.as_str().map(str::to_owned),
        ValueKind::Number => Some(value.to_string()),
        _ => None,
    }
}
