//! The filters, tests and functions that templates can use, and what each does with its values.
//!
//! A template never shows by accident what is no text: `None`, `True`, a list, or nothing in place of a misspelt
//! attribute. MiniJinja's functions convert such values without an error, so each has a contract here. The evaluator
//! calls every function through its contract, and the types of expressions are checked against it. What is not in
//! these tables cannot be called; a test compares them with MiniJinja.

use crate::persian::Calendar;
use crate::schema::Kind;

use super::ast::BinaryOp;
use super::persian::{PersianError, PersianFilter, Unit};

/// A filter or a test, and what it does with its values.
#[derive(Debug)]
pub struct Function {
    /// The name.
    pub name: &'static str,
    /// The name of the function that verifies the contract and then calls this one; no author can write it.
    pub(crate) checked: &'static str,
    /// What it does with the value before it.
    pub input: Takes,
    /// What it does with each item of the value before it, or with the item's attribute.
    pub items: Takes,
    /// Its parameters by position. Most can be passed as keywords, too.
    pub parameters: &'static [Parameter],
    /// Its parameters that are passed as keywords only.
    pub keywords: &'static [Parameter],
    /// What it does with further arguments.
    pub rest: Takes,
    /// The filter for Persian that it is. Such a filter takes no arguments but those for its parameters.
    pub persian: Option<PersianFilter>,
}

/// A parameter: its name, and what the function does with the value.
pub type Parameter = (&'static str, Takes);

/// What is done with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// It is passed on or told apart, also if it is undefined.
    Anything,
    /// It is passed on, compared or counted; it must be defined.
    Value,
    /// It becomes text, as only strings and numbers can.
    Text,
    /// It is taken apart as a string.
    String,
    /// It is calculated with. A boolean is none: for MiniJinja, `true` counts as 1.
    Number,
    /// It is added or multiplied: a number, or a string or a list that is joined or repeated.
    Addend,
    /// Its order is compared. Booleans have none.
    Ordered,
    /// It is converted to a number.
    Numeric,
    /// It is a list that is iterated over; also the keys of a mapping and the characters of a string.
    Items,
    /// It is a string, a list or a mapping that is counted, or in which something is searched.
    Container,
    /// It is a string or a list of which a part is taken.
    Sequence,
    /// Its keys and values are iterated over.
    Mapping,
    /// It becomes JSON, in which nothing can be undefined.
    Json,
    /// It is encoded for a URL: text, or a mapping whose values are texts.
    Query,
    /// It is the name of an attribute of the items, or several in a path.
    Attribute,
    /// It is the name of a filter that is applied to the items.
    Filter,
    /// It is the name of a test that is applied to the items.
    Test,
    /// It is a format for the arguments, as for `printf`.
    Format,
    /// It is true or false.
    Boolean,
    /// It is a number, or a string that is one in ASCII digits.
    Numeral,
    /// It is a date as a string, or the seconds since 1970.
    Date,
}

/// How an argument is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passed<'n> {
    /// As the first (0), the second (1), …
    Position(usize),
    /// With this name.
    Keyword(&'n str),
}

/// An operation that has a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Operation {
    /// A filter.
    #[error("the filter `{0}`")]
    Filter(&'static str),
    /// A test.
    #[error("the test `{0}`")]
    Test(&'static str),
    /// A function.
    #[error("the function `{0}`")]
    Function(&'static str),
    /// An operator by its sign, such as `a + b` and `-a`.
    #[error("`{0}`")]
    Operator(&'static str),
    /// `a in b`
    #[error("`in`")]
    In,
    /// `a[b]`
    #[error("an index")]
    Item,
    /// `a[b:c]`
    #[error("a slice")]
    Slice,
    /// `b` in `a[b:c]`
    #[error("a bound of a slice")]
    Bound,
}

/// Which of the values of an operation a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperandRole {
    /// The value before a filter or a test, or an operand.
    Input,
    /// An item of the value before a filter, or the item's attribute.
    Item,
    /// An argument.
    Argument,
}

macro_rules! function {
    ($name:literal, $input:ident $(, each: $items:ident)? $(, [$($parameter:literal: $takes:ident),*])?
        $(, keywords: [$($keyword:literal: $given:ident),*])? $(, rest: $rest:ident)?
        $(, persian: $persian:expr)?) => {
        Function {
            name: $name,
            checked: concat!("(", $name, ")"),
            input: Takes::$input,
            items: function!(@one $($items)?),
            parameters: &[$($(($parameter, Takes::$takes)),*)?],
            keywords: &[$($(($keyword, Takes::$given)),*)?],
            rest: function!(@one $($rest)?),
            persian: function!(@some $($persian)?),
        }
    };
    (@some) => { None };
    (@some $persian:expr) => { Some($persian) };
    (@one) => { Takes::Anything };
    (@one $takes:ident) => { Takes::$takes };
}

/// The filters: `x | name`.
pub const FILTERS: &[Function] = &[
    function!("abs", Number),
    function!("attr", Value, ["key": Value]),
    function!("batch", Items, ["count": Number, "fill_with": Value]),
    function!("bool", Value),
    function!("capitalize", Text),
    function!("chain", Items, rest: Items),
    function!("count", Container),
    function!("d", Anything, rest: Anything),
    function!("default", Anything, rest: Anything),
    function!("dictsort", Mapping),
    function!("digits", Text, ["to": String], persian: PersianFilter::Digits),
    function!("first", Container),
    function!("float", Numeric, ["default": Value]),
    function!("format", Format, rest: Anything),
    function!("gregorian", Date, ["format": String], keywords: ["tz": String],
        persian: PersianFilter::Date(Calendar::Gregorian)),
    function!("groupby", Items, each: Value, ["attribute": Attribute], keywords: ["default": Value]),
    function!("int", Numeric, ["default": Value, "base": Number]),
    function!("items", Mapping),
    function!("jalali", Date, ["format": String], keywords: ["tz": String],
        persian: PersianFilter::Date(Calendar::Jalali)),
    function!("join", Items, each: Text, ["d": Text, "attribute": Attribute]),
    function!("last", Sequence),
    function!("length", Container),
    function!("lines", String),
    function!("list", Items),
    function!("lower", Text),
    function!("map", Items, each: Value, ["name": Filter], keywords: ["attribute": Attribute, "default": Value],
        rest: Anything),
    function!("max", Items, each: Value, keywords: ["attribute": Attribute]),
    function!("min", Items, each: Value, keywords: ["attribute": Attribute]),
    function!("number", Numeral, keywords: ["decimals": Number, "grouping": Boolean, "latin": Boolean],
        persian: PersianFilter::Number),
    function!("reject", Items, each: Value, ["name": Test], rest: Anything),
    function!("rejectattr", Items, each: Value, ["attribute": Attribute, "name": Test], rest: Anything),
    function!("replace", Text, ["from": Text, "to": Text, "count": Number]),
    function!("reverse", Container),
    function!("rial", Numeral, keywords: ["from": String], persian: PersianFilter::Money(Unit::Rial)),
    function!("round", Number, ["precision": Number, "method": Value]),
    function!("safe", Text),
    function!("select", Items, each: Value, ["name": Test], rest: Anything),
    function!("selectattr", Items, each: Value, ["attribute": Attribute, "name": Test], rest: Anything),
    function!("slice", Items, ["count": Number, "fill_with": Value]),
    function!("sort", Items, each: Value, keywords: ["attribute": Attribute]),
    function!("split", String, ["split": String, "maxsplits": Number]),
    function!("string", Text),
    function!("sum", Items, each: Addend, ["attribute": Attribute, "start": Addend]),
    function!("title", Text),
    function!("tojson", Json, ["indent": Value]),
    function!("toman", Numeral, keywords: ["from": String], persian: PersianFilter::Money(Unit::Toman)),
    function!("trim", Text, ["chars": Text]),
    function!("unique", Items, each: Value, keywords: ["attribute": Attribute]),
    function!("upper", Text),
    function!("urlencode", Query),
    function!("words", Numeral, persian: PersianFilter::Words),
    function!("zip", Items, rest: Items),
];

/// The tests: `x is name`. The signs of operators are names of tests, too: `select(">", 0)`.
pub const TESTS: &[Function] = &[
    function!("boolean", Anything),
    function!("defined", Anything),
    function!("divisibleby", Number, ["number": Number]),
    function!("endingwith", Text, ["end": Text]),
    function!("eq", Value, ["other": Value]),
    function!("equalto", Value, ["other": Value]),
    function!("escaped", Value),
    function!("even", Number),
    function!("false", Anything),
    function!("filter", Text),
    function!("float", Anything),
    function!("ge", Ordered, ["other": Ordered]),
    function!("greaterthan", Ordered, ["other": Ordered]),
    function!("gt", Ordered, ["other": Ordered]),
    function!("in", Value, ["container": Container]),
    function!("int", Anything),
    function!("integer", Anything),
    function!("iterable", Anything),
    function!("le", Ordered, ["other": Ordered]),
    function!("lessthan", Ordered, ["other": Ordered]),
    function!("lower", Value),
    function!("lt", Ordered, ["other": Ordered]),
    function!("mapping", Anything),
    function!("ne", Value, ["other": Value]),
    function!("none", Anything),
    function!("number", Anything),
    function!("odd", Number),
    function!("safe", Value),
    function!("sameas", Value, ["other": Value]),
    function!("sequence", Anything),
    function!("startingwith", Text, ["start": Text]),
    function!("string", Anything),
    function!("test", Text),
    function!("true", Anything),
    function!("undefined", Anything),
    function!("upper", Value),
    function!("==", Value, ["other": Value]),
    function!("!=", Value, ["other": Value]),
    function!("<", Ordered, ["other": Ordered]),
    function!("<=", Ordered, ["other": Ordered]),
    function!(">", Ordered, ["other": Ordered]),
    function!(">=", Ordered, ["other": Ordered]),
];

/// An operator whose operands have a contract.
#[derive(Debug)]
pub(crate) struct Operator {
    pub(crate) op: BinaryOp,
    /// The name of the filter that an operand passes through; no author can write it.
    pub(crate) checked: &'static str,
    /// What the operator does with each operand.
    pub(crate) takes: Takes,
}

macro_rules! operator {
    ($op:ident, $checked:literal, $takes:ident) => {
        Operator { op: BinaryOp::$op, checked: $checked, takes: Takes::$takes }
    };
}

/// The operators that take only some values. `in` has a contract of its own: what it takes depends on the container.
pub(crate) const OPERATORS: &[Operator] = &[
    operator!(Add, "(+)", Addend),
    operator!(Sub, "(-)", Number),
    operator!(Mul, "(*)", Addend),
    operator!(Div, "(/)", Number),
    operator!(FloorDiv, "(//)", Number),
    operator!(Rem, "(%)", Number),
    operator!(Pow, "(**)", Number),
    operator!(Concat, "(~)", Text),
    operator!(Lt, "(<)", Ordered),
    operator!(Lte, "(<=)", Ordered),
    operator!(Gt, "(>)", Ordered),
    operator!(Gte, "(>=)", Ordered),
];

/// The functions that every program can call: `name(…)`. None of them makes text or looks up an attribute.
pub const FUNCTIONS: [&str; 3] = [RANGE, "dict", "namespace"];

/// The function that takes only numbers. The others pass their arguments on.
pub(crate) const RANGE: &str = "range";

/// Returns the filter of a name.
#[must_use]
pub fn filter(name: &str) -> Option<&'static Function> {
    FILTERS.iter().find(|function| function.name == name)
}

/// Returns the test of a name.
#[must_use]
pub fn test(name: &str) -> Option<&'static Function> {
    TESTS.iter().find(|function| function.name == name)
}

/// Returns the contract of an operator; `None` if it takes all values.
pub(crate) fn operator(op: BinaryOp) -> Option<&'static Operator> {
    OPERATORS.iter().find(|operator| operator.op == op)
}

impl Takes {
    /// Returns whether values of a JSON kind are taken.
    #[must_use]
    pub fn includes(self, kind: Kind) -> bool {
        let is_number = matches!(kind, Kind::Integer | Kind::Number);
        let is_string = kind == Kind::String;
        match self {
            Self::Anything | Self::Value | Self::Json => true,
            Self::Text | Self::Numeral | Self::Date => is_string || is_number,
            Self::String | Self::Filter | Self::Test | Self::Format => is_string,
            Self::Number => is_number,
            Self::Addend => is_number || is_string || kind == Kind::Array,
            Self::Ordered => kind != Kind::Boolean,
            Self::Boolean => kind == Kind::Boolean,
            Self::Numeric => is_string || is_number || kind == Kind::Boolean,
            Self::Items | Self::Container => is_string || matches!(kind, Kind::Array | Kind::Object),
            Self::Sequence => is_string || kind == Kind::Array,
            Self::Mapping => kind == Kind::Object,
            Self::Query => is_string || is_number || kind == Kind::Object,
            // `map(attribute=0)` takes the first item of each.
            Self::Attribute => is_string || is_number || kind == Kind::Null,
        }
    }

    /// Returns whether an argument can be `none`, which stands for one that is not given.
    #[must_use]
    pub fn is_optional(self) -> bool {
        matches!(self, Self::String | Self::Number)
    }
}

/// Returns the names of functions that are words.
pub fn names(functions: &'static [Function]) -> impl Iterator<Item = &'static str> {
    functions.iter().map(|function| function.name).filter(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

impl Function {
    /// Returns where the name of a filter or a test is among the arguments, and which of the two it is.
    #[must_use]
    pub fn applied(&self) -> Option<(usize, Takes)> {
        let mut parameters = self.parameters.iter().map(|(_, takes)| *takes).enumerate();
        parameters.find(|(_, takes)| matches!(takes, Takes::Filter | Takes::Test))
    }

    /// Returns what is done with an argument that is passed by position.
    #[must_use]
    pub fn positional(&self, index: usize) -> Takes {
        self.parameters.get(index).map_or(self.rest, |(_, takes)| *takes)
    }

    /// Returns whether it is a filter for Persian.
    #[must_use]
    pub fn is_persian(&self) -> bool {
        self.persian.is_some()
    }

    /// Returns the parameter for an argument of a filter for Persian, which is passed by position or as a keyword.
    ///
    /// # Errors
    /// [`PersianError::Arguments`] and [`PersianError::Keyword`] if there is none.
    pub fn parameter(&self, passed: Passed<'_>) -> Result<&'static str, PersianError> {
        let names = || self.parameters.iter().chain(self.keywords).map(|(name, _)| *name);
        match passed {
            Passed::Position(index) => {
                let found = self.parameters.get(index).map(|(name, _)| *name);
                found.ok_or(PersianError::Arguments { most: self.parameters.len() })
            }
            Passed::Keyword(keyword) => {
                let unknown = || PersianError::Keyword { name: keyword.to_owned(), known: names().collect() };
                names().find(|name| *name == keyword).ok_or_else(unknown)
            }
        }
    }

    /// Returns what is done with an argument that is passed as a keyword.
    #[must_use]
    pub fn keyword(&self, name: &str) -> Option<Takes> {
        let mut parameters = self.parameters.iter().chain(self.keywords);
        parameters.find(|(parameter, _)| *parameter == name).map(|(_, takes)| *takes)
    }
}
