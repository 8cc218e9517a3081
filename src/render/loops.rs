//! The iterations of a `for` on a row or a button, and the values of the names in each.

use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Object, Value, ValueKind};
use minijinja::{Error, ErrorKind, State};

use super::eval::{EvaluationError, RenderLimit, ValueType};

/// The most items that a `for` iterates over.
const MAX_ITERATIONS: usize = 10_000;

/// Returns the scope of each iteration: `name` is the item, `loop` is as in Jinja, and all other names are as outside.
pub(super) fn iterations(name: &str, items: &Value, outside: &Value) -> Result<Vec<Value>, EvaluationError> {
    if !matches!(items.kind(), ValueKind::Seq | ValueKind::Iterable | ValueKind::Map) {
        let detail = format!("cannot iterate over {}", ValueType::of(items));
        return Err(EvaluationError::Evaluation { detail });
    }
    let failed = |error: &Error| EvaluationError::Evaluation { detail: error.to_string() };
    let iterator = items.try_iter().map_err(|error| failed(&error))?;
    let items: Vec<Value> = iterator.take(MAX_ITERATIONS + 1).collect();
    if items.len() > MAX_ITERATIONS {
        return Err(RenderLimit::Items.into());
    }
    let run = Arc::new(LoopRun { items, last_seen: Mutex::default(), depth: depth(outside) });
    let scope = |index: usize| {
        Value::from_object(IterationScope {
            name: name.to_owned(),
            loop_object: Value::from_object(LoopObject { index, run: Arc::clone(&run) }),
            item: run.items[index].clone(),
            outside: outside.clone(),
        })
    };
    Ok((0..run.items.len()).map(scope).collect())
}

/// Returns the number of `for` on rows and buttons around.
fn depth(outside: &Value) -> usize {
    outside.downcast_object_ref::<IterationScope>().map_or(0, |scope| depth(&scope.outside) + 1)
}

/// The names of one iteration.
#[derive(Debug)]
struct IterationScope {
    name: String,
    item: Value,
    loop_object: Value,
    outside: Value,
}

impl Object for IterationScope {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str()? {
            name if name == self.name => Some(self.item.clone()),
            "loop" => Some(self.loop_object.clone()),
            _ => self.outside.get_item(key).ok().filter(|value| !value.is_undefined()),
        }
    }
}

/// What all iterations of a `for` share.
#[derive(Debug)]
struct LoopRun {
    items: Vec<Value>,
    /// The last arguments of `loop.changed`.
    last_seen: Mutex<Option<Vec<Value>>>,
    depth: usize,
}

/// The `loop` of one iteration.
#[derive(Debug)]
struct LoopObject {
    index: usize,
    run: Arc<LoopRun>,
}

impl Object for LoopObject {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let (index, length) = (self.index, self.run.items.len());
        let item = |index: Option<usize>| {
            let item = index.and_then(|index| self.run.items.get(index));
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
            "depth" => Value::from(self.run.depth + 1),
            "depth0" => Value::from(self.run.depth),
            "previtem" => item(index.checked_sub(1)),
            "nextitem" => item(Some(index + 1)),
            _ => return None,
        })
    }

    fn call_method(self: &Arc<Self>, _: &mut State, method: &str, arguments: &[Value]) -> Result<Value, Error> {
        match method {
            // Evaluation refuses a call without arguments.
            "cycle" if !arguments.is_empty() => Ok(arguments[self.index % arguments.len()].clone()),
            "changed" => {
                let mut last = self.run.last_seen.lock().unwrap_or_else(PoisonError::into_inner);
                let is_changed = last.as_deref() != Some(arguments);
                *last = Some(arguments.to_vec());
                Ok(Value::from(is_changed))
            }
            _ => Err(Error::new(ErrorKind::UnknownMethod, format!("loop has no method named {method}"))),
        }
    }
}
