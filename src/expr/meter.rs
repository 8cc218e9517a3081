//! Puts a meter on everything that can grow.
//!
//! MiniJinja's fuel bounds the number of instructions, not how much one of them makes: `{% set x = x ~ x %}` doubles, a
//! loop repeats its literal text. So the program that runs is a copy of the author's tree in which each result of such an
//! operation passes through the filter [`METER`], and literal text in a loop is written as a value, which the
//! formatter counts. The spans are the author's; `names`, `link` and the rules read the tree as it was written.

use minijinja::Value;
use minijinja::machinery::ast::{
    BinOp, BinOpKind, Call, CallArg, Compare, CompareOp, Const, EmitExpr, EmitRaw, Expr, Filter, FilterBlock, ForLoop,
    GetAttr, GetItem, IfCond, IfExpr, List, Map, Set, SetBlock, Slice, Spanned, Stmt, Test, Tuple, UnaryOp,
    UnaryOpKind, Var, WithBlock,
};

use super::{METER, STEP};

/// The same statement with meters. `in_loop`: whether it may run more than once.
pub(super) fn statement<'a>(statement: &Stmt<'a>, in_loop: bool) -> Stmt<'a> {
    let block = |body: &[Stmt<'a>]| statements(body, in_loop);
    match statement {
        Stmt::EmitExpr(emit) => Stmt::EmitExpr(Spanned::new(EmitExpr { expr: expression(&emit.expr) }, emit.span())),
        Stmt::EmitRaw(raw) if in_loop => {
            let text =
                Expr::Const(Spanned::new(Const { value: Value::from_safe_string(raw.raw.to_owned()) }, raw.span()));
            Stmt::EmitExpr(Spanned::new(EmitExpr { expr: text }, raw.span()))
        }
        Stmt::EmitRaw(raw) => Stmt::EmitRaw(Spanned::new(EmitRaw { raw: raw.raw }, raw.span())),
        Stmt::ForLoop(each) => Stmt::ForLoop(Spanned::new(
            ForLoop {
                target: target(&each.target),
                iter: expression(&each.iter),
                filter_expr: each.filter_expr.as_ref().map(expression),
                recursive: each.recursive,
                body: statements(&each.body, true),
                else_body: block(&each.else_body),
            },
            each.span(),
        )),
        Stmt::IfCond(condition) => Stmt::IfCond(Spanned::new(
            IfCond {
                expr: expression(&condition.expr),
                true_body: block(&condition.true_body),
                false_body: block(&condition.false_body),
            },
            condition.span(),
        )),
        Stmt::WithBlock(with) => Stmt::WithBlock(Spanned::new(
            WithBlock {
                assignments: with.assignments.iter().map(|(name, value)| (target(name), expression(value))).collect(),
                body: block(&with.body),
            },
            with.span(),
        )),
        Stmt::Set(set) => {
            Stmt::Set(Spanned::new(Set { target: target(&set.target), expr: expression(&set.expr) }, set.span()))
        }
        Stmt::SetBlock(set) => Stmt::SetBlock(Spanned::new(
            SetBlock {
                target: target(&set.target),
                filter: set.filter.as_ref().map(expression),
                body: block(&set.body),
            },
            set.span(),
        )),
        Stmt::FilterBlock(filter) => Stmt::FilterBlock(Spanned::new(
            FilterBlock {
                filter: expression(&filter.filter),
                filter_span: filter.filter_span,
                body: block(&filter.body),
            },
            filter.span(),
        )),
        // `subset` refuses what is left.
        Stmt::Template(_) | Stmt::AutoEscape(_) | Stmt::Do(_) => {
            Stmt::EmitRaw(Spanned::new(EmitRaw { raw: "" }, Default::default()))
        }
    }
}

fn statements<'a>(body: &[Stmt<'a>], in_loop: bool) -> Vec<Stmt<'a>> {
    body.iter().map(|child| statement(child, in_loop)).collect()
}

/// The same target of an assignment: no value, so nothing to measure.
fn target<'a>(expression: &Expr<'a>) -> Expr<'a> {
    let items = |items: &[Expr<'a>]| items.iter().map(target).collect();
    match expression {
        Expr::List(list) => Expr::List(Spanned::new(List { items: items(&list.items) }, list.span())),
        Expr::Tuple(tuple) => Expr::Tuple(Spanned::new(Tuple { items: items(&tuple.items) }, tuple.span())),
        other => copy(other),
    }
}

/// The same expression with meters.
pub(super) fn expression<'a>(expression: &Expr<'a>) -> Expr<'a> {
    let copied = copy(expression);
    let grows = match expression {
        Expr::BinOp(binary) => is_growing(binary.op),
        Expr::Filter(_) | Expr::List(_) | Expr::Tuple(_) | Expr::Map(_) => true,
        _ => false,
    };
    if grows { metered(copied) } else { copied }
}

fn is_growing(op: BinOpKind) -> bool {
    matches!(op, BinOpKind::Add | BinOpKind::Mul | BinOpKind::Concat)
}

fn metered(expression: Expr<'_>) -> Expr<'_> {
    let span = expression.span();
    Expr::Filter(Spanned::new(Filter { name: METER, expr: Some(expression), args: Vec::new() }, span))
}

/// The same node over children with meters.
fn copy<'a>(node: &Expr<'a>) -> Expr<'a> {
    let all = |items: &[Expr<'a>]| items.iter().map(expression).collect::<Vec<_>>();
    let maybe = |child: &Option<Expr<'a>>| child.as_ref().map(expression);
    match node {
        Expr::Var(name) => Expr::Var(Spanned::new(Var { id: name.id }, name.span())),
        Expr::Const(value) => Expr::Const(Spanned::new(Const { value: value.value.clone() }, value.span())),
        Expr::Slice(slice) => Expr::Slice(Spanned::new(
            Slice {
                expr: expression(&slice.expr),
                start: maybe(&slice.start),
                stop: maybe(&slice.stop),
                step: slice.step.as_ref().map(|step| {
                    let step = expression(step);
                    let span = step.span();
                    Expr::Filter(Spanned::new(Filter { name: STEP, expr: Some(step), args: Vec::new() }, span))
                }),
            },
            slice.span(),
        )),
        Expr::UnaryOp(unary) => {
            let is_not = matches!(unary.op, UnaryOpKind::Not);
            let op = if is_not { UnaryOpKind::Not } else { UnaryOpKind::Neg };
            Expr::UnaryOp(Spanned::new(UnaryOp { op, expr: expression(&unary.expr) }, unary.span()))
        }
        Expr::BinOp(binary) => {
            // An operand behind a meter is no constant: `"x" * 100000000` is not worked out while compiling.
            let left = expression(&binary.left);
            let left = if is_growing(binary.op) { metered(left) } else { left };
            Expr::BinOp(Spanned::new(BinOp { op: binary.op, left, right: expression(&binary.right) }, binary.span()))
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
            Filter { name: filter.name, expr: maybe(&filter.expr), args: arguments(&filter.args) },
            filter.span(),
        )),
        Expr::Test(test) => Expr::Test(Spanned::new(
            Test { name: test.name, expr: expression(&test.expr), args: arguments(&test.args) },
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
