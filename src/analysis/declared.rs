//! From an expression to the declaration of its values.

use crate::expr::ast::{BinaryOp, Expr, ExprKind};
use crate::expr::{Constant, FUNCTIONS, Program};
use crate::syntax::{Mapping, Node, Value};
use crate::template::visit::Scope;
use crate::template::{Variable, Variables, as_declared};

use super::types::{self, Kinds};

/// Returns the values of an expression, one for each way that it can go.
pub(super) fn outcomes<'e, 't>(expression: &'e Expr<'t>) -> Vec<&'e Expr<'t>> {
    match &expression.kind {
        ExprKind::If { yes, no, .. } => {
            let no = no.iter().flat_map(|no| outcomes(no));
            outcomes(yes).into_iter().chain(no).collect()
        }
        ExprKind::Binary { op: BinaryOp::Or, right, .. } => outcomes(right),
        _ => vec![expression],
    }
}

/// What a template declares of the values of an expression.
#[derive(Clone)]
pub(super) struct Declared<'t> {
    /// The variable that they are a part of.
    pub(super) variable: &'t Variable,
    /// The schema of that part.
    pub(super) schema: &'t Node<'static>,
    /// Whether every value that the schema allows is a part of some value that the variable can have.
    pub(super) is_free: bool,
    /// The name of the variable, and the names that `for` gives to parts on the way.
    names: Vec<&'t str>,
}

/// Looks up declarations at a place of the template.
#[derive(Clone, Copy)]
pub(super) struct Declarations<'s, 't> {
    pub(super) variables: Option<&'t Variables>,
    pub(super) scope: &'s Scope<'t>,
}

impl<'t> Declarations<'_, 't> {
    /// Returns what is declared of an expression that is a name, or a part of the value of a name.
    pub(super) fn get(&self, expression: &Expr<'t>, program: &'t Program) -> Option<Declared<'t>> {
        match &expression.kind {
            ExprKind::Name(name) => {
                let is_free = program.names().iter().any(|used| used.range == expression.range);
                if is_free { self.name(name) } else { None }
            }
            ExprKind::Attribute { of, name } => self.get(of, program)?.property(name.text),
            ExprKind::Item { of, key } => {
                let of = self.get(of, program)?;
                let key = key.constant()?;
                match key.as_str() {
                    Some(name) => of.property(name),
                    None => key.as_i64().and_then(|_| of.item(None)),
                }
            }
            _ => None,
        }
    }

    /// Returns what is declared of a name that comes from outside of a program.
    fn name(&self, name: &str) -> Option<Declared<'t>> {
        for repeat in self.scope.repeats().rev() {
            if repeat.name == name {
                let program = repeat.items.program.as_ref().ok()?;
                let outside = Declarations { scope: &self.scope.outside(repeat), ..*self };
                return outside.get(program.tree().whole()?, program)?.item(Some(&repeat.name));
            }
            if name == "loop" {
                return None;
            }
        }
        let variable = self.variables?.get(name).filter(|_| !FUNCTIONS.contains(&name))?;
        let (schema, names) = (&variable.schema, vec![variable.name.as_str()]);
        Some(Declared { variable, schema, is_free: is_plain(schema.as_mapping()), names })
    }

    /// Returns whether each of the values reaches the expression: neither another expression in the link nor a
    /// condition around it uses them.
    pub(super) fn is_unguarded(&self, declared: &Declared<'t>, program: &Program) -> bool {
        let is_own = |name: &str| declared.names.contains(&name);
        let uses = |program: &Program| program.names().iter().filter(|used| is_own(used.name)).count();
        let ignores = |program: Option<&Program>| program.is_none_or(|program| uses(program) == 0);
        let mut parts = self.scope.parts().iter();
        uses(program) == 1
            && parts.all(|part| {
                let items = part.repeat().filter(|repeat| !is_own(&repeat.name));
                ignores(items.and_then(|repeat| repeat.items.program.as_ref().ok()))
                    && ignores(part.when().and_then(|when| when.program.as_ref().ok()))
            })
    }
}

impl<'t> Declared<'t> {
    fn property(self, name: &str) -> Option<Self> {
        let properties = self.schema.as_mapping()?.get("properties")?.value.as_mapping()?;
        self.part(&properties.get(name)?.value, None)
    }

    /// Returns what is declared of each item of a value that is surely a list, or null.
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

/// Returns whether a schema has only keywords that allow each value of its `enum`, and everything that is allowed
/// inside.
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

/// Returns the values that a schema lists, if it lists all that it allows; it may not allow each of them.
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

/// Returns what a value that a schema lists becomes in text, if it has one of the kinds and can be inserted there.
pub(super) fn text_of(value: &Node<'_>, schema: &Node<'_>, kinds: Kinds) -> Option<String> {
    match &value.value {
        Value::String(scalar) if kinds.meets(Kinds::TEXT) => Some(scalar.text.to_string()),
        Value::Number(number) if kinds.meets(Kinds::NUMBER) => {
            let number = as_declared(number, Some(schema));
            match number.as_f64().filter(|_| number.is_f64()) {
                Some(number) => Constant::from(number).to_text(),
                None => Some(number.to_string()),
            }
        }
        _ => None,
    }
}
