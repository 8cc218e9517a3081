//! Type errors in the statements of a text.

use crate::expr::ast::{Expr, For, Statement, StatementKind, Target, Tree};
use crate::expr::library::Takes;

use super::contract::is_null_refused;
use super::error::TypeErrorKind;
use super::infer::{Inference, is_surely};
use super::kinds::Kinds;
use super::scope::{Assumption, Bound, Checkpoint};
use super::ty::{Length, MappingType, Type};

/// What becomes of the value of a text that is exactly one expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whole {
    /// It becomes text.
    Text,
    /// It keeps its type.
    Value,
}

impl<'t> Inference<'t> {
    /// Looks for type errors in a text.
    pub(super) fn text(&mut self, tree: &'t Tree<'t>, whole: Whole) {
        let checkpoint = self.scope.checkpoint();
        match tree.whole() {
            Some(expression) if whole == Whole::Value => {
                let known = self.expression(expression);
                self.expect_value(expression, &known, Takes::Value);
            }
            Some(expression) => self.emit(expression),
            None => self.statements(tree.statements()),
        }
        self.scope.restore(checkpoint);
    }

    fn statements(&mut self, statements: &'t [Statement<'t>]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    fn block(&mut self, statements: &'t [Statement<'t>]) {
        let checkpoint = self.scope.checkpoint();
        self.statements(statements);
        self.scope.restore(checkpoint);
    }

    /// Checks a value that becomes text.
    fn emit(&mut self, expression: &Expr<'t>) {
        let known = self.expression(expression);
        if is_surely(&known, Kinds::LIST | Kinds::MAPPING | Kinds::BOOLEAN | Kinds::NULL) {
            let operand = self.operand(expression, &known);
            self.report(expression, expression, TypeErrorKind::NotText(operand));
        } else if is_null_refused(&known, Takes::Text) {
            let operand = self.operand(expression, &known);
            self.report_null(expression, TypeErrorKind::NotText(operand));
        }
        self.expect_value(expression, &known, Takes::Text);
        self.show(expression, &known);
    }

    /// Checks a value that must be defined.
    fn expect_value(&mut self, expression: &Expr<'t>, known: &Type, takes: Takes) {
        self.expect_else(expression, takes);
        if known.kinds == Kinds::UNDEFINED {
            let operand = self.operand(expression, known);
            self.report(expression, expression, TypeErrorKind::NoValue(operand));
        }
    }

    /// Checks the name of an icon, which cannot be a number.
    pub(super) fn icon(&mut self, tree: &'t Tree<'t>) {
        let Some(expression) = tree.whole() else { return };
        let known = self.quietly(expression);
        if is_surely(&known, Kinds::NUMBER) {
            let value = self.operand(expression, &known);
            self.report(expression, expression, TypeErrorKind::UnknownIcon(value));
        }
    }

    fn statement(&mut self, statement: &'t Statement<'t>) {
        match &statement.kind {
            StatementKind::Text(_) => {}
            StatementKind::Emit(expression) => self.emit(expression),
            StatementKind::For(each) => self.for_loop(each),
            StatementKind::If { condition, yes, no } => self.branches(condition, yes, no),
            StatementKind::With { assignments, body } => {
                let checkpoint = self.scope.checkpoint();
                for (target, value) in assignments {
                    let value = self.assigned(value);
                    self.assign(target, value);
                }
                self.statements(body);
                self.scope.restore(checkpoint);
            }
            StatementKind::Set { target, value } => {
                let value = self.assigned(value);
                self.assign(target, value);
            }
            StatementKind::SetBlock { target, filter, body } => {
                self.block(body);
                let known = filter.as_ref().map_or(Type::TEXT, |filter| self.expression(filter));
                self.assign(target, known.into());
            }
            StatementKind::Filter { filter, body } => {
                self.block(body);
                self.expression(filter);
            }
        }
    }

    fn for_loop(&mut self, each: &'t For<'t>) {
        let known = self.expression(&each.items);
        // MiniJinja iterates over the characters of text, and over nothing for null.
        if is_surely(&known, Kinds::NUMBER | Kinds::BOOLEAN) {
            let operand = self.operand(&each.items, &known);
            self.report(&each.items, &each.items, TypeErrorKind::NotIterable(operand));
        }
        let checkpoint = self.scope.checkpoint();
        // What one iteration sets, the next one sees.
        self.forget_what_is_set(&each.body);
        let item = known.items();
        let is_pair = matches!(each.target, Target::List(_));
        if is_pair && is_surely(&item, Kinds::JSON & !(Kinds::LIST | Kinds::MAPPING)) {
            let items = self.operand(&each.items, &known);
            let kind = TypeErrorKind::NotUnpackable { items, item: item.clone() };
            self.report(&each.items, &each.items, kind);
        }
        let origin = self.origin(&each.items);
        self.assign(&each.target, Bound { origin, ..item.clone().into() });
        if let Some(filter) = &each.filter {
            self.expression(filter);
            self.scope.assume(filter, Assumption::Holds);
        }
        self.scope.bind("loop", loop_over(&item));
        self.statements(&each.body);
        self.scope.restore(checkpoint);
        self.block(&each.otherwise);
    }

    /// Checks the branches of an `if`. A `set` inside of them outlives the `if`.
    fn branches(&mut self, condition: &Expr<'t>, yes: &'t [Statement<'t>], no: &'t [Statement<'t>]) {
        self.expression(condition);
        let checkpoint = self.scope.checkpoint();
        let yes = self.branch(checkpoint, condition, Assumption::Holds, yes);
        let no = self.branch(checkpoint, condition, Assumption::Fails, no);
        let names: Vec<&'t str> = yes.iter().chain(&no).map(|(name, _)| *name).collect();
        let joined: Vec<(&'t str, Bound)> = names
            .into_iter()
            .map(|name| {
                let before = self.scope.value(name);
                let after = |branch: &[(&str, Bound)]| {
                    let last = branch.iter().rev().find(|(set, _)| *set == name);
                    last.map_or_else(|| before.clone(), |(_, set)| set.clone())
                };
                (name, after(&yes).join(&after(&no)))
            })
            .collect();
        joined.into_iter().for_each(|(name, value)| self.scope.bind(name, value));
    }

    fn branch(
        &mut self,
        checkpoint: Checkpoint,
        condition: &Expr<'t>,
        assumed: Assumption,
        statements: &'t [Statement<'t>],
    ) -> Vec<(&'t str, Bound)> {
        self.scope.assume(condition, assumed);
        self.statements(statements);
        let bound = self.scope.bound_since(checkpoint);
        self.scope.restore(checkpoint);
        bound
    }

    /// Checks a value that is assigned.
    fn assigned(&mut self, value: &Expr<'t>) -> Bound {
        let known = self.expression(value);
        let numbers = self.shown_in(value, &known);
        let missing_else = self.missing_else_of(value);
        Bound { origin: self.origin(value), numbers, missing_else, ..known.into() }
    }

    fn assign(&mut self, target: &'t Target<'t>, value: Bound) {
        match target {
            Target::Name(name) => self.bind(name, value),
            Target::List(parts) => {
                let is_list = value.known.kinds.is_within(Kinds::LIST);
                let item = if is_list { value.known.items() } else { Type::UNKNOWN };
                let item = Bound { origin: value.origin, ..item.into() };
                parts.iter().for_each(|part| self.assign(part, item.clone()));
            }
            Target::Attribute(namespace) => {
                self.expression(namespace);
            }
        }
    }

    /// Makes the type of every name unknown that the statements set.
    fn forget_what_is_set(&mut self, statements: &'t [Statement<'t>]) {
        for statement in statements {
            match &statement.kind {
                StatementKind::Set { target, .. } | StatementKind::SetBlock { target, .. } => self.forget(target),
                StatementKind::If { yes, no, .. } => {
                    self.forget_what_is_set(yes);
                    self.forget_what_is_set(no);
                }
                _ => {}
            }
        }
    }

    fn forget(&mut self, target: &'t Target<'t>) {
        match target {
            Target::Name(name) => self.scope.bind(name.text, Type::UNKNOWN),
            Target::List(parts) => parts.iter().for_each(|part| self.forget(part)),
            Target::Attribute(_) => {}
        }
    }
}

/// Returns the type of `loop` for iterations over such items.
pub(super) fn loop_over(item: &Type) -> Type {
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
    Type::mapping(MappingType { keys, rest: None, length: Length::ANY })
}
