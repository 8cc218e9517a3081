//! The declared variables, each with its JSON Schema (2020-12).

use std::sync::{Arc, OnceLock};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};

use crate::schema::Kind;
use crate::source::Span;
use crate::syntax::{Entry, Node, Number, Value};

use super::fast_path;
use super::validators::Validators;

/// The most errors that are looked for in a declaration.
const MAX_ATTEMPTS: usize = 16;

/// The declarations of a template.
#[derive(Debug)]
pub struct Variables {
    /// The key `variables`.
    pub key: Span,
    /// The variables in the author's order.
    pub list: Vec<Variable>,
    /// Their names, in the same order.
    pub names: Arc<[String]>,
}

/// A declared variable.
#[derive(Debug)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// The name in the file.
    pub key: Span,
    /// Its JSON Schema.
    pub schema: Node<'static>,
    is_simple: bool,
    validators: Arc<Validators>,
    validator: OnceLock<Result<Arc<Validator>, DeclarationError>>,
}

/// Why a declaration is not a JSON Schema.
#[derive(Clone, Debug)]
pub struct DeclarationError {
    /// The part of the declaration that is wrong.
    pub span: Span,
    /// What is wrong, in the words of the validator.
    pub message: String,
}

/// A part of a value that does not match its declaration.
#[derive(Debug)]
pub struct Mismatch {
    /// The part, in the file that the value was read from.
    pub span: Span,
    /// The path from the value to the part, in the syntax of expressions: `[0].url`; empty for the whole value.
    pub path: String,
    /// The keyword of JSON Schema that it violates.
    pub kind: ValidationErrorKind,
    /// The part as JSON.
    pub value: serde_json::Value,
}

impl Variables {
    pub(super) fn read(entry: &Entry<'_>, validators: &Arc<Validators>) -> Option<Self> {
        let mapping = entry.value.as_mapping()?;
        let variable = |Entry { key, value }: &Entry<'_>| Variable {
            name: key.text.to_string(),
            key: key.span,
            schema: value.clone().into_owned(),
            is_simple: fast_path::is_schema(value),
            validators: Arc::clone(validators),
            validator: OnceLock::new(),
        };
        let list: Vec<Variable> = mapping.entries.iter().map(variable).collect();
        let names = list.iter().map(|variable| variable.name.clone()).collect();
        Some(Self { key: entry.key.span, list, names })
    }

    /// Returns the variable with a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Variable> {
        self.list.iter().find(|variable| variable.name == name)
    }
}

impl Variable {
    /// Returns the default, which is used if no value is given.
    #[must_use]
    pub fn default(&self) -> Option<&Node<'static>> {
        Some(&self.schema.as_mapping()?.get("default")?.value)
    }

    /// Returns the values in the declaration itself: its `default` and its `examples`.
    pub fn own_values(&self) -> impl Iterator<Item = &Node<'static>> {
        let examples = self.schema.as_mapping().and_then(|schema| schema.get("examples"));
        let examples = examples.and_then(|entry| entry.value.as_sequence()).unwrap_or_default();
        self.default().into_iter().chain(examples)
    }

    /// Returns whether `type` in the declaration allows a JSON Schema type. A declaration without it allows all.
    #[must_use]
    pub fn allows_type(&self, name: &str) -> bool {
        let declared = self.schema.as_mapping().and_then(|schema| schema.get("type"));
        declared.is_none_or(|entry| match &entry.value.value {
            Value::String(only) => only.text == name,
            Value::Sequence(several) => several.iter().filter_map(Node::as_scalar).any(|scalar| scalar.text == name),
            _ => true,
        })
    }

    /// Returns why the declaration is not a JSON Schema, or that it refers to a schema outside of itself. Of a keyword
    /// at most one error is returned.
    pub(crate) fn errors(&self) -> Vec<DeclarationError> {
        if self.is_simple || self.validator().is_ok() {
            return Vec::new();
        }
        let mut schema = self.schema_to_check();
        let mut errors: Vec<DeclarationError> = Vec::new();
        // The validator returns the first error. Without the part that is wrong it returns the next one.
        for _ in 0..MAX_ATTEMPTS {
            let Err(error) = self.validators.get(&schema) else { break };
            let pointer = error.instance_path().as_str();
            let is_whole = pointer.is_empty();
            if is_whole && !errors.is_empty() {
                // What is missing may be what was taken out.
                break;
            }
            errors.push(self.declaration_error(&error));
            if is_whole || !take_out(&mut schema, pointer) {
                break;
            }
        }
        errors
    }

    /// Returns the parts of a value that do not match the declaration; none if the declaration is not a JSON Schema. A
    /// part that could not be read has been reported as a syntax error.
    pub(crate) fn mismatches(&self, value: &Node<'static>) -> Vec<Mismatch> {
        if self.is_simple && fast_path::matches(&self.schema, value) {
            return Vec::new();
        }
        let Ok(validator) = self.validator() else { return Vec::new() };
        let json = value.to_json();
        if validator.is_valid(&json) {
            return Vec::new();
        }
        let mismatch = |error: ValidationError<'_>| {
            let pointer = error.instance_path().as_str();
            let Node { span, value: part } = value.pointer(pointer).unwrap_or(value);
            if matches!(part, Value::Invalid) {
                return None;
            }
            let path = expression_path(pointer);
            let parts = error.into_parts();
            Some(Mismatch { span: *span, path, kind: parts.kind, value: parts.instance.into_owned() })
        };
        validator.iter_errors(&json).filter_map(mismatch).collect()
    }

    /// Returns the validator of the declaration, which is built by the first call.
    fn validator(&self) -> Result<&Validator, &DeclarationError> {
        self.validator.get_or_init(|| self.build()).as_deref()
    }

    fn build(&self) -> Result<Arc<Validator>, DeclarationError> {
        self.validators.get(&self.schema_to_check()).map_err(|error| self.declaration_error(&error))
    }

    /// Returns the declaration as JSON without its annotations.
    fn schema_to_check(&self) -> serde_json::Value {
        let mut schema = self.schema.to_json();
        if let Some(schema) = schema.as_object_mut() {
            schema.retain(|keyword, value| !is_annotation(keyword, value));
        }
        schema
    }

    fn declaration_error(&self, error: &ValidationError<'_>) -> DeclarationError {
        let place = self.schema.pointer(error.instance_path().as_str()).unwrap_or(&self.schema);
        DeclarationError { span: place.span, message: error.to_string() }
    }
}

/// Takes the part at a JSON Pointer out of a schema: an entry of a mapping; instead of an item, the list around it.
/// Returns whether there was such a part.
fn take_out(schema: &mut serde_json::Value, pointer: &str) -> bool {
    let Some((parent, token)) = pointer.rsplit_once('/') else { return false };
    match schema.pointer_mut(parent) {
        Some(serde_json::Value::Object(entries)) => {
            entries.remove(&token.replace("~1", "/").replace("~0", "~")).is_some()
        }
        Some(serde_json::Value::Array(_)) => take_out(schema, parent),
        _ => false,
    }
}

/// Converts a JSON Pointer (RFC 6901) to the syntax of expressions: `[0].url`.
fn expression_path(pointer: &str) -> String {
    let step = |token: &str| match token.parse::<usize>() {
        Ok(index) => format!("[{index}]"),
        Err(_) => format!(".{}", token.replace("~1", "/").replace("~0", "~")),
    };
    pointer.split('/').skip(1).map(step).collect()
}

/// Returns whether a keyword is a valid annotation, which no value can violate (JSON Schema 2020-12 Validation §9).
fn is_annotation(keyword: &str, value: &serde_json::Value) -> bool {
    match keyword {
        "default" => true,
        "title" | "description" => value.is_string(),
        "examples" => value.is_array(),
        _ => false,
    }
}

/// Returns the number that a value is under its declaration: where only integers are declared, `7.0` is 7, if that has
/// 64 bits at most.
pub(crate) fn as_declared(number: &Number, schema: Option<&Node<'_>>) -> Number {
    let declared = schema.and_then(Node::as_mapping).and_then(|schema| schema.get("type"));
    let integer = || {
        let float = number.as_f64().filter(|float| float.fract() == 0.0)?;
        format!("{float:.0}").parse::<i64>().ok()
    };
    let is_whole = number.is_f64() && declared.is_some_and(|entry| is_integer(&entry.value));
    integer().filter(|_| is_whole).map_or_else(|| number.clone(), Number::from)
}

/// Returns whether a `type` allows integers and no other numbers.
fn is_integer(declared: &Node<'_>) -> bool {
    let names = declared.as_sequence().unwrap_or(std::slice::from_ref(declared));
    let has = |kind: Kind| names.iter().filter_map(Node::as_scalar).any(|name| name.text == kind.name());
    has(Kind::Integer) && !has(Kind::Number)
}
