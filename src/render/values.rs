//! The values that are given for a rendering, each with the file, the flag or the row that it comes from.

use std::sync::Arc;

use serde::Serialize;
use thiserror::Error;

use crate::schema::Kind;
use crate::source::{SourceFile, Span};
use crate::syntax::{Entry, MAX_DEPTH, Node, Origin, Scalar, ScalarStyle, SyntaxError, Value, parse, print};
use crate::template::{Example, Template, Variable, Variables};

/// The values for one rendering.
#[derive(Clone, Debug, Default)]
pub struct Values {
    list: Vec<Given>,
}

/// One given value.
#[derive(Clone, Debug)]
pub struct Given {
    /// The variable's name.
    pub name: String,
    /// What it was read from.
    pub file: Arc<SourceFile>,
    /// The name there.
    pub key: Span,
    /// The value.
    pub node: Node<'static>,
}

/// Why a source has no values.
#[derive(Clone, Debug, Error)]
pub enum ValuesError {
    /// It is not YAML.
    #[error("not YAML")]
    Syntax(Vec<SyntaxError>),
    /// It is YAML, but not a mapping of names to values.
    #[error("not a mapping of names to values")]
    NotMapping {
        /// What is there.
        span: Span,
        /// Its kind.
        found: Kind,
    },
    /// A row that is longer than a file may be.
    #[error("longer than 1 MiB")]
    TooLong,
    /// A row that is not UTF-8.
    #[error("not UTF-8")]
    NotUtf8 {
        /// The replacement for the first invalid byte.
        span: Span,
    },
    /// A row that is not JSON.
    #[error("not JSON: {reason}")]
    BrokenJson {
        /// Where that shows.
        span: Span,
        /// Why, in the parser's words.
        reason: String,
    },
    /// A quote in a row that is not closed before the end of the file.
    #[error("unclosed quote")]
    UnclosedQuote {
        /// The quote.
        span: Span,
    },
    /// A row with more or fewer cells than its header has columns.
    #[error("{count} cells under {columns} columns")]
    Cells {
        /// The first cell too many, or the end of a row with too few.
        span: Span,
        /// How many there are.
        count: usize,
        /// How many the header has.
        columns: usize,
    },
    /// A flag without `=` or without a name.
    #[error("not NAME=VALUE")]
    NotAssignment,
    /// A Rust value that has no JSON form, such as a map whose keys are not text.
    #[error("no JSON form: {detail}")]
    NotJson {
        /// The serialiser's words.
        detail: String,
    },
}

impl Values {
    /// Creates an empty set of values.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the values of a Rust type that serializes to a JSON object: a struct whose fields are the variables, or
    /// a map.
    ///
    /// Diagnostics show the value as JSON, in a file called `name`.
    ///
    /// ```
    /// use kenarc::{SourceFile, Values};
    ///
    /// #[derive(serde::Serialize)]
    /// struct Order {
    ///     item: &'static str,
    ///     price: i64,
    /// }
    ///
    /// let text = "variables: { item: {}, price: { minimum: 0 } }\nmessage: \"{{ item }}: {{ price }}\"\n";
    /// let template = kenarc::compile(&SourceFile::new("order.yaml", text))?;
    /// let values = Values::from_serialize("order 7", &Order { item: "کیف", price: -1 })?;
    /// let error = kenarc::render(&template, &values).expect_err("the price is negative");
    /// assert!(error.to_string().starts_with("order 7:3:12: error[invalid-value]"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ValuesError::NotJson`] if the value has no JSON form, nests deeper than [`MAX_DEPTH`] levels or contains an
    /// integer beyond 64 bits; [`ValuesError::NotMapping`] if it does not serialize to an object.
    pub fn from_serialize(name: impl Into<String>, value: &impl Serialize) -> Result<Self, ValuesError> {
        let not_json = |detail: String| ValuesError::NotJson { detail };
        let json = serde_json::to_value(value).map_err(|error| not_json(error.to_string()))?;
        let too_deep = || not_json(format!("lists and mappings nest deeper than {MAX_DEPTH} levels"));
        let (text, root) = print(json).ok_or_else(too_deep)?;
        let mut values = Self::new();
        values.add_node(&SourceFile::new(name, text), root)?;
        Ok(values)
    }

    /// Returns the values in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = &Given> {
        self.list.iter()
    }

    /// Returns the value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Given> {
        self.list.iter().find(|given| given.name == name)
    }

    /// Adds a value; a later one of the same name wins.
    pub fn set(&mut self, given: Given) {
        match self.list.iter_mut().find(|known| known.name == given.name) {
            Some(known) => *known = given,
            None => self.list.push(given),
        }
    }

    /// Adds the values of a YAML or JSON file: a mapping of names to values.
    ///
    /// # Errors
    /// [`ValuesError::Syntax`] and [`ValuesError::NotMapping`].
    pub fn add_file(&mut self, file: &Arc<SourceFile>) -> Result<(), ValuesError> {
        let parsed = parse(file.text());
        match parsed.document {
            Some(document) if parsed.errors.is_empty() => self.add_node(file, document.root.into_owned()),
            _ => Err(ValuesError::Syntax(parsed.errors)),
        }
    }

    /// Adds the values of a template's example.
    ///
    /// # Errors
    /// [`ValuesError::NotMapping`].
    pub fn add_example(&mut self, template: &Template, example: &Example) -> Result<(), ValuesError> {
        self.add_node(&template.file, example.values.clone())
    }

    /// Adds the values of a node of `file`: a mapping of names to values.
    ///
    /// # Errors
    /// [`ValuesError::NotMapping`].
    pub fn add_node(&mut self, file: &Arc<SourceFile>, node: Node<'static>) -> Result<(), ValuesError> {
        let (span, found) = (node.span, Kind::of(&node));
        let Value::Mapping(mapping) = node.value else {
            return Err(ValuesError::NotMapping { span, found });
        };
        for Entry { key, value } in mapping.entries {
            self.set(Given { name: key.text.into_owned(), file: Arc::clone(file), key: key.span, node: value });
        }
        Ok(())
    }

    /// Adds a value from the command line, `NAME=VALUE`, read as the declared type: as YAML if the declaration does
    /// not allow text, else as it is.
    ///
    /// # Errors
    /// [`ValuesError::NotAssignment`].
    pub fn add_flag(&mut self, argument: &str, declared: Option<&Variables>) -> Result<(), ValuesError> {
        let (name, text) = argument.split_once('=').ok_or(ValuesError::NotAssignment)?;
        if name.is_empty() {
            return Err(ValuesError::NotAssignment);
        }
        let file = SourceFile::new(format!("--var {name}"), text);
        let node = text_as_declared(text, declared.and_then(|variables| variables.get(name)));
        self.set(Given { name: name.to_owned(), file, key: Span::new(0, text.len()), node });
        Ok(())
    }

    /// Removes a value.
    pub fn remove(&mut self, name: &str) -> Option<Given> {
        let at = self.list.iter().position(|given| given.name == name)?;
        Some(self.list.remove(at))
    }
}

/// Reads text as a value of the declared type: as YAML if the declaration does not allow text, else as it is. A number
/// may be written in Persian or Arabic digits, and a boolean as `1`, `yes` or `بله`. Text in scientific notation is no
/// integer: a spreadsheet that writes `9.89121E+11` has dropped the other digits.
#[must_use]
pub fn text_as_declared(text: &str, variable: Option<&Variable>) -> Node<'static> {
    let allows = |kind: Kind| variable.is_none_or(|variable| variable.allows_type(kind.name()));
    if allows(Kind::String) {
        return text_node(text);
    }
    if allows(Kind::Integer) && !allows(Kind::Number) && is_scientific(text) {
        return text_node(text);
    }
    if allows(Kind::Boolean)
        && !allows(Kind::Integer)
        && let Some(value) = in_words(text)
    {
        return Node { value: Value::Bool(value), ..text_node(text) };
    }
    let number: Option<String> = text.chars().map(in_ascii).collect();
    let read = parse(number.as_deref().unwrap_or(text)).document;
    read.map_or_else(|| text_node(text), |document| document.root.into_owned())
}

/// Returns whether a text is a number with an exponent.
pub(crate) fn is_scientific(text: &str) -> bool {
    text.contains(['e', 'E']) && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Returns the boolean that a text means in a spreadsheet.
fn in_words(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "1" | "بله" => Some(true),
        "false" | "no" | "0" | "خیر" => Some(false),
        _ => None,
    }
}

/// Returns a character of a number in ASCII: a digit, a sign or a decimal point.
fn in_ascii(character: char) -> Option<char> {
    let digit = |zero: char| char::from_digit(u32::from(character) - u32::from(zero), 10);
    match character {
        '0'..='9' | '+' | '-' | '.' => Some(character),
        '\u{6f0}'..='\u{6f9}' => digit('\u{6f0}'),
        '\u{660}'..='\u{669}' => digit('\u{660}'),
        '\u{66b}' => Some('.'),
        _ => None,
    }
}

fn text_node(text: &str) -> Node<'static> {
    let span = Span::new(0, text.len());
    let origin = Origin { span, style: ScalarStyle::Plain, indent: 0 };
    Node { span, value: Value::String(Scalar { text: text.to_owned().into(), origin }) }
}
