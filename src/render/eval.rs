//! Evaluates programs: strictly, within limits, and with access to nothing but the variables.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::fmt;
use std::ops::Range;

use minijinja::machinery::{eval, make_string_output};
use minijinja::value::{Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind};
use thiserror::Error;

use crate::expr::Program;
use crate::expr::library::{OperandRole, Operation, Takes};
use crate::expr::persian::PersianError;
use crate::expr::printf::FormatError;
use crate::schema::Kind;

use super::environment::{Account, LINK, PROGRAM_FUEL, TEXT};
use super::fast_path;
use super::guard::guarded;

/// The most text that a message holds, in bytes: 64 KiB.
pub const MAX_MESSAGE_BYTES: usize = 64 << 10;

/// The fuel of all programs of one rendering.
const RENDER_FUEL: u64 = 1_000_000;

/// The fuel that a failing program is charged, since it does not tell how much it used.
const FAILURE_FUEL: u64 = PROGRAM_FUEL / 10;

/// The largest size of the intermediate values of all programs of one rendering together, in bytes of text plus items.
const MAX_RENDER_WORK: usize = 32 << 20;

/// Marks a value in a link: its length in bytes, a colon and the value follow. No URL contains this character.
pub(super) const VALUE_MARK: char = '\u{fdd0}';

/// Why a program fails with given values.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EvaluationError {
    /// The expression cannot be evaluated with these values.
    #[error("{detail}")]
    Evaluation {
        /// The cause, in MiniJinja's words.
        detail: String,
    },
    /// MiniJinja panics.
    #[error("Jinja engine failed")]
    Internal,
    /// A name or an attribute is undefined.
    #[error("undefined")]
    Undefined {
        /// What is undefined, in MiniJinja's words; may be empty.
        detail: String,
    },
    /// A value in text is neither a string nor a number.
    #[error("{found} in text")]
    NotText {
        /// The type of the value.
        found: ValueType,
    },
    /// An operation does not take a value, since it is of another type or undefined.
    #[error("{operation} does not take {found}")]
    NotTaken {
        /// The operation.
        operation: Operation,
        /// What the operation does with the value.
        takes: Takes,
        /// Which of the operation's values it is.
        operand: OperandRole,
        /// The type of the value.
        found: ValueType,
    },
    /// An item has no attribute of the name that a filter is given.
    #[error("no `{name}`")]
    NoAttribute {
        /// The filter.
        filter: &'static str,
        /// The attribute.
        name: String,
        /// The attributes that the item has.
        keys: Vec<String>,
    },
    /// A format does not fit its arguments.
    #[error("{0:?}")]
    Format(FormatError),
    /// A filter for Persian fails.
    #[error(transparent)]
    Persian(PersianError),
    /// A value that JSON cannot carry.
    #[error("{found} has no JSON form")]
    NotJson {
        /// The kind of the value, or the value itself if it is a number.
        found: String,
    },
    /// A limit is exceeded.
    #[error("more than {bound}")]
    OutOfBounds {
        /// The limit.
        bound: RenderLimit,
    },
    /// A value that its part of a URL does not accept.
    #[error("not allowed in the {part} of a link")]
    Link {
        /// The value.
        value: String,
        /// The part: "host".
        part: &'static str,
        /// What is accepted there.
        allowed: &'static str,
    },
}

/// A limit on a rendering, as a noun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RenderLimit {
    /// On the work of one program, or of all.
    #[error("the steps that one message may take")]
    Work,
    /// On the text of a message.
    #[error("64 KiB of text in a message")]
    MessageText,
    /// On the size of intermediate values.
    #[error("4 MiB of intermediate values")]
    IntermediateSize,
    /// On the depth of intermediate values.
    #[error("100 levels of nesting of intermediate values")]
    Nesting,
    /// On the items of a `for` on a row or a button.
    #[error("10,000 items in a `for`")]
    Items,
}

impl From<RenderLimit> for EvaluationError {
    fn from(bound: RenderLimit) -> Self {
        Self::OutOfBounds { bound }
    }
}

/// An error and the bytes of the program's text that caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LocatedError {
    pub(super) failure: EvaluationError,
    pub(super) range: Range<usize>,
}

/// Where the text of a program goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// Into the message as it is.
    Text,
    /// Into a link, for which every value is marked with a [`VALUE_MARK`].
    Link,
}

/// Evaluates the programs of one rendering and accounts for what they use.
pub(super) struct Evaluator {
    fuel: u64,
    work: usize,
    bytes: usize,
}

impl Evaluator {
    pub(super) fn new() -> Self {
        Self { fuel: RENDER_FUEL, work: MAX_RENDER_WORK, bytes: MAX_MESSAGE_BYTES }
    }

    /// Returns the result of a part of the evaluation of a program; an error if MiniJinja panics.
    pub(super) fn guarded<T>(
        &mut self,
        program: &Program,
        evaluate: impl FnOnce(&mut Self) -> Result<T, LocatedError>,
    ) -> Result<T, LocatedError> {
        guarded(|| evaluate(self)).unwrap_or_else(|| {
            self.fuel = self.fuel.saturating_sub(FAILURE_FUEL);
            Err(LocatedError::whole(program, EvaluationError::Internal))
        })
    }

    /// Returns the value of an expression, or of a text that is exactly one expression.
    pub(super) fn value(&mut self, program: &Program, scope: &Value) -> Result<Value, LocatedError> {
        self.guarded(program, |evaluator| evaluator.evaluate(program, scope))
    }

    fn evaluate(&mut self, program: &Program, scope: &Value) -> Result<Value, LocatedError> {
        if let Some(value) = fast_path::value(program, scope) {
            return Ok(value);
        }
        let value = self.run(Destination::Text, program, scope, &mut String::new())?.unwrap_or_default();
        if value.is_undefined() {
            return Err(LocatedError::whole(program, EvaluationError::Undefined { detail: String::new() }));
        }
        Ok(value)
    }

    /// Returns the text that a program makes.
    pub(super) fn text(&mut self, program: &Program, scope: &Value) -> Result<String, LocatedError> {
        let text = self.guarded(program, |evaluator| {
            if program.is_whole() {
                let value = evaluator.evaluate(program, scope)?;
                let failed = |found| LocatedError::whole(program, EvaluationError::NotText { found });
                as_text(&value).map_err(failed)
            } else if let Some(text) = fast_path::text(program, scope, Destination::Text) {
                Ok(text)
            } else {
                evaluator.on_the_machine(program, scope)
            }
        })?;
        self.account(text.len()).map_err(|failure| LocatedError::whole(program, failure))?;
        Ok(text)
    }

    /// Returns the text that a program makes, without the fast path.
    pub(super) fn on_the_machine(&mut self, program: &Program, scope: &Value) -> Result<String, LocatedError> {
        let mut text = String::new();
        self.run(Destination::Text, program, scope, &mut text)?;
        Ok(text)
    }

    /// Returns the text of a link in which every value is marked with a [`VALUE_MARK`].
    pub(super) fn marked(&mut self, program: &Program, scope: &Value) -> Result<String, LocatedError> {
        self.guarded(program, |evaluator| {
            if let Some(text) = fast_path::text(program, scope, Destination::Link) {
                return Ok(text);
            }
            let mut text = String::new();
            evaluator.run(Destination::Link, program, scope, &mut text)?;
            Ok(text)
        })
    }

    /// Subtracts bytes of output from what the message can still hold.
    pub(super) fn account(&mut self, bytes: usize) -> Result<(), EvaluationError> {
        match self.bytes.checked_sub(bytes) {
            Some(left) => self.bytes = left,
            None => {
                self.bytes = 0;
                return Err(RenderLimit::MessageText.into());
            }
        }
        Ok(())
    }

    fn run(
        &mut self,
        target: Destination,
        program: &Program,
        scope: &Value,
        text: &mut String,
    ) -> Result<Option<Value>, LocatedError> {
        if self.fuel == 0 || self.work == 0 {
            let limit = if self.fuel == 0 { RenderLimit::Work } else { RenderLimit::IntermediateSize };
            return Err(LocatedError::whole(program, limit.into()));
        }
        let environment: &'static Environment<'static> = match target {
            Destination::Text => &TEXT,
            Destination::Link => &LINK,
        };
        let Some(instructions) = program.instructions() else {
            let detail = "does not parse".to_owned();
            return Err(LocatedError::whole(program, EvaluationError::Evaluation { detail }));
        };
        let mut output = make_string_output(text);
        let blocks = BTreeMap::new();
        let result = eval(environment, instructions, scope.clone(), &blocks, &mut output, AutoEscape::None);
        let (value, state) = result.map_err(|error| {
            let used = if error.kind() == ErrorKind::OutOfFuel { PROGRAM_FUEL } else { FAILURE_FUEL };
            self.fuel = self.fuel.saturating_sub(used);
            failed(&error, program)
        })?;
        let (used, _) = state.fuel_levels().unwrap_or_default();
        let work = state.get_extension::<Account>().map_or(0, |account| account.work);
        self.fuel = self.fuel.saturating_sub(used);
        self.work = self.work.saturating_sub(work);
        Ok(value)
    }
}

impl LocatedError {
    fn whole(program: &Program, failure: EvaluationError) -> Self {
        Self { failure, range: 0..program.source().len() }
    }
}

fn failed(error: &Error, program: &Program) -> LocatedError {
    let range = inside(program, error.range());
    let own = error.source().and_then(|source| source.downcast_ref::<EvaluationError>());
    let detail = || error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    let failure = match (own, error.kind()) {
        (Some(failure), _) => failure.clone(),
        (None, ErrorKind::OutOfFuel) => RenderLimit::Work.into(),
        (None, ErrorKind::UndefinedError) => EvaluationError::Undefined { detail: detail() },
        (None, _) => EvaluationError::Evaluation { detail: detail() },
    };
    LocatedError { failure, range }
}

/// Returns the range of an error without the token before it, with which MiniJinja lets some expressions begin.
fn inside(program: &Program, range: Option<Range<usize>>) -> Range<usize> {
    let source = program.source();
    let Some(range) = range else { return 0..source.len() };
    if let Some(exact) = program.expression_within(&range) {
        return exact;
    }
    let written = source.get(range.clone()).unwrap_or_default();
    let opened = written.strip_prefix("{{").or_else(|| written.strip_prefix("{%"));
    let rest = opened.map(|rest| rest.trim_start_matches(['-', '+']).trim_start());
    range.end - rest.map_or(written.len(), str::len)..range.end
}

/// Returns a string or a number as text, or else the kind of the value.
pub(super) fn as_text(value: &Value) -> Result<String, ValueType> {
    match value.kind() {
        ValueKind::String => Ok(value.as_str().unwrap_or_default().to_owned()),
        ValueKind::Number => Ok(value.to_string()),
        _ => Err(ValueType::of(value)),
    }
}

/// The type of the value of an expression. It displays as its noun: "a list".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// A JSON value.
    Json(Kind),
    /// The undefined value.
    Undefined,
    /// A value that only expressions have, such as a function.
    Other,
}

impl ValueType {
    pub(super) fn of(value: &Value) -> Self {
        match value.kind() {
            ValueKind::Undefined => Self::Undefined,
            ValueKind::None => Self::Json(Kind::Null),
            ValueKind::Bool => Self::Json(Kind::Boolean),
            ValueKind::Number => Self::Json(Kind::Number),
            ValueKind::String => Self::Json(Kind::String),
            ValueKind::Seq | ValueKind::Iterable => Self::Json(Kind::Array),
            ValueKind::Map => Self::Json(Kind::Object),
            _ => Self::Other,
        }
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json(kind) => kind.noun(),
            Self::Undefined => "an undefined value",
            Self::Other => "a function or another Jinja object",
        })
    }
}

/// Returns a value as JSON. `budget`: the number of bytes that it can still take.
pub(super) fn to_json(value: &Value, budget: &mut usize) -> Result<serde_json::Value, EvaluationError> {
    let own = value.as_str().map_or(1, |text| text.len() + 2);
    *budget = budget.checked_sub(own).ok_or(RenderLimit::MessageText)?;
    let iterate = || value.try_iter().map_err(|error| EvaluationError::Evaluation { detail: error.to_string() });
    match value.kind() {
        ValueKind::None => Ok(serde_json::Value::Null),
        ValueKind::Bool => Ok(value.is_true().into()),
        ValueKind::String => Ok(value.as_str().unwrap_or_default().into()),
        ValueKind::Number => match serde_json::to_value(value) {
            Ok(number @ serde_json::Value::Number(_)) => Ok(number),
            _ => Err(EvaluationError::NotJson { found: value.to_string() }),
        },
        ValueKind::Seq | ValueKind::Iterable => iterate()?.map(|item| to_json(&item, budget)).collect(),
        ValueKind::Map => {
            let entry = |key: Value| {
                let name =
                    as_text(&key).map_err(|found| EvaluationError::NotJson { found: format!("{found} as a key") })?;
                let item =
                    value.get_item(&key).map_err(|error| EvaluationError::Evaluation { detail: error.to_string() })?;
                Ok((name, to_json(&item, budget)?))
            };
            iterate()?.map(entry).collect()
        }
        _ => Err(EvaluationError::NotJson { found: ValueType::of(value).to_string() }),
    }
}
