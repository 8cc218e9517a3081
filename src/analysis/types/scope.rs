//! The types of names at a place, narrowed by the conditions around it.

use std::collections::HashMap;
use std::ops::{Not, Range};

use crate::expr::ast::{BinaryOp, Expr, ExprKind};
use crate::expr::{Constant, ConstantKind, FUNCTIONS};
use crate::source::Span;
use crate::template::Variables;

use super::filters::truthy;
use super::kinds::Kinds;
use super::missing_else::MissingElse;
use super::schema;
use super::ty::{Length, Type};

/// What is assumed about a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Assumption {
    Holds,
    Fails,
}

impl Not for Assumption {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Holds => Self::Fails,
            Self::Fails => Self::Holds,
        }
    }
}

/// The types of names at a place.
pub(super) struct TypeScope<'t> {
    variables: Option<&'t Variables>,
    declared: HashMap<&'t str, Type>,
    bound: Vec<Binding<'t>>,
    narrowed: Vec<(Path<'t>, Type)>,
    /// How many conditions are assumed.
    assumed: usize,
}

/// A name that is bound to a value.
struct Binding<'t> {
    name: &'t str,
    value: Bound,
    /// How many conditions are assumed where it is bound.
    assumed: usize,
}

/// What is known of the value of a name.
#[derive(Clone)]
pub(super) struct Bound {
    pub(super) known: Type,
    pub(super) origin: Origin,
    /// The bare numbers in it, if it is text that the template puts together.
    pub(super) numbers: Vec<Range<usize>>,
    /// The conditional expressions without `else` that it comes from, if it is undefined where one of them is.
    pub(super) missing_else: Vec<MissingElse>,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// It is declared, or calculated from what is declared.
    Declared,
    /// It is a constant, or the template counts it.
    Template,
}

/// A variable, or a value inside of one: `order.car.name`.
#[derive(Clone, Debug, PartialEq)]
struct Path<'t> {
    root: &'t str,
    /// Which binding of the name; `None` for a variable.
    binding: Option<usize>,
    keys: Vec<String>,
}

/// What the conditions around a place leave of types.
pub(super) struct Narrowings<'t>(Vec<(Path<'t>, Type)>);

/// A state of the scope to return to.
#[derive(Clone, Copy)]
pub(super) struct Checkpoint {
    bound: usize,
    narrowed: usize,
    assumed: usize,
}

impl From<Type> for Bound {
    fn from(known: Type) -> Self {
        Self { known, origin: Origin::Template, numbers: Vec::new(), missing_else: Vec::new() }
    }
}

impl Bound {
    /// Returns what is known of a value that is one or the other.
    pub(super) fn join(&self, other: &Self) -> Self {
        let is_declared = [self.origin, other.origin].contains(&Origin::Declared);
        Self {
            known: self.known.join(&other.known),
            origin: if is_declared { Origin::Declared } else { Origin::Template },
            numbers: self.numbers.iter().chain(&other.numbers).cloned().collect(),
            // What is missing after one branch need not be used then.
            missing_else: Vec::new(),
        }
    }
}

impl<'t> TypeScope<'t> {
    pub(super) fn new(variables: Option<&'t Variables>) -> Self {
        Self { variables, declared: HashMap::new(), bound: Vec::new(), narrowed: Vec::new(), assumed: 0 }
    }

    pub(super) fn checkpoint(&self) -> Checkpoint {
        Checkpoint { bound: self.bound.len(), narrowed: self.narrowed.len(), assumed: self.assumed }
    }

    pub(super) fn restore(&mut self, checkpoint: Checkpoint) {
        self.bound.truncate(checkpoint.bound);
        self.narrowed.truncate(checkpoint.narrowed);
        self.assumed = checkpoint.assumed;
    }

    /// Returns whether what has been assumed since leaves a value for everything.
    pub(super) fn is_possible_since(&self, checkpoint: Checkpoint) -> bool {
        self.narrowed[checkpoint.narrowed..].iter().all(|(_, known)| known.kinds != Kinds::NONE)
    }

    /// Forgets the conditions around, and returns them.
    pub(super) fn widen(&mut self) -> Narrowings<'t> {
        Narrowings(std::mem::take(&mut self.narrowed))
    }

    /// Remembers conditions that were forgotten.
    pub(super) fn narrow_again(&mut self, narrowings: Narrowings<'t>) {
        self.narrowed = narrowings.0;
    }

    pub(super) fn bind(&mut self, name: &'t str, value: impl Into<Bound>) {
        self.bound.push(Binding { name, value: value.into(), assumed: self.assumed });
    }

    /// Returns what has been bound since.
    pub(super) fn bound_since(&self, checkpoint: Checkpoint) -> Vec<(&'t str, Bound)> {
        self.bound[checkpoint.bound..].iter().map(|binding| (binding.name, binding.value.clone())).collect()
    }

    pub(super) fn is_bound(&self, name: &str) -> bool {
        self.bound(name).is_some()
    }

    /// Returns what a name is bound to; `None` for a variable.
    pub(super) fn bound(&self, name: &str) -> Option<&Bound> {
        self.bound.iter().rev().find(|binding| binding.name == name).map(|binding| &binding.value)
    }

    /// Returns the conditional expressions without `else` because of which a name is undefined here. Under a further
    /// condition it may be defined.
    pub(super) fn missing_else(&self, name: &str) -> &[MissingElse] {
        match self.bound.iter().rev().find(|binding| binding.name == name) {
            Some(binding) if binding.assumed == self.assumed => &binding.value.missing_else,
            _ => &[],
        }
    }

    /// Returns what is known of the value of a name.
    pub(super) fn value(&mut self, name: &'t str) -> Bound {
        match self.bound(name) {
            Some(value) => value.clone(),
            None => Bound { origin: Origin::Declared, ..self.name(name).into() },
        }
    }

    /// Returns the type of a name, not narrowed.
    pub(super) fn name(&mut self, name: &'t str) -> Type {
        if let Some(value) = self.bound(name) {
            return value.known.clone();
        }
        if FUNCTIONS.contains(&name) {
            return Type::of(Kinds::OTHER);
        }
        match self.variables.and_then(|variables| variables.get(name)) {
            Some(variable) => self.declared.entry(name).or_insert_with(|| schema::type_of(&variable.schema)).clone(),
            None => Type::UNKNOWN,
        }
    }

    /// Returns the declaration of the variable to which an expression belongs.
    pub(super) fn declaration(&self, expression: &Expr<'t>) -> Option<Span> {
        let path = self.path(expression).filter(|path| path.binding.is_none())?;
        Some(self.variables?.get(path.root)?.key)
    }

    /// Returns what the conditions around leave of a type.
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
        match &expression.kind {
            ExprKind::Name(name) => {
                let binding = self.bound.iter().rposition(|binding| binding.name == *name);
                Some(Path { root: name, binding, keys: Vec::new() })
            }
            ExprKind::Attribute { of, name } => inside(of, name.text),
            ExprKind::Item { of, key } => inside(of, literal_text(key)?),
            _ => None,
        }
    }

    /// Returns the narrowed type of a path.
    fn known(&mut self, path: &Expr<'t>) -> Type {
        let known = match &path.kind {
            ExprKind::Name(name) => self.name(name),
            ExprKind::Attribute { of, name } => super::filters::attribute(&self.known(of), name.text),
            ExprKind::Item { of, key } => match literal_text(key) {
                Some(key) => super::filters::attribute(&self.known(of), key),
                None => Type::UNKNOWN,
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

    /// Assumes from here on that the condition holds, or that it fails.
    pub(super) fn assume(&mut self, condition: &Expr<'t>, assumed: Assumption) {
        self.assumed += 1;
        match &condition.kind {
            ExprKind::Not(of) => self.assume(of, !assumed),
            ExprKind::Binary { op, left, right } => match (op, assumed) {
                (BinaryOp::And, Assumption::Holds) | (BinaryOp::Or, Assumption::Fails) => {
                    self.assume(left, assumed);
                    self.assume(right, assumed);
                }
                (BinaryOp::Eq, _) => self.assume_equal(left, right, assumed),
                (BinaryOp::Ne, _) => self.assume_equal(left, right, !assumed),
                (op, _) => self.assume_order(*op, left, right, assumed),
            },
            ExprKind::Test { of, name, arguments } if arguments.is_empty() => {
                let (yes, no) = tested(name.text);
                self.narrow(of, |known| known.only(if assumed == Assumption::Holds { yes } else { no }));
            }
            ExprKind::Filter { input: Some(list), name, .. }
                if assumed == Assumption::Holds && is_length(name.text) =>
            {
                self.narrow(list, |known| truthy(&known));
            }
            _ if assumed == Assumption::Holds => self.narrow(condition, |known| truthy(&known)),
            _ => {}
        }
    }

    fn assume_equal(&mut self, left: &Expr<'t>, right: &Expr<'t>, assumed: Assumption) {
        let Some(value) = right.constant() else { return };
        if let (Some(count), Assumption::Holds) = (value.as_u64(), assumed) {
            self.assume_length(left, |_| Length { least: count, most: Some(count) });
        }
        let (yes, no) = match value.kind() {
            ConstantKind::Null => (Kinds::NULL, !Kinds::NULL),
            ConstantKind::Text => (Kinds::TEXT, Kinds::ALL),
            // For MiniJinja `true` equals 1.
            ConstantKind::Boolean | ConstantKind::Integer | ConstantKind::Float => {
                (Kinds::BOOLEAN | Kinds::NUMBER, Kinds::ALL)
            }
            ConstantKind::List | ConstantKind::Mapping => return,
        };
        self.narrow(left, |known| known.only(if assumed == Assumption::Holds { yes } else { no }));
    }

    /// Assumes a comparison by order: `x | length < 4` bounds a list.
    fn assume_order(&mut self, op: BinaryOp, left: &Expr<'t>, right: &Expr<'t>, assumed: Assumption) {
        let Some(count) = right.constant().and_then(Constant::as_u64) else { return };
        let at_most = |most: u64| {
            move |length: Length| Length { most: Some(length.most.map_or(most, |m| m.min(most))), ..length }
        };
        let at_least = |least: u64| move |length: Length| Length { least: length.least.max(least), ..length };
        match (op, assumed) {
            (BinaryOp::Lt, Assumption::Holds) | (BinaryOp::Gte, Assumption::Fails) => {
                self.assume_length(left, at_most(count.saturating_sub(1)));
            }
            (BinaryOp::Lte, Assumption::Holds) | (BinaryOp::Gt, Assumption::Fails) => {
                self.assume_length(left, at_most(count));
            }
            (BinaryOp::Gt, Assumption::Holds) | (BinaryOp::Lte, Assumption::Fails) => {
                self.assume_length(left, at_least(count.saturating_add(1)));
            }
            (BinaryOp::Gte, Assumption::Holds) | (BinaryOp::Lt, Assumption::Fails) => {
                self.assume_length(left, at_least(count));
            }
            _ => {}
        }
    }

    fn assume_length(&mut self, counted: &Expr<'t>, change: impl FnOnce(Length) -> Length) {
        let ExprKind::Filter { input: Some(list), name, .. } = &counted.kind else { return };
        if is_length(name.text) {
            self.narrow(list, |known| known.with_length(change));
        }
    }
}

/// Returns the text of a string literal.
fn literal_text<'e>(expression: &'e Expr<'_>) -> Option<&'e str> {
    match &expression.kind {
        ExprKind::Literal(constant) => constant.as_str(),
        _ => None,
    }
}

fn is_length(filter: &str) -> bool {
    matches!(filter, "length" | "count")
}

/// Returns the kinds that can pass a test, and those that can fail it.
pub(super) fn tested(test: &str) -> (Kinds, Kinds) {
    let exactly = |kinds: Kinds| (kinds, !kinds);
    match test {
        "defined" => (!Kinds::UNDEFINED, Kinds::UNDEFINED),
        "undefined" => exactly(Kinds::UNDEFINED),
        "none" => exactly(Kinds::NULL),
        "string" => exactly(Kinds::TEXT),
        "boolean" => exactly(Kinds::BOOLEAN),
        "number" => exactly(Kinds::NUMBER | Kinds::BOOLEAN),
        "mapping" => (Kinds::MAPPING | Kinds::OTHER, !Kinds::MAPPING),
        // An integer may be written 5.0, and a slice of a list is iterable, but not a sequence.
        "integer" | "int" | "float" => (Kinds::NUMBER, Kinds::ALL),
        "true" | "false" => (Kinds::BOOLEAN, Kinds::ALL),
        "sequence" => (Kinds::LIST | Kinds::UNDEFINED | Kinds::OTHER, Kinds::ALL),
        "iterable" => (!(Kinds::NUMBER | Kinds::BOOLEAN), Kinds::NUMBER | Kinds::BOOLEAN | Kinds::OTHER),
        "odd" | "even" => (!Kinds::UNDEFINED, Kinds::ALL),
        _ => (Kinds::ALL, Kinds::ALL),
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::types::{Kinds, type_of};
    use crate::expr::Program;
    use crate::source::SourceFile;
    use crate::template::Template;

    #[test]
    fn conditions_narrow_types() {
        let declarations = "message: m
variables:
  a: { type: [string, integer, \"null\"] }
  xs: { type: array, maxItems: 9, items: { type: integer } }
  m: { type: object, properties: { k: { type: string } } }
";
        let template = Template::parse(&SourceFile::new("t.yaml", declarations)).expect("a document");
        let variables = template.variables.as_ref().expect("declarations");
        let known = |expression: &str| {
            let program = Program::expression(expression).expect(expression);
            // Without `else` the value can be undefined.
            format!("{:#}", type_of(&program, variables).without(Kinds::UNDEFINED))
        };
        let cases = [
            ("a", "a", "a string or an integer"),
            ("a", "not a", "a string, an integer or null"),
            ("a", "a is none", "null"),
            ("a", "a is not none", "a string or an integer"),
            ("a", "a == 'x'", "a string"),
            ("a", "a == 1 and a", "an integer"),
            ("a", "a != none", "a string or an integer"),
            ("a", "a is string or a is number", "a string, an integer or null"),
            ("a", "not (a is string or a is none)", "an integer"),
            ("m.k", "m.k", "a string"),
            ("m.k", "m['k'] is defined", "a string"),
            ("xs", "xs", "a list (1 to 9, each an integer)"),
            ("xs", "xs | length", "a list (1 to 9, each an integer)"),
            ("xs", "xs | length < 4", "a list (up to 3, each an integer)"),
            ("xs", "xs | length <= 4 and xs | length > 1", "a list (2 to 4, each an integer)"),
            ("xs", "xs | count == 2", "a list (2, each an integer)"),
            ("xs", "not xs | length < 4", "a list (4 to 9, each an integer)"),
            ("xs", "xs | length > 9", "never"),
        ];
        for (value, condition, expected) in cases {
            assert_eq!(known(&format!("{value} if {condition}")), expected, "{value} if {condition}");
        }
    }
}
