//! From the author's program to the one that runs, which verifies contracts and measures values.
//!
//! MiniJinja converts any value to text without an error. So each filter and test is called by the name of the function
//! that verifies its contract first (see [`library`](super::library)), and the operands of operators and slices pass
//! through filters that verify theirs: those of [`library::OPERATORS`], [`IN`], [`ITEM`], [`SLICE`] and [`BOUND`].
//! Comparisons in a chain, `a < b < c`, become pairs in an `and`: [`KEEP`] and [`KEPT`] pass on the operand that
//! two of them share.
//!
//! MiniJinja's fuel bounds how much a program does, but neither how deep values nest nor how they share each other:
//! `[x, x]`, repeated, makes a list of 2ⁿ items that takes n steps to make and for ever to write. So the result of
//! each operation that makes such values passes through the filter [`METER`], which measures the whole value.
//!
//! The spans are the author's. Most programs have no such operation and are compiled as they are.

use minijinja::Value;
use minijinja::machinery::ast::{
    BinOp, BinOpKind, Call, CallArg, Compare, CompareOpKind, Const, EmitExpr, EmitRaw, Expr, Filter, FilterBlock,
    ForLoop, GetAttr, GetItem, IfCond, IfExpr, List, Map, Set, SetBlock, Slice, Spanned, Stmt, Test, Tuple, UnaryOp,
    UnaryOpKind, Var, WithBlock,
};
use minijinja::machinery::{CodeGenerator, Span};

use super::ast::{self, BinaryOp, ExprKind, Tree};
use super::library::{self, Function};
use super::visit::{ProgramVisitor, walk_expression, walk_tree};
use super::{Constant, ConstantKind, lower};

/// The filter that measures values; no author can write this name.
pub(crate) const METER: &str = "(meter)";

/// The filter that a value passes through before it is assigned to an attribute of a namespace.
pub(crate) const STORE: &str = "(store)";

/// The filter that the step of a slice passes through: MiniJinja panics on some that go backwards.
pub(crate) const STEP: &str = "(step)";

/// The filter that calls the method `cycle`: MiniJinja panics if it has no arguments.
pub(crate) const CYCLE: &str = "(cycle)";

/// The filter that is `in`: it also refuses what cannot be searched for.
pub(crate) const IN: &str = "(operator-in)";

/// The filter that is `a[b]`.
pub(crate) const ITEM: &str = "(item)";

/// The filter that a value passes through before a part is cut out of it.
pub(crate) const SLICE: &str = "(slice-operand)";

/// The filter that a bound of a slice passes through.
pub(crate) const BOUND: &str = "(bound)";

/// The filter that keeps a value and passes it on.
pub(crate) const KEEP: &str = "(keep)";

/// The filter that returns the value that was kept last.
pub(crate) const KEPT: &str = "(kept)";

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
                ExprKind::Binary { op, .. } => has_contract(op),
                ExprKind::Chain { ref rest, .. } => rest.iter().any(|(op, _)| has_contract(*op)),
                ExprKind::Item { ref key, .. } => is_verified(key.constant()),
                ExprKind::Negate(_) => true,
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

fn has_contract(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::In | BinaryOp::NotIn) || library::operator(op).is_some()
}

/// Returns whether a key is verified when it is looked up. `constant`: its value, if that is known before.
fn is_verified(constant: Option<&Constant>) -> bool {
    constant.is_none_or(|key| key.kind() == ConstantKind::Boolean)
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
    call(name, expression, Vec::new(), span)
}

fn call<'a>(filter: &'static str, input: Expr<'a>, args: Vec<CallArg<'a>>, span: Span) -> Expr<'a> {
    Expr::Filter(Spanned::new(Filter { name: filter, expr: Some(input), args }, span))
}

/// Makes an operation of operands that are instrumented.
fn operation<'a>(op: BinOpKind, left: Expr<'a>, right: Expr<'a>, span: Span) -> Expr<'a> {
    if matches!(op, BinOpKind::In) {
        return call(IN, left, vec![CallArg::Pos(right)], span);
    }
    // An operand behind a filter is no constant: `"x" * 100000000` is not worked out while compiling.
    let (left, right) = (operand_of(op, left), operand_of(op, right));
    Expr::BinOp(Spanned::new(BinOp { op, left, right }, span))
}

/// Makes an instrumented value an operand of an operator.
fn operand_of<'a>(op: BinOpKind, operand: Expr<'a>) -> Expr<'a> {
    match library::operator(lower::binary_op(op)) {
        Some(operator) => filtered(operator.checked, operand),
        None => operand,
    }
}

fn not<'a>(operand: Expr<'a>, span: Span) -> Expr<'a> {
    Expr::UnaryOp(Spanned::new(UnaryOp { op: UnaryOpKind::Not, expr: operand }, span))
}

/// Makes pairs of the comparisons in a chain: `a < b < c` becomes `a < keep(b) and kept() < c`.
fn chain<'a>(compare: &Compare<'a>, span: Span) -> Expr<'a> {
    let kept = || call(KEPT, Expr::Const(Spanned::new(Const { value: Value::from(()) }, span)), Vec::new(), span);
    let mut left = expression(&compare.expr);
    let mut all = None;
    for (index, next) in compare.ops.iter().enumerate() {
        let right = expression(&next.expr);
        let right = if index + 1 < compare.ops.len() { filtered(KEEP, right) } else { right };
        let pair = match next.op {
            CompareOpKind::Eq => operation(BinOpKind::Eq, left, right, span),
            CompareOpKind::Ne => operation(BinOpKind::Ne, left, right, span),
            CompareOpKind::Lt => operation(BinOpKind::Lt, left, right, span),
            CompareOpKind::Lte => operation(BinOpKind::Lte, left, right, span),
            CompareOpKind::Gt => operation(BinOpKind::Gt, left, right, span),
            CompareOpKind::Gte => operation(BinOpKind::Gte, left, right, span),
            CompareOpKind::In => operation(BinOpKind::In, left, right, span),
            CompareOpKind::NotIn => not(operation(BinOpKind::In, left, right, span), span),
        };
        all = Some(match all {
            Some(all) => Expr::BinOp(Spanned::new(BinOp { op: BinOpKind::ScAnd, left: all, right: pair }, span)),
            None => pair,
        });
        left = kept();
    }
    all.unwrap_or(left)
}

fn bound<'a>(bound: &Expr<'a>) -> Expr<'a> {
    filtered(BOUND, expression(bound))
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
                start: slice.start.as_ref().map(bound),
                stop: slice.stop.as_ref().map(bound),
                step: slice.step.as_ref().map(|step| filtered(STEP, bound(step))),
            },
            slice.span(),
        )),
        Expr::UnaryOp(unary) => {
            let operand = expression(&unary.expr);
            match unary.op {
                UnaryOpKind::Not => not(operand, unary.span()),
                UnaryOpKind::Neg => {
                    let unary_op = UnaryOp { op: UnaryOpKind::Neg, expr: operand_of(BinOpKind::Sub, operand) };
                    Expr::UnaryOp(Spanned::new(unary_op, unary.span()))
                }
            }
        }
        Expr::BinOp(binary) => operation(binary.op, expression(&binary.left), expression(&binary.right), binary.span()),
        Expr::Compare(compare) => chain(compare, compare.span()),
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
        Expr::GetItem(item) => {
            let (of, key) = (expression(&item.expr), expression(&item.subscript_expr));
            if is_verified(item.subscript_expr.as_const().map(Constant::new).as_ref()) {
                return call(ITEM, of, vec![CallArg::Pos(key)], item.span());
            }
            Expr::GetItem(Spanned::new(GetItem { expr: of, subscript_expr: key }, item.span()))
        }
        Expr::Call(called) => {
            if let Expr::GetAttr(method) = &called.expr
                && method.name == "cycle"
            {
                return call(CYCLE, expression(&method.expr), arguments(&called.args), called.span());
            }
            let copied = Call { expr: expression(&called.expr), args: arguments(&called.args) };
            Expr::Call(Spanned::new(copied, called.span()))
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
