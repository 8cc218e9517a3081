//! The environment in which programs run: the filters, tests and functions, and the limits on single values.

use std::sync::LazyLock;

use minijinja::value::{DynObject, Kwargs, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, Output, State, UndefinedBehavior, filters, functions};

use crate::expr::{CYCLE, METER, STEP, STORE};

use super::contract;
use super::eval::{Destination, EvaluationError, MAX_MESSAGE_BYTES, RenderLimit, VALUE_MARK, as_text};

/// The fuel of one program. An instruction takes 1, and so do 64 bytes of text or 2 items.
pub(super) const PROGRAM_FUEL: u64 = 100_000;

/// The bytes of text that MiniJinja makes for one unit of fuel.
pub(super) const BYTES_PER_FUEL: usize = 64;

/// The items that MiniJinja visits for one unit of fuel.
pub(super) const ITEMS_PER_FUEL: u64 = 2;

/// The most items of a list that an operation makes: what the fuel of a program pays for.
const MAX_ITEMS: usize = (PROGRAM_FUEL * ITEMS_PER_FUEL) as usize;

/// The largest size of the intermediate values of one program together, in bytes of text plus items.
const MAX_WORK: usize = 4 << 20;

/// The deepest that an intermediate value can nest.
const MAX_DEPTH: usize = 100;

/// Evaluates programs of texts and conditions.
pub(super) static TEXT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(PROGRAM_FUEL));
    environment.set_formatter(|out, state, value| write_value(out, state, value, Destination::Text));
    // A chat is not an HTML page, and nothing is debugged at run time.
    for name in ["escape", "e", "indent", "pprint"] {
        environment.remove_filter(name);
    }
    environment.remove_global("debug");
    environment.add_filter(METER, meter);
    environment.add_filter(STORE, store);
    environment.add_filter(STEP, step);
    environment.add_filter(CYCLE, cycle);
    environment.add_filter("tojson", tojson);
    contract::register(&mut environment);
    environment
});

/// Evaluates programs of links.
pub(super) static LINK: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = TEXT.clone();
    environment.set_formatter(|out, state, value| write_value(out, state, value, Destination::Link));
    environment
});

/// Writes a value into text. In a link it is marked, unless the author vouches for it with `| safe`.
fn write_value(out: &mut Output, state: &mut State, value: &Value, target: Destination) -> Result<(), Error> {
    if value.is_undefined() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    let text = as_text(value).map_err(|found| refuse(EvaluationError::NotText { found }))?;
    let written = &mut state.get_or_insert_extension_with(Account::default).written;
    *written += text.len();
    if *written > MAX_MESSAGE_BYTES {
        return Err(refuse(RenderLimit::MessageText.into()));
    }
    if target == Destination::Link && !value.is_safe() {
        write!(out, "{VALUE_MARK}{}:", text.len())?;
    } else if target == Destination::Link && text.contains(VALUE_MARK) {
        let failure = EvaluationError::Link { value: text, part: "text", allowed: "characters of a URL" };
        return Err(refuse(failure));
    }
    out.write_str(&text)?;
    Ok(())
}

/// What one evaluation has used so far.
#[derive(Default)]
pub(super) struct Account {
    /// Bytes written.
    written: usize,
    /// The size of the intermediate values.
    pub(super) work: usize,
}

/// Passes a value on and accounts for its size.
fn meter(state: &mut State, value: Value) -> Result<Value, Error> {
    let value = evaluated(state, value)?;
    let account = state.get_or_insert_extension_with(Account::default);
    account.work = add_size(&value, account.work, 0)?;
    Ok(value)
}

/// Returns a list with the items of a lazy one. Slices of slices of slices would recurse as deep as there are slices.
fn evaluated(state: &State, value: Value) -> Result<Value, Error> {
    let is_list = matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable);
    if !is_list || value.is_tuple() || value.downcast_object_ref::<Vec<Value>>().is_some() {
        return Ok(value);
    }
    let items: Vec<Value> = value.try_iter()?.take(MAX_ITEMS).collect();
    state.consume_fuel(items.len() as u64 / ITEMS_PER_FUEL)?;
    Ok(items.into())
}

/// Adds the size of a value to `sum`: bytes of text, and one for each item. `depth`: how many values it is nested in.
fn add_size(value: &Value, sum: usize, depth: usize) -> Result<usize, Error> {
    let own = value.as_str().map_or_else(|| value.len().unwrap_or(0), str::len) + 1;
    let sum = sum.saturating_add(own);
    if sum > MAX_WORK {
        return Err(refuse(RenderLimit::IntermediateSize.into()));
    }
    if depth > MAX_DEPTH {
        return Err(refuse(RenderLimit::Nesting.into()));
    }
    match value.kind() {
        ValueKind::Seq => value.try_iter()?.try_fold(sum, |sum, item| add_size(&item, sum, depth + 1)),
        ValueKind::Map => value.try_iter()?.try_fold(sum, |sum, key| {
            let item = value.get_item(&key)?;
            add_size(&item, add_size(&key, sum, depth + 1)?, depth + 1)
        }),
        _ => Ok(sum),
    }
}

/// Passes on a value that is assigned to an attribute of a namespace. A namespace in it could contain itself
/// afterwards, and no walk over its values would end.
fn store(value: Value) -> Result<Value, Error> {
    match has_namespace(&value)? {
        true => Err(Error::new(ErrorKind::InvalidOperation, "a namespace cannot contain another one")),
        false => Ok(value),
    }
}

/// Returns whether a value is a namespace or contains one. It is not deep: all that contains something has been
/// measured.
fn has_namespace(value: &Value) -> Result<bool, Error> {
    static NAMESPACE: LazyLock<Option<&'static str>> = LazyLock::new(|| {
        let namespace = functions::namespace(None).ok()?;
        namespace.as_object().map(DynObject::type_name)
    });
    if value.as_object().is_some_and(|object| Some(object.type_name()) == *NAMESPACE) {
        return Ok(true);
    }
    let mut items = match value.kind() {
        ValueKind::Seq | ValueKind::Map => value.try_iter()?,
        _ => return Ok(false),
    };
    let is_map = value.kind() == ValueKind::Map;
    items
        .try_fold(false, |found, item| Ok(found || has_namespace(&if is_map { value.get_item(&item)? } else { item })?))
}

/// Passes on the step of a slice that goes forward.
fn step(value: Value) -> Result<Value, Error> {
    match value.as_i64() {
        Some(step) if step < 1 => {
            let detail = "the step of a slice must be at least 1; use `| reverse` to go backward";
            Err(Error::new(ErrorKind::InvalidOperation, detail))
        }
        _ => Ok(value),
    }
}

/// Calls the method `cycle` of a value, which must have something to choose from.
fn cycle(state: &mut State, value: &Value, arguments: &[Value]) -> Result<Value, Error> {
    if arguments.is_empty() {
        let detail = "`cycle` takes at least one argument";
        return Err(Error::new(ErrorKind::MissingArgument, detail));
    }
    value.call_method(state, "cycle", arguments)
}

/// Returns a value as JSON. Its indentation is paid for before it is written: MiniJinja's filter takes any width.
fn tojson(state: &mut State, value: &Value, indent: Option<Value>, options: Kwargs) -> Result<Value, Error> {
    let given = match &indent {
        Some(indent) => Some(indent.clone()),
        None => options.get("indent")?,
    };
    let width = given.and_then(|width| usize::try_from(width).ok()).unwrap_or(0);
    add_size(value, 0, 0)?;
    let spaces = indented(value, 0)?.saturating_mul(width);
    state.consume_fuel((spaces / BYTES_PER_FUEL) as u64)?;
    let json = filters::tojson(value, indent, options)?;
    state.consume_fuel((json.as_str().map_or(0, str::len) / BYTES_PER_FUEL) as u64)?;
    Ok(json)
}

/// Returns the levels by which the lines of a value are indented, in total. `depth`: how many values it is nested in.
fn indented(value: &Value, depth: usize) -> Result<usize, Error> {
    let is_map = value.kind() == ValueKind::Map;
    if !is_map && !matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable) {
        return Ok(depth);
    }
    value.try_iter()?.try_fold(2 * depth, |sum, item| {
        let item = if is_map { value.get_item(&item)? } else { item };
        Ok(sum.saturating_add(indented(&item, depth + 1)?))
    })
}

/// Wraps an error so that it comes back out of MiniJinja.
pub(super) fn refuse(failure: EvaluationError) -> Error {
    Error::new(ErrorKind::InvalidOperation, failure.to_string()).with_source(failure)
}

#[cfg(test)]
mod tests {
    use std::thread;

    use minijinja::Value;

    use crate::expr::Program;
    use crate::render::eval::{EvaluationError, Evaluator, RenderLimit};

    /// Evaluates on a small stack, as that of a thread of an embedder.
    fn evaluate(text: &str) -> Result<String, EvaluationError> {
        let text = text.to_owned();
        let evaluate = move || {
            let program = Program::text(&text).expect(&text);
            Evaluator::new().text(&program, &Value::from_pairs([("one", 1)])).map_err(|failed| failed.failure)
        };
        let thread = thread::Builder::new().stack_size(1 << 20).spawn(evaluate).expect("a thread");
        thread.join().expect("the evaluation ends")
    }

    /// Evaluates a template that changes a value again and again.
    fn repeated(change: &str, end: &str) -> Result<String, EvaluationError> {
        evaluate(&format!(
            "{{% set ns = namespace(x=[1]) %}}{{% for i in range(3000) %}}{{% set ns.x = {change} %}}{{% endfor %}}\
             {end} "
        ))
    }

    #[test]
    fn values_that_nest_too_deeply_are_rejected() {
        for change in ["[ns.x]", "(ns.x,)", "{'a': ns.x}", "dict(a=ns.x)", "ns.x | batch(2)", "ns.x | zip"] {
            let found = repeated(change, "{{ ns.x | string }}");
            assert_eq!(found, Err(EvaluationError::OutOfBounds { bound: RenderLimit::Nesting }), "{change}");
        }
    }

    #[test]
    fn shared_values_count_each_time_they_appear() {
        for change in ["[ns.x, ns.x]", "dict(a=ns.x, b=ns.x)", "ns.x + ns.x"] {
            let text = format!(
                "{{% set ns = namespace(x=[1]) %}}{{% for i in range(60) %}}{{% set ns.x = {change} %}}{{% endfor %}}\
                 {{{{ ns.x | string }}}} "
            );
            assert!(matches!(evaluate(&text), Err(EvaluationError::OutOfBounds { .. })), "{change}");
        }
    }

    #[test]
    fn repeated_slicing_does_not_nest_lazy_lists() {
        for change in ["ns.x[0:]", "ns.x | reverse", "ns.x * 1", "ns.x + []", "ns.x | chain([])", "ns.x[::1] | list"] {
            for end in ["{{ ns.x | length }}", "{{ ns.x | join }}", "{% for x in ns.x %}{{ x }}{% endfor %}"] {
                assert_eq!(repeated(change, end).as_deref().map(str::trim), Ok("1"), "{change}, {end}");
            }
        }
    }

    #[test]
    fn a_namespace_cannot_contain_another() {
        for change in ["ns", "[ns]", "{'a': [ns]}", "namespace(x=ns)", "dict(a=ns)"] {
            for use_of in ["{{ ns | string }}", "{{ [ns] | length }}", "{{ ns == ns }}"] {
                let text = format!("{{% set ns = namespace() %}}{{% set ns.x = {change} %}}{use_of} ");
                let detail = "a namespace cannot contain another one".to_owned();
                assert_eq!(evaluate(&text), Err(EvaluationError::Evaluation { detail }), "{change}");
            }
        }
    }

    #[test]
    fn a_panic_is_an_error_of_its_program() {
        let failures = ["{{ '%.70000f' | format(1) }} ", "{{ '%.70000f' | format(1) }}"];
        for text in failures {
            assert_eq!(evaluate(text), Err(EvaluationError::Internal), "{text}");
        }
    }

    #[test]
    fn cycle_takes_at_least_one_value() {
        let cycle = |call: &str| evaluate(&format!("{{% for i in [1, 2, 3] %}}{{{{ {call} }}}}{{% endfor %}}"));
        let detail = "`cycle` takes at least one argument".to_owned();
        for call in ["loop.cycle()", "loop.cycle(*[])", "loop.cycle(*[], *[])"] {
            assert_eq!(cycle(call), Err(EvaluationError::Evaluation { detail: detail.clone() }), "{call}");
        }
        assert_eq!(cycle("loop.cycle('a', *['b'])").as_deref(), Ok("aba"));
    }

    #[test]
    fn json_has_the_indentation_that_is_asked_for() {
        assert_eq!(evaluate("{{ {'a': [1]} | tojson(1) }}").as_deref(), Ok("{\n \"a\": [\n  1\n ]\n}"));
        assert_eq!(evaluate("{{ {'a': [1]} | tojson }}").as_deref(), Ok("{\"a\": [1]}"));
    }

    #[test]
    fn filters_are_charged_for_their_output() {
        for text in [
            "{% set b = 'a' * 60000 %}{{ b | replace('a', b) }} ",
            "{{ range(60000) | join('a' * 60000) }} ",
            "{{ '%1000000000d' | format(1) }} ",
            "{{ '%.1000000000f' | format(1.0) }} ",
            "{{ [1] | batch(1000000000, 0) | list | length }} ",
            "{{ [1] | slice(1000000000, 0) | list | length }} ",
            "{{ ('x' * 60000) * 60000 }} ",
            "{{ ([1] * 100000000) | length }} ",
            "{{ {'a': 1} | tojson(4294967296) }} ",
            "{{ ([[1]] * 1000) | tojson(indent=100000) }} ",
        ] {
            assert!(matches!(evaluate(text), Err(EvaluationError::OutOfBounds { .. })), "{text}: {:?}", evaluate(text));
        }
    }
}
