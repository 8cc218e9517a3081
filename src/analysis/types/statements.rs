//! From the statements of a text to what cannot work in them.

use crate::expr::Tree;
use crate::expr::syntax::{Expr, ForLoop, IfCond, Stmt};

use super::error::TypeErrorKind;
use super::infer::{Inference, is_surely};
use super::scope::Mark;
use super::ty::{Kinds, Length, Mapping, Type};

impl<'t> Inference<'t> {
    /// A text with holes. `is_value`: whether a text that is one hole keeps the type of its value.
    pub(super) fn text(&mut self, tree: &'t Tree<'t>, is_value: bool) {
        let mark = self.scope.mark();
        match tree.whole() {
            Some(expression) if is_value => {
                let known = self.expression(expression);
                self.expect_value(expression, &known);
            }
            Some(expression) => self.emit(expression),
            None => self.statements(tree.statements()),
        }
        self.scope.restore(mark);
    }

    fn statements(&mut self, statements: &'t [Stmt<'t>]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    fn block(&mut self, statements: &'t [Stmt<'t>]) {
        let mark = self.scope.mark();
        self.statements(statements);
        self.scope.restore(mark);
    }

    /// A value that becomes text.
    fn emit(&mut self, expression: &Expr<'t>) {
        let known = self.expression(expression);
        if is_surely(&known, Kinds::LIST | Kinds::MAPPING | Kinds::BOOLEAN | Kinds::NULL) {
            let operand = self.operand(expression, &known);
            self.report(expression, expression, TypeErrorKind::NotText(operand));
        }
        self.expect_value(expression, &known);
    }

    /// A value that must be there.
    fn expect_value(&mut self, expression: &Expr<'t>, known: &Type) {
        if known.kinds == Kinds::UNDEFINED {
            let operand = self.operand(expression, known);
            self.report(expression, expression, TypeErrorKind::NoValue(operand));
        }
    }

    /// A whole text that is the name of an icon: no number is one.
    pub(super) fn icon(&mut self, tree: &'t Tree<'t>) {
        let Some(expression) = tree.whole() else { return };
        let known = self.quietly(expression);
        if is_surely(&known, Kinds::NUMBER) {
            let value = self.operand(expression, &known);
            self.report(expression, expression, TypeErrorKind::UnknownIcon(value));
        }
    }

    fn statement(&mut self, statement: &'t Stmt<'t>) {
        match statement {
            Stmt::EmitExpr(emit) => self.emit(&emit.expr),
            Stmt::ForLoop(each) => self.for_loop(each),
            Stmt::IfCond(condition) => self.condition(condition),
            Stmt::WithBlock(with) => {
                let mark = self.scope.mark();
                for (target, value) in &with.assignments {
                    let known = self.expression(value);
                    self.assign(target, known);
                }
                self.statements(&with.body);
                self.scope.restore(mark);
            }
            Stmt::Set(set) => {
                let known = self.expression(&set.expr);
                self.assign(&set.target, known);
            }
            Stmt::SetBlock(set) => {
                self.block(&set.body);
                let known = set.filter.as_ref().map_or(Type::TEXT, |filter| self.expression(filter));
                self.assign(&set.target, known);
            }
            Stmt::FilterBlock(filter) => {
                self.block(&filter.body);
                self.expression(&filter.filter);
            }
            Stmt::Template(_) | Stmt::EmitRaw(_) | Stmt::AutoEscape(_) | Stmt::Do(_) => {}
        }
    }

    fn for_loop(&mut self, each: &'t ForLoop<'t>) {
        let known = self.expression(&each.iter);
        // MiniJinja goes through the letters of text, and through nothing for null.
        if is_surely(&known, Kinds::NUMBER | Kinds::BOOLEAN) {
            let operand = self.operand(&each.iter, &known);
            self.report(&each.iter, &each.iter, TypeErrorKind::NotIterable(operand));
        }
        let mark = self.scope.mark();
        // What one round sets, the next one sees.
        self.bind_all_set(&each.body);
        let item = known.items();
        let is_pair = matches!(each.target, Expr::List(_) | Expr::Tuple(_));
        if is_pair && is_surely(&item, Kinds::JSON & !(Kinds::LIST | Kinds::MAPPING)) {
            let items = self.operand(&each.iter, &known);
            self.report(&each.iter, &each.iter, TypeErrorKind::NotUnpackable { items, item: item.clone() });
        }
        self.assign(&each.target, item.clone());
        if let Some(filter) = &each.filter_expr {
            self.expression(filter);
            self.scope.assume(filter, true);
        }
        self.scope.bind("loop", round(&item));
        self.statements(&each.body);
        self.scope.restore(mark);
        self.block(&each.else_body);
    }

    /// `set` inside of an `if` reaches further than the `if`.
    fn condition(&mut self, condition: &'t IfCond<'t>) {
        self.expression(&condition.expr);
        let mark = self.scope.mark();
        let yes = self.branch(mark, condition, true);
        let no = self.branch(mark, condition, false);
        let names: Vec<&'t str> = yes.iter().chain(&no).map(|(name, _)| *name).collect();
        let joined: Vec<(&'t str, Type)> = names
            .into_iter()
            .map(|name| {
                let before = self.scope.name(name);
                let after = |branch: &[(&str, Type)]| {
                    branch
                        .iter()
                        .rev()
                        .find(|(set, _)| *set == name)
                        .map_or_else(|| before.clone(), |(_, set)| set.clone())
                };
                (name, after(&yes).join(&after(&no)))
            })
            .collect();
        joined.into_iter().for_each(|(name, known)| self.scope.bind(name, known));
    }

    fn branch(&mut self, mark: Mark, condition: &'t IfCond<'t>, holds: bool) -> Vec<(&'t str, Type)> {
        self.scope.assume(&condition.expr, holds);
        self.statements(if holds { &condition.true_body } else { &condition.false_body });
        let bound = self.scope.bound_since(mark);
        self.scope.restore(mark);
        bound
    }

    fn assign(&mut self, target: &Expr<'t>, known: Type) {
        let parts = match target {
            Expr::Var(name) => return self.scope.bind(name.id, known),
            Expr::List(list) => &list.items,
            Expr::Tuple(tuple) => &tuple.items,
            // An attribute of a namespace.
            other => return drop(self.expression(other)),
        };
        let item = if known.kinds.is_within(Kinds::LIST) { known.items() } else { Type::UNKNOWN };
        parts.iter().for_each(|part| self.assign(part, item.clone()));
    }

    fn bind_all_set(&mut self, statements: &'t [Stmt<'t>]) {
        for statement in statements {
            match statement {
                Stmt::Set(set) => self.assign(&set.target, Type::UNKNOWN),
                Stmt::SetBlock(set) => self.assign(&set.target, Type::UNKNOWN),
                Stmt::IfCond(condition) => {
                    self.bind_all_set(&condition.true_body);
                    self.bind_all_set(&condition.false_body);
                }
                _ => {}
            }
        }
    }
}

/// The `loop` of iterations over such items.
pub(super) fn round(item: &Type) -> Type {
    let neighbour = item.clone().or_undefined();
    let count = Type::INTEGER.or_undefined();
    let method = Type::of(Kinds::OTHER);
    let keys = [
        ("index", &Type::INTEGER),
        ("index0", &Type::INTEGER),
        ("revindex", &count),
        ("revindex0", &count),
        ("first", &Type::BOOLEAN),
        ("last", &Type::BOOLEAN),
        ("length", &count),
        ("depth", &Type::INTEGER),
        ("depth0", &Type::INTEGER),
        ("previtem", &neighbour),
        ("nextitem", &neighbour),
        ("cycle", &method),
        ("changed", &method),
    ];
    let keys = keys.into_iter().map(|(key, value)| (key.to_owned(), value.clone())).collect();
    Type::mapping(Mapping { keys, rest: None, length: Length::ANY })
}
