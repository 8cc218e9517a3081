//! Evaluates what is plain without starting the machine: names, constants, attributes, comparisons and `if`.
//!
//! Most holes are that, and the machine takes longer to start than such a hole to evaluate. Everything here means what the
//! machine means by it. What is not fast_path, has no value or goes wrong gives nothing, and the machine decides, which has the
//! words for it too.

use std::fmt::Write as _;

use minijinja::value::{Value, ValueKind};

use crate::expr::Program;
use crate::expr::syntax::{BinOpKind, CompareOpKind, Expr, Stmt, UnaryOpKind};

use super::eval::{MAX_MESSAGE_BYTES, VALUE_MARK};

/// The value of a program that is one expression.
pub(super) fn value(program: &Program, scope: &Value) -> Option<Value> {
    expression(program.tree().whole()?, scope)
}

/// The text that comes out. `is_link`: every value stands behind a [`VALUE_MARK`].
pub(super) fn text(program: &Program, scope: &Value, is_link: bool) -> Option<String> {
    let mut text = Plain { out: String::with_capacity(2 * program.source().len()), is_link };
    text.statements(program.tree().statements(), scope)?;
    (text.out.len() <= MAX_MESSAGE_BYTES).then_some(text.out)
}

struct Plain {
    out: String,
    is_link: bool,
}

impl Plain {
    fn statements(&mut self, statements: &[Stmt<'_>], scope: &Value) -> Option<()> {
        statements.iter().try_for_each(|statement| match statement {
            Stmt::EmitRaw(raw) => {
                self.out.push_str(raw.raw);
                Some(())
            }
            Stmt::EmitExpr(emit) => self.emit(&expression(&emit.expr, scope)?),
            Stmt::IfCond(condition) if expression(&condition.expr, scope)?.is_true() => {
                self.statements(&condition.true_body, scope)
            }
            Stmt::IfCond(condition) => self.statements(&condition.false_body, scope),
            _ => None,
        })
    }

    fn emit(&mut self, value: &Value) -> Option<()> {
        match value.kind() {
            ValueKind::String => self.push(value.as_str()?),
            ValueKind::Number => self.push(&value.to_string()),
            _ => None,
        }
    }

    fn push(&mut self, text: &str) -> Option<()> {
        if self.is_link {
            write!(self.out, "{VALUE_MARK}{}:", text.len()).ok()?;
        }
        self.out.push_str(text);
        Some(())
    }
}

fn expression(expression: &Expr<'_>, scope: &Value) -> Option<Value> {
    let value = match expression {
        Expr::Const(constant) => constant.value.clone(),
        Expr::Var(name) => scope.get_attr(name.id).ok()?,
        Expr::GetAttr(attribute) => self::expression(&attribute.expr, scope)?.get_attr(attribute.name).ok()?,
        Expr::UnaryOp(operation) if matches!(operation.op, UnaryOpKind::Not) => {
            Value::from(!self::expression(&operation.expr, scope)?.is_true())
        }
        Expr::BinOp(operation) => {
            let left = self::expression(&operation.left, scope)?;
            // The right side is looked at only where it matters: it may be undefined else.
            match operation.op {
                BinOpKind::ScAnd if !left.is_true() => left,
                BinOpKind::ScOr if left.is_true() => left,
                BinOpKind::ScAnd | BinOpKind::ScOr => self::expression(&operation.right, scope)?,
                _ => return None,
            }
        }
        Expr::Compare(comparison) => {
            let [operation] = comparison.ops.as_slice() else { return None };
            let (left, right) = (self::expression(&comparison.expr, scope)?, self::expression(&operation.expr, scope)?);
            Value::from(match operation.op {
                CompareOpKind::Eq => left == right,
                CompareOpKind::Ne => left != right,
                CompareOpKind::Lt => left < right,
                CompareOpKind::Lte => left <= right,
                CompareOpKind::Gt => left > right,
                CompareOpKind::Gte => left >= right,
                CompareOpKind::In | CompareOpKind::NotIn => return None,
            })
        }
        _ => return None,
    };
    (!value.is_undefined()).then_some(value)
}
