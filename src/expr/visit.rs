//! The one walk over a syntax tree.
//!
//! A [`ProgramVisitor`] overrides the methods for what it visits, and calls the `walk_*` function of the same name
//! where the walk is to go on. Names are bound and scopes are entered in the order in which MiniJinja does it, so
//! that a visitor knows at each use of a name whether the program itself binds it.

use super::ast::{Argument, Expr, ExprKind, For, Name, Statement, StatementKind, Target, Tree};

/// What a name is bound to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound<'e, 'a> {
    /// The value of an expression.
    Value(&'e Expr<'a>),
    /// An item of a list.
    Item(&'e Expr<'a>),
    /// One of several parts of a value: `a, b = …`
    Part,
    /// The text of a block.
    Block,
}

/// A visitor of the parts of a syntax tree, in the order of evaluation.
pub(crate) trait ProgramVisitor<'a> {
    /// Visits a statement.
    fn statement(&mut self, statement: &Statement<'a>) {
        walk_statement(self, statement);
    }

    /// Visits an expression.
    fn expression(&mut self, expression: &Expr<'a>) {
        walk_expression(self, expression);
    }

    /// Called when a name is bound, from here to the end of the scope.
    fn bind(&mut self, _name: &Name<'a>, _to: Bound<'_, 'a>) {}

    /// Called when `loop` is bound, from here to the end of the scope.
    fn bind_loop(&mut self, _each: &For<'a>) {}

    /// Called when a scope begins. The names that are bound inside of it end with it.
    fn enter_scope(&mut self) {}

    /// Called when the innermost scope ends.
    fn leave_scope(&mut self) {}
}

/// Visits all of a program.
pub(crate) fn walk_tree<'a>(visitor: &mut (impl ProgramVisitor<'a> + ?Sized), tree: &Tree<'a>) {
    match tree {
        Tree::Expression(expression) => visitor.expression(expression),
        Tree::Text(statements) => walk_statements(visitor, statements),
    }
}

/// Visits statements in order.
pub(crate) fn walk_statements<'a>(visitor: &mut (impl ProgramVisitor<'a> + ?Sized), statements: &[Statement<'a>]) {
    statements.iter().for_each(|statement| visitor.statement(statement));
}

/// Visits the parts of a statement.
pub(crate) fn walk_statement<'a>(visitor: &mut (impl ProgramVisitor<'a> + ?Sized), statement: &Statement<'a>) {
    match &statement.kind {
        StatementKind::Text(_) => {}
        StatementKind::Emit(expression) => visitor.expression(expression),
        StatementKind::For(each) => walk_for(visitor, each),
        StatementKind::If { condition, yes, no } => {
            visitor.expression(condition);
            walk_statements(visitor, yes);
            walk_statements(visitor, no);
        }
        StatementKind::With { assignments, body } => {
            visitor.enter_scope();
            for (target, value) in assignments {
                visitor.expression(value);
                bind(visitor, target, Bound::Value(value));
            }
            walk_statements(visitor, body);
            visitor.leave_scope();
        }
        StatementKind::Set { target, value } => {
            visitor.expression(value);
            bind(visitor, target, Bound::Value(value));
        }
        StatementKind::SetBlock { target, filter, body } => {
            walk_block(visitor, body);
            filter.iter().for_each(|filter| visitor.expression(filter));
            bind(visitor, target, Bound::Block);
        }
        StatementKind::Filter { filter, body } => {
            walk_block(visitor, body);
            visitor.expression(filter);
        }
    }
}

fn walk_for<'a>(visitor: &mut (impl ProgramVisitor<'a> + ?Sized), each: &For<'a>) {
    visitor.expression(&each.items);
    visitor.enter_scope();
    bind(visitor, &each.target, Bound::Item(&each.items));
    each.filter.iter().for_each(|filter| visitor.expression(filter));
    visitor.bind_loop(each);
    walk_statements(visitor, &each.body);
    visitor.leave_scope();
    walk_block(visitor, &each.otherwise);
}

fn walk_block<'a>(visitor: &mut (impl ProgramVisitor<'a> + ?Sized), body: &[Statement<'a>]) {
    visitor.enter_scope();
    walk_statements(visitor, body);
    visitor.leave_scope();
}

fn bind<'a>(visitor: &mut (impl ProgramVisitor<'a> + ?Sized), target: &Target<'a>, to: Bound<'_, 'a>) {
    match target {
        Target::Name(name) => visitor.bind(name, to),
        Target::List(parts) => parts.iter().for_each(|part| bind(visitor, part, Bound::Part)),
        Target::Attribute(namespace) => visitor.expression(namespace),
    }
}

/// Visits the parts of an expression.
pub(crate) fn walk_expression<'a>(visitor: &mut (impl ProgramVisitor<'a> + ?Sized), expression: &Expr<'a>) {
    match &expression.kind {
        ExprKind::Literal(_) | ExprKind::Name(_) => {}
        ExprKind::Not(of) | ExprKind::Negate(of) | ExprKind::Attribute { of, .. } => visitor.expression(of),
        ExprKind::Item { of, key } => {
            visitor.expression(of);
            visitor.expression(key);
        }
        ExprKind::Slice { of, bounds } => {
            visitor.expression(of);
            bounds.iter().for_each(|bound| visitor.expression(bound));
        }
        ExprKind::Binary { left, right, .. } => {
            visitor.expression(left);
            visitor.expression(right);
        }
        ExprKind::Chain { first, rest } => {
            visitor.expression(first);
            rest.iter().for_each(|(_, operand)| visitor.expression(operand));
        }
        ExprKind::If { condition, yes, no } => {
            visitor.expression(yes);
            visitor.expression(condition);
            no.iter().for_each(|no| visitor.expression(no));
        }
        ExprKind::Filter { input, arguments, .. } => {
            input.iter().for_each(|input| visitor.expression(input));
            walk_arguments(visitor, arguments);
        }
        ExprKind::Test { of, arguments, .. } => {
            visitor.expression(of);
            walk_arguments(visitor, arguments);
        }
        ExprKind::Call { callee, arguments } => {
            visitor.expression(callee);
            walk_arguments(visitor, arguments);
        }
        ExprKind::List(items) => items.iter().for_each(|item| visitor.expression(item)),
        ExprKind::Map(entries) => entries.iter().for_each(|(key, value)| {
            visitor.expression(key);
            visitor.expression(value);
        }),
    }
}

/// Visits the values of arguments.
pub(crate) fn walk_arguments<'a>(visitor: &mut (impl ProgramVisitor<'a> + ?Sized), arguments: &[Argument<'a>]) {
    arguments.iter().for_each(|argument| visitor.expression(&argument.value));
}
