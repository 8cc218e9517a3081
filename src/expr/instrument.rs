//! From the author's program to the one that runs, which verifies contracts and measures values.
//!
//! MiniJinja converts any value to text without an error. So each filter and test is called by the name of the function
//! that verifies its contract first (see [`library`](super::library)), and the operands of `~`, `in` and slices pass
//! through filters that refuse what is no text: [`CONCAT`], [`IN`] and [`SLICE`].
//!
//! MiniJinja's fuel bounds how much a program does, but neither how deep values nest nor how they share each other:
//! `[x, x]`, repeated, makes a list of 2ⁿ items that takes n steps to make and for ever to write. So the result of
//! each operation that makes such values passes through the filter [`METER`], which measures the whole value.
//!
//! The spans are the author's. Most programs have no such operation and are compiled as they are.

use minijinja::machinery::CodeGenerator;
use minijinja::machinery::ast::{
    BinOp, BinOpKind, Call, CallArg, Compare, CompareOp, Const, EmitExpr, EmitRaw, Expr, Filter, FilterBlock, ForLoop,
    GetAttr, GetItem, IfCond, IfExpr, List, Map, Set, SetBlock, Slice, Spanned, Stmt, Test, Tuple, UnaryOp,
    UnaryOpKind, Var, WithBlock,
};

use super::ast::{self, BinaryOp, ExprKind, Tree};
use super::library::{self, Function};
use super::visit::{ProgramVisitor, walk_expression, walk_tree};

/// The filter that measures values; no author can write this name.
pub(crate) const METER: &str = "(meter)";

/// The filter that a value passes through before it is assigned to an attribute of a namespace.
pub(crate) const STORE: &str = "(store)";

/// The filter that the step of a slice passes through: MiniJinja panics on some that go backwards.
pub(crate) const STEP: &str = "(step)";

/// The filter that calls the method `cycle`: MiniJinja panics if it has no arguments.
pub(crate) const CYCLE: &str = "(cycle)";

/// The filter that an operand of `~` passes through.
pub(crate) const CONCAT: &str = "(~)";

/// The filter that is `in`: it also refuses what cannot be searched for.
pub(crate) const IN: &str = "(operator-in)";

/// The filter that a value passes through before a part is cut out of it.
pub(crate) const SLICE: &str = "(slice-operand)";

/// Generates the instructions of a text. `tree`: the lowered `root`.
pub(super) fn compile_text<'a>(generator: &mut CodeGenerator<'a>, root: &Stmt<'a>, tree: &Tree<'_>) {
    let Stmt::Template(template) = root else { return };
    match template.children.as_slice() {
        [Stmt::EmitExpr(emit)] => compile_expression(generator, &emit.expr, tree),
        statements if is_instrumented(tree) => {
            statements.iter().for_each(|child| generator.compile_stmt(&statement(child)));
        }
        statements => statements.iter().for_each(|child| generator.compile_stmt(child)),
    }
}

/// Generates the instructions of an expression, which leave its value on the stack. `tree`: the lowered `root`.
pub(super) fn compile_expression<'a>(generator: &mut CodeGenerator<'a>, root: &Expr<'a>, tree: &Tree<'_>) {
    if is_instrumented(tree) {
        generator.compile_expr(&expression(root));
    } else {
        generator.compile_expr(root);
    }
}

/// Returns whether a program has an operation that has a contract, or whose result can grow.
fn is_instrumented(tree: &Tree<'_>) -> bool {
    struct OperationSearch(bool);
    impl<'a> ProgramVisitor<'a> for OperationSearch {
        fn expression(&mut self, expression: &ast::Expr<'a>) {
            self.0 |= match expression.kind {
                ExprKind::Binary { op, .. } => {
                    matches!(op, BinaryOp::Add | BinaryOp::Mul | BinaryOp::Concat | BinaryOp::In)
                }
                ExprKind::Filter { .. } | ExprKind::Test { .. } => true,
                ExprKind::Slice { .. } | ExprKind::List(_) | ExprKind::Map(_) => true,
                // `dict(a=x, b=x)`
                ExprKind::Call { .. } => true,
                _ => false,
            };
            walk_expression(self, expression);
        }
    }
    let mut search = OperationSearch(false);
    walk_tree(&mut search, tree);
    search.0
}

/// Copies a statement, instrumented.
fn statement<'a>(statement: &Stmt<'a>) -> Stmt<'a> {
    match statement {
        Stmt::EmitExpr(emit) => Stmt::EmitExpr(Spanned::new(EmitExpr { expr: expression(&emit.expr) }, emit.span())),
        Stmt::EmitRaw(raw) => Stmt::EmitRaw(Spanned::new(EmitRaw { raw: raw.raw }, raw.span())),
        Stmt::ForLoop(each) => Stmt::ForLoop(Spanned::new(
            ForLoop {
                target: target(&each.target),
                iter: expression(&each.iter),
                filter_expr: each.filter_expr.as_ref().map(expression),
                recursive: each.recursive,
                body: statements(&each.body),
                else_body: statements(&each.else_body),
            },
            each.span(),
        )),
        Stmt::IfCond(condition) => Stmt::IfCond(Spanned::new(
            IfCond {
                expr: expression(&condition.expr),
                true_body: statements(&condition.true_body),
                false_body: statements(&condition.false_body),
            },
            condition.span(),
        )),
        Stmt::WithBlock(with) => Stmt::WithBlock(Spanned::new(
            WithBlock {
                assignments: with.assignments.iter().map(|(name, value)| (target(name), expression(value))).collect(),
                body: statements(&with.body),
            },
            with.span(),
        )),
        Stmt::Set(set) => {
            let value = expression(&set.expr);
            let value = if has_attribute(&set.target) { filtered(STORE, value) } else { value };
            Stmt::Set(Spanned::new(Set { target: target(&set.target), expr: value }, set.span()))
        }
        Stmt::SetBlock(set) => Stmt::SetBlock(Spanned::new(
            SetBlock {
                target: target(&set.target),
                filter: set.filter.as_ref().map(expression),
                body: statements(&set.body),
            },
            set.span(),
        )),
        Stmt::FilterBlock(filter) => Stmt::FilterBlock(Spanned::new(
            FilterBlock {
                filter: expression(&filter.filter),
                filter_span: filter.filter_span,
                body: statements(&filter.body),
            },
            filter.span(),
        )),
        // `lower` refuses the others.
        Stmt::Template(_) | Stmt::AutoEscape(_) | Stmt::Do(_) => {
            Stmt::EmitRaw(Spanned::new(EmitRaw { raw: "" }, Default::default()))
        }
    }
}

fn statements<'a>(body: &[Stmt<'a>]) -> Vec<Stmt<'a>> {
    body.iter().map(statement).collect()
}

/// Copies the target of an assignment, which makes no value.
fn target<'a>(expression: &Expr<'a>) -> Expr<'a> {
    let items = |items: &[Expr<'a>]| items.iter().map(target).collect();
    match expression {
        Expr::List(list) => Expr::List(Spanned::new(List { items: items(&list.items) }, list.span())),
        Expr::Tuple(tuple) => Expr::Tuple(Spanned::new(Tuple { items: items(&tuple.items) }, tuple.span())),
        other => copy(other),
    }
}

/// Copies an expression, instrumented.
fn expression<'a>(expression: &Expr<'a>) -> Expr<'a> {
    let copied = copy(expression);
    let grows = match expression {
        Expr::BinOp(binary) => is_growing(binary.op),
        Expr::Filter(_) | Expr::Slice(_) | Expr::List(_) | Expr::Tuple(_) | Expr::Map(_) => true,
        // `dict(a=x, b=x)`; a range is not a value in memory.
        Expr::Call(call) => !matches!(&call.expr, Expr::Var(name) if name.id == "range"),
        _ => false,
    };
    if grows { metered(copied) } else { copied }
}

fn is_growing(op: BinOpKind) -> bool {
    matches!(op, BinOpKind::Add | BinOpKind::Mul | BinOpKind::Concat)
}

/// Returns whether a target of an assignment is an attribute, or has one in it.
fn has_attribute(target: &Expr<'_>) -> bool {
    match target {
        Expr::List(list) => list.items.iter().any(has_attribute),
        Expr::Tuple(tuple) => tuple.items.iter().any(has_attribute),
        target => matches!(target, Expr::GetAttr(_)),
    }
}

fn metered(expression: Expr<'_>) -> Expr<'_> {
    filtered(METER, expression)
}

fn filtered<'a>(name: &'static str, expression: Expr<'a>) -> Expr<'a> {
    let span = expression.span();
    Expr::Filter(Spanned::new(Filter { name, expr: Some(expression), args: Vec::new() }, span))
}

/// Returns the name of the function that verifies the contract of a filter or a test.
fn checked(name: &str, find: impl Fn(&str) -> Option<&'static Function>) -> &str {
    find(name).map_or(name, |function| function.checked)
}

/// Copies a node over instrumented parts.
fn copy<'a>(node: &Expr<'a>) -> Expr<'a> {
    let all = |items: &[Expr<'a>]| items.iter().map(expression).collect::<Vec<_>>();
    let maybe = |child: &Option<Expr<'a>>| child.as_ref().map(expression);
    match node {
        Expr::Var(name) => Expr::Var(Spanned::new(Var { id: name.id }, name.span())),
        Expr::Const(value) => Expr::Const(Spanned::new(Const { value: value.value.clone() }, value.span())),
        Expr::Slice(slice) => Expr::Slice(Spanned::new(
            Slice {
                expr: filtered(SLICE, expression(&slice.expr)),
                start: maybe(&slice.start),
                stop: maybe(&slice.stop),
                step: slice.step.as_ref().map(|step| filtered(STEP, expression(step))),
            },
            slice.span(),
        )),
        Expr::UnaryOp(unary) => {
            let is_not = matches!(unary.op, UnaryOpKind::Not);
            let op = if is_not { UnaryOpKind::Not } else { UnaryOpKind::Neg };
            Expr::UnaryOp(Spanned::new(UnaryOp { op, expr: expression(&unary.expr) }, unary.span()))
        }
        Expr::BinOp(binary) => {
            let (left, right) = (expression(&binary.left), expression(&binary.right));
            // An operand behind a filter is no constant: `"x" * 100000000` is not worked out while compiling.
            let (left, right) = match binary.op {
                BinOpKind::In => {
                    let call = Filter { name: IN, expr: Some(left), args: vec![CallArg::Pos(right)] };
                    return Expr::Filter(Spanned::new(call, binary.span()));
                }
                BinOpKind::Concat => (filtered(CONCAT, left), filtered(CONCAT, right)),
                op if is_growing(op) => (metered(left), right),
                _ => (left, right),
            };
            Expr::BinOp(Spanned::new(BinOp { op: binary.op, left, right }, binary.span()))
        }
        Expr::Compare(compare) => {
            let ops = compare.ops.iter().map(|op| CompareOp { op: op.op, expr: expression(&op.expr) }).collect();
            Expr::Compare(Spanned::new(Compare { expr: expression(&compare.expr), ops }, compare.span()))
        }
        Expr::IfExpr(choice) => Expr::IfExpr(Spanned::new(
            IfExpr {
                test_expr: expression(&choice.test_expr),
                true_expr: expression(&choice.true_expr),
                false_expr: maybe(&choice.false_expr),
            },
            choice.span(),
        )),
        Expr::Filter(filter) => Expr::Filter(Spanned::new(
            Filter {
                name: checked(filter.name, library::filter),
                expr: maybe(&filter.expr),
                args: arguments(&filter.args),
            },
            filter.span(),
        )),
        Expr::Test(test) => Expr::Test(Spanned::new(
            Test { name: checked(test.name, library::test), expr: expression(&test.expr), args: arguments(&test.args) },
            test.span(),
        )),
        Expr::GetAttr(attribute) => Expr::GetAttr(Spanned::new(
            GetAttr { expr: expression(&attribute.expr), name: attribute.name },
            attribute.span(),
        )),
        Expr::GetItem(item) => Expr::GetItem(Spanned::new(
            GetItem { expr: expression(&item.expr), subscript_expr: expression(&item.subscript_expr) },
            item.span(),
        )),
        Expr::Call(call) => {
            if let Expr::GetAttr(method) = &call.expr
                && method.name == "cycle"
            {
                let (object, arguments) = (expression(&method.expr), arguments(&call.args));
                return Expr::Filter(Spanned::new(
                    Filter { name: CYCLE, expr: Some(object), args: arguments },
                    call.span(),
                ));
            }
            Expr::Call(Spanned::new(Call { expr: expression(&call.expr), args: arguments(&call.args) }, call.span()))
        }
        Expr::List(list) => Expr::List(Spanned::new(List { items: all(&list.items) }, list.span())),
        Expr::Tuple(tuple) => Expr::Tuple(Spanned::new(Tuple { items: all(&tuple.items) }, tuple.span())),
        Expr::Map(map) => Expr::Map(Spanned::new(Map { keys: all(&map.keys), values: all(&map.values) }, map.span())),
    }
}

fn arguments<'a>(arguments: &[CallArg<'a>]) -> Vec<CallArg<'a>> {
    let copy = |argument: &CallArg<'a>| match argument {
        CallArg::Pos(value) => CallArg::Pos(expression(value)),
        CallArg::Kwarg(name, value) => CallArg::Kwarg(name, expression(value)),
        CallArg::PosSplat(value) => CallArg::PosSplat(expression(value)),
        CallArg::KwargSplat(value) => CallArg::KwargSplat(expression(value)),
    };
    arguments.iter().map(copy).collect()
}
