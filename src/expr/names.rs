//! Which names a program takes from outside, and which filters, tests, functions and methods it calls.

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

/// A call of something by its name, whether or not there is such a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallUse<'a> {
    /// The name.
    pub name: &'a str,
    /// Where the name stands, in bytes of the text.
    pub range: Range<usize>,
    /// What is called.
    pub kind: Callee,
}

/// What can be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Callee {
    /// `x | name`, also `x | map("name")`
    Filter,
    /// `x is name`, also `x | select("name")`
    Test,
    /// `name(…)`, where the program itself does not bind the name.
    Function,
    /// `x.name(…)`
    Method,
}

/// Functions that are always there.
pub const FUNCTIONS: [&str; 3] = ["range", "dict", "namespace"];

/// What the walk over a program finds, in the order of the tree.
#[derive(Default)]
pub(super) struct Uses<'a> {
    /// Uses of names that are bound neither by `for`, `set` or `with`, nor functions, nor called.
    pub(super) free: Vec<NameUse<'a>>,
    pub(super) calls: Vec<CallUse<'a>>,
}

/// All that a program uses. `source`: the text that the tree was read from.
pub(super) fn uses<'a>(tree: &Tree<'a>, source: &'a str) -> Uses<'a> {
    let mut walk = Walk { source, bound: Vec::new(), uses: Uses::default() };
    match tree {
        Tree::Expression(expression) => walk.expression(expression),
        Tree::Text(_) => walk.statements(tree.statements()),
    }
    walk.uses
}

struct Walk<'a> {
    source: &'a str,
    bound: Vec<&'a str>,
    uses: Uses<'a>,
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
                self.call(filter.name, Callee::Filter);
                self.named(filter.name, &filter.args);
                self.arguments(&filter.args);
            }
            Expr::Test(test) => {
                self.expression(&test.expr);
                self.call(test.name, Callee::Test);
                self.arguments(&test.args);
            }
            Expr::GetAttr(attribute) => self.expression(&attribute.expr),
            Expr::GetItem(item) => self.expressions([&item.expr, &item.subscript_expr]),
            Expr::Call(call) => {
                self.callee(&call.expr);
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
            self.uses.free.push(NameUse { name, range: bytes(span) });
        }
    }

    fn callee(&mut self, callee: &Expr<'a>) {
        match callee {
            // A local name may stand for a function: `{% set f = range %}`. `loop` never does.
            Expr::Var(name) if name.id == "loop" || !self.bound.contains(&name.id) => {
                self.call(name.id, Callee::Function);
            }
            Expr::GetAttr(method) => {
                self.expression(&method.expr);
                let is_loop = matches!(&method.expr, Expr::Var(name) if name.id == "loop");
                if !(is_loop && LOOP_METHODS.contains(&method.name)) {
                    self.call(method.name, Callee::Method);
                }
            }
            other => self.expression(other),
        }
    }

    fn call(&mut self, name: &'a str, kind: Callee) {
        if let Some(range) = place(self.source, name) {
            self.uses.calls.push(CallUse { name, range, kind });
        }
    }

    /// Filters and tests that a filter is given by their names.
    fn named(&mut self, filter: &str, arguments: &[CallArg<'a>]) {
        let (index, kind) = match filter {
            "map" => (0, Callee::Filter),
            "select" | "reject" => (0, Callee::Test),
            "selectattr" | "rejectattr" => (1, Callee::Test),
            _ => return,
        };
        let Some(CallArg::Pos(Expr::Const(argument))) = arguments.get(index) else { return };
        let quoted = bytes(argument.span());
        let inside = quoted.start + 1..quoted.end.saturating_sub(1);
        let name = self.source.get(inside.clone()).unwrap_or_default();
        if argument.value.as_str() == Some(name) {
            self.uses.calls.push(CallUse { name, range: inside, kind });
        }
    }
}

/// The methods of `loop`.
const LOOP_METHODS: [&str; 2] = ["cycle", "changed"];

/// Where a name of the tree stands in the text: the tree borrows its names from there, and its spans hold more than the name.
pub(crate) fn place(source: &str, name: &str) -> Option<Range<usize>> {
    let start = name.as_ptr().addr().checked_sub(source.as_ptr().addr())?;
    let range = start..start + name.len();
    (source.get(range.clone()) == Some(name)).then_some(range)
}

fn bytes(span: minijinja::machinery::Span) -> Range<usize> {
    span.start_offset as usize..span.end_offset as usize
}
