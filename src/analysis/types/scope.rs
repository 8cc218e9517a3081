//! What names mean, and what the conditions around a place say of them.

use std::collections::HashMap;

use minijinja::value::ValueKind;

use crate::expr::FUNCTIONS;
use crate::expr::syntax::{BinOpKind, Expr, UnaryOpKind};
use crate::source::Span;
use crate::template::Variables;

use super::filters::truthy;
use super::schema;
use super::ty::{Kinds, Length, Type};

/// The names at a place.
pub(super) struct Scope<'t> {
    variables: Option<&'t Variables>,
    declared: HashMap<&'t str, Type>,
    bound: Vec<(&'t str, Type)>,
    narrowed: Vec<(Path<'t>, Type)>,
}

/// A variable, or a value inside of one: `order.car.name`.
#[derive(Clone, Debug, PartialEq)]
struct Path<'t> {
    root: &'t str,
    /// Which binding of the name; none for a variable.
    binding: Option<usize>,
    keys: Vec<String>,
}

/// A point to return to.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    bound: usize,
    narrowed: usize,
}

impl<'t> Scope<'t> {
    pub(super) fn new(variables: Option<&'t Variables>) -> Self {
        Self { variables, declared: HashMap::new(), bound: Vec::new(), narrowed: Vec::new() }
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { bound: self.bound.len(), narrowed: self.narrowed.len() }
    }

    pub(super) fn restore(&mut self, mark: Mark) {
        self.bound.truncate(mark.bound);
        self.narrowed.truncate(mark.narrowed);
    }

    pub(super) fn bind(&mut self, name: &'t str, known: Type) {
        self.bound.push((name, known));
    }

    /// What has been bound since.
    pub(super) fn bound_since(&self, mark: Mark) -> Vec<(&'t str, Type)> {
        self.bound[mark.bound..].to_vec()
    }

    pub(super) fn is_bound(&self, name: &str) -> bool {
        self.bound.iter().any(|(bound, _)| *bound == name)
    }

    /// What a name means, whatever the conditions say.
    pub(super) fn name(&mut self, name: &'t str) -> Type {
        if let Some((_, known)) = self.bound.iter().rev().find(|(bound, _)| *bound == name) {
            return known.clone();
        }
        if FUNCTIONS.contains(&name) {
            return Type::of(Kinds::OTHER);
        }
        match self.variables.and_then(|variables| variables.get(name)) {
            Some(variable) => self.declared.entry(name).or_insert_with(|| schema::type_of(&variable.schema)).clone(),
            None => Type::UNKNOWN,
        }
    }

    /// Where the variable is declared that an expression takes a value of.
    pub(super) fn declaration(&self, expression: &Expr<'t>) -> Option<Span> {
        let path = self.path(expression).filter(|path| path.binding.is_none())?;
        Some(self.variables?.get(path.root)?.key)
    }

    /// What the conditions around leave of a value.
    pub(super) fn narrowed(&self, expression: &Expr<'t>, known: Type) -> Type {
        if self.narrowed.is_empty() {
            return known;
        }
        let Some(path) = self.path(expression) else { return known };
        let found = self.narrowed.iter().rev().find(|(narrowed, _)| *narrowed == path);
        found.map_or(known, |(_, narrowed)| narrowed.clone())
    }

    fn path(&self, expression: &Expr<'t>) -> Option<Path<'t>> {
        let inside = |of: &Expr<'t>, key: &str| {
            let mut path = self.path(of)?;
            path.keys.push(key.to_owned());
            Some(path)
        };
        match expression {
            Expr::Var(name) => {
                let binding = self.bound.iter().rposition(|(bound, _)| *bound == name.id);
                Some(Path { root: name.id, binding, keys: Vec::new() })
            }
            Expr::GetAttr(attribute) => inside(&attribute.expr, attribute.name),
            Expr::GetItem(item) => match &item.subscript_expr {
                Expr::Const(key) => inside(&item.expr, key.value.as_str()?),
                _ => None,
            },
            _ => None,
        }
    }

    /// The type of a value inside of a variable.
    fn known(&mut self, path: &Expr<'t>) -> Type {
        let known = match path {
            Expr::Var(name) => self.name(name.id),
            Expr::GetAttr(attribute) => super::filters::attribute(&self.known(&attribute.expr), attribute.name),
            Expr::GetItem(item) => match &item.subscript_expr {
                Expr::Const(key) => {
                    super::filters::attribute(&self.known(&item.expr), key.value.as_str().unwrap_or_default())
                }
                _ => Type::UNKNOWN,
            },
            _ => Type::UNKNOWN,
        };
        self.narrowed(path, known)
    }

    fn narrow(&mut self, expression: &Expr<'t>, change: impl FnOnce(Type) -> Type) {
        if let Some(path) = self.path(expression) {
            let known = self.known(expression);
            self.narrowed.push((path, change(known)));
        }
    }

    /// From here on the condition holds, or does not.
    pub(super) fn assume(&mut self, condition: &Expr<'t>, holds: bool) {
        match condition {
            Expr::UnaryOp(unary) if matches!(unary.op, UnaryOpKind::Not) => self.assume(&unary.expr, !holds),
            Expr::BinOp(binary) => match (binary.op, holds) {
                (BinOpKind::ScAnd, true) | (BinOpKind::ScOr, false) => {
                    self.assume(&binary.left, holds);
                    self.assume(&binary.right, holds);
                }
                (BinOpKind::Eq, _) => self.assume_equal(&binary.left, &binary.right, holds),
                (BinOpKind::Ne, _) => self.assume_equal(&binary.left, &binary.right, !holds),
                (op, _) => self.assume_order(op, &binary.left, &binary.right, holds),
            },
            Expr::Test(test) if test.args.is_empty() => {
                let (yes, no) = tested(test.name);
                self.narrow(&test.expr, |known| known.only(if holds { yes } else { no }));
            }
            Expr::Filter(filter) if holds && is_length(filter.name) => {
                if let Some(list) = &filter.expr {
                    self.narrow(list, |known| truthy(&known));
                }
            }
            path if holds => self.narrow(path, |known| truthy(&known)),
            _ => {}
        }
    }

    fn assume_equal(&mut self, left: &Expr<'t>, right: &Expr<'t>, holds: bool) {
        let Some(value) = right.as_const() else { return };
        if let (Some(count), true) = (value.as_usize(), holds) {
            self.assume_length(left, |_| Length::exactly(count));
        }
        let (yes, no) = match value.kind() {
            ValueKind::None => (Kinds::NULL, !Kinds::NULL),
            ValueKind::String => (Kinds::TEXT, Kinds::ALL),
            // To MiniJinja `true` is 1.
            ValueKind::Bool | ValueKind::Number => (Kinds::BOOLEAN | Kinds::NUMBER, Kinds::ALL),
            _ => return,
        };
        self.narrow(left, |known| known.only(if holds { yes } else { no }));
    }

    /// `x | length < 4` bounds a list.
    fn assume_order(&mut self, op: BinOpKind, left: &Expr<'t>, right: &Expr<'t>, holds: bool) {
        let Some(count) = right.as_const().and_then(|value| value.as_usize()) else { return };
        let count = count as u64;
        let at_most = |most: u64| {
            move |length: Length| Length { most: Some(length.most.map_or(most, |m| m.min(most))), ..length }
        };
        let at_least = |least: u64| move |length: Length| Length { least: length.least.max(least), ..length };
        match (op, holds) {
            (BinOpKind::Lt, true) | (BinOpKind::Gte, false) => {
                self.assume_length(left, at_most(count.saturating_sub(1)));
            }
            (BinOpKind::Lte, true) | (BinOpKind::Gt, false) => self.assume_length(left, at_most(count)),
            (BinOpKind::Gt, true) | (BinOpKind::Lte, false) => self.assume_length(left, at_least(count + 1)),
            (BinOpKind::Gte, true) | (BinOpKind::Lt, false) => self.assume_length(left, at_least(count)),
            _ => {}
        }
    }

    fn assume_length(&mut self, counted: &Expr<'t>, change: impl FnOnce(Length) -> Length) {
        let Expr::Filter(filter) = counted else { return };
        if let Some(list) = filter.expr.as_ref().filter(|_| is_length(filter.name)) {
            self.narrow(list, |known| known.with_length(change));
        }
    }
}

fn is_length(filter: &str) -> bool {
    matches!(filter, "length" | "count")
}

/// The kinds that pass a test, and those that do not.
fn tested(test: &str) -> (Kinds, Kinds) {
    let exactly = |kinds: Kinds| (kinds, !kinds);
    match test {
        "defined" => (!Kinds::UNDEFINED, Kinds::UNDEFINED),
        "undefined" => exactly(Kinds::UNDEFINED),
        "none" => exactly(Kinds::NULL),
        "string" => exactly(Kinds::TEXT),
        "boolean" => exactly(Kinds::BOOLEAN),
        "number" => exactly(Kinds::NUMBER | Kinds::BOOLEAN),
        "mapping" => (Kinds::MAPPING | Kinds::OTHER, !Kinds::MAPPING),
        // An integer may be written 5.0, and part of a list is iterable, not a sequence.
        "integer" | "int" | "float" => (Kinds::NUMBER, Kinds::ALL),
        "true" | "false" => (Kinds::BOOLEAN, Kinds::ALL),
        "sequence" => (Kinds::LIST | Kinds::UNDEFINED | Kinds::OTHER, Kinds::ALL),
        "iterable" => (!(Kinds::NUMBER | Kinds::BOOLEAN), Kinds::NUMBER | Kinds::BOOLEAN | Kinds::OTHER),
        "odd" | "even" => (!Kinds::UNDEFINED, Kinds::ALL),
        _ => (Kinds::ALL, Kinds::ALL),
    }
}
