//! The filters, tests and functions that templates can use.
//!
//! Whether there is one is looked up in the environment that evaluates programs. The lists are for suggestions; a test
//! compares them with the environment.

use minijinja::Value;

pub use crate::expr::FUNCTIONS;

use super::environment::TEXT;

/// The filters: `x | name`.
pub const FILTERS: &[&str] = &[
    "abs",
    "attr",
    "batch",
    "bool",
    "capitalize",
    "chain",
    "count",
    "d",
    "default",
    "dictsort",
    "first",
    "float",
    "format",
    "groupby",
    "int",
    "items",
    "join",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "safe",
    "select",
    "selectattr",
    "slice",
    "sort",
    "split",
    "string",
    "sum",
    "title",
    "tojson",
    "trim",
    "unique",
    "upper",
    "urlencode",
    "zip",
];

/// The tests: `x is name`.
pub const TESTS: &[&str] = &[
    "boolean",
    "defined",
    "divisibleby",
    "endingwith",
    "eq",
    "equalto",
    "escaped",
    "even",
    "false",
    "filter",
    "float",
    "ge",
    "greaterthan",
    "gt",
    "in",
    "int",
    "integer",
    "iterable",
    "le",
    "lessthan",
    "lower",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "safe",
    "sameas",
    "sequence",
    "startingwith",
    "string",
    "test",
    "true",
    "undefined",
    "upper",
];

/// Returns whether there is a filter of this name.
#[must_use]
pub fn has_filter(name: &str) -> bool {
    has("filter", name)
}

/// Returns whether there is a test of this name.
#[must_use]
pub fn has_test(name: &str) -> bool {
    has("test", name)
}

/// Returns whether there is a function of this name.
#[must_use]
pub fn has_function(name: &str) -> bool {
    TEXT.globals().any(|(global, _)| global == name)
}

/// Looks a name up with MiniJinja's own tests, `is filter` and `is test`.
fn has(kind: &str, name: &str) -> bool {
    TEXT.empty_state().perform_test(kind, &[Value::from(name)]).unwrap_or_default()
}
