//! From given values to the variables of a rendering.

use std::collections::HashSet;
use std::sync::Arc;

use minijinja::value::{Object, Value as JinjaValue};

use crate::source::{SourceFile, Span};
use crate::syntax::{Entry, Node, Value};
use crate::template::{Mismatch, Template, Variable, as_declared};

use super::values::{Given, Values};

/// Why given values do not fit a template.
#[derive(Debug)]
pub enum ValueError {
    /// A required value is missing.
    Missing {
        /// The variable.
        name: String,
        /// Its declaration, or its first use if the template declares nothing.
        location: Span,
    },
    /// A value is given that the template does not declare.
    Unknown {
        /// The given name.
        name: String,
        /// What it was read from.
        file: Arc<SourceFile>,
        /// The name there.
        span: Span,
    },
    /// A value does not match its declaration.
    Invalid {
        /// The variable.
        name: String,
        /// What the value was read from.
        file: Arc<SourceFile>,
        /// Its declaration.
        declared: Span,
        /// The part of the value that is wrong, and how.
        mismatch: Box<Mismatch>,
    },
}

/// Returns all variables with their values, or everything that is wrong with them.
pub(super) fn resolve(template: &Template, values: &Values) -> Result<JinjaValue, Vec<ValueError>> {
    let Some(variables) = &template.variables else {
        let errors = missing_uses(template, values);
        let names = values.iter().map(|given| (given.name.clone(), to_value(&given.node, None)));
        return if errors.is_empty() { Ok(JinjaValue::from_pairs(names)) } else { Err(errors) };
    };
    let mut errors = Vec::new();
    let mut declared = Vec::with_capacity(variables.list.len());
    for variable in &variables.list {
        let given = values.get(&variable.name);
        if let Some(given) = given {
            errors.extend(mismatches(variable, given));
        }
        match given.map(|given| &given.node).or_else(|| variable.default()) {
            Some(node) => declared.push(to_value(node, Some(&variable.schema))),
            None => errors.push(ValueError::Missing { name: variable.name.clone(), location: variable.key }),
        }
    }
    let unknown = values.iter().filter(|given| variables.get(&given.name).is_none());
    errors.extend(unknown.map(|given| ValueError::Unknown {
        name: given.name.clone(),
        file: Arc::clone(&given.file),
        span: given.key,
    }));
    let scope = VariableScope { names: Arc::clone(&variables.names), values: declared };
    if errors.is_empty() { Ok(JinjaValue::from_object(scope)) } else { Err(errors) }
}

/// The values of the declared variables, in the order of the declarations.
#[derive(Debug)]
struct VariableScope {
    names: Arc<[String]>,
    values: Vec<JinjaValue>,
}

impl Object for VariableScope {
    fn get_value(self: &Arc<Self>, key: &JinjaValue) -> Option<JinjaValue> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, name: &str) -> Option<JinjaValue> {
        let at = self.names.iter().position(|known| known == name)?;
        self.values.get(at).cloned()
    }
}

/// Returns the missing values of a template that declares nothing: every name that is used must be given.
fn missing_uses(template: &Template, values: &Values) -> Vec<ValueError> {
    let (mut missing, mut seen) = (Vec::new(), HashSet::new());
    for program in template.programs() {
        let locate = program.locator(&template.file);
        for used in program.free_names() {
            if values.get(used.name).is_none() && seen.insert(used.name.to_owned()) {
                let location = locate(used.range.clone());
                missing.push(ValueError::Missing { name: used.name.to_owned(), location });
            }
        }
    }
    missing
}

/// Returns the parts of a value that do not match the declaration of its variable.
pub(super) fn mismatches(variable: &Variable, given: &Given) -> impl Iterator<Item = ValueError> {
    variable.mismatches(&given.node).into_iter().map(|mismatch| ValueError::Invalid {
        name: variable.name.clone(),
        file: Arc::clone(&given.file),
        declared: variable.key,
        mismatch: Box::new(mismatch),
    })
}

/// Converts a value.
fn to_value(node: &Node<'_>, schema: Option<&Node<'_>>) -> JinjaValue {
    let keyword =
        |name: &str| schema.and_then(Node::as_mapping).and_then(|schema| schema.get(name)).map(|entry| &entry.value);
    match &node.value {
        Value::Null | Value::Invalid => JinjaValue::from(()),
        Value::Bool(value) => JinjaValue::from(*value),
        Value::Number(number) => {
            let number = as_declared(number, schema);
            let integer = number.as_i64().map(JinjaValue::from).or_else(|| number.as_u64().map(JinjaValue::from));
            integer.unwrap_or_else(|| JinjaValue::from(number.as_f64().unwrap_or(f64::NAN)))
        }
        Value::String(scalar) => JinjaValue::from(&*scalar.text),
        Value::Sequence(items) => items.iter().map(|item| to_value(item, keyword("items"))).collect(),
        Value::Mapping(mapping) => {
            let properties = keyword("properties").and_then(Node::as_mapping);
            let entry = |Entry { key, value }: &Entry<'_>| {
                let schema = properties.and_then(|properties| properties.get(&key.text)).map(|entry| &entry.value);
                (key.text.to_string(), to_value(value, schema))
            };
            JinjaValue::from_pairs(mapping.entries.iter().map(entry))
        }
    }
}
