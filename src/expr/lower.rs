//! From MiniJinja's syntax tree to [`ast`](super::ast): the subset of the language that templates may use, with exact
//! ranges.
//!
//! MiniJinja's names are slices of the source, so their positions are known. Only the ends of its spans are
//! reliable: many begin at the token before the expression. An expression that begins with an operand begins where that
//! operand does.

use std::ops::Range;

use minijinja::machinery::{Span, ast};

use super::ast::{
    Argument, ArgumentKind, BinaryOp, Expr, ExprKind, For, Name, SliceBounds, Statement, StatementKind, Target, Tree,
};
use super::{Constant, JinjaError, JinjaErrorKind, diagnose};

/// Statements that are a single word, which nobody calls a variable.
const STATEMENTS: [&str; 6] = ["else", "endif", "endfor", "endset", "endwith", "endfilter"];

/// Lowers the root statement of a text.
///
/// # Errors
/// The first statement that cannot be used in a message.
pub(super) fn text<'a>(root: &ast::Stmt<'a>, source: &'a str) -> Result<Tree<'a>, JinjaError> {
    let statements = match root {
        ast::Stmt::Template(template) => Lowering { source }.statements(&template.children)?,
        _ => Vec::new(),
    };
    Ok(Tree::Text(statements))
}

/// Lowers an expression.
pub(super) fn expression<'a>(root: &ast::Expr<'a>, source: &'a str) -> Tree<'a> {
    Tree::Expression(Lowering { source }.expression(root))
}

struct Lowering<'a> {
    /// The text from which the tree was parsed.
    source: &'a str,
}

impl<'a> Lowering<'a> {
    fn statements(&self, statements: &[ast::Stmt<'a>]) -> Result<Vec<Statement<'a>>, JinjaError> {
        let mut lowered = Vec::with_capacity(statements.len());
        for statement in statements {
            lowered.push(self.statement(statement)?);
        }
        Ok(lowered)
    }

    fn statement(&self, statement: &ast::Stmt<'a>) -> Result<Statement<'a>, JinjaError> {
        let unsupported = |span, name| {
            Err(JinjaError { kind: JinjaErrorKind::Unsupported(name), range: bytes(span), correction: None })
        };
        let (kind, span) = match statement {
            ast::Stmt::EmitRaw(raw) => {
                let range = self.place(raw.raw, raw.span());
                return Ok(Statement { kind: StatementKind::Text(raw.raw), range });
            }
            ast::Stmt::EmitExpr(emit) if let Some(error) = self.statement_in_braces(&emit.expr) => return Err(error),
            ast::Stmt::EmitExpr(emit) => (StatementKind::Emit(self.expression(&emit.expr)), emit.span()),
            ast::Stmt::ForLoop(each) if each.recursive => return unsupported(each.span(), "recursive"),
            ast::Stmt::ForLoop(each) => (StatementKind::For(self.for_loop(each)?), each.span()),
            ast::Stmt::IfCond(condition) => {
                let (yes, no) = (self.statements(&condition.true_body)?, self.statements(&condition.false_body)?);
                (StatementKind::If { condition: self.expression(&condition.expr), yes, no }, condition.span())
            }
            ast::Stmt::WithBlock(with) => {
                let assignment =
                    |(target, value): &(ast::Expr<'a>, ast::Expr<'a>)| (self.target(target), self.expression(value));
                let assignments = with.assignments.iter().map(assignment).collect();
                (StatementKind::With { assignments, body: self.statements(&with.body)? }, with.span())
            }
            ast::Stmt::Set(set) => {
                (StatementKind::Set { target: self.target(&set.target), value: self.expression(&set.expr) }, set.span())
            }
            ast::Stmt::SetBlock(set) => {
                let filter = set.filter.as_ref().map(|filter| self.expression(filter));
                let (target, body) = (self.target(&set.target), self.statements(&set.body)?);
                (StatementKind::SetBlock { target, filter, body }, set.span())
            }
            ast::Stmt::FilterBlock(block) => {
                let (filter, body) = (self.expression(&block.filter), self.statements(&block.body)?);
                (StatementKind::Filter { filter, body }, block.span())
            }
            ast::Stmt::AutoEscape(escape) => return unsupported(escape.span(), "autoescape"),
            ast::Stmt::Do(call) => return unsupported(call.span(), "do"),
            ast::Stmt::Template(nested) => return unsupported(nested.span(), "template"),
        };
        Ok(Statement { kind, range: bytes(span) })
    }

    /// Returns the error about a statement in the delimiters of an expression, which MiniJinja takes for a name.
    fn statement_in_braces(&self, expression: &ast::Expr<'a>) -> Option<JinjaError> {
        let ast::Expr::Var(name) = expression else { return None };
        let keyword = Some(name.id).filter(|name| STATEMENTS.contains(name))?;
        let range = self.place(keyword, name.span());
        let kind = JinjaErrorKind::StatementInBraces(keyword.to_owned());
        Some(diagnose::of_construct_at(self.source, range, kind))
    }

    fn for_loop(&self, each: &ast::ForLoop<'a>) -> Result<For<'a>, JinjaError> {
        Ok(For {
            target: self.target(&each.target),
            items: self.expression(&each.iter),
            filter: each.filter_expr.as_ref().map(|filter| self.expression(filter)),
            body: self.statements(&each.body)?,
            otherwise: self.statements(&each.else_body)?,
        })
    }

    fn target(&self, target: &ast::Expr<'a>) -> Target<'a> {
        match target {
            ast::Expr::Var(name) => Target::Name(self.name(name.id, name.span())),
            ast::Expr::List(list) => Target::List(list.items.iter().map(|part| self.target(part)).collect()),
            ast::Expr::Tuple(tuple) => Target::List(tuple.items.iter().map(|part| self.target(part)).collect()),
            other => Target::Attribute(self.expression(other)),
        }
    }

    fn expression(&self, expression: &ast::Expr<'a>) -> Expr<'a> {
        let kind = self.kind(expression);
        let range = self.range(expression, &kind);
        let folded = if is_foldable(&kind) { expression.as_const().map(Constant::new) } else { None };
        Expr { kind, range, folded }
    }

    fn boxed(&self, expression: &ast::Expr<'a>) -> Box<Expr<'a>> {
        Box::new(self.expression(expression))
    }

    fn kind(&self, expression: &ast::Expr<'a>) -> ExprKind<'a> {
        let all = |items: &[ast::Expr<'a>]| items.iter().map(|item| self.expression(item)).collect();
        let maybe = |part: &Option<ast::Expr<'a>>| part.as_ref().map(|part| self.boxed(part));
        match expression {
            ast::Expr::Var(name) => ExprKind::Name(name.id),
            ast::Expr::Const(constant) => ExprKind::Literal(Constant::new(constant.value.clone())),
            ast::Expr::Slice(slice) => ExprKind::Slice {
                of: self.boxed(&slice.expr),
                bounds: SliceBounds { start: maybe(&slice.start), stop: maybe(&slice.stop), step: maybe(&slice.step) },
            },
            ast::Expr::UnaryOp(unary) => match unary.op {
                ast::UnaryOpKind::Not => ExprKind::Not(self.boxed(&unary.expr)),
                ast::UnaryOpKind::Neg => ExprKind::Negate(self.boxed(&unary.expr)),
            },
            ast::Expr::BinOp(binary) => ExprKind::Binary {
                op: binary_op(binary.op),
                left: self.boxed(&binary.left),
                right: self.boxed(&binary.right),
            },
            ast::Expr::Compare(chain) => {
                let operand = |op: &ast::CompareOp<'a>| (comparison(op.op), self.expression(&op.expr));
                ExprKind::Chain { first: self.boxed(&chain.expr), rest: chain.ops.iter().map(operand).collect() }
            }
            ast::Expr::IfExpr(choice) => ExprKind::If {
                condition: self.boxed(&choice.test_expr),
                yes: self.boxed(&choice.true_expr),
                no: maybe(&choice.false_expr),
            },
            ast::Expr::Filter(filter) => ExprKind::Filter {
                input: maybe(&filter.expr),
                name: self.name(filter.name, filter.span()),
                arguments: self.arguments(&filter.args),
            },
            ast::Expr::Test(test) => ExprKind::Test {
                of: self.boxed(&test.expr),
                name: self.name(test.name, test.span()),
                arguments: self.arguments(&test.args),
            },
            ast::Expr::GetAttr(attribute) => ExprKind::Attribute {
                of: self.boxed(&attribute.expr),
                name: self.name(attribute.name, attribute.span()),
            },
            ast::Expr::GetItem(item) => {
                ExprKind::Item { of: self.boxed(&item.expr), key: self.boxed(&item.subscript_expr) }
            }
            ast::Expr::Call(call) => {
                ExprKind::Call { callee: self.boxed(&call.expr), arguments: self.arguments(&call.args) }
            }
            ast::Expr::List(list) => ExprKind::List(all(&list.items)),
            ast::Expr::Tuple(tuple) => ExprKind::List(all(&tuple.items)),
            ast::Expr::Map(map) => {
                let entry =
                    |(key, value): (&ast::Expr<'a>, &ast::Expr<'a>)| (self.expression(key), self.expression(value));
                ExprKind::Map(map.keys.iter().zip(&map.values).map(entry).collect())
            }
        }
    }

    fn arguments(&self, arguments: &[ast::CallArg<'a>]) -> Vec<Argument<'a>> {
        let argument = |argument: &ast::CallArg<'a>| {
            let (kind, value) = match argument {
                ast::CallArg::Pos(value) => (ArgumentKind::Positional, value),
                ast::CallArg::Kwarg(name, value) => (ArgumentKind::Keyword(self.name(name, value.span())), value),
                ast::CallArg::PosSplat(value) | ast::CallArg::KwargSplat(value) => (ArgumentKind::Splat, value),
            };
            Argument { kind, value: self.expression(value) }
        };
        arguments.iter().map(argument).collect()
    }

    fn name(&self, text: &'a str, span: Span) -> Name<'a> {
        Name { text, range: self.place(text, span) }
    }

    /// Returns the position of a slice of the source. If the parser returned a copy, its span would be the best that is
    /// known.
    fn place(&self, text: &str, span: Span) -> Range<usize> {
        let start = text.as_ptr().addr().checked_sub(self.source.as_ptr().addr());
        match start.filter(|start| start + text.len() <= self.source.len()) {
            Some(start) => start..start + text.len(),
            None => bytes(span),
        }
    }

    fn range(&self, expression: &ast::Expr<'a>, kind: &ExprKind<'a>) -> Range<usize> {
        let own = bytes(expression.span());
        let end = own.end.min(self.source.len());
        let start = match kind {
            ExprKind::Name(name) => return self.place(name, expression.span()),
            ExprKind::Attribute { of: first, .. }
            | ExprKind::Item { of: first, .. }
            | ExprKind::Slice { of: first, .. }
            | ExprKind::Binary { left: first, .. }
            | ExprKind::Chain { first, .. }
            | ExprKind::If { yes: first, .. }
            | ExprKind::Filter { input: Some(first), .. }
            | ExprKind::Test { of: first, .. }
            | ExprKind::Call { callee: first, .. } => first.range.start,
            ExprKind::Not(negated) if self.is_infix(negated) => negated.range.start,
            // A tuple without parentheses: `{% set pair = 1, 2 %}`.
            ExprKind::List(items) if !self.source[own.start.min(end)..end].starts_with(['[', '(']) => {
                items.first().map_or(own.start, |item| item.range.start)
            }
            _ => own.start,
        };
        self.with_parentheses(start.min(end)..end)
    }

    /// Returns whether a negation is written inside of what it negates: `a not in b`, `a is not b`.
    fn is_infix(&self, negated: &Expr<'a>) -> bool {
        let between = match &negated.kind {
            ExprKind::Binary { op: BinaryOp::In, left, right } => left.range.end..right.range.start,
            ExprKind::Test { of, name, .. } => of.range.end..name.range.start,
            _ => return false,
        };
        let operator = self.source.get(between).unwrap_or_default().trim_start_matches(')').trim();
        operator.strip_prefix("is").unwrap_or(operator).trim_start().starts_with("not")
    }

    /// Extends a range to the opening parentheses before it that are closed inside: its first operand can be in some.
    fn with_parentheses(&self, mut range: Range<usize>) -> Range<usize> {
        if !self.source[..range.start].trim_end().ends_with('(') {
            return range;
        }
        let mut missing = unopened(&self.source[range.clone()]);
        while missing > 0 {
            let Some(before) = self.source[..range.start].trim_end().strip_suffix('(') else { break };
            range.start = before.len();
            missing -= 1;
        }
        range
    }
}

/// Counts the closing parentheses without an opening one, outside of strings.
fn unopened(text: &str) -> usize {
    let (mut open, mut unopened) = (0_usize, 0);
    let mut quote = None;
    let mut is_escaped = false;
    for byte in text.bytes() {
        match (quote, byte) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(_), b'\\') => is_escaped = true,
            (Some(end), _) if byte == end => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'(') => open += 1,
            (None, b')') if open > 0 => open -= 1,
            (None, b')') => unopened += 1,
            _ => {}
        }
    }
    unopened
}

/// Returns whether an expression consists of constants. MiniJinja folds these while it compiles.
fn is_foldable(kind: &ExprKind<'_>) -> bool {
    let is_constant = |expression: &Expr<'_>| expression.constant().is_some();
    match kind {
        ExprKind::Not(of) | ExprKind::Negate(of) => is_constant(of),
        ExprKind::Binary { left, right, .. } => is_constant(left) && is_constant(right),
        ExprKind::Chain { first, rest } => is_constant(first) && rest.iter().all(|(_, operand)| is_constant(operand)),
        ExprKind::List(items) => items.iter().all(is_constant),
        ExprKind::Map(entries) => entries.iter().all(|(key, value)| is_constant(key) && is_constant(value)),
        _ => false,
    }
}

pub(super) fn binary_op(op: ast::BinOpKind) -> BinaryOp {
    match op {
        ast::BinOpKind::Eq => BinaryOp::Eq,
        ast::BinOpKind::Ne => BinaryOp::Ne,
        ast::BinOpKind::Lt => BinaryOp::Lt,
        ast::BinOpKind::Lte => BinaryOp::Lte,
        ast::BinOpKind::Gt => BinaryOp::Gt,
        ast::BinOpKind::Gte => BinaryOp::Gte,
        ast::BinOpKind::ScAnd => BinaryOp::And,
        ast::BinOpKind::ScOr => BinaryOp::Or,
        ast::BinOpKind::Add => BinaryOp::Add,
        ast::BinOpKind::Sub => BinaryOp::Sub,
        ast::BinOpKind::Mul => BinaryOp::Mul,
        ast::BinOpKind::Div => BinaryOp::Div,
        ast::BinOpKind::FloorDiv => BinaryOp::FloorDiv,
        ast::BinOpKind::Rem => BinaryOp::Rem,
        ast::BinOpKind::Pow => BinaryOp::Pow,
        ast::BinOpKind::Concat => BinaryOp::Concat,
        ast::BinOpKind::In => BinaryOp::In,
    }
}

fn comparison(op: ast::CompareOpKind) -> BinaryOp {
    match op {
        ast::CompareOpKind::Eq => BinaryOp::Eq,
        ast::CompareOpKind::Ne => BinaryOp::Ne,
        ast::CompareOpKind::Lt => BinaryOp::Lt,
        ast::CompareOpKind::Lte => BinaryOp::Lte,
        ast::CompareOpKind::Gt => BinaryOp::Gt,
        ast::CompareOpKind::Gte => BinaryOp::Gte,
        ast::CompareOpKind::In => BinaryOp::In,
        ast::CompareOpKind::NotIn => BinaryOp::NotIn,
    }
}

fn bytes(span: Span) -> Range<usize> {
    span.start_offset as usize..span.end_offset as usize
}

#[cfg(test)]
mod tests {
    use crate::expr::Program;
    use crate::expr::ast::{Expr, Statement, StatementKind};
    use crate::expr::visit::{ProgramVisitor, walk_expression, walk_statement, walk_tree};

    /// Returns the texts of all expressions, outer ones first.
    fn expressions(text: &str) -> Vec<String> {
        struct Texts<'t>(&'t str, Vec<String>);
        impl<'a> ProgramVisitor<'a> for Texts<'_> {
            fn expression(&mut self, expression: &Expr<'a>) {
                self.1.push(self.0[expression.range.clone()].to_owned());
                walk_expression(self, expression);
            }
        }
        let program = Program::text(text).expect(text);
        let mut texts = Texts(text, Vec::new());
        walk_tree(&mut texts, program.tree());
        texts.1
    }

    #[test]
    fn every_expression_has_its_exact_range() {
        let cases: [(&str, &[&str]); 22] = [
            ("{{ a.b }}", &["a.b", "a"]),
            ("{{a-1}}", &["a-1", "a", "1"]),
            ("{{ a + b * c }}", &["a + b * c", "a", "b * c", "b", "c"]),
            ("{{ (a + b) * c }}", &["(a + b) * c", "a + b", "a", "b", "c"]),
            ("{{ ((a) + b).c }}", &["((a) + b).c", "(a) + b", "a", "b"]),
            ("{{ (a) }}", &["a"]),
            ("{{ (a ~ ')').b }}", &["(a ~ ')').b", "a ~ ')'", "a", "')'"]),
            ("{{ a ~ ')' }}", &["a ~ ')'", "a", "')'"]),
            ("{{ a | b(c, d=e) | f }}", &["a | b(c, d=e) | f", "a | b(c, d=e)", "a", "c", "e"]),
            ("{{ not a }}", &["not a", "a"]),
            ("{{ a not in b }}", &["a not in b", "a not in b", "a", "b"]),
            ("{{ not a not in b }}", &["not a not in b", "a not in b", "a not in b", "a", "b"]),
            ("{{ not (a in b) }}", &["not (a in b)", "a in b", "a", "b"]),
            ("{{ a is not none }}", &["a is not none", "a is not none", "a"]),
            ("{{ not a is none }}", &["not a is none", "a is none", "a"]),
            ("{{ (a) is not divisibleby(2) }}", &["(a) is not divisibleby(2)", "(a) is not divisibleby(2)", "a", "2"]),
            ("{{ -a.b }}", &["-a.b", "a.b", "a"]),
            ("{{ 0 < a < 5 }}", &["0 < a < 5", "0", "a", "5"]),
            ("{{ a if b else c }}", &["a if b else c", "a", "b", "c"]),
            ("{{ a[b:][0].c(d) }}", &["a[b:][0].c(d)", "a[b:][0].c", "a[b:][0]", "a[b:]", "a", "b", "0", "d"]),
            (
                "{{ [a, (b, c)] ~ {'d': e} }}",
                &["[a, (b, c)] ~ {'d': e}", "[a, (b, c)]", "a", "(b, c)", "b", "c", "{'d': e}", "'d'", "e"],
            ),
            ("{% set a = 1, b %}", &["1, b", "1", "b"]),
        ];
        for (text, expected) in cases {
            assert_eq!(expressions(text), expected, "{text}");
        }
    }

    #[test]
    fn literal_text_has_its_exact_range() {
        struct Texts(Vec<String>);
        impl<'a> ProgramVisitor<'a> for Texts {
            fn statement(&mut self, statement: &Statement<'a>) {
                if let StatementKind::Text(text) = statement.kind {
                    self.0.push(format!("{}: {text}", statement.range.start));
                }
                walk_statement(self, statement);
            }
        }
        let program =
            Program::text("a {{- b }} c {%- if d %} e {% endif %}{% raw %} {{ f }}{% endraw %}").expect("a text");
        let mut texts = Texts(Vec::new());
        walk_tree(&mut texts, program.tree());
        assert_eq!(texts.0, ["0: a", "10:  c", "24:  e ", "47:  {{ f }}"]);
    }

    #[test]
    fn constants_are_folded() {
        let cases = [
            ("-1", Some("-1")),
            ("1 + 2 * 3", Some("7")),
            ("not 1 > 2", Some("True")),
            ("['a', 1]", Some("['a', 1]")),
            ("0 < 1 < 2", Some("True")),
            ("'x' * 100000", None),
            ("a + 1", None),
            ("1 / 0", None),
        ];
        for (text, expected) in cases {
            let program = Program::expression(text).expect(text);
            let constant = program.tree().whole().and_then(Expr::constant).map(|constant| format!("{constant:?}"));
            assert_eq!(constant.as_deref(), expected, "{text}");
        }
    }
}
