//! Evaluates simple programs without starting MiniJinja's virtual machine: names, constants, attributes, comparisons
//! and `if`.
//!
//! Most programs are simple, and the machine takes longer to start than such a program to evaluate. Everything here
//! means what it means to the machine. For anything else, for undefined values and for errors the result is `None`,
//! and the machine decides and reports.

use std::fmt::Write as _;

use minijinja::value::{Value, ValueKind};

use crate::expr::Program;
use crate::expr::ast::{BinaryOp, Expr, ExprKind, Statement, StatementKind};

use super::eval::{Destination, MAX_MESSAGE_BYTES, VALUE_MARK};

/// Returns the value of a program that is one expression.
pub(super) fn value(program: &Program, scope: &Value) -> Option<Value> {
    expression(program.tree().whole()?, scope)
}

/// Returns the text that a program makes.
pub(super) fn text(program: &Program, scope: &Value, target: Destination) -> Option<String> {
    let mut writer = FastWriter { out: String::with_capacity(2 * program.source().len()), target };
    writer.statements(program.tree().statements(), scope)?;
    (writer.out.len() <= MAX_MESSAGE_BYTES).then_some(writer.out)
}

struct FastWriter {
    out: String,
    target: Destination,
}

impl FastWriter {
    fn statements(&mut self, statements: &[Statement<'_>], scope: &Value) -> Option<()> {
        statements.iter().try_for_each(|statement| match &statement.kind {
            StatementKind::Text(text) => {
                self.out.push_str(text);
                Some(())
            }
            StatementKind::Emit(emitted) => self.emit(&expression(emitted, scope)?),
            StatementKind::If { condition, yes, no } => {
                let branch = if expression(condition, scope)?.is_true() { yes } else { no };
                self.statements(branch, scope)
            }
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
        if self.target == Destination::Link {
            write!(self.out, "{VALUE_MARK}{}:", text.len()).ok()?;
        }
        self.out.push_str(text);
        Some(())
    }
}

fn expression(expression: &Expr<'_>, scope: &Value) -> Option<Value> {
    let value = match &expression.kind {
        ExprKind::Literal(constant) => constant.value().clone(),
        ExprKind::Name(name) => scope.get_attr(name).ok()?,
        ExprKind::Attribute { of, name } => self::expression(of, scope)?.get_attr(name.text).ok()?,
        ExprKind::Not(of) => Value::from(!self::expression(of, scope)?.is_true()),
        ExprKind::Binary { op, left, right } => {
            let left = self::expression(left, scope)?;
            // The right operand is evaluated only if it matters: it may be undefined.
            match op {
                BinaryOp::And if !left.is_true() => left,
                BinaryOp::Or if left.is_true() => left,
                BinaryOp::And | BinaryOp::Or => self::expression(right, scope)?,
                op => compare(*op, &left, &self::expression(right, scope)?)?,
            }
        }
        _ => return None,
    };
    (!value.is_undefined()).then_some(value)
}

fn compare(op: BinaryOp, left: &Value, right: &Value) -> Option<Value> {
    let is_boolean = |value: &Value| value.kind() == ValueKind::Bool;
    if op.is_order() && (is_boolean(left) || is_boolean(right)) {
        return None;
    }
    let holds = match op {
        BinaryOp::Eq => left == right,
        BinaryOp::Ne => left != right,
        BinaryOp::Lt => left < right,
        BinaryOp::Lte => left <= right,
        BinaryOp::Gt => left > right,
        BinaryOp::Gte => left >= right,
        _ => return None,
    };
    Some(Value::from(holds))
}

#[cfg(test)]
mod tests {
    use minijinja::Value;

    use super::super::eval::Destination;
    use crate::expr::Program;
    use crate::render::eval::Evaluator;

    /// Returns the text that the fast path makes, which must be the same as MiniJinja's.
    fn fast(text: &str) -> Option<String> {
        let scope = Value::from_pairs([
            ("name", Value::from("سمند")),
            ("price", Value::from(250_000)),
            ("ratio", Value::from(2.5)),
            ("none", Value::from(())),
            ("order", Value::from_pairs([("id", 7)])),
            ("tags", Value::from(vec!["a"])),
        ]);
        let program = Program::text(&format!("{text} ")).expect(text);
        let fast = super::text(&program, &scope, Destination::Text);
        if let Some(fast) = &fast {
            let slow = Evaluator::new().on_the_machine(&program, &scope).expect(text);
            assert_eq!(*fast, slow, "{text}");
        }
        fast.map(|fast| fast.trim_end().to_owned())
    }

    #[test]
    fn the_fast_path_evaluates_simple_programs_like_minijinja() {
        let cases = [
            ("{{ name }} {{ price }} {{ ratio }} {{ order.id }} {{ 'a' }}", Some("سمند 250000 2.5 7 a")),
            ("{% if price > 0 %}a{% elif ratio %}b{% else %}c{% endif %}", Some("a")),
            ("{% if price == 250000.0 and order.id != 8 %}a{% endif %}", Some("a")),
            ("{% if name > price %}a{% endif %}{% if ratio <= 2 %}b{% endif %}", Some("a")),
            ("{% if none or not price %}a{% else %}b{% endif %}", Some("b")),
            ("{{ name or order.note }}", Some("سمند")),
            ("{{ order.note }}", None),
            ("{{ none or order.note }}", None),
            ("{{ tags }}", None),
            ("{{ name | upper }}", None),
            ("{% for tag in tags %}{{ tag }}{% endfor %}", None),
        ];
        for (text, expected) in cases {
            assert_eq!(fast(text).as_deref(), expected, "{text}");
        }
    }
}
