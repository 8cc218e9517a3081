//! Names of icons that come out of holes and that there are not.
//!
//! Followed are an expression that is the whole icon, its `if` and `or`, the branches of an `{% if %}` that is the whole icon, and
//! the values that a declaration lists. Anything else may be any name, and nothing is said of it.

use crate::expr::syntax::{Expr, Stmt};
use crate::expr::{Program, place};
use crate::source::Span;
use crate::syntax::Node;
use crate::template::{Template, Text};

use super::declared::{Declared, Scope, each_button, outcomes, text_of, values};
use super::types::{self, range};

/// A name that an icon has in some case, and that no icon has.
#[derive(Clone, Debug)]
pub struct UnknownIcon {
    /// The name.
    pub name: String,
    /// Where it is written.
    pub span: Span,
    /// The expression that has it for a value, and its place; none where it is written in the icon itself.
    pub value_of: Option<(String, Span)>,
}

/// Finds the names that come out of holes and that there are not.
#[must_use]
pub fn unknown_icons(template: &Template) -> Vec<UnknownIcon> {
    let mut found = Vec::new();
    // Most icons are written out.
    if !template.buttons().any(|button| button.icon.as_ref().is_some_and(|icon| icon.program().is_some())) {
        return found;
    }
    each_button(template, |scope, button| {
        let Some(icon) = &button.icon else { return };
        let Some(program) = icon.program() else { return };
        Search { template, scope, icon, program, found: &mut found }.statements(program.tree().statements());
    });
    found
}

struct Search<'s, 't> {
    template: &'t Template,
    scope: &'s Scope<'t>,
    icon: &'t Text,
    program: &'t Program,
    found: &'s mut Vec<UnknownIcon>,
}

impl<'t> Search<'_, 't> {
    fn statements(&mut self, statements: &[Stmt<'t>]) {
        match statements {
            [Stmt::EmitRaw(raw)] => self.written(raw.raw),
            [Stmt::EmitExpr(emit)] => self.expression(&emit.expr),
            [Stmt::IfCond(condition)] => {
                self.statements(&condition.true_body);
                self.statements(&condition.false_body);
            }
            _ => {}
        }
    }

    fn expression(&mut self, expression: &Expr<'t>) {
        for outcome in outcomes(expression) {
            if let Expr::Const(constant) = outcome {
                self.constant(outcome, constant.value.as_str());
            } else if let Some(declared) = self.scope.declaration(outcome, self.program) {
                self.listed(outcome, &declared);
            }
        }
    }

    fn written(&mut self, name: &str) {
        if let Some(range) = place(self.program.source(), name)
            && !self.template.icons.is_known(name)
        {
            let span = self.icon.locate(&self.template.file, range);
            self.found.push(UnknownIcon { name: name.to_owned(), span, value_of: None });
        }
    }

    /// A name in quotes.
    fn constant(&mut self, expression: &Expr<'t>, name: Option<&str>) {
        let source = self.program.source();
        let quoted = source.get(range::of(expression, source)).unwrap_or_default();
        let inside = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
        // Nobody writes names of icons with escapes.
        if name == Some(inside) {
            self.written(inside);
        }
    }

    /// Some of the values of a declaration may be no names. That counts where they are sure to come here, or where no other
    /// value can.
    fn listed(&mut self, expression: &Expr<'t>, declared: &Declared<'t>) {
        let kinds = types::type_of_schema(declared.schema).kinds;
        let texts = values(declared.schema).unwrap_or_default().into_iter();
        let names: Vec<(&Node<'_>, String)> = texts.filter_map(|value| Some((value, text_of(value, kinds)?))).collect();
        let (known, unknown): (Vec<_>, Vec<_>) =
            names.into_iter().partition(|(_, name)| self.template.icons.is_known(name));
        let is_certain = declared.is_free && self.scope.is_unguarded(declared, self.program);
        if !is_certain && !known.is_empty() {
            return;
        }
        let source = self.program.source();
        let range = range::of(expression, source);
        let value_of =
            (source.get(range.clone()).unwrap_or_default().to_owned(), self.icon.locate(&self.template.file, range));
        let is_new = |value: &Node<'_>, found: &[UnknownIcon]| found.iter().all(|found| found.span != value.span);
        for (value, name) in unknown {
            if is_new(value, self.found) {
                self.found.push(UnknownIcon { name, span: value.span, value_of: Some(value_of.clone()) });
            }
        }
    }
}
