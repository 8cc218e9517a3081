//! Verifies at run time that functions and operators get what their contracts say.
//!
//! Every filter and test is registered a second time, under the name that programs call: there it verifies its contract
//! and then calls MiniJinja's function. `map("upper")` and the like apply a function by name, so these names are
//! replaced, too.

use minijinja::value::{Kwargs, Rest, Value, ValueKind, ValueOrKwargs, from_args};
use minijinja::{Environment, Error, State, functions};

use crate::expr::library::{self, FILTERS, Function, OPERATORS, OperandRole, Operation, Passed, RANGE, TESTS, Takes};
use crate::expr::persian::{Options, PersianFilter};
use crate::expr::printf::{self, FormatError};
use crate::expr::{BOUND, IN, ITEM, KEEP, KEPT, SLICE};
use crate::schema::Kind;

use super::environment::{BYTES_PER_FUEL, ITEMS_PER_FUEL, refuse};
use super::eval::{EvaluationError, ValueType};

/// Adds the functions and operators that verify their contracts.
pub(super) fn register(environment: &mut Environment<'static>) {
    for filter in FILTERS {
        if let Some(persian) = filter.persian {
            environment.add_filter(filter.name, move |state: &mut State, values: Rest<ValueOrKwargs>| {
                apply(filter, persian, state, &values.into_values())
            });
        }
        environment.add_filter(filter.checked, |state: &mut State, values: Rest<ValueOrKwargs>| {
            let values = Call::new(filter, Operation::Filter(filter.name), values).verified(state)?;
            state.apply_filter(filter.name, &values)
        });
    }
    for test in TESTS {
        environment.add_test(test.checked, |state: &mut State, values: Rest<ValueOrKwargs>| {
            let values = Call::new(test, Operation::Test(test.name), values).verified(state)?;
            state.perform_test(test.name, &values)
        });
    }
    for operator in OPERATORS {
        environment.add_filter(operator.checked, |value: Value| {
            verify(&value, operator.takes, Operation::Operator(operator.op.symbol()), OperandRole::Input)?;
            Ok::<_, Error>(value)
        });
    }
    environment.add_filter(SLICE, |value: Value| {
        verify(&value, Takes::Sequence, Operation::Slice, OperandRole::Input)?;
        Ok::<_, Error>(value)
    });
    environment.add_filter(BOUND, |value: Value| {
        if !value.is_none() {
            verify(&value, Takes::Number, Operation::Bound, OperandRole::Input)?;
        }
        Ok::<_, Error>(value)
    });
    environment.add_filter(ITEM, |state: &mut State, value: &Value, key: &Value| {
        look_up(value, key, (Operation::Item, OperandRole::Input))?;
        state.apply_filter("attr", &[value.clone(), key.clone()])
    });
    environment.add_filter(KEEP, |state: &mut State, value: Value| {
        state.get_or_insert_extension_with(Kept::default).0 = value.clone();
        value
    });
    environment.add_filter(KEPT, |state: &mut State, _: Value| {
        std::mem::take(&mut state.get_or_insert_extension_with(Kept::default).0)
    });
    environment.add_function(RANGE, |start: Value, end: Option<Value>, step: Option<Value>| {
        for value in [Some(&start), end.as_ref(), step.as_ref()].into_iter().flatten() {
            verify_argument(value, Takes::Number, Operation::Function(RANGE))?;
        }
        let number = |value: Option<Value>| value.map(isize::try_from).transpose();
        functions::range(isize::try_from(start)?, number(end)?, number(step)?)
    });
    environment.add_filter(IN, |state: &mut State, value: &Value, container: &Value| {
        search(value, container, Operation::In)?;
        state.perform_test("in", &[value.clone(), container.clone()])
    });
}

/// The value that the comparisons of a chain share. Nothing is evaluated between keeping it and using it again but the
/// first of them.
#[derive(Default)]
struct Kept(Value);
/// Applies a filter for Persian to values whose types have been verified.
fn apply(function: &'static Function, filter: PersianFilter, state: &State, values: &[Value]) -> Result<String, Error> {
    let failed = |error| refuse(EvaluationError::Persian(error));
    let (input, arguments, keywords): (&Value, &[Value], Kwargs) = from_args(values)?;
    let mut options = Options::default();
    for (index, argument) in arguments.iter().enumerate() {
        let parameter = function.parameter(Passed::Position(index)).map_err(failed)?;
        options.set(parameter, argument).map_err(failed)?;
    }
    for name in keywords.args() {
        let parameter = function.parameter(Passed::Keyword(name)).map_err(failed)?;
        options.set(parameter, &keywords.peek::<Value>(name)?).map_err(failed)?;
    }
    let text = options.apply(filter, input).map_err(failed)?;
    state.consume_fuel((text.len() / BYTES_PER_FUEL) as u64)?;
    Ok(text)
}

/// A call of a function.
struct Call {
    function: &'static Function,
    operation: Operation,
    /// The value before it and its arguments.
    values: Vec<Value>,
}

impl Call {
    fn new(function: &'static Function, operation: Operation, values: Rest<ValueOrKwargs>) -> Self {
        Self { function, operation, values: values.into_values() }
    }

    /// Verifies the contract, and returns the values for MiniJinja's function.
    fn verified(mut self, state: &State) -> Result<Vec<Value>, Error> {
        {
            let (positional, keywords): (&[Value], Kwargs) = from_args(&self.values)?;
            // MiniJinja's function says what is missing.
            let Some((input, arguments)) = positional.split_first() else { return Ok(self.values) };
            self.input(input, arguments, &keywords)?;
            self.arguments(arguments, &keywords)?;
            match (self.function.input, self.function.items) {
                (Takes::Format, _) => self.format(input, arguments, &keywords)?,
                (_, Takes::Anything) => {}
                _ => self.items(state, input, arguments, &keywords)?,
            }
        }
        self.replace_name();
        Ok(self.values)
    }

    fn input(&self, input: &Value, arguments: &[Value], keywords: &Kwargs) -> Result<(), Error> {
        let has_default =
            self.function.keyword("default").is_some() && (!arguments.is_empty() || keywords.has("default"));
        if self.function.input == Takes::Numeric && input.is_none() && has_default {
            return Ok(());
        }
        self.verify(input, self.function.input, OperandRole::Input)?;
        match (self.operation, arguments.first()) {
            (Operation::Test("in"), Some(container)) => search(input, container, self.operation),
            (Operation::Filter("attr"), Some(key)) => look_up(input, key, (self.operation, OperandRole::Argument)),
            _ => Ok(()),
        }
    }

    fn arguments(&self, arguments: &[Value], keywords: &Kwargs) -> Result<(), Error> {
        for (index, argument) in arguments.iter().enumerate() {
            verify_argument(argument, self.function.positional(index), self.operation)?;
        }
        for name in keywords.args() {
            if let Some(takes) = self.function.keyword(name) {
                verify_argument(&keywords.peek::<Value>(name)?, takes, self.operation)?;
            }
        }
        Ok(())
    }

    /// Verifies the items of the input, or the attribute of each.
    fn items(&self, state: &State, input: &Value, arguments: &[Value], keywords: &Kwargs) -> Result<(), Error> {
        // The function that is applied to the items verifies them.
        let applied = self.function.applied().and_then(|(index, _)| arguments.get(index));
        if applied.is_some() || keywords.has("default") {
            return Ok(());
        }
        let attribute = self.attribute(arguments, keywords)?;
        let names = attribute.as_ref().and_then(Value::as_str).map(|names| self.names(names));
        let mut count = 0;
        for item in input.try_iter()? {
            count += 1;
            match (&names, &attribute) {
                (Some(names), _) => {
                    for name in names {
                        self.item(&path(&item, name), Some((name, &item)))?;
                    }
                }
                (None, Some(key)) => {
                    self.item(&item.get_item(key).unwrap_or_default(), Some((&key.to_string(), &item)))?;
                }
                (None, None) => self.item(&item, None)?,
            }
        }
        state.consume_fuel(count / ITEMS_PER_FUEL)
    }

    /// Verifies an item, or its attribute: the name of the attribute, and the item.
    fn item(&self, value: &Value, attribute: Option<(&str, &Value)>) -> Result<(), Error> {
        match (attribute, self.operation) {
            (Some((name, item)), Operation::Filter(filter)) if value.is_undefined() => {
                let keys = if item.kind() == ValueKind::Map { item.try_iter()?.collect() } else { Vec::new() };
                let keys = keys.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                Err(refuse(EvaluationError::NoAttribute { filter, name: name.to_owned(), keys }))
            }
            _ => self.verify(value, self.function.items, OperandRole::Item),
        }
    }

    /// Returns the argument that is the name of an attribute.
    fn attribute(&self, arguments: &[Value], keywords: &Kwargs) -> Result<Option<Value>, Error> {
        let is_attribute = |parameter: &&library::Parameter| parameter.1 == Takes::Attribute;
        let position = self.function.parameters.iter().position(|parameter| is_attribute(&parameter));
        let given = position.and_then(|index| arguments.get(index)).cloned();
        let keyword = || keywords.peek::<Option<Value>>("attribute");
        let found = match given {
            Some(given) => Some(given),
            None if self.function.keyword("attribute").is_some() => keyword()?,
            None => None,
        };
        Ok(found.filter(|name| !name.is_none()))
    }

    /// Returns the attributes that a name stands for: `sort` takes several.
    fn names<'n>(&self, names: &'n str) -> Vec<&'n str> {
        match self.operation {
            Operation::Filter("sort") => names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect(),
            _ => vec![names],
        }
    }

    /// Verifies that each field of a format has a value that is text, and each value a field.
    fn format(&self, format: &Value, arguments: &[Value], keywords: &Kwargs) -> Result<(), Error> {
        let refused = |error| refuse(EvaluationError::Format(error));
        let names: Vec<&str> = keywords.args().collect();
        let count = arguments.len() + usize::from(!names.is_empty());
        let fields = printf::fields_for(format.as_str().unwrap_or_default(), count).map_err(refused)?;
        if names.iter().any(|name| !fields.iter().any(|field| field.key == Some(name))) {
            return Err(refused(FormatError::Keys));
        }
        for (index, field) in fields.iter().enumerate() {
            let value = match field.key {
                Some(key) if names.is_empty() => arguments.first().and_then(|values| values.get_attr(key).ok()),
                Some(key) => keywords.peek::<Value>(key).ok(),
                None => arguments.get(index).cloned(),
            };
            let value = value.filter(|value| field.key.is_none() || !value.is_undefined());
            let value = value.ok_or_else(|| refused(FormatError::Keys))?;
            self.verify(&value, if field.is_number() { Takes::Number } else { Takes::Text }, OperandRole::Argument)?;
        }
        Ok(())
    }

    /// Replaces the name of a filter or test that is applied to the items by that of the function that verifies its
    /// contract.
    fn replace_name(&mut self) {
        let Some((index, takes)) = self.function.applied() else { return };
        let Some(value) = self.values.get_mut(index + 1) else { return };
        let find = if takes == Takes::Filter { library::filter } else { library::test };
        if let Some(function) = value.as_str().and_then(find) {
            *value = Value::from(function.checked);
        }
    }

    fn verify(&self, value: &Value, takes: Takes, operand: OperandRole) -> Result<(), Error> {
        verify(value, takes, self.operation, operand)
    }
}

/// Verifies that a value can be searched in another one.
fn search(value: &Value, container: &Value, operation: Operation) -> Result<(), Error> {
    verify(container, Takes::Container, operation, OperandRole::Argument)?;
    let takes = if container.kind() == ValueKind::String { Takes::Text } else { Takes::Value };
    verify(value, takes, operation, OperandRole::Input)
}

/// Verifies that a value can be the key of an item of another one. Only a mapping can have booleans as keys.
fn look_up(value: &Value, key: &Value, (operation, role): (Operation, OperandRole)) -> Result<(), Error> {
    match (value.kind(), key.kind()) {
        (ValueKind::Map, ValueKind::Bool) => Ok(()),
        (_, ValueKind::Bool) => verify(key, Takes::Number, operation, role),
        _ => Ok(()),
    }
}

/// Verifies an argument. `none` stands for an argument that is not given.
fn verify_argument(value: &Value, takes: Takes, operation: Operation) -> Result<(), Error> {
    let takes = if value.is_none() && takes.is_optional() { Takes::Value } else { takes };
    verify(value, takes, operation, OperandRole::Argument)
}

/// Returns the value at a path, as MiniJinja's filters look it up; undefined if there is none.
fn path(item: &Value, path: &str) -> Value {
    path.split('.').fold(item.clone(), |value, part| {
        let found = match part.parse::<usize>() {
            Ok(index) => value.get_item_by_index(index),
            Err(_) => value.get_attr(part),
        };
        found.unwrap_or_default()
    })
}

fn verify(value: &Value, takes: Takes, operation: Operation, operand: OperandRole) -> Result<(), Error> {
    match refused(value, takes)? {
        Some(ValueType::Undefined) => {
            let detail = match operand {
                OperandRole::Input => "",
                OperandRole::Item => "an item has no value",
                OperandRole::Argument => "an argument has no value",
            };
            Err(refuse(EvaluationError::Undefined { detail: detail.to_owned() }))
        }
        Some(found) => Err(refuse(EvaluationError::NotTaken { operation, takes, operand, found })),
        None => Ok(()),
    }
}

/// Returns the type of a value that is not taken.
fn refused(value: &Value, takes: Takes) -> Result<Option<ValueType>, Error> {
    let found = ValueType::of(value);
    let is_taken = match takes {
        Takes::Anything => true,
        Takes::Json => return undefined_in(value),
        Takes::Query if found == ValueType::Json(Kind::Object) => return not_text_in(value),
        takes => match found {
            ValueType::Undefined => false,
            // MiniJinja's functions refuse these objects, or compare them.
            ValueType::Other => takes != Takes::Text,
            ValueType::Json(kind) => takes.includes(kind),
        },
    };
    Ok((!is_taken).then_some(found))
}

/// Returns the undefined value in a value, at any depth.
fn undefined_in(value: &Value) -> Result<Option<ValueType>, Error> {
    let is_map = value.kind() == ValueKind::Map;
    match value.kind() {
        ValueKind::Undefined => Ok(Some(ValueType::Undefined)),
        ValueKind::Seq | ValueKind::Iterable | ValueKind::Map => {
            for item in value.try_iter()? {
                let found = undefined_in(&if is_map { value.get_item(&item)? } else { item })?;
                if found.is_some() {
                    return Ok(found);
                }
            }
            Ok(None)
        }
        _ => Ok(None),
    }
}

/// Returns the type of the first value of a mapping that cannot become text.
fn not_text_in(mapping: &Value) -> Result<Option<ValueType>, Error> {
    for key in mapping.try_iter()? {
        let found = refused(&key, Takes::Text)?;
        let found = if found.is_some() { found } else { refused(&mapping.get_item(&key)?, Takes::Text)? };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}
