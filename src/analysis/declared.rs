//! From an expression to the declaration of its values.

use minijinja::value::{Value, ValueKind};

use crate::expr::syntax::{BinOpKind, Expr, Spanned, Var};
use crate::expr::{FUNCTIONS, Program};
use crate::syntax::{Mapping, Node, Value as Yaml};
use crate::template::{Button, Condition, Repeat, Template, Variable, Variables};

use super::types::{self, Kinds};

/// Goes through the buttons of a template, each with the names at its place.
pub(super) fn each_button<'t>(template: &'t Template, mut take: impl FnMut(&Scope<'t>, &'t Button)) {
    let mut scope = Scope { variables: template.variables.as_ref(), ..Scope::default() };
    for grid in template.grids() {
        let around = scope.enter(None, grid.when.as_ref());
        for row in &grid.rows {
            let around = scope.enter(row.repeat.as_ref(), row.when.as_ref());
            for button in &row.buttons {
                let around = scope.enter(button.repeat.as_ref(), button.when.as_ref());
                take(&scope, button);
                scope.leave(around);
            }
            scope.leave(around);
        }
        scope.leave(around);
    }
}

/// What an expression gives, in each way that it can go.
pub(super) fn outcomes<'e, 't>(expression: &'e Expr<'t>) -> Vec<&'e Expr<'t>> {
    match expression {
        Expr::IfExpr(choice) => {
            let other = choice.false_expr.iter().flat_map(outcomes);
            outcomes(&choice.true_expr).into_iter().chain(other).collect()
        }
        Expr::BinOp(binary) if matches!(binary.op, BinOpKind::ScOr) => outcomes(&binary.right),
        _ => vec![expression],
    }
}

/// What a template says of the values of an expression.
#[derive(Clone)]
pub(super) struct Declared<'t> {
    /// The variable of which they are a part.
    pub(super) variable: &'t Variable,
    /// The schema of that part.
    pub(super) schema: &'t Node<'static>,
    /// Whether every value that the schema allows is a part of some value that the variable can have.
    pub(super) is_free: bool,
    /// The variable's name, and what `for` calls the parts on the way.
    names: Vec<&'t str>,
}

/// The names at a place of the template, and the conditions under which it is there.
#[derive(Default)]
pub(super) struct Scope<'t> {
    variables: Option<&'t Variables>,
    bound: Vec<(&'t str, Option<Declared<'t>>)>,
    conditions: Vec<Guard<'t>>,
}

/// An expression on which it depends whether a part of the template is there.
struct Guard<'t> {
    program: &'t Program,
    /// What `for` calls the items of the expression.
    binds: Option<&'t str>,
}

/// A point to return to.
#[derive(Clone, Copy)]
struct Mark {
    bound: usize,
    conditions: usize,
}

impl<'t> Scope<'t> {
    /// Goes into a part of the template.
    fn enter(&mut self, repeat: Option<&'t Repeat>, when: Option<&'t Condition>) -> Mark {
        let mark = Mark { bound: self.bound.len(), conditions: self.conditions.len() };
        if let Some(repeat) = repeat {
            let program = repeat.items.program.as_ref().ok();
            let items = program.and_then(|program| self.declaration(program.tree().whole()?, program));
            let item = items.and_then(|items| items.item(Some(&repeat.name)));
            self.bound.extend([(repeat.name.as_str(), item), ("loop", None)]);
            self.conditions.extend(program.map(|program| Guard { program, binds: Some(&repeat.name) }));
        }
        let program = when.and_then(|when| when.program.as_ref().ok());
        self.conditions.extend(program.map(|program| Guard { program, binds: None }));
        mark
    }

    /// Comes out of it again.
    fn leave(&mut self, mark: Mark) {
        self.bound.truncate(mark.bound);
        self.conditions.truncate(mark.conditions);
    }

    /// What is declared of an expression that is a name, or a part of what a name stands for.
    pub(super) fn declaration(&self, expression: &Expr<'t>, program: &'t Program) -> Option<Declared<'t>> {
        match expression {
            Expr::Var(name) => self.name(name, program),
            Expr::GetAttr(attribute) => self.declaration(&attribute.expr, program)?.property(attribute.name),
            Expr::GetItem(item) => {
                let of = self.declaration(&item.expr, program)?;
                let key = item.subscript_expr.as_const()?;
                match key.as_str() {
                    Some(name) => of.property(name),
                    None => key.as_i64().and_then(|_| of.item(None)),
                }
            }
            _ => None,
        }
    }

    fn name(&self, name: &Spanned<Var<'t>>, program: &'t Program) -> Option<Declared<'t>> {
        let start = name.span().start_offset as usize;
        if !program.names().iter().any(|used| used.name == name.id && used.range.start == start) {
            // The program's own.
            return None;
        }
        if let Some((_, declared)) = self.bound.iter().rev().find(|(bound, _)| *bound == name.id) {
            return declared.clone();
        }
        let variable = self.variables?.get(name.id).filter(|_| !FUNCTIONS.contains(&name.id))?;
        let (schema, names) = (&variable.schema, vec![variable.name.as_str()]);
        Some(Declared { variable, schema, is_free: is_plain(schema.as_mapping()), names })
    }

    /// Whether each of the values comes to a hole that has them: nothing else in the link, and no condition around, looks at
    /// them.
    pub(super) fn is_unguarded(&self, declared: &Declared<'t>, program: &Program) -> bool {
        let uses =
            |program: &Program| program.names().iter().filter(|used| declared.names.contains(&used.name)).count();
        let is_own = |guard: &&Guard<'_>| guard.binds.is_some_and(|name| declared.names.contains(&name));
        uses(program) == 1
            && self.conditions.iter().filter(|guard| !is_own(guard)).all(|guard| uses(guard.program) == 0)
    }
}

impl<'t> Declared<'t> {
    fn property(self, name: &str) -> Option<Self> {
        let properties = self.schema.as_mapping()?.get("properties")?.value.as_mapping()?;
        self.part(&properties.get(name)?.value, None)
    }

    /// What is declared of each item of what is surely a list, and perhaps null.
    fn item(self, name: Option<&'t str>) -> Option<Self> {
        let entries = self.schema.as_mapping()?;
        let is_list = types::type_of_schema(self.schema).kinds.is_within(Kinds::LIST | Kinds::NULL);
        let items = entries.get("items").filter(|_| is_list && entries.get("prefixItems").is_none())?;
        self.part(&items.value, name)
    }

    fn part(mut self, schema: &'t Node<'static>, name: Option<&'t str>) -> Option<Self> {
        self.names.extend(name);
        let has = |keyword: &str| self.schema.as_mapping().is_some_and(|schema| schema.get(keyword).is_some());
        let is_free = self.is_free && !has("enum") && !has("const") && is_plain(schema.as_mapping());
        Some(Self { schema, is_free, ..self })
    }
}

/// Whether a schema has only such keywords as leave each value of its `enum`, and all that is allowed inside, as it is.
fn is_plain(schema: Option<&Mapping<'_>>) -> bool {
    const KEYWORDS: [&str; 16] = [
        "$comment",
        "additionalProperties",
        "const",
        "default",
        "deprecated",
        "description",
        "enum",
        "examples",
        "items",
        "maxItems",
        "minItems",
        "properties",
        "required",
        "title",
        "type",
        "uniqueItems",
    ];
    schema.is_some_and(|schema| schema.entries.iter().all(|entry| KEYWORDS.contains(&&*entry.key.text)))
}

/// The values that a schema allows, and perhaps some that it does not, where it lists them.
pub(super) fn values<'n>(schema: &'n Node<'static>) -> Option<Vec<&'n Node<'static>>> {
    let entries = schema.as_mapping()?;
    let field = |keyword: &str| entries.get(keyword).map(|entry| &entry.value);
    let list = |keyword: &str| field(keyword).and_then(Node::as_sequence);
    let all = |keyword: &str| Some(list(keyword)?.iter().map(values).collect::<Option<Vec<_>>>()?.concat());
    field("const")
        .map(|value| vec![value])
        .or_else(|| Some(list("enum")?.iter().collect()))
        .or_else(|| all("anyOf"))
        .or_else(|| all("oneOf"))
        .or_else(|| list("allOf")?.iter().find_map(values))
}

/// What comes out of a value that is of one of the kinds, where it can stand in text.
pub(super) fn text_of(value: &Node<'_>, kinds: Kinds) -> Option<String> {
    match &value.value {
        Yaml::String(scalar) if kinds.meets(Kinds::TEXT) => Some(scalar.text.to_string()),
        Yaml::Number(number) if kinds.meets(Kinds::NUMBER) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(number) => written(&Value::from(number)),
            None => Some(number.to_string()),
        },
        _ => None,
    }
}

/// What comes out of a value, where it can stand in text.
pub(super) fn written(value: &Value) -> Option<String> {
    match value.kind() {
        ValueKind::String => value.as_str().map(str::to_owned),
        ValueKind::Number => Some(value.to_string()),
        _ => None,
    }
}
