//! The types of expressions, inferred from the declarations, and that all values have them.

use kenarc::analysis::types::{Kinds, Type, type_of};
use kenarc::expr::Program;
use kenarc::lint;
use kenarc::persian::TextForm;
use kenarc::template::Template;
use kenarc::{Diagnostic, SourceFile, Values};
use proptest::prelude::*;
use serde_json::{Value, json};

fn template(text: &str) -> Template {
    lint::check(&SourceFile::new("template.yaml", text)).template.expect("a template")
}

/// Returns the inferred type of an expression, as it is displayed.
fn inferred_type(declarations: &str, expression: &str) -> String {
    let template = template(&format!("message: x\nvariables:\n{declarations}"));
    let variables = template.variables.as_ref().expect("declarations");
    let program = Program::expression(expression).expect("an expression");
    format!("{:#}", type_of(&program, variables))
}

/// Expressions and their types over the same declarations.
fn assert_types(declarations: &str, table: &[(&str, &str)]) {
    let inferred: Vec<(&str, String)> =
        table.iter().map(|(written, _)| (*written, inferred_type(declarations, written))).collect();
    let expected: Vec<(&str, String)> = table.iter().map(|(written, known)| (*written, (*known).to_owned())).collect();
    assert_eq!(inferred, expected);
}

#[test]
fn declarations_have_types() {
    let declarations = r##"
  anything: {}
  text: { type: string }
  several: { type: [integer, "null"] }
  number: { type: number }
  one_of: { enum: [a, 1, null] }
  constant: { const: [1, 2] }
  list: { type: array, minItems: 1, maxItems: 3, items: { type: string } }
  pair: { type: array, prefixItems: [{ type: string }, { type: integer }], items: false }
  open: { type: object, required: [a], properties: { a: { type: integer }, b: { type: string } } }
  closed: { type: object, properties: { a: { type: integer } }, additionalProperties: false }
  counts: { type: object, additionalProperties: { type: integer } }
  either: { oneOf: [{ type: string }, { type: array, items: { type: string } }] }
  both: { type: [string, integer], anyOf: [{ type: integer }, { type: boolean }] }
  elsewhere: { $ref: "#/$defs/x", $defs: { x: { type: string } } }
"##;
    assert_types(
        declarations,
        &[
            ("anything", "anything"),
            ("text", "a string"),
            ("several", "an integer or null"),
            ("number", "a number"),
            ("one_of", "a string, an integer or null"),
            ("constant", "a list (2, each an integer)"),
            ("list", "a list (1 to 3, each a string)"),
            ("pair", "a list (up to 2, each a string or an integer)"),
            ("open", "a mapping (a: an integer, b: a string or undefined, …)"),
            ("closed", "a mapping (a: an integer or undefined)"),
            ("counts", "a mapping (…)"),
            ("counts.x", "an integer or undefined"),
            ("either", "a string or a list (any number, each a string)"),
            ("both", "an integer"),
            ("elsewhere", "anything"),
            ("undeclared", "anything"),
        ],
    );
}

#[test]
fn operators_have_types() {
    let declarations = r#"
  n: { type: integer }
  f: { type: number }
  s: { type: string }
  xs: { type: array, minItems: 1, maxItems: 4, items: { type: integer } }
  m: { type: object, required: [a], properties: { a: { type: integer }, b: { type: string } }, additionalProperties: false }
"#;
    assert_types(
        declarations,
        &[
            ("n + 1", "an integer"),
            ("n + f", "a number"),
            ("n / 2", "a number"),
            ("n // 2", "an integer"),
            ("s + s", "a string"),
            ("s * 2", "a string"),
            ("n ~ s", "a string"),
            ("-n", "an integer"),
            ("not s", "a boolean"),
            ("n < 3", "a boolean"),
            ("1 < n < 3", "a boolean"),
            ("n in xs", "a boolean"),
            ("n is odd", "a boolean"),
            ("xs + [s]", "a list (2 to 5, each a string or an integer)"),
            ("xs[0]", "an integer"),
            ("xs[1]", "an integer or undefined"),
            ("xs[-1]", "an integer"),
            ("xs[:2]", "a list (1 to 2, each an integer)"),
            ("xs[1:]", "a list (up to 3, each an integer)"),
            ("xs[1:3]", "a list (up to 2, each an integer)"),
            ("xs[-2:]", "a list (1 to 2, each an integer)"),
            ("xs[:-1]", "a list (up to 3, each an integer)"),
            ("xs[-3:2]", "a list (up to 2, each an integer)"),
            ("xs[::2]", "a list (1 to 2, each an integer)"),
            ("xs[::-1]", "a list (up to 4, each an integer)"),
            ("xs[n:]", "a list (up to 4, each an integer)"),
            ("s[0]", "a string or undefined"),
            ("s[:5]", "a string"),
            ("m.a", "an integer"),
            ("m['b']", "a string or undefined"),
            ("s if n else xs", "a string or a list (1 to 4, each an integer)"),
            ("s if n", "a string or undefined"),
            ("m.b or 'x'", "a string"),
            ("n and s", "a string or an integer"),
            ("[n, s]", "a list (2, each a string or an integer)"),
            ("{'x': n}.x", "an integer"),
            ("range(3)", "a list (3, each an integer)"),
            ("range(1, 10, 4)", "a list (3, each an integer)"),
            ("range(n)", "a list (any number, each an integer)"),
        ],
    );
}

#[test]
fn filters_have_types() {
    let declarations = r#"
  n: { type: integer }
  f: { type: number }
  s: { type: string }
  z: { type: [string, "null"] }
  xs: { type: array, minItems: 1, maxItems: 4, items: { type: integer } }
  ms: { type: array, maxItems: 7, items: { type: object, properties: { id: { type: integer } }, required: [id] } }
  m: { type: object, additionalProperties: { type: integer }, maxProperties: 3 }
"#;
    assert_types(
        declarations,
        &[
            ("s | upper", "a string"),
            ("xs | length", "an integer"),
            ("xs | join(', ')", "a string"),
            ("xs | first", "an integer"),
            ("ms | last", "a mapping (id: an integer, …) or undefined"),
            ("s | first", "a string or undefined"),
            ("xs | max", "an integer"),
            ("xs | sort", "a list (1 to 4, each an integer)"),
            ("xs | reverse", "a list (1 to 4, each an integer)"),
            ("xs | unique", "a list (1 to 4, each an integer)"),
            ("xs | select('odd')", "a list (up to 4, each an integer)"),
            ("xs | map('string')", "a list (1 to 4, each a string)"),
            ("ms | map(attribute='id')", "a list (up to 7, each an integer)"),
            ("ms | batch(3)", "a list (up to 3, each a list (1 to 3, each a mapping (id: an integer, …)))"),
            ("xs | sum", "a number"),
            ("s | split(',')", "a list (any number, each a string)"),
            ("s | int", "an integer"),
            ("s | int(none)", "an integer or null"),
            ("f | round", "a number"),
            ("n | abs", "an integer"),
            ("z | default('x')", "a string or null"),
            ("z | default('x', true)", "a string"),
            ("m | items", "a list (up to 3, each a list (2, each a string or an integer))"),
            ("m | list", "a list (up to 3, each a string)"),
            ("m | tojson", "a string"),
            ("ms | groupby('id')", "a list (up to 7, each anything)"),
        ],
    );
}

#[test]
fn conditions_narrow_types() {
    let declarations = r#"
  z: { type: [string, "null"] }
  v: { type: [string, integer, array] }
  xs: { type: array, items: { type: integer } }
  m: { type: object, properties: { b: { type: [string, "null"] } } }
"#;
    assert_types(
        declarations,
        &[
            ("z if z else 0", "a string or an integer"),
            ("0 if z is none else z", "a string or an integer"),
            ("0 if not z else z", "a string or an integer"),
            ("z if z is not none else 0", "a string or an integer"),
            ("z if z != none else 0", "a string or an integer"),
            ("v if v is string else ''", "a string"),
            ("v if v is number else 0", "an integer"),
            ("v if v is not string and v is not number else 0", "an integer or a list (any number, each anything)"),
            ("m.b if m.b is defined else ''", "a string or null"),
            ("m.b if m.b is defined and m.b else ''", "a string"),
            ("m.b is defined and m.b", "a string, a boolean or null"),
            ("xs if xs | length <= 3 else [0]", "a list (up to 3, each an integer)"),
            ("xs if xs else [0]", "a list (at least 1, each an integer)"),
            ("z if v else 0", "a string, an integer or null"),
        ],
    );
}

// Values have their inferred types, and expressions that are reported to fail do fail

const DECLARATIONS: &str = r#"
  n: { type: integer }
  f: { type: number }
  s: { type: string }
  b: { type: boolean }
  z: { type: [string, "null"] }
  v: { type: [string, integer, array, "null"] }
  any: {}
  xs: { type: array, minItems: 1, maxItems: 4, items: { type: integer } }
  ss: { type: array, items: { type: string } }
  m: { type: object, required: [a], properties: { a: { type: integer }, b: { type: string } }, additionalProperties: false }
  o: { type: object, properties: { a: { type: [integer, "null"] } } }
  ms: { type: array, maxItems: 3, items: { type: object, required: [a], properties: { a: { type: integer } } } }
"#;

fn values() -> impl Strategy<Value = Value> {
    let text = || prop_oneof![Just(""), Just("a"), Just("b,c"), Just("12")].prop_map(Value::from);
    let integer = || (-3..6i64).prop_map(Value::from);
    let null = || Just(Value::Null);
    let several = || prop_oneof![text(), integer(), null(), Just(json!([])), Just(json!([1, "a"]))];
    let integers = || prop::collection::vec(integer(), 1..5).prop_map(Value::from);
    let texts = || prop::collection::vec(text(), 0..5).prop_map(Value::from);
    let closed = || {
        (integer(), prop::option::of(text())).prop_map(|(a, b)| match b {
            Some(b) => json!({ "a": a, "b": b }),
            None => json!({ "a": a }),
        })
    };
    let open = prop_oneof![Just(json!({})), Just(json!({ "a": null })), Just(json!({ "a": 1, "c": [1] }))];
    let anything = prop_oneof![several(), Just(json!(true)), Just(json!({ "a": 1 })), Just(json!(1.5))];
    (
        (integer(), prop_oneof![integer(), Just(json!(0.5))], text(), any::<bool>(), prop_oneof![text(), null()]),
        (several(), anything, integers(), texts(), closed(), open, prop::collection::vec(closed(), 0..4)),
    )
        .prop_map(|((n, f, s, b, z), (v, anything, xs, ss, m, o, ms))| {
            json!({
                "n": n, "f": f, "s": s, "b": b, "z": z,
                "v": v, "any": anything, "xs": xs, "ss": ss, "m": m, "o": o, "ms": ms,
            })
        })
}

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(words)
}

const LEAVES: &[&str] = &[
    "n",
    "f",
    "s",
    "b",
    "z",
    "v",
    "any",
    "xs",
    "ss",
    "m",
    "o",
    "ms",
    "m.a",
    "m.b",
    "o.a",
    "0",
    "2",
    "1.5",
    "'a'",
    "''",
    "true",
    "none",
    "[]",
    "[1, 'a']",
    "{'a': 1, 'b': 's'}",
    "range(3)",
    "ms[0]",
];

const FILTERS: &[&str] = &[
    "length",
    "upper",
    "join(',')",
    "first",
    "last",
    "sort",
    "list",
    "reverse",
    "unique",
    "int",
    "float",
    "abs",
    "round",
    "default('x')",
    "default(0, true)",
    "items",
    "sum",
    "min",
    "max",
    "string",
    "bool",
    "split(',')",
    "lines",
    "batch(2)",
    "batch(2, 'x')",
    "slice(2)",
    "select",
    "reject('odd')",
    "selectattr('a')",
    "map('string')",
    "map(attribute='a')",
    "map('length')",
    "map(attribute='b', default=0)",
    "groupby('a')",
    "zip([1])",
    "dictsort",
    "trim",
    "tojson",
    "attr('a')",
    "replace('a', 'b')",
    "chain([1])",
    "urlencode",
    "int(none)",
    "float('x')",
    "number",
    "number(decimals=1)",
    "toman(from='rial')",
    "rial",
    "digits",
    "digits('latin')",
    "words",
    "jalali",
    "gregorian('HH:mm')",
];

const SUFFIXES: &[&str] = &[
    ".a", ".b", "[0]", "[-1]", "[7]", "['a']", "[n]", "[s]", "[:2]", "[1:]", "[-2:]", "[:-1]", "[-3:2]", "[::2]",
    "[n:]", "[b]", "[:b]",
];

const TESTS: &[&str] = &[
    "defined",
    "undefined",
    "none",
    "string",
    "number",
    "integer",
    "float",
    "boolean",
    "mapping",
    "sequence",
    "iterable",
    "true",
    "false",
    "odd",
    "even",
    "not none",
    "not string",
    "not mapping",
    "not defined",
    "not sequence",
];

/// The operators of generated expressions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operators {
    /// Those that evaluate all operands.
    Eager,
    /// Also `and`, `or` and `if`, which may not evaluate an operand.
    All,
}

/// Generates expressions.
fn expressions(operators: Operators) -> impl Strategy<Value = String> {
    let leaf = one_of(LEAVES).prop_map(str::to_owned);
    leaf.prop_recursive(4, 24, 3, move |inner| {
        let operator = one_of(&["+", "-", "*", "/", "//", "%", "~", "==", "!=", "<", ">=", "in"]);
        let binary = (inner.clone(), operator, inner.clone()).prop_map(|(a, op, b)| format!("({a} {op} {b})"));
        let filter = (inner.clone(), one_of(FILTERS)).prop_map(|(a, filter)| format!("({a} | {filter})"));
        let suffix = (inner.clone(), one_of(SUFFIXES)).prop_map(|(a, suffix)| format!("({a}){suffix}"));
        let unary = (inner.clone(), one_of(&["-", "not "])).prop_map(|(a, op)| format!("({op}{a})"));
        let test = (inner.clone(), one_of(TESTS)).prop_map(|(a, test)| format!("({a} is {test})"));
        let list = (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("[{a}, {b}]"));
        let eager = prop_oneof![4 => binary, 4 => filter, 4 => suffix, 1 => unary, 1 => test, 1 => list];
        if operators == Operators::Eager {
            return eager.boxed();
        }
        let condition = (one_of(LEAVES), one_of(TESTS)).prop_map(|(a, test)| format!("{a} is {test}"));
        let condition = prop_oneof![
            3 => condition,
            2 => one_of(LEAVES).prop_map(str::to_owned),
            2 => (one_of(LEAVES), one_of(&["<", "<=", ">", ">=", "=="]), 0..4)
                .prop_map(|(a, op, n)| format!("{a} | length {op} {n}")),
            1 => (one_of(LEAVES), one_of(&["none", "'a'", "1", "true"])).prop_map(|(a, b)| format!("{a} == {b}")),
        ];
        let condition = (condition, any::<bool>()).prop_map(|(c, no)| if no { format!("not ({c})") } else { c });
        let both = (condition.clone(), condition).prop_map(|(a, b)| format!("({a} and {b})"));
        let choice = (both.clone(), inner.clone(), inner.clone());
        let choice = choice.prop_map(|(c, a, b)| format!("({a} if {c} else {b})"));
        let compare = || one_of(&["==", "!=", "<", ">=", "in", "not in"]);
        let chain = (inner.clone(), compare(), inner.clone(), compare(), inner.clone());
        let chain = chain.prop_map(|(a, op, b, next, c)| format!("({a} {op} {b} {next} {c})"));
        let guarded = (both, one_of(&["and", "or"]), inner).prop_map(|(c, op, a)| format!("({c} {op} {a})"));
        prop_oneof![3 => eager, 3 => choice, 1 => guarded, 1 => chain].boxed()
    })
}

/// Returns a template whose only button sends the value of an expression.
fn sending(expression: &str) -> String {
    let expression = Value::from(format!("{{{{ {expression} }}}}"));
    format!(
        "message: x\nvariables:\n{DECLARATIONS}\nsender_buttons: [[{{ icon: SUPPORT, caption: x, get_dynamic_action: {{ data: {{ v: {expression} }} }} }}]]\n"
    )
}

/// Returns the value that is sent, if the expression has one.
fn sent(template: &Template, values: &Value) -> Option<Value> {
    let values = Values::from_serialize("values", values).expect("values");
    let message = lint::render(template, &values).ok()?;
    let request: Value = serde_json::from_str(&message.to_json()).expect("JSON");
    Some(request["sender_buttons"]["rows"][0]["buttons"][0]["action"]["get_dynamic_action"]["data"]["v"].clone())
}

fn is_of(value: &Value, known: &Type) -> bool {
    let kind = match value {
        Value::Null => Kinds::NULL,
        Value::Bool(_) => Kinds::BOOLEAN,
        Value::Number(number) if number.as_f64().is_some_and(|number| number.fract() == 0.0) => Kinds::NUMBER,
        Value::Number(_) => Kinds::FRACTION,
        Value::String(text) => TextForm::of(text).into(),
        Value::Array(_) => Kinds::LIST,
        Value::Object(_) => Kinds::MAPPING,
    };
    let is_inside = match value {
        Value::Array(items) => known.as_list().is_none_or(|list| {
            let (count, length) = (items.len() as u64, list.length);
            let fits = length.least <= count && length.most.is_none_or(|most| count <= most);
            fits && items.iter().all(|item| is_of(item, &list.item))
        }),
        Value::Object(entries) => known.as_mapping().is_none_or(|mapping| {
            entries.iter().all(|(key, value)| mapping.get(key).is_some_and(|known| is_of(value, &known)))
        }),
        _ => true,
    };
    known.kinds.meets(kind) && is_inside
}

const CASES: u32 = 1_000;

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_have_the_inferred_type(expression in expressions(Operators::All), values in values()) {
        let template = template(&sending(&expression));
        let variables = template.variables.as_ref().expect("declarations");
        let known = type_of(&Program::expression(&expression).expect("an expression"), variables);
        if let Some(value) = sent(&template, &values) {
            prop_assert!(is_of(&value, &known), "{expression} is {value}, not {known:#}, with {values}");
        }
    }

    #[test]
    fn reported_expressions_fail(expression in expressions(Operators::Eager), values in values()) {
        let checked = lint::check(&SourceFile::new("template.yaml", sending(&expression)));
        // What only has no value, or a value that nobody can mean, or fails unless a list is empty.
        let quiet = [
            "cannot access",
            "cannot index",
            "unknown key",
            "cannot compare",
            "comparison ",
            "cannot search for",
            "to the items of",
            "may not be",
            "to formatted text",
        ];
        let fails = |finding: &Diagnostic| {
            !quiet.iter().any(|words| finding.message.contains(words))
        };
        let found = checked.diagnostics.iter().find(|found| found.rule == "type-mismatch" && fails(found));
        if let (Some(found), Some(value)) = (found, sent(checked.template.as_ref().expect("a template"), &values)) {
            prop_assert!(false, "{expression} is {value}, and kenarc says: {}", found.summary());
        }
    }
}

// The same for what stands around expressions

/// Returns the messages about a template's text, over the declarations above.
fn found(message: &str) -> Vec<String> {
    let text = format!("message: {}\nvariables:\n{DECLARATIONS}", Value::from(message));
    let findings = lint::check(&SourceFile::new("template.yaml", text)).diagnostics;
    findings
        .into_iter()
        .filter(|found| found.rule == "type-mismatch")
        .map(|found| found.summary().into_owned())
        .collect()
}

#[test]
fn names_bound_in_a_text_have_types() {
    let nonsense = [
        ("{% set y = xs %}{{ y }}", "cannot insert `y` into text: expected a string or a number, found a list"),
        ("{% set y %}a{% endset %}{{ y - 1 }}", "cannot apply `-` to `y`: expected a number, found a string"),
        ("{% set y | int %}1{% endset %}{{ y.a }}", "cannot access `a` of `y`: expected a mapping, found an integer"),
        (
            "{% with y = m %}{{ y }}{% endwith %}",
            "cannot insert `y` into text: expected a string or a number, found a mapping",
        ),
        ("{% for x in xs %}{{ x.a }}{% endfor %}", "cannot access `a` of `x`: expected a mapping, found an integer"),
        (
            "{% for x in ms %}{{ x }}{% endfor %}",
            "cannot insert `x` into text: expected a string or a number, found a mapping",
        ),
        ("{% for x in xs %}{{ loop.idnex }}{% endfor %}", "unknown key `idnex`: not declared for `loop`"),
        (
            "{% for x in xs %}{{ loop.first }}{% endfor %}",
            "cannot insert `loop.first` into text: expected a string or a number, found a boolean",
        ),
        (
            "{% for k, v in s | list %}{{ k }}{% endfor %}",
            "cannot unpack the items of `s | list`: expected items that are lists, found a string",
        ),
        (
            "{% for x in any if x is string %}{{ x / 2 }}{% endfor %}",
            "cannot apply `/` to `x`: expected a number, found a string",
        ),
        ("{% if z %}{{ z / 2 }}{% endif %}", "cannot apply `/` to `z`: expected a number, found a string"),
        (
            "{% if z is none %}{% else %}{{ z / 2 }}{% endif %}",
            "cannot apply `/` to `z`: expected a number, found a string",
        ),
        (
            "{% if n %}{% set y = xs %}{% else %}{% set y = m %}{% endif %}{{ y }}",
            "cannot insert `y` into text: expected a string or a number, found a list or a mapping",
        ),
        (
            "{% filter upper %}{{ xs }}{% endfilter %}",
            "cannot insert `xs` into text: expected a string or a number, found a list",
        ),
        ("{{ xs[4] }}", "undefined value `xs[4]`: never has a value"),
        ("{{ xs[-5] }}", "undefined value `xs[-5]`: never has a value"),
        ("{{ [] | first }}", "undefined value `[] | first`: never has a value"),
        ("{{ s if s is none }}", "undefined value `s if s is none`: never has a value"),
        (
            "{{ (n + 1) + (s ~ 'x') }}",
            "cannot apply `+` to these types: expected two numbers, two strings or two lists, found an integer and a string",
        ),
    ];
    for (message, expected) in nonsense {
        let inferred = found(message);
        assert_eq!(inferred, [expected], "{message}");
    }
}

#[test]
fn expressions_that_may_succeed_are_not_reported() {
    let fine = [
        "{{ z }}",
        "{{ v }}",
        "{{ any }}{{ any.x.y }}{{ any + 1 }}",
        "{{ m.b }}",
        "{{ o.x }}",
        "{% for c in s %}{{ c }} {% endfor %}",
        "{% for x in xs %}{{ loop.index }}{{ loop.cycle('a', 'b') }}{{ loop.previtem }}{% endfor %}",
        "{% for k, v in m | items %}{{ k }}: {{ v }}{% endfor %}",
        "{% if z is not none %}{{ z }}{% endif %}",
        "{% if n %}{% set y = xs %}{% else %}{% set y = s %}{% endif %}{{ y }}",
        "{% set y = xs %}{% for x in xs %}{% set y = 'a' %}{% endfor %}{{ y | join }}",
        "{% set y = 1 %}{% for x in xs %}{{ y }}{% set y = s %}{% endfor %}",
        "{% set ns = namespace(total=0) %}{% for x in xs %}{% set ns.total = ns.total + x %}{% endfor %}{{ ns.total }}",
        "{% set m = s %}{{ m }}",
        "{% for n in ss %}{{ n }}{% endfor %}{{ n + 1 }}",
        "{{ xs | join(', ') if xs else 'x' }}",
        "{{ b and 'x' or 'y' }}",
        "{{ b | int + 1 }}{{ xs[b | int] }}{{ s[:none] }}{{ any + b | int }}",
        "{{ {true: 'a', false: 'b'}[b] }}{{ 'x' if b == 1 else 'y' }}{{ [b, not b] | sort | first | int }}",
        "{% if s is none %}{{ s.a }}{% endif %}",
        // What is never reached.
        "{% if s is string %}{% else %}{{ s[:2] }}{{ s[0] }}{{ s | list }}{{ s | first }}{% endif %}",
        "{% if s is string %}{% elif s | length > 3 %}{{ s[:4] }}{% endif %}",
        "{% if xs | length > 9 %}{{ xs[8] }}{% endif %}",
        "{{ xs[3] }}{{ xs[-4] }}{{ any[7] }}{{ s[7] }}",
        "{{ dict(a=1).a }}{{ (ms | groupby('a') | first).grouper }}",
    ];
    for message in fine {
        assert_eq!(found(message), [""; 0], "{message}");
    }
}

#[test]
fn functions_and_operators_are_checked_against_their_contracts() {
    let declarations = r#"
  name: { type: string }
  note: { type: [string, "null"] }
  flag: { type: boolean }
  tags: { type: array, items: { type: string } }
  notes: { type: array, items: { type: [string, "null"] } }
  rows: { type: array, items: { type: object, required: [title], properties: { title: { type: string }, note: { type: [string, "null"] }, at: { type: object, properties: { city: { type: string } }, additionalProperties: false } }, additionalProperties: false } }
  open: { type: array, items: { type: object, properties: { title: { type: string } } } }
"#;
    let cases = [
        ("{{ rows | map(attribute='titel') | first }}", "type-mismatch: titel"),
        ("{{ rows | map(attribute='at.ctiy') | first }}", "type-mismatch: ctiy"),
        ("{{ rows | sort(attribute='title, ntoe') | length }}", "type-mismatch: ntoe"),
        ("{{ rows | groupby('titel') | length }}", "type-mismatch: titel"),
        ("{{ rows | unique(attribute='titel') | length }}", "type-mismatch: titel"),
        ("{{ rows | rejectattr('titel', 'equalto', 'x') | length }}", "type-mismatch: titel"),
        ("{{ (rows | max(attribute='titel')).title }}", "type-mismatch: titel"),
        ("{{ rows | join(',', attribute='titel') }}", "type-mismatch: titel"),
        ("{{ tags | map(attribute='x') | join }}", "type-mismatch: x"),
        ("{{ rows | map('upper') | join }}", "type-mismatch: rows"),
        ("{{ open | map(attribute='titel') | join }}", "misspelt-attribute: titel"),
        ("{{ open | map(attribute='colour') | join }}", ""),
        ("{{ tags | join(flag) }}", "type-mismatch: flag"),
        ("{{ 1 if name is startingwith(tags) else 2 }}", "type-mismatch: tags"),
        ("{% if flag in name %}x{% endif %}", "type-mismatch: flag"),
        ("{{ '%s %s' | format(name) }}", "type-mismatch: '%s %s'"),
        ("{{ '%d' | format(name) }}", "type-mismatch: name"),
        ("{{ '%s' | format(flag) }}", "type-mismatch: flag"),
        ("{{ '%(a)s' | format(a=name) }}", ""),
        ("{{ name | replace('a', note) }}", "may-be-null: note"),
        ("{{ notes | join }}", "may-be-null: notes"),
        ("{{ rows | map(attribute='note') | reject('none') | select('defined') | join }}", ""),
        ("{{ rows | selectattr('note') | map(attribute='note') | join }}", ""),
        ("{{ rows | selectattr('note', 'string') | join(attribute='note') }}", ""),
        ("{{ note | default('—', true) | upper }}", ""),
        ("{{ note ~ '' if note else '' }}", ""),
        ("{% for x in rows if x.note %}{{ x.note | upper }}{% endfor %}", ""),
        ("{{ note and note | upper or '—' }}", ""),
        ("{{ note | int(0) }}{{ notes | length }}{{ notes | first | default('', true) }}", ""),
    ];
    for (message, expected) in cases {
        let text = format!("message: {}\nvariables:\n{declarations}", Value::from(format!("x {message}")));
        let findings = lint::check(&SourceFile::new("template.yaml", text.as_str())).diagnostics;
        let found: Vec<String> = findings
            .iter()
            .filter(|found| !matches!(found.rule, "unused-variable"))
            .map(|found| format!("{}: {}", found.rule, &text[found.span().start..found.span().end]))
            .collect();
        assert_eq!(found.join(", "), expected, "{message}");
    }
}

#[test]
fn booleans_are_not_numbers() {
    let cases = [
        ("{{ b + 1 }}", "b"),
        ("{{ 1 + b }}", "b"),
        ("{{ s + b }}", "b"),
        ("{{ 'ab' * b }}", "b"),
        ("{{ xs * b }}", "b"),
        ("{{ 3 - true }}", "true"),
        ("{{ b / 2 }}", "b"),
        ("{{ 7 // b }}", "b"),
        ("{{ 7 % (n > 2) }}", "n > 2"),
        ("{{ n ** b }}", "b"),
        ("{{ -b }}", "b"),
        ("{{ s[b] }}", "b"),
        ("{{ xs[not b] }}", "not b"),
        ("{{ s[:b] }}", "b"),
        ("{{ s[b:] }}", "b"),
        ("{{ xs[::b] | join }}", "b"),
        ("{{ 'x' if b < 2 else 'y' }}", "b"),
        ("{{ 'x' if n >= b else 'y' }}", "b"),
        ("{{ 'x' if 0 < b < 2 else 'y' }}", "b"),
        ("{{ 'x' if n is gt(b) else 'y' }}", "b"),
        ("{{ 'x' if b is lessthan(n) else 'y' }}", "b"),
        ("{{ 'x' if b is odd else 'y' }}", "b"),
        ("{{ 'x' if n is divisibleby(b) else 'y' }}", "b"),
        ("{{ range(b) | join }}", "b"),
        ("{{ range(0, b) | join }}", "b"),
        ("{{ 1.5 | round(b) }}", "b"),
        ("{{ 1.5 | round(precision=b) }}", "b"),
        ("{{ b | abs }}", "b"),
        ("{{ [b, b] | sum }}", "[b, b]"),
        ("{{ xs | sum(start=b) }}", "b"),
        ("{{ xs | batch(b) | length }}", "b"),
        ("{{ xs | slice(b) | length }}", "b"),
        ("{{ s | replace('a', 'b', b) }}", "b"),
        ("{{ s | split('a', b) | join }}", "b"),
        ("{{ s | int(base=b) }}", "b"),
    ];
    for (message, expected) in cases {
        let text = format!("message: {}\nvariables:\n{DECLARATIONS}", Value::from(message));
        let findings = lint::check(&SourceFile::new("template.yaml", text.as_str())).diagnostics;
        let found = findings.iter().filter(|found| found.rule == "type-mismatch");
        let marked: Vec<&str> = found.map(|found| &text[found.span().start..found.span().end]).collect();
        assert_eq!(marked, [expected], "{message}");
    }
}

#[test]
fn conditional_expressions_need_an_else_where_a_value_is_needed() {
    let cases = [
        ("{{ 's' if b }}", "'s' if b"),
        ("{{ ('s' if b) ~ 'z' }}", "'s' if b"),
        ("{{ ('s' if b) | upper }}", "'s' if b"),
        ("{{ (m if b).a }}", "m if b"),
        ("{{ (xs if b)[0] }}", "xs if b"),
        ("{{ 'x' if n in (xs if b) else 'y' }}", "xs if b"),
        ("{{ 'x' if 1 < (n if b) < 9 else 'y' }}", "n if b"),
        ("{{ range(n if b) | join }}", "n if b"),
        ("{{ s if b else ('s' if n) }}", "'s' if n"),
        ("{{ b and ('s' if n) or s }}", ""),
        ("{{ ('s' if b) | default('') }}", ""),
        ("{{ ('s' if b) or s }}", ""),
        ("{{ 'x' if ('s' if b) is defined else 'y' }}", ""),
        ("{% if (n if b) %}x{% endif %}", ""),
        ("{{ 's' if true }}", ""),
        ("{{ s if s is defined }}", ""),
        ("{{ s if s is string }}", ""),
    ];
    for (message, expected) in cases {
        let text = format!("message: {}\nvariables:\n{DECLARATIONS}", Value::from(message));
        let findings = lint::check(&SourceFile::new("template.yaml", text.as_str())).diagnostics;
        let found = findings.iter().filter(|found| !matches!(found.rule, "unused-variable"));
        let marked: Vec<&str> = found.map(|found| &text[found.span().start..found.span().end]).collect();
        assert_eq!(marked.join(", "), expected, "{message}");
    }
    let undeclared = lint::check(&SourceFile::new("template.yaml", "message: '{{ 1 if b }}'")).diagnostics;
    assert_eq!(undeclared.iter().map(|found| found.rule).collect::<Vec<_>>(), ["missing-else"]);
}

#[test]
fn chains_of_comparisons_are_checked_in_pairs() {
    let cases = [
        (
            "{{ 'x' if n in s in ss else 'y' }}",
            vec!["cannot search for `n` in a string: expected a string, found an integer"],
        ),
        (
            "{{ 'x' if 'a' in n == 2 else 'y' }}",
            vec!["cannot search in `n`: expected a string, a list or a mapping, found an integer"],
        ),
        ("{{ 'x' if 1 < n == 'a' else 'y' }}", vec!["comparison is always false: expected an integer, found a string"]),
        ("{{ 'x' if n == 1 not in xs else 'y' }}", vec![]),
        ("{{ 'x' if 'a' in s in ss != ['b'] else 'y' }}", vec![]),
        ("{{ 'x' if 0 < n in xs else 'y' }}", vec![]),
        (
            "{{ 'x' if 0 < n < s else 'y' }}",
            vec![
                "cannot compare these types with `<`: expected two values of the same type, found an integer and a string",
            ],
        ),
    ];
    for (message, expected) in cases {
        assert_eq!(found(message), expected, "{message}");
    }
}

#[test]
fn comparisons_of_values_that_are_never_equal_are_found() {
    let declarations = r#"
  status: { enum: [paid, unpaid, cancelled] }
  kind: { const: vip }
  name: { type: string }
  note: { type: [string, "null"] }
  flag: { type: boolean }
  price: { type: integer }
  tags: { type: array, items: { type: string } }
  rows: { type: array, items: { type: object, required: [status], properties: { status: { enum: [paid, unpaid] } } } }
"#;
    let cases = [
        ("status == 'un-paid'", "un-paid: comparison is always false"),
        ("status != 'Paid'", "Paid: comparison is always true"),
        ("'payed' == status", "payed: comparison is always false"),
        ("status in ['paid', 'canceled']", "canceled: comparison of `status` with this is always false"),
        (
            "status not in ['done', price]",
            "done: comparison of `status` with this is always false, price: comparison of `status` with this is always false",
        ),
        ("kind == 'VIP'", "VIP: comparison is always false"),
        ("flag == 'true'", "'true': comparison is always false"),
        ("price == '0'", "'0': comparison is always false"),
        ("price in ['1', 2]", "'1': comparison of `price` with this is always false"),
        ("price in tags", "price in tags: comparison of `price` with this is always false"),
        ("price in name", "price: cannot search for `price` in a string"),
        ("price == none", "none: comparison is always false"),
        ("name is not none and name != none", "none: comparison is always true"),
        ("name == tags", "name == tags: comparison is always false"),
        ("1 < price == '2'", "'2': comparison is always false"),
        ("status is eq('pad')", "pad: comparison is always false"),
        ("rows | selectattr('status', 'equalto', 'un-paid') | list", "un-paid: comparison is always false"),
        (
            "rows | rejectattr('status', 'in', ['paid', 'late']) | list",
            "late: comparison of the items of `rows` with this is always false",
        ),
        ("tags | select('eq', 7) | list", "7: comparison is always false"),
        ("status == 'paid' or status in ['unpaid'] or status == name", ""),
        ("note == none or note == 'x' or name == 'x'", ""),
        ("flag == true or flag == 1 or price == 1.0 or price == true", ""),
        ("tags == [] or tags != ['a'] or name in tags or 'x' in name", ""),
        ("('a' if flag else 'b') == 'a'", ""),
        ("note and note == none", ""),
    ];
    for (condition, expected) in cases {
        let text = format!(
            "message: {}\nvariables:\n{declarations}",
            Value::from(format!("x{{% if {condition} %}}y{{% endif %}}"))
        );
        let findings = lint::check(&SourceFile::new("template.yaml", text.as_str())).diagnostics;
        let found: Vec<String> = findings
            .iter()
            .filter(|found| found.rule == "type-mismatch")
            .map(|found| format!("{}: {}", &text[found.span().start..found.span().end], found.message))
            .collect();
        assert_eq!(found.join(", "), expected, "{condition}");
    }
}
