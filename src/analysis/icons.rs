//! Unknown names of icons among the values of expressions.
//!
//! The analysis follows an expression that is the whole icon, its `if` and `or`, the branches of an `{% if %}` that is
//! the whole icon, and the values that a declaration lists. Anything else can have any value, and is not reported.

use crate::expr::Program;
use crate::expr::ast::{Expr, ExprKind, Statement, StatementKind};
use crate::source::Span;
use crate::syntax::Node;
use crate::template::visit::{Scope, TemplateVisitor, TextRole, walk};
use crate::template::{Template, Text};

use super::declared::{Declarations, Declared, outcomes, text_of, values};
use super::types;

/// A name that an icon has in some case, and that is not the name of an icon.
#[derive(Clone, Debug)]
pub(crate) struct UnknownIcon {
    /// The name.
    pub name: String,
    /// Where it is written.
    pub location: Span,
    /// The expression that has it for a value, and where that is; `None` if it is written in the icon itself.
    pub value_of: Option<(String, Span)>,
}

/// Finds the unknown names among the values of icons.
#[must_use]
pub(crate) fn unknown_icons(template: &Template) -> Vec<UnknownIcon> {
    // Most icons are literal.
    if !template.buttons().any(|button| button.icon.as_ref().is_some_and(|icon| icon.program().is_some())) {
        return Vec::new();
    }
    let mut search = IconSearch { template, found: Vec::new() };
    walk(template, &mut search);
    search.found
}

struct IconSearch<'t> {
    template: &'t Template,
    found: Vec<UnknownIcon>,
}

impl<'t> TemplateVisitor<'t> for IconSearch<'t> {
    fn text(&mut self, icon: &'t Text, role: TextRole, scope: &Scope<'t>) {
        if let (TextRole::Icon, Some(program)) = (role, icon.program()) {
            let template = self.template;
            let declarations = Declarations { variables: template.variables.as_ref(), scope };
            let mut icon = Icon { template, declarations, text: icon, program, found: &mut self.found };
            icon.statements(program.tree().statements());
        }
    }
}

/// An icon with Jinja in it.
struct Icon<'s, 't> {
    template: &'t Template,
    declarations: Declarations<'s, 't>,
    text: &'t Text,
    program: &'t Program,
    found: &'s mut Vec<UnknownIcon>,
}

impl<'t> Icon<'_, 't> {
    fn statements(&mut self, statements: &[Statement<'t>]) {
        let [Statement { kind, range }] = statements else { return };
        match kind {
            StatementKind::Text(name) => self.literal(name, range.start),
            StatementKind::Emit(expression) => self.expression(expression),
            StatementKind::If { yes, no, .. } => {
                self.statements(yes);
                self.statements(no);
            }
            _ => {}
        }
    }

    fn expression(&mut self, expression: &Expr<'t>) {
        for outcome in outcomes(expression) {
            if let ExprKind::Literal(_) = outcome.kind {
                // The names of icons need no escapes.
                if let Some(range) = outcome.unescaped(self.program.source()) {
                    self.literal(self.program.slice(&range), range.start);
                }
            } else if let Some(declared) = self.declarations.get(outcome, self.program) {
                self.listed(outcome, &declared);
            }
        }
    }

    /// Checks a name that is written in the icon.
    fn literal(&mut self, name: &str, start: usize) {
        if !self.template.icons.is_known(name) {
            let location = self.text.locate(&self.template.file, start..start + name.len());
            self.found.push(UnknownIcon { name: name.to_owned(), location, value_of: None });
        }
    }

    /// Checks the values that a declaration lists. Unknown names are reported if they are certain to be used here, or
    /// if there are no others.
    fn listed(&mut self, expression: &Expr<'t>, declared: &Declared<'t>) {
        let kinds = types::type_of_schema(declared.schema).kinds;
        let texts = values(declared.schema).unwrap_or_default().into_iter();
        let names: Vec<(&Node<'_>, String)> =
            texts.filter_map(|value| Some((value, text_of(value, declared.schema, kinds)?))).collect();
        let (known, unknown): (Vec<_>, Vec<_>) =
            names.into_iter().partition(|(_, name)| self.template.icons.is_known(name));
        let is_certain = declared.is_free && self.declarations.is_unguarded(declared, self.program);
        if !is_certain && !known.is_empty() {
            return;
        }
        let range = expression.range.clone();
        let value_of = (self.program.slice(&range).to_owned(), self.text.locate(&self.template.file, range));
        let is_new = |location: Span, found: &[UnknownIcon]| found.iter().all(|found| found.location != location);
        for (value, name) in unknown {
            let location = value.span;
            if is_new(location, self.found) {
                self.found.push(UnknownIcon { name, location, value_of: Some(value_of.clone()) });
            }
        }
    }
}
