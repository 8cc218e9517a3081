//! The iterations of a `for` on a row or a button: what the names mean in each.

use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Object, Value, ValueKind};
use minijinja::{Error, ErrorKind, State};

use super::eval::{EvaluationError, noun};

/// The most items that a `for` goes through.
const MAX_ROUNDS: usize = 10_000;

/// The scope of each round: `name` is the item, `loop` is as in Jinja, all else as outside.
pub(super) fn iterations(name: &str, items: &Value, outside: &Value) -> Result<Vec<Value>, EvaluationError> {
    if !matches!(items.kind(), ValueKind::Seq | ValueKind::Iterable | ValueKind::Map) {
        let detail = format!("`for` goes through a list, and this is {}", noun(items.kind()));
        return Err(EvaluationError::Evaluation { detail });
    }
    let failed = |error: &Error| EvaluationError::Evaluation { detail: error.to_string() };
    let iterator = items.try_iter().map_err(|error| failed(&error))?;
    let items: Vec<Value> = iterator.take(MAX_ROUNDS + 1).collect();
    if items.len() > MAX_ROUNDS {
        return Err(EvaluationError::OutOfBounds { bound: "10,000 items in a `for`" });
    }
    let iterations = Arc::new(Iterations { items, last_seen: Mutex::default(), depth: depth(outside) });
    let scope = |index: usize| {
        Value::from_object(Scope {
            name: name.to_owned(),
            round: Value::from_object(Round { index, iterations: Arc::clone(&iterations) }),
            item: iterations.items[index].clone(),
            outside: outside.clone(),
        })
    };
    Ok((0..iterations.items.len()).map(scope).collect())
}

/// How many `for` on rows and buttons are around.
fn depth(outside: &Value) -> usize {
    outside.downcast_object_ref::<Scope>().map_or(0, |scope| depth(&scope.outside) + 1)
}

#[derive(Debug)]
struct Scope {
    name: String,
    item: Value,
    round: Value,
    outside: Value,
}

impl Object for Scope {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str()? {
            name if name == self.name => Some(self.item.clone()),
            "loop" => Some(self.round.clone()),
            _ => self.outside.get_item(key).ok().filter(|value| !value.is_undefined()),
        }
    }
}

#[derive(Debug)]
struct Iterations {
    items: Vec<Value>,
    /// What `loop.changed` was last asked about.
    last_seen: Mutex<Option<Vec<Value>>>,
    depth: usize,
}

/// The `loop` of one round.
#[derive(Debug)]
struct Round {
    index: usize,
    iterations: Arc<Iterations>,
}

impl Object for Round {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let (index, length) = (self.index, self.iterations.items.len());
        let item = |index: Option<usize>| {
            let item = index.and_then(|index| self.iterations.items.get(index));
            item.cloned().unwrap_or_default()
        };
        Some(match key.as_str()? {
            "index" => Value::from(index + 1),
            "index0" => Value::from(index),
            "revindex" => Value::from(length - index),
            "revindex0" => Value::from(length - index - 1),
            "first" => Value::from(index == 0),
            "last" => Value::from(index + 1 == length),
            "length" => Value::from(length),
            "depth" => Value::from(self.iterations.depth + 1),
            "depth0" => Value::from(self.iterations.depth),
            "previtem" => item(index.checked_sub(1)),
            "nextitem" => item(Some(index + 1)),
            _ => return None,
        })
    }

    fn call_method(self: &Arc<Self>, _: &mut State, method: &str, arguments: &[Value]) -> Result<Value, Error> {
        match method {
            "cycle" if !arguments.is_empty() => Ok(arguments[self.index % arguments.len()].clone()),
            "changed" => {
                let mut last = self.iterations.last_seen.lock().unwrap_or_else(PoisonError::into_inner);
                let is_changed = last.as_deref() != Some(arguments);
                *last = Some(arguments.to_vec());
                Ok(Value::from(is_changed))
            }
            _ => Err(Error::new(ErrorKind::UnknownMethod, format!("loop has no method named {method}"))),
        }
    }
}
