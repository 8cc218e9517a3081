//! Evaluates programs: strictly, within bounds, and with nothing at hand but the variables.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::ops::Range;
use std::sync::LazyLock;

use minijinja::machinery::{eval, make_string_output};
use minijinja::value::{Kwargs, Rest, StringInput, Value, ValueKind, ValueOrKwargs};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, filters};
use thiserror::Error;

use crate::expr::{METER, Program, STEP};

use super::fast_path;

/// The most text that a message holds, in bytes: 64 KiB.
pub const MAX_MESSAGE_BYTES: usize = 64 << 10;

/// Instructions that one hole may take.
const HOLE_FUEL: u64 = 100_000;

/// Instructions that all holes of one rendering may take together.
const RENDER_FUEL: u64 = 1_000_000;

/// What a hole that fails counts for: what it took until then is not known.
const FAILURE_FUEL: u64 = HOLE_FUEL / 10;

/// The most that the intermediate values of one hole may hold together, in bytes of text plus items.
const MAX_WORK: usize = 4 << 20;

/// The same for all holes of one rendering together.
const MAX_RENDER_WORK: usize = 32 << 20;

/// The most columns that `batch` and `slice` make, and the widest field that `format` fills.
const MAX_WIDTH: usize = 1_000;

/// Stands before a value in a link: then its length in bytes, a colon, and the value. No text of a URL holds it.
pub(super) const VALUE_MARK: char = '\u{fdd0}';

/// Why a hole gives nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EvaluationError {
    /// The expression cannot be evaluated with these values.
    #[error("{detail}")]
    Evaluation {
        /// The cause, in the words of the expression language.
        detail: String,
    },
    /// A name or an attribute has no value.
    #[error("undefined")]
    Undefined {
        /// What is known of it.
        detail: String,
    },
    /// A value that is neither text nor a number stands in text.
    #[error("{found} in text")]
    NotText {
        /// What the value is: "a list".
        found: &'static str,
    },
    /// A value that JSON cannot carry.
    #[error("{found} has no JSON form")]
    NotJson {
        /// What the value is.
        found: String,
    },
    /// More than the bounds allow.
    #[error("out of bounds")]
    OutOfBounds {
        /// The bound, as a noun: "64 KiB of text".
        bound: &'static str,
    },
    /// A value that its place in a link does not allow.
    #[error("not allowed in the {part} of a link")]
    Link {
        /// The value.
        value: String,
        /// The place: "host".
        part: &'static str,
        /// What would be allowed there.
        allowed: &'static str,
    },
}

/// A failure and the bytes of the program's text that caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failed {
    pub(super) failure: EvaluationError,
    pub(super) range: Range<usize>,
}

/// Evaluates the holes of one rendering and keeps account of what they use.
pub(super) struct Evaluator {
    fuel: u64,
    work: usize,
    bytes: usize,
}

impl Evaluator {
    pub(super) fn new() -> Self {
        Self { fuel: RENDER_FUEL, work: MAX_RENDER_WORK, bytes: MAX_MESSAGE_BYTES }
    }

    /// The value of an expression, or of a text that is exactly one hole.
    pub(super) fn value(&mut self, program: &Program, scope: &Value) -> Result<Value, Failed> {
        if let Some(value) = fast_path::value(program, scope) {
            return Ok(value);
        }
        let value = self.run(&TEXT, program, scope, &mut String::new())?.unwrap_or_default();
        if value.is_undefined() {
            return Err(Failed::whole(program, EvaluationError::Undefined { detail: String::new() }));
        }
        Ok(value)
    }

    /// The text that comes out of a program.
    pub(super) fn text(&mut self, program: &Program, scope: &Value) -> Result<String, Failed> {
        let text = if program.is_whole() {
            let value = self.value(program, scope)?;
            let failed = |found| Failed::whole(program, EvaluationError::NotText { found });
            as_text(&value).map_err(failed)?
        } else if let Some(text) = fast_path::text(program, scope, false) {
            text
        } else {
            let mut text = String::new();
            self.run(&TEXT, program, scope, &mut text)?;
            text
        };
        self.account(text.len()).map_err(|failure| Failed::whole(program, failure))?;
        Ok(text)
    }

    /// The text of a link in which every value stands behind a [`VALUE_MARK`].
    pub(super) fn marked(&mut self, program: &Program, scope: &Value) -> Result<String, Failed> {
        if let Some(text) = fast_path::text(program, scope, true) {
            return Ok(text);
        }
        let mut text = String::new();
        self.run(&LINK, program, scope, &mut text)?;
        Ok(text)
    }

    /// Takes bytes of output from what the message may still hold.
    pub(super) fn account(&mut self, bytes: usize) -> Result<(), EvaluationError> {
        match self.bytes.checked_sub(bytes) {
            Some(left) => self.bytes = left,
            None => {
                self.bytes = 0;
                return Err(TOO_LONG);
            }
        }
        Ok(())
    }

    fn run(
        &mut self,
        environment: &'static Environment<'static>,
        program: &Program,
        scope: &Value,
        text: &mut String,
    ) -> Result<Option<Value>, Failed> {
        if self.fuel == 0 || self.work == 0 {
            return Err(Failed::whole(program, if self.fuel == 0 { OUT_OF_FUEL } else { TOO_MUCH }));
        }
        let mut output = make_string_output(text);
        let blocks = BTreeMap::new();
        let result = eval(environment, program.instructions(), scope.clone(), &blocks, &mut output, AutoEscape::None);
        let (value, state) = result.map_err(|error| {
            let used = if error.kind() == ErrorKind::OutOfFuel { HOLE_FUEL } else { FAILURE_FUEL };
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

impl Failed {
    fn whole(program: &Program, failure: EvaluationError) -> Self {
        Self { failure, range: 0..program.source().len() }
    }
}

const OUT_OF_FUEL: EvaluationError = EvaluationError::OutOfBounds { bound: "steps: does a loop go on for too long?" };

const TOO_LONG: EvaluationError = EvaluationError::OutOfBounds { bound: "64 KiB of text in a message" };

const TOO_MUCH: EvaluationError = EvaluationError::OutOfBounds { bound: "4 MiB of intermediate values" };

fn failed(error: &Error, program: &Program) -> Failed {
    let range = inside(program.source(), error.range());
    let own = error.source().and_then(|source| source.downcast_ref::<EvaluationError>());
    let detail = || error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    let failure = match (own, error.kind()) {
        (Some(failure), _) => failure.clone(),
        (None, ErrorKind::OutOfFuel) => OUT_OF_FUEL,
        (None, ErrorKind::UndefinedError) => EvaluationError::Undefined { detail: detail() },
        (None, _) => EvaluationError::Evaluation { detail: detail() },
    };
    Failed { failure, range }
}

/// The range of an error without the `{{` before it, at which MiniJinja lets some operators begin.
fn inside(source: &str, range: Option<Range<usize>>) -> Range<usize> {
    let Some(range) = range else { return 0..source.len() };
    let written = source.get(range.clone()).unwrap_or_default();
    let opened = written.strip_prefix("{{").or_else(|| written.strip_prefix("{%"));
    let rest = opened.map(|rest| rest.trim_start_matches(['-', '+']).trim_start());
    range.end - rest.map_or(written.len(), str::len)..range.end
}

/// A value as text: text itself or a number.
pub(super) fn as_text(value: &Value) -> Result<String, &'static str> {
    match value.kind() {
        ValueKind::String => Ok(value.as_str().unwrap_or_default().to_owned()),
        ValueKind::Number => Ok(value.to_string()),
        kind => Err(noun(kind)),
    }
}

/// What people call a kind of value.
pub(super) fn noun(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Undefined => "nothing",
        ValueKind::None => "none",
        ValueKind::Bool => "a boolean",
        ValueKind::Number => "a number",
        ValueKind::String => "text",
        ValueKind::Seq | ValueKind::Iterable => "a list",
        ValueKind::Map => "a mapping",
        _ => "something that is no text",
    }
}

pub(super) static TEXT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(HOLE_FUEL));
    environment.set_formatter(|out, state, value| write_value(out, state, value, false));
    // A chat is no HTML page, and nothing here is to be debugged at run time.
    for name in ["escape", "e", "indent", "pprint"] {
        environment.remove_filter(name);
    }
    environment.remove_global("debug");
    environment.add_filter(METER, meter);
    environment.add_filter(STEP, step);
    environment.add_filter("replace", replace);
    environment.add_filter("join", join);
    environment.add_filter("format", format);
    environment.add_filter("batch", batch);
    environment.add_filter("slice", slice);
    environment
});

static LINK: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = TEXT.clone();
    environment.set_formatter(|out, state, value| write_value(out, state, value, true));
    environment
});

/// Writes a value where it stands in text. In a link it is framed, unless its author vouches for it with `| safe`.
fn write_value(out: &mut Output, state: &mut State, value: &Value, in_link: bool) -> Result<(), Error> {
    if value.is_undefined() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    let text = as_text(value).map_err(|found| refuse(EvaluationError::NotText { found }))?;
    let written = &mut state.get_or_insert_extension_with(Account::default).written;
    *written += text.len();
    if *written > MAX_MESSAGE_BYTES {
        return Err(refuse(TOO_LONG));
    }
    if in_link && !value.is_safe() {
        write!(out, "{VALUE_MARK}{}:", text.len())?;
    } else if in_link && text.contains(VALUE_MARK) {
        let failure = EvaluationError::Link { value: text, part: "text", allowed: "characters of a URL" };
        return Err(refuse(failure));
    }
    out.write_str(&text)?;
    Ok(())
}

/// What one evaluation has made so far.
#[derive(Default)]
struct Account {
    /// Bytes written.
    written: usize,
    /// Size of the intermediate values.
    work: usize,
}

/// Passes a value on and adds its size to the account.
fn meter(state: &mut State, value: Value) -> Result<Value, Error> {
    let account = state.get_or_insert_extension_with(Account::default);
    account.work = add_size(&value, account.work)?;
    Ok(value)
}

/// `sum` and the size of a value: bytes of text, and one for each item.
fn add_size(value: &Value, sum: usize) -> Result<usize, Error> {
    let own = value.as_str().map_or_else(|| value.len().unwrap_or(0), str::len) + 1;
    let sum = sum.saturating_add(own);
    if sum > MAX_WORK {
        return Err(refuse(TOO_MUCH));
    }
    match value.kind() {
        ValueKind::Seq => value.try_iter()?.try_fold(sum, |sum, item| add_size(&item, sum)),
        ValueKind::Map => value.try_iter()?.try_fold(sum, |sum, key| {
            let item = value.get_item(&key)?;
            add_size(&item, add_size(&key, sum)?)
        }),
        _ => Ok(sum),
    }
}

/// Passes on the step of a slice that goes forwards.
fn step(value: Value) -> Result<Value, Error> {
    match value.as_i64() {
        Some(step) if step < 1 => {
            let detail = "the step of a slice is at least 1; `| reverse` goes backwards";
            Err(Error::new(ErrorKind::InvalidOperation, detail))
        }
        _ => Ok(value),
    }
}

fn refuse(failure: EvaluationError) -> Error {
    Error::new(ErrorKind::InvalidOperation, failure.to_string()).with_source(failure)
}

/// Refuses before the work is done what would be too large after it.
fn expect_size(size: Option<usize>) -> Result<(), Error> {
    match size {
        Some(size) if size <= MAX_WORK => Ok(()),
        _ => Err(refuse(TOO_MUCH)),
    }
}

fn replace(
    state: &mut State,
    value: StringInput<'_>,
    from: StringInput<'_>,
    to: StringInput<'_>,
) -> Result<Value, Error> {
    let hits = value.as_str().matches(from.as_str()).count();
    expect_size(hits.checked_mul(to.as_str().len()).and_then(|size| size.checked_add(value.as_str().len())))?;
    filters::replace(state, value, from, to)
}

fn join(
    state: &mut State,
    value: &Value,
    joiner: Option<StringInput<'_>>,
    attribute: Option<&str>,
    kwargs: Kwargs,
) -> Result<Value, Error> {
    let between = joiner.as_ref().map_or(0, |joiner| joiner.as_str().len());
    expect_size(value.len().unwrap_or(0).checked_mul(between + 1))?;
    filters::join(state, value, joiner, attribute, kwargs)
}

fn format(state: &mut State, pattern: &Value, arguments: Rest<ValueOrKwargs>) -> Result<Value, Error> {
    let is_wide = |digits: &str| digits.parse::<usize>().is_ok_and(|width| width > MAX_WIDTH) || digits.len() > 9;
    let text = pattern.as_str().unwrap_or_default();
    if text.contains('*') || text.split(|c: char| !c.is_ascii_digit()).any(is_wide) {
        return Err(refuse(EvaluationError::OutOfBounds { bound: "1,000 characters for a field of `format`" }));
    }
    filters::format(state, pattern, arguments)
}

fn batch(state: &State, value: Value, count: usize, fill_with: Option<Value>) -> Result<Value, Error> {
    filters::batch(state, value, columns(count)?, fill_with)
}

fn slice(state: &State, value: Value, count: usize, fill_with: Option<Value>) -> Result<Value, Error> {
    filters::slice(state, value, columns(count)?, fill_with)
}

fn columns(count: usize) -> Result<usize, Error> {
    if count <= MAX_WIDTH {
        Ok(count)
    } else {
        Err(refuse(EvaluationError::OutOfBounds { bound: "1,000 columns for `batch` and `slice`" }))
    }
}

/// A value as JSON. `budget`: the bytes that may still come out.
pub(super) fn to_json(value: &Value, budget: &mut usize) -> Result<serde_json::Value, EvaluationError> {
    let own = value.as_str().map_or(1, |text| text.len() + 2);
    *budget = budget.checked_sub(own).ok_or(TOO_LONG)?;
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
        kind => Err(EvaluationError::NotJson { found: noun(kind).to_owned() }),
    }
}
