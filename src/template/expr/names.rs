//! Which names a program takes from outside.

use std::ops::Range;

use minijinja::machinery::ast::{CallArg, Expr, Stmt};

use super::Tree;

/// A use of a name that the program does not bind itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameUse<'a> {
    /// The name.
    pub name: &'a str,
    /// Where, in bytes of the text.
    pub range: Range<usize>,
}

/// Functions that are always there.
pub(super) const FUNCTIONS: [&str; 3] = ["range", "dict", "namespace"];

/// All uses of names that are bound neither by `for`, `set` or `with`, nor functions, in the order of the text.
pub(super) fn free<'a>(tree: &Tree<'a>) -> Vec<NameUse<'a>> {
    let mut walk = Walk { bound: Vec::new(), free: Vec::new() };
    match tree {
        Tree::Expression(expression) => walk.expression(expression),
        Tree::Text(_) => walk.statements(tree.statements()),
    }
    walk.free
}

struct Walk<'a> {
    bound: Vec<&'a str>,
    free: Vec<NameUse<'a>>,
}

impl<'a> Walk<'a> {
    fn statements(&mut self, statements: &[Stmt<'a>]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    /// What is bound inside does not reach further.
    fn scope(&mut self, inside: impl FnOnce(&mut Self)) {
        let outer = self.bound.len();
        inside(self);
        self.bound.truncate(outer);
    }

    fn statement(&mut self, statement: &Stmt<'a>) {
        match statement {
            Stmt::EmitExpr(emit) => self.expression(&emit.expr),
            Stmt::ForLoop(each) => {
                self.expression(&each.iter);
                self.scope(|walk| {
                    walk.bind(&each.target);
                    walk.expressions(&each.filter_expr);
                    walk.bound.push("loop");
                    walk.statements(&each.body);
                });
                self.scope(|walk| walk.statements(&each.else_body));
            }
            Stmt::IfCond(condition) => {
                self.expression(&condition.expr);
                self.statements(&condition.true_body);
                self.statements(&condition.false_body);
            }
            Stmt::WithBlock(with) => self.scope(|walk| {
                for (target, value) in &with.assignments {
                    walk.expression(value);
                    walk.bind(target);
                }
                walk.statements(&with.body);
            }),
            Stmt::Set(set) => {
                self.expression(&set.expr);
                self.bind(&set.target);
            }
            Stmt::SetBlock(set) => {
                self.scope(|walk| walk.statements(&set.body));
                self.expressions(&set.filter);
                self.bind(&set.target);
            }
            Stmt::FilterBlock(filter) => {
                self.scope(|walk| walk.statements(&filter.body));
                self.expression(&filter.filter);
            }
            Stmt::Template(_) | Stmt::EmitRaw(_) | Stmt::AutoEscape(_) | Stmt::Do(_) => {}
        }
    }

    /// A target of an assignment: a name, a list of them, or an attribute of a namespace (which is a use).
    fn bind(&mut self, target: &Expr<'a>) {
        match target {
            Expr::Var(name) => self.bound.push(name.id),
            Expr::List(list) => list.items.iter().for_each(|item| self.bind(item)),
            Expr::Tuple(tuple) => tuple.items.iter().for_each(|item| self.bind(item)),
            other => self.expression(other),
        }
    }

    fn expressions<'e>(&mut self, expressions: impl IntoIterator<Item = &'e Expr<'a>>)
    where
        'a: 'e,
    {
        for expression in expressions {
            self.expression(expression);
        }
    }

    fn expression(&mut self, expression: &Expr<'a>) {
        match expression {
            Expr::Var(name) => self.name(name.id, name.span()),
            Expr::Const(_) => {}
            Expr::Slice(slice) => {
                self.expression(&slice.expr);
                self.expressions(slice.start.iter().chain(&slice.stop).chain(&slice.step));
            }
            Expr::UnaryOp(unary) => self.expression(&unary.expr),
            Expr::BinOp(binary) => self.expressions([&binary.left, &binary.right]),
            Expr::Compare(compare) => {
                self.expression(&compare.expr);
                self.expressions(compare.ops.iter().map(|op| &op.expr));
            }
            Expr::IfExpr(choice) => {
                self.expressions([&choice.true_expr, &choice.test_expr]);
                self.expressions(&choice.false_expr);
            }
            Expr::Filter(filter) => {
                self.expressions(&filter.expr);
                self.arguments(&filter.args);
            }
            Expr::Test(test) => {
                self.expression(&test.expr);
                self.arguments(&test.args);
            }
            Expr::GetAttr(attribute) => self.expression(&attribute.expr),
            Expr::GetItem(item) => self.expressions([&item.expr, &item.subscript_expr]),
            Expr::Call(call) => {
                self.expression(&call.expr);
                self.arguments(&call.args);
            }
            Expr::List(list) => self.expressions(&list.items),
            Expr::Tuple(tuple) => self.expressions(&tuple.items),
            Expr::Map(map) => self.expressions(map.keys.iter().zip(&map.values).flat_map(|(key, value)| [key, value])),
        }
    }

    fn arguments(&mut self, arguments: &[CallArg<'a>]) {
        self.expressions(arguments.iter().map(|argument| match argument {
            CallArg::Pos(value) | CallArg::Kwarg(_, value) | CallArg::PosSplat(value) | CallArg::KwargSplat(value) => {
                value
            }
        }));
    }

    fn name(&mut self, name: &'a str, span: minijinja::machinery::Span) {
        if !self.bound.contains(&name) && !FUNCTIONS.contains(&name) {
            self.free.push(NameUse { name, range: span.start_offset as usize..span.end_offset as usize });
        }
    }
}
